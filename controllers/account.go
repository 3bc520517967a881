// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/util/workqueue"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/builder"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/controller"
	"sigs.k8s.io/controller-runtime/pkg/controller/controllerutil"
	"sigs.k8s.io/controller-runtime/pkg/handler"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"
	"sigs.k8s.io/controller-runtime/pkg/source"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/internal/guardrail"
	"github.com/ecsiam/ecs-iam-controller/internal/iam"
	"github.com/ecsiam/ecs-iam-controller/internal/pass"
)

// SetupWithManager registers the reconciler, and the indices of AWSAccounts that all kinds look into.
func (r *AccountReconciler) SetupWithManager(ctx context.Context, mgr ctrl.Manager, options controller.Options) error {
	if err := pass.IndexAccounts(ctx, mgr.GetFieldIndexer()); err != nil {
		return fmt.Errorf("setting up the AWSAccount controller: %w", err)
	}
	r.readings.workers = options.MaxConcurrentReconciles
	b := ctrl.NewControllerManagedBy(mgr).
		Named("awsaccount").
		WithOptions(options).
		For(&v1alpha1.AWSAccount{}, builder.WithPredicates(r.statuses.OwnChanges(statusOfAccount)))
	for _, user := range []client.Object{&v1alpha1.ECSRole{}, &v1alpha1.ECSPolicy{}, &v1alpha1.ECSServiceLinkedRole{}} {
		b = b.Watches(user, handler.EnqueueRequestsFromMapFunc(pass.UserOfAccount), builder.WithPredicates(pass.Deletions())).
			Watches(user, exceedingChanges())
	}
	b = b.Watches(&v1alpha1.AWSAccount{}, handler.EnqueueRequestsFromMapFunc(r.ofSameAccount),
		builder.WithPredicates(pass.SpecChanges())).
		WatchesRawSource(r.events())
	if err := b.Complete(r); err != nil {
		return fmt.Errorf("setting up the AWSAccount controller: %w", err)
	}
	return nil
}

// events reads the queues of accounts while the controller runs.
func (r *AccountReconciler) events() source.Source {
	return source.Func(func(ctx context.Context, q workqueue.TypedRateLimitingInterface[reconcile.Request]) error {
		if r.Events != nil {
			go r.Events.Serve(ctx, pass.Hearing{Environment: &r.Environment, AccountChanged: func(name string) {
				q.Add(reconcile.Request{NamespacedName: types.NamespacedName{Name: name}})
			}})
		}
		return nil
	})
}

// Reconcile makes one pass over one AWSAccount.
func (r *AccountReconciler) Reconcile(ctx context.Context, req ctrl.Request) (ctrl.Result, error) {
	account := &v1alpha1.AWSAccount{}
	if err := r.Client.Get(ctx, req.NamespacedName, account); err != nil {
		r.forget(req)
		return ctrl.Result{}, client.IgnoreNotFound(err)
	}
	if !r.Serves(account) {
		r.forget(req)
		return ctrl.Result{}, nil
	}
	if account.Annotations[v1alpha1.AnnotationPaused] == "true" {
		r.StopListening(req.Name)
		return ctrl.Result{}, nil
	}
	if !account.DeletionTimestamp.IsZero() {
		return r.finalize(ctx, account)
	}
	if err := r.KeepAccount(ctx, account); err != nil {
		return ctrl.Result{}, err //nolint:wrapcheck // says what for itself
	}
	ctx = iam.WithObject(ctx, v1alpha1.KindAWSAccount, "", account.Name)
	identity, err := r.identify(ctx, account)
	p, err := pass.AsProblem(err)
	switch {
	case errors.Is(err, errLate):
		return ctrl.Result{RequeueAfter: patience}, nil
	case err != nil:
		return ctrl.Result{}, err
	}
	return r.report(ctx, account, identity, p)
}

// forget drops what is kept of an account that is gone, or another installation's.
func (r *AccountReconciler) forget(req ctrl.Request) {
	r.failures.Forget(req.NamespacedName)
	r.late.Forget(req.NamespacedName)
	r.Accounts.Forget(req.Name)
	r.ForgetSnapshots(req.Name)
	r.StopListening(req.Name)
}

// patience is how long a worker waits for an account that may not answer at all.
const patience = time.Second

// mostLate is how often in a row an account may be late before its status says that AWS does not answer.
const mostLate = 5

var errLate = errors.New("AWS has not answered yet")

