// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"
	"github.com/google/go-cmp/cmp"
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/internal/iam/iamsim"
	"github.com/ecsiam/ecs-iam-controller/internal/pass"
)

// change is something that a user asks for and that takes the controller several calls.
type change struct {
	// given prepares the world and returns the object, which exists when there is something to change.
	given func(context.Context, *world) *v1alpha1.ECSRole
	// when asks for the change, and makes no pass.
	when func(context.Context, *world, *v1alpha1.ECSRole)
}

const (
	powerUser = "arn:aws:iam::aws:policy/PowerUserAccess"
	readOnly  = "arn:aws:iam::aws:policy/ReadOnlyAccess"
	allowAll  = `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}`
)

func full(role *v1alpha1.ECSRole) {
	withStatement(role)
	withPolicies(ssmReadOnly, s3ReadOnly)(role)
	role.Spec.Tags = map[string]string{"team": "payments", "stage": "test"}
	role.Spec.PermissionsBoundary = powerUser
	role.Spec.Description = "before"
}

var changes = map[string]change{
	"creating a role": {
		given: func(_ context.Context, w *world) *v1alpha1.ECSRole {
			return w.role("node", v1alpha1.RoleTypeContainerInstance, full)
		},
		when: func(ctx context.Context, _ *world, role *v1alpha1.ECSRole) {
			Expect(api.Create(ctx, role)).To(Succeed())
		},
	},
	"updating a role": {
		given: func(ctx context.Context, w *world) *v1alpha1.ECSRole {
			return w.ready(ctx, w.role("node", v1alpha1.RoleTypeContainerInstance, full))
		},
		when: updateEverything,
	},
	"adopting a role": {
		given: func(ctx context.Context, w *world) *v1alpha1.ECSRole {
			name := w.namespace + "_node"
			w.strangerRole(ctx, name, types.Tag{Key: aws.String("stage"), Value: aws.String("old")})
			w.putInline(ctx, name, "backdoor", allowAll)
			w.attach(ctx, name, readOnly)
			w.strangerProfile(ctx, name, name)
			return w.role("node", v1alpha1.RoleTypeContainerInstance, full, func(r *v1alpha1.ECSRole) {
				r.Spec.AdoptionPolicy = v1alpha1.AdoptionAdopt
			})
		},
		when: func(ctx context.Context, _ *world, role *v1alpha1.ECSRole) {
			Expect(api.Create(ctx, role)).To(Succeed())
		},
	},
	"deleting a role": {
		given: func(ctx context.Context, w *world) *v1alpha1.ECSRole {
			role := w.ready(ctx, w.role("node", v1alpha1.RoleTypeContainerInstance, full))
			w.putInline(ctx, nameOf(role), "backdoor", allowAll)
			return role
		},
		when: func(ctx context.Context, _ *world, role *v1alpha1.ECSRole) {
			Expect(api.Delete(ctx, role)).To(Succeed())
		},
	},
	"releasing a role": {
		given: func(ctx context.Context, w *world) *v1alpha1.ECSRole {
			return w.ready(ctx, w.role("node", v1alpha1.RoleTypeContainerInstance, full, retained))
		},
		when: func(ctx context.Context, _ *world, role *v1alpha1.ECSRole) {
			Expect(api.Delete(ctx, role)).To(Succeed())
		},
	},
}

func updateEverything(ctx context.Context, w *world, role *v1alpha1.ECSRole) {
	GinkgoHelper()
	w.update(ctx, role, func(r *v1alpha1.ECSRole) {
		r.Spec.Statements[0].Actions = []v1alpha1.Action{"s3:GetObject", "s3:PutObject"}
		r.Spec.ManagedPolicies = nil
		withPolicies(ssmReadOnly, readOnly)(r)
		r.Spec.Tags = map[string]string{"team": "orders"}
		r.Spec.PermissionsBoundary = readOnly
		r.Spec.Description = "after"
		r.Spec.MaxSessionDurationSeconds = 7200
		r.Spec.Trust = &v1alpha1.Trust{AdditionalStatements: []v1alpha1.TrustStatement{{
			Effect: v1alpha1.EffectAllow, Actions: []v1alpha1.Action{"sts:AssumeRole"},
			Principals: v1alpha1.Principals{Services: []v1alpha1.ServicePrincipal{"ecs-tasks.amazonaws.com"}},
		}}}
	})
}

