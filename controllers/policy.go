// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"context"
	"errors"

	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/internal/desired"
	"github.com/ecsiam/ecs-iam-controller/internal/guardrail"
	"github.com/ecsiam/ecs-iam-controller/internal/iam"
	"github.com/ecsiam/ecs-iam-controller/internal/ownership"
	"github.com/ecsiam/ecs-iam-controller/internal/pass"
	"github.com/ecsiam/ecs-iam-controller/internal/plan"
)

// attachmentLimit bounds status.attachments, as the schema has it.
const attachmentLimit = 100

// NewPolicyReconciler brings IAM to what ECSPolicies declare.
func NewPolicyReconciler(env pass.Environment) *pass.Reconciler { return pass.New(env, policyKind{}) }

// policyKind is what differs of ECSPolicies.
type policyKind struct{}

func (policyKind) Describe() pass.Description {
	return pass.Description{
		Kind: v1alpha1.KindECSPolicy, Plural: "ecspolicies", Noun: "policy", UniqueID: policyID, Watches: []pass.Watch{{
			Object: &v1alpha1.ECSRole{}, Requests: policiesOfRole, When: pass.SpecChanges(),
		}},
	}
}

func (policyKind) New() *v1alpha1.ECSPolicy              { return &v1alpha1.ECSPolicy{} }
func (policyKind) NewList() client.ObjectList            { return &v1alpha1.ECSPolicyList{} }
func (policyKind) Status(object *v1alpha1.ECSPolicy) any { return object.Status }

// Names is that of the policy.
func (policyKind) Names(object *v1alpha1.ECSPolicy, account *v1alpha1.AWSAccount) []guardrail.Name {
	return guardrail.PolicyNames(object, account)
}

// Gather looks up the roles that refer to the policy.
func (policyKind) Gather(
	ctx context.Context, by *pass.Reconciler, scope pass.Scope, object *v1alpha1.ECSPolicy,
) (pass.Facts, error) {
	facts := policyFacts{deleting: scope.Deleting, inputs: desired.PolicyInputs{
		Policy: object, Account: scope.Account, AccountID: scope.Identity.AccountID, Partition: scope.Identity.Partition,
		Region: by.Region, ClusterID: by.ClusterID,
	}}
	var err error
	facts.inputs.Roles, err = referrers(ctx, by, facts)
	return facts, err
}

// Identify implements pass.Kind.
func (policyKind) Identify(object *v1alpha1.ECSPolicy, seen pass.Seen) {
	if !seen.Known {
		return
	}
	status := &object.Status
	status.PolicyName = seen.Wanted.Name()
	status.PolicyARN, status.PolicyID, status.Path, status.DefaultVersionID = "", "", "", ""
	status.Attachments = nil
	if p := seen.Observed.Policy; p != nil && !seen.Refused {
		status.PolicyARN, status.PolicyID, status.Path = p.ARN, p.ID, p.Path
		status.DefaultVersionID = p.DefaultVersionID
		status.Attachments = pass.Bounded(desired.Attachments(*p), attachmentLimit)
	}
}

// policyID is the unique id that the status knows.
func policyID(object pass.Object) string {
	if policy, ok := object.(*v1alpha1.ECSPolicy); ok {
		return policy.Status.PolicyID
	}
	return ""
}

// policyFacts are what Kubernetes says of a policy.
type policyFacts struct {
	inputs   desired.PolicyInputs
	deleting bool
}

// Questions implements pass.Facts.
func (policyFacts) Questions() []plan.Question { return nil }

// Want implements pass.Facts.
func (f policyFacts) Want(plan.Answers) (pass.Wanted, error) {
	if f.deleting {
		return wantedPolicy{policy: desired.AbsentPolicy(f.inputs)}, nil
	}
	want, err := desired.BuildPolicy(f.inputs)
	switch {
	case errors.Is(err, desired.ErrGuardrail):
		return nil, pass.Forbidden(desired.ErrGuardrail.Error(), err)
	case err != nil:
		return nil, pass.InvalidSpec(err)
	}
	return wantedPolicy{want, pass.Causes(f.inputs.Policy.Spec, f.inputs.Account, nil)}, nil
}

// wantedPolicy is what an ECSPolicy stands for.
type wantedPolicy struct {
	policy desired.Policy
	causes pass.Fingerprint
}

func (w wantedPolicy) Name() string                 { return w.policy.Policy.Name }
func (w wantedPolicy) Warnings() []v1alpha1.Warning { return desired.Warnings(w.policy.Findings) }
func (wantedPolicy) Declared() []string             { return nil }

// Standing implements pass.Wanted.
func (w wantedPolicy) Standing(got iam.Observation) ownership.Standing {
	if got.Policy == nil {
		return ownership.Standing{}
	}
	return w.policy.Standing(got.Policy.Path, got.Policy.Tags)
}

// Missing implements pass.Wanted.
func (wantedPolicy) Missing(got iam.Observation) bool { return got.Policy == nil }

// Fingerprint leaves out the roles: they come and go on their own.
func (w wantedPolicy) Fingerprint() pass.Fingerprint {
	p := w.policy.Policy
	return w.causes.Of(p.Document, p.Tags, p.Users, p.Groups, w.policy.Ignore)
}

// Observe implements pass.Wanted.
func (w wantedPolicy) Observe(ctx context.Context, aws iam.Account, deleting bool) (iam.Observation, error) {
	p := w.policy.Policy
	//nolint:wrapcheck // an *iam.Error says it all
	return aws.ObservePolicy(ctx, iam.PolicyQuery{
		ARN: p.ARN, Name: p.Name, Document: p.Document, ForDeletion: deleting,
	})
}

// Questions implements pass.Wanted.
func (w wantedPolicy) Questions(got iam.Observation) []plan.Question {
	return plan.PolicyQuestions(w.policy, got)
}

// Diff implements pass.Wanted.
func (w wantedPolicy) Diff(got iam.Observation, answers plan.Answers) plan.Plan {
	return plan.DiffPolicy(plan.WithKeepers(w.policy, got, answers), plan.WithVersions(got, answers))
}

// Release implements pass.Wanted.
func (w wantedPolicy) Release(got iam.Observation) plan.Plan {
	return plan.ReleasePolicy(w.policy, got)
}
