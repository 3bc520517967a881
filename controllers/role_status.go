// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/internal/plan"
)

// Bounds of lists in the status, as the schema has them.
const (
	planLimit    = 50
	warningLimit = 20
	lineLimit    = 512
)

// roleStatus is the status that an outcome means. It is pure but for the old status, from which it keeps what the pass
// learnt nothing about.
func roleStatus(role *v1alpha1.ECSRole, o outcome, now time.Time) v1alpha1.ECSRoleStatus {
	status := *role.Status.DeepCopy()
	status.ObservedGeneration = role.Generation
	status.LastHandledReconcileAt = role.Annotations[v1alpha1.AnnotationReconcileAt]
	if o.seen {
		identifiers(&status, o)
	}
	if !o.wroteAt.IsZero() {
		t := metav1.NewTime(o.wroteAt.Truncate(time.Second))
		status.LastAppliedTime = &t
	}
	status.Plan = bounded(append(o.execution.pending(), withheldLines(o.plan)...), planLimit)
	status.Warnings = bounded(o.want.Warnings, warningLimit)
	v := judge(role, o, now)
	status.Conditions = v.conditions(status.Conditions, role.Generation, now)
	return status
}

func identifiers(status *v1alpha1.ECSRoleStatus, o outcome) {
	status.AccountID = o.identity.AccountID
	status.RoleName = o.want.Role.Name
	status.RoleARN, status.RoleID, status.Path, status.InstanceProfileARN = "", "", "", ""
	refused := o.plan.Refusal != nil
	if r := o.observed.Role; r != nil && !refused {
		status.RoleARN, status.RoleID, status.Path = r.ARN, r.ID, r.Path
	}
	if p := o.observed.Profile; p != nil && !refused && o.want.Standing(p.Path, p.Tags).Owned() {
		status.InstanceProfileARN = p.ARN
	}
}

func withheldLines(p plan.Plan) []string { return plan.Plan{Withheld: p.Withheld}.Lines() }

// readable cuts a list and its lines to what the schema allows, and says how much is missing.
func bounded(lines []string, limit int) []string {
	var kept []string
	for i, line := range lines {
		if i == limit-1 && len(lines) > limit {
			return append(kept, "… and more")
		}
		if len(line) > lineLimit {
			line = strings.ToValidUTF8(line[:lineLimit], "") + "…"
		}
		kept = append(kept, line)
	}
	return kept
}

// noun is what the entity of the outcome is called.
func (o *outcome) noun() string {
	if o.policy != nil {
		return "policy"
	}
	return "role"
}

// verdict is what the conditions say.
type verdict struct {
	ready       metav1.ConditionStatus
	reason      v1alpha1.Reason
	message     string
	reconciling bool
	stalled     bool
	drifted     *remark
}

type remark struct {
	reason  v1alpha1.Reason
	message string
}

// judge decides the conditions from the outcome alone; the old status only tells whether a role that was Ready stays so
// while a passing error is repeated.
func judge(object client.Object, o outcome, now time.Time) verdict {
	v := verdict{drifted: drift(o)}
	if len(o.problems) > 0 {
		return v.failed(object, o.problems)
	}
	if v.drifted != nil && (v.drifted.reason == v1alpha1.ReasonDrifted || v.drifted.reason == v1alpha1.ReasonHeld) {
		v.ready, v.stalled = metav1.ConditionFalse, true
		v.reason, v.message = v.drifted.reason, v.drifted.message
		return v
	}
	if !o.execution.complete() {
		v.ready, v.reconciling = metav1.ConditionUnknown, true
		v.reason, v.message = v1alpha1.ReasonProgressing, "changes are being applied"
		return v
	}
	if o.propagateUntil.After(now) {
		v.ready, v.reconciling = metav1.ConditionUnknown, true
		v.reason = v1alpha1.ReasonPropagating
		v.message = "everything is applied; the change is given time to reach ECS"
		return v
	}
	v.ready, v.reason = metav1.ConditionTrue, v1alpha1.ReasonReconciled
	v.message = "the " + o.noun() + " in AWS is as declared"
	return v
}

// failed says what the problems mean together. Throttling comes first, since it hides what else there is; then what a
// person must change; then what heals.
func (v verdict) failed(object client.Object, problems []*problem) verdict {
	sorted := slices.Clone(problems)
	slices.SortStableFunc(sorted, func(a, b *problem) int { return rank(a) - rank(b) })
	first := sorted[0]
	var messages []string
	for _, p := range sorted {
		if rank(p) == rank(first) && !slices.Contains(messages, p.message) {
			messages = append(messages, p.message)
		}
	}
	v.ready, v.reason, v.message = metav1.ConditionFalse, first.reason, strings.Join(messages, "; ")
	v.stalled = first.healing == bySpec || first.healing == byPerson
	v.reconciling = !v.stalled
	if first.reason == v1alpha1.ReasonProgressing || first.reason == v1alpha1.ReasonDeleting {
		v.ready = metav1.ConditionUnknown
		if settledBefore(object) {
			v.ready = metav1.ConditionTrue
		}
	}
	return v
}

func rank(p *problem) int {
	switch {
	case p.reason == v1alpha1.ReasonThrottled:
		return 0
	case p.healing == bySpec || p.healing == byPerson:
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
	for _, reason := range []v1alpha1.Reason{v1alpha1.ReasonDrifted, v1alpha1.ReasonHeld, v1alpha1.ReasonContested} {
		if ops := reasons[reason]; len(ops) > 0 {
			return &remark{reason, leftBecause[reason] + strings.Join(ops, "; ")}
		}
	}
	if len(o.plan.Restrictions) > 0 {
		return &remark{v1alpha1.ReasonRestrictedByOthers, "left as it is: " + strings.Join(o.plan.Restrictions, "; ")}
	}
	return nil
}

var leftBecause = map[v1alpha1.Reason]string{
	v1alpha1.ReasonDrifted:   "AWS differs from the spec and reconcilePolicy is Observe; to be done: ",
	v1alpha1.ReasonHeld:      "the tag " + v1alpha1.TagHold + " in AWS holds back: ",
	v1alpha1.ReasonContested: "somebody keeps changing it back, so it is repaired only once an hour: ",
}

// conditions writes the verdict into the conditions: Ready always, the others only while True.
func (v verdict) conditions(old []metav1.Condition, generation int64, now time.Time) []metav1.Condition {
	conditions := slices.Clone(old)
	set := func(kind string, status metav1.ConditionStatus, reason v1alpha1.Reason, message string) {
		setCondition(&conditions, metav1.Condition{
			Type: kind, Status: status, Reason: string(reason), Message: readable(message), ObservedGeneration: generation,
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

// announced returns the Ready condition when it newly says that something is wrong, which is worth an event.
func announced(object client.Object, conditions []metav1.Condition) *metav1.Condition {
	now := meta.FindStatusCondition(conditions, v1alpha1.ConditionReady)
	if now == nil || now.Status != metav1.ConditionFalse || readyReason(object) == now.Reason {
		return nil
	}
	return now
}
