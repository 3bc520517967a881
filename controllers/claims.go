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

// Indices of ECSRoles in the cache.
const (
	// indexRoleName is the name in IAM, in lower case since IAM's names are unique without regard to case.
	indexRoleName = "iam-role-name"
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
	var oldest *v1alpha1.ECSRole
	for i := range list.Items {
		other := &list.Items[i]
		if other.UID == role.UID || !older(other, role) || (oldest != nil && !older(other, oldest)) {
			continue
		}
		claims, err := r.claims(ctx, other, accountName(other), account)
		if err != nil {
			return nil, err
		}
		if claims {
			oldest = other
		}
	}
	if oldest == nil {
		return nil, nil //nolint:nilnil // no rival is no error
	}
	return &types.NamespacedName{Namespace: oldest.Namespace, Name: oldest.Name}, nil
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
