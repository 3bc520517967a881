// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package pass

import (
	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
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
	return t.Snapshots.Covers(account.Name, t.kind.Shown, t.Clock.Now(), resync(account)) &&
		t.Snapshots.Lacks(account.Name, t.kind.Shown, bulk.Name())
}
