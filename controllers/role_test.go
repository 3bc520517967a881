// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers_test

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/iam"
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
)

func withStatement(role *v1alpha1.ECSRole) {
	role.Spec.Statements = []v1alpha1.Statement{{
		Sid: "ReadConfig", Effect: v1alpha1.EffectAllow, Actions: []v1alpha1.Action{"s3:GetObject"},
		Resources: []v1alpha1.ResourcePattern{"arn:{partition}:s3:::config-{accountID}/*"},
	}}
}

func withPolicies(arns ...string) func(*v1alpha1.ECSRole) {
	return func(role *v1alpha1.ECSRole) {
		for _, arn := range arns {
			role.Spec.ManagedPolicies = append(role.Spec.ManagedPolicies, v1alpha1.ManagedPolicy{ARN: v1alpha1.PolicyARN(arn)})
		}
	}
}

const (
	ssmReadOnly = "arn:aws:iam::aws:policy/AmazonSSMReadOnlyAccess"
	s3ReadOnly  = "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"
)

var _ = Describe("creating a role", func() {
	It("makes one read, then CreateRole, PutRolePolicy and an AttachRolePolicy a policy", func(ctx context.Context) {
		w := newWorld(ctx)
		role := w.role("app", v1alpha1.RoleTypeTask, withStatement,
			withPolicies("arn:{partition}:iam::aws:policy/AmazonSSMReadOnlyAccess", s3ReadOnly))
		Expect(api.Create(ctx, role)).To(Succeed())
		w.settle(ctx, role)

		expectReady(role)
		Expect(w.reads()).To(Equal([]string{"GetRole"}))
		Expect(w.writes()).To(ConsistOf("CreateRole", "PutRolePolicy", "AttachRolePolicy", "AttachRolePolicy"))
		created := w.iamRole(w.namespace + "_app")
		Expect(created.AttachedPolicies).To(ConsistOf(ssmReadOnly, s3ReadOnly))
		Expect(created.InlinePolicies).To(HaveKeyWithValue("ecsiam", ContainSubstring("arn:aws:s3:::config-111122223333/*")))
		owner, _ := created.Tag(v1alpha1.TagOwner)
		Expect(owner).To(Equal(clusterID + "/" + w.namespace + "/app"))
		Expect(role.Status.RoleARN).To(Equal("arn:aws:iam::111122223333:role/" + w.namespace + "_app"))
		Expect(w.events.reasons()).To(Equal([]string{"Created"}))
	})

	It("is Ready only when the change had time to reach ECS", func(ctx context.Context) {
		w := newWorld(ctx)
		role := w.create(ctx, w.role("app", v1alpha1.RoleTypeTask))
		Expect(condition(role, v1alpha1.ConditionReady).Reason).To(Equal(string(v1alpha1.ReasonPropagating)))
		Expect(condition(role, v1alpha1.ConditionReady).Status).To(Equal(metav1.ConditionUnknown))
		w.clock.Step(w.pass(ctx, role).RequeueAfter)
		w.pass(ctx, role)
		expectReady(role)
	})

	It("lets a role trust itself, which IAM takes only once the role exists", func(ctx context.Context) {
		w := newWorld(ctx)
		role := w.role("app", v1alpha1.RoleTypeTask, func(r *v1alpha1.ECSRole) {
			r.Spec.Trust = &v1alpha1.Trust{AdditionalStatements: []v1alpha1.TrustStatement{{
				Effect: v1alpha1.EffectAllow,
				Principals: v1alpha1.Principals{
					AWS: []v1alpha1.ResourcePattern{"arn:{partition}:iam::{accountID}:role/{namespace}_{name}"},
				},
			}}}
		})
		Expect(api.Create(ctx, role)).To(Succeed())
		w.settle(ctx, role)
		expectReady(role)
		Expect(w.writes()).To(Equal([]string{"CreateRole", "UpdateAssumeRolePolicy"}))
		Expect(w.iamRole(nameOf(role)).TrustPolicy).To(ContainSubstring(":role/" + nameOf(role)))
	})

	It("adds two writes for an instance profile", func(ctx context.Context) {
		w := newWorld(ctx)
		role := w.role("node", v1alpha1.RoleTypeContainerInstance)
		Expect(api.Create(ctx, role)).To(Succeed())
		w.settle(ctx, role)
		expectReady(role)
		Expect(w.reads()).To(ConsistOf("GetRole", "GetInstanceProfile"))
		Expect(w.writes()).To(ConsistOf(
			"CreateRole", "AttachRolePolicy", "CreateInstanceProfile", "AddRoleToInstanceProfile"))
		Expect(role.Status.InstanceProfileARN).NotTo(BeEmpty())
	})
})

var _ = Describe("a role that is as declared", func() {
	It("costs three reads and one for each inline policy, and no write anywhere", func(ctx context.Context) {
		w := newWorld(ctx)
		role := w.ready(ctx, w.role("app", v1alpha1.RoleTypeTaskExecution, withStatement))
		version := role.ResourceVersion
		w.resync(ctx, role)
		Expect(w.reads()).To(HaveLen(3 + 1))
		Expect(w.writes()).To(BeEmpty())
		Expect(role.ResourceVersion).To(Equal(version))
		Expect(w.events.reasons()).To(BeEmpty())
	})

	It("costs no write after a restart", func(ctx context.Context) {
		w := newWorld(ctx)
		role := w.ready(ctx, w.role("node", v1alpha1.RoleTypeContainerInstance, withStatement))
		version := role.ResourceVersion
		w.restart()
		w.pass(ctx, role)
		Expect(w.reads()).To(HaveLen(3 + 1 + 1))
		Expect(w.writes()).To(BeEmpty())
		Expect(role.ResourceVersion).To(Equal(version))
	})
})

