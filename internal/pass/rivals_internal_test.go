// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package pass

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"
	clocktesting "k8s.io/utils/clock/testing"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/client/fake"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
)

func TestADeletionWakesOnlyThoseThatWereNotAdmitted(t *testing.T) {
	noon := time.Date(2026, 1, 2, 12, 0, 0, 0, time.UTC)
	aged := func(namespace, name string, minutes int) *v1alpha1.ECSRole {
		return &v1alpha1.ECSRole{ObjectMeta: metav1.ObjectMeta{
			Namespace: namespace, Name: name, UID: types.UID(namespace + name),
			CreationTimestamp: metav1.NewTime(noon.Add(time.Duration(minutes) * time.Minute)),
		}}
	}
	scheme := runtime.NewScheme()
	if err := v1alpha1.AddToScheme(scheme); err != nil {
		t.Fatal(err)
	}
	// "e" is the oldest: names say nothing of the age.
	cluster := fake.NewClientBuilder().WithScheme(scheme).
		WithIndex(&v1alpha1.ECSRole{}, indexAccount, func(client.Object) []string { return []string{"default"} }).
		WithObjects(aged("team", "e", 0), aged("team", "b", 1), aged("team", "c", 2), aged("team", "a", 3), aged("other", "a", 4)).
		Build()
	roles := New(Environment{Client: cluster, Clock: clocktesting.NewFakePassiveClock(noon)}, plainKind{})
	for most, want := range map[int32][]string{1: {"e", "b", "c", "a"}, 2: {"b", "c", "a"}, 4: {"a"}, 5: nil, 9: nil} {
		account := &v1alpha1.AWSAccount{ObjectMeta: metav1.ObjectMeta{Name: "default"}, Spec: v1alpha1.AWSAccountSpec{
			Guardrails: &v1alpha1.Guardrails{MaxRolesPerNamespace: most},
		}}
		var woken []string
		for _, request := range roles.notAdmitted(t.Context(), aged("team", "gone", -1), account) {
			woken = append(woken, request.Name)
		}
		if diff := cmp.Diff(want, woken); diff != "" {
			t.Errorf("with %d admitted, one that is gone wakes (-want +got):\n%s", most, diff)
		}
	}
}
