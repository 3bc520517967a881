// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package v1alpha1

// AssumeRole says which role the controller assumes to reach an account. STS credentials last an hour at most and are
// renewed ahead of their end.
type AssumeRole struct {
	// AssumeRoleHop is the role in the account.
	AssumeRoleHop `json:",inline"`

	// sessionName names the session in CloudTrail and in status.callerARN, that of each role of via as well;
	// ecs-iam-controller when absent.
	//
	// +optional
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=128
	// +kubebuilder:validation:XValidation:rule="self.matches('^[A-Za-z0-9_+=,.@-]{2,64}$')",message="a session name has 2 to 64 letters, digits and characters of _+=,.@-"
	SessionName string `json:"sessionName,omitempty"`

	// sessionTags are the tags of the session in the account, which the policies there may ask for as
	// aws:PrincipalTag. The trust policy of the role must allow sts:TagSession. A session has at most 50 tags, with those
	// that EKS Pod Identity and the controller set.
	//
	// +optional
	// +kubebuilder:validation:MinProperties=1
	// +kubebuilder:validation:MaxProperties=40
	// +kubebuilder:validation:XValidation:rule="self.all(k, k.size() <= 128)",message="a session tag's key is at most 128 characters"
	// +kubebuilder:validation:XValidation:rule="!self.exists(k, k.matches('(?i)^(aws:|ecsiam-|eks-cluster-|kubernetes-)'))",messageExpression="'session tag key ' + self.filter(k, k.matches('(?i)^(aws:|ecsiam-|eks-cluster-|kubernetes-)'))[0] + ' is reserved: keys that begin with aws:, ecsiam-, eks-cluster- or kubernetes-, in any case, are set by AWS, this controller or EKS Pod Identity; rename the key'"
	// +kubebuilder:validation:XValidation:rule="self.all(k, self.exists_one(l, l.lowerAscii() == k.lowerAscii()))",message="two session tag keys differ only by case: STS takes them for one; remove one"
	SessionTags map[string]SessionTagValue `json:"sessionTags,omitempty"`

	// via are the roles that are assumed before it, in this order, at most 3.
	//
	// +optional
	// +listType=atomic
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=8
	// +kubebuilder:validation:XValidation:rule="self.size() <= 3",message="at most 3 roles are assumed before the last one: let an earlier role trust a later one directly, or remove hops"
	Via []AssumeRoleHop `json:"via,omitempty"`

	// sessionScope is Account for one session in the account, or Namespace for one for each namespace, whose tags
	// ecsiam-cluster and ecsiam-namespace let the account's policies confine it; Account when absent. With Namespace the
	// trust policy of the role must allow sts:TagSession.
	//
	// +optional
	SessionScope SessionScope `json:"sessionScope,omitempty"`
}

// SessionScope says what one session is for.
//
// +kubebuilder:validation:Enum=Account;Namespace
type SessionScope string

// The values of SessionScope.
const (
	SessionScopeAccount   SessionScope = "Account"
	SessionScopeNamespace SessionScope = "Namespace"
)

// SessionTagValue is the value of a session tag.
//
// +kubebuilder:validation:MaxLength=256
// +kubebuilder:validation:XValidation:rule="self.matches(r'^[\\p{L}\\p{Z}\\p{N}_.:/=+@-]*$')",message="the value of a session tag has letters, digits, spaces and characters of _.:/=+-@"
type SessionTagValue string

// AssumeRoleHop is one role to assume.
type AssumeRoleHop struct {
	// roleARN is the ARN of the role. Placeholders are not replaced: the account is not known before it is reached.
	//
	// +required
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=2048
	// +kubebuilder:validation:XValidation:rule="self.matches('^arn:[a-z0-9-]+:iam::[0-9]{12}:role/([!-z|~]+/)?[A-Za-z0-9_+=,.@-]{1,64}$')",message="this is the ARN of a role, such as arn:aws:iam::111122223333:role/ecs-iam-controller, without placeholders and wildcards"
	RoleARN string `json:"roleARN,omitempty"`

	// externalID is what the trust policy of the role asks for as sts:ExternalId.
	//
	// +optional
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=1224
	// +kubebuilder:validation:XValidation:rule="self.matches('^[A-Za-z0-9_+=,.@:/-]{2,}$')",message="an external id has 2 to 1224 letters, digits and characters of _+=,.@:/-"
	ExternalID string `json:"externalID,omitempty"`
}
