// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package guardrail

import (
	"fmt"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/internal/policy"
	"github.com/ecsiam/ecs-iam-controller/internal/roletype"
)

const (
	principalAWS       principalKind = "aws"
	principalService   principalKind = "services"
	principalFederated principalKind = "federated"
)

var assumeRole = policy.ActionTerm(roletype.AssumeRole)

// trustOf reads a rule of trust. What is malformed gives nothing.
func (b *Bounds) trustOf(_ *field.Path, rule v1alpha1.TrustRule) trustRule {
	r := trustRule{principals: map[principalKind][]policy.Term{}, actions: []policy.Term{assumeRole}}
	required, ok := b.required(rule.RequireCondition)
	if !ok {
		return r
	}
	r.required = required
	r.principals[principalAWS] = b.resources(rule.Principals.AWS)
	r.principals[principalService] = b.resources(rule.Principals.Services)
	r.principals[principalFederated] = b.resources(rule.Principals.Federated)
	if len(rule.Actions) > 0 {
		r.actions = nil
	}
	for _, action := range rule.Actions {
		if actionAdvice(string(action)) == "" {
			r.actions = append(r.actions, policy.ActionTerm(string(action)))
		}
	}
	return r
}

// Trust is a trust policy that a role would have.
type Trust struct {
	Content *policy.Content
	// Type is the role's type, and Service what the account has in place of its service principal.
	Type    v1alpha1.RoleType
	Service string
	// At is where a statement is declared.
	At func(statement int) string
}

// trusts judges a trust policy.
func (b *Bounds) trusts(t Trust) []Violation {
	if !b.restricted {
		return nil
	}
	if t.Content == nil || t.Content.Absent() || t.Content.Unreadable() {
		return []Violation{{
			Field: "spec.trust", Rule: b.rule(guardrailsPath.Child("mode")), Parts: []string{partTrust},
			What: "the trust policy cannot be read", Passes: "one that can be read passes",
		}}
	}
	var all []Violation
	statements := t.Content.Document().Statements
	for i := range statements {
		if statements[i].Effect == policy.Deny {
			continue
		}
		j := trusting{Bounds: b, trust: t, statement: &statements[i], index: i}
		j.judge()
		all = append(all, j.found...)
	}
	return all
}

// trusting is a statement of a trust policy that is being judged.
type trusting struct {
	*Bounds
	trust     Trust
	statement *policy.Statement
	index     int
	found     []Violation
}

func (j *trusting) refuse(what, passes string) {
	at := "spec.trust"
	if j.trust.At != nil {
		at = j.trust.At(j.index)
	}
	j.found = append(j.found, Violation{
		Field: at, Rule: j.rule(guardrailsPath.Child("trust")), What: what, Passes: passes, Parts: []string{partTrust},
	})
}

func (j *trusting) judge() {
	s := j.statement
	if s.Principal == nil || s.NotPrincipal != nil || len(s.NotActions) > 0 || len(s.Actions) == 0 {
		j.refuse("the statement trusts everyone, or every action, but some", "a statement with principals and actions passes")
		return
	}
	if len(s.Principal.CanonicalUser) > 0 {
		j.refuse("a canonical user id assumes no role", "remove it")
	}
	for _, each := range []struct {
		kind  principalKind
		names []string
	}{
		{principalAWS, s.Principal.AWS}, {principalService, s.Principal.Service}, {principalFederated, s.Principal.Federated},
	} {
		for _, name := range each.names {
			for _, action := range actionTerms(s.Actions) {
				j.principal(each.kind, name, action)
			}
		}
	}
}

// principal judges one principal and action.
func (j *trusting) principal(kind principalKind, name string, action policy.Term) {
	switch {
	case name == everything:
		j.refuse("everyone may assume the role", `name principals; "*" never passes`)
	case kind == principalService && j.own(name) && action.Key() == assumeRole.Key():
		if j.unguarded(name) {
			j.refuse(fmt.Sprintf("%s may assume the role on behalf of any account, because the statement lacks the condition "+
				"StringEquals aws:SourceAccount with the role's account", name), j.passes(kind, name, action)+
				"; with confusedDeputyProtection: Default it passes as well")
		}
	case kind == principalFederated && !j.identified():
		j.refuse(fmt.Sprintf("%s may assume the role for whoever it knows", name), "a statement passes that has "+
			"StringEquals or StringLike for the provider's keys of audience and subject, ending in :aud and :sub, with "+
			"values that are more than wildcards")
	case !j.ruled(kind, name, action):
		j.refuse(fmt.Sprintf("no rule lets a namespace trust %s with %s", name, action), j.passes(kind, name, action))
	}
}

func (j *trusting) passes(kind principalKind, name string, action policy.Term) string {
	return fmt.Sprintf("only the service of the type %s under its own conditions passes; ask the owner of the account "+
		"for a rule {principals: {%s: [%q]}, actions: [%q]} in spec.guardrails.trust", j.trust.Type, kind, name, action)
}

// own reports whether a service is that of the role's type.
func (j *trusting) own(service string) bool {
	kind, _ := roletype.Lookup(j.trust.Type)
	if j.trust.Service != "" {
		return service == j.trust.Service
	}
	return service == kind.Principal.In(j.values.Partition)
}

// unguarded reports whether the statement lacks the condition against a confused deputy that the type has by default,
// and no rule allows that.
func (j *trusting) unguarded(service string) bool {
	kind, _ := roletype.Lookup(j.trust.Type)
	own := policy.Condition{"StringEquals": {"aws:SourceAccount": {j.values.AccountID}}}
	return kind.Protects(v1alpha1.ConfusedDeputyDefault) && !j.statement.Demands(own) &&
		!j.ruled(principalService, service, assumeRole)
}

// identified reports whether a statement for an identity provider says for whom: by audience and subject.
func (j *trusting) identified() bool {
	names := func(suffix string) bool {
		for operator, keys := range j.statement.Condition {
			for key, values := range keys {
				if (operator == "StringEquals" || operator == "StringLike") && len(values) > 0 &&
					strings.HasSuffix(strings.ToLower(key), suffix) && !slices.ContainsFunc(values, anything) {
					return true
				}
			}
		}
		return false
	}
	return names(":aud") && names(":sub")
}

// anything reports whether a value begins with a wildcard or is empty: whether it says nothing of whom it is about.
func anything(value string) bool { return value == "" || strings.ContainsAny(value[:1], "*?$") }

// ruled reports whether a rule of the account allows it.
func (j *trusting) ruled(kind principalKind, name string, action policy.Term) bool {
	principal := policy.ResourceTerm(j.normal(kind, name))
	return slices.ContainsFunc(j.Bounds.trust, func(r trustRule) bool {
		return policy.CoversAny(r.principals[kind], principal) && policy.CoversAny(r.actions, action) &&
			j.statement.Demands(r.required)
	})
}

// normal is the ARN of a principal that is named by an account id alone.
func (j *trusting) normal(kind principalKind, name string) string {
	if kind == principalAWS && !strings.Contains(name, ":") {
		return "arn:" + j.values.Partition + ":iam::" + name + ":root"
	}
	return name
}
