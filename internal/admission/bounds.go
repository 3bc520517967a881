// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package admission

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/internal/authz"
	"github.com/ecsiam/ecs-iam-controller/internal/desired"
	"github.com/ecsiam/ecs-iam-controller/internal/guardrail"
	"github.com/ecsiam/ecs-iam-controller/internal/policy"
	"github.com/ecsiam/ecs-iam-controller/internal/roletype"
)

// managing are the actions of each service that AWS counts as permissions management.
var managing = sync.OnceValue(func() map[string][]string {
	actions := map[string][]string{}
	for _, a := range authz.WithAccess(authz.PermissionsManagement) {
		actions[a.Service] = append(actions[a.Service], a.Name)
	}
	return actions
})

// bounds are the guardrails of the account for a namespace.
func (s Surroundings) bounds(namespace string) *guardrail.Bounds {
	return guardrail.NewBounds(&s.Account.Spec, guardrail.Values{
		Account: s.Account.Name, Namespace: namespace, AccountID: s.Account.Spec.AccountID, Partition: s.partition(),
		Region: s.region(),
	}, func(service string) []string { return managing()[service] })
}

// judgedRole is the role as it is declared. What AWS has beside that, and what attached policies permit, the controller
// judges.
func (s Surroundings) judgedRole(in desired.Inputs, built desired.Role) guardrail.Role {
	spec := &in.Role.Spec
	judged := guardrail.Role{
		Type: spec.Type, Trust: s.trust(spec.Type, built.Role.Trust), Boundary: built.Role.Boundary,
		DeclaredBoundary: in.DeclaredBoundary(), Tags: declaredTags(built.Role.Tags, spec.Tags), Ignore: spec.Ignore,
		DeletionPolicy: spec.DeletionPolicy, Passes: among(s.ownRoles(spec.AccountRef, in.Role)),
	}
	if forced, known := s.bounds(in.Role.Namespace).Boundary(); known && forced != "" {
		judged.Boundary = forced // the controller sets it
	}
	for _, name := range slices.Sorted(maps.Keys(built.Role.InlinePolicies)) {
		judged.Documents = append(judged.Documents, guardrail.Document{
			Part: "inline/" + name, Field: "spec.statements", Content: policy.NewContent(built.Role.InlinePolicies[name]),
			At: func(i int) string {
				if i < len(spec.Statements) {
					return fmt.Sprintf("spec.statements[%d]", i)
				}
				return "spec.grants"
			},
		})
	}
	judged.Documents = append(judged.Documents, listed(in)...)
	return judged
}

// listed are the policies that the role names by ARN, of which nothing but their names is known.
func listed(in desired.Inputs) []guardrail.Document {
	var documents []guardrail.Document
	byType := policiesOf(in)
	for i, p := range in.Role.Spec.ManagedPolicies {
		arn, err := in.Expand(string(p.ARN))
		if p.ARN == "" || err != nil || slices.Contains(byType, arn) {
			continue
		}
		documents = append(documents, guardrail.Document{
			Part: "attached/" + arn, ARN: arn, Field: fmt.Sprintf("spec.managedPolicies[%d].arn", i),
			Content: policy.NewContent(""),
		})
	}
	return documents
}

// policiesOf are the ARNs of the policies that the controller attaches by itself.
func policiesOf(in desired.Inputs) []string {
	kind, known := roletype.Lookup(in.Role.Spec.Type)
	if !known {
		return nil
	}
	return kind.PolicyARNs(roletype.AttachSettings{Partition: in.Partition, Capabilities: in.Role.Spec.Capabilities})
}

func (s Surroundings) trust(kind v1alpha1.RoleType, text string) guardrail.Trust {
	t := guardrail.Trust{Content: policy.NewContent(text), Type: kind}
	for _, p := range s.Account.Spec.ServicePrincipals {
		if p.Type == kind {
			t.Service = p.Name
		}
	}
	t.At = func(i int) string {
		if i == 0 {
			return "spec.trust"
		}
		return fmt.Sprintf("spec.trust.additionalStatements[%d]", i-1)
	}
	return t
}

// ownRoles are the ARNs of the roles of the namespace in the account, a new one among them.
func (s Surroundings) ownRoles(account v1alpha1.AccountReference, with *v1alpha1.ECSRole) map[string]bool {
	roles := map[string]bool{}
	add := func(role *v1alpha1.ECSRole) {
		if role.Spec.AccountRef == account {
			roles[desired.RoleARN(desired.Inputs{
				Role: role, Account: s.Account, AccountID: s.Account.Spec.AccountID, Partition: s.partition(),
			})] = true
		}
	}
	for i := range s.Roles {
		add(&s.Roles[i])
	}
	if with != nil {
		add(with)
	}
	return roles
}

// declaredTags are the tags that the object itself sets.
func declaredTags(tags, declared map[string]string) map[string]string {
	own := map[string]string{}
	for key := range declared {
		if value, ok := tags[key]; ok {
			own[key] = value
		}
	}
	return own
}

func texts(violations []guardrail.Violation) []string {
	list := make([]string, len(violations))
	for i, v := range violations {
		list[i] = v.String()
	}
	return list
}

func (s Surroundings) closed() []string {
	if s.Closed == "" {
		return nil
	}
	return []string{"spec.accountRef: " + s.Closed}
}

func missingAccount(name string) string {
	return fmt.Sprintf("spec.accountRef: AWSAccount %s does not exist yet: until it does, nothing is done in AWS", name)
}

// hideAccounts puts the placeholder in place of account ids that the object's author did not write.
func hideAccounts(v Verdict, s Surroundings) Verdict {
	hidden := []string{assumedAccount, "{accountID}"}
	if s.Account != nil && s.Account.Spec.AccountID != "" {
		hidden = append(hidden, s.Account.Spec.AccountID, "{accountID}")
	}
	replacer := strings.NewReplacer(hidden...)
	for _, list := range [][]string{v.Refusals, v.Warnings} {
		for i := range list {
			list[i] = replacer.Replace(list[i])
		}
	}
	return v
}

// among says whether a role is one of them, by its ARN.
func among(roles map[string]bool) func(arn string) bool {
	return func(arn string) bool { return roles[arn] }
}
