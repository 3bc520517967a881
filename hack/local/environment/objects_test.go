// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package environment

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"sigs.k8s.io/controller-runtime/pkg/client/fake"
	"sigs.k8s.io/yaml"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/hack/local/console"
	"github.com/ecsiam/ecs-iam-controller/hack/local/view"
)

func object(t *testing.T, manifest string) *unstructured.Unstructured {
	t.Helper()
	o := &unstructured.Unstructured{}
	if err := yaml.UnmarshalStrict([]byte(manifest), &o.Object); err != nil {
		t.Fatal(err)
	}
	return o
}

const readyRole = `
apiVersion: ecsiam.dev/v1alpha1
kind: ECSRole
metadata: {name: checkout, namespace: payments, generation: 2}
spec: {type: Task}
status:
  observedGeneration: 2
  roleName: payments_checkout
  conditions:
  - {type: Ready, status: "True", reason: Reconciled, message: fine}
`

const stalledRole = `
apiVersion: ecsiam.dev/v1alpha1
kind: ECSRole
metadata: {name: broken, namespace: payments, generation: 1}
spec: {type: Task}
status:
  observedGeneration: 1
  plan: {operations: [{message: create role payments_broken}]}
  conditions:
  - {type: Ready, status: "False", reason: AccessDenied, message: give it iam:CreateRole}
  - {type: Stalled, status: "True", reason: AccessDenied, message: give it iam:CreateRole}
`

func TestEverySampleIsReadAndWhatOthersReferToComesFirst(t *testing.T) {
	objects, err := ReadSamples("../../../config/samples")
	if err != nil {
		t.Fatal(err)
	}
	var kinds []string
	seen := map[string]bool{}
	for _, o := range objects {
		if len(kinds) == 0 || kinds[len(kinds)-1] != o.GetKind() {
			kinds = append(kinds, o.GetKind())
		}
		if seen[view.Name(o)] {
			t.Errorf("%s is there twice", view.Name(o))
		}
		seen[view.Name(o)] = true
	}
	if kinds[0] != "Namespace" || kinds[1] != v1alpha1.KindAWSAccount {
		t.Errorf("order of kinds: %v", kinds)
	}
}

func TestWaitingInVainSaysWhatEachObjectLacks(t *testing.T) {
	scheme := runtime.NewScheme()
	if err := v1alpha1.AddToScheme(scheme); err != nil {
		t.Fatal(err)
	}
	ready, stalled := object(t, readyRole), object(t, stalledRole)
	e := &Environment{
		Console: console.To(&strings.Builder{}), Options: Options{Timeout: 1},
		Kube: fake.NewClientBuilder().WithScheme(scheme).WithObjects(ready, stalled).Build(),
	}
	var said []string
	_, err := e.waitUntilReady(t.Context(), []*unstructured.Unstructured{ready, stalled, object(t, `
apiVersion: v1
kind: Namespace
metadata: {name: payments}
`)}, func(format string, _ ...any) { said = append(said, format) })
	if err == nil || len(said) == 0 {
		t.Fatalf("got error %v and said %v", err, said)
	}
	want := `1 of 2 objects were not Ready after 1ns (the controller's log is bin):
  ECSRole payments/broken
    Ready=False AccessDenied: give it iam:CreateRole
    Stalled=True AccessDenied: give it iam:CreateRole
    plan: create role payments_broken`
	if diff := cmp.Diff(want, err.Error()); diff != "" {
		t.Errorf("error (-want +got):\n%s", diff)
	}
}