func (w *world) putInline(ctx context.Context, role, policy, document string) {
	GinkgoHelper()
	_, err := w.aws.PutRolePolicy(ctx,
		&sdk.PutRolePolicyInput{RoleName: &role, PolicyName: &policy, PolicyDocument: &document})
	Expect(err).NotTo(HaveOccurred())
	w.sim.ResetCalls()
}

func (w *world) attach(ctx context.Context, role, arn string) {
	GinkgoHelper()
	_, err := w.aws.AttachRolePolicy(ctx, &sdk.AttachRolePolicyInput{RoleName: &role, PolicyArn: &arn})
	Expect(err).NotTo(HaveOccurred())
	w.sim.ResetCalls()
}

// converge makes passes until the object is settled, or gone when it is deleted.
func (w *world) converge(ctx context.Context, role *v1alpha1.ECSRole) {
	GinkgoHelper()
	if !exists(ctx, keyOf(role)) {
		return
	}
	Expect(api.Get(ctx, keyOf(role), role)).To(Succeed())
	if !role.DeletionTimestamp.IsZero() {
		w.passesUntilGone(ctx, role)
		return
	}
	w.settle(ctx, role)
	expectReady(role)
}

// inAWS tells everything that is in AWS, with the namespace left out, so that worlds can be compared.
func (w *world) inAWS() []string {
	var all []string
	line := func(format string, args ...any) {
		all = append(all, strings.ReplaceAll(fmt.Sprintf(format, args...), w.namespace, "NAMESPACE"))
	}
	for _, r := range w.sim.Roles() {
		slices.Sort(r.AttachedPolicies)
		line("role %s %s %q %d\ntrust %s\nattached %v\nboundary %s\ntags %v\ninline %v", r.ARN, r.Path, r.Description,
			r.MaxSessionDuration, r.TrustPolicy, r.AttachedPolicies, r.PermissionsBoundary, sortedTags(r.Tags), r.InlinePolicies)
	}
	for _, p := range w.sim.In(w.sim.AccountID()).InstanceProfiles() {
		line("profile %s with role %q, tags %v", p.ARN, p.Role, sortedTags(p.Tags))
	}
	return all
}

func sortedTags(tags []iamsim.Tag) []iamsim.Tag {
	return slices.SortedFunc(slices.Values(tags), func(a, b iamsim.Tag) int { return strings.Compare(a.Key, b.Key) })
}

// bystanders creates entities that the controller must never touch, and returns a look at them that an exchange would
// change.
func (w *world) bystanders(ctx context.Context) func() []string {
	GinkgoHelper()
	w.strangerRole(ctx, "theirs")
	w.strangerRole(ctx, w.namespace+"_nod", types.Tag{
		Key: aws.String(v1alpha1.TagOwner), Value: aws.String(clusterID + "/" + w.namespace + "/nod"),
	})
	w.strangerProfile(ctx, "theirs", "theirs")
	return func() []string {
		var ids []string
		for _, r := range w.sim.Roles() {
			if r.Name != w.namespace+"_node" {
				ids = append(ids, r.Name+" "+r.ID)
			}
		}
		return ids
	}
}

// adopting lets the world's namespace adopt everything.
func adopting(a *v1alpha1.AWSAccount) {
	a.Spec.Adoption = &v1alpha1.Adoption{Allow: []v1alpha1.AdoptionRule{{
		Namespaces: a.Spec.AllowedNamespaces.Names, NamePattern: "*",
	}}}
}

// begin asks for a change in an empty AWS account and makes no pass over it.
func (c change) begin(ctx context.Context, w *world) (role *v1alpha1.ECSRole, bystanders func() []string) {
	GinkgoHelper()
	w.renew()
	bystanders = w.bystanders(ctx)
	role = c.given(ctx, w)
	c.when(ctx, w, role)
	w.clock.Step(time.Minute)
	return role, bystanders
}

// renew gives the world an empty AWS account of the same id and a controller that remembers nothing.
func (w *world) renew() {
	w.sim.Close()
	w.sim = iamsim.New(iamsim.Options{Clock: w.clock}).Start()
	w.aws = sdk.NewFromConfig(w.awsConfig())
	w.restart()
	w.clock.Step(time.Minute)
}

