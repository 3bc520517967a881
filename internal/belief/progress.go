// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package belief

import (
	"time"

	"github.com/ecsiam/ecs-iam-controller/internal/plan"
)

// SetApplied remembers what was applied in full.
func (o *Object) SetApplied(applied Applied) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.applied = applied
}

// Applied returns what was last applied in full.
func (o *Object) Applied() Applied {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.applied
}

// Failed counts a pass that ended in an error that heals by itself, or ends the count. It returns the count.
func (o *Object) Failed(failed bool) int {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.failures++
	if !failed {
		o.failures = 0
	}
	return o.failures
}

// Failures is how many passes in a row failed.
func (o *Object) Failures() int {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.failures
}

// Created remembers when an entity was created.
func (o *Object) Created(at time.Time) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.createdAt = at
}

// Fresh tells whether an entity was created so short a time ago that AWS may not find it.
func (o *Object) Fresh(now time.Time, within time.Duration) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	return !o.createdAt.IsZero() && now.Sub(o.createdAt) < within
}

// InUse says whether AWS refuses a deletion because something refers to the entity. It returns for how long it has.
func (o *Object) InUse(refused bool, now time.Time) time.Duration {
	o.mu.Lock()
	defer o.mu.Unlock()
	return lasting(&o.inUseSince, refused, now)
}

// PrincipalMissing says whether IAM cannot find a principal. It returns for how long it could not; noted is when the
// object began to say so, which counts where this process has just begun to look, zero when it does not.
func (o *Object) PrincipalMissing(missing bool, now, noted time.Time) time.Duration {
	o.mu.Lock()
	defer o.mu.Unlock()
	lasting(&o.principalSince, missing, now)
	if missing && !noted.IsZero() && o.principalSince.Equal(now) && noted.Before(now) {
		o.principalSince = noted
	}
	return lasting(&o.principalSince, missing, now)
}

// SetMissingPrincipals remembers what asks for the principals of the trust policy that IAM could not find, by their
// ARNs, until none is missing.
func (o *Object) SetMissingPrincipals(asked map[string]plan.Question) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.missing = asked
}

// MissingPrincipals returns what was remembered so. The map must not be changed.
func (o *Object) MissingPrincipals() map[string]plan.Question {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.missing
}

func lasting(since *time.Time, holds bool, now time.Time) time.Duration {
	switch {
	case !holds:
		*since = time.Time{}
		return 0
	case since.IsZero():
		*since = now
	}
	return now.Sub(*since)
}

// LoseName remembers that the object lost the contest for its name, until the object is gone.
func (o *Object) LoseName() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.lostName = true
}

// LostName tells whether it did.
func (o *Object) LostName() bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.lostName
}
