// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package v1alpha1

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// ECSPolicy declares one customer managed policy. ECSRoles of the namespace refer to it by name; users and groups are
// listed in attachTo. The object is authoritative for the attachments of its policy: what IAM lists beyond those is
// detached.
//
// +kubebuilder:object:root=true
// +kubebuilder:subresource:status
// +kubebuilder:resource:path=ecspolicies,scope=Namespaced,shortName=ecsp,categories=ecsiam
// +kubebuilder:printcolumn:name="Policy",type=string,JSONPath=`.status.policyName`
// +kubebuilder:printcolumn:name="Version",type=string,JSONPath=`.status.defaultVersionID`
// +kubebuilder:printcolumn:name="Ready",type=string,JSONPath=`.status.conditions[?(@.type=="Ready")].status`
// +kubebuilder:printcolumn:name="Reason",type=string,JSONPath=`.status.conditions[?(@.type=="Ready")].reason`
// +kubebuilder:printcolumn:name="ARN",type=string,priority=1,JSONPath=`.status.policyARN`
// +kubebuilder:printcolumn:name="Age",type=date,JSONPath=`.metadata.creationTimestamp`
// +kubebuilder:validation:XValidation:rule="self.metadata.name.size() <= 63",message="metadata.name is at most 63 characters: choose a shorter name, and spec.policyName for the name in IAM"
type ECSPolicy struct {
	metav1.TypeMeta `json:",inline"`
	// metadata is the standard object metadata.
	//
	// +optional
	metav1.ObjectMeta `json:"metadata,omitempty"`

	// spec is the policy as it should be.
	//
	// +required
	Spec ECSPolicySpec `json:"spec,omitzero"`

	// status is what the controller last saw and did; it is never authority.
	//
	// +optional
	// +kubebuilder:default={"observedGeneration":-1,"conditions":{{"type":"Ready","status":"Unknown","reason":"Pending","message":"Waiting for the controller.","lastTransitionTime":"1970-01-01T00:00:00Z"}}}
	Status ECSPolicyStatus `json:"status,omitempty,omitzero"`
}

// ECSPolicyList is a list of ECSPolicies.
//
// +kubebuilder:object:root=true
type ECSPolicyList struct {
	metav1.TypeMeta `json:",inline"`
	// metadata is the standard list metadata.
	metav1.ListMeta `json:"metadata,omitempty"`
	// items are the policies.
	Items []ECSPolicy `json:"items"`
}

// ECSPolicySpec is the desired managed policy.
//
// +kubebuilder:validation:XValidation:rule="self.accountRef.name == oldSelf.accountRef.name",fieldPath=".accountRef",message="accountRef is immutable: create a new ECSPolicy for the other account"
// +kubebuilder:validation:XValidation:rule="has(self.policyName) == has(oldSelf.policyName) && (!has(self.policyName) || self.policyName == oldSelf.policyName)",fieldPath=".policyName",message="policyName is immutable, setting or removing it included: create a new ECSPolicy with the other name"
// +kubebuilder:validation:XValidation:rule="has(self.path) == has(oldSelf.path) && (!has(self.path) || self.path == oldSelf.path)",fieldPath=".path",message="path is immutable, setting or removing it included: IAM cannot move a policy; create a new ECSPolicy with the other path"
// +kubebuilder:validation:XValidation:rule="has(self.description) == has(oldSelf.description) && (!has(self.description) || self.description == oldSelf.description)",fieldPath=".description",message="description is immutable, setting or removing it included: IAM cannot change the description of a policy; create a new ECSPolicy"
type ECSPolicySpec struct {
	// accountRef is the AWSAccount that the policy lives in. Immutable.
	//
	// +optional
	// +kubebuilder:default={name: "default"}
	AccountRef AccountReference `json:"accountRef,omitempty,omitzero"`

	// policyName is the name in IAM, unique in the account without regard to case; <namespace>_<name> when absent.
	// Immutable.
	//
	// +optional
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=128
	// +kubebuilder:validation:XValidation:rule="self.matches('^[A-Za-z0-9_+=,.@-]+$')",message="a policy name holds letters, digits and _+=,.@- only: remove spaces, slashes and the like"
	PolicyName string `json:"policyName,omitempty"`

	// path is the path in IAM, "/" or "/…/"; the account's default, taken at creation, when absent. Paths of policies
	// hold fewer characters than those of roles. Immutable.
	//
	// +optional
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=512
	// +kubebuilder:validation:XValidation:rule="self.matches('^((/[A-Za-z0-9.,+@=_-]+)*)/$')",message="the path of a policy begins and ends with a slash, such as / or /ecs/, and holds letters, digits and .,+@=_- between single slashes"
	Path string `json:"path,omitempty"`

	// description is the policy's description in IAM. Immutable.
	//
	// +optional
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=1000
	// +kubebuilder:validation:XValidation:rule="self.matches('^[\\\\t\\\\n\\\\r\\\\x20-\\\\x7E\\\\x{A1}-\\\\x{FF}]*$')",message="holds a character that IAM does not take in a description: it takes Latin-1 without control characters; replace curly quotes, dashes and the like"
	Description string `json:"description,omitempty"`

	// tags are set on the policy. The account's default tags win over them. Keys that differ only by case are two tags.
	//
	// +optional
	// +kubebuilder:default={}
	// +kubebuilder:validation:MaxProperties=49
	// +kubebuilder:validation:XValidation:rule="self.all(k, k.size() <= 128 && self[k].size() <= 256)",message="a tag key is at most 128 characters, a value at most 256"
	// +kubebuilder:validation:XValidation:rule="!self.exists(k, k.lowerAscii().startsWith('aws:') || k.lowerAscii().startsWith('ecsiam.dev/'))",messageExpression="'tag key ' + self.filter(k, k.lowerAscii().startsWith('aws:') || k.lowerAscii().startsWith('ecsiam.dev/'))[0] + ' is reserved: keys that begin with aws: or ecsiam.dev/, in any case, cannot be set; rename the key'"
	// +kubebuilder:validation:XValidation:rule="!self.exists(k, k.lowerAscii().startsWith('awſ:') || k.lowerAscii().startsWith('ecſiam.dev/'))",message="keys that begin with aws: or ecsiam.dev/, with the long s (U+017F) as well, are reserved; rename the key"
	Tags map[string]string `json:"tags,omitempty"`

	// statements are the policy. Placeholders such as {accountID} are replaced.
	//
	// +required
	// +listType=atomic
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=200
	// +kubebuilder:validation:XValidation:rule="self.all(s, !has(s.sid) || self.exists_one(t, has(t.sid) && t.sid == s.sid))",message="two statements have the same sid: a Sid is unique within its policy; rename one"
	Statements []Statement `json:"statements,omitempty"`

	// attachTo lists the users and groups that the policy is attached to; guardrails.attachTo of the AWSAccount must
	// allow each of them. Roles are attached by managedPolicies[].policyRef of an ECSRole in the same namespace.
	//
	// +optional
	AttachTo *AttachTo `json:"attachTo,omitempty"`

	// ignore lists what others may add to the policy without the controller removing it.
	//
	// +optional
	Ignore *PolicyIgnore `json:"ignore,omitempty"`

	// checks says which remarks on the statements are not wanted.
	//
	// +optional
	Checks *Checks `json:"checks,omitempty"`

	// adoptionPolicy says whether an existing policy of this name may be taken over. Never refuses; IfEqual takes it over
	// when only the owner tag differs; Adopt takes it over and makes it equal. The AWSAccount must allow it as well.
	//
	// +optional
	// +kubebuilder:default=Never
	AdoptionPolicy AdoptionPolicy `json:"adoptionPolicy,omitempty"`

	// deletionPolicy says what becomes of the policy when this object is deleted. It may be changed while deleting.
	//
	// +optional
	// +kubebuilder:default=Delete
	DeletionPolicy DeletionPolicy `json:"deletionPolicy,omitempty"`

	// reconcilePolicy Enforce applies the plan; Observe publishes it in status and applies nothing.
	//
	// +optional
	// +kubebuilder:default=Enforce
	ReconcilePolicy ReconcilePolicy `json:"reconcilePolicy,omitempty"`
}

