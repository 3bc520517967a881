// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package pass

import (
	"context"
	"fmt"
	"slices"

	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/internal/guardrail"
)

const (
	// indexAccountID has the AWS account of an AWSAccount. The spec says it from the beginning and for good; nothing is
	// written where AWS contradicts it.
	indexAccountID = "account-id"
	// indexReach has that and the AWS accounts of the roles that are assumed on the way into it.
	indexReach = "reach"
)

// IndexAccounts adds the indices of AWSAccounts to a cache.
func IndexAccounts(ctx context.Context, indexer client.FieldIndexer) error {
	for _, name := range []string{indexAccountID, indexReach} {
		extract := func(o client.Object) []string {
			account, ok := o.(*v1alpha1.AWSAccount)
			if !ok {
				return nil
			}
			return AccountKeys(name, account)
		}
		if err := indexer.IndexField(ctx, &v1alpha1.AWSAccount{}, name, extract); err != nil {
			return fmt.Errorf("indexing AWSAccounts by %s: %w", name, err)
		}
	}
	return nil
}

// AccountKeys are the values of an AWSAccount in an index of the cache.
func AccountKeys(index string, account *v1alpha1.AWSAccount) []string {
	keys := []string{account.Spec.AccountID}
	if index == indexReach {
		for _, hop := range HopsOf(account) {
			keys = append(keys, guardrail.AccountOf(hop.RoleARN))
		}
	}
	slices.Sort(keys)
	return slices.Compact(keys)
}

// HopsOf are the roles that are assumed one after the other on the way into an account, the last one first.
func HopsOf(account *v1alpha1.AWSAccount) []v1alpha1.AssumeRoleHop {
	if account.Spec.AssumeRole == nil {
		return nil
	}
	return append([]v1alpha1.AssumeRoleHop{account.Spec.AssumeRole.AssumeRoleHop}, account.Spec.AssumeRole.Via...)
}

// AccountsOf are the AWSAccounts of an AWS account. They are the cache's own and must not be written.
func (e *Environment) AccountsOf(ctx context.Context, id string) ([]v1alpha1.AWSAccount, error) {
	return e.accountsBy(ctx, indexAccountID, id)
}

// AccountsThrough are AccountsOf and those into which a role of the AWS account is assumed on the way.
func (e *Environment) AccountsThrough(ctx context.Context, id string) ([]v1alpha1.AWSAccount, error) {
	return e.accountsBy(ctx, indexReach, id)
}

func (e *Environment) accountsBy(ctx context.Context, index, id string) ([]v1alpha1.AWSAccount, error) {
	var list v1alpha1.AWSAccountList
	err := e.Client.List(ctx, &list, client.MatchingFields{index: id}, client.UnsafeDisableDeepCopy)
	if err != nil {
		return nil, fmt.Errorf("listing the AWSAccounts by %s: %w", index, err)
	}
	return list.Items, nil
}
