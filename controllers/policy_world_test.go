// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers_test

import (
	"context"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/iam"
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/internal/desired"
	"github.com/ecsiam/ecs-iam-controller/internal/iam/iamsim"
)

// attaching lets the namespace attach policies to users that begin with ci- and to the group staff.
func attaching(a *v1alpha1.AWSAccount) {
	a.Spec.Guardrails.AttachTo = &v1alpha1.AttachToGuardrail{
		Users: []v1alpha1.EntityNamePattern{"ci-*", "missing"}, Groups: []v1alpha1.EntityNamePattern{"staff", "missing"},
	}
}

// newPolicyWorld is a world with the users ci-build, ci-deploy and admin and the group staff.
func newPolicyWorld(ctx context.Context, tweaks ...func(*v1alpha1.AWSAccount)) *world {
	GinkgoHelper()
	w := newWorld(ctx, append([]func(*v1alpha1.AWSAccount){attaching}, tweaks...)...)
	w.people(ctx)
	return w
}

func (w *world) people(ctx context.Context) {
	GinkgoHelper()
	for _, name := range []string{"ci-build", "ci-deploy", "admin"} {
		_, err := w.aws.CreateUser(ctx, &sdk.CreateUserInput{UserName: aws.String(name)})
		Expect(err).NotTo(HaveOccurred())
	}
	_, err := w.aws.CreateGroup(ctx, &sdk.CreateGroupInput{GroupName: aws.String("staff")})
	Expect(err).NotTo(HaveOccurred())
	w.sim.ResetCalls()
}

func statement(actions ...v1alpha1.Action) v1alpha1.Statement {
	return v1alpha1.Statement{
		Effect: v1alpha1.EffectAllow, Actions: actions,
		Resources: []v1alpha1.ResourcePattern{"arn:{partition}:s3:::{namespace}-orders/*"},
	}
}

// policy returns an ECSPolicy of the world with one statement, changed by tweaks; it is not created yet.
func (w *world) policy(name string, tweaks ...func(*v1alpha1.ECSPolicy)) *v1alpha1.ECSPolicy {
	object := &v1alpha1.ECSPolicy{
		ObjectMeta: metav1.ObjectMeta{Namespace: w.namespace, Name: name},
		Spec: v1alpha1.ECSPolicySpec{
			AccountRef: v1alpha1.AccountReference{Name: w.account.Name},
			Statements: []v1alpha1.Statement{statement("s3:GetObject")},
		},
	}
	for _, tweak := range tweaks {
		tweak(object)
	}
	return object
}

func toUsers(names ...string) func(*v1alpha1.ECSPolicy) {
	return func(object *v1alpha1.ECSPolicy) {
		if object.Spec.AttachTo == nil {
			object.Spec.AttachTo = &v1alpha1.AttachTo{}
		}
		object.Spec.AttachTo.Users = nil
		for _, name := range names {
			object.Spec.AttachTo.Users = append(object.Spec.AttachTo.Users, v1alpha1.UserReference{Name: name})
		}
	}
}

func toGroup(name string) func(*v1alpha1.ECSPolicy) {
	return func(object *v1alpha1.ECSPolicy) {
		if object.Spec.AttachTo == nil {
			object.Spec.AttachTo = &v1alpha1.AttachTo{}
		}
		object.Spec.AttachTo.Groups = []v1alpha1.GroupReference{{Name: name}}
	}
}

func ignoring(patterns ...v1alpha1.AttachmentPattern) func(*v1alpha1.ECSPolicy) {
	return func(object *v1alpha1.ECSPolicy) {
		object.Spec.Ignore = &v1alpha1.PolicyIgnore{Attachments: patterns}
	}
}

// standing is what all kinds have in common of an object, as a role, for the helpers that look at conditions.
func standing(object *v1alpha1.ECSPolicy) *v1alpha1.ECSRole {
	return &v1alpha1.ECSRole{ObjectMeta: object.ObjectMeta, Status: v1alpha1.ECSRoleStatus{
		SharedStatus: object.Status.SharedStatus,
	}}
}

// passPolicy makes one pass over a policy, reads it again when it still exists, and checks that its status conforms.
func (w *world) passPolicy(ctx context.Context, object *v1alpha1.ECSPolicy) ctrl.Result {
	GinkgoHelper()
	result, err := w.policies.Reconcile(ctx, ctrl.Request{NamespacedName: client.ObjectKeyFromObject(object)})
	Expect(err).NotTo(HaveOccurred())
	if policyExists(ctx, object) {
		expectConformingStatus(standing(object))
	}
	return result
}

func policyExists(ctx context.Context, object *v1alpha1.ECSPolicy) bool {
	GinkgoHelper()
	fresh := &v1alpha1.ECSPolicy{}
	err := api.Get(ctx, client.ObjectKeyFromObject(object), fresh)
	Expect(client.IgnoreNotFound(err)).To(Succeed())
	if err != nil {
		return false
	}
	*object = *fresh
	return true
}

