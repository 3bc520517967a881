// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package scale_test

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"
	"k8s.io/apimachinery/pkg/api/meta"
	apitypes "k8s.io/apimachinery/pkg/types"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/internal/changelog"
	"github.com/ecsiam/ecs-iam-controller/internal/iam/iamsim"
)

const (
	queueURL = "https://sqs.us-east-1.amazonaws.com/" + accountID + "/events"
	// cloudTrail is how long an event takes to arrive here.
	cloudTrail = 20 * time.Second
)

// kept is a change log in memory.
type kept struct {
	mu      sync.Mutex
	entries []changelog.Entry
}

func (k *kept) Append(entry changelog.Entry) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.entries = append(k.entries, entry)
	return nil
}

// eventful is a world whose account has its events in a queue, with roles that are Ready.
func eventful(t *testing.T, roles int) *world {
	t.Helper()
	w := newWorld(t)
	w.changes = &kept{}
	account := account("default", accountID)
	account.Spec.Events = &v1alpha1.AccountEvents{QueueURL: queueURL}
	w.apply(account)
	w.sim.SetEventQueue(queueURL, cloudTrail)
	for i := range roles {
		w.apply(role(i))
	}
	w.start()
	w.until("all roles are Ready", time.Hour, 5*time.Second, func() bool { return w.ready() == roles })
	time.Sleep(2*interval + interval/2)
	w.forget()
	return w
}

// called are the calls since forget but those to the queue and those that are made once an hour.
func (w *world) called() []string {
	var names []string
	for _, call := range w.calls(quiet) {
		names = append(names, call.Action)
	}
	return names
}

func (w *world) tagByHand(i int, tag string) {
	w.t.Helper()
	_, err := sdk.NewFromConfig(w.aws()).TagRole(w.t.Context(), &sdk.TagRoleInput{
		RoleName: aws.String(inIAM(i)), Tags: []types.Tag{{Key: aws.String(tag), Value: aws.String("x")}},
	})
	if err != nil {
		w.t.Fatal(err)
	}
}

func TestARoleChangedByHandIsRepairedWithinSecondsOfItsEvent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		roles := sized(1000, 50)
		w := eventful(t, roles)
		w.repairedByEvent(roles)
		w.saysWhichCallAndNotWho()
		w.stop()
	})
}

// repairedByEvent measures the repair of one role of many whose account has its events in a queue.
func (w *world) repairedByEvent(roles int) {
	w.t.Helper()
	w.tagByHand(roles/2, "by-hand")
	w.forget()
	took := w.until("the role is repaired", interval, 100*time.Millisecond, func() bool {
		found, _ := w.sim.Role(inIAM(roles / 2))
		return !hasTag(found, "by-hand")
	})
	what := fmt.Sprintf("one of %d roles changed by hand: from its event until it is repaired", roles)
	figure(w.t, what, (took - cloudTrail).Seconds(), 5, "s")
	time.Sleep(2 * cloudTrail) // the event of the repair arrives as well
	called := slices.DeleteFunc(w.called(), func(name string) bool {
		return name == "ListRoles" || name == "GetAccountAuthorizationDetails"
	})
	figure(w.t, what, float64(len(called)), 6, "calls")
	if w.sim.Queued(queueURL) != 0 {
		w.t.Errorf("%d messages are left in the queue", w.sim.Queued(queueURL))
	}
}

// listening starts the controller again over roles that are as declared, with the events of their account in a queue.
func (w *world) listening() {
	w.t.Helper()
	w.stop()
	account := account("default", accountID)
	account.Spec.Events = &v1alpha1.AccountEvents{QueueURL: queueURL}
	w.apply(account)
	w.sim.SetEventQueue(queueURL, cloudTrail)
	w.start()
	time.Sleep(interval / 2)
}

