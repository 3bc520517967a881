// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package access

import (
	"slices"
)

// Effect is what one document, or a set of them, says to a request.
type Effect string

// The effects, by the names that IAM's policy simulator gives them.
const (
	Allowed      Effect = "allowed"
	ExplicitDeny Effect = "explicitDeny"
	ImplicitDeny Effect = "implicitDeny"
)

// Policy is a document under the name by which a decision refers to it.
type Policy struct {
	Name     string // of an inline policy, or the ARN
	Document Document
	Text     string
}

// Match is a statement that a decision rests on.
type Match struct {
	Policy    Policy
	Statement Statement
}

// Set is a set of policies of one kind. A nil Set asks for nothing: where there is no boundary, none limits.
type Set []Policy

// Decide evaluates the set: a Deny that applies wins over every Allow. The matches are those of the winning effect.
func (s Set) Decide(r Request) (Effect, []Match) {
	allows, denies := s.matches("Allow", r), s.matches("Deny", r)
	switch {
	case len(denies) > 0:
		return ExplicitDeny, denies
	case len(allows) > 0:
		return Allowed, allows
	}
	return ImplicitDeny, nil
}

func (s Set) matches(effect string, r Request) []Match {
	var found []Match
	for _, policy := range s {
		for _, statement := range policy.Document.Statements {
			if statement.Effect == effect && policy.Document.applies(statement, r) {
				found = append(found, Match{Policy: policy, Statement: statement})
			}
		}
	}
	return found
}

// Kind is the kind of policies that a decision blames.
type Kind string

// The kinds.
const (
	Identity Kind = "identity"
	Boundary Kind = "boundary"
	Session  Kind = "session"
)

// Policies are all that bind one principal in its own account.
type Policies struct {
	Identity Set
	Boundary Set // nil without a boundary
	Session  Set // nil without session policies
}

// Decision is whether a request is allowed, and if not, by whom it is denied.
type Decision struct {
	Effect  Effect
	Blames  Kind // of a denial
	Matched []Match
}

// Decide evaluates all policies: a Deny anywhere denies, and each kind that is there has to allow.
func (p Policies) Decide(r Request) Decision {
	kinds := []struct {
		kind Kind
		set  Set
	}{{Identity, p.Identity}, {Boundary, p.Boundary}, {Session, p.Session}}
	decision := Decision{Effect: Allowed}
	for _, each := range kinds {
		if each.set == nil && each.kind != Identity {
			continue
		}
		effect, matched := each.set.Decide(r)
		switch {
		case effect == ExplicitDeny:
			return Decision{Effect: ExplicitDeny, Blames: each.kind, Matched: matched}
		case effect == ImplicitDeny && decision.Effect == Allowed:
			decision = Decision{Effect: ImplicitDeny, Blames: each.kind}
		case decision.Effect == Allowed:
			decision.Matched = slices.Concat(decision.Matched, matched)
		}
	}
	return decision
}

// Trusts evaluates a trust policy: named says whether a statement's principals name the caller.
func (d Document) Trusts(r Request, named func(Principals) bool) Effect {
	effect := ImplicitDeny
	for _, statement := range d.Statements {
		if !named(statement.Principal) || !d.applies(statement, r) {
			continue
		}
		if statement.Effect == "Deny" {
			return ExplicitDeny
		}
		effect = Allowed
	}
	return effect
}
