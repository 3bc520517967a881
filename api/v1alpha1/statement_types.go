// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package v1alpha1

// Statement is one statement of an IAM identity policy. It mirrors IAM's grammar with lists in place of scalars.
//
// +kubebuilder:validation:XValidation:rule="has(self.actions) != has(self.notActions)",message="give exactly one of actions and notActions"
// +kubebuilder:validation:XValidation:rule="has(self.resources) != has(self.notResources)",message="give exactly one of resources and notResources; use [\"*\"] for actions without resource-level permissions"
type Statement struct {
	// sid names the statement within its policy: letters and digits only, unique in the list. The prefix EcsIam is
	// reserved for statements that the controller makes.
	//
	// +optional
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=128
	// +kubebuilder:validation:XValidation:rule="self.matches('^[0-9A-Za-z]*$')",message="a Sid holds only letters and digits (0-9, A-Z, a-z): remove dashes, underscores and spaces"
	// +kubebuilder:validation:XValidation:rule="!self.startsWith('EcsIam')",message="the Sid prefix EcsIam is reserved for statements that the controller makes: choose another"
	Sid string `json:"sid,omitempty"`

	// effect is Allow or Deny.
	//
	// +required
	Effect Effect `json:"effect,omitempty"`

	// actions are the actions that the statement covers, such as s3:GetObject or ecs:Describe*.
	//
	// +optional
	// +listType=atomic
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=250
	Actions []Action `json:"actions,omitempty"`

	// notActions makes the statement cover every action but these.
	//
	// +optional
	// +listType=atomic
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=250
	NotActions []Action `json:"notActions,omitempty"`

	// resources are ARNs with the wildcards * and ?, or "*". Placeholders such as {accountID} are replaced.
	//
	// +optional
	// +listType=atomic
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=250
	// +kubebuilder:validation:items:XValidation:rule="self == '*' || self.startsWith('arn:')",message="a resource is an ARN, such as arn:{partition}:s3:::bucket/*, or \"*\" for all"
	Resources []ResourcePattern `json:"resources,omitempty"`

	// notResources makes the statement cover every resource but these.
	//
	// +optional
	// +listType=atomic
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=250
	// +kubebuilder:validation:items:XValidation:rule="self == '*' || self.startsWith('arn:')",message="a resource is an ARN, such as arn:{partition}:s3:::bucket/*, or \"*\" for all"
	NotResources []ResourcePattern `json:"notResources,omitempty"`

	// condition limits when the statement applies: operator, then condition key, then the list of values.
	//
	// +optional
	Condition Condition `json:"condition,omitempty"`

	// conditions is no field of IAM. It is refused with advice, like the other near misses of api/nearmiss.
	//
	// +optional
	Conditions *Tombstone `json:"conditions,omitempty"`
}

// TrustStatement is one statement of a trust policy: who may assume the role, and when.
type TrustStatement struct {
	// sid names the statement within the trust policy: letters and digits only. The prefix EcsIam is reserved.
	//
	// +optional
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=128
	// +kubebuilder:validation:XValidation:rule="self.matches('^[0-9A-Za-z]*$')",message="a Sid holds only letters and digits (0-9, A-Z, a-z): remove dashes, underscores and spaces"
	// +kubebuilder:validation:XValidation:rule="!self.startsWith('EcsIam')",message="the Sid prefix EcsIam is reserved for statements that the controller makes: choose another"
	Sid string `json:"sid,omitempty"`

	// effect is Allow or Deny.
	//
	// +required
	Effect Effect `json:"effect,omitempty"`

	// principals are those who the statement is about.
	//
	// +required
	Principals Principals `json:"principals,omitzero"`

	// actions are STS actions; sts:AssumeRole when absent.
	//
	// +optional
	// +listType=atomic
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=10
	// +kubebuilder:default={"sts:AssumeRole"}
	Actions []Action `json:"actions,omitempty"`

	// condition limits when the statement applies: operator, then condition key, then the list of values.
	//
	// +optional
	Condition Condition `json:"condition,omitempty"`

	// conditions is no field of IAM. It is refused with advice, like the other near misses of api/nearmiss.
	//
	// +optional
	Conditions *Tombstone `json:"conditions,omitempty"`
}

