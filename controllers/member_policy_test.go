// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers_test

import (
	"context"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/iam"
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	controllerpolicy "github.com/ecsiam/ecs-iam-controller/config/iam"
	"github.com/ecsiam/ecs-iam-controller/internal/iam/iamsim"
)

// confined has the controller reach the world's account by a role that has the policies of config/iam.
func (w *world) confined(ctx context.Context) {
	GinkgoHelper()
	w.updateAccount(ctx, func(a *v1alpha1.AWSAccount) { a.Spec.Defaults = &v1alpha1.AccountDefaults{Path: "/ecs/"} })
	trust := strings.NewReplacer("CONTROLLER_ROLE_ARN", hubRoot, "EXTERNAL_ID", "shared", "CLUSTER_ID", clusterID).
		Replace(string(controllerpolicy.MemberTrust()))
	role, err := w.aws.CreateRole(ctx, &sdk.CreateRoleInput{RoleName: aws.String("confined"), AssumeRolePolicyDocument: &trust})
	Expect(err).NotTo(HaveOccurred())
	policy, err := w.aws.CreatePolicy(ctx, &sdk.CreatePolicyInput{
		PolicyName: aws.String("confined"), PolicyDocument: aws.String(string(controllerpolicy.Member())),
	})
	Expect(err).NotTo(HaveOccurred())
	_, err = w.aws.AttachRolePolicy(ctx, &sdk.AttachRolePolicyInput{RoleName: role.Role.RoleName, PolicyArn: policy.Policy.Arn})
	Expect(err).NotTo(HaveOccurred())
	w.reached(ctx, perNamespace, func(r *v1alpha1.AssumeRole) { r.RoleARN = *role.Role.Arn })
}

// expectNothingDenied expects that AWS denied none of the calls since the last reset.
func (w *world) expectNothingDenied() {
	GinkgoHelper()
	for _, call := range iamsim.Failed(w.sim.Calls()) {
		Expect(call.ErrorCode).NotTo(Equal("AccessDenied"), "%s %v", call.Action, call.Params)
	}
}

