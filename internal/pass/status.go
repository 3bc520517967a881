// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package pass

import (
	"context"
	"slices"
	"strings"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/internal/iam"
)

// warnings are what a person should know of the spec and of what was planned for it, but for what is not wanted.
// Account ids are shortened, as everywhere in a status.
func warnings(o outcome, checks *v1alpha1.Checks) []v1alpha1.Warning {
	if o.want == nil {
		return nil
	}
	var kept []v1alpha1.Warning
	for _, w := range slices.Concat(o.want.Warnings(), o.plan.Warnings, outsideWarnings(o.outside)) {
		if checks.Wants(w.Code) {
			w.Message = shortened(iam.WithoutAccounts(w.Message))
			kept = append(kept, w)
		}
	}
	return boundedWarnings(kept)
}

// applyStatus writes the status of an object, and only when it differs.
func (r *Reconciler) applyStatus(ctx context.Context, object, next Object) error {
	return r.written.apply(ctx, r.Client, object, r.kind.status(object), r.kind.status(next))
}

// outsideWarnings say which bounds of the account an entity breaks that exists already.
func outsideWarnings(outside []string) []v1alpha1.Warning {
	list := make([]v1alpha1.Warning, len(outside))
	for i, why := range outside {
		at, message, _ := strings.Cut(why, ": ")
		if !strings.HasPrefix(at, "spec.") {
			at, message = "", why
		}
		list[i] = v1alpha1.Warning{Code: v1alpha1.WarningOutOfBounds, Field: at, Message: message}
	}
	return list
}
