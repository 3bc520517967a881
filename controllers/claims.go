// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"context"
	"fmt"
	"strings"

	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/internal/desired"
	"github.com/ecsiam/ecs-iam-controller/internal/guardrail"
)

// Indices of objects in the cache.
const (
	// indexRoleName is the name in IAM, in lower case since IAM's names are unique without regard to case.
	indexRoleName = "iam-role-name"
	// indexProfileName is the same of instance profiles.
	indexProfileName = "iam-profile-name"
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
	indices := map[string]func(*v1alpha1.ECSRole) string{
		indexRoleName: claimOf, indexAccount: accountName,
		indexProfileName: func(role *v1alpha1.ECSRole) string { return strings.ToLower(desired.ProfileName(role)) },
	}
	for name, key := range indices {
		extract := func(o client.Object) []string {
			role, ok := o.(*v1alpha1.ECSRole)
			if !ok {
				return nil
			}
			if value := key(role); value != "" {
				return []string{value}
			}
			return nil
		}
		if err := indexer.IndexField(ctx, &v1alpha1.ECSRole{}, name, extract); err != nil {
			return fmt.Errorf("indexing ECSRoles by %s: %w", name, err)
		}
	}
	return nil
}

// claim is an object that claims names in the account of an AWSAccount.
type claim struct {
	object  client.Object
	account string
	names   []guardrail.Name
}

// roleClaim is the claim of an ECSRole: the names of its role and its instance profile.
func roleClaim(role *v1alpha1.ECSRole) claim {
	c := claim{object: role, account: accountName(role)}
	add := func(value, field string) {
		c.names = append(c.names, guardrail.Name{
			Kind: v1alpha1.KindECSRole, Namespace: role.Namespace, Value: value, Field: field,
		})
	}
	add(desired.RoleName(role), "spec.roleName")
	if profile := desired.ProfileName(role); profile != "" && !strings.EqualFold(profile, desired.RoleName(role)) {
		add(profile, "spec.instanceProfile.name")
	}
	return c
}

// policyClaim is the claim of an ECSPolicy: the name of its policy.
func policyClaim(object *v1alpha1.ECSPolicy) claim {
	return claim{object: object, account: policyAccount(object), names: []guardrail.Name{{
		Kind: v1alpha1.KindECSPolicy, Namespace: object.Namespace, Value: desired.PolicyName(object),
		Field: "spec.policyName",
	}}}
}

// contender is the claim as far as deciding between several needs to know it: its right is that to the name for which
// it has the weakest one.
func (c claim) contender(account *v1alpha1.AWSAccount) guardrail.Contender {
	created := c.object.GetCreationTimestamp()
	contender := guardrail.Contender{
		Namespace: c.object.GetNamespace(), Name: c.object.GetName(), Created: created.Time,
		Right: guardrail.RightHome, Lost: readyReason(c.object) == string(v1alpha1.ReasonNameTaken),
		Leaving: !c.object.GetDeletionTimestamp().IsZero(),
	}
	for _, name := range c.names {
		contender.Right = min(contender.Right, name.Right(&account.Spec))
	}
	return contender
}

// contest is an object's claim beside those of the others in its AWS account.
type contest struct {
	claim   claim
	account *v1alpha1.AWSAccount
	// own is the object's; winner that of the other object which wins over it, or nil.
	own    guardrail.Contender
	winner *guardrail.Contender
}

// contestOf compares an object's claim with those of others. Objects of namespaces that their account does not allow
// claim nothing: they could squat on names.
func (r *Environment) contestOf(
	ctx context.Context, c claim, account *v1alpha1.AWSAccount, others []claim,
) (contest, error) {
	result := contest{claim: c, account: account, own: c.contender(account)}
	result.own.Lost = result.own.Lost || r.memory.of(c.object.GetUID()).lostName
	var rivals []guardrail.Contender
	for _, other := range others {
		if other.object.GetUID() == c.object.GetUID() {
			continue
		}
		theirs, err := r.sharing(ctx, other, account)
		if err != nil {
			return result, err
		}
		if theirs != nil {
			rivals = append(rivals, other.contender(theirs))
		}
	}
	result.winner = result.own.Winner(rivals)
	return result, nil
}

