// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package pass

import (
	"time"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
)

// Intervals of looking again.
const (
	// slowRetry is for what a person must change in AWS, of which no event tells.
	slowRetry = 5 * time.Minute
	// firstRetry and lastRetry bound the back-off for what heals by itself.
	firstRetry = time.Second
	lastRetry  = 5 * time.Minute
	// throttledRetry bounds it where AWS throttles: the rate limit slows down all passes together, and a single one that
	// slowed down further would leave unused what AWS allows.
	throttledRetry = 30 * time.Second
	// defaultPropagation is how long a change may take to reach ECS where the account says nothing.
	defaultPropagation = 10 * time.Second
)

// schedule says when an object is looked at again. It is pure.
type schedule struct {
	// now is the time, jitter a number in [0,1), failures how many passes in a row failed for reasons that heal by
	// themselves.
	now      time.Time
	jitter   float64
	failures int
}

func (r *Reconciler) schedule(failures int) schedule {
	return schedule{now: r.Clock.Now(), jitter: r.Jitter(), failures: failures}
}

// next returns when to look again; zero means not before something changes.
func (s schedule) next(o outcome) time.Duration {
	if len(o.problems) == 0 {
		if wait := o.propagateUntil.Sub(s.now); wait > 0 {
			return wait
		}
		return s.jittered(resync(o.scope.Account))
	}
	var shortest time.Duration
	for _, p := range o.problems {
		if wait := s.wait(o, p); wait > 0 && (shortest == 0 || wait < shortest) {
			shortest = wait
		}
	}
	return shortest
}

func (s schedule) wait(o outcome, p *Problem) time.Duration {
	switch {
	case p.held:
		return p.after
	case p.reason == v1alpha1.ReasonThrottled:
		return max(p.after, s.jittered(min(backoff(s.failures), throttledRetry)))
	case p.healing == ByTime:
		return max(p.after, s.jittered(backoff(s.failures)))
	case p.healing == ByPerson && p.after > 0:
		return p.after
	case p.healing == ByPerson:
		return s.jittered(slowRetry)
	case p.reason == v1alpha1.ReasonInvalidSpec:
		return 0
	default:
		return s.jittered(resync(o.scope.Account))
	}
}

// backoff doubles from firstRetry to lastRetry.
func backoff(failures int) time.Duration {
	d := firstRetry
	for range min(max(failures-1, 0), 20) {
		d = min(2*d, lastRetry)
	}
	return d
}

// jittered adds up to a tenth, so that objects do not fall due together.
func (s schedule) jittered(d time.Duration) time.Duration {
	return d + time.Duration(s.jitter*float64(d)/10)
}

// resync is how often drift is looked for.
func resync(account *v1alpha1.AWSAccount) time.Duration {
	var spec v1alpha1.AWSAccountSpec
	if account != nil {
		spec = account.Spec
	}
	return time.Duration(spec.Effective().ResyncIntervalSeconds) * time.Second
}

// propagationDelay is how long a change may take to reach ECS.
func propagationDelay(account *v1alpha1.AWSAccount) time.Duration {
	if account == nil || account.Spec.PropagationDelaySeconds == nil {
		return defaultPropagation
	}
	return time.Duration(*account.Spec.PropagationDelaySeconds) * time.Second
}
