// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package pass_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/prometheus/client_golang/prometheus"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"sigs.k8s.io/controller-runtime/pkg/client/fake"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/internal/pass"
)

func TestMetricsShowEachObjectOfThisInstallationAsItsStatusDoes(t *testing.T) {
	scheme := runtime.NewScheme()
	if err := v1alpha1.AddToScheme(scheme); err != nil {
		t.Fatal(err)
	}
	at := metav1.NewTime(time.Unix(1000, 0))
	denied := &v1alpha1.ECSRole{ObjectMeta: metav1.ObjectMeta{Namespace: "payments", Name: "checkout"}}
	denied.Status.Conditions = []metav1.Condition{
		{Type: "Ready", Status: metav1.ConditionFalse, Reason: "AccessDenied", LastTransitionTime: at},
	}
	denied.Status.Plan.Operations = []v1alpha1.PlannedOperation{
		{State: v1alpha1.OperationWithheld, Reason: v1alpha1.ReasonHeld},
		{State: v1alpha1.OperationWithheld, Reason: v1alpha1.ReasonHeld},
		{State: v1alpha1.OperationFailed, Reason: v1alpha1.ReasonAccessDenied},
	}
	account := &v1alpha1.AWSAccount{ObjectMeta: metav1.ObjectMeta{Name: "default"}}
	account.Status.Conditions = []metav1.Condition{
		{Type: "Ready", Status: metav1.ConditionTrue, Reason: "Reconciled", LastTransitionTime: at},
		{Type: "SnapshotStale", Status: metav1.ConditionTrue, Reason: "Unavailable"},
		{Type: "EventsUnavailable", Status: metav1.ConditionFalse, Reason: "AccessDenied"},
		{Type: "OfSomeoneElse", Status: metav1.ConditionTrue, Reason: "Any"},
	}
	unseen := &v1alpha1.ECSPolicy{ObjectMeta: metav1.ObjectMeta{Namespace: "payments", Name: "s3", CreationTimestamp: at}}
	other := &v1alpha1.AWSAccount{ObjectMeta: metav1.ObjectMeta{Name: "other"}}
	other.Spec.ControllerName = "example.com/team-a"
	others := &v1alpha1.ECSRole{ObjectMeta: metav1.ObjectMeta{Namespace: "payments", Name: "theirs"}}
	others.Spec.AccountRef.Name = "other"
	reader := fake.NewClientBuilder().WithScheme(scheme).WithObjects(denied, account, unseen, other, others).Build()
	registry := prometheus.NewRegistry()
	registry.MustRegister(pass.NewObjectMetrics(reader, ""))
	families, err := registry.Gather()
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, family := range families {
		for _, metric := range family.GetMetric() {
			words := []string{family.GetName()}
			for _, label := range metric.GetLabel() {
				words = append(words, label.GetValue())
			}
			got = append(got, fmt.Sprintf("%s %v", strings.Join(words, " "), metric.GetGauge().GetValue()))
		}
	}
	want := []string{
		"ecsiam_object_condition AWSAccount default  Unavailable SnapshotStale 1",
		"ecsiam_object_ready AWSAccount default  Reconciled 1",
		"ecsiam_object_ready ECSPolicy s3 payments Pending 0",
		"ecsiam_object_ready ECSRole checkout payments AccessDenied 0",
		"ecsiam_object_ready_changed_timestamp_seconds AWSAccount default  1000",
		"ecsiam_object_ready_changed_timestamp_seconds ECSPolicy s3 payments 1000",
		"ecsiam_object_ready_changed_timestamp_seconds ECSRole checkout payments 1000",
		"ecsiam_object_withheld_operations ECSRole checkout payments Held 2",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("metrics (-want +got):\n%s", diff)
	}
}
