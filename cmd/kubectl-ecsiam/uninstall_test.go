// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"strings"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
)

// finalized is an ECSRole with the finalizer.
func finalized(tweak func(*v1alpha1.ECSRole)) *v1alpha1.ECSRole {
	role := &v1alpha1.ECSRole{ObjectMeta: metav1.ObjectMeta{
		Namespace: "shop", Name: "checkout", Finalizers: []string{v1alpha1.Finalizer},
	}}
	role.Spec.AccountRef.Name = "default"
	tweak(role)
	return role
}

func TestWhatBecomesOfARoleAndWhatItsDeletionWaitsForIsSaid(t *testing.T) {
	leaving := metav1.NewTime(time.Unix(0, 0))
	blocked := func(r *v1alpha1.ECSRole) {
		r.DeletionTimestamp = &leaving
		r.Status.Conditions = []metav1.Condition{{
			Type: v1alpha1.ConditionReady, Status: metav1.ConditionFalse, Reason: "RecentlyUsed", Message: "used yesterday",
		}}
	}
	retain := func(r *v1alpha1.ECSRole) { r.Spec.DeletionPolicy = v1alpha1.DeletionRetain }
	open := v1alpha1.AWSAccountSpec{Guardrails: &v1alpha1.Guardrails{PermissionGuardrails: v1alpha1.PermissionGuardrails{
		Mode: v1alpha1.GuardrailModeUnrestricted,
	}}}
	protecting := v1alpha1.AWSAccountSpec{DeletionProtection: &v1alpha1.DeletionProtection{LastUsedWithinDays: 7}}
	for name, c := range map[string]struct {
		tweak func(*v1alpha1.ECSRole)
		spec  *v1alpha1.AWSAccountSpec
		inAWS fate
		waits string
	}{
		"deleted":                    {func(*v1alpha1.ECSRole) {}, &open, fateDeleted, ""},
		"retained":                   {retain, &open, fateStays, ""},
		"retained without a rule":    {retain, &v1alpha1.AWSAccountSpec{}, fateStays, "does not allow Retain"},
		"of an account that is gone": {func(*v1alpha1.ECSRole) {}, nil, fateDeleted, "AWSAccount default does not exist"},
		"protected":                  {func(*v1alpha1.ECSRole) {}, &protecting, fateDeleted, "7 days without use"},
		"being deleted and in use":   {blocked, &open, fateDeleted, "RecentlyUsed: used yesterday"},
		"paused": {func(r *v1alpha1.ECSRole) {
			r.Annotations = map[string]string{v1alpha1.AnnotationPaused: "true"}
		}, &open, fateDeleted, "it is paused"},
	} {
		objects := []client.Object{finalized(c.tweak)}
		if c.spec != nil {
			objects = append(objects, &v1alpha1.AWSAccount{ObjectMeta: metav1.ObjectMeta{Name: "default"}, Spec: *c.spec})
		}
		report := newUninstallReport(objects)
		if len(report.Items) != 1 {
			t.Errorf("%s: got %+v", name, report)
			continue
		}
		got := report.Items[0]
		if got.InAWS != c.inAWS || !strings.Contains(got.WaitsFor, c.waits) || c.waits == "" && got.WaitsFor != "" {
			t.Errorf("%s: got %+v, want %s and %q", name, got, c.inAWS, c.waits)
		}
	}
}

func TestWhatOthersDependOnIsDeletedAfterThem(t *testing.T) {
	with := func(object client.Object) client.Object {
		object.SetName("x")
		object.SetFinalizers([]string{v1alpha1.Finalizer})
		return object
	}
	left := []client.Object{
		with(&v1alpha1.AWSAccount{}), with(&v1alpha1.ECSServiceLinkedRole{}), with(&v1alpha1.ECSPolicy{}), with(&v1alpha1.ECSRole{}),
	}
	for _, want := range []string{"ecsroles", "ecspolicies", "ecsservicelinkedroles", "awsaccounts"} {
		if got := newUninstallReport(left).Next; !strings.Contains(got, "delete "+want) {
			t.Errorf("with %d kinds left: got %q, want to delete %s", len(left), got, want)
		}
		left = left[:len(left)-1]
	}
	if got := newUninstallReport(left).Next; got != "" {
		t.Errorf("with nothing left: got %q", got)
	}
}
