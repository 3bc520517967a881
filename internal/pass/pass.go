// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package pass

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/internal/belief"
	"github.com/ecsiam/ecs-iam-controller/internal/iam"
	"github.com/ecsiam/ecs-iam-controller/internal/plan"
)

// Reconciler makes the passes over the objects of one kind.
type Reconciler struct {
	Environment

	kind      anyKind
	beliefs   *belief.Store
	overdue   overdue
	written   writtenStatuses
	documents documentCache
	gate      gate
	// admitted are the objects that were let have their names, by uid; their statuses show it later.
	admitted sync.Map
	// said are the reasons of Ready that were last written, by uid.
	said sync.Map
}

// New returns the reconciler of a kind.
func New[O Object](env Environment, kind Kind[O]) *Reconciler {
	return &Reconciler{Environment: env, kind: erase(kind), beliefs: belief.NewStore(env.Clock.Now())}
}

// Reconcile makes one pass over one object.
func (r *Reconciler) Reconcile(ctx context.Context, req ctrl.Request) (ctrl.Result, error) {
	object, urgent := r.kind.new(), r.overdue.arrived(req, r.Clock.Now())
	if err := r.Client.Get(ctx, req.NamespacedName, object); err != nil {
		r.unwatch(req.NamespacedName)
		return ctrl.Result{}, client.IgnoreNotFound(err)
	}
	if paused(object) {
		if abandons, err := r.abandons(ctx, object); err != nil || !abandons {
			return ctrl.Result{}, err
		}
	}
	ctx = iam.WithObject(ctx, r.kind.Kind, object.GetNamespace(), object.GetName())
	if urgent = urgent || underChange(object); urgent {
		ctx = iam.WithUrgency(ctx)
	}
	o, err := r.pass(ctx, object)
	if busy, ok := errors.AsType[busyError](err); ok {
		if urgent {
			r.overdue.expect(req, r.Clock.Now())
		}
		return ctrl.Result{RequeueAfter: r.schedule(0).jittered(busy.retryAfter)}, nil
	}
	if err != nil {
		return ctrl.Result{}, conflictAsRetry(err)
	}
	if o.gone {
		r.beliefs.Forget(object.GetUID())
		r.written.forget(object.GetUID())
		r.admitted.Delete(object.GetUID())
		r.said.Delete(object.GetUID())
		r.unwatch(req.NamespacedName)
		return ctrl.Result{}, nil
	}
	failures, err := r.report(ctx, object, o)
	if err != nil {
		return ctrl.Result{}, conflictAsRetry(err)
	}
	return r.next(req, object, o, failures, urgent), nil
}

// again is when the next pass is due, and before which others it goes.
func (r *Reconciler) again(req ctrl.Request, o outcome, after time.Duration, urgent bool) ctrl.Result {
	now := r.Clock.Now()
	priority := o.priority(urgent, now)
	switch {
	case priority == priorityChange: // what is urgent stays so until it is done
		r.overdue.expect(req, now)
	case priority == priorityDrift && after > 0:
		r.overdue.expect(req, now.Add(2*after))
	}
	return ctrl.Result{RequeueAfter: after, Priority: &priority}
}

// turn is one pass over one object while it is made.
type turn struct {
	*Reconciler
	object  Object
	mem     *belief.Object
	facts   Facts
	contest contest
	// aws is AWS as the object's namespace may write it, whole as the account may be read.
	aws, whole iam.Account
	// leave ends the pass in its account; nil before it began there.
	leave func(answered bool)
	// unproven says that the account may not answer at all, while passes of others wait.
	unproven bool
	answers  plan.Answers
	out      outcome
}

// pass converges an object, or finalizes one that is being deleted.
func (r *Reconciler) pass(ctx context.Context, object Object) (outcome, error) {
	t := &turn{
		Reconciler: r, object: object, mem: r.beliefs.Of(object.GetUID()), answers: plan.Answers{},
		out: outcome{began: r.Clock.Now(), deleting: !object.GetDeletionTimestamp().IsZero()},
	}
	stages := t.converge
	if t.out.deleting {
		stages = t.finalize
	}
	p, err := AsProblem(stages(ctx))
	if p != nil {
		t.out = t.out.failed(t.patiently(p))
	}
	if t.leave != nil {
		t.leave(t.out.answered())
	}
	return t.out, err
}

// hastyDenials is how many looks in a row at a Ready object AWS may deny before a person is asked to do something: a
// single denial comes and goes, as when a policy is being replaced.
const hastyDenials = 3

// patiently takes a denial that was not seen before for one that passes.
func (t *turn) patiently(p *Problem) *Problem {
	hasty := settledBefore(t.object) && t.mem.Failures() < hastyDenials
	if p.reason != v1alpha1.ReasonAccessDenied || t.out.seen || !hasty {
		return p
	}
	soon := *p
	soon.healing = ByTime
	return &soon
}

