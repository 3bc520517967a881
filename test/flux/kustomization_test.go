// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package flux

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	kustomizev1 "github.com/fluxcd/kustomize-controller/api/v1"
	"github.com/fluxcd/pkg/apis/meta"
	apimeta "k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// kustomize creates a Kustomization that applies all that is published, waits for it and prunes. Its timeout is longer
// than any test: where it fails, it did not wait for the timeout.
func (c *cluster) kustomize(change ...func(*kustomizev1.KustomizationSpec)) *kustomizev1.Kustomization {
	c.Helper()
	kustomization := &kustomizev1.Kustomization{ObjectMeta: metav1.ObjectMeta{Name: "team", Namespace: system}}
	kustomization.Spec = kustomizev1.KustomizationSpec{
		Interval: metav1.Duration{Duration: time.Hour}, Timeout: &metav1.Duration{Duration: 30 * time.Minute},
		Path: "./", Prune: true, Wait: true,
		SourceRef: kustomizev1.CrossNamespaceSourceReference{Kind: "GitRepository", Name: system},
	}
	for _, change := range change {
		change(&kustomization.Spec)
	}
	c.create(kustomization)
	return kustomization
}

// applied waits until a Kustomization is Ready at a revision.
func (c *cluster) applied(kustomization *kustomizev1.Kustomization, revision string) {
	c.Helper()
	c.eventually("Kustomization "+kustomization.Name+" becoming Ready at "+revision, func(ctx context.Context) error {
		if err := c.refresh(ctx, kustomization); err != nil {
			return err
		}
		return readyAt(kustomization, revision)
	})
}

// readyAt is the error that says why a Kustomization is not Ready at a revision.
func readyAt(k *kustomizev1.Kustomization, revision string) error {
	if k.Status.LastAppliedRevision == revision && k.Status.ObservedGeneration == k.Generation &&
		apimeta.IsStatusConditionTrue(k.Status.Conditions, meta.ReadyCondition) {
		return nil
	}
	return fmt.Errorf("it applied %s and says: %s", k.Status.LastAppliedRevision, said(k.Status.Conditions))
}

// says waits until a condition of a Kustomization has a status and a message that contains all of some texts.
func (c *cluster) says(k *kustomizev1.Kustomization, kind string, status metav1.ConditionStatus, texts ...string) {
	c.Helper()
	c.eventually(fmt.Sprintf("Kustomization %s saying %s=%s, %q", k.Name, kind, status, texts),
		func(ctx context.Context) error {
			if err := c.refresh(ctx, k); err != nil {
				return err
			}
			return conditionSays(k.Status.Conditions, kind, status, texts...)
		})
}

// conditionSays is the error that shows what the conditions say instead.
func conditionSays(all []metav1.Condition, kind string, status metav1.ConditionStatus, texts ...string) error {
	condition := apimeta.FindStatusCondition(all, kind)
	if condition == nil || condition.Status != status {
		return errors.New(said(all))
	}
	for _, text := range texts {
		if !strings.Contains(condition.Message, text) {
			return errors.New(said(all))
		}
	}
	return nil
}

// said is how conditions read in the message of a test.
func said(all []metav1.Condition) string {
	var lines []string
	for _, c := range all {
		lines = append(lines, fmt.Sprintf("%s=%s (%s) %s", c.Type, c.Status, c.Reason, c.Message))
	}
	return strings.Join(lines, "; ")
}

// request asks for a reconciliation, as flux reconcile does, and waits until it is done.
func (c *cluster) request(kustomization *kustomizev1.Kustomization, token string) {
	c.Helper()
	patch := fmt.Sprintf(`{"metadata": {"annotations": {%q: %q}}}`, meta.ReconcileRequestAnnotation, token)
	c.patch(kustomization, "flux", patch)
	c.eventually("Kustomization "+kustomization.Name+" handling request "+token, func(ctx context.Context) error {
		if err := c.refresh(ctx, kustomization); err != nil {
			return err
		}
		if handled := kustomization.Status.LastHandledReconcileAt; handled != token {
			return fmt.Errorf("it handled %q last and says: %s", handled, said(kustomization.Status.Conditions))
		}
		return readyAt(kustomization, kustomization.Status.LastAttemptedRevision)
	})
}

func (c *cluster) refresh(ctx context.Context, object client.Object) error {
	return c.client.Get(ctx, client.ObjectKeyFromObject(object), object)
}
