// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package pass

import (
	"slices"
	"strings"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/internal/guardrail"
	"github.com/ecsiam/ecs-iam-controller/internal/iam"
)

// claim is an object that asks for names in the account of an AWSAccount.
type claim struct {
	object Object
	names  []guardrail.Name
	// older is how many objects of the kind and namespace are older, where the account limits them.
	older int
}

// asksForOneOf reports whether two claims have a name in common.
func (c claim) asksForOneOf(names []guardrail.Name) bool {
	return slices.ContainsFunc(c.names, func(own guardrail.Name) bool {
		return slices.ContainsFunc(names, func(n guardrail.Name) bool { return claimKey(n) == claimKey(own) })
	})
}

// contender is the claim as far as deciding between several needs to know it: its right is that to the name for which
// it has the weakest one. An object without a namespace is an administrator's and needs no right.
func (c claim) contender(account *v1alpha1.AWSAccount) guardrail.Contender {
	created := c.object.GetCreationTimestamp()
	contender := guardrail.Contender{
		Namespace: c.object.GetNamespace(), Name: c.object.GetName(), Created: created.Time,
		Right: guardrail.RightHome, Lost: ReadyReason(c.object) == string(v1alpha1.ReasonNameTaken),
		Leaving: !c.object.GetDeletionTimestamp().IsZero(),
	}
	if contender.Namespace == "" {
		return contender
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
	kind    Description
	// own is the object's; winner that of the other object which wins over it, or nil.
	own    guardrail.Contender
	winner *guardrail.Contender
}

func (c contest) refusal() string {
	if p := c.verdict(false); p != nil {
		return p.message
	}
	return ""
}

// verdict says why the object may not have its names. A claim that loses stands as lost in the object's status, so that
// it never wins by waiting, whatever happens to the winner.
func (c contest) verdict(owned bool) *Problem {
	name := c.claim.names[0].Value
	switch {
	case owned:
		return nil
	case len(c.outside()) > 0:
		return NewProblem(v1alpha1.ReasonGuardrailViolation, BySpec, "%s", strings.Join(c.outside(), "; "))
	case c.winner == nil && !c.own.Lost:
		return nil
	case c.kind.Succession:
		return NewProblem(v1alpha1.ReasonOwnershipConflict, ByPerson,
			"%s %s is for the same service and account and is older: delete one of the two", c.kind.Kind, c.winner.Name)
	case c.winner == nil:
		return NewProblem(v1alpha1.ReasonNameTaken, ByPerson, "the name %s is not available; delete this object and create "+
			"one with another name: a name that was refused is not given by waiting", name)
	case c.winner.Leaving && c.winner.Namespace == c.own.Namespace && !c.own.Lost:
		return NewProblem(v1alpha1.ReasonOwnershipConflict, ByObject,
			"waiting for %s %s, which has the name %s and is being deleted", c.kind.Kind, c.winner.Name, name)
	}
	return NewProblem(v1alpha1.ReasonNameTaken, ByPerson,
		"the name %s is not available%s; delete this object and create one with another name", name, c.better())
}

// outside says of each bound of the account that the object breaks what would satisfy it.
func (c contest) outside() []string {
	return guardrail.Place{Names: c.claim.names, Older: c.claim.older}.Outside(c.account)
}

// better says whose the better claim is, as far as the object's namespace may know: nothing of another namespace.
func (c contest) better() string {
	if c.winner.Namespace != c.own.Namespace {
		return ""
	}
	return ": " + c.kind.Kind + " " + c.winner.Namespace + "/" + c.winner.Name + " has the better claim to it"
}

// at is the contest for an entity as it is in AWS: a role that exists keeps its path.
func (c contest) at(got iam.Observation) contest {
	if got.Role == nil {
		return c
	}
	c.claim.names = slices.Clone(c.claim.names)
	for i := range c.claim.names {
		c.claim.names[i].Path = got.Role.Path
	}
	return c
}
