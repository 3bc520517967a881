// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package v1alpha1

// PermissionGuardrails bound what the entities of namespaces may permit. In patterns * and ? are wildcards, and
// {namespace}, {accountID}, {partition} and {region} are replaced; {namespace} stands between two of / : . _ or at an
// end. A rule that is malformed makes the account Stalled, and is read in the strictest way until it is corrected.
type PermissionGuardrails struct {
	// mode is Restricted or Unrestricted. Restricted is in force also where guardrails is absent: nothing may be permitted
	// that allow does not list, and nothing else either that the other fields do not say. Unrestricted lifts that; deny,
	// types, permissionsBoundary, protectedARNs and the names hold nevertheless.
	//
	// +optional
	Mode GuardrailMode `json:"mode,omitempty"`

	// types are the role types that ECSRoles may have; all when absent.
	//
	// +optional
	// +listType=set
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=30
	Types []RoleType `json:"types,omitempty"`

	// permissionsBoundary is the boundary that every role has from the call that creates it on. It must exist, and belong
	// to no object. Roles that exist without it get it with their next change that widens what they permit.
	//
	// +optional
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=2048
	PermissionsBoundary string `json:"permissionsBoundary,omitempty"`

	// allow are the permissions that roles and policies may grant. When absent, they may grant everything that does not
	// let them grant themselves more, with wildcards in actions only behind Get, List, Describe, BatchGet and Head.
	//
	// +optional
	// +listType=atomic
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=50
	Allow []PermissionRule `json:"allow,omitempty"`

	// deny are permissions that roles and policies may not grant, in every mode; what the controller attaches by itself is
	// bound by them too.
	//
	// +optional
	// +listType=atomic
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=50
	Deny []DenialRule `json:"deny,omitempty"`

	// managedPolicyARNs are managed policies that roles may have, beside those that the controller attaches by itself and
	// the ECSPolicies of their namespace; none when absent. Their documents must lie within the other guardrails as well.
	//
	// +optional
	// +listType=set
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=100
	ManagedPolicyARNs []ResourcePattern `json:"managedPolicyARNs,omitempty"`

	// trust is who may assume roles, beside the service of a role's type under its conditions; nobody when absent.
	//
	// +optional
	// +listType=atomic
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=50
	Trust []TrustRule `json:"trust,omitempty"`

	// protectedARNs are roles, policies and instance profiles that nothing is written to, whatever their tags. Always
	// protected are the roles that the controller itself has and assumes, and permissions boundaries.
	//
	// +optional
	// +listType=set
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=100
	ProtectedARNs []ResourcePattern `json:"protectedARNs,omitempty"`

	// tags are the tags that objects may set; none when absent, because policies grant permissions on tags.
	//
	// +optional
	// +listType=atomic
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=50
	Tags []TagRule `json:"tags,omitempty"`

	// ignore is what objects may leave alone that others add in AWS; nothing when absent.
	//
	// +optional
	Ignore *IgnoreGuardrail `json:"ignore,omitempty"`

	// deletionPolicies are those that objects may have; Delete alone when absent, because what is retained is bound by
	// nothing any longer.
	//
	// +optional
	// +listType=set
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=2
	DeletionPolicies []DeletionPolicy `json:"deletionPolicies,omitempty"`
}

// GuardrailMode says whether what no guardrail mentions is permitted.
//
// +kubebuilder:validation:Enum=Restricted;Unrestricted
type GuardrailMode string

// The values of GuardrailMode.
const (
	GuardrailModeRestricted   GuardrailMode = "Restricted"
	GuardrailModeUnrestricted GuardrailMode = "Unrestricted"
)

// PermissionRule allows permissions. An action with which permissions can be raised, such as iam:PassRole, is allowed
// only where a rule spells it out on resources that do not begin with a wildcard.
type PermissionRule struct {
	// actions are patterns of actions, such as s3:Get*.
	//
	// +required
	// +listType=set
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=100
	Actions []ActionPattern `json:"actions,omitempty"`

	// resources are patterns of ARNs, or "*".
	//
	// +required
	// +listType=set
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=100
	Resources []ResourcePattern `json:"resources,omitempty"`

	// requireCondition is a condition that statements must have: the same operators and keys, and no other values.
	//
	// +optional
	RequireCondition RequiredCondition `json:"requireCondition,omitempty"`
}

