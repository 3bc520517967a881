// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"context"
	"fmt"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/internal/roletype"
)

// report writes status and events from the outcome. It writes nothing when nothing differs.
func (r *ServiceLinkedRoleReconciler) report(
	ctx context.Context, slr *v1alpha1.ECSServiceLinkedRole, o outcome,
) error {
	failures := r.note(slr, o)
	if !o.deleting && o.execution.wrote() {
		r.tellDone(slr, o)
	}
	if keepsQuiet(slr, o, failures) {
		return nil
	}
	status := linkedStatus(slr, o, r.Clock.Now())
	changed := announced(slr, status.Conditions)
	if err := applyStatus(ctx, r.Client, slr, slr.Status, status); err != nil {
		return fmt.Errorf("writing the status: %w", err)
	}
	if changed != nil {
		r.event(slr, warning, v1alpha1.Reason(changed.Reason), "Reconcile", changed.Message)
	}
	return nil
}

// linkedStatus is the status that an outcome means. It is pure but for the old status, from which it keeps what the
// pass learnt nothing about.
func linkedStatus(slr *v1alpha1.ECSServiceLinkedRole, o outcome, now time.Time) v1alpha1.ECSServiceLinkedRoleStatus {
	status := *slr.Status.DeepCopy()
	status.ObservedGeneration = slr.Generation
	status.LastHandledReconcileAt = slr.Annotations[v1alpha1.AnnotationReconcileAt]
	if kind, known := roletype.LookupServiceLinked(slr.Spec.Service); known {
		status.RoleName = kind.RoleName
	}
	if o.seen {
		status.AccountID, status.RoleARN, status.RoleID = o.identity.AccountID, "", ""
		if role := o.observed.Role; role != nil {
			status.RoleARN, status.RoleID = role.ARN, role.ID
		}
	}
	if o.deleting {
		status.DeletionTaskID = o.task
	}
	if !o.wroteAt.IsZero() {
		t := metav1.NewTime(o.wroteAt.Truncate(time.Second))
		status.LastAppliedTime = &t
	}
	status.Plan = bounded(append(o.execution.pending(), withheldLines(o.plan)...), planLimit)
	status.Warnings = linkedWarnings(slr)
	v := judge(slr, o, now)
	status.Conditions = v.conditions(status.Conditions, slr.Generation, now)
	return status
}

func linkedWarnings(slr *v1alpha1.ECSServiceLinkedRole) []string {
	if slr.Spec.DeletionPolicy != v1alpha1.DeletionDelete {
		return nil
	}
	return []string{"deletionPolicy Delete removes the role from the whole account when this object is deleted: other " +
		"clusters may rely on it"}
}
