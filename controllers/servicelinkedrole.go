// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"context"

	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/internal/desired"
	"github.com/ecsiam/ecs-iam-controller/internal/guardrail"
	"github.com/ecsiam/ecs-iam-controller/internal/iam"
	"github.com/ecsiam/ecs-iam-controller/internal/iam/snapshot"
	"github.com/ecsiam/ecs-iam-controller/internal/ownership"
	"github.com/ecsiam/ecs-iam-controller/internal/pass"
	"github.com/ecsiam/ecs-iam-controller/internal/plan"
)

// NewServiceLinkedRoleReconciler ensures that the service-linked roles exist that ECSServiceLinkedRoles declare. ECS
// may create and delete them as well at any time: both are normal, and the next pass settles it.
func NewServiceLinkedRoleReconciler(env pass.Environment) *pass.Reconciler {
	return pass.New(env, linkedKind{})
}

// linkedKind is what differs of ECSServiceLinkedRoles.
type linkedKind struct{}

func (linkedKind) Describe() pass.Description {
	return pass.Description{
		Kind: v1alpha1.KindECSServiceLinkedRole, Plural: "ecsservicelinkedroles", Noun: "role",
		Succession: true, Autonomous: linkedDeletion{}, Shown: snapshot.LinkedRole, InBulk: linkedInBulk,
	}
}

func linkedInBulk(wanted pass.Wanted) pass.InBulk {
	if linked, ok := wanted.(wantedLinked); ok {
		return bulkLinked{linked.role, linked.byPath}
	}
	return nil
}

// linkedDeletion is how AWS deletes service-linked roles: in its own time.
type linkedDeletion struct{}

// UnderWay implements pass.Autonomous.
func (linkedDeletion) UnderWay(object pass.Object) string {
	if role, ok := object.(*v1alpha1.ECSServiceLinkedRole); ok {
		return role.Status.DeletionTaskID
	}
	return ""
}

// Begin implements pass.Autonomous.
func (linkedDeletion) Begin(got iam.Observation) plan.Plan { return plan.RemoveServiceLinked(got) }

func (linkedKind) New() *v1alpha1.ECSServiceLinkedRole { return &v1alpha1.ECSServiceLinkedRole{} }

func (linkedKind) NewList() client.ObjectList                     { return &v1alpha1.ECSServiceLinkedRoleList{} }
func (linkedKind) Status(role *v1alpha1.ECSServiceLinkedRole) any { return role.Status }

// Names is that of the role, which follows from the service.
func (linkedKind) Names(role *v1alpha1.ECSServiceLinkedRole, _ *v1alpha1.AWSAccount) []guardrail.Name {
	return []guardrail.Name{{
		Entity: guardrail.EntityRole, Kind: v1alpha1.KindECSServiceLinkedRole,
		Value: desired.ServiceLinkedRoleName(role), Field: "spec.service",
	}}
}

// Gather has nothing to look up.
func (linkedKind) Gather(
	_ context.Context, _ *pass.Reconciler, scope pass.Scope, role *v1alpha1.ECSServiceLinkedRole,
) (pass.Facts, error) {
	return linkedFacts{role, scope.Account}, nil
}

// Identify implements pass.Kind.
func (linkedKind) Identify(role *v1alpha1.ECSServiceLinkedRole, seen pass.Seen) {
	status := &role.Status
	status.RoleName = desired.ServiceLinkedRoleName(role)
	if seen.Deleting {
		status.DeletionTaskID = seen.UnderWay
	}
	if !seen.Known {
		return
	}
	status.RoleARN, status.RoleID = "", ""
	if r := seen.Observed.Role; r != nil {
		status.RoleARN, status.RoleID = r.ARN, r.ID
	}
}

// linkedFacts are what Kubernetes says of a service-linked role.
type linkedFacts struct {
	role    *v1alpha1.ECSServiceLinkedRole
	account *v1alpha1.AWSAccount
}

// Questions implements pass.Facts.
func (linkedFacts) Questions() []plan.Question { return nil }

// Want implements pass.Facts.
func (f linkedFacts) Want(plan.Answers) (pass.Wanted, error) {
	want, warnings, err := desired.BuildServiceLinked(f.role)
	if err != nil {
		return nil, pass.InvalidSpec(err)
	}
	byPath := f.account != nil && desired.RolePathPrefix(&f.account.Spec) != ""
	return wantedLinked{want, warnings, pass.Causes(f.role.Spec, f.account, nil), byPath}, nil
}

// wantedLinked is what an ECSServiceLinkedRole stands for. It has no owner: the account shares it.
type wantedLinked struct {
	role     desired.ServiceLinked
	warnings []v1alpha1.Warning
	causes   pass.Fingerprint
	// byPath says that roles may be listed by a path that is not this one's.
	byPath bool
}

func (w wantedLinked) Name() string                  { return w.role.Role }
func (w wantedLinked) Warnings() []v1alpha1.Warning  { return w.warnings }
func (wantedLinked) Declared() []string              { return nil }
func (w wantedLinked) Fingerprint() pass.Fingerprint { return w.causes.Of(w.role) }

// Standing implements pass.Wanted.
func (wantedLinked) Standing(got iam.Observation) ownership.Standing {
	if got.Role == nil {
		return ownership.Standing{}
	}
	return ownership.Standing{Held: ownership.Held(got.Role.Tags)}
}

// Missing implements pass.Wanted.
func (wantedLinked) Missing(got iam.Observation) bool { return got.Role == nil }

// Observe implements pass.Wanted.
func (w wantedLinked) Observe(ctx context.Context, aws iam.Account, _ bool) (iam.Observation, error) {
	return aws.ObserveBareRole(ctx, w.role.Role) //nolint:wrapcheck // an *iam.Error says it all
}

// Questions implements pass.Wanted.
func (wantedLinked) Questions(iam.Observation) []plan.Question { return nil }

// Diff implements pass.Wanted.
func (w wantedLinked) Diff(got iam.Observation, _ plan.Answers) plan.Plan {
	return plan.DiffServiceLinked(w.role, got)
}

// DiffRevokingFirst implements pass.Wanted.
func (w wantedLinked) DiffRevokingFirst(got iam.Observation, answers plan.Answers) plan.Plan {
	return w.Diff(got, answers)
}

// JudgeQuestions, Judge and ForcedBoundary implement pass.Wanted: an object without a namespace is an administrator's,
// and nobody has a say in what a service-linked role may do.
func (wantedLinked) JudgeQuestions(iam.Observation, plan.Plan) []plan.Question { return nil }
func (wantedLinked) Judge(iam.Observation, plan.Answers) []guardrail.Violation { return nil }
func (wantedLinked) ForcedBoundary() (string, bool)                            { return "", false }

// Release implements pass.Wanted: nothing marks a service-linked role.
func (wantedLinked) Release(iam.Observation) plan.Plan { return plan.Plan{} }
