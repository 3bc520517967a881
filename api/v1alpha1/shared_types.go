// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package v1alpha1

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// SharedStatus is the part of the status that every kind has which stands for something in AWS.
type SharedStatus struct {
	// observedGeneration is the generation of the spec that the status speaks of; -1 before the first pass.
	//
	// +optional
	ObservedGeneration int64 `json:"observedGeneration,omitempty"`

	// conditions are Ready always, Reconciling, Stalled and Drifted only while True.
	//
	// +optional
	// +listType=map
	// +listMapKey=type
	// +kubebuilder:validation:MaxItems=8
	// +kubebuilder:validation:XValidation:rule="!(self.exists(c, c.type == 'Reconciling') && self.exists(c, c.type == 'Stalled'))",message="Reconciling and Stalled never appear together"
	Conditions []metav1.Condition `json:"conditions,omitempty"`

	// accountID is the AWS account that the entity lives in.
	//
	// +optional
	AccountID string `json:"accountID,omitempty"`

	// lastAppliedTime is when the controller last wrote to IAM for this object.
	//
	// +optional
	LastAppliedTime *metav1.Time `json:"lastAppliedTime,omitempty"`

	// lastHandledReconcileAt is the last value of the annotation ecsiam.dev/reconcile-at that was acted on.
	//
	// +optional
	LastHandledReconcileAt string `json:"lastHandledReconcileAt,omitempty"`

	// plan has the operations that are pending, withheld or failed.
	//
	// +optional
	Plan PlanStatus `json:"plan,omitempty,omitzero"`

	// warnings are remarks that do not stop the controller.
	//
	// +optional
	// +listType=atomic
	// +kubebuilder:validation:MaxItems=20
	Warnings []Warning `json:"warnings,omitempty"`
}

// SharedSpec is what every pass asks of the spec of an object.
type SharedSpec struct {
	// AccountName is the name of the AWSAccount.
	AccountName string
	// DeletionPolicy and ReconcilePolicy are the spec's.
	DeletionPolicy  DeletionPolicy
	ReconcilePolicy ReconcilePolicy
	// Checks may be nil.
	Checks *Checks
}

// DefaultAccountName is the AWSAccount of objects that name none.
const DefaultAccountName = "default"

// nameOrDefault is the name of the AWSAccount that is referred to.
func (r *AccountReference) nameOrDefault() string {
	if r.Name == "" {
		return DefaultAccountName
	}
	return r.Name
}

// Shared is the part of the status that all kinds have.
func (r *ECSRole) Shared() *SharedStatus { return &r.Status.SharedStatus }

// Shared is the part of the status that all kinds have.
func (p *ECSPolicy) Shared() *SharedStatus { return &p.Status.SharedStatus }

// Shared is the part of the status that all kinds have.
func (r *ECSServiceLinkedRole) Shared() *SharedStatus { return &r.Status.SharedStatus }

// SharedSpec is what every pass asks of the spec.
func (r *ECSRole) SharedSpec() SharedSpec {
	return SharedSpec{
		r.Spec.AccountRef.nameOrDefault(), r.Spec.DeletionPolicy, r.Spec.ReconcilePolicy, r.Spec.Checks,
	}
}

// SharedSpec is what every pass asks of the spec.
func (p *ECSPolicy) SharedSpec() SharedSpec {
	return SharedSpec{
		p.Spec.AccountRef.nameOrDefault(), p.Spec.DeletionPolicy, p.Spec.ReconcilePolicy, p.Spec.Checks,
	}
}

// SharedSpec is what every pass asks of the spec.
func (r *ECSServiceLinkedRole) SharedSpec() SharedSpec {
	return SharedSpec{r.Spec.AccountRef.nameOrDefault(), r.Spec.DeletionPolicy, r.Spec.ReconcilePolicy, nil}
}
