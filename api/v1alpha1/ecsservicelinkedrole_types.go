// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package v1alpha1

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// ECSServiceLinkedRole declares that a service-linked role that Amazon ECS needs exists in an account. Its content
// belongs to AWS; a role that exists already is taken as it is.
//
// +kubebuilder:object:root=true
// +kubebuilder:subresource:status
// +kubebuilder:resource:scope=Cluster,shortName=ecsslr,categories=ecsiam
// +kubebuilder:printcolumn:name="Service",type=string,JSONPath=`.spec.service`
// +kubebuilder:printcolumn:name="Account",type=string,JSONPath=`.spec.accountRef.name`
// +kubebuilder:printcolumn:name="Role",type=string,JSONPath=`.status.roleName`
// +kubebuilder:printcolumn:name="Ready",type=string,JSONPath=`.status.conditions[?(@.type=="Ready")].status`
// +kubebuilder:printcolumn:name="Reason",type=string,JSONPath=`.status.conditions[?(@.type=="Ready")].reason`
// +kubebuilder:printcolumn:name="ARN",type=string,priority=1,JSONPath=`.status.roleARN`
// +kubebuilder:printcolumn:name="Age",type=date,JSONPath=`.metadata.creationTimestamp`
type ECSServiceLinkedRole struct {
	metav1.TypeMeta `json:",inline"`
	// metadata is the standard object metadata.
	//
	// +optional
	metav1.ObjectMeta `json:"metadata,omitempty"`

	// spec is the role that should exist.
	//
	// +required
	Spec ECSServiceLinkedRoleSpec `json:"spec,omitzero"`

	// status is what the controller last saw and did.
	//
	// +optional
	// +kubebuilder:default={"observedGeneration":-1,"conditions":{{"type":"Ready","status":"Unknown","reason":"Pending","message":"Waiting for the controller.","lastTransitionTime":"1970-01-01T00:00:00Z"}}}
	Status ECSServiceLinkedRoleStatus `json:"status,omitempty,omitzero"`
}

// ECSServiceLinkedRoleList is a list of ECSServiceLinkedRoles.
//
// +kubebuilder:object:root=true
type ECSServiceLinkedRoleList struct {
	metav1.TypeMeta `json:",inline"`
	// metadata is the standard list metadata.
	metav1.ListMeta `json:"metadata,omitempty"`
	// items are the roles.
	Items []ECSServiceLinkedRole `json:"items"`
}

// LinkedService is a service that has a service-linked role which Amazon ECS, or the instances of its clusters, need.
//
// +kubebuilder:validation:Enum=ECS;ECSCompute;ApplicationAutoScaling;AutoScaling;EC2Spot
type LinkedService string

// The values of LinkedService.
const (
	// LinkedServiceECS is Amazon ECS itself: clusters, services, load balancers, service discovery.
	LinkedServiceECS LinkedService = "ECS"
	// LinkedServiceECSCompute is Amazon ECS Managed Instances.
	LinkedServiceECSCompute LinkedService = "ECSCompute"
	// LinkedServiceApplicationAutoScaling is Application Auto Scaling of ECS services.
	LinkedServiceApplicationAutoScaling LinkedService = "ApplicationAutoScaling"
	// LinkedServiceAutoScaling is Amazon EC2 Auto Scaling, for the groups behind capacity providers.
	LinkedServiceAutoScaling LinkedService = "AutoScaling"
	// LinkedServiceEC2Spot is Amazon EC2 Spot, for container instances on Spot capacity.
	LinkedServiceEC2Spot LinkedService = "EC2Spot"
)

