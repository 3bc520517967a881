// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package scale_test

import (
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/internal/iam/iamsim"
)

// The bucket of the account in which roles are created.
const (
	createRate  = 20
	createBurst = 40
)

func TestManyNewRolesAreMadeAtTheSpeedThatAWSAllows(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		roles := sized(1000, 100)
		w := newWorld(t)
		w.sim.SetRateLimit(createRate, createBurst)
		for i := range roles {
			w.apply(role(i))
		}
		w.start()
		began := time.Now()
		first := w.until("one role is Ready", time.Hour, 100*time.Millisecond, func() bool { return w.ready() > 0 })
		w.until("all roles are Ready", 2*time.Hour, 100*time.Millisecond, func() bool { return w.ready() == roles })
		ready := time.Since(began)
		all := w.calls(anyCall)
		throttled := w.calls(func(c iamsim.Call) bool { return c.ErrorCode == "Throttling" })
		applied := time.Duration(0)
		for _, call := range w.calls(func(c iamsim.Call) bool { return c.Write && c.ErrorCode == "" }) {
			applied = max(applied, call.Time.Sub(began))
		}
		// CreateRole, PutRolePolicy and two times AttachRolePolicy a role; once for the account its summary, the two calls of
		// a snapshot, and what is read before that has ended.
		needed := 4*roles + 20
		allowed := time.Duration(float64(needed-createBurst) / createRate * float64(time.Second))
		what := fmt.Sprintf("%d new roles with two attachments at %d calls/s: ", roles, createRate)
		figure(t, what+"calls a role", float64(len(all)-len(throttled))/float64(roles), 4+max(0.1, 20/float64(roles)), "calls")
		figure(t, what+"applied", applied.Seconds(), 1.05*allowed.Seconds(), "s")
		figure(t, what+"all Ready", ready.Seconds(), 1.05*(allowed+window).Seconds(), "s")
		figure(t, what+"first Ready", first.Seconds(), (window + time.Second).Seconds(), "s")
		figure(t, what+"throttled", 100*float64(len(throttled))/float64(len(all)), float64(sized(1, 3)), "% of the calls")
		figure(t, what+"writes to Kubernetes a role", float64(w.writes())/float64(roles), 4.2, "writes")
		for action, n := range countActions(all) {
			t.Logf("%-34s %6d", action, n)
		}
		t.Logf("writes to Kubernetes: %v, events: %d", w.api.Writes(), w.events.Load())
		w.stop()
	})
}

func countActions(all []iamsim.Call) map[string]int {
	counts := map[string]int{}
	for _, call := range all {
		counts[call.Action]++
	}
	return counts
}

func TestManyNewRolesAreMadeAtTheSpeedThatTheirAccountSets(t *testing.T) {
	for _, limit := range []v1alpha1.RateLimit{{QPS: 5, Burst: 5}, {QPS: 1, Burst: 1}} {
		synctest.Test(t, func(t *testing.T) {
			roles := sized(200, 50)
			w := newWorld(t)
			own := account("default", accountID)
			own.Spec.RateLimit = limit
			w.apply(own)
			for i := range roles {
				w.apply(role(i))
			}
			w.start()
			began := time.Now()
			w.until("all roles are Ready", 2*time.Hour, time.Second, func() bool { return w.ready() == roles })
			applied := time.Duration(0)
			for _, call := range w.calls(func(c iamsim.Call) bool { return c.Write && c.ErrorCode == "" }) {
				applied = max(applied, call.Time.Sub(began))
			}
			allowed := time.Duration(float64(4*roles+8-int(limit.Burst)) / float64(limit.QPS) * float64(time.Second))
			what := fmt.Sprintf("%d new roles in an account with rateLimit %d/%d: ", roles, limit.QPS, limit.Burst)
			figure(t, what+"applied", applied.Seconds(), 1.1*allowed.Seconds(), "s")
			figure(t, what+"calls a role", float64(len(w.calls(anyCall)))/float64(roles), 4+max(0.1, 20/float64(roles)), "calls")
			w.stop()
		})
	}
}
