// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers_test

import (
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
)

// expectConformingStatus holds a status to the rules that users of kstatus, Flux, Argo CD and kubectl wait rely on.
// Every pass of every spec is followed by it.
func expectConformingStatus(role *v1alpha1.ECSRole) {
	GinkgoHelper()
	expectConforming(role, role.Status.ObservedGeneration, role.Status.Conditions)
}

func expectConforming(object client.Object, observed int64, conditions []metav1.Condition) {
	GinkgoHelper()
	byType := map[string]metav1.Condition{}
	for _, c := range conditions {
		byType[c.Type] = c
		Expect(c.Type).To(BeElementOf(v1alpha1.ConditionReady, v1alpha1.ConditionReconciling, v1alpha1.ConditionStalled,
			v1alpha1.ConditionDrifted, v1alpha1.ConditionGuardrailExceeded, v1alpha1.ConditionSnapshotStale,
			v1alpha1.ConditionEventsUnavailable), "unknown condition")
		Expect(c.ObservedGeneration).To(BeNumerically("<=", object.GetGeneration()))
		Expect(c.Message).NotTo(BeEmpty(), "%s has no message", c.Type)
		Expect(c.LastTransitionTime.IsZero()).To(BeFalse())
		Expect(c.Message).NotTo(MatchRegexp(`\b[0-9]{12}\b`), "an account id in a condition")
		if c.Type != v1alpha1.ConditionReady {
			Expect(c.Status).To(Equal(metav1.ConditionTrue), "%s appears while not True", c.Type)
		}
	}
	ready, present := byType[v1alpha1.ConditionReady]
	Expect(present).To(BeTrue(), "Ready is missing")
	_, reconciling := byType[v1alpha1.ConditionReconciling]
	_, stalled := byType[v1alpha1.ConditionStalled]
	Expect(reconciling && stalled).To(BeFalse(), "Reconciling and Stalled together")
	if ready.Reason == string(v1alpha1.ReasonPending) {
		return // not looked at, as while paused
	}
	switch ready.Status {
	case metav1.ConditionTrue:
		Expect(stalled).To(BeFalse(), "Ready and Stalled together")
	case metav1.ConditionFalse:
		Expect(reconciling || stalled).To(BeTrue(), "not Ready, and neither Reconciling nor Stalled")
	case metav1.ConditionUnknown:
		Expect(reconciling).To(BeTrue(), "Ready is Unknown and nothing is going on")
	}
	if object.GetAnnotations()[v1alpha1.AnnotationPaused] != "true" {
		Expect(observed).To(Equal(object.GetGeneration()))
		for _, c := range conditions {
			Expect(c.ObservedGeneration).To(Equal(object.GetGeneration()), "%s speaks of an older generation", c.Type)
		}
	}
}
