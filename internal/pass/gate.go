// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package pass

import (
	"slices"
	"sync"
	"time"
)

const (
	// hangs is how long a pass may last before no other of its account begins: it waits for an answer that may not come.
	// A pass that only waits for the rate limit takes no longer.
	hangs = 10 * time.Second
	// soon is when a pass comes again that others of its account are ahead of, and later when its account is silent.
	soon  = 250 * time.Millisecond
	later = 5 * time.Second
)

// busyError ends a pass that was not let in. Nothing is wrong with its object, and nothing is written.
type busyError struct{ retryAfter time.Duration }

func (busyError) Error() string { return "the passes under way in the account have to end first" }

// gate keeps accounts that do not answer from holding all workers. Beside others, an account has no pass before it said
// who the controller is in it, for which no worker waits, and then one at a time until one has ended. One that is
// silent, since a pass of it lasts or got no answer, has one as well, and all silent ones together have half of the
// workers. One that answers has half of them, and all where it is the only one. The zero value lets in all.
type gate struct {
	workers int

	mu       sync.Mutex
	accounts map[string]*passage
}

// passage are the passes of one account.
type passage struct {
	meeting time.Time   // since when the account is asked who the controller is in it; zero before that
	met     bool        // it said so
	asked   bool        // a pass has ended, or the account did not say so
	answers bool        // the last one that ended got answers
	begun   []time.Time // the passes under way, the oldest first
}

// enter lets a pass begin, and returns what is to be called at its end; nil when it may not begin now, and when it may
// come again.
func (g *gate) enter(account string, now time.Time) (leave func(answered bool), retryAfter time.Duration) {
	g.mu.Lock()
	defer g.mu.Unlock()
	p := g.of(account)
	if g.workers > 1 && len(p.begun) >= g.room(p, now) {
		if p.silent(now) {
			return nil, later
		}
		return nil, soon
	}
	p.begun = append(p.begun, now)
	return func(answered bool) {
		g.mu.Lock()
		defer g.mu.Unlock()
		at := slices.Index(p.begun, now)
		p.begun = slices.Delete(p.begun, at, at+1)
		p.asked, p.answers = true, answered
	}, 0
}

// of returns the passes of an account. The caller holds the lock.
func (g *gate) of(account string) *passage {
	if g.accounts == nil {
		g.accounts = map[string]*passage{}
	}
	p, known := g.accounts[account]
	if !known {
		p = &passage{}
		g.accounts[account] = p
	}
	return p
}

// meet says when a pass may come again in an account that did not say yet who the controller is in it, and whether it
// is to be asked now. The first account that is met has no other beside it that could wait.
func (g *gate) meet(account string, now time.Time) (ask bool, retryAfter time.Duration) {
	g.mu.Lock()
	defer g.mu.Unlock()
	p := g.of(account)
	switch {
	case g.workers <= 1 || p.met || p.asked || len(g.accounts) == 1:
		return false, 0
	case p.meeting.IsZero():
		p.meeting = now
		return true, soon
	case now.Sub(p.meeting) >= hangs:
		return false, later
	}
	return false, soon
}

// introduced records whether an account that was to be asked answered.
func (g *gate) introduced(account string, answered bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if p, known := g.accounts[account]; known { // it may have been deleted while it was asked
		p.met, p.asked = answered, p.asked || !answered
	}
}

// forget takes an account that was deleted out of the count. The passes under way in it end as they would have.
func (g *gate) forget(account string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	delete(g.accounts, account)
}

// unproven reports whether no pass of an account has ended yet and others may wait for it.
func (g *gate) unproven(account string) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.workers > 1 && len(g.accounts) > 1 && !g.of(account).asked
}

// room is how many passes an account may have.
func (g *gate) room(p *passage, now time.Time) int {
	half, only := g.workers/2, len(g.accounts) == 1
	switch {
	case p.silent(now) && only:
		return half
	case p.silent(now) && g.silent(now) >= half:
		return 0
	case p.silent(now) || !p.asked:
		return 1
	case only:
		return g.workers
	default:
		return half
	}
}

// silent counts the passes in accounts that do not answer.
func (g *gate) silent(now time.Time) int {
	passes := 0
	for _, p := range g.accounts {
		if p.silent(now) {
			passes += len(p.begun)
		}
	}
	return passes
}

// silent reports whether the account does not answer, as far as is known.
func (p *passage) silent(now time.Time) bool {
	lasts := len(p.begun) > 0 && now.Sub(p.begun[0]) >= hangs
	return lasts || p.asked && !p.answers
}
