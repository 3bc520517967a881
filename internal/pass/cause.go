// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package pass

import (
	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/internal/belief"
	"github.com/ecsiam/ecs-iam-controller/internal/plan"
)

// cause says why AWS differs from what is wanted. It is empty where that is not known.
func (t *turn) cause(p plan.Plan) v1alpha1.OperationCause {
	applied := t.mem.Applied()
	switch {
	case p.Adopts:
		return v1alpha1.CauseAdoption
	case t.out.drift:
		return v1alpha1.CauseDrift
	case applied == belief.Applied{}:
		return t.unremembered()
	}
	return changed(applied, belief.Applied(t.out.want.Fingerprint()))
}

// changed says what changed since all was applied.
func changed(applied, now belief.Applied) v1alpha1.OperationCause {
	switch {
	case applied.Wanted == now.Wanted:
		return v1alpha1.CauseDrift
	case applied.Spec != now.Spec:
		return v1alpha1.CauseSpec
	case applied.Account != now.Account:
		return v1alpha1.CauseAccount
	case applied.References != now.References:
		return v1alpha1.CauseReferences
	}
	return v1alpha1.CauseCatalogue
}

// unremembered is the cause where nothing was applied yet, or a restart made that forgotten: the status has what an
// earlier pass found for the same generation.
func (t *turn) unremembered() v1alpha1.OperationCause {
	shared := t.object.Shared()
	switch {
	case shared.ObservedGeneration != t.object.GetGeneration() || t.kind.uniqueID(t.object) == "":
		return v1alpha1.CauseSpec
	case len(shared.Plan.Operations) > 0:
		return shared.Plan.Operations[0].Cause
	}
	return ""
}
