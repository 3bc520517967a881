// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package pass

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"sigs.k8s.io/controller-runtime/pkg/client"
	logf "sigs.k8s.io/controller-runtime/pkg/log"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/internal/desired"
	"github.com/ecsiam/ecs-iam-controller/internal/guardrail"
	"github.com/ecsiam/ecs-iam-controller/internal/iam"
	"github.com/ecsiam/ecs-iam-controller/internal/ownership"
	"github.com/ecsiam/ecs-iam-controller/internal/plan"
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

// contestOf compares an object's claim with those of others. Objects of namespaces that their account does not allow
// claim nothing: they could squat on names.
func (r *Reconciler) contestOf(ctx context.Context, object Object, account *v1alpha1.AWSAccount) (contest, error) {
	c := claim{object: object, names: r.kind.names(object, account)}
	var err error
	if c.older, err = r.older(ctx, object, account); err != nil {
		return contest{}, err
	}
	result := contest{claim: c, account: account, kind: r.kind.Description, own: c.contender(account)}
	result.own.Lost = result.own.Lost || r.beliefs.Of(object.GetUID()).LostName()
	others, err := r.sameNames(ctx, c, account)
	if err != nil {
		return result, err
	}
	var rivals []guardrail.Contender
	for _, other := range others {
		theirs, err := r.Sharing(ctx, other, account)
		if err != nil {
			return result, err
		}
		if theirs == nil {
			continue
		}
		if rival := (claim{object: other, names: r.kind.names(other, theirs)}); rival.asksForOneOf(c.names) {
			rivals = append(rivals, rival.contender(theirs))
		}
	}
	result.winner = result.own.Winner(rivals)
	return result, nil
}

// sameNames are the other objects of the kind that may ask for one of the names.
func (r *Reconciler) sameNames(ctx context.Context, c claim, account *v1alpha1.AWSAccount) ([]Object, error) {
	var others []Object
	for _, name := range c.names {
		selectors, err := r.AskingFor(ctx, name, account)
		if err != nil {
			return nil, err
		}
		for _, selector := range selectors {
			list := r.kind.newList()
			if err := r.Client.List(ctx, list, selector); err != nil {
				return nil, fmt.Errorf("listing the %s that ask for the same name: %w", r.kind.Plural, err)
			}
			others = append(others, r.kind.items(list)...)
		}
	}
	return slices.DeleteFunc(others, func(o Object) bool { return o.GetUID() == c.object.GetUID() }), nil
}

// older is how many objects of the kind and namespace that use the account are older, if the account limits them.
func (r *Reconciler) older(ctx context.Context, object Object, account *v1alpha1.AWSAccount) (int, error) {
	if guardrail.MaxRoles(account) == 0 || object.GetNamespace() == "" {
		return 0, nil
	}
	list := r.kind.newList()
	err := r.Client.List(ctx, list, client.InNamespace(object.GetNamespace()),
		client.MatchingFields{indexAccount: account.Name})
	if err != nil {
		return 0, fmt.Errorf("counting the %s of the namespace: %w", r.kind.Plural, err)
	}
	older := 0
	for _, other := range r.kind.items(list) {
		if other.GetUID() != object.GetUID() && r.before(other, object) {
			older++
		}
	}
	return older, nil
}

// before reports whether an object is admitted before another of its namespace: by age, which Kubernetes knows to the
// second. Within one, what has its place keeps it, whatever is created after it.
func (r *Reconciler) before(a, b Object) bool {
	first, second := a.GetCreationTimestamp(), b.GetCreationTimestamp()
	has, other := r.placed(a), r.placed(b)
	switch {
	case !first.Equal(&second):
		return first.Before(&second)
	case has != other:
		return has
	}
	return a.GetName() < b.GetName()
}

// placed reports whether an object has an entity, or was let make one a moment ago.
func (r *Reconciler) placed(object Object) bool {
	_, admitted := r.admitted.Load(object.GetUID())
	return admitted || r.kind.uniqueID(object) != ""
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

// AskingFor selects the objects of a kind that may ask for a name in an AWS account, each selector some of them: those
// that spell it out, and those to which an AWSAccount of the account gives it by default.
func (e *Environment) AskingFor(
	ctx context.Context, name guardrail.Name, account *v1alpha1.AWSAccount,
) ([]client.MatchingFields, error) {
	selectors := []client.MatchingFields{{indexClaim: claimKey(name)}}
	var accounts v1alpha1.AWSAccountList
	if err := e.Client.List(ctx, &accounts, client.UnsafeDisableDeepCopy); err != nil {
		return nil, fmt.Errorf("listing the AWSAccounts: %w", err)
	}
	seen := map[string]bool{}
	for i := range accounts.Items {
		spec := &accounts.Items[i].Spec
		namespace, object, found := desired.NamingOf(spec).Object(name.Value)
		key := defaultKey(name.Entity, namespace, object)
		if spec.AccountID == account.Spec.AccountID && found && !seen[key] {
			seen[key] = true
			selectors = append(selectors, client.MatchingFields{indexClaim: key})
		}
	}
	return selectors, nil
}

// claimed ends the pass of an object that may not have its names, unless the entity is its own already.
func (t *turn) claimed(ctx context.Context, got iam.Observation, standing standing) error {
	p := t.contest.verdict(standing.owned)
	if p == nil {
		t.admitted.Store(t.object.GetUID(), nil)
		t.out.outside = t.contest.outside()
		return nil
	}
	if p.reason == v1alpha1.ReasonNameTaken {
		t.mem.LoseName()
	}
	if winner := t.contest.winner; winner != nil {
		logf.FromContext(ctx).Info("another object has the better claim to the name",
			"iamName", t.contest.claim.names[0].Value, "winnerNamespace", winner.Namespace, "winnerName", winner.Name)
	}
	t.logOwners(ctx, got)
	return p
}

// logOwners tells the operator who owns in AWS what the object asks for: it is no affair of the object's namespace.
func (t *turn) logOwners(ctx context.Context, got iam.Observation) {
	own := t.ClusterID + "/" + t.object.GetNamespace() + "/" + t.object.GetName()
	tell := func(entity, name string, tags map[string]string) {
		if owner, tagged := ownership.Tag(tags, v1alpha1.TagOwner); tagged && owner != own {
			logf.FromContext(ctx).Info("the name has an owner in AWS", "entity", entity, "iamName", name, "owner", owner)
		}
	}
	if got.Role != nil {
		tell("role", got.Role.Name, got.Role.Tags)
	}
	if got.Profile != nil {
		tell("instance profile", got.Profile.Name, got.Profile.Tags)
	}
	if got.Policy != nil {
		tell("policy", got.Policy.Name, got.Policy.Tags)
	}
}

// conflicts reports whether the plan leaves alone what someone else owns.
func conflicts(p plan.Plan) bool {
	return p.Refusal != nil && p.Refusal.Reason == v1alpha1.ReasonOwnershipConflict ||
		slices.ContainsFunc(p.Withheld, func(w plan.Withheld) bool { return w.Reason == v1alpha1.ReasonOwnershipConflict })
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
