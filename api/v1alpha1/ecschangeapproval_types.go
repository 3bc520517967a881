// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package v1alpha1

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// ECSChangeApproval lets one plan for one object go ahead that the controller holds back. Whoever may create it may
// overrule the controller: RBAC guards it, and nothing else.
//
// +kubebuilder:object:root=true
// +kubebuilder:subresource:status
// +kubebuilder:resource:scope=Cluster,shortName=ecsappr,categories=ecsiam
// +kubebuilder:printcolumn:name="Operation",type=string,JSONPath=`.spec.operation`
// +kubebuilder:printcolumn:name="Kind",type=string,JSONPath=`.spec.targetRef.kind`
// +kubebuilder:printcolumn:name="Namespace",type=string,JSONPath=`.spec.targetRef.namespace`
// +kubebuilder:printcolumn:name="Name",type=string,JSONPath=`.spec.targetRef.name`
// +kubebuilder:printcolumn:name="Ready",type=string,JSONPath=`.status.conditions[?(@.type=="Ready")].status`
// +kubebuilder:printcolumn:name="Reason",type=string,JSONPath=`.status.conditions[?(@.type=="Ready")].reason`
// +kubebuilder:printcolumn:name="Expires",type=date,JSONPath=`.status.expiryTime`,priority=1
// +kubebuilder:printcolumn:name="Age",type=date,JSONPath=`.metadata.creationTimestamp`
type ECSChangeApproval struct {
	metav1.TypeMeta `json:",inline"`
	// metadata is the standard object metadata.
	//
	// +optional
	metav1.ObjectMeta `json:"metadata,omitempty"`

	// spec is what is approved. Immutable.
	//
	// +required
	Spec ECSChangeApprovalSpec `json:"spec,omitzero"`

	// status is what became of the approval.
	//
	// +optional
	// +kubebuilder:default={"observedGeneration":-1,"conditions":{{"type":"Ready","status":"Unknown","reason":"Pending","message":"Waiting for the controller.","lastTransitionTime":"1970-01-01T00:00:00Z"}}}
	Status ECSChangeApprovalStatus `json:"status,omitempty,omitzero"`
}

// ECSChangeApprovalList is a list of ECSChangeApprovals.
//
// +kubebuilder:object:root=true
type ECSChangeApprovalList struct {
	metav1.TypeMeta `json:",inline"`
	// metadata is the standard list metadata.
	metav1.ListMeta `json:"metadata,omitempty"`
	// items are the approvals.
	Items []ECSChangeApproval `json:"items"`
}

// ECSChangeApprovalSpec is what is approved.
//
// +kubebuilder:validation:XValidation:rule="self == oldSelf",message="an approval is immutable: delete it and create another"
// +kubebuilder:validation:XValidation:rule="self.operation != 'Delete' || has(self.digest)",fieldPath=".digest",message="operation Delete approves one plan: copy status.plan.digest of the object"
type ECSChangeApprovalSpec struct {
	// targetRef is the object whose plan is approved.
	//
	// +required
	TargetRef ApprovalTarget `json:"targetRef,omitzero"`

	// operation is what is approved: Delete overrules the deletion protection of the AWSAccount, Abandon lets a deleted
	// object go without a call to AWS. Widen is reserved.
	//
	// +required
	Operation ApprovedOperation `json:"operation,omitempty"`

	// digest is status.plan.digest of the object: no other plan is approved. Required for Delete. An Abandon, which makes
	// no call, is for any plan when absent.
	//
	// +optional
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=128
	Digest string `json:"digest,omitempty"`

	// validForSeconds is how long after its creation the approval may be used, in seconds; at most a week.
	//
	// +optional
	// +kubebuilder:default=3600
	// +kubebuilder:validation:Minimum=1
	// +kubebuilder:validation:Maximum=604800
	ValidForSeconds int32 `json:"validForSeconds,omitempty"`
}

// ApprovedOperation is what an approval lets go ahead.
//
// +kubebuilder:validation:Enum=Widen;Delete;Abandon
// +kubebuilder:validation:XValidation:rule="self != 'Widen'",message="Widen is reserved and has no effect yet: give Delete or Abandon"
type ApprovedOperation string

// The operations of an approval.
const (
	// ApproveWiden is reserved.
	ApproveWiden ApprovedOperation = "Widen"
	// ApproveDelete overrules deletion protection.
	ApproveDelete ApprovedOperation = "Delete"
	// ApproveAbandon lets an object go without a call to AWS.
	ApproveAbandon ApprovedOperation = "Abandon"
)

// ApprovalTarget is one object. Its uid tells it from another of the same name.
//
// +kubebuilder:validation:XValidation:rule="(self.kind == 'ECSServiceLinkedRole') != has(self.__namespace__)",fieldPath=".namespace",message="an ECSRole or ECSPolicy has a namespace, an ECSServiceLinkedRole has none: set or remove namespace"
type ApprovalTarget struct {
	// kind of the object.
	//
	// +required
	Kind ApprovalKind `json:"kind,omitempty"`

	// namespace of the object.
	//
	// +optional
	Namespace NamespaceName `json:"namespace,omitempty"`

	// name of the object.
	//
	// +required
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=253
	Name string `json:"name,omitempty"`

	// uid is metadata.uid of the object.
	//
	// +required
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=64
	UID string `json:"uid,omitempty"`
}

// ApprovalKind is a kind whose plans can be approved.
//
// +kubebuilder:validation:Enum=ECSRole;ECSPolicy;ECSServiceLinkedRole
type ApprovalKind string

// ECSChangeApprovalStatus is what became of an approval. Without expiryTime it was lost, and the approval has expired.
type ECSChangeApprovalStatus struct {
	// observedGeneration is the generation of the spec that the status speaks of; -1 before the first pass.
	//
	// +optional
	ObservedGeneration int64 `json:"observedGeneration,omitempty"`

	// conditions are Ready always, Stalled only while True.
	//
	// +optional
	// +listType=map
	// +listMapKey=type
	// +kubebuilder:validation:MaxItems=8
	// +kubebuilder:validation:XValidation:rule="!(self.exists(c, c.type == 'Reconciling') && self.exists(c, c.type == 'Stalled'))",message="Reconciling and Stalled never appear together"
	Conditions []metav1.Condition `json:"conditions,omitempty"`

	// expiryTime is until when the approval may be used.
	//
	// +optional
	ExpiryTime *metav1.Time `json:"expiryTime,omitempty"`

	// consumedTime is when the approval was used.
	//
	// +optional
	ConsumedTime *metav1.Time `json:"consumedTime,omitempty"`

	// operations stand for the operations of the plan that it was used for. After a crash that plan may be finished, and
	// nothing else.
	//
	// +optional
	// +listType=atomic
	// +kubebuilder:validation:MaxItems=200
	Operations []string `json:"operations,omitempty"`
}