// ECSServiceLinkedRoleSpec is a service-linked role that should exist.
//
// +kubebuilder:validation:XValidation:rule="self.service == oldSelf.service",fieldPath=".service",message="service is immutable: create a new ECSServiceLinkedRole for the other service"
// +kubebuilder:validation:XValidation:rule="self.accountRef.name == oldSelf.accountRef.name",fieldPath=".accountRef",message="accountRef is immutable: create a new ECSServiceLinkedRole for the other account"
type ECSServiceLinkedRoleSpec struct {
	// service is the service that the role belongs to; name and path of the role follow from it. Immutable.
	//
	// +required
	Service LinkedService `json:"service,omitempty"`

	// accountRef is the AWSAccount that the role lives in. Its allowedNamespaces do not apply. Immutable.
	//
	// +optional
	// +kubebuilder:default={name: "default"}
	AccountRef AccountReference `json:"accountRef,omitempty,omitzero"`

	// description is the role's description in IAM; AWS's own is left alone when absent.
	//
	// +optional
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=1000
	// +kubebuilder:validation:XValidation:rule="self.matches('^[\\\\t\\\\n\\\\r\\\\x20-\\\\x7E\\\\x{A1}-\\\\x{FF}]*$')",message="holds a character that IAM does not take in a description: it takes Latin-1 without control characters; replace curly quotes, dashes and the like"
	Description string `json:"description,omitempty"`

	// tags are set on the role. Other tags are left alone, also those that were listed here before, and the account's
	// default tags do not apply.
	//
	// +optional
	// +kubebuilder:default={}
	// +kubebuilder:validation:MaxProperties=50
	// +kubebuilder:validation:XValidation:rule="self.all(k, k.size() <= 128 && self[k].size() <= 256)",message="a tag key is at most 128 characters, a value at most 256"
	// +kubebuilder:validation:XValidation:rule="!self.exists(k, k.lowerAscii().startsWith('aws:') || k.lowerAscii().startsWith('ecsiam.dev/'))",messageExpression="'tag key ' + self.filter(k, k.lowerAscii().startsWith('aws:') || k.lowerAscii().startsWith('ecsiam.dev/'))[0] + ' is reserved: keys that begin with aws: or ecsiam.dev/, in any case, cannot be set; rename the key'"
	// +kubebuilder:validation:XValidation:rule="!self.exists(k, k.lowerAscii().startsWith('awſ:') || k.lowerAscii().startsWith('ecſiam.dev/'))",message="keys that begin with aws: or ecsiam.dev/, with the long s (U+017F) as well, are reserved; rename the key"
	// +kubebuilder:validation:XValidation:rule="self.all(k, self.exists_one(l, l.lowerAscii() == k.lowerAscii()))",message="two tag keys differ only by case: IAM takes them for one; remove one"
	Tags map[string]string `json:"tags,omitempty"`

	// deletionPolicy says what becomes of the role when this object is deleted. Delete removes it from the whole account,
	// where other clusters may rely on it. It may be changed while deleting.
	//
	// +optional
	// +kubebuilder:default=Retain
	DeletionPolicy DeletionPolicy `json:"deletionPolicy,omitempty"`

	// reconcilePolicy Enforce applies the plan; Observe publishes it in status and applies nothing.
	//
	// +optional
	// +kubebuilder:default=Enforce
	ReconcilePolicy ReconcilePolicy `json:"reconcilePolicy,omitempty"`
}

// ECSServiceLinkedRoleStatus is what the controller last saw and did.
type ECSServiceLinkedRoleStatus struct {
	SharedStatus `json:",inline"`

	// roleARN is the ARN of the role.
	//
	// +optional
	RoleARN string `json:"roleARN,omitempty"`

	// roleID is IAM's unique id of the role; it changes when the role is replaced.
	//
	// +optional
	RoleID string `json:"roleID,omitempty"`

	// roleName is the name of the role in IAM.
	//
	// +optional
	RoleName string `json:"roleName,omitempty"`

	// deletionTaskID is the deletion that AWS is working on.
	//
	// +optional
	// +kubebuilder:validation:MaxLength=1000
	DeletionTaskID string `json:"deletionTaskID,omitempty"`
}
