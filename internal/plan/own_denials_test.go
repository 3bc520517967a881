// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package plan_test

import (
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/internal/desired"
	"github.com/ecsiam/ecs-iam-controller/internal/iam"
	"github.com/ecsiam/ecs-iam-controller/internal/plan"
	"github.com/ecsiam/ecs-iam-controller/internal/policy"
)

// ofSpec is the desired role of a spec, as the controller makes it.
func ofSpec(t *testing.T, spec v1alpha1.ECSRoleSpec) desired.Role {
	t.Helper()
	spec.Type = v1alpha1.RoleTypeTask
	role, err := desired.Build(desired.Inputs{
		Role:      &v1alpha1.ECSRole{ObjectMeta: metav1.ObjectMeta{Namespace: "payments", Name: "checkout"}, Spec: spec},
		AccountID: "111122223333", Partition: "aws", ClusterID: "blue",
	})
	if err != nil {
		t.Fatal(err)
	}
	return role
}

func TestADenialThatLeavesTheSpecLeavesTheRole(t *testing.T) {
	cases := map[string]v1alpha1.ECSRoleSpec{
		"in the trust policy": {Trust: &v1alpha1.Trust{AdditionalStatements: []v1alpha1.TrustStatement{{
			Sid: "NotOps", Effect: v1alpha1.EffectDeny, Principals: v1alpha1.Principals{AWS: []v1alpha1.ResourcePattern{"*"}},
		}}}},
		"in an inline policy that only denies": {Statements: []v1alpha1.Statement{{
			Effect: v1alpha1.EffectDeny, Actions: []v1alpha1.Action{"s3:*"}, Resources: []v1alpha1.ResourcePattern{"*"},
		}}},
	}
	for name, before := range cases {
		t.Run(name, func(t *testing.T) {
			role := ofSpec(t, before).Role
			p := plan.Diff(ofSpec(t, v1alpha1.ECSRoleSpec{}), iam.Observation{Role: &role}, iam.DefaultQuotas())
			if len(p.Steps) != 1 || len(p.Restrictions) > 0 {
				t.Errorf("got steps %v and restrictions %v, want one step that removes the denial", p.Lines(), p.Restrictions)
			}
		})
	}
}

func TestADenialThatAPlanKeepsForAWhileIsKnownAsItsOwnWhenSidsMeet(t *testing.T) {
	deny := func(service string) policy.Statement {
		return policy.Statement{
			Sid: "EcsIamDeny1", Effect: policy.Deny, Principal: &policy.Principal{Service: []string{service}},
		}
	}
	allow := policy.Statement{Principal: &policy.Principal{AWS: []string{"*"}}}
	want := declared()
	want.Role.Boundary, want.Role.Trust = arn("boundary2"), trusting(allow, deny("ec2.amazonaws.com"))
	got := observed(want)
	got.Role.Boundary, got.Role.Trust = arn("boundary1"), trusting(allow, deny("ecs-tasks.amazonaws.com"))
	p := plan.Diff(want, got, iam.DefaultQuotas())
	for step := range p.Steps {
		w := world{Observation: got, quotas: iam.DefaultQuotas()}
		w.run(p, func(i int) bool { return i >= step }, unseen)
		w.run(plan.Diff(want, w.Observation, iam.DefaultQuotas()), never, unseen)
		if hash(w.Role.Trust) != hash(want.Role.Trust) {
			t.Errorf("after a crash at step %d of %q the trust policy ends as %s", step, p.Lines(), w.Role.Trust)
		}
	}
}
