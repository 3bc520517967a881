// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers_test

import (
	"context"
	"maps"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/iam"
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/internal/iam/iamsim"
	"github.com/ecsiam/ecs-iam-controller/internal/iam/iamsim/levers"
)

// needless are calls that the controller can do without.
var needless = []string{"GetCallerIdentity", "GetAccountSummary", "GetPolicy", "GetPolicyVersion"}

// distinct returns the actions of the calls, each once, without those that the controller can do without.
func distinct(calls []iamsim.Call) []string {
	counts := iamsim.CountByAction(calls)
	return slices.DeleteFunc(slices.Sorted(maps.Keys(counts)), func(action string) bool {
		return slices.Contains(needless, action)
	})
}

var _ = Describe("an action that AWS denies", func() {
	for _, sentence := range []string{"creating a role", "updating a role", "deleting a role"} {
		c := changes[sentence]
		It("is named in the status when "+sentence+" needs it, and the change is completed once it is allowed", func(ctx context.Context) {
			w := newWorld(ctx, adopting)
			role, _ := c.begin(ctx, w)
			w.sim.ResetCalls()
			w.converge(ctx, role)
			want, actions := w.inAWS(), distinct(w.sim.Calls())
			letGo(ctx, role)
			for _, action := range actions {
				By("denying " + action)
				c.expectEnd(ctx, w, want, "after denying "+action, func(role *v1alpha1.ECSRole) {
					w.sim.Deny(action)
					w.settle(ctx, role)
					expectNotReady(role, v1alpha1.ReasonAccessDenied, v1alpha1.ConditionStalled, "iam:"+action)
					w.sim.Allow()
				})
			}
		})
	}

	DescribeTable("tells who can change that, by what AWS blames", func(ctx context.Context, by levers.Denier, explicit bool, want, never string) {
		w := newWorld(ctx)
		w.sim.AddFault(iamsim.Fault{Action: "PutRolePolicy", Code: "AccessDenied", DeniedBy: by, ExplicitDeny: explicit})
		role := w.role("app", v1alpha1.RoleTypeTask, withStatement)
		Expect(api.Create(ctx, role)).To(Succeed())
		w.settle(ctx, role)
		expectNotReady(role, v1alpha1.ReasonAccessDenied, v1alpha1.ConditionStalled, want)
		Expect(condition(role, v1alpha1.ConditionReady).Message).NotTo(ContainSubstring(never))
	},
		Entry("no Allow", levers.ByIdentity, false, "controller-policy.json", "organization"),
		Entry("a Deny of its own", levers.ByIdentity, true, "remove that Deny", "controller-policy.json"),
		Entry("a service control policy", levers.ByOrganization, true, "administrators of the AWS organization", "controller-policy.json"),
		Entry("a boundary", levers.ByBoundary, false, "permissions boundary", "controller-policy.json"),
		Entry("a session policy", levers.BySession, false, "session policy", "controller-policy.json"),
	)

	It("stops nothing that does not need it", func(ctx context.Context) {
		w := newWorld(ctx)
		w.sim.Deny("PutRolePolicy", "AddRoleToInstanceProfile")
		role := w.role("node", v1alpha1.RoleTypeContainerInstance, full)
		Expect(api.Create(ctx, role)).To(Succeed())
		w.settle(ctx, role)
		expectNotReady(role, v1alpha1.ReasonAccessDenied, v1alpha1.ConditionStalled,
			"iam:PutRolePolicy", "iam:AddRoleToInstanceProfile", "controller-policy.json")
		Expect(w.iamRole(nameOf(role)).AttachedPolicies).To(HaveLen(3))
		Expect(w.sim.In(w.sim.AccountID()).InstanceProfiles()).To(HaveLen(1))
		Expect(role.Status.Plan.Operations).To(HaveLen(2))
		Expect(role.Status.RoleARN).NotTo(BeEmpty())
	})

	It("is no reason to take away what it was to replace", func(ctx context.Context) {
		w := newWorld(ctx)
		role := w.ready(ctx, w.role("app", v1alpha1.RoleTypeTask, withPolicies(ssmReadOnly)))
		w.sim.Deny("AttachRolePolicy")
		w.update(ctx, role, func(r *v1alpha1.ECSRole) { r.Spec.ManagedPolicies[0].ARN = s3ReadOnly })
		w.settle(ctx, role)
		expectNotReady(role, v1alpha1.ReasonAccessDenied, v1alpha1.ConditionStalled, "iam:AttachRolePolicy")
		Expect(w.iamRole(nameOf(role)).AttachedPolicies).To(Equal([]string{ssmReadOnly}))
		Expect(role.Status.Plan.Operations).To(ContainElement(HaveField("Message", ContainSubstring("withheld: waits for"))))
	})

	It("is no obstacle when it only tells the quotas", func(ctx context.Context) {
		w := newWorld(ctx)
		w.sim.Deny("GetAccountSummary")
		w.ready(ctx, w.role("app", v1alpha1.RoleTypeTask, full))
	})

	It("leaves what others attached alone while nobody can tell whether it only denies", func(ctx context.Context) {
		for _, action := range []string{"GetPolicy", "GetPolicyVersion"} {
			w := newWorld(ctx)
			w.sim.Deny(action)
			role := w.ready(ctx, w.role("app", v1alpha1.RoleTypeTask, withStatement))
			w.attach(ctx, nameOf(role), s3ReadOnly)
			w.resync(ctx, role)
			expectNotReady(role, v1alpha1.ReasonAccessDenied, v1alpha1.ConditionStalled, "iam:"+action)
			Expect(w.writes()).To(BeEmpty())
			w.sim.Allow()
			w.converge(ctx, role)
			Expect(w.iamRole(nameOf(role)).AttachedPolicies).To(BeEmpty())
		}
	})
})

