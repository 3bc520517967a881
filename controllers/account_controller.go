// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"context"
	"fmt"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/utils/clock"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/builder"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/internal/guardrail"
	"github.com/ecsiam/ecs-iam-controller/internal/iam"
)

// AccountReconciler checks that AWSAccounts can be reached and are the accounts that they say they are.
type AccountReconciler struct {
	// Client reads from the cache and writes to the API server.
	Client client.Client
	// Accounts gives access to AWS.
	Accounts iam.Accounts
	// Clock is the time.
	Clock clock.PassiveClock
	// Jitter returns a number in [0,1), by which resyncs are spread.
	Jitter func() float64
}

// SetupWithManager registers the reconciler.
func (r *AccountReconciler) SetupWithManager(mgr ctrl.Manager) error {
	err := ctrl.NewControllerManagedBy(mgr).
		Named("awsaccount").
		For(&v1alpha1.AWSAccount{}, builder.WithPredicates(specOrAnnotations())).
		Complete(r)
	if err != nil {
		return fmt.Errorf("setting up the AWSAccount controller: %w", err)
	}
	return nil
}

// Reconcile makes one pass over one AWSAccount.
func (r *AccountReconciler) Reconcile(ctx context.Context, req ctrl.Request) (ctrl.Result, error) {
	account := &v1alpha1.AWSAccount{}
	if err := r.Client.Get(ctx, req.NamespacedName, account); err != nil {
		return ctrl.Result{}, client.IgnoreNotFound(err)
	}
	if account.Annotations[v1alpha1.AnnotationPaused] == "true" || !account.DeletionTimestamp.IsZero() {
		return ctrl.Result{}, nil
	}
	ctx = iam.WithObject(ctx, v1alpha1.KindAWSAccount, "", account.Name)
	identity, p := r.identify(ctx, account)
	status := accountStatus(account, identity, p, r.Clock.Now())
	if err := applyStatus(ctx, r.Client, account, account.Status, status); err != nil {
		return ctrl.Result{}, fmt.Errorf("writing the status: %w", err)
	}
	return ctrl.Result{RequeueAfter: r.next(account, p)}, nil
}

func (r *AccountReconciler) identify(ctx context.Context, account *v1alpha1.AWSAccount) (iam.Identity, *problem) {
	if s := account.Spec.AllowedNamespaces.Selector; s != nil {
		if _, err := metav1.LabelSelectorAsSelector(s); err != nil {
			return iam.Identity{}, problemf(v1alpha1.ReasonInvalidSpec, bySpec,
				"spec.allowedNamespaces.selector: %s; correct it, no namespace is allowed meanwhile", err)
		}
	}
	if errs := guardrail.Check(&account.Spec); len(errs) > 0 {
		return iam.Identity{}, problemf(v1alpha1.ReasonInvalidSpec, bySpec,
			"%s; until it is corrected the rule gives nothing", fieldErrors(errs.ToAggregate()))
	}
	identity, err := r.Accounts.ForAccount(ctx, accountConfig(account)).Identity(ctx)
	if err != nil {
		return identity, readProblem(err)
	}
	if identity.AccountID != account.Spec.AccountID {
		return identity, problemf(v1alpha1.ReasonAccountMismatch, byPerson,
			"the controller's credentials belong to another account than spec.accountID %s says; nothing is read or written: "+
				"correct the credentials, or create an AWSAccount with the right id", account.Spec.AccountID)
	}
	return identity, nil
}

func (r *AccountReconciler) next(account *v1alpha1.AWSAccount, p *problem) time.Duration {
	d := resync(account)
	switch {
	case p == nil:
	case p.healing == byTime:
		d = min(d, max(10*time.Second, p.after))
	case p.healing == byPerson:
		d = min(d, slowRetry)
	}
	return d + time.Duration(r.Jitter()*float64(d)/10)
}

func accountStatus(
	account *v1alpha1.AWSAccount, identity iam.Identity, p *problem, now time.Time,
) v1alpha1.AWSAccountStatus {
	status := *account.Status.DeepCopy()
	status.ObservedGeneration = account.Generation
	v := verdict{
		ready: metav1.ConditionTrue, reason: v1alpha1.ReasonReconciled,
		message: "the account can be reached and is the declared one",
	}
	if p != nil {
		v.ready, v.reason, v.message = metav1.ConditionFalse, p.reason, p.message
		v.stalled = p.healing == bySpec || p.healing == byPerson
		v.reconciling = !v.stalled
	} else {
		status.Partition = identity.Partition
	}
	status.Conditions = v.conditions(status.Conditions, account.Generation, now)
	return status
}
