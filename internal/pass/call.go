// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package pass

import (
	"context"
	"errors"

	"github.com/ecsiam/ecs-iam-controller/internal/iam"
	"github.com/ecsiam/ecs-iam-controller/internal/plan"
)

// call makes the one call that an operation is. It returns the operation with what AWS added to it. It is the one place
// that turns operations into calls; the linter holds it to be exhaustive.
func call(ctx context.Context, w iam.Writer, op plan.Operation) (plan.Operation, error) {
	switch op := op.(type) {
	case plan.CreateRole:
		arn, id, err := w.CreateRole(ctx, op.Role)
		op.Role.ARN, op.Role.ID = arn, id
		return op, err
	case plan.CreateInstanceProfile:
		arn, id, err := w.CreateInstanceProfile(ctx, op.Profile)
		op.Profile.ARN, op.Profile.ID = arn, id
		return op, err
	case plan.CreatePolicy:
		arn, id, version, err := w.CreatePolicy(ctx, op.Policy)
		op.Policy.ARN, op.Policy.ID, op.Policy.DefaultVersionID = arn, id, version
		op.Policy.Versions = []string{version}
		return op, err
	case plan.CreatePolicyVersion:
		version, err := w.CreatePolicyVersion(ctx, op.ARN, op.New)
		op.Version = version
		return op, err
	case plan.CreateServiceLinkedRole:
		var err error
		op.Role, err = w.CreateServiceLinkedRole(ctx, op.Service, op.Description)
		return op, err
	case plan.DeleteServiceLinkedRole:
		var err error
		op.TaskID, err = w.DeleteServiceLinkedRole(ctx, op.Role)
		return op, err
	default:
		return op, callPlain(ctx, w, op)
	}
}

func callPlain(ctx context.Context, w iam.Writer, op plan.Operation) error {
	switch op := op.(type) {
	case plan.UpdateRole:
		return w.UpdateRole(ctx, op.Role, op.Description, op.SessionSeconds)
	case plan.UpdateTrustPolicy:
		return w.UpdateAssumeRolePolicy(ctx, op.Role, op.New)
	case plan.SetBoundary:
		return w.PutRolePermissionsBoundary(ctx, op.Role, op.New)
	case plan.DeleteBoundary:
		return w.DeleteRolePermissionsBoundary(ctx, op.Role)
	case plan.TagRole:
		return w.TagRole(ctx, op.Role, op.Tags)
	case plan.UntagRole:
		return w.UntagRole(ctx, op.Role, op.Keys)
	case plan.PutRolePolicy:
		return w.PutRolePolicy(ctx, op.Role, op.Policy, op.New)
	case plan.DeleteRolePolicy:
		return w.DeleteRolePolicy(ctx, op.Role, op.Policy)
	case plan.AttachRolePolicy:
		return w.AttachRolePolicy(ctx, op.Role, op.ARN)
	case plan.DetachRolePolicy:
		return w.DetachRolePolicy(ctx, op.Role, op.ARN)
	case plan.DeleteRole:
		return w.DeleteRole(ctx, op.Role)
	default:
		return callProfile(ctx, w, op)
	}
}

func callProfile(ctx context.Context, w iam.Writer, op plan.Operation) error {
	switch op := op.(type) {
	case plan.AddRoleToInstanceProfile:
		return w.AddRoleToInstanceProfile(ctx, op.Profile, op.Role)
	case plan.RemoveRoleFromInstanceProfile:
		return w.RemoveRoleFromInstanceProfile(ctx, op.Profile, op.Role)
	case plan.TagInstanceProfile:
		return w.TagInstanceProfile(ctx, op.Profile, op.Tags)
	case plan.UntagInstanceProfile:
		return w.UntagInstanceProfile(ctx, op.Profile, op.Keys)
	case plan.DeleteInstanceProfile:
		return w.DeleteInstanceProfile(ctx, op.Profile)
	default:
		return callPolicy(ctx, w, op)
	}
}

func callPolicy(ctx context.Context, w iam.Writer, op plan.Operation) error {
	switch op := op.(type) {
	case plan.DeletePolicyVersion:
		return w.DeletePolicyVersion(ctx, op.ARN, op.Version)
	case plan.TagPolicy:
		return w.TagPolicy(ctx, op.ARN, op.Tags)
	case plan.UntagPolicy:
		return w.UntagPolicy(ctx, op.ARN, op.Keys)
	case plan.AttachUserPolicy:
		return w.AttachUserPolicy(ctx, op.User, op.ARN)
	case plan.DetachUserPolicy:
		return w.DetachUserPolicy(ctx, op.User, op.ARN)
	case plan.AttachGroupPolicy:
		return w.AttachGroupPolicy(ctx, op.Group, op.ARN)
	case plan.DetachGroupPolicy:
		return w.DetachGroupPolicy(ctx, op.Group, op.ARN)
	case plan.WithdrawFromRole:
		return w.DetachRolePolicy(ctx, op.Role, op.ARN)
	case plan.DeletePolicy:
		return w.DeletePolicy(ctx, op.ARN)
	default:
		return errors.New("executing a plan: an operation of an unknown kind")
	}
}