// DenialRule forbids permissions: a statement that allows any of them is refused.
type DenialRule struct {
	// actions are patterns of actions, such as organizations:*, or "*".
	//
	// +required
	// +listType=set
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=100
	Actions []ActionPattern `json:"actions,omitempty"`

	// resources are patterns of ARNs, or "*".
	//
	// +required
	// +listType=set
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=100
	Resources []ResourcePattern `json:"resources,omitempty"`
}

// TrustRule allows principals to assume roles.
type TrustRule struct {
	// principals are patterns of those who may be named.
	//
	// +required
	Principals TrustedPrincipals `json:"principals,omitzero"`

	// actions are STS actions; sts:AssumeRole when absent.
	//
	// +optional
	// +listType=set
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=10
	Actions []ActionPattern `json:"actions,omitempty"`

	// requireCondition is a condition that statements must have: the same operators and keys, and no other values.
	//
	// +optional
	RequireCondition RequiredCondition `json:"requireCondition,omitempty"`
}

// TrustedPrincipals are patterns of principals; at least one list is given. "*" as a principal is never allowed.
//
// +kubebuilder:validation:MinProperties=1
type TrustedPrincipals struct {
	// aws are patterns of the ARNs of roles and users.
	//
	// +optional
	// +listType=set
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=100
	AWS []ResourcePattern `json:"aws,omitempty"`

	// services are service principals such as lambda.amazonaws.com.
	//
	// +optional
	// +listType=set
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=100
	Services []ResourcePattern `json:"services,omitempty"`

	// federated are patterns of the ARNs of identity providers. A statement for one must name audience and subject.
	//
	// +optional
	// +listType=set
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=100
	Federated []ResourcePattern `json:"federated,omitempty"`
}

// TagRule allows tags.
type TagRule struct {
	// key is a pattern of tag keys, without regard to case.
	//
	// +required
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=128
	Key string `json:"key,omitempty"`

	// values are patterns of values; any when absent.
	//
	// +optional
	// +listType=set
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=100
	Values []TagValuePattern `json:"values,omitempty"`
}

// IgnoreGuardrail are patterns of what spec.ignore of objects may name.
//
// +kubebuilder:validation:MinProperties=1
type IgnoreGuardrail struct {
	// tags are patterns of tag keys.
	//
	// +optional
	// +listType=set
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=100
	Tags []IgnoredPattern `json:"tags,omitempty"`

	// inlinePolicies are patterns of names of inline policies.
	//
	// +optional
	// +listType=set
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=100
	InlinePolicies []IgnoredPattern `json:"inlinePolicies,omitempty"`

	// managedPolicyARNs are patterns of the ARNs of managed policies.
	//
	// +optional
	// +listType=set
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=100
	ManagedPolicyARNs []ResourcePattern `json:"managedPolicyARNs,omitempty"`

	// attachments are patterns of user/<name>, group/<name> and role/<name>, for ECSPolicies.
	//
	// +optional
	// +listType=set
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=100
	Attachments []IgnoredPattern `json:"attachments,omitempty"`
}

// ActionPattern is a pattern of actions.
//
// +kubebuilder:validation:MinLength=1
// +kubebuilder:validation:MaxLength=128
type ActionPattern string

// TagValuePattern is a pattern of the values of a tag.
//
// +kubebuilder:validation:MinLength=0
// +kubebuilder:validation:MaxLength=256
type TagValuePattern string

// IgnoredPattern is a pattern of what is ignored.
//
// +kubebuilder:validation:MinLength=1
// +kubebuilder:validation:MaxLength=256
type IgnoredPattern string

// RequiredCondition maps operator to condition key to values.
//
// +kubebuilder:validation:MinProperties=1
// +kubebuilder:validation:MaxProperties=8
type RequiredCondition map[string]ConditionKeys
