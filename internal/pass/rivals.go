// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package pass

import (
	"context"
	"fmt"
	"strings"

	"sigs.k8s.io/controller-runtime/pkg/client"
	logf "sigs.k8s.io/controller-runtime/pkg/log"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/internal/guardrail"
)

// indexClaim has the names in IAM that objects of a kind ask for, see claimKey.
const indexClaim = "claim"

// claimKey is a name as an index has it: in lower case, because IAM's names are unique without regard to case, behind
// what it is the name of.
func claimKey(name guardrail.Name) string {
	return string(name.Entity) + "/" + strings.ToLower(name.Value)
}

// claim is an object that asks for names in the account of an AWSAccount.
type claim struct {
	object Object
	names  []guardrail.Name
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

// contestOf compares an object's claim with those of others. Objects of namespaces that their account does not allow
// claim nothing: they could squat on names.
func (r *Reconciler) contestOf(ctx context.Context, object Object, account *v1alpha1.AWSAccount) (contest, error) {
	c := claim{object: object, names: r.kind.names(object)}
	result := contest{claim: c, account: account, kind: r.kind.Description, own: c.contender(account)}
	result.own.Lost = result.own.Lost || r.beliefs.Of(object.GetUID()).LostName()
	others, err := r.sameNames(ctx, c)
	if err != nil {
		return result, err
	}
	var rivals []guardrail.Contender
	for _, other := range others {
		theirs, err := r.Sharing(ctx, other.object, account)
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

// sameNames are the claims of the other objects of the kind that ask for one of the names.
func (r *Reconciler) sameNames(ctx context.Context, c claim) ([]claim, error) {
	var others []claim
	for _, name := range c.names {
		list := r.kind.newList()
		if err := r.Client.List(ctx, list, client.MatchingFields{indexClaim: claimKey(name)}); err != nil {
			return nil, fmt.Errorf("listing the %s that ask for the same name: %w", r.kind.Plural, err)
		}
		for _, object := range r.kind.items(list) {
			if object.GetUID() != c.object.GetUID() {
				others = append(others, claim{object: object, names: r.kind.names(object)})
			}
		}
	}
	return others, nil
}

// Sharing returns the AWSAccount of another object if it is of the same AWS account and takes the object, else nil.
func (e *Environment) Sharing(
	ctx context.Context, other Object, account *v1alpha1.AWSAccount,
) (*v1alpha1.AWSAccount, error) {
	theirs, err := e.Account(ctx, other.SharedSpec().AccountName)
	if p, err := AsProblem(err); p != nil || err != nil {
		return nil, err
	}
	if theirs.Spec.AccountID != account.Spec.AccountID || !takes(theirs, other) {
		return nil, nil //nolint:nilnil // another account, or one that is closed to the object, is no error
	}
	allowed, err := e.allows(ctx, theirs, other.GetNamespace())
	if err != nil || !allowed {
		return nil, err
	}
	return theirs, nil
}

// Refusal says why an object may not have its names unless the entity is its own already, or nothing.
func (r *Reconciler) Refusal(ctx context.Context, object Object, account *v1alpha1.AWSAccount) (string, error) {
	c, err := r.contestOf(ctx, object, account)
	if err != nil {
		return "", err
	}
	return c.refusal(), nil
}

func (c contest) refusal() string {
	if p := c.verdict(false); p != nil {
		return p.message
	}
	return ""
}

// AskingFor selects the objects of a kind that ask for a name.
func AskingFor(name guardrail.Name) client.MatchingFields {
	return client.MatchingFields{indexClaim: claimKey(name)}
}

// claimed ends the pass of an object that may not have its names, unless the entity is its own already.
func (t *turn) claimed(ctx context.Context, standing standing) error {
	p := t.contest.verdict(standing.owned)
	if p == nil {
		return nil
	}
	if p.reason == v1alpha1.ReasonNameTaken {
		t.mem.LoseName()
	}
	if winner := t.contest.winner; winner != nil { // for the operator: it is no affair of another namespace
		logf.FromContext(ctx).Info("another object has the better claim to the name",
			"name", t.contest.claim.names[0].Value, "namespace", winner.Namespace, "object", winner.Name)
	}
	return p
}

// verdict says why the object may not have its names. A claim that loses stands as lost in the object's status, so that
// it never wins by waiting, whatever happens to the winner.
func (c contest) verdict(owned bool) *Problem {
	name := c.claim.names[0].Value
	switch {
	case owned:
		return nil
	case c.own.Right == guardrail.RightNone:
		return NewProblem(v1alpha1.ReasonGuardrailViolation, BySpec, "%s", c.advice())
	case c.winner == nil && !c.own.Lost:
		return nil
	case c.kind.Succession:
		return NewProblem(v1alpha1.ReasonOwnershipConflict, ByPerson,
			"%s %s is for the same service and account and is older: delete one of the two", c.kind.Kind, c.winner.Name)
	case c.winner == nil:
		return NewProblem(v1alpha1.ReasonNameTaken, ByPerson, "the name %s is not available: another object had the better "+
			"claim to it; delete this object and create one with another name", name)
	case c.winner.Leaving && c.winner.Namespace == c.own.Namespace && !c.own.Lost:
		return NewProblem(v1alpha1.ReasonOwnershipConflict, ByObject,
			"waiting for %s %s, which has the name %s and is being deleted", c.kind.Kind, c.winner.Name, name)
	}
	return NewProblem(v1alpha1.ReasonNameTaken, ByPerson,
		"the name %s is not available: %s; delete this object and create one with another name", name, c.better())
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
	return c.kind.Kind + " " + c.winner.Namespace + "/" + c.winner.Name + " has the better claim to it"
}
