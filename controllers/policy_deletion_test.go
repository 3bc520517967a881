// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers_test

import (
	"context"
	"fmt"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/google/go-cmp/cmp"
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/internal/iam/iamsim"
)

var _ = Describe("deleting a policy", func() {
	It("detaches it, deletes its versions and then itself", func(ctx context.Context) {
		w := newPolicyWorld(ctx)
		object := w.readyPolicy(ctx, w.policy("orders", toUsers("ci-build"), toGroup("staff")))
		w.newVersion(ctx, policyARN(object), allowAll, true)
		w.deletePolicy(ctx, object)
		Expect(policyExists(ctx, object)).To(BeFalse())
		Expect(w.writes()).To(Equal([]string{
			"DetachUserPolicy", "DetachGroupPolicy", "DeletePolicyVersion", "DeletePolicy",
		}))
		Expect(w.events.reasons()).To(Equal([]string{"Deleted"}))
	})

	It("is blocked by a role that names it by its ARN, attached or as its boundary", func(ctx context.Context) {
		for _, names := range []func(*v1alpha1.ECSRole, v1alpha1.PolicyARN){
			func(r *v1alpha1.ECSRole, arn v1alpha1.PolicyARN) {
				r.Spec.ManagedPolicies = []v1alpha1.ManagedPolicy{{ARN: arn}}
			},
			func(r *v1alpha1.ECSRole, arn v1alpha1.PolicyARN) { r.Spec.PermissionsBoundary = arn },
		} {
			w := newPolicyWorld(ctx)
			object := w.readyPolicy(ctx, w.policy("orders"))
			role := w.ready(ctx, w.role("app", v1alpha1.RoleTypeTask, func(r *v1alpha1.ECSRole) {
				names(r, "arn:{partition}:iam::{accountID}:policy/{namespace}_orders")
			}))
			w.deletePolicy(ctx, object)
			expectNotReady(standing(object), v1alpha1.ReasonDeletionBlocked, v1alpha1.ConditionStalled, nameOf(role))
			Expect(w.writes()).To(BeEmpty())
		}
	})

	It("is blocked by a role that refers to it until that is gone", func(ctx context.Context) {
		w := newPolicyWorld(ctx)
		object := w.readyPolicy(ctx, w.policy("orders", toUsers("ci-build")))
		role := w.role("app", v1alpha1.RoleTypeTask, func(r *v1alpha1.ECSRole) {
			r.Spec.ManagedPolicies = []v1alpha1.ManagedPolicy{{PolicyRef: &v1alpha1.PolicyReference{Name: "orders"}}}
		})
		Expect(api.Create(ctx, role)).To(Succeed())
		w.strangerRole(ctx, nameOf(role))
		w.attach(ctx, nameOf(role), policyARN(object))

		w.deletePolicy(ctx, object)
		expectNotReady(standing(object), v1alpha1.ReasonDeletionBlocked, v1alpha1.ConditionStalled, "role "+nameOf(role))
		Expect(w.attached(object)).To(Equal([]string{"role/" + nameOf(role)}))
		Expect(w.writes()).To(Equal([]string{"DetachUserPolicy"}))

		Expect(api.Delete(ctx, role)).To(Succeed())
		w.settlePolicy(ctx, object)
		Expect(policyExists(ctx, object)).To(BeFalse())
		Expect(w.attached(object)).To(BeEmpty())
	})

	It("is blocked by those that it bounds and by attachments that are ignored, by name", func(ctx context.Context) {
		w := newPolicyWorld(ctx)
		object := w.readyPolicy(ctx, w.policy("orders", ignoring("user/admin")))
		arn, name := policyARN(object), "bounded"
		w.strangerRole(ctx, name)
		_, err := w.aws.PutRolePermissionsBoundary(ctx,
			&sdk.PutRolePermissionsBoundaryInput{RoleName: &name, PermissionsBoundary: &arn})
		Expect(err).NotTo(HaveOccurred())
		w.attachUser(ctx, "admin", arn)
		w.deletePolicy(ctx, object)
		expectNotReady(standing(object), v1alpha1.ReasonDeletionBlocked, v1alpha1.ConditionStalled,
			"role bounded (as its permissions boundary)", "user admin")
		Expect(w.writes()).To(BeEmpty())
	})

	It("leaves it in AWS with Retain, under Observe and when abandoned", func(ctx context.Context) {
		for sentence, tweak := range map[string]func(*v1alpha1.ECSPolicy){
			"retain":  func(p *v1alpha1.ECSPolicy) { p.Spec.DeletionPolicy = v1alpha1.DeletionRetain },
			"observe": func(p *v1alpha1.ECSPolicy) { p.Spec.ReconcilePolicy = v1alpha1.ReconcileObserve },
			"abandon": func(*v1alpha1.ECSPolicy) {},
		} {
			w := newPolicyWorld(ctx)
			object := w.readyPolicy(ctx, w.policy("orders", toUsers("ci-build")))
			w.updatePolicy(ctx, object, tweak)
			if sentence == "abandon" {
				w.approve(ctx, object, v1alpha1.ApproveAbandon)
			}
			w.deletePolicy(ctx, object)
			Expect(policyExists(ctx, object)).To(BeFalse(), sentence)
			Expect(w.attached(object)).To(Equal([]string{"user/ci-build"}), sentence)
			stored, _ := w.iamPolicy(object)
			Expect(stored.Tags).To(HaveLen(1))
			if sentence == "abandon" {
				Expect(stored.Tags[0].Key).To(Equal(v1alpha1.TagOwner))
			} else {
				Expect(stored.Tags[0].Key).To(Equal(v1alpha1.TagReleased), sentence)
			}
			Expect(w.events.reasons()).To(ContainElement("Released"))
		}
	})

	It("waits while paused", func(ctx context.Context) {
		w := newPolicyWorld(ctx)
		object := w.readyPolicy(ctx, w.policy("orders"))
		w.updatePolicy(ctx, object, func(p *v1alpha1.ECSPolicy) {
			metav1.SetMetaDataAnnotation(&p.ObjectMeta, v1alpha1.AnnotationPaused, "true")
		})
		w.deletePolicy(ctx, object)
		Expect(policyExists(ctx, object)).To(BeTrue())
		Expect(w.writes()).To(BeEmpty())
		w.updatePolicy(ctx, object, func(p *v1alpha1.ECSPolicy) { p.Annotations = nil })
		Expect(policyExists(ctx, object)).To(BeFalse())
	})
})

