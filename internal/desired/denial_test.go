// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package desired_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/internal/policy"
)

func sids(t *testing.T, document string) []string {
	t.Helper()
	doc, err := policy.Parse([]byte(document))
	if err != nil {
		t.Fatal(err)
	}
	list := make([]string, len(doc.Statements))
	for i := range doc.Statements {
		list[i] = doc.Statements[i].Sid
	}
	return list
}

func TestDenialsOfTheTrustPolicyCarryTheReservedPrefix(t *testing.T) {
	everybody := v1alpha1.Principals{AWS: []v1alpha1.ResourcePattern{"*"}}
	got := built(t, inputs(v1alpha1.RoleTypeTask, spec(func(s *v1alpha1.ECSRoleSpec) {
		s.Trust = &v1alpha1.Trust{AdditionalStatements: []v1alpha1.TrustStatement{
			{Effect: v1alpha1.EffectDeny, Principals: everybody},
			{Sid: "1", Effect: v1alpha1.EffectDeny, Principals: everybody},
			{Sid: "Ops", Effect: v1alpha1.EffectAllow, Principals: everybody},
			{Sid: "NotOps", Effect: v1alpha1.EffectDeny, Principals: everybody},
			{Effect: v1alpha1.EffectDeny, Principals: everybody},
		}}
	})))
	want := []string{"EcsIamTrust", "EcsIamDeny2", "EcsIamDeny1", "Ops", "EcsIamDenyNotOps", "EcsIamDeny3"}
	if diff := cmp.Diff(want, sids(t, got.Role.Trust)); diff != "" {
		t.Errorf("Sids of the trust policy (-want +got):\n%s", diff)
	}
}

func TestDenialsOfAnInlinePolicyCarryTheReservedPrefixWhenItOnlyDenies(t *testing.T) {
	statement := func(sid string, effect v1alpha1.Effect) v1alpha1.Statement {
		return v1alpha1.Statement{
			Sid: sid, Effect: effect, Actions: []v1alpha1.Action{"s3:*"}, Resources: []v1alpha1.ResourcePattern{"*"},
		}
	}
	cases := map[string]struct {
		statements []v1alpha1.Statement
		want       []string
	}{
		"only denials": {
			[]v1alpha1.Statement{statement("NoStore", v1alpha1.EffectDeny), statement("", v1alpha1.EffectDeny)},
			[]string{"EcsIamDenyNoStore", "EcsIamDeny1"},
		},
		"a denial beside a permission, which shows whose it is": {
			[]v1alpha1.Statement{statement("NoStore", v1alpha1.EffectDeny), statement("Store", v1alpha1.EffectAllow)},
			[]string{"NoStore", "Store"},
		},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			got := built(t, inputs(v1alpha1.RoleTypeTask, spec(func(s *v1alpha1.ECSRoleSpec) { s.Statements = c.statements })))
			if diff := cmp.Diff(c.want, sids(t, got.Role.InlinePolicies["ecsiam"])); diff != "" {
				t.Errorf("Sids of the inline policy (-want +got):\n%s", diff)
			}
		})
	}
}
