// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package pass_test

import (
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/event"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/internal/pass"
)

func TestOnlyWhatAUserChangedIsLookedAt(t *testing.T) {
	written := v1alpha1.AWSAccountStatus{Partition: "aws"}
	account := func(change func(*v1alpha1.AWSAccount)) *v1alpha1.AWSAccount {
		a := &v1alpha1.AWSAccount{
			ObjectMeta: metav1.ObjectMeta{Name: "default", UID: "1", Generation: 1, Finalizers: []string{v1alpha1.Finalizer}},
			Status:     written,
		}
		change(a)
		return a
	}
	deleted := metav1.Now()
	nothing := func(*v1alpha1.AWSAccount) {}
	cases := map[string]struct {
		before, after func(*v1alpha1.AWSAccount)
		want          bool
	}{
		"nothing, as in a resync of the cache": {nothing, nothing, false},
		"a label":                              {nothing, func(a *v1alpha1.AWSAccount) { a.Labels = map[string]string{"team": "x"} }, false},
		"an annotation of someone else": {nothing, func(a *v1alpha1.AWSAccount) {
			a.Annotations = map[string]string{"kubectl.kubernetes.io/last-applied-configuration": "x"}
		}, false},
		"the status that was written here": {func(a *v1alpha1.AWSAccount) { a.Status.Partition = "" }, nothing, false},

		"the spec": {nothing, func(a *v1alpha1.AWSAccount) { a.Generation++ }, true},
		"an annotation of ours": {nothing, func(a *v1alpha1.AWSAccount) {
			a.Annotations = map[string]string{v1alpha1.AnnotationReconcileAt: "now"}
		}, true},
		"the finalizer taken away":   {nothing, func(a *v1alpha1.AWSAccount) { a.Finalizers = nil }, true},
		"a status edited by hand":    {nothing, func(a *v1alpha1.AWSAccount) { a.Status.Partition = "aws-cn" }, true},
		"the status removed by hand": {nothing, func(a *v1alpha1.AWSAccount) { a.Status = v1alpha1.AWSAccountStatus{} }, true},
		"the deletion":               {nothing, func(a *v1alpha1.AWSAccount) { a.DeletionTimestamp = &deleted }, true},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			var statuses pass.Statuses
			// What need not be written needs no client.
			if err := statuses.Apply(t.Context(), nil, account(nothing), written, written); err != nil {
				t.Fatal(err)
			}
			changes := statuses.OwnChanges(func(o client.Object) any { return o.(*v1alpha1.AWSAccount).Status })
			got := changes.Update(event.UpdateEvent{ObjectOld: account(c.before), ObjectNew: account(c.after)})
			if got != c.want {
				t.Errorf("is looked at: %v, want %v", got, c.want)
			}
		})
	}
}
