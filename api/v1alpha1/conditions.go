// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package v1alpha1

// ConditionType is the type of a status condition.
type ConditionType = string

// Condition types. Ready is always present. The others appear only while they are True; Reconciling and Stalled never
// appear together: what time or another Kubernetes object will heal is Reconciling, what a person must change, in the
// spec or in AWS, is Stalled.
const (
	// ConditionReady says whether the entities in AWS are as declared and usable.
	ConditionReady ConditionType = "Ready"
	// ConditionReconciling says that the controller is working, or waiting for something that heals without a person.
	ConditionReconciling ConditionType = "Reconciling"
	// ConditionStalled says that a person must change something, in the spec or in AWS.
	ConditionStalled ConditionType = "Stalled"
	// ConditionDrifted says that the entities in AWS differ from the spec and the controller leaves them so.
	ConditionDrifted ConditionType = "Drifted"
	// ConditionGuardrailExceeded says that the entities in AWS hold what the AWSAccount's guardrails would not allow
	// today. Nothing of it is taken away, and nothing is widened.
	ConditionGuardrailExceeded ConditionType = "GuardrailExceeded"
	// ConditionSnapshotStale says of an AWSAccount that its roles could not be read together for two intervals, or not
	// since the controller started. Each role is read by itself until that succeeds.
	ConditionSnapshotStale ConditionType = "SnapshotStale"
	// ConditionEventsUnavailable says of an AWSAccount that the queue of spec.events cannot be read. What others change is
	// found at each interval until it can.
	ConditionEventsUnavailable ConditionType = "EventsUnavailable"
)

// Reason is the machine-readable reason of a condition or an event. The comment of each says what it means and, after
// "To do:", what the user can do about it; docs/conditions.md is generated from these comments.
type Reason string