// Principals are the principals of a trust statement; at least one list is given.
//
// +kubebuilder:validation:MinProperties=1
type Principals struct {
	// aws are ARNs of roles and users, account ids, or "*".
	//
	// +optional
	// +listType=atomic
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=50
	AWS []ResourcePattern `json:"aws,omitempty"`

	// services are service principals such as ecs-tasks.amazonaws.com.
	//
	// +optional
	// +listType=atomic
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=50
	Services []ServicePrincipal `json:"services,omitempty"`

	// federated are ARNs of identity providers.
	//
	// +optional
	// +listType=atomic
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=50
	Federated []ResourcePattern `json:"federated,omitempty"`
}

// Effect says whether a statement allows or denies.
//
// +kubebuilder:validation:Enum=Allow;Deny
type Effect string

// The effects of a statement.
const (
	EffectAllow Effect = "Allow"
	EffectDeny  Effect = "Deny"
)

// Action is "<service>:<action>" with the wildcards * and ?, or "*".
//
// +kubebuilder:validation:MinLength=1
// +kubebuilder:validation:MaxLength=120
// +kubebuilder:validation:XValidation:rule="self == '*' || self.matches('^[\\\\w-]+:[\\\\w*?]+$')",message="an action is <service>:<action>, such as s3:GetObject or ecs:Describe*, or \"*\" for all"
type Action string

// ResourcePattern is an ARN, with the wildcards * and ? and with placeholders such as {accountID}, or "*".
//
// +kubebuilder:validation:MinLength=1
// +kubebuilder:validation:MaxLength=2048
type ResourcePattern string

// ServicePrincipal is the name of an AWS service in a trust policy.
//
// +kubebuilder:validation:MinLength=1
// +kubebuilder:validation:MaxLength=256
// +kubebuilder:validation:XValidation:rule="self.matches('^[A-Za-z0-9{}-]+([.][A-Za-z0-9{}-]+)+$')",message="a service principal is the full name of a service, such as ecs-tasks.amazonaws.com"
type ServicePrincipal string

// Condition is the Condition element of a statement: operator, then condition key, then values. Operators and keys are
// combined with AND, values with OR.
//
// +kubebuilder:validation:MinProperties=1
// +kubebuilder:validation:MaxProperties=32
// +kubebuilder:validation:XValidation:rule="self.all(op, op.matches('^(ForAllValues:|ForAnyValue:)?(String(Not)?Equals(IgnoreCase)?|String(Not)?Like|Numeric(Not)?Equals|Numeric(Less|Greater)Than(Equals)?|Date(Not)?Equals|Date(Less|Greater)Than(Equals)?|Bool|BinaryEquals|(Not)?IpAddress|Arn(Not)?(Equals|Like))(IfExists)?$') || op == 'Null')",messageExpression="'\"' + self.filter(op, !(op.matches('^(ForAllValues:|ForAnyValue:)?(String(Not)?Equals(IgnoreCase)?|String(Not)?Like|Numeric(Not)?Equals|Numeric(Less|Greater)Than(Equals)?|Date(Not)?Equals|Date(Less|Greater)Than(Equals)?|Bool|BinaryEquals|(Not)?IpAddress|Arn(Not)?(Equals|Like))(IfExists)?$') || op == 'Null'))[0] + '\" is not an IAM condition operator: spell it as IAM does, such as StringEquals, StringLike, ArnLike, Bool, Null, IpAddress, NumericLessThan, DateGreaterThan, with ForAnyValue: or ForAllValues: before it or IfExists behind it (Null takes neither IfExists nor a prefix)'"
type Condition map[string]ConditionKeys

// ConditionKeys maps condition keys, such as aws:SourceAccount, to their values.
//
// +kubebuilder:validation:MinProperties=1
// +kubebuilder:validation:MaxProperties=32
type ConditionKeys map[string]ConditionValues

// ConditionValues are the values of one condition key. Write numbers and booleans as strings.
//
// +listType=atomic
// +kubebuilder:validation:MinItems=1
// +kubebuilder:validation:MaxItems=250
type ConditionValues []ConditionValue

// ConditionValue is one value; placeholders such as {accountID} are replaced.
//
// +kubebuilder:validation:MinLength=0
// +kubebuilder:validation:MaxLength=2048
type ConditionValue string

// Tombstone holds the place of a field that must not exist, so that it is refused instead of pruned.
//
// +kubebuilder:pruning:PreserveUnknownFields
// +kubebuilder:validation:Type=object
type Tombstone struct{}