// sharing returns the AWSAccount of another claim if it is of the same AWS account and allows the object's namespace,
// else nil.
func (r *Environment) sharing(
	ctx context.Context, other claim, account *v1alpha1.AWSAccount,
) (*v1alpha1.AWSAccount, error) {
	theirs, p, err := r.account(ctx, other.account)
	if err != nil || p != nil || theirs.Spec.AccountID != account.Spec.AccountID {
		return nil, err
	}
	allowed, err := r.allows(ctx, theirs, other.object.GetNamespace())
	if err != nil || !allowed {
		return nil, err
	}
	return theirs, nil
}

// verdict says why the object may not have its names, unless the entity is its own already: then nothing. A claim that
// loses stands as lost in the object's status, so that it never wins by waiting, whatever happens to the winner.
func (c contest) verdict(owned bool) *problem {
	switch {
	case owned:
		return nil
	case c.own.Right == guardrail.RightNone:
		return problemf(v1alpha1.ReasonGuardrailViolation, bySpec, "%s", c.advice())
	case c.winner == nil && !c.own.Lost:
		return nil
	case c.winner == nil:
		return problemf(v1alpha1.ReasonNameTaken, byPerson, "the name %s is not available: another object had the better "+
			"claim to it; delete this object and create one with another name", c.claim.names[0].Value)
	case c.winner.Leaving && c.winner.Namespace == c.own.Namespace && !c.own.Lost:
		return problemf(v1alpha1.ReasonOwnershipConflict, byObject, "waiting for %s %s, which has the name %s and is being "+
			"deleted", c.claim.names[0].Kind, c.winner.Name, c.claim.names[0].Value)
	}
	return problemf(v1alpha1.ReasonNameTaken, byPerson, "the name %s is not available: %s; delete this object and create "+
		"one with another name", c.claim.names[0].Value, c.better())
}

// advice says of each name without a right what would give it.
func (c contest) advice() string {
	var lines []string
	for _, name := range c.claim.names {
		if name.Right(&c.account.Spec) == guardrail.RightNone {
			lines = append(lines, name.Advice(c.account.Name))
		}
	}
	return strings.Join(lines, "; ")
}

// better says whose the better claim is, as far as the object's namespace may know.
func (c contest) better() string {
	if c.winner.Namespace != c.own.Namespace {
		return "an object of another namespace has the better claim to it"
	}
	return c.claim.names[0].Kind + " " + c.winner.Namespace + "/" + c.winner.Name + " has the better claim to it"
}

// contestRole compares the claim of a role with those of the other ECSRoles of its names.
func (r *RoleReconciler) contestRole(
	ctx context.Context, role *v1alpha1.ECSRole, account *v1alpha1.AWSAccount,
) (contest, error) {
	var others []claim
	for index, name := range map[string]string{
		indexRoleName: desired.RoleName(role), indexProfileName: desired.ProfileName(role),
	} {
		if name == "" {
			continue
		}
		var list v1alpha1.ECSRoleList
		if err := r.Client.List(ctx, &list, client.MatchingFields{index: strings.ToLower(name)}); err != nil {
			return contest{}, fmt.Errorf("listing ECSRoles of the same name: %w", err)
		}
		for i := range list.Items {
			others = append(others, roleClaim(&list.Items[i]))
		}
	}
	return r.contestOf(ctx, roleClaim(role), account, others)
}

// contestPolicy compares the claim of a policy with those of the other ECSPolicies of its name.
func (r *PolicyReconciler) contestPolicy(
	ctx context.Context, object *v1alpha1.ECSPolicy, account *v1alpha1.AWSAccount,
) (contest, error) {
	var list v1alpha1.ECSPolicyList
	if err := r.Client.List(ctx, &list, client.MatchingFields{indexPolicyName: policyKey(object)}); err != nil {
		return contest{}, fmt.Errorf("listing ECSPolicies of the same name: %w", err)
	}
	others := make([]claim, 0, len(list.Items))
	for i := range list.Items {
		others = append(others, policyClaim(&list.Items[i]))
	}
	return r.contestOf(ctx, policyClaim(object), account, others)
}

// older orders objects by creation, then by name so that the order is total.
func older(a, b client.Object) bool {
	x, y := a.GetCreationTimestamp(), b.GetCreationTimestamp()
	if !x.Equal(&y) {
		return x.Before(&y)
	}
	return a.GetNamespace()+"/"+a.GetName() < b.GetNamespace()+"/"+b.GetName()
}
