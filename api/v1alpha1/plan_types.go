// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package v1alpha1

// PlanStatus is what the controller has not done yet, or will not do. It is empty when AWS is as declared.
type PlanStatus struct {
	// digest stands for the operations, with their content: it is the same as long as the same would be done.
	//
	// +optional
	Digest string `json:"digest,omitempty"`

	// operations are the operations in their order; at most 50.
	//
	// +optional
	// +listType=atomic
	// +kubebuilder:validation:MaxItems=50
	Operations []PlannedOperation `json:"operations,omitempty"`

	// omitted is the number of further operations, which the list has no room for.
	//
	// +optional
	Omitted int32 `json:"omitted,omitempty"`

	// gaps are what AWS permits now and in the end, and may not permit while the operations are made; at most 20.
	//
	// +optional
	// +listType=atomic
	// +kubebuilder:validation:MaxItems=20
	Gaps []PlanGap `json:"gaps,omitempty"`
}

// PlanGap is something that the controller cannot keep permitted at every moment of a plan.
type PlanGap struct {
	// cause says why it cannot.
	//
	// +required
	Cause GapCause `json:"cause,omitempty"`

	// message says what may be missing.
	//
	// +optional
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=1024
	Message string `json:"message,omitempty"`
}

// GapCause says why something may be missing for a moment.
//
// +kubebuilder:validation:Enum=Inexpressible;Unreadable;Quota
type GapCause string

// The causes of a gap.
const (
	// GapInexpressible means that no statement says what two patterns or conditions have in common.
	GapInexpressible GapCause = "Inexpressible"
	// GapUnreadable means that a policy whose content is not known may permit it.
	GapUnreadable GapCause = "Unreadable"
	// GapQuota means that a limit of IAM leaves no room for old and new together.
	GapQuota GapCause = "Quota"
)

// PlannedOperation is one call to IAM that was not made, or not with success.
type PlannedOperation struct {
	// action is the IAM action, such as iam:CreateRole.
	//
	// +optional
	Action string `json:"action,omitempty"`

	// effect says what the operation does to what is permitted.
	//
	// +optional
	Effect OperationEffect `json:"effect,omitempty"`

	// cause says why there is a difference.
	//
	// +optional
	Cause OperationCause `json:"cause,omitempty"`

	// state says what became of the operation.
	//
	// +optional
	State OperationState `json:"state,omitempty"`

	// reason says why the operation is withheld or failed; it is one of the reasons of conditions.
	//
	// +optional
	Reason Reason `json:"reason,omitempty"`

	// message says what the operation does, and why it was not done.
	//
	// +optional
	Message string `json:"message,omitempty"`
}

// OperationEffect says what an operation does to what is permitted.
//
// +kubebuilder:validation:Enum=Widens;Narrows;Neutral
type OperationEffect string

// The effects of an operation.
const (
	// EffectWidens permits something that was not permitted before, whatever else it takes away.
	EffectWidens OperationEffect = "Widens"
	// EffectNarrows takes something away and permits nothing new.
	EffectNarrows OperationEffect = "Narrows"
	// EffectNeutral changes nothing that is permitted.
	EffectNeutral OperationEffect = "Neutral"
)

// OperationCause says why AWS differs from what is declared.
//
// +kubebuilder:validation:Enum=Spec;Drift;Account;References;Catalogue;Adoption;Deletion
type OperationCause string

// The causes of an operation.
const (
	// CauseSpec is a change of the object.
	CauseSpec OperationCause = "Spec"
	// CauseDrift is a change in AWS.
	CauseDrift OperationCause = "Drift"
	// CauseAccount is a change of the AWSAccount.
	CauseAccount OperationCause = "Account"
	// CauseReferences is a change of an object that this one refers to.
	CauseReferences OperationCause = "References"
	// CauseCatalogue is a change of what the controller knows of role types and grants, with a new version of it.
	CauseCatalogue OperationCause = "Catalogue"
	// CauseAdoption is the adoption of an entity that exists already.
	CauseAdoption OperationCause = "Adoption"
	// CauseDeletion is the deletion of the object.
	CauseDeletion OperationCause = "Deletion"
)

// OperationState says what became of an operation.
//
// +kubebuilder:validation:Enum=Pending;Withheld;Failed
type OperationState string

// The states of an operation.
const (
	// OperationPending is done with the next pass.
	OperationPending OperationState = "Pending"
	// OperationWithheld is not done, for instance because an operation that it needs failed, or under Observe.
	OperationWithheld OperationState = "Withheld"
	// OperationFailed was refused by AWS, or got no answer.
	OperationFailed OperationState = "Failed"
)

// Warning is a remark that does not stop the controller.
type Warning struct {
	// code is what the remark is about, for programs.
	//
	// +optional
	Code WarningCode `json:"code,omitempty"`

	// field is the field of the object that the remark is about, such as spec.grants.ecr; empty for the whole object.
	//
	// +optional
	Field string `json:"field,omitempty"`

	// message is the remark.
	//
	// +optional
	Message string `json:"message,omitempty"`
}

// WarningCode is the machine-readable kind of a warning.
type WarningCode string

// The codes of warnings.
const (
	// WarningLegacyType means that a service-linked role has taken the place of the role type.
	WarningLegacyType WarningCode = "LegacyType"
	// WarningNoPermissions means that the role permits nothing.
	WarningNoPermissions WarningCode = "NoPermissions"
	// WarningPassesNoRoles means that the role may start tasks and pass no roles to them.
	WarningPassesNoRoles WarningCode = "PassesNoRoles"
	// WarningPassesAnyRole means that the role may pass every role in the account.
	WarningPassesAnyRole WarningCode = "PassesAnyRole"
	// WarningNamingConvention means that a policy of AWS's expects names that are not used.
	WarningNamingConvention WarningCode = "NamingConvention"
	// WarningNoEffect means that a field has no effect beside another.
	WarningNoEffect WarningCode = "NoEffect"
	// WarningCannotBeChanged means that AWS differs from the spec in something that AWS cannot change.
	WarningCannotBeChanged WarningCode = "CannotBeChanged"
	// WarningOutOfBounds means that an entity breaks a bound of its account that was set later: what would widen it is
	// withheld.
	WarningOutOfBounds WarningCode = "OutOfBounds"
	// WarningSharedDeletion means that deletion removes what others may rely on.
	WarningSharedDeletion WarningCode = "SharedDeletion"
)
