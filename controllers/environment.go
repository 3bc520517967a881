// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"context"
	"fmt"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/tools/events"
	"k8s.io/utils/clock"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/controller/controllerutil"
	logf "sigs.k8s.io/controller-runtime/pkg/log"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/internal/iam"
	"github.com/ecsiam/ecs-iam-controller/internal/ownership"
	"github.com/ecsiam/ecs-iam-controller/internal/plan"
)

// Environment is what the reconcilers of roles and policies work with. Each has its own.
type Environment struct {
	// Client reads from the cache and writes to the API server.
	Client client.Client
	// APIReader reads from the API server.
	APIReader client.Reader
	// Accounts gives access to AWS.
	Accounts iam.Accounts
	// Recorder records events.
	Recorder events.EventRecorder
	// Clock is the time.
	Clock clock.PassiveClock
	// ClusterID is the first part of owner tags.
	ClusterID string
	// Region is the value of {region} where an AWSAccount sets none.
	Region string
	// Jitter returns a number in [0,1), by which resyncs are spread.
	Jitter func() float64
	// Metrics counts what was done; nil counts nothing.
	Metrics *Metrics

	memory *memory
}

// Init prepares a reconciler that is not set up with a manager.
func (r *Environment) Init() { r.memory = newMemory(r.Clock.Now()) }

// standing is the part of an object that all kinds have and that a pass depends on.
type standing struct {
	observedGeneration int64
	conditions         []metav1.Condition
	lastApplied        *metav1.Time
	lastHandled        string
	deletion           v1alpha1.DeletionPolicy
	reconcile          v1alpha1.ReconcilePolicy
}

func standingOf(object client.Object) standing {
	switch o := object.(type) {
	case *v1alpha1.ECSRole:
		s := o.Status
		return standing{
			s.ObservedGeneration, s.Conditions, s.LastAppliedTime, s.LastHandledReconcileAt,
			o.Spec.DeletionPolicy, o.Spec.ReconcilePolicy,
		}
	case *v1alpha1.ECSPolicy:
		s := o.Status
		return standing{
			s.ObservedGeneration, s.Conditions, s.LastAppliedTime, s.LastHandledReconcileAt,
			o.Spec.DeletionPolicy, o.Spec.ReconcilePolicy,
		}
	case *v1alpha1.ECSServiceLinkedRole:
		s := o.Status
		return standing{
			s.ObservedGeneration, s.Conditions, s.LastAppliedTime, s.LastHandledReconcileAt,
			o.Spec.DeletionPolicy, o.Spec.ReconcilePolicy,
		}
	}
	return standing{}
}

// held tells whether the observed entity has the tag ecsiam.dev/hold.
func held(got iam.Observation) bool {
	return got.Role != nil && ownership.Held(got.Role.Tags) || got.Policy != nil && ownership.Held(got.Policy.Tags)
}

func copyOf(object client.Object) client.Object {
	duplicate, _ := object.DeepCopyObject().(client.Object)
	return duplicate
}

// view returns the state of an entity: what our own writes left while IAM may not show it yet, else what IAM shows,
// unless that is older than our last write. A forced pass takes what IAM shows.
func (r *Environment) view(
	ctx context.Context, object client.Object, account *v1alpha1.AWSAccount, read func() (iam.Observation, error),
) (iam.Observation, *problem) {
	mem, forced := r.memory.of(object.GetUID()), forcedPass(object)
	now := r.Clock.Now()
	if believed, ok := mem.believes(now, propagationDelay(account)); ok && !forced {
		return believed, nil
	}
	got, err := read()
	if err != nil {
		return got, readProblem(err)
	}
	if r.memory.shows(got) {
		return got, problemf(v1alpha1.ReasonProgressing, byTime,
			"AWS still shows what was deleted a moment ago under this name; it is read again")
	}
	if mem.distrusts(got) && !forced {
		logf.FromContext(ctx).V(1).Info("reading is older than the last write; keeping to what was written")
		return mem.believed, nil
	}
	return got, nil
}

// filters hold back what the object or the entity asks to hold back.
func (*Environment) filters(object client.Object, held bool) []plan.Filter {
	var filters []plan.Filter
	if standingOf(object).reconcile == v1alpha1.ReconcileObserve {
		filters = append(filters, plan.ObserveOnly)
	}
	if held {
		filters = append(filters, plan.Hold)
	}
	return filters
}

// apply executes the plan, but for the repair of what others keep changing back, and remembers what it left.
func (r *Environment) apply(
	ctx context.Context, object client.Object, in access, o *outcome, got iam.Observation,
) {
	mem := r.memory.of(object.GetUID())
	o.observed, o.seen = got, true
	o.drift = !o.vanished && (mem.desired == o.wanted || (mem.desired == "" && settledBefore(object)))
	if o.drift && !forcedPass(object) {
		o.plan = o.plan.Permit(plan.Contested(mem.contested(o.began)))
	}
	o.execution = execute(ctx, in.aws, o.plan, got)
	logFailures(ctx, o.execution)
	o.observed = o.execution.after
	if o.execution.wrote() {
		o.wroteAt = r.Clock.Now()
		mem.wrote(got, withDeclared(o.execution.after, o.want.Role.Attached), o.wroteAt)
	}
	o.addStepProblems(mem, propagationDelay(in.account), r.memory.unsure(mem, o.began) > 0)
	if o.drift && o.execution.wrote() {
		mem.repaired(donefields(o.execution), o.wroteAt)
	}
	if o.execution.complete() && len(o.problems) == 0 && len(o.plan.Withheld) == 0 {
		mem.desired = o.wanted
	}
	o.propagateUntil = propagation(object, in, *o, mem)
}

// propagation returns until when a change of the spec may not have reached ECS, or zero. The repair of drift keeps
// Ready.
func propagation(object client.Object, in access, o outcome, mem *remembered) time.Time {
	last := mem.propagating
	if o.execution.wrote() && !o.drift && propagates(o.execution) {
		last = o.wroteAt
	}
	if last.IsZero() && interrupted(object) {
		last = standingOf(object).lastApplied.Time
	}
	mem.propagating = last
	if last.IsZero() {
		return last
	}
	return last.Add(propagationDelay(in.account))
}

// interrupted tells whether the controller stopped while a change was propagating.
func interrupted(object client.Object) bool {
	return standingOf(object).lastApplied != nil && readyReason(object) == string(v1alpha1.ReasonPropagating)
}

func (r *Environment) addFinalizer(ctx context.Context, object client.Object) error {
	before := copyOf(object)
	if !controllerutil.AddFinalizer(object, v1alpha1.Finalizer) {
		return nil
	}
	patch := client.MergeFromWithOptions(before, client.MergeFromWithOptimisticLock{})
	if err := r.Client.Patch(ctx, object, patch, client.FieldOwner(v1alpha1.FieldOwner)); err != nil {
		return fmt.Errorf("adding the finalizer: %w", err)
	}
	return nil
}

func (r *Environment) removeFinalizer(ctx context.Context, object client.Object) error {
	before := copyOf(object)
	if !controllerutil.RemoveFinalizer(object, v1alpha1.Finalizer) {
		return nil
	}
	patch := client.MergeFromWithOptions(before, client.MergeFromWithOptimisticLock{})
	err := r.Client.Patch(ctx, object, patch, client.FieldOwner(v1alpha1.FieldOwner))
	if client.IgnoreNotFound(err) != nil {
		return fmt.Errorf("removing the finalizer: %w", err)
	}
	return nil
}