// policyChanges take the controller several calls.
var policyChanges = map[string]struct {
	given func(*world) *v1alpha1.ECSPolicy
	when  func(context.Context, *world, *v1alpha1.ECSPolicy)
}{
	"creating a policy": {
		given: func(w *world) *v1alpha1.ECSPolicy { return w.policy("orders", toUsers("ci-build"), toGroup("staff")) },
	},
	"updating a policy": {
		given: func(w *world) *v1alpha1.ECSPolicy { return w.policy("orders", toUsers("ci-build")) },
		when: func(ctx context.Context, w *world, object *v1alpha1.ECSPolicy) {
			for range 4 {
				w.newVersion(ctx, policyARN(object), allowAll, false)
			}
			object.Spec.Statements = []v1alpha1.Statement{statement("s3:PutObject")}
			object.Spec.Tags = map[string]string{"team": "orders"}
			toUsers("ci-deploy")(object)
			toGroup("staff")(object)
			Expect(api.Update(ctx, object)).To(Succeed())
		},
	},
	"deleting a policy": {
		given: func(w *world) *v1alpha1.ECSPolicy { return w.policy("orders", toUsers("ci-build"), toGroup("staff")) },
		when: func(ctx context.Context, w *world, object *v1alpha1.ECSPolicy) {
			w.newVersion(ctx, policyARN(object), allowAll, false)
			Expect(api.Delete(ctx, object)).To(Succeed())
		},
	},
}

var _ = Describe("a controller of policies that dies", func() {
	for sentence, c := range policyChanges {
		begin := func(ctx context.Context, w *world) *v1alpha1.ECSPolicy {
			w.renew()
			w.people(ctx)
			object := c.given(w)
			if c.when == nil {
				Expect(api.Create(ctx, object)).To(Succeed())
			} else {
				w.readyPolicy(ctx, object)
				w.clock.Step(time.Minute)
				c.when(ctx, w, object)
			}
			w.sim.ResetCalls()
			return object
		}
		finish := func(ctx context.Context, w *world, object *v1alpha1.ECSPolicy) (end []string) {
			w.settlePolicy(ctx, object)
			if policyExists(ctx, object) {
				expectReady(standing(object))
				end = append(end, w.policyInAWS(object)...)
				object.Finalizers = nil
				Expect(api.Update(ctx, object)).To(Succeed())
				Expect(api.Delete(ctx, object)).To(Succeed())
			}
			return append(end, w.attached(object)...)
		}
		It("converges from every call of "+sentence+" when it is started again", func(ctx context.Context) {
			w := newWorld(ctx, attaching)
			object := begin(ctx, w)
			want := finish(ctx, w, object)
			writes := w.writes()
			Expect(len(writes)).To(BeNumerically(">", 2))
			for n, action := range writes {
				for _, moment := range []iamsim.Moment{iamsim.Before, iamsim.After} {
					object := begin(ctx, w)
					w.dieAt(ctx, w.policies, object, n, moment)
					w.restart()
					how := fmt.Sprintf("dying %s write %d, %s", moment, n+1, action)
					Expect(cmp.Diff(want, finish(ctx, w, object))).To(BeEmpty(), how)
				}
			}
		})
	}
})

// policyInAWS tells what the policy of an object says in AWS.
func (w *world) policyInAWS(object *v1alpha1.ECSPolicy) []string {
	p, found := w.iamPolicy(object)
	return []string{fmt.Sprint(found, p.ARN, p.Document(), sortedTags(p.Tags))}
}
