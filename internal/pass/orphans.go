// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package pass

import (
	"context"
	"fmt"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/internal/desired"
	"github.com/ecsiam/ecs-iam-controller/internal/guardrail"
	"github.com/ecsiam/ecs-iam-controller/internal/iam/snapshot"
)

// Orphans are entities of ours in an account whose object does not exist, as far as that is known.
type Orphans struct{ Roles, Policies int32 }

// Orphans counts the orphans of an account that its last snapshot showed, in the namespaces that this installation
// looks at: of the others it does not know whether the object exists.
func (e *Environment) Orphans(ctx context.Context, account *v1alpha1.AWSAccount) (Orphans, error) {
	var found Orphans
	if e.Snapshots == nil {
		return found, nil
	}
	for _, stray := range e.Snapshots.Strays(account.Name) {
		if !e.LooksAt(stray.Owner.Namespace) {
			continue
		}
		orphaned, err := e.orphaned(ctx, stray, account)
		switch {
		case err != nil:
			return Orphans{}, err
		case !orphaned:
		case stray.Entity == snapshot.Policy:
			found.Policies++
		default:
			found.Roles++
		}
	}
	return found, nil
}

// orphaned reports whether neither the object exists that the owner tag of an entity names, nor another that asks for
// the entity's name: that one says itself what is in its way.
func (e *Environment) orphaned(
	ctx context.Context, stray snapshot.Stray, account *v1alpha1.AWSAccount,
) (bool, error) {
	object, newList := Object(&v1alpha1.ECSRole{}), func() client.ObjectList { return &v1alpha1.ECSRoleList{} }
	name := guardrail.Name{Entity: guardrail.EntityRole, Value: stray.Name}
	if stray.Entity == snapshot.Policy {
		object, name.Entity = &v1alpha1.ECSPolicy{}, guardrail.EntityPolicy
		newList = func() client.ObjectList { return &v1alpha1.ECSPolicyList{} }
	}
	err := e.Client.Get(ctx, stray.Owner, object, client.UnsafeDisableDeepCopy)
	if client.IgnoreNotFound(err) != nil {
		return false, fmt.Errorf("looking for the object %s of %s %s: %w", stray.Owner, name.Entity, name.Value, err)
	}
	if err == nil {
		if stands, err := e.standsIn(ctx, object, account.Spec.AccountID); err != nil || stands {
			return false, err
		}
	}
	claimed, err := e.claimed(ctx, name, newList, account)
	return !claimed, err
}

// claimed reports whether an object asks for a name in an AWS account.
func (e *Environment) claimed(
	ctx context.Context, name guardrail.Name, newList func() client.ObjectList, account *v1alpha1.AWSAccount,
) (bool, error) {
	found := false
	err := eachAskingFor(ctx, e, name, account, newList, func(list client.ObjectList) error {
		//nolint:wrapcheck // it is ours
		return meta.EachListItem(list, func(item runtime.Object) error {
			object, ok := item.(Object)
			if !ok || found {
				return nil
			}
			var err error
			found, err = e.standsIn(ctx, object, account.Spec.AccountID)
			return err
		})
	}, client.UnsafeDisableDeepCopy)
	return found, err
}

// standsIn reports whether an object may stand for an entity in an AWS account: one that was made again for another
// account does not.
func (e *Environment) standsIn(ctx context.Context, object Object, accountID string) (bool, error) {
	account, name := &v1alpha1.AWSAccount{}, object.SharedSpec().AccountName
	err := e.Client.Get(ctx, client.ObjectKey{Name: name}, account, client.UnsafeDisableDeepCopy)
	switch {
	case apierrors.IsNotFound(err):
		return true, nil // which AWS account it is for is not known
	case err != nil:
		return false, fmt.Errorf("reading AWSAccount %s: %w", name, err)
	}
	return account.Spec.AccountID == accountID, nil
}

// policiesElsewhere are the names in IAM of the policies that objects of other AWSAccounts of the AWS account ask for.
func (e *Environment) policiesElsewhere(ctx context.Context, account *v1alpha1.AWSAccount) ([]string, error) {
	accounts, err := e.AccountsOf(ctx, account.Spec.AccountID)
	if err != nil {
		return nil, err
	}
	var names []string
	for i := range accounts {
		if accounts[i].Name == account.Name {
			continue
		}
		some, err := e.policyNames(ctx, &accounts[i])
		if err != nil {
			return nil, err
		}
		names = append(names, some...)
	}
	return names, nil
}

// policyNames are the names in IAM of the policies that the ECSPolicies of an account ask for.
func (e *Environment) policyNames(ctx context.Context, account *v1alpha1.AWSAccount) ([]string, error) {
	var list v1alpha1.ECSPolicyList
	if err := e.Client.List(ctx, &list, OfAccount(account.Name), client.UnsafeDisableDeepCopy); err != nil {
		return nil, fmt.Errorf("listing the ECSPolicies of AWSAccount %s: %w", account.Name, err)
	}
	names := make([]string, 0, len(list.Items))
	for i := range list.Items {
		for _, name := range guardrail.PolicyNames(&list.Items[i], account) {
			names = append(names, name.Value)
		}
	}
	return names, nil
}

// namedByDefault reports whether a policy has a name that an ECSPolicy may have by default.
func namedByDefault(account *v1alpha1.AWSAccount) func(policy string) bool {
	naming := desired.NamingOf(&account.Spec)
	return func(policy string) bool {
		_, _, found := naming.Object(policy)
		return found
	}
}
