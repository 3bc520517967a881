// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers_test

import (
	"context"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	sdk "github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	ststypes "github.com/aws/aws-sdk-go-v2/service/sts/types"
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	ctrl "sigs.k8s.io/controller-runtime"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/internal/iam/iamsim"
)

const (
	// hub is the account of the controller's own credentials where an account is reached by a role.
	hub         = "999900001111"
	hubRoot     = "arn:aws:iam::999900001111:root"
	adminPolicy = "arn:aws:iam::aws:policy/AdministratorAccess"
)

// in is a client of an account's operator.
func (w *world) in(account string) *sdk.Client {
	config := w.awsConfig()
	config.Credentials = credentials.NewStaticCredentialsProvider(account, "secret", "")
	return sdk.NewFromConfig(config)
}

// trustedBy lets a principal assume a role with an external id and session tags.
func trustedBy(principal, externalID string) string {
	return `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"` + principal + `"},` +
		`"Action":["sts:AssumeRole","sts:TagSession"],"Condition":{"StringEquals":{"sts:ExternalId":"` + externalID + `"}}}]}`
}

// assumable creates an administrator's role in an account and returns its ARN.
func (w *world) assumable(ctx context.Context, account, name, trust string) string {
	GinkgoHelper()
	client := w.in(account)
	out, err := client.CreateRole(ctx, &sdk.CreateRoleInput{RoleName: aws.String(name), AssumeRolePolicyDocument: aws.String(trust)})
	Expect(err).NotTo(HaveOccurred())
	_, err = client.AttachRolePolicy(ctx, &sdk.AttachRolePolicyInput{RoleName: aws.String(name), PolicyArn: aws.String(adminPolicy)})
	Expect(err).NotTo(HaveOccurred())
	return *out.Role.Arn
}

// reached has the controller, whose own credentials are those of another account, reach the world's account by a role.
func (w *world) reached(ctx context.Context, changes ...func(*v1alpha1.AssumeRole)) {
	GinkgoHelper()
	arn := w.assumable(ctx, w.sim.AccountID(), "member", trustedBy(hubRoot, "shared"))
	role := &v1alpha1.AssumeRole{AssumeRoleHop: v1alpha1.AssumeRoleHop{RoleARN: arn, ExternalID: "shared"}}
	for _, change := range changes {
		change(role)
	}
	w.updateAccount(ctx, func(a *v1alpha1.AWSAccount) { a.Spec.AssumeRole = role })
	w.sim.SetPolicyEnforcement(true)
	w.accessKey = hub
	w.restart()
	w.clock.Step(time.Minute)
	w.sim.ResetCalls()
}

// checked makes a pass over the world's AWSAccount and returns what it says of Ready.
func (w *world) checked(ctx context.Context) *metav1.Condition {
	GinkgoHelper()
	key := types.NamespacedName{Name: w.account.Name}
	_, err := w.accounts.Reconcile(ctx, ctrl.Request{NamespacedName: key})
	Expect(err).NotTo(HaveOccurred())
	Expect(api.Get(ctx, key, w.account)).To(Succeed())
	ready := meta.FindStatusCondition(w.account.Status.Conditions, v1alpha1.ConditionReady)
	Expect(ready).NotTo(BeNil())
	return ready
}

// assumed counts the calls of AssumeRole since the last reset.
func (w *world) assumed() int { return iamsim.Count(w.sim.Calls(), "AssumeRole") }

