// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers_test

import (
	"context"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/internal/iam"
	"github.com/ecsiam/ecs-iam-controller/internal/iam/iamsim"
)

func perNamespace(r *v1alpha1.AssumeRole) { r.SessionScope = v1alpha1.SessionScopeNamespace }

// sessionOf is the namespace that the session of a call is for; nothing for the account's own.
func sessionOf(call iamsim.Call) string { return call.SessionTags[iam.SessionTagNamespace] }

// writtenBy are the namespaces whose sessions made the writes since the last reset, by action.
func (w *world) writtenBy() map[string][]string {
	by := map[string][]string{}
	for _, call := range iamsim.Writes(w.sim.Calls()) {
		by[sessionOf(call)] = append(by[sessionOf(call)], call.Action)
	}
	return by
}

var _ = Describe("a session for each namespace", func() {
	It("makes every call that concerns its entities, from creation to deletion, and says of which cluster it is", func(ctx context.Context) {
		w := newWorld(ctx)
		w.reached(ctx, perNamespace)
		role := w.role("node", v1alpha1.RoleTypeContainerInstance, func(r *v1alpha1.ECSRole) {
			r.Spec.Statements = []v1alpha1.Statement{statement("s3:GetObject")}
		})
		Expect(api.Create(ctx, role)).To(Succeed())
		w.settle(ctx, role)
		expectReady(role)
		w.delete(ctx, role)
		for _, call := range w.sim.Calls() {
			switch call.Action {
			case "AssumeRole", "GetCallerIdentity", "GetAccountSummary":
			default:
				Expect(call.SessionTags).To(Equal(map[string]string{
					iam.SessionTagCluster: clusterID, iam.SessionTagNamespace: w.namespace,
				}), call.Action)
			}
		}
		Expect(w.writtenBy()).To(HaveLen(1))
		Expect(w.assumed()).To(Equal(2), "one for the account and one for the namespace")
	})

	It("adopts, takes over and releases", func(ctx context.Context) {
		w := newWorld(ctx, func(a *v1alpha1.AWSAccount) {
			a.Spec.FormerClusterIDs = []v1alpha1.ClusterID{"former"}
		})
		w.updateAccount(ctx, func(a *v1alpha1.AWSAccount) {
			a.Spec.Adoption = &v1alpha1.Adoption{Allow: []v1alpha1.AdoptionRule{{
				Namespaces: []v1alpha1.NamespaceName{v1alpha1.NamespaceName(w.namespace)}, NamePattern: "*",
			}}}
		})
		w.reached(ctx, perNamespace)
		for _, name := range []string{"legacy", w.namespace + "_old"} {
			w.assumable(ctx, w.sim.AccountID(), name, trustedBy(hubRoot, "none"))
		}
		w.tagInAWS(ctx, w.namespace+"_old", v1alpha1.TagOwner, "former/"+w.namespace+"/old")

		adopted := w.role("legacy", v1alpha1.RoleTypeTask, func(r *v1alpha1.ECSRole) {
			r.Spec.RoleName, r.Spec.AdoptionPolicy, r.Spec.DeletionPolicy = "legacy", v1alpha1.AdoptionAdopt, v1alpha1.DeletionRetain
		})
		taken := w.role("old", v1alpha1.RoleTypeTask)
		for _, role := range []*v1alpha1.ECSRole{adopted, taken} {
			Expect(api.Create(ctx, role)).To(Succeed())
			w.settle(ctx, role)
			expectReady(role)
		}
		w.delete(ctx, adopted)
		by := w.writtenBy()
		Expect(by).To(HaveLen(1))
		Expect(by[w.namespace]).To(ContainElements("TagRole", "UntagRole", "UpdateAssumeRolePolicy", "DetachRolePolicy"))
	})

	It("is not used for service-linked roles, nor for what is the account's", func(ctx context.Context) {
		w := newWorld(ctx)
		w.reached(ctx, perNamespace)
		slr := w.createLinked(ctx)
		w.passLinked(ctx, slr)
		Expect(iamsim.Count(w.sim.Calls(), "CreateServiceLinkedRole")).To(Equal(1))
		for _, call := range w.sim.Calls() {
			Expect(sessionOf(call)).To(BeEmpty(), call.Action)
		}
		Expect(w.assumed()).To(Equal(1))
	})

	It("is cached: no call of STS while nothing is renewed, one for each when it is", func(ctx context.Context) {
		w := newWorld(ctx, everywhere)
		w.reached(ctx, perNamespace)
		role := w.ready(ctx, w.role("app", v1alpha1.RoleTypeTask))
		second := w.role("app", v1alpha1.RoleTypeTask)
		second.Namespace = w.newNamespace(ctx, nil)
		w.ready(ctx, second)
		for range 4 { // 44 minutes
			w.expectNothingToDo(ctx, role)
			w.pass(ctx, second)
			w.checked(ctx)
		}
		for _, call := range w.sim.Calls() {
			Expect(call.Service).To(Equal("iam"), call.Action)
		}
		w.expectNothingToDo(ctx, role)
		w.pass(ctx, second)
		Expect(w.assumed()).To(Equal(3), "the account and two namespaces")
	})

	It("that the account does not let be tagged says what its trust policy lacks, and writes nothing", func(ctx context.Context) {
		w := newWorld(ctx)
		w.reached(ctx, perNamespace, func(r *v1alpha1.AssumeRole) {
			r.RoleARN = w.assumable(ctx, w.sim.AccountID(), "untagged", `{"Version":"2012-10-17","Statement":[{"Effect":"Allow",`+
				`"Principal":{"AWS":"`+hubRoot+`"},"Action":"sts:AssumeRole"}]}`)
		})
		Expect(w.checked(ctx).Reason).To(Equal(string(v1alpha1.ReasonReconciled)))
		role := w.create(ctx, w.role("app", v1alpha1.RoleTypeTask))
		expectNotReady(role, v1alpha1.ReasonAccessDenied, v1alpha1.ConditionStalled, "role/untagged", "sts:TagSession")
		Expect(w.writes()).To(BeEmpty())
	})
})
