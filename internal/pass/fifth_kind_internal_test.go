// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package pass

import (
	"context"

	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/internal/guardrail"
	"github.com/ecsiam/ecs-iam-controller/internal/iam"
	"github.com/ecsiam/ecs-iam-controller/internal/ownership"
	"github.com/ecsiam/ecs-iam-controller/internal/plan"
)

// plainKind is the least that a further kind needs: a role with an owner tag and nothing else. It is complete when it
// compiles.
type plainKind struct{}

func (plainKind) Describe() Description {
	return Description{Kind: "Plain", Plural: "plains", Noun: "role"}
}
func (plainKind) New() *v1alpha1.ECSRole            { return &v1alpha1.ECSRole{} }
func (plainKind) NewList() client.ObjectList        { return &v1alpha1.ECSRoleList{} }
func (plainKind) Status(role *v1alpha1.ECSRole) any { return role.Status }

func (plainKind) Names(role *v1alpha1.ECSRole, _ *v1alpha1.AWSAccount) []guardrail.Name {
	return []guardrail.Name{{
		Entity: guardrail.EntityRole, Kind: "Plain", Namespace: role.Namespace, Value: role.Namespace + "_" + role.Name,
		Field: "metadata.name",
	}}
}

func (plainKind) Gather(_ context.Context, by *Reconciler, _ Scope, role *v1alpha1.ECSRole) (Facts, error) {
	return plainRole{
		name:  role.Namespace + "_" + role.Name,
		claim: ownership.Claim{Owner: by.ClusterID + "/" + role.Namespace + "/" + role.Name},
	}, nil
}

func (plainKind) Identify(role *v1alpha1.ECSRole, seen Seen) {
	if seen.Known && seen.Observed.Role != nil {
		role.Status.RoleARN = seen.Observed.Role.ARN
	}
}

// plainRole is all at once: the facts, and what is wanted.
type plainRole struct {
	name  string
	claim ownership.Claim
}

func (r plainRole) Questions() []plan.Question        { return nil }
func (r plainRole) Want(plan.Answers) (Wanted, error) { return wantedPlain{r}, nil }

type wantedPlain struct{ role plainRole }

func (wantedPlain) JudgeQuestions(iam.Observation, plan.Plan) []plan.Question { return nil }
func (wantedPlain) Judge(iam.Observation, plan.Answers) []guardrail.Violation { return nil }
func (wantedPlain) ForcedBoundary() (string, bool)                            { return "", false }

func (w wantedPlain) DiffRevokingFirst(got iam.Observation, answers plan.Answers) plan.Plan {
	return w.Diff(got, answers)
}

func (w wantedPlain) Name() string                 { return w.role.name }
func (w wantedPlain) Fingerprint() Fingerprint     { return Fingerprint{}.Of(w.role.name) }
func (wantedPlain) Warnings() []v1alpha1.Warning   { return nil }
func (wantedPlain) Declared() []string             { return nil }
func (wantedPlain) Missing(o iam.Observation) bool { return o.Role == nil }

func (w wantedPlain) Standing(got iam.Observation) ownership.Standing {
	if got.Role == nil {
		return ownership.Standing{}
	}
	return w.role.claim.Standing(got.Role.Path, got.Role.Tags)
}

func (w wantedPlain) Observe(ctx context.Context, aws iam.Account, _ bool) (iam.Observation, error) {
	return aws.ObserveBareRole(ctx, w.role.name)
}

func (wantedPlain) Questions(iam.Observation) []plan.Question { return nil }

func (w wantedPlain) Diff(got iam.Observation, _ plan.Answers) plan.Plan {
	if got.Role != nil {
		return plan.Plan{}
	}
	return plan.Plan{Steps: []plan.Step{{Op: plan.CreateRole{Role: iam.Role{
		Name: w.role.name, Tags: map[string]string{v1alpha1.TagOwner: w.role.claim.Owner},
	}}}}}
}

func (wantedPlain) Release(iam.Observation) plan.Plan { return plan.Plan{} }
