// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"context"
	"fmt"

	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/internal/desired"
	"github.com/ecsiam/ecs-iam-controller/internal/guardrail"
	"github.com/ecsiam/ecs-iam-controller/internal/pass"
	"github.com/ecsiam/ecs-iam-controller/internal/policy"
)

// comingPolicies are the documents of the ECSPolicies that a role refers to, as they are declared. One that is not
// valid is not made.
//
// What several objects of a namespace declare is made in passes of their own, and AWS shows it late. A way to raise
// permissions that a role and its policies make together is therefore looked for in what they declare as well: of two
// changes that make one, the pass that comes later sees both.
func comingPolicies(f *roleFacts, in desired.Inputs) []guardrail.Document {
	var documents []guardrail.Document
	for i, p := range in.Role.Spec.ManagedPolicies {
		if p.PolicyRef == nil {
			continue
		}
		referred, known := f.references.policies[p.PolicyRef.Name]
		if !known || referred.Policy == nil {
			continue
		}
		built, err := desired.BuildPolicy(desired.PolicyInputs{
			Policy: referred.Policy, Account: referred.Account, AccountID: referred.AccountID,
			Partition: referred.Partition, Region: in.Region, ClusterID: in.ClusterID,
		})
		if err == nil {
			documents = append(documents, guardrail.Document{
				Part: "attached/" + in.PolicyRefs[p.PolicyRef.Name].ARN, Content: policy.NewContent(built.Policy.Document),
				Field: fmt.Sprintf("spec.managedPolicies[%d].policyRef", i),
			})
		}
	}
	return documents
}

// comingHolders are the documents that the ECSRoles which refer to a policy declare beside it, by the names of their
// roles.
func comingHolders(
	ctx context.Context, by *pass.Reconciler, in desired.PolicyInputs, region string,
) (map[string][]guardrail.Document, error) {
	var list v1alpha1.ECSRoleList
	options := []client.ListOption{
		client.InNamespace(in.Policy.Namespace), client.MatchingFields{indexPolicyRef: in.Policy.Name},
	}
	if err := by.Client.List(ctx, &list, options...); err != nil {
		return nil, fmt.Errorf("listing the ECSRoles that refer to the policy: %w", err)
	}
	found := map[string][]guardrail.Document{}
	for i := range list.Items {
		role := &list.Items[i]
		if role.Spec.AccountRef != in.Policy.Spec.AccountRef {
			continue
		}
		name := desired.RoleName(role, in.Account)
		found[name] = append(found[name], guardrail.Document{
			Part: "inline/declared", Field: "spec.statements of ECSRole " + role.Name,
			Content: policy.ContentOf(desired.DeclaredStatements(desired.Inputs{
				Role: role, Account: in.Account, AccountID: in.AccountID, Partition: in.Partition, Region: region,
			})),
		})
		others, err := comingBeside(ctx, by, in, role)
		if err != nil {
			return nil, err
		}
		found[name] = append(found[name], others...)
	}
	return found, nil
}

// comingBeside are the documents of the other ECSPolicies that a role refers to.
func comingBeside(
	ctx context.Context, by *pass.Reconciler, in desired.PolicyInputs, role *v1alpha1.ECSRole,
) ([]guardrail.Document, error) {
	var documents []guardrail.Document
	for _, name := range policyRefs(role) {
		other := &v1alpha1.ECSPolicy{}
		err := by.Client.Get(ctx, types.NamespacedName{Namespace: role.Namespace, Name: name}, other)
		if client.IgnoreNotFound(err) != nil {
			return nil, fmt.Errorf("reading ECSPolicy %s/%s: %w", role.Namespace, name, err)
		}
		if err != nil || name == in.Policy.Name {
			continue
		}
		beside := in
		beside.Policy, beside.Roles = other, nil
		if built, err := desired.BuildPolicy(beside); err == nil {
			documents = append(documents, guardrail.Document{
				Part: "attached/" + built.Policy.ARN, Field: "ECSPolicy " + name,
				Content: policy.NewContent(built.Policy.Document),
			})
		}
	}
	return documents, nil
}