// Reasons of conditions.
const (
	// ReasonPending means that the controller has not looked at the object yet.
	// To do: nothing; if it stays, see whether the controller runs and whether the object is paused.
	ReasonPending Reason = "Pending"

	// ReasonReconciled means that the entities in AWS are as declared.
	// To do: nothing.
	ReasonReconciled Reason = "Reconciled"

	// ReasonProgressing means that changes are being applied, or are repeated after an error that heals by itself.
	// To do: nothing.
	ReasonProgressing Reason = "Progressing"

	// ReasonPropagating means that everything is applied and the change has not had time to reach ECS yet.
	// To do: nothing; it ends after propagationDelaySeconds of the AWSAccount.
	ReasonPropagating Reason = "Propagating"

	// ReasonAccountNotFound means that the AWSAccount that accountRef names does not exist.
	// To do: create it, or correct accountRef in a new object.
	ReasonAccountNotFound Reason = "AccountNotFound"

	// ReasonReferenceNotReady means that an object that this one refers to does not exist yet or is not Ready.
	// To do: look at the object that the message names.
	ReasonReferenceNotReady Reason = "ReferenceNotReady"

	// ReasonNamespaceNotAllowed means that the AWSAccount does not allow this namespace.
	// To do: ask the owner of the AWSAccount to add the namespace to spec.allowedNamespaces.
	ReasonNamespaceNotAllowed Reason = "NamespaceNotAllowed"

	// ReasonAccountMismatch means that the controller's credentials, or the role of spec.assumeRole, belong to another
	// account than spec.accountID says.
	// To do: correct them, or create an AWSAccount with the right account id.
	ReasonAccountMismatch Reason = "AccountMismatch"

	// ReasonThrottled means that AWS limits the rate of calls.
	// To do: nothing; lower spec.rateLimit of the AWSAccount if other tools suffer.
	ReasonThrottled Reason = "Throttled"

	// ReasonUnavailable means that AWS did not answer, or answered with an error of its own.
	// To do: nothing; if it stays, check the network and AWS's health page.
	ReasonUnavailable Reason = "Unavailable"

	// ReasonInvalidSpec means that the spec cannot become an IAM role; the message names every field that is wrong.
	// To do: correct the fields.
	ReasonInvalidSpec Reason = "InvalidSpec"

	// ReasonPolicyRejected means that IAM refused the content of a policy or of a call.
	// To do: correct the part of the spec that the message names.
	ReasonPolicyRejected Reason = "PolicyRejected"

	// ReasonGuardrailViolation means that the AWSAccount's guardrails forbid what the spec declares.
	// To do: change the spec, or ask the owner of the AWSAccount.
	ReasonGuardrailViolation Reason = "GuardrailViolation"

	// ReasonGuardrailExceeded means that what exists exceeds the AWSAccount's guardrails, which became tighter after it
	// was made. It stays as it is; changes that widen it are refused.
	// To do: change the spec, or ask the owner of the AWSAccount.
	ReasonGuardrailExceeded Reason = "GuardrailExceeded"

	// ReasonBoundaryUntrusted means that the permissions boundary that the AWSAccount gives every role does not exist, or
	// belongs to an object of a namespace, which could change it.
	// To do: have the owner of the AWSAccount name a policy that is managed outside of the controller.
	ReasonBoundaryUntrusted Reason = "BoundaryUntrusted"

	// ReasonOwnershipConflict means that the entity exists and belongs to someone else, or may not be adopted.
	// To do: choose another name in a new object, delete the entity, or allow its adoption.
	ReasonOwnershipConflict Reason = "OwnershipConflict"

	// ReasonNameTaken means that another object has, or had, the better claim to the name in IAM. It stands until the
	// object is deleted: waiting never wins a name.
	// To do: delete the object and create one with another name.
	ReasonNameTaken Reason = "NameTaken"

	// ReasonAccessDenied means that AWS does not let the controller make a call.
	// To do: give the controller the action that the message names; config/iam has the policy it needs.
	ReasonAccessDenied Reason = "AccessDenied"

	// ReasonCredentialsInvalid means that AWS does not accept the controller's credentials: they are missing, expired or
	// not valid. Nothing in AWS changes until they are renewed, and the controller tries again by itself. To do: if it
	// stays, renew the credentials; look at the source that the controller has them from: the annotation of its service
	// account (IRSA), its association (EKS Pod Identity), or its profile, and at the clock of its node.
	ReasonCredentialsInvalid Reason = "CredentialsInvalid"

	// ReasonLimitExceeded means that a quota of the AWS account is reached.
	// To do: remove what is not needed, or have AWS raise the quota that the message names.
	ReasonLimitExceeded Reason = "LimitExceeded"

	// ReasonNotFoundInAWS means that a policy that the spec refers to does not exist in AWS, or cannot be attached.
	// To do: create the policy, or correct the ARN that the message names.
	ReasonNotFoundInAWS Reason = "NotFoundInAWS"

	// ReasonCRDOutdated means that the CustomResourceDefinition in the cluster is older than the controller. It may drop
	// fields that restrict permissions, so nothing is written to AWS.
	// To do: apply the CustomResourceDefinitions of the controller's version.
	ReasonCRDOutdated Reason = "CRDOutdated"

	// ReasonDeletionBlocked means that something outside the object keeps its entities from being deleted.
	// To do: remove what the message names, or set deletionPolicy to Retain.
	ReasonDeletionBlocked Reason = "DeletionBlocked"

	// ReasonRecentlyUsed means that the object is being deleted and its role was used lately, or is too young for its use
	// to be known; the message names the day and the region. The AWSAccount protects such roles from deletion, see its
	// deletionProtection.
	// To do: find out what uses the role; wait until it has not been used for long enough, or have an administrator create
	// an ECSChangeApproval with operation Delete, or set deletionPolicy to Retain.
	ReasonRecentlyUsed Reason = "RecentlyUsed"

	// ReasonDrifted means that AWS differs from the spec and reconcilePolicy is Observe; status.plan has the difference.
	// To do: set reconcilePolicy to Enforce, or change AWS or the spec.
	ReasonDrifted Reason = "Drifted"

	// ReasonRestrictedByOthers means that others attached content that only denies, which the controller leaves alone.
	// To do: ask who restricted the role (incident responders, budget actions) before you remove it in AWS.
	ReasonRestrictedByOthers Reason = "RestrictedByOthers"

	// ReasonContested means that another writer keeps changing the same field back; the controller repairs it hourly.
	// To do: find the other writer in CloudTrail, or list the field under spec.ignore.
	ReasonContested Reason = "Contested"

	// ReasonHeld means that the tag ecsiam.dev/hold in AWS keeps the controller from changing the entity.
	// To do: remove the tag in AWS when the hold is over.
	ReasonHeld Reason = "Held"

	// ReasonApproved means that an ECSChangeApproval may be used.
	// To do: nothing.
	ReasonApproved Reason = "Approved"

	// ReasonConsumed means that an ECSChangeApproval was used. It cannot be used for another plan.
	// To do: nothing; it may be deleted.
	ReasonConsumed Reason = "Consumed"

	// ReasonExpired means that an ECSChangeApproval was not used in time, or that its status was lost, so that nobody
	// knows whether it was used.
	// To do: create another one if it is still needed.
	ReasonExpired Reason = "Expired"

	// ReasonDeleting means that the entities of a deleted object are being deleted.
	// To do: nothing.
	ReasonDeleting Reason = "Deleting"
)

// Reasons of events that report what was done.
const (
	// ReasonCreated means that the role was created.
	// To do: nothing.
	ReasonCreated Reason = "Created"

	// ReasonUpdated means that a change of the spec was applied.
	// To do: nothing.
	ReasonUpdated Reason = "Updated"

	// ReasonAdopted means that an existing role was taken over.
	// To do: nothing.
	ReasonAdopted Reason = "Adopted"

	// ReasonDriftCorrected means that someone changed the role in AWS and the controller changed it back.
	// To do: find the other writer in CloudTrail, or list the field under spec.ignore.
	ReasonDriftCorrected Reason = "DriftCorrected"

	// ReasonRoleReplaced means that the role was deleted and created again outside the controller: its unique id changed.
	// To do: write resource policies that name the role anew, because they still mean the old one.
	ReasonRoleReplaced Reason = "RoleReplaced"

	// ReasonWarned means that the spec is valid and holds what probably does something else than was meant.
	// To do: read status.warnings, and the page docs/checks.md for each code; silence what is meant with
	// spec.checks.ignore.
	ReasonWarned Reason = "Warned"

	// ReasonDeleted means that the role was deleted.
	// To do: nothing.
	ReasonDeleted Reason = "Deleted"

	// ReasonApprovalUsed means that an ECSChangeApproval let a plan go ahead that the controller would have held back.
	// To do: nothing.
	ReasonApprovalUsed Reason = "ApprovalUsed"

	// ReasonReleased means that the object let go of the role and left it in AWS.
	// To do: nothing.
	ReasonReleased Reason = "Released"
)