var _ = Describe("IAM that fails in the middle", func() {
	It("leaves a role half done and says that it goes on by itself, which it does", func(ctx context.Context) {
		w := newWorld(ctx)
		role := w.role("app", v1alpha1.RoleTypeTask, full)
		w.sim.Fail("AttachRolePolicy", "ServiceFailure", -1, nil)
		w.create(ctx, role)
		expectNotReady(role, v1alpha1.ReasonUnavailable, v1alpha1.ConditionReconciling, "iam:AttachRolePolicy")
		Expect(role.Status.Plan).NotTo(BeZero())
		w.sim.ClearFaults()
		w.converge(ctx, role)
		Expect(role.Status.Plan).To(BeZero())
		Expect(w.iamRole(nameOf(role)).AttachedPolicies).To(HaveLen(2))
	})

	It("is tried no further in the same pass", func(ctx context.Context) {
		w := newWorld(ctx)
		w.sim.Fail("AttachRolePolicy", "ServiceFailure", -1, nil)
		w.create(ctx, w.role("app", v1alpha1.RoleTypeTask, full))
		Expect(iamsim.Failed(w.sim.Calls())).To(HaveLen(1+3), "the role that is absent, and the attempts of one call")
	})

	It("does not count a lost answer as someone else's role", func(ctx context.Context) {
		w := newWorld(ctx)
		w.sim.SetConsistencyLag(iamsim.Lag{Duration: propagation})
		w.sim.SetCrashHook(once(0, iamsim.After))
		role := w.create(ctx, w.role("app", v1alpha1.RoleTypeTask))
		for condition(role, v1alpha1.ConditionReady).Status != "True" {
			Expect(condition(role, v1alpha1.ConditionStalled)).To(BeNil(), "%v", role.Status.Conditions)
			w.clock.Step(w.pass(ctx, role).RequeueAfter)
		}
		Expect(w.writes()).To(HaveEach("CreateRole"))
		Expect(w.events.reasons()).To(ContainElement("Created"), "the pass that finds the role says so")
	})
})

const propagation = 10 * time.Second

var _ = Describe("a throttled role", func() {
	It("says that it goes on by itself, and does", func(ctx context.Context) {
		w := newWorld(ctx)
		w.sim.SetRateLimit(0.5, 5)
		role := w.create(ctx, w.role("app", v1alpha1.RoleTypeTask, full))
		expectNotReady(role, v1alpha1.ReasonThrottled, v1alpha1.ConditionReconciling, "rate of calls", "continues by itself")
		for range 40 {
			w.clock.Step(w.pass(ctx, role).RequeueAfter)
		}
		expectReady(role)
		Expect(w.iamRole(nameOf(role)).AttachedPolicies).To(HaveLen(2))
	})
})

var _ = Describe("a quota that is reached", func() {
	It("of policies on a role is named before any call, and it heals when there is room", func(ctx context.Context) {
		w := newWorld(ctx)
		w.setQuota(func(q *iamsim.Quotas) { q.AttachedPoliciesPerRole = 1 })
		role := w.role("app", v1alpha1.RoleTypeTask, full)
		Expect(api.Create(ctx, role)).To(Succeed())
		w.settle(ctx, role)
		expectNotReady(role, v1alpha1.ReasonLimitExceeded, v1alpha1.ConditionStalled,
			"these are 2 managed policies", `quota "Managed policies per role" is 1`)
		Expect(w.writes()).To(BeEmpty())
		w.setQuota(func(*iamsim.Quotas) {})
		w.clock.Step(time.Hour) // for which the quotas of an account are taken to stay as they are
		w.converge(ctx, role)
		Expect(w.iamRole(nameOf(role)).AttachedPolicies).To(HaveLen(2))
	})

	It("of roles in the account is named", func(ctx context.Context) {
		w := newWorld(ctx)
		w.setQuota(func(q *iamsim.Quotas) { q.Roles = 1 })
		w.strangerRole(ctx, "theirs")
		role := w.create(ctx, w.role("app", v1alpha1.RoleTypeTask))
		expectNotReady(role, v1alpha1.ReasonLimitExceeded, v1alpha1.ConditionStalled, "iam:CreateRole")
	})

	It("makes an exchange of policies take away before it adds", func(ctx context.Context) {
		for quota, order := range map[int][]string{
			1: {"DetachRolePolicy", "AttachRolePolicy"},
			2: {"AttachRolePolicy", "DetachRolePolicy"},
		} {
			w := newWorld(ctx)
			w.setQuota(func(q *iamsim.Quotas) { q.AttachedPoliciesPerRole = quota })
			role := w.ready(ctx, w.role("app", v1alpha1.RoleTypeTask, withPolicies(ssmReadOnly)))
			w.update(ctx, role, func(r *v1alpha1.ECSRole) { r.Spec.ManagedPolicies[0].ARN = s3ReadOnly })
			w.settle(ctx, role)
			expectReady(role)
			Expect(w.writes()).To(Equal(order))
		}
	})
})

