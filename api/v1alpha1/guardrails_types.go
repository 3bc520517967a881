// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package v1alpha1

// Guardrails bound what namespaces may do in an account.
//
// +kubebuilder:validation:MinProperties=1
type Guardrails struct {
	PermissionGuardrails `json:",inline"`

	// attachTo are the users and groups that ECSPolicies may be attached to; none when absent, so that no namespace can
	// lift a user or lock one out with a Deny.
	//
	// +optional
	AttachTo *AttachToGuardrail `json:"attachTo,omitempty"`

	// names let namespaces have names in IAM beside those that begin with their own name and an underscore, or are as
	// defaultNamePattern says, which they have without a rule.
	//
	// +optional
	// +listType=atomic
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=50
	Names []NameRule `json:"names,omitempty"`

	// defaultNamePattern takes the place of {namespace}_*, such as prod-{namespace}_*, where several clusters share the
	// account: the names that a namespace has without a rule, and the names of objects that set none. It is text that is
	// the same for all, {namespace}, the character _ or ., and * for the name of the object, with text before and after
	// the * if wanted. Objects that have an entity already keep its name.
	//
	// +optional
	DefaultNamePattern DefaultNamePattern `json:"defaultNamePattern,omitempty"`

	// rolePath is the path below which roles and their instance profiles are, and theirs when they set none, such as
	// /ecs/{namespace}/. {namespace} stands between two of / : . _ or at an end. Any path when absent.
	//
	// +optional
	RolePath RolePathPattern `json:"rolePath,omitempty"`

	// maxRolesPerNamespace is how many ECSRoles of a namespace may have roles in the account; the oldest are admitted.
	// When absent 200, a fifth of the roles that AWS gives an account, or any number if mode is Unrestricted.
	//
	// +optional
	// +kubebuilder:validation:Minimum=1
	// +kubebuilder:validation:Maximum=10000
	MaxRolesPerNamespace int32 `json:"maxRolesPerNamespace,omitempty"`
}

// DefaultNamePattern is a pattern of names in IAM with the placeholder {namespace} and one *.
//
// +kubebuilder:validation:MinLength=1
// +kubebuilder:validation:MaxLength=128
type DefaultNamePattern string

// RolePathPattern is a path in IAM with the placeholder {namespace}.
//
// +kubebuilder:validation:MinLength=1
// +kubebuilder:validation:MaxLength=512
type RolePathPattern string

// NameRule lets namespaces have the names that match a pattern.
type NameRule struct {
	// namespaces that the rule is for.
	//
	// +required
	// +listType=set
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=100
	Namespaces []NamespaceName `json:"namespaces,omitempty"`

	// kinds that the rule is for; all when absent. The names of instance profiles are those of ECSRole.
	//
	// +optional
	// +listType=set
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=2
	Kinds []NamedKind `json:"kinds,omitempty"`

	// namePattern matches names in IAM, with the wildcards * and ? and the placeholder {namespace}, without regard to
	// case. {namespace} stands between two of / : . _ or at an end. Names that AWS's own services and tools use, such as
	// OrganizationAccountAccessRole, must be spelt out.
	//
	// +required
	NamePattern EntityNamePattern `json:"namePattern,omitempty"`
}

// NamedKind is a kind whose objects have a name in IAM.
//
// +kubebuilder:validation:Enum=ECSRole;ECSPolicy
type NamedKind string

// AttachToGuardrail lists patterns of names, in which * and ? are wildcards and {namespace} is the namespace of the
// ECSPolicy. Names are compared without regard to case, as IAM compares them.
//
// +kubebuilder:validation:MinProperties=1
type AttachToGuardrail struct {
	// users that policies may be attached to; none when absent.
	//
	// +optional
	// +listType=set
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=100
	Users []EntityNamePattern `json:"users,omitempty"`

	// groups that policies may be attached to; none when absent.
	//
	// +optional
	// +listType=set
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=100
	Groups []EntityNamePattern `json:"groups,omitempty"`
}

// EntityNamePattern is the name of a user or group with the wildcards * and ? and the placeholder {namespace}.
//
// +kubebuilder:validation:MinLength=1
// +kubebuilder:validation:MaxLength=140
type EntityNamePattern string
