// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package pass

import (
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/internal/guardrail"
	"github.com/ecsiam/ecs-iam-controller/internal/iam"
)

// verdict is what the conditions say. It is pure.
type verdict struct {
	ready       metav1.ConditionStatus
	reason      v1alpha1.Reason
	message     string
	reconciling bool
	stalled     bool
	drifted     *remark
	exceeded    string
}

type remark struct {
	reason  v1alpha1.Reason
	message string
}

// past is what the status said before the pass, as far as a verdict depends on it: whether an object that was Ready
// stays so while a passing error is repeated.
type past struct {
	// settled says that the object was as declared when its present generation was last looked at.
	settled bool
}

// judge decides the conditions from the outcome alone. noun is what the entity is called.
func judge(o outcome, before past, noun string, now time.Time) verdict {
	v := verdict{drifted: drift(o), exceeded: o.exceeds()}
	switch {
	case len(o.problems) > 0:
		return v.failed(before, o.problems)
	case v.drifted != nil && (v.drifted.reason == v1alpha1.ReasonDrifted || v.drifted.reason == v1alpha1.ReasonHeld):
		v.ready, v.stalled = metav1.ConditionFalse, true
		v.reason, v.message = v.drifted.reason, v.drifted.message
	case !o.execution.complete():
		v.ready, v.reconciling = metav1.ConditionUnknown, true
		v.reason, v.message = v1alpha1.ReasonProgressing, "changes are being applied"
	case o.propagateUntil.After(now):
		v.ready, v.reconciling = metav1.ConditionUnknown, true
		v.reason, v.message = v1alpha1.ReasonPropagating, "Waiting for the change to propagate to ECS"
	default:
		v.ready, v.reason = metav1.ConditionTrue, v1alpha1.ReasonReconciled
		v.message = "the " + noun + " in AWS is as declared"
	}
	return v
}

// failed says what the problems mean together. Throttling comes first, because it hides what else there is; then what a
// person must change; then what heals.
func (v verdict) failed(before past, problems []*Problem) verdict {
	sorted := slices.Clone(problems)
	slices.SortStableFunc(sorted, func(a, b *Problem) int { return rank(a) - rank(b) })
	first := sorted[0]
	var messages []string
	for _, p := range sorted {
		if rank(p) == rank(first) && !slices.Contains(messages, p.message) {
			messages = append(messages, p.message)
		}
	}
	v.ready, v.reason, v.message = metav1.ConditionFalse, first.reason, strings.Join(messages, "; ")
	v.stalled, v.reconciling = first.stalls(), !first.stalls()
	if first.reason == v1alpha1.ReasonProgressing || first.reason == v1alpha1.ReasonDeleting {
		v.ready = metav1.ConditionUnknown
		if before.settled {
			v.ready = metav1.ConditionTrue
		}
	}
	return v
}

func rank(p *Problem) int {
	switch {
	case p.reason == v1alpha1.ReasonThrottled:
		return 0
	case p.stalls():
		return 1
	default:
		return 2
	}
}

// drift says what in AWS differs and is left so, or nil.
func drift(o outcome) *remark {
	reasons := map[v1alpha1.Reason][]string{}
	for _, w := range o.plan.Withheld {
		reasons[w.Reason] = append(reasons[w.Reason], w.Op.String())
	}
	for _, left := range leftBecause {
		if ops := reasons[left.reason]; len(ops) > 0 {
			return &remark{left.reason, left.message + strings.Join(ops, "; ")}
		}
	}
	if len(o.plan.Restrictions) > 0 {
		return &remark{v1alpha1.ReasonRestrictedByOthers, "left as it is: " + strings.Join(o.plan.Restrictions, "; ")}
	}
	return nil
}

// leftBecause says why a difference is left, the most important reason first.
var leftBecause = []remark{
	{v1alpha1.ReasonDrifted, "AWS differs from the spec and reconcilePolicy is Observe; to be done: "},
	{v1alpha1.ReasonHeld, "the tag " + v1alpha1.TagHold + " in AWS holds back: "},
	{v1alpha1.ReasonContested, "another writer keeps changing it back, so it is repaired only once an hour: "},
}

// conditions writes the verdict into the conditions: Ready always, the others only while True. Account ids are
// shortened here, where messages leave the controller.
func (v verdict) conditions(old []metav1.Condition, generation int64, now time.Time) []metav1.Condition {
	conditions := slices.Clone(old)
	set := func(kind string, status metav1.ConditionStatus, reason v1alpha1.Reason, message string) {
		setCondition(&conditions, metav1.Condition{
			Type: kind, Status: status, Reason: string(reason), Message: readable(iam.WithoutAccounts(message)),
			ObservedGeneration: generation,
		}, now)
	}
	optional := func(kind string, present bool, reason v1alpha1.Reason, message string) {
		if present {
			set(kind, metav1.ConditionTrue, reason, message)
		} else {
			meta.RemoveStatusCondition(&conditions, kind)
		}
	}
	set(v1alpha1.ConditionReady, v.ready, v.reason, v.message)
	optional(v1alpha1.ConditionReconciling, v.reconciling, v.reason, v.message)
	optional(v1alpha1.ConditionStalled, v.stalled, v.reason, v.message)
	drifted := v.drifted
	if drifted == nil {
		drifted = &remark{}
	}
	optional(v1alpha1.ConditionGuardrailExceeded, v.exceeded != "", v1alpha1.ReasonGuardrailExceeded, v.exceeded)
	optional(v1alpha1.ConditionDrifted, v.drifted != nil, drifted.reason, drifted.message)
	return conditions
}

// messageLength is the bound of a condition's message in bytes: far below what the API server takes, 32,768 characters,
// and more than anybody reads.
const messageLength = 8 << 10

// readable cuts a message that the API server would refuse, and the whole status with it.
func readable(message string) string {
	if len(message) <= messageLength {
		return message
	}
	cut := message[:messageLength]
	for !utf8.ValidString(cut) {
		cut = cut[:len(cut)-1]
	}
	return cut + "… and more"
}

// setCondition sets a condition; the default that the schema gives has no time of transition worth keeping.
func setCondition(conditions *[]metav1.Condition, c metav1.Condition, now time.Time) {
	c.LastTransitionTime = metav1.NewTime(now.Truncate(time.Second))
	if old := meta.FindStatusCondition(*conditions, c.Type); old != nil && old.LastTransitionTime.Unix() == 0 {
		meta.RemoveStatusCondition(conditions, c.Type)
	}
	meta.SetStatusCondition(conditions, c)
}

// exceeded is what the condition GuardrailExceeded says, empty where nothing exceeds the guardrails.
func (o *outcome) exceeds() string {
	if len(o.exceeded) == 0 {
		return ""
	}
	return fmt.Sprintf("left as it is, and not to be widened: %s", guardrail.Messages(o.exceeded))
}

// Conditions are those of an object with one problem, or with none: then fine is what Ready says.
func Conditions(
	old []metav1.Condition, generation int64, p *Problem, fine string, now time.Time,
) []metav1.Condition {
	v := verdict{ready: metav1.ConditionTrue, reason: v1alpha1.ReasonReconciled, message: fine}
	if p != nil {
		v = verdict{}.failed(past{}, []*Problem{p})
	}
	return v.conditions(old, generation, now)
}

// ReadyConditions are those of an object with which all is well, for a reason of its own.
func ReadyConditions(
	old []metav1.Condition, generation int64, reason v1alpha1.Reason, message string, now time.Time,
) []metav1.Condition {
	v := verdict{ready: metav1.ConditionTrue, reason: reason, message: message}
	return v.conditions(old, generation, now)
}
