// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package pass

import (
	"context"
	"errors"
	"fmt"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/internal/iam"
	"github.com/ecsiam/ecs-iam-controller/internal/plan"
)

// Reconcile makes one pass over one object.
func (r *Reconciler) Reconcile(ctx context.Context, req ctrl.Request) (ctrl.Result, error) {
	object, urgent := r.kind.new(), r.overdue.arrived(req, r.Clock.Now())
	if since, priority, known := r.waits.over(req); known {
		r.Metrics.waited(r.kind.name(), priority, r.Clock.Since(since))
	}
	if err := r.Client.Get(ctx, req.NamespacedName, object); apierrors.IsNotFound(err) {
		r.hearsays.forget(req, r.hearsays.of(req))
		r.mourn(req.NamespacedName)
		r.holds.end(req)
		return ctrl.Result{}, nil
	} else if err != nil {
		return ctrl.Result{}, fmt.Errorf("reading the object: %w", err)
	}
	if looks, err := r.looksAt(ctx, req, object); err != nil || !looks {
		return ctrl.Result{}, err
	}
	ctx = iam.WithPass(iam.WithObject(ctx, r.kind.Kind, object.GetNamespace(), object.GetName()))
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
	return r.conclude(ctx, req, object, o, urgent)
}

// looksAt reports whether there is to be a pass over an object: not over another installation's, nor over one that is
// paused and does not leave.
func (r *Reconciler) looksAt(ctx context.Context, req ctrl.Request, object Object) (bool, error) {
	switch ours, err := r.ServesUserOf(ctx, object.SharedSpec().AccountName); {
	case err != nil: // whose it is will be known later; what is believed of it is needed then
		return false, err
	case !ours:
		r.forget(req, object)
		return false, nil
	case !paused(object):
		return true, nil
	}
	return r.abandons(ctx, object)
}

// conclude reports what a pass came to, and says when the next one is.
func (r *Reconciler) conclude(
	ctx context.Context, req ctrl.Request, object Object, o outcome, urgent bool,
) (ctrl.Result, error) {
	if o.gone {
		r.forget(req, object)
		r.mourn(req.NamespacedName)
		return ctrl.Result{}, nil
	}
	if again, held := r.hold(req, o, urgent); held {
		var err error
		if r.holds.long(req, r.Clock.Now()) {
			_, err = r.report(ctx, object, o)
		}
		return again, conflictAsRetry(err)
	}
	if o.seen {
		r.hearsays.forget(req, o.said)
	}
	failures, err := r.report(ctx, object, o)
	if err != nil {
		return ctrl.Result{}, conflictAsRetry(err)
	}
	return r.next(req, object, o, failures, urgent), nil
}

// forget drops what is remembered of an object that is gone, or another installation's.
func (r *Reconciler) forget(req ctrl.Request, object Object) {
	r.beliefs.Forget(object.GetUID())
	r.written.forget(object.GetUID())
	r.admitted.Delete(object.GetUID())
	r.said.Delete(object.GetUID())
	r.hearsays.forget(req, r.hearsays.of(req))
	r.holds.end(req)
	r.unwatch(req.NamespacedName)
}

// pass converges an object, or finalizes one that is being deleted.
func (r *Reconciler) pass(ctx context.Context, object Object) (outcome, error) {
	t := r.newTurn(object)
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

func (r *Reconciler) newTurn(object Object) *turn {
	return &turn{
		Reconciler: r, object: object, mem: r.beliefs.Of(object.GetUID()), answers: plan.Answers{},
		out: outcome{
			began: r.Clock.Now(), deleting: !object.GetDeletionTimestamp().IsZero(),
			said: r.hearsays.of(ctrl.Request{NamespacedName: client.ObjectKeyFromObject(object)}),
		},
	}
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
	take := func() error { return t.addFinalizer(ctx, t.object) }
	got, err := t.approach(ctx, take, t.ensure)
	if err != nil {
		return err
	}
	if err := t.bringAbout(ctx, got); err != nil {
		return err
	}
	if err := t.verified(ctx); err != nil {
		return err
	}
	return t.lookAgain(ctx)
}

// approach goes from the object to what is observed of its entities. Before AWS is asked for them, take marks the
// object as one that stands for them; partly closes the difference as far as it does not wait for references.
func (t *turn) approach(ctx context.Context, take func() error, partly closing) (iam.Observation, error) {
	none := iam.Observation{}
	if err := t.gather(ctx); err != nil {
		return none, err
	}
	err := t.want(ctx)
	if p, _ := AsProblem(err); p != nil && p.reason == v1alpha1.ReasonReferenceNotReady && t.out.want != nil {
		return none, t.partly(ctx, p, partly)
	}
	if err != nil {
		return none, err
	}
	if err := take(); err != nil {
		return none, err
	}
	return t.observe(ctx)
}

// conflictAsRetry turns the conflict of two writers, which a new pass resolves, into an error that is worth no alarm.
func conflictAsRetry(err error) error {
	if apierrors.IsConflict(err) {
		return fmt.Errorf("the object changed during the pass, looking again: %w", err)
	}
	return err
}