// settlePolicy makes passes until the next is due only at the resync or the object is gone. It fails after 20.
func (w *world) settlePolicy(ctx context.Context, object *v1alpha1.ECSPolicy) {
	GinkgoHelper()
	for range 20 {
		wait := w.passPolicy(ctx, object).RequeueAfter
		if wait == 0 || wait >= 5*time.Minute || !policyExists(ctx, object) {
			return
		}
		w.clock.Step(wait)
	}
	Fail(fmt.Sprintf("%s does not settle; its conditions: %v", object.Name, object.Status.Conditions))
}

// createPolicy creates a policy and settles it.
func (w *world) createPolicy(ctx context.Context, object *v1alpha1.ECSPolicy) *v1alpha1.ECSPolicy {
	GinkgoHelper()
	Expect(api.Create(ctx, object)).To(Succeed())
	w.settlePolicy(ctx, object)
	return object
}

// readyPolicy creates a policy and settles it, and expects it to be Ready.
func (w *world) readyPolicy(ctx context.Context, object *v1alpha1.ECSPolicy) *v1alpha1.ECSPolicy {
	GinkgoHelper()
	w.createPolicy(ctx, object)
	expectReady(standing(object))
	w.sim.ResetCalls()
	w.events.reset()
	return object
}

// resyncPolicy lets the resync interval pass and settles the object again.
func (w *world) resyncPolicy(ctx context.Context, object *v1alpha1.ECSPolicy) {
	GinkgoHelper()
	w.clock.Step(11 * time.Minute)
	w.settlePolicy(ctx, object)
}

// updatePolicy changes a policy and settles it.
func (w *world) updatePolicy(ctx context.Context, object *v1alpha1.ECSPolicy, change func(*v1alpha1.ECSPolicy)) {
	GinkgoHelper()
	before := object.DeepCopy()
	change(object)
	Expect(api.Patch(ctx, object, client.MergeFrom(before))).To(Succeed())
	w.settlePolicy(ctx, object)
}

// deletePolicy deletes a policy and settles its deletion.
func (w *world) deletePolicy(ctx context.Context, object *v1alpha1.ECSPolicy) {
	GinkgoHelper()
	Expect(api.Delete(ctx, object)).To(Succeed())
	w.settlePolicy(ctx, object)
}

// iamPolicy returns the policy of an object in IAM.
func (w *world) iamPolicy(object *v1alpha1.ECSPolicy) (iamsim.Policy, bool) {
	for _, p := range w.sim.In(w.sim.AccountID()).Policies() {
		if p.Name == desired.PolicyName(object, nil) {
			return p, true
		}
	}
	return iamsim.Policy{}, false
}

// attached tells who has the policy in IAM, as user/<name> and so on.
func (w *world) attached(object *v1alpha1.ECSPolicy) []string {
	return w.using(policyARN(object))
}

func (w *world) using(arn string) []string {
	var all []string
	look := func(kind string, identity iamsim.Identity) {
		for _, has := range identity.AttachedPolicies {
			if has == arn {
				all = append(all, kind+"/"+identity.Name)
			}
		}
	}
	account := w.sim.In(w.sim.AccountID())
	for _, group := range account.Groups() {
		look("group", group.Identity)
	}
	for _, role := range account.Roles() {
		look("role", role.Identity)
	}
	for _, user := range account.Users() {
		look("user", user.Identity)
	}
	return all
}

func policyARN(object *v1alpha1.ECSPolicy) string {
	return "arn:aws:iam::111122223333:policy/" + desired.PolicyName(object, nil)
}

func (w *world) attachUser(ctx context.Context, user, arn string) {
	GinkgoHelper()
	_, err := w.aws.AttachUserPolicy(ctx, &sdk.AttachUserPolicyInput{UserName: &user, PolicyArn: &arn})
	Expect(err).NotTo(HaveOccurred())
	w.sim.ResetCalls()
}

func (w *world) detachUser(ctx context.Context, user, arn string) {
	GinkgoHelper()
	_, err := w.aws.DetachUserPolicy(ctx, &sdk.DetachUserPolicyInput{UserName: &user, PolicyArn: &arn})
	Expect(err).NotTo(HaveOccurred())
	w.sim.ResetCalls()
}

// newVersion makes a version of a policy behind the controller's back.
func (w *world) newVersion(ctx context.Context, arn, document string, isDefault bool) {
	GinkgoHelper()
	_, err := w.aws.CreatePolicyVersion(ctx,
		&sdk.CreatePolicyVersionInput{PolicyArn: &arn, PolicyDocument: &document, SetAsDefault: isDefault})
	Expect(err).NotTo(HaveOccurred())
	w.sim.ResetCalls()
}

// strangerPolicy creates a policy behind the controller's back.
func (w *world) strangerPolicy(ctx context.Context, name, path, document string) string {
	GinkgoHelper()
	out, err := w.aws.CreatePolicy(ctx, &sdk.CreatePolicyInput{
		PolicyName: &name, PolicyDocument: &document, Path: &path,
	})
	Expect(err).NotTo(HaveOccurred())
	w.sim.ResetCalls()
	return aws.ToString(out.Policy.Arn)
}
