// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package pass

import (
	"context"
	"fmt"
	"slices"

	"sigs.k8s.io/controller-runtime/pkg/client"
	logf "sigs.k8s.io/controller-runtime/pkg/log"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/internal/guardrail"
	"github.com/ecsiam/ecs-iam-controller/internal/iam"
	"github.com/ecsiam/ecs-iam-controller/internal/ownership"
	"github.com/ecsiam/ecs-iam-controller/internal/plan"
)

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
		err := eachAskingFor(ctx, &r.Environment, name, account, r.kind.newList, func(list client.ObjectList) error {
			others = append(others, r.kind.items(list)...)
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	return slices.DeleteFunc(others, func(o Object) bool { return o.GetUID() == c.object.GetUID() }), nil
}

// older is how many objects of the kind and namespace that use the account are older, if the account limits them.
func (r *Reconciler) older(ctx context.Context, object Object, account *v1alpha1.AWSAccount) (int, error) {
	if !r.counted(object, account) {
		return 0, nil
	}
	others, err := r.neighbours(ctx, object, account)
	if err != nil {
		return 0, err
	}
	older := 0
	for _, other := range others {
		if other.GetUID() != object.GetUID() && r.before(other, object) {
			older++
		}
	}
	return older, nil
}

// counted reports whether an account limits how many objects of the kind and namespace it admits.
func (r *Reconciler) counted(object Object, account *v1alpha1.AWSAccount) bool {
	names := r.kind.names(object, account)
	return len(names) > 0 && names[0].Entity == guardrail.EntityRole && object.GetNamespace() != "" &&
		guardrail.MaxRoles(&account.Spec) > 0
}

// neighbours are the objects of the kind and namespace that use the account. They are the cache's own: to be read only.
func (r *Reconciler) neighbours(ctx context.Context, object Object, account *v1alpha1.AWSAccount) ([]Object, error) {
	list := r.kind.newList()
	err := r.Client.List(ctx, list, client.InNamespace(object.GetNamespace()),
		client.MatchingFields{indexAccount: account.Name}, client.UnsafeDisableDeepCopy)
	if err != nil {
		return nil, fmt.Errorf("counting the %s of the namespace: %w", r.kind.Plural, err)
	}
	return r.kind.items(list), nil
}

// notAdmitted are the objects beside one that is gone which were not admitted while it was there: the first of them is
// now, and the others have one less before them.
func (r *Reconciler) notAdmitted(ctx context.Context, gone Object, account *v1alpha1.AWSAccount) []reconcile.Request {
	if !r.counted(gone, account) {
		return nil
	}
	others, err := r.neighbours(ctx, gone, account)
	if err != nil {
		return nil
	}
	others = slices.DeleteFunc(others, func(o Object) bool { return o.GetUID() == gone.GetUID() })
	slices.SortFunc(others, func(a, b Object) int {
		if r.before(a, b) {
			return -1
		}
		return 1
	})
	var requests []reconcile.Request
	for _, object := range others[min(len(others), guardrail.MaxRoles(&account.Spec)-1):] {
		requests = append(requests, reconcile.Request{NamespacedName: client.ObjectKeyFromObject(object)})
	}
	return requests
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

// Refusal says why an object may not have its names unless the entity is its own already, or nothing.
func (r *Reconciler) Refusal(ctx context.Context, object Object, account *v1alpha1.AWSAccount) (string, error) {
	c, err := r.contestOf(ctx, object, account)
	if err != nil {
		return "", err
	}
	return c.refusal(), nil
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
