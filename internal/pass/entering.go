// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package pass

import (
	"context"

	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/internal/iam"
)

// room ends a pass that the rate limit would hold back, as it did the last one of the object, before it costs anything.
func (t *turn) room(ctx context.Context) error {
	request := reconcile.Request{NamespacedName: client.ObjectKeyFromObject(t.object)}
	if _, held := t.holds.held(request); !held {
		return nil
	}
	if after := t.aws.HeldBack(ctx); after > 0 {
		return throttled(&iam.Error{Class: iam.ClassThrottled, RetryAfter: after})
	}
	return nil
}

// enter begins the pass in its account, or ends it with a busyError. An account that is new is asked who the controller
// is in it, while the pass comes again: the answer is kept, and no worker waits for it.
func (t *turn) enter(ctx context.Context, account *v1alpha1.AWSAccount) error {
	ask, retryAfter := t.gate.meet(account.Name, t.out.began)
	if ask {
		r, whole := t.Reconciler, t.whole
		go func() {
			_, _, err := r.identify(context.WithoutCancel(ctx), account, whole)
			p, _ := AsProblem(err)
			r.gate.introduced(account.Name, p == nil || !unanswered(p))
		}()
	}
	if retryAfter == 0 {
		t.leave, retryAfter = t.gate.enter(account.Name, t.out.began)
	}
	if t.leave == nil {
		return busyError{retryAfter}
	}
	t.unproven = t.gate.unproven(account.Name)
	return nil
}

// reading returns a context to read with: quickly in an account that may not answer at all.
func (t *turn) reading(ctx context.Context) context.Context {
	if t.unproven {
		return iam.WithHaste(ctx)
	}
	return ctx
}