var _ = Describe("drift", func() {
	It("is corrected at the resync, with an event that says what differed, and keeps Ready", func(ctx context.Context) {
		w := newWorld(ctx)
		role := w.ready(ctx, w.role("app", v1alpha1.RoleTypeTask, withStatement))
		name := nameOf(role)
		_, err := w.aws.PutRolePolicy(ctx, &sdk.PutRolePolicyInput{
			RoleName: &name, PolicyName: aws.String("backdoor"),
			PolicyDocument: aws.String(`{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}`),
		})
		Expect(err).NotTo(HaveOccurred())
		w.sim.ResetCalls()

		w.resync(ctx, role)
		expectReady(role)
		Expect(w.writes()).To(Equal([]string{"DeleteRolePolicy"}))
		Expect(w.iamRole(name).InlinePolicies).To(HaveLen(1))
		Expect(w.events.reasons()).To(Equal([]string{"DriftCorrected"}))
		Expect(w.events.list[0].note).To(ContainSubstring("delete inline policy backdoor"))
	})
})

var _ = Describe("deleting", func() {
	It("removes role and profile and lets the object go", func(ctx context.Context) {
		w := newWorld(ctx)
		role := w.ready(ctx, w.role("node", v1alpha1.RoleTypeContainerInstance, withStatement))
		w.delete(ctx, role)
		Expect(exists(ctx, keyOf(role))).To(BeFalse())
		Expect(w.sim.Roles()).To(BeEmpty())
		Expect(w.events.reasons()).To(Equal([]string{"Deleted"}))
	})

	It("leaves the role with the tag released under deletionPolicy Retain", func(ctx context.Context) {
		w := newWorld(ctx)
		role := w.ready(ctx, w.role("app", v1alpha1.RoleTypeTask))
		w.update(ctx, role, func(r *v1alpha1.ECSRole) { r.Spec.DeletionPolicy = v1alpha1.DeletionRetain })
		w.delete(ctx, role)
		Expect(exists(ctx, keyOf(role))).To(BeFalse())
		kept := w.iamRole(nameOf(role))
		_, owned := kept.Tag(v1alpha1.TagOwner)
		Expect(owned).To(BeFalse())
		released, _ := kept.Tag(v1alpha1.TagReleased)
		Expect(released).To(Equal(clusterID + "/" + w.namespace + "/app"))
	})
})

var _ = Describe("bad input", func() {
	It("reports a policy that does not exist and applies everything else", func(ctx context.Context) {
		w := newWorld(ctx)
		role := w.role("app", v1alpha1.RoleTypeTaskExecution, withStatement,
			withPolicies("arn:aws:iam::aws:policy/NoSuchPolicy"))
		Expect(api.Create(ctx, role)).To(Succeed())
		w.settle(ctx, role)
		expectNotReady(role, v1alpha1.ReasonNotFoundInAWS, v1alpha1.ConditionStalled, "NoSuchPolicy", "spec.managedPolicies")
		Expect(w.iamRole(nameOf(role)).InlinePolicies).To(HaveLen(1))
		Expect(w.iamRole(nameOf(role)).AttachedPolicies).To(HaveLen(1))
		Expect(role.Status.Plan.Operations).To(HaveLen(1))
	})

	It("reports every field that is wrong, before any call to IAM", func(ctx context.Context) {
		w := newWorld(ctx)
		role := w.create(ctx, w.role("app", v1alpha1.RoleTypeTask, withPolicies("arn:aws-cn:iam::aws:policy/X"),
			func(r *v1alpha1.ECSRole) {
				r.Spec.PermissionsBoundary = "arn:{nowhere}:iam::{accountID}:policy/b"
			}))
		expectNotReady(role, v1alpha1.ReasonInvalidSpec, v1alpha1.ConditionStalled,
			"spec.managedPolicies[0].arn", "spec.permissionsBoundary", "nowhere")
		Expect(w.writes()).To(BeEmpty())
		Expect(w.reads()).To(BeEmpty())
	})

	It("does not touch a role that is not ours", func(ctx context.Context) {
		w := newWorld(ctx)
		name := w.namespace + "_app"
		_, err := w.aws.CreateRole(ctx, &sdk.CreateRoleInput{RoleName: &name, AssumeRolePolicyDocument: aws.String(
			`{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":{"Service":"ec2.amazonaws.com"},` +
				`"Action":"sts:AssumeRole"}}`)})
		Expect(err).NotTo(HaveOccurred())
		w.sim.ResetCalls()
		role := w.create(ctx, w.role("app", v1alpha1.RoleTypeTask))
		expectNotReady(role, v1alpha1.ReasonOwnershipConflict, v1alpha1.ConditionStalled, "adoptionPolicy")
		Expect(w.writes()).To(BeEmpty())
		w.delete(ctx, role)
		Expect(exists(ctx, keyOf(role))).To(BeFalse())
		w.iamRole(name)
	})
})
