// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package scale_test

import (
	"fmt"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"

	"github.com/ecsiam/ecs-iam-controller/internal/iam/iamsim"
)

// settled is a world with roles that are Ready, before whose resync all is counted.
func settled(t *testing.T, roles int) *world {
	t.Helper()
	w := newWorld(t)
	for i := range roles {
		w.apply(role(i))
	}
	began := time.Now()
	w.start()
	w.until("all roles are Ready", 2*time.Hour, 5*time.Second, func() bool { return w.ready() == roles })
	t.Logf("%d roles are Ready after %s of simulated time", roles, time.Since(began))
	time.Sleep(2*interval + interval/2)
	return w
}

// bulkCalls is how many calls a look at a whole account may take.
func bulkCalls(roles int) int { return 2 * ((roles + 999) / 1000) }

// quiet leaves out what is asked once an hour.
func quiet(call iamsim.Call) bool { return call.Action != "GetAccountSummary" }

func TestUnchangedRolesCostNoMoreThanTheirAccount(t *testing.T) {
	for _, roles := range []int{100, sized(1000, 150), sized(10_000, 200)} {
		synctest.Test(t, func(t *testing.T) {
			w := settled(t, roles)
			w.forget()
			time.Sleep(interval)
			got := len(w.calls(quiet))
			figure(t, fmt.Sprintf("one resync of %d unchanged roles", roles), float64(got), float64(bulkCalls(roles)), "calls")
			figure(t, fmt.Sprintf("one resync of %d unchanged roles", roles), float64(w.writes()), 0, "writes to Kubernetes")
			if roles == sized(10_000, 200) {
				w.changedByHand(roles)
				w.edited(roles)
				w.restarted(roles)
				w.listening()
				w.repairedByEvent(roles)
			}
			w.stop()
		})
	}
}

// changedByHand measures the repair of one role of many.
func (w *world) changedByHand(roles int) {
	const tag = "by-hand"
	hand := sdk.NewFromConfig(w.aws())
	name := inIAM(roles / 2)
	_, err := hand.TagRole(w.t.Context(), &sdk.TagRoleInput{
		RoleName: aws.String(name), Tags: []types.Tag{{Key: aws.String(tag), Value: aws.String("x")}},
	})
	if err != nil {
		w.t.Fatal(err)
	}
	w.forget()
	took := w.until("the role is repaired", 2*interval, 5*time.Second, func() bool {
		found, _ := w.sim.Role(name)
		return !hasTag(found, tag)
	})
	what := fmt.Sprintf("one of %d roles changed by hand: until it is repaired", roles)
	figure(w.t, what, took.Seconds(), (interval+interval/10).Seconds()+10, "s")
	time.Sleep(2 * window)
	figure(w.t, what, float64(len(w.calls(quiet))), float64(bulkCalls(roles)+6), "calls")
}

func hasTag(role iamsim.Role, key string) bool {
	return slices.ContainsFunc(role.Tags, func(tag iamsim.Tag) bool { return tag.Key == key })
}

// edited measures how long edits take to reach IAM that are spread over one resync.
func (w *world) edited(roles int) {
	edits := sized(500, 20)
	w.sim.SetRateLimit(20, 40)
	w.forget()
	var edited []time.Time
	for n := range edits {
		changed := w.read(n * roles / edits)
		changed.Spec.Description = fmt.Sprintf("edit %d", n)
		changed.TypeMeta = role(0).TypeMeta
		w.apply(changed)
		edited = append(edited, time.Now())
		time.Sleep(interval / time.Duration(edits))
	}
	time.Sleep(time.Minute)
	reached := map[string]time.Time{}
	for _, call := range w.calls(func(c iamsim.Call) bool { return c.Action == "UpdateRole" && c.ErrorCode == "" }) {
		reached[call.Param("RoleName")] = call.Time
	}
	late, longest := 0, time.Duration(0)
	for n, at := range edited {
		took, found := reached[inIAM(n*roles/edits)]
		if !found || took.Sub(at) > 3*time.Second {
			late++
		}
		longest = max(longest, took.Sub(at))
	}
	figure(w.t, fmt.Sprintf("%d edits over one resync of %d roles at 20 calls/s: later than 3 s (longest %.1f s)",
		edits, roles, longest.Seconds()), 100*float64(late)/float64(edits), 1, "% of the edits")
	w.sim.SetRateLimit(0, 0)
}

// restarted measures the start over roles that are as declared.
func (w *world) restarted(roles int) {
	w.restartedOver(fmt.Sprintf("%d unchanged roles", roles), bulkCalls(roles))
}

// restartedOver measures the start over objects that are as declared.
func (w *world) restartedOver(objects string, bulk int) {
	w.t.Helper()
	w.stop()
	time.Sleep(time.Minute)
	w.forget()
	w.start()
	time.Sleep(interval / 2)
	what := "a restart over " + objects
	figure(w.t, what, float64(len(w.calls(quiet))), float64(bulk), "calls")
	figure(w.t, what, float64(w.writes()), 0, "writes to Kubernetes")
}
