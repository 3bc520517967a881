// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"context"
	"fmt"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/internal/desired"
)

// attachmentLimit bounds status.attachments, as the schema has it.
const attachmentLimit = 100

// report writes status and events from the outcome. It writes nothing when nothing differs.
func (r *PolicyReconciler) report(ctx context.Context, object *v1alpha1.ECSPolicy, o outcome) error {
	failures := r.note(object, o)
	if !o.deleting && o.execution.wrote() {
		r.tellDone(object, o)
	}
	if keepsQuiet(object, o, failures) {
		return nil
	}
	status := policyStatus(object, o, r.Clock.Now())
	changed := announced(object, status.Conditions)
	if err := applyStatus(ctx, r.Client, object, object.Status, status); err != nil {
		return fmt.Errorf("writing the status: %w", err)
	}
	if changed != nil {
		r.event(object, warning, v1alpha1.Reason(changed.Reason), "Reconcile", changed.Message)
	}
	return nil
}

// policyStatus is the status that an outcome means, as roleStatus is that of a role.
func policyStatus(object *v1alpha1.ECSPolicy, o outcome, now time.Time) v1alpha1.ECSPolicyStatus {
	status := *object.Status.DeepCopy()
	status.ObservedGeneration = object.Generation
	status.LastHandledReconcileAt = object.Annotations[v1alpha1.AnnotationReconcileAt]
	if o.seen {
		policyIdentifiers(&status, o)
	}
	if !o.wroteAt.IsZero() {
		t := metav1.NewTime(o.wroteAt.Truncate(time.Second))
		status.LastAppliedTime = &t
	}
	status.Plan = bounded(append(o.execution.pending(), withheldLines(o.plan)...), planLimit)
	status.Warnings = bounded(o.plan.Warnings, warningLimit)
	v := judge(object, o, now)
	status.Conditions = v.conditions(status.Conditions, object.Generation, now)
	return status
}

func policyIdentifiers(status *v1alpha1.ECSPolicyStatus, o outcome) {
	status.AccountID, status.PolicyName = o.identity.AccountID, o.policy.Policy.Name
	status.PolicyARN, status.PolicyID, status.Path, status.DefaultVersionID = "", "", "", ""
	status.Attachments = nil
	if p := o.observed.Policy; p != nil && o.plan.Refusal == nil {
		status.PolicyARN, status.PolicyID, status.Path = p.ARN, p.ID, p.Path
		status.DefaultVersionID = p.DefaultVersionID
		status.Attachments = bounded(desired.Attachments(*p), attachmentLimit)
	}
}
