// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package admission

import (
	"errors"
	"slices"
	"strings"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/internal/desired"
	"github.com/ecsiam/ecs-iam-controller/internal/guardrail"
)

// Role judges an ECSRole. The stored one is nil when it is created.
func Role(role, stored *v1alpha1.ECSRole, s Surroundings) Verdict {
	return judge(role, stored, s, roleAlone, roleAmong)
}

// roleAlone is what is wrong with a role whatever other objects there are, and what its checks warn of.
func roleAlone(role *v1alpha1.ECSRole, s Surroundings) (problems []problem, warnings []string) {
	return inBest(worlds(&role.Spec, s), func(w world) ([]problem, []string) {
		in := desired.Inputs{
			Role: role, AccountID: w.accountID, Partition: w.partition, Region: w.region, ClusterID: clusterID,
			Quotas: maxQuotas,
		}
		built, err := desired.Build(in)
		found, warned := withFindings(problemsOf(err), desired.Findings(in), role.Spec.Checks)
		for _, w := range built.Warnings {
			if role.Spec.Checks.Wants(w.Code) {
				warned = append(warned, w.Field+": "+w.Message+" ("+string(w.Code)+")")
			}
		}
		return found, warned
	})
}

// roleAmong is what the other objects say against a role, beside what is wrong with it alone.
func roleAmong(role *v1alpha1.ECSRole, s Surroundings, known []problem) []string {
	if s.Account == nil || s.Account.Spec.AccountID == "" {
		return []string{missingAccount(role.SharedSpec().AccountName)}
	}
	in := desired.Inputs{
		Role: role, Account: s.Account, AccountID: s.Account.Spec.AccountID, Partition: s.partition(),
		Region: s.region(), ClusterID: clusterID, RoleRefs: map[string]desired.RoleRef{},
		PolicyRefs: map[string]desired.PolicyRef{},
	}
	s.resolve(&in)
	built, err := desired.Build(in)
	warnings := append(s.closed(), elsewhere(problemsOf(err), known)...)
	if unresolved, ok := errors.AsType[*desired.UnresolvedError](err); ok {
		for _, ref := range unresolved.References {
			warnings = append(warnings, ref.Field+": "+ref.Kind+" "+ref.Name+" "+ref.Why)
		}
		err = nil
	}
	place := guardrail.Place{Names: guardrail.RoleNames(role, s.Account), Older: s.older(role)}
	warnings = append(warnings, place.Outside(s.Account)...)
	if err == nil {
		warnings = append(warnings, texts(s.bounds(role.Namespace).Judge(s.judgedRole(in, built)))...)
	}
	return warnings
}

// resolve gives the inputs what the role refers to.
func (s Surroundings) resolve(in *desired.Inputs) {
	refs := desired.ReferencesOf(*in)
	for i := range s.Roles {
		role := &s.Roles[i]
		at := desired.Inputs{Role: role, Account: s.Account, AccountID: in.AccountID, Partition: in.Partition}
		named := func(name string) bool { return strings.EqualFold(name, desired.RoleName(role, s.Account)) }
		if slices.Contains(refs.Roles, role.Name) || slices.ContainsFunc(refs.RoleNames, named) {
			in.RoleRefs[role.Name] = desired.ReferredRole{Inputs: at}.Judge()
		}
	}
	for i := range s.Policies {
		if p := &s.Policies[i]; slices.Contains(refs.Policies, p.Name) {
			in.PolicyRefs[p.Name] = desired.ReferredPolicy{
				Policy: p, Account: s.Account, AccountID: in.AccountID, Partition: in.Partition, Planned: true,
			}.Judge()
		}
	}
}

// older is how many ECSRoles of the namespace in the account there are beside a new one.
func (s Surroundings) older(role *v1alpha1.ECSRole) int {
	n := 0
	for i := range s.Roles {
		other := &s.Roles[i]
		before := role.UID == "" || other.CreationTimestamp.Before(&role.CreationTimestamp)
		if other.Name != role.Name && before && other.SharedSpec().AccountName == role.SharedSpec().AccountName {
			n++
		}
	}
	return n
}
