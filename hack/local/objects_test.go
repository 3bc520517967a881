// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"sigs.k8s.io/controller-runtime/pkg/client/fake"
	"sigs.k8s.io/yaml"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
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
  plan: [create role payments_broken]
  conditions:
  - {type: Ready, status: "False", reason: AccessDenied, message: give it iam:CreateRole}
  - {type: Stalled, status: "True", reason: AccessDenied, message: give it iam:CreateRole}
`

func TestEverySampleIsReadAndWhatOthersReferToComesFirst(t *testing.T) {
	objects, err := readSamples("../../config/samples")
	if err != nil {
		t.Fatal(err)
	}
	var kinds []string
	seen := map[string]bool{}
	for _, o := range objects {
		if len(kinds) == 0 || kinds[len(kinds)-1] != o.GetKind() {
			kinds = append(kinds, o.GetKind())
		}
		if seen[nameOf(o)] {
			t.Errorf("%s is there twice", nameOf(o))
		}
		seen[nameOf(o)] = true
	}
	if kinds[0] != "Namespace" || kinds[1] != v1alpha1.KindAWSAccount {
		t.Errorf("order of kinds: %v", kinds)
	}
	if victim := v1alpha1.KindECSRole + " " + victimNamespace + "/" + victimName; !seen[victim] {
		t.Errorf("%s, which the demo breaks, is not among the samples", victim)
	}
}

func TestAnObjectIsReadyOnceItsNewestSpecIs(t *testing.T) {
	for name, test := range map[string]struct {
		change func(*unstructured.Unstructured)
		want   bool
	}{
		"Ready is True":                {func(*unstructured.Unstructured) {}, true},
		"the spec has changed since":   {func(o *unstructured.Unstructured) { o.SetGeneration(3) }, false},
		"Ready is False":               {func(o *unstructured.Unstructured) { *o = *object(t, stalledRole) }, false},
		"there is no status whatever":  {func(o *unstructured.Unstructured) { delete(o.Object, "status") }, false},
		"there are no conditions, yet": {func(o *unstructured.Unstructured) { delete(o.Object["status"].(map[string]any), "conditions") }, false},
	} {
		o := object(t, readyRole)
		test.change(o)
		if got := isReady(o); got != test.want {
			t.Errorf("%s: got %t", name, got)
		}
	}
}

func TestObjectsAreShownInAlignedColumns(t *testing.T) {
	var out strings.Builder
	v := views[slices.IndexFunc(views, func(v view) bool { return v.kind == v1alpha1.KindECSRole })]
	(&console{out: &out}).table(v.headings(), v.rows([]*unstructured.Unstructured{
		object(t, readyRole), object(t, stalledRole),
	}))
	want := `  NAMESPACE   NAME       TYPE   ROLE                READY   REASON
  payments    checkout   Task   payments_checkout   True    Reconciled
  payments    broken     Task   -                   False   AccessDenied
`
	if diff := cmp.Diff(want, out.String()); diff != "" {
		t.Errorf("table (-want +got):\n%s", diff)
	}
}

func TestWaitingInVainSaysWhatEachObjectLacks(t *testing.T) {
	scheme := runtime.NewScheme()
	if err := v1alpha1.AddToScheme(scheme); err != nil {
		t.Fatal(err)
	}
	ready, stalled := object(t, readyRole), object(t, stalledRole)
	s := &system{
		console: &console{out: &strings.Builder{}}, options: options{timeout: 1},
		kube: fake.NewClientBuilder().WithScheme(scheme).WithObjects(ready, stalled).Build(),
	}
	var said []string
	_, err := s.waitUntilReady(t.Context(), []*unstructured.Unstructured{ready, stalled, object(t, `
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

func TestAStepSaysItsResultAndNothingOfAFailure(t *testing.T) {
	var out strings.Builder
	c := &console{out: &out}
	err := c.step("build", func(say func(string, ...any)) (string, error) { say("at it"); return "done", nil })
	if want := "  build           done\n"; err != nil || out.String() != want {
		t.Errorf("got %q and error %v, want %q", out.String(), err, want)
	}
	out.Reset()
	failure := errors.New("no compiler")
	err = c.step("build", func(func(string, ...any)) (string, error) { return "done", failure })
	if !errors.Is(err, failure) || out.Len() > 0 {
		t.Errorf("after a failure: got %q and error %v", out.String(), err)
	}
}