var _ = Describe("under the policy of member accounts", func() {
	It("roles are created, changed, repaired and deleted", func(ctx context.Context) {
		w := newWorld(ctx)
		w.confined(ctx)
		boundary := func(r *v1alpha1.ECSRole) {
			r.Spec.PermissionsBoundary = "arn:aws:iam::aws:policy/PowerUserAccess"
			r.Spec.Statements = []v1alpha1.Statement{statement("s3:GetObject")}
		}
		role := w.role("node", v1alpha1.RoleTypeContainerInstance, boundary)
		Expect(api.Create(ctx, role)).To(Succeed())
		w.settle(ctx, role)
		expectReady(role)
		w.update(ctx, role, func(r *v1alpha1.ECSRole) {
			r.Spec.PermissionsBoundary, r.Spec.Description = "", "a node"
			r.Spec.Statements = []v1alpha1.Statement{statement("s3:PutObject")}
			r.Spec.Tags = map[string]string{"team": "mine"}
		})
		w.settle(ctx, role)
		expectReady(role)
		w.update(ctx, role, func(r *v1alpha1.ECSRole) { r.Spec.Tags, r.Spec.Statements = nil, nil })
		w.settle(ctx, role)
		expectReady(role)
		_, err := w.aws.AttachRolePolicy(ctx, &sdk.AttachRolePolicyInput{RoleName: aws.String(nameOf(role)), PolicyArn: aws.String(adminPolicy)})
		Expect(err).NotTo(HaveOccurred())
		w.resync(ctx, role)
		w.settle(ctx, role)
		expectReady(role)
		w.delete(ctx, role)
		Expect(exists(ctx, keyOf(role))).To(BeFalse())
		w.expectNothingDenied()
	})

	It("policies are created, referred to, changed and deleted", func(ctx context.Context) {
		w := newWorld(ctx)
		w.confined(ctx)
		policy := w.policy("data")
		Expect(api.Create(ctx, policy)).To(Succeed())
		w.settlePolicy(ctx, policy)
		role := w.role("app", v1alpha1.RoleTypeTask, func(r *v1alpha1.ECSRole) {
			r.Spec.ManagedPolicies = []v1alpha1.ManagedPolicy{{PolicyRef: &v1alpha1.PolicyReference{Name: "data"}}}
		})
		Expect(api.Create(ctx, role)).To(Succeed())
		w.settle(ctx, role)
		expectReady(role)
		w.updatePolicy(ctx, policy, func(p *v1alpha1.ECSPolicy) {
			p.Spec.Statements = []v1alpha1.Statement{statement("s3:PutObject")}
			p.Spec.Tags = map[string]string{"team": "mine"}
		})
		w.settlePolicy(ctx, policy)
		w.delete(ctx, role)
		Expect(exists(ctx, keyOf(role))).To(BeFalse())
		w.expectNothingDenied()
		// IAM may still show the role with the policy. It has no path any more by which the call could be allowed.
		w.clock.Step(time.Minute)
		w.deletePolicy(ctx, policy)
		_, left := w.iamPolicy(policy)
		Expect(left).To(BeFalse())
		w.expectNothingDenied()
	})

	It("roles are adopted under the namespace's names, let go of and taken back", func(ctx context.Context) {
		w := newWorld(ctx)
		w.confined(ctx)
		w.updateAccount(ctx, func(a *v1alpha1.AWSAccount) {
			a.Spec.Adoption = &v1alpha1.Adoption{Allow: []v1alpha1.AdoptionRule{{
				Namespaces: []v1alpha1.NamespaceName{v1alpha1.NamespaceName(w.namespace)}, NamePattern: w.namespace + "_*",
			}}}
		})
		_, err := w.aws.CreateRole(ctx, &sdk.CreateRoleInput{
			RoleName: aws.String(w.namespace + "_old"), Path: aws.String("/ecs/"), AssumeRolePolicyDocument: aws.String(trustedBy(hubRoot, "none")),
		})
		Expect(err).NotTo(HaveOccurred())
		_, err = w.aws.AttachRolePolicy(ctx, &sdk.AttachRolePolicyInput{RoleName: aws.String(w.namespace + "_old"), PolicyArn: aws.String(adminPolicy)})
		Expect(err).NotTo(HaveOccurred())
		retained := func(r *v1alpha1.ECSRole) {
			r.Spec.AdoptionPolicy, r.Spec.DeletionPolicy = v1alpha1.AdoptionAdopt, v1alpha1.DeletionRetain
			r.Spec.Statements = []v1alpha1.Statement{statement("s3:GetObject")}
		}
		for range 2 {
			role := w.role("old", v1alpha1.RoleTypeTask, retained)
			Expect(api.Create(ctx, role)).To(Succeed())
			w.settle(ctx, role)
			expectReady(role)
			w.delete(ctx, role)
			Expect(exists(ctx, keyOf(role))).To(BeFalse())
		}
		w.expectNothingDenied()
	})

	It("service-linked roles are created and deleted by the account's own session", func(ctx context.Context) {
		w := newWorld(ctx)
		w.confined(ctx)
		slr := w.createLinked(ctx, func(r *v1alpha1.ECSServiceLinkedRole) {
			r.Spec.DeletionPolicy, r.Spec.Tags = v1alpha1.DeletionDelete, map[string]string{"team": "mine"}
		})
		w.passLinked(ctx, slr)
		Expect(api.Delete(ctx, slr)).To(Succeed())
		for range 5 {
			w.passLinked(ctx, slr)
		}
		Expect(iamsim.Count(w.sim.Calls(), "DeleteServiceLinkedRole")).To(Equal(1))
		w.expectNothingDenied()
	})
})
