// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package view

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/yaml"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/hack/local/console"
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
		if got := IsReady(o); got != test.want {
			t.Errorf("%s: got %t", name, got)
		}
	}
}

func TestObjectsAreShownInAlignedColumns(t *testing.T) {
	var out strings.Builder
	k := Kinds[slices.IndexFunc(Kinds, func(k Kind) bool { return k.Name == v1alpha1.KindECSRole })]
	console.To(&out).Table(k.Headings(), k.Rows([]*unstructured.Unstructured{
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
