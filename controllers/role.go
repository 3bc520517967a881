// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"context"
	"errors"
	"slices"

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

// NewRoleReconciler brings IAM to what ECSRoles declare.
func NewRoleReconciler(env pass.Environment) *pass.Reconciler { return pass.New(env, roleKind{}) }

// roleKind is what differs of ECSRoles.
type roleKind struct{}

func (roleKind) Describe() pass.Description {
	return pass.Description{
		Kind: v1alpha1.KindECSRole, Plural: "ecsroles", Noun: "role",
		UniqueID: roleID, NamedByID: true, Indices: roleIndices, Watches: roleWatches,
		Shown: snapshot.Role, InBulk: roleInBulk,
	}
}

func (roleKind) New() *v1alpha1.ECSRole            { return &v1alpha1.ECSRole{} }
func (roleKind) NewList() client.ObjectList        { return &v1alpha1.ECSRoleList{} }
func (roleKind) Status(role *v1alpha1.ECSRole) any { return role.Status }

// Names are those of the role and of its instance profile.
func (roleKind) Names(role *v1alpha1.ECSRole, account *v1alpha1.AWSAccount) []guardrail.Name {
	return guardrail.RoleNames(role, account)
}

// Gather looks up what the role refers to.
func (roleKind) Gather(
	ctx context.Context, by *pass.Reconciler, scope pass.Scope, role *v1alpha1.ECSRole,
) (pass.Facts, error) {
	facts := &roleFacts{deleting: scope.Deleting, inputs: desired.Inputs{
		Role: role, Account: scope.Account, AccountID: scope.Identity.AccountID, Partition: scope.Identity.Partition,
		Region: by.Region, ClusterID: by.ClusterID, Quotas: scope.Quotas,
	}}
	var err error
	facts.protection, err = protectionIn(ctx, by, scope, role.Namespace)
	if err != nil || scope.Deleting {
		return facts, err
	}
	if facts.references, err = referencesOf(ctx, by, facts.inputs); err != nil {
		return facts, err
	}
	facts.bounds = boundsOf(scope.Account, role.Namespace, scope.Identity, by.Region)
	if passesRoles(role.Spec.Statements) || role.Spec.Grants != nil && len(role.Spec.Grants.PassRoles) > 0 {
		facts.ownRoles = ownRolesOf(ctx, by, facts.inputs)
	}
	return facts, nil
}

// Identify implements pass.Kind.
func (roleKind) Identify(role *v1alpha1.ECSRole, seen pass.Seen) {
	want, ok := seen.Wanted.(wantedRole)
	if !seen.Known || !ok {
		return
	}
	status := &role.Status
	status.RoleName = want.Name()
	status.RoleARN, status.RoleID, status.Path, status.InstanceProfileARN = "", "", "", ""
	status.PermissionsBoundary = ""
	if r := seen.Observed.Role; r != nil && !seen.Refused {
		status.RoleARN, status.RoleID, status.Path, status.PermissionsBoundary = r.ARN, r.ID, r.Path, r.Boundary
	}
	if p := seen.Observed.Profile; p != nil && !seen.Refused && want.role.OfProfile(*p).Owned() {
		status.InstanceProfileARN = p.ARN
	}
}

// roleID is the unique id that the status knows.
func roleID(object pass.Object) string {
	if role, ok := object.(*v1alpha1.ECSRole); ok {
		return role.Status.RoleID
	}
	return ""
}

// Questions asks whose the roles of another name are that the role may pass.
func (f *roleFacts) Questions() []plan.Question { return f.references.questions() }

// Want implements pass.Facts.
func (f *roleFacts) Want(answers plan.Answers) (pass.Wanted, error) {
	if f.deleting {
		absent := desired.Absent(f.inputs)
		absent.Protection = f.protection
		return wantedRole{role: absent, quotas: f.inputs.Quotas}, nil
	}
	in := f.inputs
	in.RoleRefs, in.PolicyRefs = f.references.judge(answers)
	role, err := desired.Build(in)
	guard := newGuardedRole(f, in)
	role.Ignore, role.Protection = guard.honoured(role.Ignore), f.protection
	want := wantedRole{
		role: role, quotas: in.Quotas, guard: guard,
		causes: pass.Causes(in.Role.Spec, in.Account, []any{in.RoleRefs, in.PolicyRefs}),
	}
	if unresolved, ok := errors.AsType[*desired.UnresolvedError](err); ok {
		want.partial = true
		return want, pass.NewProblem(v1alpha1.ReasonReferenceNotReady, pass.ByObject, "%s", unresolved)
	}
	switch {
	case errors.Is(err, desired.ErrQuota):
		return nil, pass.QuotaReached(err)
	case err != nil:
		return nil, pass.InvalidSpec(err)
	}
	return want, nil
}

func (w wantedRole) Name() string { return w.role.Role.Name }

// Warnings implements pass.Wanted.
func (w wantedRole) Warnings() []v1alpha1.Warning {
	return slices.Concat(w.role.Warnings, desired.Warnings(w.role.Findings))
}

func (w wantedRole) Declared() []string { return w.role.Role.Attached }

// Fingerprint implements pass.Wanted.
func (w wantedRole) Fingerprint() pass.Fingerprint {
	role := w.role.Role
	return w.causes.Of(role, role.Trust, role.InlinePolicies, w.role.Profile, w.role.Ignore, w.partial)
}

// Standing implements pass.Wanted.
func (w wantedRole) Standing(got iam.Observation) ownership.Standing {
	if got.Role == nil {
		return ownership.Standing{}
	}
	return w.role.OfRole(*got.Role)
}

// Missing implements pass.Wanted.
func (w wantedRole) Missing(got iam.Observation) bool {
	return got.Role == nil || w.role.Profile != nil && got.Profile == nil
}

// Observe implements pass.Wanted.
func (w wantedRole) Observe(ctx context.Context, aws iam.Account, deleting bool) (iam.Observation, error) {
	q := iam.Query{RoleName: w.role.Role.Name, Expected: w.role.Role.Attached, ForDeletion: deleting}
	if w.role.Profile != nil {
		q.ProfileName = w.role.Profile.Name
	}
	return aws.Observe(ctx, q) //nolint:wrapcheck // an *iam.Error says it all
}

// Questions implements pass.Wanted.
func (w wantedRole) Questions(got iam.Observation) []plan.Question {
	if w.partial {
		return nil
	}
	return plan.RoleQuestions(w.role, got)
}

// Diff is that of the inline policies alone while references are not ready: what must not be passed must not stay there
// until a person corrects the reference.
func (w wantedRole) Diff(got iam.Observation, answers plan.Answers) plan.Plan {
	if w.partial {
		return plan.DiffInline(w.role, got, w.quotas)
	}
	return plan.Diff(w.role, plan.WithDocuments(got, answers), w.quotas)
}

// DiffRevokingFirst implements pass.Wanted.
func (w wantedRole) DiffRevokingFirst(got iam.Observation, answers plan.Answers) plan.Plan {
	if w.partial {
		return w.Diff(got, answers)
	}
	return plan.DiffRevokingFirst(w.role, got, w.quotas)
}

// Release implements pass.Wanted.
func (w wantedRole) Release(got iam.Observation) plan.Plan { return plan.Release(w.role, got) }
