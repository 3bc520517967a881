// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/internal/desired"
	"github.com/ecsiam/ecs-iam-controller/internal/iam"
	"github.com/ecsiam/ecs-iam-controller/internal/ownership"
)

// keepers are the names of the roles that may have the policy attached: those whose ECSRoles refer to it, and of those
// that have it the ones that it is not for the policy to leave. See keeps.
func (r *PolicyReconciler) keepers(
	ctx context.Context, in policyInputs, want desired.Policy, got iam.Observation,
) ([]string, *problem, error) {
	names, err := r.referrers(ctx, in)
	if err != nil || got.Policy == nil {
		return names, nil, err
	}
	for _, role := range got.Policy.Roles {
		known := slices.ContainsFunc(names, func(name string) bool { return strings.EqualFold(name, role) })
		if known || desired.MatchesAnyFold(want.Ignore.Attachments, "role/"+role) {
			continue
		}
		keeps, p, err := r.keeps(ctx, in, role)
		if p != nil || err != nil {
			return nil, p, err
		}
		if keeps {
			names = append(names, role)
		}
	}
	return names, nil, nil
}

// keeps tells whether a role that no ECSRole's reference gives the policy keeps it nevertheless. A role that an ECSRole
// owns loses what that does not declare in the order of the role's own plan, after it got what replaces it. A role that
// was let go of, or is held, stays as it is, and so do all while the CustomResourceDefinition of ECSRoles is deleted.
func (r *PolicyReconciler) keeps(ctx context.Context, in policyInputs, role string) (bool, *problem, error) {
	if terminating, err := r.crdTerminating(ctx, "ecsroles"); terminating || err != nil {
		return terminating, nil, err
	}
	seen, err := in.aws.ObserveBareRole(ctx, role)
	if err != nil {
		return false, readProblem(err), nil
	}
	if seen.Role == nil || ownership.Held(seen.Role.Tags) || ownership.Released(seen.Role.Tags) {
		return true, nil, nil
	}
	var list v1alpha1.ECSRoleList
	if err := r.Client.List(ctx, &list, client.MatchingFields{indexRoleName: strings.ToLower(role)}); err != nil {
		return false, nil, fmt.Errorf("listing the ECSRoles of role %s: %w", role, err)
	}
	return slices.ContainsFunc(list.Items, func(owner v1alpha1.ECSRole) bool {
		claim := desired.Absent(desired.Inputs{
			Role: &owner, Account: in.account, AccountID: in.identity.AccountID, Partition: in.identity.Partition,
			ClusterID: r.ClusterID,
		}).Claim
		return claim.Standing(seen.Role.Path, seen.Role.Tags).Owned()
	}), nil, nil
}
