// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package plan

import (
	"maps"
	"slices"
	"strings"

	"github.com/ecsiam/ecs-iam-controller/internal/iam"
)

// Operation is one mutating call to IAM with everything needed to make it, and everything that the system asks of it.
// The set is closed: an operation that lacks an answer does not compile. The files operation_*.go hold one paragraph
// for each.
//
//sumtype:decl
type Operation interface {
	// Action is the IAM action, such as "iam:CreateRole".
	Action() string
	// Field names what the operation changes, such as "trust" or "attached/<arn>": the unit in which drift is reported,
	// counted and contested.
	Field() string
	// SpecField names the part of the spec that asks for the operation and that is to be corrected when IAM refuses it.
	SpecField() string
	// Verb says what becomes of the entity.
	Verb() Verb
	// Propagates tells whether ECS must learn of the change before it is in force there. Tags and descriptions settle
	// with the call.
	Propagates() bool
	// Effect says in which directions the operation changes what is permitted.
	Effect() Effect
	// Asks tells whether the operation asks for what guardrails bound, beyond what the account gives by itself. What
	// takes something away asks for nothing, whatever it held, unless that did nothing but deny; nor do tags that go.
	Asks(given Given) bool
	// ExtraPolicy is the shipped IAM policy that the call needs and that is given separately. It is empty where the
	// controller's own one allows the call.
	ExtraPolicy() string
	// NotFound says what is missing when IAM finds no entity, and what to do. It is empty where that can only be the
	// entity that is changed.
	NotFound() string
	// Conflict says whose name is taken when IAM reports a conflict, and what to do. It is empty where that can only be
	// a race.
	Conflict() string
	// Overtaken says what happened when a quota is reached that the plan had made room for, perhaps by a call of ours
	// that AWS does not show yet. It is empty where a quota that is reached is one of the account.
	Overtaken() string
	// Trust is the trust policy that the operation writes, empty where it writes none.
	Trust() string
	// String tells a person what is done, in one line.
	String() string

	// apply changes an observation to what it is after the operation. What next points to is replaced, never written to.
	apply(next *iam.Observation)
	// claims tells whether the operation does no more than to mark an entity as ours.
	claims() bool
	// dependsOn is what must exist in the account beside the entity that is changed.
	dependsOn(account string) []dependence
	// narrowed is the operation that only takes away what the end does not keep of the document that this one replaces:
	// nil where that is nothing, or cannot be said. rewrites says that the operation replaces a document at all.
	narrowed(got, end iam.Observation) (op Operation, rewrites bool)
}

// userGroupPolicy allows what is done to users and groups.
const userGroupPolicy = "config/iam/user-group-policy.json"

// Verb says what an operation does to an entity as a whole.
type Verb int

// The verbs.
const (
	// Changes changes a part of an entity that exists.
	Changes Verb = iota
	// Creates makes an entity.
	Creates
	// Removes takes away what the operation names: when IAM does not find that, the operation is done.
	Removes
)

// Effect says in which directions an operation changes what is permitted: none, either or both.
type Effect int

// The directions.
const (
	// Narrows: a request that was permitted may not be after it.
	Narrows Effect = 1 << iota
	// Widens: a request may be permitted after it that was not before.
	Widens

	// Neutral is neither.
	Neutral Effect = 0
)

// Widens tells whether a request may be permitted that was not.
func (e Effect) Widens() bool { return e&Widens != 0 }

// Narrows tells whether a request may be refused that was permitted.
func (e Effect) Narrows() bool { return e&Narrows != 0 }

// String is the effect in one word, for status and metrics.
func (e Effect) String() string {
	switch e {
	case Neutral:
		return "Neutral"
	case Narrows:
		return "Narrows"
	case Widens:
		return "Widens"
	}
	return "Both"
}

// After returns what an observation becomes when op has succeeded. It is how the controller believes a write instead of
// reading it back, and how a plan is judged before it is applied. got is not changed.
func After(got iam.Observation, op Operation) iam.Observation {
	op.apply(&got)
	return got
}

// policyName is the path and name of a policy without the account, which stays out of texts that users see.
func policyName(arn string) string {
	if _, name, found := strings.Cut(arn, ":policy/"); found {
		return name
	}
	return iam.WithoutAccounts(arn)
}

// onRole changes a copy of the observed role, if there is one.
func onRole(next *iam.Observation, change func(role *iam.Role)) {
	if next.Role == nil {
		return
	}
	role := cloneRole(*next.Role)
	change(&role)
	next.Role = &role
}

func cloneRole(r iam.Role) iam.Role {
	r.InlinePolicies = maps.Clone(r.InlinePolicies)
	r.Attached = slices.Clone(r.Attached)
	r.Tags = maps.Clone(r.Tags)
	return r
}