// saysWhichCallAndNotWho expects the call in the event of the object, and who made it in the change log alone.
func (w *world) saysWhichCallAndNotWho() {
	w.t.Helper()
	notes := strings.Join(w.repairs, "\n")
	if !strings.Contains(notes, "after iam:TagRole: ") || strings.Contains(notes, "operator") ||
		strings.Contains(notes, "203.0.113.7") {
		w.t.Errorf("the events of the repair are %q", notes)
	}
	last := w.changes.entries[len(w.changes.entries)-1]
	if last.DriftCalls != "iam:TagRole" || !strings.HasSuffix(last.DriftBy, "user/operator") ||
		strings.Contains(last.DriftBy, accountID) || last.DriftFrom != "203.0.113.7" || last.DriftAt == "" {
		w.t.Errorf("the change log says %+v", last)
	}
}

func TestAQueueThatLiesCostsNothingButReadings(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := eventful(t, 5)
		event := func(account, role string) string {
			return `{"source":"aws.iam","detail-type":"AWS API Call via CloudTrail","account":"` + account +
				`","detail":{"eventSource":"iam.amazonaws.com","eventName":"DeleteRole","requestParameters":{"roleName":"` +
				role + `"}}}`
		}
		for _, lie := range []string{
			"", "{", "null", strings.Repeat("x", 200_000), event("444455556666", inIAM(0)), event(accountID, "nobody"),
			event(accountID, strings.Repeat("r", 10_000)), event("", inIAM(0)), event(accountID, "AWSServiceRoleForECS"),
		} {
			w.sim.Send(queueURL, lie)
		}
		time.Sleep(30 * time.Second)
		if called := w.called(); len(called) > 0 || w.sim.Queued(queueURL) > 0 {
			t.Errorf("%d messages are left; called were %v", w.sim.Queued(queueURL), called)
		}
		for range 20 {
			w.sim.Send(queueURL, event(accountID, inIAM(0)))
		}
		time.Sleep(30 * time.Second)
		writes := w.calls(func(c iamsim.Call) bool { return c.Write })
		if called := w.called(); len(writes) > 0 || len(called) == 0 || len(called) > 20*4 || w.writes() > 0 {
			t.Errorf("called were %v, Kubernetes was written to %d times", called, w.writes())
		}
		w.stop()
	})
}

func TestTheWritesOfTheControllerAreNotLookedAt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := eventful(t, 5)
		changed := w.read(0)
		changed.Spec.Description, changed.TypeMeta = "another", role(0).TypeMeta
		w.apply(changed)
		time.Sleep(window + 5*time.Second)
		w.forget()
		time.Sleep(2 * cloudTrail)
		if called := w.called(); len(called) > 0 {
			t.Errorf("called were %v", called)
		}
		w.stop()
	})
}

func TestWithoutEventsNoQueueIsAsked(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := settled(t, 2)
		if n := iamsim.Count(w.sim.Calls(), "ReceiveMessage", "DeleteMessageBatch"); n > 0 {
			t.Errorf("%d calls were made", n)
		}
		w.stop()
	})
}

func TestAnAccountWhoseQueueCannotBeReadSaysSoAndFindsDriftAtEachInterval(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := eventful(t, 2)
		w.sim.Deny("ReceiveMessage")
		w.until("the account says so", 2*time.Minute, time.Second, func() bool { return w.eventsReason() == "AccessDenied" })
		w.tagByHand(0, "by-hand")
		w.until("the role is repaired", 2*interval, time.Second, func() bool {
			found, _ := w.sim.Role(inIAM(0))
			return !hasTag(found, "by-hand")
		})
		w.sim.Allow("ReceiveMessage")
		w.until("the account says no more of it", 10*time.Minute, time.Second, func() bool { return w.eventsReason() == "" })
		w.stop()
	})
}

// eventsReason is the reason of the condition EventsUnavailable, empty where the account has none.
func (w *world) eventsReason() string {
	found := &v1alpha1.AWSAccount{}
	w.api.Get(v1alpha1.KindAWSAccount, apitypes.NamespacedName{Name: "default"}, found)
	if c := meta.FindStatusCondition(found.Status.Conditions, v1alpha1.ConditionEventsUnavailable); c != nil {
		return c.Reason
	}
	return ""
}
