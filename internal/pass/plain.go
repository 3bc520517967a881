// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package pass

import (
	"context"
	"sync"
	"time"

	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/predicate"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
)

// What a kind that wants nothing in AWS uses of the pass: its verdict, its schedule and its way of writing a status.

// Statuses writes the statuses of a kind, and knows them again. The zero value is ready.
type Statuses struct{ written writtenStatuses }

// Apply writes a status when it differs from the old one.
func (s *Statuses) Apply(ctx context.Context, c client.Client, object client.Object, old, status any) error {
	return s.written.apply(ctx, c, object, old, status)
}

// OwnChanges lets through what a user changed, as of every kind: the spec, an annotation of ours, a finalizer of ours
// that was taken away, and a status that is not what was written here.
func (s *Statuses) OwnChanges(status func(client.Object) any) predicate.Predicate {
	return ownChanges(&s.written, status)
}

// NextLook is when an account is looked at again. It is never later than its resync.
func (e *Environment) NextLook(account *v1alpha1.AWSAccount, p *Problem, failures int) time.Duration {
	s := schedule{now: e.Clock.Now(), jitter: e.Jitter(), failures: failures}
	o := outcome{scope: Scope{Account: account}}
	due := s.next(o)
	if p != nil && p.reason != v1alpha1.ReasonInvalidSpec {
		due = min(due, s.next(o.failed(p)))
	}
	return due
}

// Failures count passes in a row that failed for reasons that heal by themselves. The zero value is ready.
type Failures struct {
	mu     sync.Mutex
	counts map[types.NamespacedName]int
}

// Count counts a pass over an object, and returns how many failed in a row.
func (f *Failures) Count(key types.NamespacedName, p *Problem) int {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.counts == nil {
		f.counts = map[types.NamespacedName]int{}
	}
	f.counts[key]++
	if p == nil || p.healing != ByTime {
		f.counts[key] = 0
	}
	return f.counts[key]
}

// Forget forgets an object.
func (f *Failures) Forget(key types.NamespacedName) {
	f.mu.Lock()
	defer f.mu.Unlock()
	delete(f.counts, key)
}

// SpecChanges lets through changes of the spec, and what appears and goes.
func SpecChanges() predicate.Predicate { return predicate.GenerationChangedPredicate{} }
