// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package pass

import (
	"context"
	"fmt"
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
	selectors, err := e.AskingFor(ctx, name, account)
	if err != nil {
		return nil, err
	}
	var roles []v1alpha1.ECSRole
	for _, selector := range selectors {
		var list v1alpha1.ECSRoleList
		if err := e.Client.List(ctx, &list, append(options, selector)...); err != nil {
			return nil, fmt.Errorf("listing the ECSRoles that ask for the name %s: %w", name.Value, err)
		}
		roles = append(roles, list.Items...)
	}
	return roles, nil
}
