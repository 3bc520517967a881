// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package guardrail

import (
	"slices"
	"time"

	"k8s.io/apimachinery/pkg/types"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
)

// Request is a plan for an object that needs an approval.
type Request struct {
	// Kind, Namespace, Name and UID are the object's.
	Kind, Namespace, Name string
	UID                   types.UID
	// Operation is what the approval must be for.
	Operation v1alpha1.ApprovedOperation
	// Digest stands for the plan, and Operations, each on its own, for the operations of it.
	Digest     string
	Operations []string
}

// Approves reports whether an approval lets the plan go ahead. One that was used lets that plan be finished, which is
// one with none but its operations, even after its time; and no other plan.
func Approves(a *v1alpha1.ECSChangeApproval, r Request, now time.Time) bool {
	target := a.Spec.TargetRef
	switch {
	case string(target.Kind) != r.Kind || string(target.Namespace) != r.Namespace || target.Name != r.Name ||
		target.UID == "" || target.UID != string(r.UID) || a.Spec.Operation != r.Operation || a.Status.ExpiryTime == nil:
		return false
	case a.Status.ConsumedTime != nil:
		return !slices.ContainsFunc(r.Operations, func(op string) bool { return !slices.Contains(a.Status.Operations, op) })
	case !now.Before(Expiry(a)):
		return false
	}
	return a.Spec.Digest == r.Digest && r.Digest != "" ||
		a.Spec.Digest == "" && r.Operation == v1alpha1.ApproveAbandon
}

// Expiry is until when an approval may be used.
func Expiry(a *v1alpha1.ECSChangeApproval) time.Time {
	return a.CreationTimestamp.Add(time.Duration(a.Spec.ValidForSeconds) * time.Second)
}

// Lost reports whether an approval has lost its status, so that nobody knows whether it was used.
func Lost(a *v1alpha1.ECSChangeApproval) bool {
	_, recorded := a.Annotations[v1alpha1.AnnotationRecorded]
	return recorded && a.Status.ExpiryTime == nil
}
