// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package pass

import (
	"context"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/internal/iam"
)

// presumesAbsent reports whether the pass takes the entity for absent without looking: the last snapshot of the account
// had none of its name, and nothing is known of the object but that it is to have one. Whether that is so, the call
// that creates it shows.
func (t *turn) presumesAbsent(forced bool) bool {
	bulk := t.inBulk(t.out)
	if bulk == nil || forced || t.kind.uniqueID(t.object) != "" || !t.mem.Untouched() ||
		t.object.SharedSpec().ReconcilePolicy == v1alpha1.ReconcileObserve || t.contest.verdict(false) != nil {
		return false
	}
	account := t.out.scope.Account
	return t.Snapshots.Covers(account.Name, t.Clock.Now(), resync(account)) &&
		t.Snapshots.Lacks(account.Name, bulk.Role())
}

// verified looks at an entity that was taken for absent and that the pass did not create, and goes on with what it
// finds. Where there is none, what became of the pass stands.
func (t *turn) verified(ctx context.Context) error {
	stopped := t.out.execution.failedWith(iam.ClassThrottled, iam.ClassUnavailable, iam.ClassCredentials)
	if !t.presumed || t.out.execution.created() || stopped {
		return nil
	}
	t.presumed = false
	taken := t.out.execution.failedWith(iam.ClassConflict)
	if taken { // possibly by what this controller or another created a moment ago
		t.mem.Uncertain(t.Clock.Now())
	}
	got, err := t.observe(ctx)
	if err != nil {
		return err
	}
	switch {
	case got.Role != nil:
		t.out.problems = nil
		return t.bringAbout(ctx, got)
	case taken:
		t.out.problems = nil
		return NewProblem(v1alpha1.ReasonProgressing, ByTime,
			"role %s exists already and AWS does not show it yet; looking again", t.out.want.Name())
	}
	return nil
}
