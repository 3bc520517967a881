// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers_test

import (
	"context"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
)

// behind is a client whose cache shows an ECSRole as it was.
type behind struct {
	client.Client
	shown *v1alpha1.ECSRole
}

func (b *behind) Get(ctx context.Context, key client.ObjectKey, object client.Object, options ...client.GetOption) error {
	if role, ok := object.(*v1alpha1.ECSRole); ok && b.shown != nil && key == client.ObjectKeyFromObject(b.shown) {
		b.shown.DeepCopyInto(role)
		return nil
	}
	return b.Client.Get(ctx, key, object, options...)
}

var _ = Describe("a cache that is behind the last status", func() {
	It("has no event sent a second time", func(ctx context.Context) {
		w := newWorld(ctx)
		cache := &behind{Client: w.api}
		w.api = cache
		w.restart()
		w.clock.Step(time.Minute)
		role := w.role("app", v1alpha1.RoleTypeTask)
		Expect(api.Create(ctx, role)).To(Succeed())
		w.pass(ctx, role)
		Expect(w.events.reasons()).To(Equal([]string{"Created"}))
		cache.shown = role.DeepCopy()
		cache.shown.Status = v1alpha1.ECSRoleStatus{}
		w.pass(ctx, role)
		Expect(w.events.reasons()).To(Equal([]string{"Created"}))

		cache.shown = nil
		w.settle(ctx, role)
		expectReady(role)
		cache.shown = role.DeepCopy()
		w.events.reset()
		w.updateAccount(ctx, allowing(v1alpha1.AllowedNamespaces{From: v1alpha1.NamespacesFromNone}))
		w.pass(ctx, role)
		w.pass(ctx, role)
		Expect(w.events.reasons()).To(Equal([]string{"NamespaceNotAllowed"}))
	})
})