// AttachTo lists users and groups.
//
// +kubebuilder:validation:MinProperties=1
type AttachTo struct {
	// users of the account.
	//
	// +optional
	// +listType=map
	// +listMapKey=name
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=100
	Users []UserReference `json:"users,omitempty"`

	// groups of the account.
	//
	// +optional
	// +listType=map
	// +listMapKey=name
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=100
	Groups []GroupReference `json:"groups,omitempty"`
}

// UserReference names an IAM user.
type UserReference struct {
	// name of the user, without its path.
	//
	// +required
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=64
	// +kubebuilder:validation:XValidation:rule="self.matches('^[A-Za-z0-9_+=,.@-]+$')",message="a user name holds letters, digits and _+=,.@- only, and stands without path and ARN"
	Name string `json:"name,omitempty"`
}

// GroupReference names an IAM group.
type GroupReference struct {
	// name of the group, without its path.
	//
	// +required
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=128
	// +kubebuilder:validation:XValidation:rule="self.matches('^[A-Za-z0-9_+=,.@-]+$')",message="a group name holds letters, digits and _+=,.@- only, and stands without path and ARN"
	Name string `json:"name,omitempty"`
}

// PolicyIgnore lists patterns of what others may add to a managed policy. * and ? are wildcards.
//
// +kubebuilder:validation:MinProperties=1
type PolicyIgnore struct {
	// attachments are patterns of users, groups and roles that others may attach the policy to.
	//
	// +optional
	// +listType=set
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=50
	Attachments []AttachmentPattern `json:"attachments,omitempty"`

	// tags are patterns of tag keys that are left alone.
	//
	// +optional
	// +listType=set
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=50
	Tags []Pattern `json:"tags,omitempty"`
}

// AttachmentPattern is user/, group/ or role/ and a name with the wildcards * and ?, or "*" for all.
//
// +kubebuilder:validation:MinLength=1
// +kubebuilder:validation:MaxLength=140
// +kubebuilder:validation:XValidation:rule="self == '*' || self.matches('^(user|group|role)/[A-Za-z0-9_+=,.@*?-]+$')",message="an attachment is user/<name>, group/<name> or role/<name>, such as role/AWSReservedSSO_*, or \"*\" for all"
type AttachmentPattern string

// ECSPolicyStatus is what the controller last saw and did.
type ECSPolicyStatus struct {
	SharedStatus `json:",inline"`

	// policyARN is the ARN of the policy.
	//
	// +optional
	PolicyARN string `json:"policyARN,omitempty"`

	// policyID is IAM's unique id of the policy; it changes when the policy is replaced.
	//
	// +optional
	PolicyID string `json:"policyID,omitempty"`

	// policyName is the name of the policy in IAM.
	//
	// +optional
	PolicyName string `json:"policyName,omitempty"`

	// path is the path of the policy in IAM.
	//
	// +optional
	Path string `json:"path,omitempty"`

	// defaultVersionID is the version in force, such as v3.
	//
	// +optional
	DefaultVersionID string `json:"defaultVersionID,omitempty"`

	// attachments are the users, groups and roles that the policy is attached to, as user/<name> and so on; at most 100.
	//
	// +optional
	// +listType=atomic
	// +kubebuilder:validation:MaxItems=100
	Attachments []string `json:"attachments,omitempty"`
}