var _ = Describe("an account that is reached by a role", func() {
	It("gets its roles, and says who the controller is in it", func(ctx context.Context) {
		w := newWorld(ctx)
		w.reached(ctx, func(r *v1alpha1.AssumeRole) {
			r.SessionName, r.SessionTags = "prod@eu", map[string]v1alpha1.SessionTagValue{"team": "platform"}
		})
		Expect(w.checked(ctx).Status).To(Equal(metav1.ConditionTrue))
		Expect(w.account.Status.CallerARN).To(Equal("arn:aws:sts::" + w.sim.AccountID() + ":assumed-role/member/prod@eu"))
		role := w.ready(ctx, w.role("app", v1alpha1.RoleTypeTask))
		w.iamRole(nameOf(role))
		Expect(w.sim.In(hub).Roles()).To(BeEmpty())
		w.expectNothingToDo(ctx, role)
	})

	It("is reached over roles of other accounts", func(ctx context.Context) {
		w := newWorld(ctx)
		first := w.assumable(ctx, hub, "first", trustedBy(hubRoot, "one"))
		second := w.assumable(ctx, "888800002222", "second", trustedBy(first, "two"))
		w.reached(ctx, func(r *v1alpha1.AssumeRole) {
			r.RoleARN, r.ExternalID = w.assumable(ctx, w.sim.AccountID(), "last", trustedBy(second, "three")), "three"
			r.Via = []v1alpha1.AssumeRoleHop{{RoleARN: first, ExternalID: "one"}, {RoleARN: second, ExternalID: "two"}}
		})
		w.ready(ctx, w.role("app", v1alpha1.RoleTypeTask))
	})

	It("asks STS once for the lifetime of its credentials, and never in between", func(ctx context.Context) {
		w := newWorld(ctx)
		w.reached(ctx)
		role := w.ready(ctx, w.role("app", v1alpha1.RoleTypeTask))
		w.sim.ResetCalls()
		for range 4 { // 44 minutes of the 50 after which they are renewed
			w.expectNothingToDo(ctx, role)
		}
		Expect(w.assumed()).To(BeZero())
		w.expectNothingToDo(ctx, role)
		Expect(w.assumed()).To(Equal(1))
	})

	It("refuses a wrong external id, and is reached at once when it is corrected", func(ctx context.Context) {
		w := newWorld(ctx)
		w.reached(ctx, func(r *v1alpha1.AssumeRole) { r.ExternalID = "guessed" })
		ready := w.checked(ctx)
		Expect(ready.Reason).To(Equal(string(v1alpha1.ReasonAccessDenied)))
		Expect(ready.Message).To(And(ContainSubstring("role/member"), ContainSubstring("external id")))
		Expect(ready.Message).NotTo(ContainSubstring("guessed"))
		Expect(w.account.Status.DriftDetection).To(BeZero(), "nothing was read yet")
		role := w.create(ctx, w.role("app", v1alpha1.RoleTypeTask))
		expectNotReady(role, v1alpha1.ReasonAccessDenied, v1alpha1.ConditionStalled, "sts:AssumeRole", "role/member")
		Expect(iamsim.Writes(w.sim.Calls())).To(BeEmpty())

		w.updateAccount(ctx, func(a *v1alpha1.AWSAccount) { a.Spec.AssumeRole.ExternalID = "shared" })
		Expect(w.checked(ctx).Status).To(Equal(metav1.ConditionTrue))
		w.settle(ctx, role)
		expectReady(role)
	})

	It("names the role of a chain that cannot be assumed", func(ctx context.Context) {
		w := newWorld(ctx)
		first := w.assumable(ctx, hub, "first", trustedBy(hubRoot, "other"))
		w.reached(ctx, func(r *v1alpha1.AssumeRole) {
			r.Via = []v1alpha1.AssumeRoleHop{{RoleARN: first, ExternalID: "one"}}
		})
		Expect(w.checked(ctx).Message).To(And(ContainSubstring("role/first"), Not(ContainSubstring("role/member"))))
	})

	It("that is another one is told from its declaration before anything is read or written", func(ctx context.Context) {
		w := newWorld(ctx)
		w.reached(ctx, func(r *v1alpha1.AssumeRole) {
			r.RoleARN = w.assumable(ctx, "888800002222", "elsewhere", trustedBy(hubRoot, "shared"))
		})
		ready := w.checked(ctx)
		Expect(ready.Reason).To(Equal(string(v1alpha1.ReasonAccountMismatch)))
		Expect(ready.Message).To(ContainSubstring("spec.assumeRole.roleARN"))
		Expect(w.account.Status.CallerARN).To(ContainSubstring("888800002222"))
		role := w.create(ctx, w.role("app", v1alpha1.RoleTypeTask))
		expectNotReady(role, v1alpha1.ReasonReferenceNotReady, v1alpha1.ConditionReconciling, w.account.Name, "spec.assumeRole.roleARN")
		w.delete(ctx, role)
		for _, call := range w.sim.Calls() {
			Expect(call.Service).To(Equal("sts"), call.Action)
		}
	})

	It("whose credentials end in the middle of a plan is worked on with new ones", func(ctx context.Context) {
		w := newWorld(ctx)
		w.reached(ctx)
		role := w.role("app", v1alpha1.RoleTypeTask, func(r *v1alpha1.ECSRole) { r.Spec.Statements = []v1alpha1.Statement{statement("s3:GetObject")} })
		w.sim.FailNth("PutRolePolicy", 1, "ExpiredToken")
		Expect(api.Create(ctx, role)).To(Succeed())
		w.settle(ctx, role)
		expectReady(role)
		Expect(w.assumed()).To(Equal(2))
		Expect(w.events.reasons()).To(Equal([]string{"Created"}))
	})

	It("that disappears leaves its objects as they are, and says which role is missing", func(ctx context.Context) {
		w := newWorld(ctx)
		w.reached(ctx)
		role := w.ready(ctx, w.role("app", v1alpha1.RoleTypeTask))
		w.sim.Fail("", "InvalidClientTokenId", -1, func(c iamsim.Call) bool { return c.Account == w.sim.AccountID() })
		w.sim.Deny("AssumeRole")
		for range 8 {
			w.resync(ctx, role)
		}
		c := condition(role, v1alpha1.ConditionReady)
		Expect(c.Status).To(Equal(metav1.ConditionFalse))
		Expect(c.Reason).To(Equal(string(v1alpha1.ReasonAccessDenied)), c.Message)
		Expect(c.Message).To(ContainSubstring("role/member"))
		Expect(w.checked(ctx).Reason).To(Equal(string(v1alpha1.ReasonAccessDenied)))
		Expect(role.Status.RoleARN).NotTo(BeEmpty())
		Expect(iamsim.Writes(w.sim.Calls())).To(BeEmpty())

		w.sim.ClearFaults()
		w.settle(ctx, role)
		expectReady(role)
		Expect(w.writes()).To(BeEmpty())
	})

	It("is reached from EKS Pod Identity, whose session tags are handed on by themselves", func(ctx context.Context) {
		w := newWorld(ctx)
		pod := w.assumable(ctx, hub, "pod", trustedBy(hubRoot, "agent"))
		member := w.assumable(ctx, w.sim.AccountID(), "tagged", trustedBy(pod, "shared"))
		w.reached(ctx, func(r *v1alpha1.AssumeRole) {
			r.RoleARN, r.SessionTags = member, map[string]v1alpha1.SessionTagValue{"team": "platform"}
		})
		w.accessKey = w.podIdentity(ctx, pod)
		w.restart()
		w.resync(ctx, w.ready(ctx, w.role("app", v1alpha1.RoleTypeTask)))
		calls := w.sim.Calls()
		Expect(calls[len(calls)-1].SessionTags).To(And(
			HaveKeyWithValue("team", "platform"), HaveKeyWithValue("kubernetes-namespace", "ecs-iam-system")))
	})
})

// podIdentity returns the access key of a session as EKS Pod Identity makes it.
func (w *world) podIdentity(ctx context.Context, role string) string {
	GinkgoHelper()
	config := w.awsConfig()
	config.Credentials = credentials.NewStaticCredentialsProvider(hub, "secret", "")
	in := &sts.AssumeRoleInput{RoleArn: aws.String(role), RoleSessionName: aws.String("eks-cluster-pod"), ExternalId: aws.String("agent")}
	for key, value := range map[string]string{
		"eks-cluster-arn": "arn:aws:eks:eu-west-1:999900001111:cluster/prod", "eks-cluster-name": "prod",
		"kubernetes-namespace": "ecs-iam-system", "kubernetes-service-account": "ecs-iam-controller",
		"kubernetes-pod-name": "controller-0", "kubernetes-pod-uid": "a-b-c",
	} {
		in.Tags = append(in.Tags, ststypes.Tag{Key: aws.String(key), Value: aws.String(value)})
		in.TransitiveTagKeys = append(in.TransitiveTagKeys, key)
	}
	out, err := sts.NewFromConfig(config).AssumeRole(ctx, in)
	Expect(err).NotTo(HaveOccurred())
	return *out.Credentials.AccessKeyId
}
