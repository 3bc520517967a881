// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package pass

import (
	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/internal/iam"
	"github.com/ecsiam/ecs-iam-controller/internal/plan"
)

// planStatus is what an outcome leaves to be done: steps without success first, then what was withheld.
func planStatus(o outcome) v1alpha1.PlanStatus {
	ops, listed := unfinished(o.execution.results)
	for _, w := range o.plan.Withheld {
		ops = append(ops, w.Op)
		listed = append(listed, planned(w.Op, v1alpha1.OperationWithheld, w.Reason, "withheld: "+w.Message))
	}
	if len(ops) == 0 {
		return v1alpha1.PlanStatus{}
	}
	for i := range listed {
		listed[i].Cause = o.cause
	}
	status := v1alpha1.PlanStatus{Digest: planDigest(ops), Operations: listed, Gaps: gaps(o.plan.Gaps)}
	if n := len(listed) - planLimit; n > 0 {
		status.Operations, status.Omitted = listed[:planLimit], int32(n)
	}
	return status
}

// unfinished are the operations that were not made, or not with success.
func unfinished(results []result) (ops []plan.Operation, listed []v1alpha1.PlannedOperation) {
	for _, r := range results {
		var entry v1alpha1.PlannedOperation
		switch {
		case r.done:
			continue
		case r.waits != nil:
			entry = planned(r.op, v1alpha1.OperationWithheld, v1alpha1.ReasonProgressing,
				"withheld: waits for: "+r.waits.String())
		case r.err != nil:
			entry = planned(r.op, v1alpha1.OperationFailed, classProblem(r.err).Reason(), "failed")
		default:
			entry = planned(r.op, v1alpha1.OperationPending, "", "pending")
		}
		ops, listed = append(ops, r.op), append(listed, entry)
	}
	return ops, listed
}

func planned(
	op plan.Operation, state v1alpha1.OperationState, reason v1alpha1.Reason, why string,
) v1alpha1.PlannedOperation {
	return v1alpha1.PlannedOperation{
		Action: op.Action(), Effect: effect(op), State: state, Reason: reason,
		Message: shortened(op.String() + " (" + why + ")"),
	}
}

// effect is the one word for the directions of an operation: what widens counts, whatever else it takes away.
func effect(op plan.Operation) v1alpha1.OperationEffect {
	switch e := op.Effect(); {
	case e.Widens():
		return v1alpha1.EffectWidens
	case e.Narrows():
		return v1alpha1.EffectNarrows
	default:
		return v1alpha1.EffectNeutral
	}
}

// gapLimit is the number of gaps that a status has room for.
const gapLimit = 20

// gaps are what a plan cannot keep in between.
func gaps(list []plan.Gap) []v1alpha1.PlanGap {
	list = list[:min(len(list), gapLimit)]
	kept := make([]v1alpha1.PlanGap, len(list))
	for i, g := range list {
		kept[i] = v1alpha1.PlanGap{
			Cause: v1alpha1.GapCause(g.Cause), Message: shortened(iam.WithoutAccounts(g.What)),
		}
	}
	return kept
}

// planDigest stands for operations with their content, whatever became of them.
func planDigest(ops []plan.Operation) string {
	parts := make([]any, 0, 2*len(ops))
	for _, op := range ops {
		parts = append(parts, op.Action(), op)
	}
	return digest(parts)
}
