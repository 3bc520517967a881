// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"errors"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/internal/iam"
	"github.com/ecsiam/ecs-iam-controller/internal/plan"
)

var noon = time.Date(2026, 1, 2, 12, 0, 0, 0, time.UTC)

// outcomes are all that a pass can end in: every reason with every way of healing, alone and in pairs, over every kind of
// withheld operation, with steps done and undone, while a change propagates and not.
func outcomes() []outcome {
	var sets [][]*problem
	reasons := []v1alpha1.Reason{
		v1alpha1.ReasonThrottled, v1alpha1.ReasonProgressing, v1alpha1.ReasonInvalidSpec, v1alpha1.ReasonAccessDenied,
		v1alpha1.ReasonAccountNotFound,
	}
	heals := []healing{byTime, byTime, bySpec, byPerson, byObject}
	sets = append(sets, nil)
	for i := range reasons {
		sets = append(sets, []*problem{problemf(reasons[i], heals[i], "first")})
		for j := range reasons {
			sets = append(sets, []*problem{problemf(reasons[i], heals[i], "first"), problemf(reasons[j], heals[j], "second")})
		}
	}
	op := plan.DeleteRole{Role: "app"}
	withheld := [][]plan.Withheld{nil}
	for _, reason := range []v1alpha1.Reason{v1alpha1.ReasonDrifted, v1alpha1.ReasonHeld, v1alpha1.ReasonContested, v1alpha1.ReasonProgressing} {
		withheld = append(withheld, []plan.Withheld{{Op: op, Reason: reason, Message: "so"}})
	}
	executions := []execution{
		{}, {results: []result{{op: op, done: true}}}, {results: []result{{op: op, err: errors.New("broken")}}}, {results: []result{{op: op}}},
	}
	var all []outcome
	for _, problems := range sets {
		for _, w := range withheld {
			for _, e := range executions {
				for _, until := range []time.Time{{}, noon.Add(time.Second)} {
					for _, restrictions := range [][]string{nil, {"quarantine"}} {
						all = append(all, outcome{
							seen: true, problems: problems, execution: e, propagateUntil: until,
							plan: plan.Plan{Withheld: w, Restrictions: restrictions},
						})
					}
				}
			}
		}
	}
	return all
}

func TestEveryOutcomeHasAStatusThatKeepsTheRules(t *testing.T) {
	settled := &v1alpha1.ECSRole{}
	settled.Generation, settled.Status.ObservedGeneration = 3, 3
	settled.Status.Conditions = []metav1.Condition{{Type: v1alpha1.ConditionReady, Status: metav1.ConditionTrue, Reason: "Reconciled"}}
	for _, role := range []*v1alpha1.ECSRole{{}, settled} {
		for _, o := range outcomes() {
			status := roleStatus(role, o, noon)
			byType := map[string]metav1.Condition{}
			for _, c := range status.Conditions {
				byType[c.Type] = c
				if c.Message == "" || c.Reason == "" || c.ObservedGeneration != role.Generation {
					t.Errorf("%+v: condition %+v lacks a reason, a message or the generation", o, c)
				}
				if c.Type != v1alpha1.ConditionReady && c.Status != metav1.ConditionTrue {
					t.Errorf("%+v: %s appears while not True", o, c.Type)
				}
			}
			ready := byType[v1alpha1.ConditionReady]
			_, reconciling := byType[v1alpha1.ConditionReconciling]
			_, stalled := byType[v1alpha1.ConditionStalled]
			switch {
			case reconciling && stalled:
				t.Errorf("%+v: Reconciling and Stalled together", o)
			case ready.Status == metav1.ConditionTrue && stalled:
				t.Errorf("%+v: Ready and Stalled together", o)
			case ready.Status != metav1.ConditionTrue && !reconciling && !stalled:
				t.Errorf("%+v: Ready is %q, and nothing says what becomes of it", o, ready.Status)
			case len(o.problems) == 0 && !o.execution.complete() && ready.Status == metav1.ConditionTrue:
				t.Errorf("%+v: Ready although something is left to be done", o)
			}
		}
	}
}