// undisturbed carries the change through, and returns what is in AWS then and the writes that it took.
func (c change) undisturbed(ctx context.Context, w *world) (end, writes []string) {
	GinkgoHelper()
	role, _ := c.begin(ctx, w)
	w.converge(ctx, role)
	end, writes = w.inAWS(), w.writes()
	Expect(writes).NotTo(BeEmpty())
	letGo(ctx, role)
	return end, writes
}

// dieAt makes passes over an object until the controller dies at the n-th write, before or after AWS carried it out.
func (w *world) dieAt(ctx context.Context, kind *pass.Reconciler, object client.Object, n int, moment iamsim.Moment) {
	GinkgoHelper()
	alive, kill := context.WithCancel(ctx)
	defer kill()
	seen := 0
	w.sim.SetCrashHook(func(_ iamsim.Call, m iamsim.Moment) bool {
		if m == moment {
			seen++
		}
		if seen > n {
			kill()
		}
		return alive.Err() != nil
	})
	for range 20 {
		result, _ := kind.Reconcile(alive, ctrl.Request{NamespacedName: client.ObjectKeyFromObject(object)})
		if alive.Err() != nil {
			w.sim.SetCrashHook(nil)
			return
		}
		w.clock.Step(result.RequeueAfter)
	}
	Fail(fmt.Sprintf("the controller never made write %d", n+1))
}

var _ = Describe("a controller that dies", func() {
	for sentence, c := range changes {
		It("converges from before every call of "+sentence+" when it is started again", func(ctx context.Context) {
			w := newWorld(ctx, adopting)
			want, writes := c.undisturbed(ctx, w)
			for n, action := range writes {
				c.expectEnd(ctx, w, want, fmt.Sprintf("dying before write %d, %s", n+1, action), func(role *v1alpha1.ECSRole) {
					w.dieAt(ctx, w.roles, role, n, iamsim.Before)
					w.restart()
				})
			}
		})

		It("converges from after every call of "+sentence+", which AWS does not show yet", func(ctx context.Context) {
			w := newWorld(ctx, adopting)
			want, writes := c.undisturbed(ctx, w)
			for n, action := range writes {
				c.expectEnd(ctx, w, want, fmt.Sprintf("dying after write %d, %s", n+1, action), func(role *v1alpha1.ECSRole) {
					w.sim.SetConsistencyLag(iamsim.Lag{Duration: 4 * time.Second})
					w.dieAt(ctx, w.roles, role, n, iamsim.After)
					w.restart()
				})
			}
		})
	}
})

// expectEnd asks for the change, disturbs it, and expects it to end as it does undisturbed.
func (c change) expectEnd(ctx context.Context, w *world, want []string, how string, disturb func(*v1alpha1.ECSRole)) {
	GinkgoHelper()
	role, bystanders := c.begin(ctx, w)
	before := bystanders()
	disturb(role)
	w.converge(ctx, role)
	Expect(cmp.Diff(want, w.inAWS())).To(BeEmpty(), how)
	Expect(bystanders()).To(Equal(before), how)
	letGo(ctx, role)
}

var _ = Describe("a connection that breaks", func() {
	for _, sentence := range []string{"creating a role", "deleting a role"} {
		c := changes[sentence]
		It("after any call of "+sentence+" leads to the same end", func(ctx context.Context) {
			w := newWorld(ctx, adopting)
			want, writes := c.undisturbed(ctx, w)
			for n, action := range writes {
				c.expectEnd(ctx, w, want, fmt.Sprintf("after write %d, %s", n+1, action), func(*v1alpha1.ECSRole) {
					w.sim.SetConsistencyLag(iamsim.Lag{Duration: 4 * time.Second})
					w.sim.SetCrashHook(once(n, iamsim.After))
				})
			}
		})
	}
})

// once cuts the connection of one write, the n-th.
func once(n int, moment iamsim.Moment) func(iamsim.Call, iamsim.Moment) bool {
	seen := 0
	return func(_ iamsim.Call, m iamsim.Moment) bool {
		if m != moment {
			return false
		}
		seen++
		return seen == n+1
	}
}