// converge is one pass over an object that is not being deleted. It ends with the first Problem that leaves nothing to
// be done.
func (t *turn) converge(ctx context.Context) error {
	if err := t.gather(ctx); err != nil {
		return err
	}
	err := t.want(ctx)
	if p, _ := AsProblem(err); p != nil && p.reason == v1alpha1.ReasonReferenceNotReady && t.out.want != nil {
		return t.partly(ctx, p)
	}
	if err != nil {
		return err
	}
	if err := t.addFinalizer(ctx, t.object); err != nil {
		return err
	}
	got, err := t.observe(ctx)
	if err != nil {
		return err
	}
	standing := t.standing(got)
	t.contest = t.contest.at(got)
	if err := t.claimed(ctx, got, standing); err != nil {
		return err
	}
	if got, err = t.withMissing(ctx, t.mem.WithOwnAttachments(got)); err != nil {
		return err
	}
	if err := t.ensure(ctx, got, standing); err != nil {
		return err
	}
	if err := t.lookForPrincipals(ctx, got, standing); err != nil {
		return err
	}
	return t.lookAgain(ctx)
}

// gather reads all that the decision needs from Kubernetes, and who we are in the account.
func (t *turn) gather(ctx context.Context) error {
	account, err := t.admit(ctx, t.object)
	if err != nil {
		return err
	}
	t.out.scope = Scope{Account: account, Deleting: t.out.deleting}
	t.whole = t.Accounts.ForAccount(ctx, AccountConfig(account))
	t.aws = t.Accounts.ForAccount(ctx, t.sessionConfig(account, t.object.GetNamespace()))
	if err := t.enter(ctx, account); err != nil {
		return err
	}
	if t.contest, err = t.contestOf(ctx, t.object, account); err != nil {
		return err
	}
	if t.out.scope.Identity, t.out.scope.Quotas, err = t.identify(ctx, account, t.whole); err != nil {
		return err
	}
	t.facts, err = t.kind.gather(ctx, t.Reconciler, t.out.scope, t.object)
	return err
}

// want builds what should be. A question that cannot be answered ends the pass, for what is wanted depends on it.
func (t *turn) want(ctx context.Context) error {
	if err := t.inquire(ctx, t.facts.Questions()); err != nil {
		return err
	}
	want, err := t.facts.Want(t.answers)
	t.out.want = want
	return err
}

// ensure plans for what was observed, and makes the calls.
func (t *turn) ensure(ctx context.Context, got iam.Observation, standing standing) error {
	p, err := t.diff(ctx, got)
	if err != nil {
		return err
	}
	if p, err = t.guard(ctx, got, p); err != nil {
		return err
	}
	t.apply(ctx, got, p, standing)
	return nil
}

// partly is the pass over an object that refers to what is not there. It waits with everything but what must not stay:
// what must not be passed, because it is gone or someone else's, must not stay until a person corrects the reference.
func (t *turn) partly(ctx context.Context, unready *Problem) error {
	got, err := t.observe(ctx)
	if err != nil {
		return unready
	}
	standing := t.standing(got)
	if !standing.owned {
		return unready
	}
	t.out.outside = t.contest.at(got).outside()
	if err := t.ensure(ctx, got, standing); err != nil {
		return err
	}
	return unready
}

// diff makes the plan, and has withheld what its calls can be foreseen to fail at. It asks what the plan depends on; a
// question without an answer is a problem of its own, and leaves withheld what depends on it.
func (t *turn) diff(ctx context.Context, got iam.Observation) (plan.Plan, error) {
	if err := t.answer(ctx, t.out.want.Questions(got)); err != nil {
		return plan.Plan{}, err
	}
	p := t.out.want.Diff(got, t.answers)
	if err := t.answer(ctx, p.Inquiries()); err != nil {
		return plan.Plan{}, err
	}
	return p.Foresee(t.answers), nil
}

// answer asks questions without which the pass can go on.
func (t *turn) answer(ctx context.Context, questions []plan.Question) error {
	p, err := AsProblem(t.inquire(ctx, questions))
	if p != nil {
		t.out = t.out.failed(p)
	}
	return err
}

func paused(object client.Object) bool {
	return object.GetAnnotations()[v1alpha1.AnnotationPaused] == "true"
}

// conflictAsRetry turns the conflict of two writers, which a new pass resolves, into an error that is worth no alarm.
func conflictAsRetry(err error) error {
	if apierrors.IsConflict(err) {
		return fmt.Errorf("the object changed during the pass, looking again: %w", err)
	}
	return err
}
