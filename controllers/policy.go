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

// attachmentLimit bounds status.attachments, as the schema has it.
const attachmentLimit = 100

// NewPolicyReconciler brings IAM to what ECSPolicies declare.
func NewPolicyReconciler(env pass.Environment) *pass.Reconciler { return pass.New(env, policyKind{}) }

// policyKind is what differs of ECSPolicies.
type policyKind struct{}

func (policyKind) Describe() pass.Description {
	return pass.Description{
		Kind: v1alpha1.KindECSPolicy, Plural: "ecspolicies", Noun: "policy", UniqueID: policyID,
		Shown: snapshot.Policy, InBulk: policyInBulk, Watches: []pass.Watch{{
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
	if facts.inputs.Roles, err = referrers(ctx, by, facts); err != nil {
		return facts, err
	}
	if facts.protection, err = protectionIn(ctx, by, scope, object.Namespace); err != nil {
		return facts, err
	}
	if adopts := object.Spec.AdoptionPolicy; adopts != "" && adopts != v1alpha1.AdoptionNever {
		facts.protection.Boundaries, err = boundariesOf(ctx, by, scope, object.Namespace)
	}
	if err != nil || facts.deleting {
		return facts, err
	}
	facts.guard = guardedPolicy{
		bounds: boundsOf(scope.Account, object.Namespace, scope.Identity, by.Region), inputs: facts.inputs,
		passing: passing{owners: ownersIn(scope.Account, by.ClusterID, object.Namespace)},
	}
	facts.guard.coming, err = comingHolders(ctx, by, facts.inputs, by.Region)
	if err != nil || !passesRoles(object.Spec.Statements) {
		return facts, err
	}
	facts.guard.passing.own = ownRolesOf(ctx, by, desired.Inputs{
		Role: &v1alpha1.ECSRole{
			ObjectMeta: object.ObjectMeta, Spec: v1alpha1.ECSRoleSpec{AccountRef: object.Spec.AccountRef},
		},
		Account: scope.Account, AccountID: scope.Identity.AccountID, Partition: scope.Identity.Partition,
	})
	return facts, nil
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

// Questions implements pass.Facts.
func (policyFacts) Questions() []plan.Question { return nil }

// Want implements pass.Facts.
func (f policyFacts) Want(plan.Answers) (pass.Wanted, error) {
	if f.deleting {
		absent := desired.AbsentPolicy(f.inputs)
		absent.Protection = f.protection
		return wantedPolicy{policy: absent}, nil
	}
	want, err := desired.BuildPolicy(f.inputs)
	if err != nil {
		return nil, pass.InvalidSpec(err)
	}
	want.Protection = f.protection
	bounds := f.guard.bounds
	want.Ignore.Tags = bounds.Ignorable(guardrail.IgnoredTags, want.Ignore.Tags)
	want.Ignore.Attachments = bounds.Ignorable(guardrail.IgnoredAttachments, want.Ignore.Attachments)
	return wantedPolicy{
		policy: want, causes: pass.Causes(f.inputs.Policy.Spec, f.inputs.Account, nil), guard: f.guard,
		forbidden: guardrail.Unattachable(want.Forbidden),
	}, nil
}

func (w wantedPolicy) Name() string                 { return w.policy.Policy.Name }
func (w wantedPolicy) Warnings() []v1alpha1.Warning { return desired.Warnings(w.policy.Findings) }
func (wantedPolicy) Declared() []string             { return nil }

// Standing implements pass.Wanted.
func (w wantedPolicy) Standing(got iam.Observation) ownership.Standing {
	if got.Policy == nil {
		return ownership.Standing{}
	}
	return w.policy.OfPolicy(*got.Policy)
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

// DiffRevokingFirst implements pass.Wanted: a policy has one document.
func (w wantedPolicy) DiffRevokingFirst(got iam.Observation, answers plan.Answers) plan.Plan {
	return w.Diff(got, answers)
}