func (w *world) setQuota(change func(*iamsim.Quotas)) {
	quotas := iamsim.DefaultQuotas()
	change(&quotas)
	w.sim.SetQuotas(quotas)
}

var _ = Describe("a permissions boundary that does not exist", func() {
	const arn = "arn:{partition}:iam::{accountID}:policy/boundary"

	createBoundary := func(ctx context.Context, w *world) {
		_, err := w.aws.CreatePolicy(ctx, &sdk.CreatePolicyInput{
			PolicyName: aws.String("boundary"), PolicyDocument: aws.String(allowAll),
		})
		Expect(err).NotTo(HaveOccurred())
	}

	It("keeps a role from being created without it, and heals when it exists", func(ctx context.Context) {
		w := newWorld(ctx)
		role := w.role("app", v1alpha1.RoleTypeTask, func(r *v1alpha1.ECSRole) { r.Spec.PermissionsBoundary = arn })
		Expect(api.Create(ctx, role)).To(Succeed())
		w.settle(ctx, role)
		expectNotReady(role, v1alpha1.ReasonNotFoundInAWS, v1alpha1.ConditionStalled, "spec.permissionsBoundary")
		Expect(w.sim.Roles()).To(BeEmpty())
		createBoundary(ctx, w)
		w.converge(ctx, role)
		Expect(w.iamRole(nameOf(role)).PermissionsBoundary).To(HaveSuffix("policy/boundary"))
	})

	It("stops nothing that it does not limit, and heals when it exists", func(ctx context.Context) {
		w := newWorld(ctx)
		role := w.ready(ctx, w.role("app", v1alpha1.RoleTypeTask))
		w.update(ctx, role, func(r *v1alpha1.ECSRole) {
			r.Spec.PermissionsBoundary, r.Spec.Description, r.Spec.Tags = arn, "new", map[string]string{"team": "payments"}
		})
		w.settle(ctx, role)
		expectNotReady(role, v1alpha1.ReasonNotFoundInAWS, v1alpha1.ConditionStalled, "spec.permissionsBoundary")
		Expect(w.iamRole(nameOf(role)).Description).To(Equal("new"))
		Expect(w.iamRole(nameOf(role)).Tags).To(ContainElement(iamsim.Tag{Key: "team", Value: "payments"}))
		createBoundary(ctx, w)
		w.converge(ctx, role)
		Expect(w.iamRole(nameOf(role)).PermissionsBoundary).To(HaveSuffix("policy/boundary"))
	})
})

var _ = Describe("content that only IAM refuses", func() {
	It("is reported with the field that holds it, and everything else is applied", func(ctx context.Context) {
		w := newWorld(ctx)
		w.sim.AddFault(iamsim.Fault{
			Action: "PutRolePolicy", Code: "MalformedPolicyDocument", Message: "Vendor s3 is not valid",
		})
		role := w.role("app", v1alpha1.RoleTypeTask, full)
		Expect(api.Create(ctx, role)).To(Succeed())
		w.settle(ctx, role)
		expectNotReady(role, v1alpha1.ReasonPolicyRejected, v1alpha1.ConditionStalled,
			"iam:PutRolePolicy: MalformedPolicyDocument", "spec.statements")
		Expect(w.iamRole(nameOf(role)).AttachedPolicies).To(HaveLen(2))
		w.sim.ClearFaults()
		w.update(ctx, role, func(r *v1alpha1.ECSRole) { r.Spec.Statements[0].Sid = "Other" })
		w.converge(ctx, role)
	})
})

var _ = Describe("a role whose name differs from ours in case only", func() {
	It("is a conflict that is looked at again slowly, and is never touched", func(ctx context.Context) {
		w := newWorld(ctx)
		w.strangerRole(ctx, "Checkout")
		role := w.create(ctx, w.role("app", v1alpha1.RoleTypeTask, func(r *v1alpha1.ECSRole) { r.Spec.RoleName = "checkout" }))
		expectNotReady(role, v1alpha1.ReasonOwnershipConflict, v1alpha1.ConditionStalled, "different capitalization")
		Expect(w.pass(ctx, role).RequeueAfter).To(Equal(slowly))
		w.delete(ctx, role)
		Expect(exists(ctx, keyOf(role))).To(BeFalse())
		Expect(w.sim.Roles()).To(HaveLen(1))
		Expect(w.writes()).To(HaveEach("CreateRole"))
	})
})
