// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package v1alpha1

import "slices"

// Checks says which remarks on an object are not wanted.
//
// +kubebuilder:validation:MinProperties=1
type Checks struct {
	// ignore lists the codes of warnings that are left out of the status, of events and of kubectl ecsiam. Codes that are
	// not known are accepted, so that a manifest may name those of a later version.
	//
	// +optional
	// +listType=set
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=50
	Ignore []CheckCode `json:"ignore,omitempty"`
}

// CheckCode is the code of a warning, such as UnknownService.
//
// +kubebuilder:validation:MinLength=1
// +kubebuilder:validation:MaxLength=63
type CheckCode string

// Wants tells whether warnings of a code are wanted; nil wants all.
func (c *Checks) Wants(code WarningCode) bool {
	return c == nil || !slices.Contains(c.Ignore, CheckCode(code))
}

// The codes of what is found in policy statements. The page docs/checks.md has an example and a correction of each.
const (
	// WarningUnknownAction means that an action pattern matches no action of its service.
	WarningUnknownAction WarningCode = "UnknownAction"
	// WarningUnknownService means that the service prefix of an action is not known.
	WarningUnknownService WarningCode = "UnknownService"
	// WarningUnknownOperator means that a condition operator does not exist.
	WarningUnknownOperator WarningCode = "UnknownOperator"
	// WarningMalformedARN means that a resource is no ARN.
	WarningMalformedARN WarningCode = "MalformedARN"
	// WarningForeignPartition means that an ARN is of another partition than the account.
	WarningForeignPartition WarningCode = "ForeignPartition"
	// WarningRefusedDocument means that IAM would refuse the document.
	WarningRefusedDocument WarningCode = "RefusedDocument"
	// WarningNoResourceLevel means that an action without resource-level permissions is allowed on named resources.
	WarningNoResourceLevel WarningCode = "NoResourceLevel"
	// WarningUnusedResource means that no action of a statement has resources of that form.
	WarningUnusedResource WarningCode = "UnusedResource"
	// WarningMissingResource means that an action needs a resource of a type that is not named.
	WarningMissingResource WarningCode = "MissingResource"
	// WarningUnusedConditionKey means that no action of a statement has the condition key.
	WarningUnusedConditionKey WarningCode = "UnusedConditionKey"
	// WarningStringOperatorOnARN means that a condition compares an ARN as text.
	WarningStringOperatorOnARN WarningCode = "StringOperatorOnARN"
	// WarningShortARN means that an ECS resource is named by the short form of its ARN.
	WarningShortARN WarningCode = "ShortARN"
	// WarningNoRevision means that a task definition is named without a revision.
	WarningNoRevision WarningCode = "NoRevision"
	// WarningSecretSuffix means that a secret is named without the characters that Secrets Manager appends.
	WarningSecretSuffix WarningCode = "SecretSuffix"
	// WarningEmptyARNField means that an ARN lacks a region or account that every such resource has.
	WarningEmptyARNField WarningCode = "EmptyARNField"
	// WarningPassRoleAnyService means that a role may be passed to any service.
	WarningPassRoleAnyService WarningCode = "PassRoleAnyService"
	// WarningAdministration means that a wildcard takes in the permissions to change permissions.
	WarningAdministration WarningCode = "Administration"
	// WarningRedundantStatement means that another statement covers all that one says.
	WarningRedundantStatement WarningCode = "RedundantStatement"
	// WarningSharedRole means that one role serves as task role and as task execution role.
	WarningSharedRole WarningCode = "SharedRole"
)
