// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package pass

import (
	"context"
	"slices"
	"time"

	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"
	logf "sigs.k8s.io/controller-runtime/pkg/log"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"

	"github.com/ecsiam/ecs-iam-controller/internal/iam"
	"github.com/ecsiam/ecs-iam-controller/internal/plan"
)

// refreshing is how often documents are read again whose time has come. A pass may not come for long, where snapshots
// watch over the role.
const refreshing = 5 * time.Minute

// document answers AskDocument.
func (t *turn) document(ctx context.Context, arn string) (plan.Answer, error) {
	key, user := documentKey{t.out.scope.Account.Name, arn}, client.ObjectKeyFromObject(t.object)
	if answer, ok := t.documents.get(key, user, t.Clock.Now()); ok {
		return answer, nil
	}
	got, err := t.whole.LookUpPolicy(ctx, arn, true)
	answer := plan.Answer{Missing: got == nil, Policy: got}
	if err != nil {
		return answer, ReadProblem(err)
	}
	if got != nil {
		now := t.Clock.Now()
		t.documents.put(key, answer, now.Add(documentsKeptFor))
		t.documents.get(key, user, now)
	}
	return answer, nil
}

// RefreshDocuments reads the documents again whose time has come: one call for each policy that has no new version. It
// returns the objects whose roles have a policy with a new one, to be judged again.
func (r *Reconciler) RefreshDocuments(ctx context.Context) []reconcile.Request {
	for key, users := range r.documents.due(r.Clock.Now()) {
		account, err := r.Account(ctx, key.account)
		if err != nil || !r.anyExists(ctx, users) {
			r.documents.forget(key)
			continue
		}
		got, err := r.Accounts.ForAccount(ctx, AccountConfig(account)).LookUpPolicy(ctx, key.arn, true)
		if err != nil {
			logf.FromContext(ctx).V(1).Info("a managed policy could not be read again", "reason", describeError(err))
			continue
		}
		r.documents.put(key, plan.Answer{Missing: got == nil, Policy: got}, r.Clock.Now().Add(documentsKeptFor))
	}
	stale := r.documents.drain()
	requests := make([]reconcile.Request, 0, len(stale))
	for _, user := range stale {
		requests = append(requests, reconcile.Request{NamespacedName: user})
	}
	return requests
}

// anyExists reports whether one of several objects is still there.
func (r *Reconciler) anyExists(ctx context.Context, objects []types.NamespacedName) bool {
	return slices.ContainsFunc(objects, func(key types.NamespacedName) bool {
		return r.Client.Get(ctx, key, r.kind.new()) == nil
	})
}

// watchDocuments has the objects looked at whose managed policies have new versions, until the context ends.
func (r *Reconciler) watchDocuments(ctx context.Context, q queue) {
	every(ctx, refreshing, func() { enqueue(q, priorityChange, r.RefreshDocuments(ctx)...) })
}

// holder answers AskHolder: a role that has a policy, with all that it has beside it.
func (t *turn) holder(ctx context.Context, name string) (plan.Answer, error) {
	got, err := t.aws.Observe(ctx, iam.Query{RoleName: name})
	return plan.Answer{Missing: got.Role == nil, Role: got.Role, Documents: got.PolicyDocuments}, readError(err)
}
