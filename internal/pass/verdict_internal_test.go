// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package pass

import (
	"errors"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	clocktesting "k8s.io/utils/clock/testing"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/internal/plan"
)

var noon = time.Date(2026, 1, 2, 12, 0, 0, 0, time.UTC)

// outcomes are all that a pass can end in: every reason with every way of healing, alone and in pairs, over every kind of
// withheld operation, with steps done and undone, while a change propagates and not.
func outcomes() []outcome {
	var sets [][]*Problem
	reasons := []v1alpha1.Reason{
		v1alpha1.ReasonThrottled, v1alpha1.ReasonProgressing, v1alpha1.ReasonInvalidSpec, v1alpha1.ReasonAccessDenied,
		v1alpha1.ReasonAccountNotFound,
	}
	heals := []Healing{ByTime, ByTime, BySpec, ByPerson, ByObject}
	sets = append(sets, nil)
	for i := range reasons {
		sets = append(sets, []*Problem{NewProblem(reasons[i], heals[i], "first")})
		for j := range reasons {
			sets = append(sets, []*Problem{NewProblem(reasons[i], heals[i], "first"), NewProblem(reasons[j], heals[j], "second")})
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
	roles := New(Environment{Clock: clocktesting.NewFakePassiveClock(noon)}, plainKind{})
	for _, role := range []*v1alpha1.ECSRole{{}, settled} {
		for _, o := range outcomes() {
			status := roles.status(role, o).Shared()
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
