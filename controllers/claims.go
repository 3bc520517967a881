// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"context"
	"fmt"
	"strings"

	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/internal/desired"
)

// Indices of objects in the cache.
const (
	// indexRoleName is the name in IAM, in lower case since IAM's names are unique without regard to case.
	indexRoleName = "iam-role-name"
	// indexPolicyName is the same of policies.
	indexPolicyName = "iam-policy-name"
	// indexAccount is the name of the AWSAccount.
	indexAccount = "account"
)

func accountName(role *v1alpha1.ECSRole) string {
	if role.Spec.AccountRef.Name != "" {
		return role.Spec.AccountRef.Name
	}
	return "default"
}

func claimOf(role *v1alpha1.ECSRole) string { return strings.ToLower(desired.RoleName(role)) }

// indexRoles adds the indices to a cache.
func indexRoles(ctx context.Context, indexer client.FieldIndexer) error {
	indices := map[string]func(*v1alpha1.ECSRole) string{indexRoleName: claimOf, indexAccount: accountName}
	for name, key := range indices {
		extract := func(o client.Object) []string {
			role, ok := o.(*v1alpha1.ECSRole)
			if !ok {
				return nil
			}
			return []string{key(role)}
		}
		if err := indexer.IndexField(ctx, &v1alpha1.ECSRole{}, name, extract); err != nil {
			return fmt.Errorf("indexing ECSRoles by %s: %w", name, err)
		}
	}
	return nil
}

// olderRival returns the oldest other object that may use the account and claims the same role in it, if it is older
// than role. Objects of namespaces that the account does not allow claim nothing: they could squat on names.
func (r *RoleReconciler) olderRival(
	ctx context.Context, role *v1alpha1.ECSRole, account *v1alpha1.AWSAccount,
) (*types.NamespacedName, error) {
	var list v1alpha1.ECSRoleList
	if err := r.Client.List(ctx, &list, client.MatchingFields{indexRoleName: claimOf(role)}); err != nil {
		return nil, fmt.Errorf("listing ECSRoles of the same name: %w", err)
	}
	others := make([]claim, 0, len(list.Items))
	for i := range list.Items {
		others = append(others, claim{&list.Items[i], accountName(&list.Items[i])})
	}
	return r.oldest(ctx, role, account, others)
}

// claim is an object that claims a name in the account of an AWSAccount.
type claim struct {
	object  client.Object
	account string
}

// oldest returns the oldest of the others that are older than the object and may claim what it claims, or nil.
func (r *Environment) oldest(
	ctx context.Context, object client.Object, account *v1alpha1.AWSAccount, others []claim,
) (*types.NamespacedName, error) {
	var first client.Object
	for _, other := range others {
		if other.object.GetUID() == object.GetUID() || !older(other.object, object) ||
			(first != nil && !older(other.object, first)) {
			continue
		}
		claims, err := r.claims(ctx, other.object, other.account, account)
		if err != nil {
			return nil, err
		}
		if claims {
			first = other.object
		}
	}
	if first == nil {
		return nil, nil //nolint:nilnil // no rival is no error
	}
	key := client.ObjectKeyFromObject(first)
	return &key, nil
}

// claims tells whether another object may claim a name in the same AWS account.
func (r *Environment) claims(
	ctx context.Context, other client.Object, accountName string, account *v1alpha1.AWSAccount,
) (bool, error) {
	theirs, p, err := r.account(ctx, accountName)
	if err != nil || p != nil || theirs.Spec.AccountID != account.Spec.AccountID {
		return false, err
	}
	return r.allows(ctx, theirs, other.GetNamespace())
}

// older orders objects by creation, then by name so that the order is total.
func older(a, b client.Object) bool {
	x, y := a.GetCreationTimestamp(), b.GetCreationTimestamp()
	if !x.Equal(&y) {
		return x.Before(&y)
	}
	return a.GetNamespace()+"/"+a.GetName() < b.GetNamespace()+"/"+b.GetName()
}
