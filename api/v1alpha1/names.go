// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package v1alpha1

// Names of kinds, as they appear in manifests and messages.
const (
	KindECSRole              = "ECSRole"
	KindECSPolicy            = "ECSPolicy"
	KindECSServiceLinkedRole = "ECSServiceLinkedRole"
	KindAWSAccount           = "AWSAccount"
	KindECSChangeApproval    = "ECSChangeApproval"
)

// Tags on AWS entities. IAM compares the tag keys of roles without regard to case.
const (
	// TagPrefix starts every tag key that belongs to the controller; spec.tags may not hold it in any case.
	TagPrefix = "ecsiam.dev/"
	// TagOwner proves ownership: its value is "<cluster id>/<namespace>/<name>".
	TagOwner = TagPrefix + "owner"
	// TagReleased replaces TagOwner when an object lets go of an entity and leaves it in AWS.
	TagReleased = TagPrefix + "released"
	// TagHold, set by anybody on an AWS entity, makes it observe-only for the controller.
	TagHold = TagPrefix + "hold"
	// TagAWSPrefix starts the keys that AWS reserves for itself.
	TagAWSPrefix = "aws:"
)

// Annotations on the resources of this group.
const (
	// AnnotationPaused with the value "true" stops all reconciliation of an object, deletion included.
	AnnotationPaused = GroupName + "/paused"
	// AnnotationReconcileAt forces a pass whenever its value changes; the value is any token.
	AnnotationReconcileAt = GroupName + "/reconcile-at"
	// AnnotationRecorded on an ECSChangeApproval, set by the controller, says that it has had a status: without one it has
	// lost it.
	AnnotationRecorded = GroupName + "/recorded"
)

const (
	// Finalizer keeps a deleted object until its entities in AWS are deleted or released.
	Finalizer = GroupName + "/finalizer"
	// FieldOwner is the server-side apply field manager of everything that the controller writes.
	FieldOwner = "ecs-iam-controller"
	// ReservedSidPrefix starts the Sids of the statements that the controller makes itself.
	ReservedSidPrefix = "EcsIam"

	// MustNotBeEmpty begins what the schemas say of empty values.
	MustNotBeEmpty = "must not be empty: "
	// DefaultInlinePolicyName is the inline policy that holds an ECSRole's grants and statements.
	DefaultInlinePolicyName = "ecsiam"
)