// asked asks who the controller is in the account. In one that is not Ready a worker does not wait for it while others
// do, because it may not answer at all: the call goes on, and the next pass has what it returned.
func (r *AccountReconciler) asked(ctx context.Context, account *v1alpha1.AWSAccount) (iam.Identity, error) {
	ready := meta.IsStatusConditionTrue(account.Status.Conditions, v1alpha1.ConditionReady)
	if ready || r.readings.workers <= 1 {
		return r.Identify(ctx, account) //nolint:wrapcheck // a Problem says it all
	}
	key := client.ObjectKeyFromObject(account)
	bounded, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	identity, err := r.Identify(bounded, account)
	if bounded.Err() == nil || ctx.Err() != nil || err == nil {
		r.late.Forget(key)
		return identity, err //nolint:wrapcheck // a Problem says it all
	}
	p := pass.NewProblem(v1alpha1.ReasonUnavailable, pass.ByTime, "AWS does not answer; it is asked again")
	if r.late.Count(key, p) <= mostLate {
		return identity, errLate
	}
	return identity, p
}

// finalize lets go of an account that nothing uses any more. One that is in use says by what.
func (r *AccountReconciler) finalize(ctx context.Context, account *v1alpha1.AWSAccount) (ctrl.Result, error) {
	if !controllerutil.ContainsFinalizer(account, v1alpha1.Finalizer) {
		return ctrl.Result{}, nil
	}
	p, err := pass.AsProblem(r.FinalizeAccount(ctx, account))
	if err != nil || p == nil {
		return ctrl.Result{}, err
	}
	return r.report(ctx, account, iam.Identity{}, p)
}

// report writes the status, and says when to look again.
func (r *AccountReconciler) report(
	ctx context.Context, account *v1alpha1.AWSAccount, identity iam.Identity, p *pass.Problem,
) (ctrl.Result, error) {
	status := account.Status.DeepCopy()
	status.ObservedGeneration = account.Generation
	effective, err := r.effective(ctx, account)
	if err != nil {
		return ctrl.Result{}, err
	}
	status.Effective, status.ClusterID = effective, r.ClusterID
	if identity.CallerARN != "" { // known of a wrong account, too
		status.Partition, status.CallerARN = identity.Partition, callerOf(account, identity)
	}
	r.Listen(account, identity, p)
	again, err := r.lookForDrift(ctx, account, status, p == nil)
	if err != nil {
		return ctrl.Result{}, err
	}
	if status.OutOfBounds, status.OutOfBoundsOmitted, err = r.outOfBounds(ctx, account); err != nil {
		return ctrl.Result{}, err
	}
	status.Conditions = pass.Conditions(account.Status.Conditions, account.Generation, p,
		"the account can be reached and is the declared one", r.Clock.Now())
	status.Conditions = r.SnapshotCondition(status.Conditions, account, status.DriftDetection)
	status.Conditions = r.EventsCondition(status.Conditions, account)
	if err := r.statuses.Apply(ctx, r.Client, account, account.Status, *status); err != nil {
		return ctrl.Result{}, fmt.Errorf("writing the status: %w", err)
	}
	failures := r.failures.Count(client.ObjectKeyFromObject(account), p)
	return ctrl.Result{RequeueAfter: cmp.Or(again, r.NextLook(account, p, failures))}, nil
}

// lookForDrift reads the account as a whole when that is due, and says in the status how drift is found. It returns
// when the account must be looked at again for it.
func (r *AccountReconciler) lookForDrift(
	ctx context.Context, account *v1alpha1.AWSAccount, status *v1alpha1.AWSAccountStatus, reached bool,
) (again time.Duration, err error) {
	end, begun := r.readings.begin(r.KnowsRoles(account))
	if begun {
		defer end()
		status.DriftDetection, again = r.LookForDrift(ctx, account, reached)
	} else {
		again = patience
	}
	orphans, err := r.Orphans(ctx, account)
	status.OrphanedRoles, status.OrphanedPolicies = orphans.Roles, orphans.Policies
	r.Metrics.Orphaned(account.Name, orphans.Roles, orphans.Policies)
	return again, err //nolint:wrapcheck // says what for itself
}

func statusOfAccount(o client.Object) any {
	if account, ok := o.(*v1alpha1.AWSAccount); ok {
		return account.Status
	}
	return nil
}

// identify asks who we are in the account, once its spec is found to be sound.
func (r *AccountReconciler) identify(ctx context.Context, account *v1alpha1.AWSAccount) (iam.Identity, error) {
	if s := account.Spec.AllowedNamespaces.Selector; s != nil {
		if _, err := metav1.LabelSelectorAsSelector(s); err != nil {
			return iam.Identity{}, pass.NewProblem(v1alpha1.ReasonInvalidSpec, pass.BySpec,
				"spec.allowedNamespaces.selector: %s; correct it, until then no namespace is allowed", err)
		}
	}
	if errs := guardrail.Check(&account.Spec); len(errs) > 0 {
		return iam.Identity{}, pass.InvalidSpec(errs.ToAggregate()).Adding("; until it is corrected the rule gives nothing")
	}
	return r.asked(ctx, account)
}

// callerOf is the caller without what changes by itself.
func callerOf(account *v1alpha1.AWSAccount, identity iam.Identity) string {
	if account.Spec.AssumeRole == nil {
		return identity.Caller()
	}
	return identity.CallerARN
}