func TestAMessageThatTheAPIServerWouldRefuseIsCutBetweenCharacters(t *testing.T) {
	v := verdict{ready: metav1.ConditionFalse, reason: v1alpha1.ReasonInvalidSpec, message: strings.Repeat("€", 20_000)}
	for _, c := range v.conditions(nil, 1, time.Unix(1, 0)) {
		if len(c.Message) > 32<<10 || !utf8.ValidString(c.Message) || !strings.HasSuffix(c.Message, "… and more") {
			t.Errorf("the message has %d bytes and ends with %q", len(c.Message), c.Message[len(c.Message)-20:])
		}
	}
}

func TestTheBackOffDoublesBetweenItsBounds(t *testing.T) {
	last := time.Duration(0)
	for failures := range 200 {
		d := backoff(failures)
		if d < firstRetry || d > lastRetry || d < last || (last > 0 && d > 2*last) {
			t.Errorf("back-off after %d failures is %s, after one less %s", failures, d, last)
		}
		last = d
	}
	if last != lastRetry {
		t.Errorf("back-off ends at %s, want %s", last, lastRetry)
	}
}

func TestAReadingIsStaleWhenItShowsWhatWasBeforeOurWrites(t *testing.T) {
	absent := iam.Observation{}
	role := func(attached ...string) iam.Observation {
		return iam.Observation{Role: &iam.Role{Name: "app", Attached: attached}}
	}
	tests := map[string]struct {
		before, believed, got iam.Observation
		want                  bool
	}{
		"the reading shows our writes":                         {absent, role("a"), role("a"), false},
		"the created role is missing":                          {absent, role("a"), absent, true},
		"the attachment is missing":                            {role(), role("a"), role(), true},
		"the detached policy is still there":                   {role("a"), role(), role("a"), true},
		"only one of two writes is shown":                      {role(), role("a", "b"), role("b"), true},
		"somebody attached another":                            {role(), role("a"), role("a", "x"), false},
		"somebody detached what was there before our writes":   {role("b"), role("a", "b"), role("a"), false},
		"somebody deleted a role that was there before":        {role("a"), role("a"), absent, false},
		"the deleted role is still there":                      {role("a"), absent, role("a"), true},
		"nothing was written and nothing differs":              {role("a"), role("a"), role("a"), false},
		"the reading shows our writes and something stale":     {role("old"), role("a"), role("a", "old"), true},
		"the reading differs from both in the same attachment": {role("a"), role("a"), role("b"), false},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			if got := looksStale(tc.before, tc.believed, tc.got); got != tc.want {
				t.Errorf("looksStale is %t, want %t", got, tc.want)
			}
		})
	}
}

func TestAFieldIsContestedAfterThreeRepairsWithinAnHour(t *testing.T) {
	tests := map[string]struct {
		repaired []int // minutes
		at       int
		want     bool
	}{
		"two repairs":                           {[]int{0, 10}, 20, false},
		"three repairs":                         {[]int{0, 10, 20}, 30, true},
		"three repairs, an hour after the last": {[]int{0, 10, 20}, 80, false},
		"the repair of the next hour":           {[]int{0, 10, 20, 80}, 90, true},
		"after holding for an hour":             {[]int{0, 10, 20, 150}, 160, false},
		"three repairs in more than an hour":    {[]int{0, 40, 80}, 90, false},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			mem := newMemory(noon).of("uid")
			after := func(minutes int) time.Time { return noon.Add(time.Duration(minutes) * time.Minute) }
			for _, minutes := range tc.repaired {
				mem.repaired([]string{"trust"}, after(minutes))
			}
			if got := mem.contested(after(tc.at))["trust"]; got != tc.want {
				t.Errorf("contested is %t, want %t", got, tc.want)
			}
		})
	}
}
