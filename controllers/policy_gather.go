// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/internal/desired"
)

// policyInputs is everything that one pass over a policy decides from.
type policyInputs struct {
	access
	object *v1alpha1.ECSPolicy
	// contest is the object's claim to its name beside those of others.
	contest contest
}

// gather collects the inputs. What is missing ends the pass as a problem; an error is one of the Kubernetes API.
func (r *PolicyReconciler) gather(
	ctx context.Context, object *v1alpha1.ECSPolicy,
) (policyInputs, *problem, error) {
	in := policyInputs{object: object}
	account, p, err := r.admit(ctx, object, policyAccount(object))
	in.account = account
	if p != nil || err != nil {
		return in, p, err
	}
	if object.DeletionTimestamp.IsZero() {
		if in.contest, err = r.contestPolicy(ctx, object, account); err != nil {
			return in, nil, err
		}
	}
	in.aws = r.Accounts.ForAccount(ctx, accountConfig(account))
	p = in.identify(ctx)
	return in, p, nil
}

// build turns the inputs into what should be.
func (r *PolicyReconciler) build(in policyInputs) (desired.Policy, *problem) {
	from := desired.PolicyInputs{
		Policy: in.object, Account: in.account, AccountID: in.identity.AccountID, Partition: in.identity.Partition,
		Region: r.Region, ClusterID: r.ClusterID,
	}
	if !in.object.DeletionTimestamp.IsZero() {
		return desired.AbsentPolicy(from), nil
	}
	want, err := desired.BuildPolicy(from)
	switch {
	case errors.Is(err, desired.ErrGuardrail):
		return want, problemf(v1alpha1.ReasonGuardrailViolation, bySpec, "%s", err)
	case err != nil:
		return want, problemf(v1alpha1.ReasonInvalidSpec, bySpec, "%s", fieldErrors(err))
	}
	return want, nil
}

// referrers are the names in IAM of the roles whose ECSRoles refer to the policy. Those may have it attached.
func (r *PolicyReconciler) referrers(ctx context.Context, in policyInputs) ([]string, error) {
	object := in.object
	var list v1alpha1.ECSRoleList
	if err := r.Client.List(ctx, &list, client.InNamespace(object.Namespace)); err != nil {
		return nil, fmt.Errorf("listing the ECSRoles that refer to the policy: %w", err)
	}
	var names []string
	for i := range list.Items {
		role := &list.Items[i]
		if !slices.Contains(policyRefs(role), object.Name) {
			continue
		}
		shares, err := r.sharing(ctx, roleClaim(role), in.account)
		if err != nil {
			return nil, err
		}
		if shares != nil {
			names = append(names, desired.RoleName(role))
		}
	}
	slices.Sort(names)
	return names, nil
}

// policyRefs are the names of the ECSPolicies that an ECSRole refers to.
func policyRefs(role *v1alpha1.ECSRole) []string {
	var names []string
	for i := range role.Spec.ManagedPolicies {
		if ref := role.Spec.ManagedPolicies[i].PolicyRef; ref != nil {
			names = append(names, ref.Name)
		}
	}
	return names
}

func policyAccount(object *v1alpha1.ECSPolicy) string {
	if object.Spec.AccountRef.Name != "" {
		return object.Spec.AccountRef.Name
	}
	return "default"
}

func policyKey(object *v1alpha1.ECSPolicy) string {
	return strings.ToLower(desired.PolicyName(object))
}

// indexPolicies adds the indices to a cache.
func indexPolicies(ctx context.Context, indexer client.FieldIndexer) error {
	indices := map[string]func(*v1alpha1.ECSPolicy) string{indexPolicyName: policyKey, indexAccount: policyAccount}
	for name, key := range indices {
		extract := func(o client.Object) []string {
			object, ok := o.(*v1alpha1.ECSPolicy)
			if !ok {
				return nil
			}
			return []string{key(object)}
		}
		if err := indexer.IndexField(ctx, &v1alpha1.ECSPolicy{}, name, extract); err != nil {
			return fmt.Errorf("indexing ECSPolicies by %s: %w", name, err)
		}
	}
	return nil
}
