// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package pass

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/internal/desired"
	"github.com/ecsiam/ecs-iam-controller/internal/guardrail"
)

// indexClaim has the names in IAM that objects of a kind ask for, see claimKey.
const indexClaim = "claim"

// claimKey is a name as an index has it: in lower case, because IAM's names are unique without regard to case, behind
// what it is the name of.
func claimKey(name guardrail.Name) string {
	return string(name.Entity) + "/" + strings.ToLower(name.Value)
}

// defaultKey is the name of an object that sets none, as an index has it, which does not know its account.
func defaultKey(entity guardrail.Entity, namespace, object string) string {
	return string(entity) + "/default/" + namespace + "/" + object
}

// AskingFor selects the objects of a kind that may ask for a name in an AWS account, each selector some of them: those
// that spell it out, and those to which an AWSAccount of the account gives it by default.
func (e *Environment) AskingFor(
	ctx context.Context, name guardrail.Name, account *v1alpha1.AWSAccount,
) ([]client.MatchingFields, error) {
	selectors := []client.MatchingFields{{indexClaim: claimKey(name)}}
	accounts, err := e.AccountsOf(ctx, account.Spec.AccountID)
	if err != nil {
		return nil, err
	}
	seen := map[string]bool{}
	for i := range accounts {
		namespace, object, found := desired.NamingOf(&accounts[i].Spec).Object(name.Value)
		key := defaultKey(name.Entity, namespace, object)
		if found && !seen[key] {
			seen[key] = true
			selectors = append(selectors, client.MatchingFields{indexClaim: key})
		}
	}
	return selectors, nil
}

// indexAccount has the name of the AWSAccount of an object.
const indexAccount = "account"

// OfAccount selects the objects of a kind that name an AWSAccount.
func OfAccount(name string) client.MatchingFields { return client.MatchingFields{indexAccount: name} }

// RolesAskingFor are the ECSRoles that may ask for a name in an AWS account.
func (e *Environment) RolesAskingFor(
	ctx context.Context, name guardrail.Name, account *v1alpha1.AWSAccount, options ...client.ListOption,
) ([]v1alpha1.ECSRole, error) {
	var roles []v1alpha1.ECSRole
	newList := func() *v1alpha1.ECSRoleList { return &v1alpha1.ECSRoleList{} }
	err := eachAskingFor(ctx, e, name, account, newList, func(list *v1alpha1.ECSRoleList) error {
		roles = append(roles, list.Items...)
		return nil
	}, options...)
	return roles, err
}

// eachAskingFor lists the objects of a kind that may ask for a name in an AWS account, by one selector after the other,
// and has each list visited.
func eachAskingFor[L client.ObjectList](
	ctx context.Context, e *Environment, name guardrail.Name, account *v1alpha1.AWSAccount,
	newList func() L, visit func(L) error, options ...client.ListOption,
) error {
	selectors, err := e.AskingFor(ctx, name, account)
	if err != nil {
		return err
	}
	for _, selector := range selectors {
		list := newList()
		if err := e.Client.List(ctx, list, append(slices.Clone(options), selector)...); err != nil {
			return fmt.Errorf("listing the objects that ask for the %s %s: %w", name.Entity, name.Value, err)
		}
		if err := visit(list); err != nil {
			return err
		}
	}
	return nil
}
