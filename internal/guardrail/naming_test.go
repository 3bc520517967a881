// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package guardrail_test

import (
	"strings"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"pgregory.net/rapid"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/internal/desired"
	"github.com/ecsiam/ecs-iam-controller/internal/guardrail"
	"github.com/ecsiam/ecs-iam-controller/internal/laws"
)

func withNaming(pattern string) *v1alpha1.AWSAccount {
	return &v1alpha1.AWSAccount{ObjectMeta: metav1.ObjectMeta{Name: "shared"}, Spec: v1alpha1.AWSAccountSpec{
		AccountID:  "111122223333",
		Guardrails: &v1alpha1.Guardrails{DefaultNamePattern: v1alpha1.DefaultNamePattern(pattern)},
	}}
}

func TestPatternOfDefaultNamesReplacesTheNamespacePrefix(t *testing.T) {
	for _, c := range []struct {
		pattern, namespace, name string
		want                     guardrail.Right
	}{
		{"prod-{namespace}_*", "payments", "prod-payments_checkout", guardrail.RightHome},
		{"prod-{namespace}_*", "payments", "PROD-Payments_checkout", guardrail.RightHome},
		{"prod-{namespace}_*", "payments", "payments_checkout", guardrail.RightNone},
		{"prod-{namespace}_*", "prod-payments", "prod-payments_checkout", guardrail.RightNone},
		{"prod-{namespace}_*", "pay", "prod-pay-roll_x", guardrail.RightNone},
		{"prod-{namespace}_*", "payments", "_checkout", guardrail.RightNone},
		{"prod-{namespace}_*", "payments", "team.payments_checkout", guardrail.RightNone},
		{"{namespace}.prod_*", "payments", "payments.prod_x", guardrail.RightHome},
		{"{namespace}.prod_*", "payments", "payments.dev_x", guardrail.RightNone},
		{"{namespace}_*-prod", "payments", "payments_x-prod", guardrail.RightHome},
		{"{namespace}_*-prod", "payments", "payments_x", guardrail.RightNone},
		{"{namespace}_*-prod", "payments", "payments_-pro", guardrail.RightNone},
		{"{namespace}-*", "payments", "payments-x", guardrail.RightNone},
		{"{namespace}-*", "payments", "payments_x", guardrail.RightNone},
		{"awsreservedsso_{namespace}_*", "a", "AWSReservedSSO_a_x", guardrail.RightNone},
	} {
		if got := roleNamed(c.namespace, c.name).Right(&withNaming(c.pattern).Spec); got != c.want {
			t.Errorf("%s under %s in namespace %s: right %d, want %d", c.name, c.pattern, c.namespace, got, c.want)
		}
	}
}

func TestMalformedPatternOfDefaultNamesIsRefused(t *testing.T) {
	for pattern, fine := range map[string]bool{
		"prod-{namespace}_*": true, "prod.{namespace}_*": true, "{namespace}_*": true, "{namespace}.*": true,
		"{namespace}_prod_*": true, "{namespace}_*-prod": true,
		"": false, "prod_*": false, "{namespace}": false, "{namespace}_": false, "{namespace}*": false,
		"{namespace}-*": false, "prod{namespace}_*": false, "*_{namespace}": false, "*{namespace}_*": false,
		"{namespace}_*_*": false, "{namespace}_?*": false, "{namespace}_{name}": false, "{namespace}_{namespace}_*": false,
		"{namespace}_* x": false, "/ecs/{namespace}_*": false, "{Namespace}_*": false,
	} {
		if got := desired.DefaultNamePatternAdvice(pattern) == ""; got != fine {
			t.Errorf("%q: fine %v, want %v (%s)", pattern, got, fine, desired.DefaultNamePatternAdvice(pattern))
		}
	}
}

func TestMalformedBoundOfPathsIsRefusedAndHoldsNoPath(t *testing.T) {
	for pattern, fine := range map[string]bool{
		"/": true, "/ecs/": true, "/ecs/{namespace}/": true, "/{namespace}/": true, "/ecs/team.{namespace}/": true,
		"ecs/": false, "/ecs": false, "/ecs/{namespace}": false, "/ecs/{namespace}-x/": false, "/ecs/x{namespace}/": false,
		"/ecs/*/": false, "/ecs/{name}/": false, "/e cs/": false, "/aws-service-role/": false, "/aws-reserved/{namespace}/": false,
	} {
		account := &v1alpha1.AWSAccount{Spec: v1alpha1.AWSAccountSpec{
			Guardrails: &v1alpha1.Guardrails{RolePath: v1alpha1.RolePathPattern(pattern)},
		}}
		if got := len(guardrail.Check(&account.Spec)) == 0; got != fine {
			t.Errorf("%q: fine %v, want %v (%s)", pattern, got, fine, desired.RolePathAdvice(pattern))
		}
		name := roleNamed("payments", "payments_x")
		name.Entity, name.Path = guardrail.EntityRole, strings.ReplaceAll(pattern, "{namespace}", "payments")
		outside := guardrail.Place{Names: []guardrail.Name{name}}.Outside(account)
		if got := len(outside) == 0; got != fine {
			t.Errorf("%q: the path %s lies within %v, want %v: %v", pattern, name.Path, got, fine, outside)
		}
	}
}

func TestNoNameBelongsToTwoNamespaces(t *testing.T) {
	label := rapid.StringMatching(`[a-c]([a-c-]{0,3}[a-c])?`)
	part := rapid.SampledFrom([]string{"", "a-", "a.", "a_", "a-b-", "A-"})
	between := rapid.SampledFrom([]string{"_", ".", "_x_", ".a"})
	after := rapid.SampledFrom([]string{"", "-a", "_b"})
	laws.Check(t, func(t *rapid.T) {
		pattern := part.Draw(t, "before") + "{namespace}" + between.Draw(t, "between") + "*" + after.Draw(t, "after")
		account := withNaming(pattern)
		naming := desired.NamingOf(&account.Spec)
		first, second := label.Draw(t, "first"), label.Draw(t, "second")
		object := rapid.StringMatching(`[a-c]([a-c.-]{0,3}[a-c])?`).Draw(t, "object")
		name := naming.Default(first, object)
		if !naming.Gives(first, strings.ToUpper(name)) {
			t.Fatalf("%s under %s is not its own namespace's", name, pattern)
		}
		if first != second && naming.Gives(second, name) {
			t.Fatalf("%s under %s belongs to %s and to %s", name, pattern, first, second)
		}
		if namespace, found, ok := naming.Object(name); !ok || namespace != first || found != object {
			t.Fatalf("%s under %s is taken for that of %s/%s", name, pattern, namespace, found)
		}
	})
}

func TestObjectWithAnEntityKeepsItsNameUnderANewPattern(t *testing.T) {
	role := func(arn string) *v1alpha1.ECSRole {
		return &v1alpha1.ECSRole{
			ObjectMeta: metav1.ObjectMeta{Namespace: "payments", Name: "checkout"}, Status: v1alpha1.ECSRoleStatus{RoleARN: arn},
		}
	}
	account := withNaming("prod-{namespace}_*")
	for arn, want := range map[string]string{
		"": "prod-payments_checkout",
		"arn:aws:iam::111122223333:role/payments_checkout":           "payments_checkout",
		"arn:aws:iam::111122223333:role/ecs/dev.payments_checkout-x": "dev.payments_checkout-x",
		"arn:aws:iam::111122223333:role/admin":                       "prod-payments_checkout",
		"arn:aws:iam::111122223333:role/payments_other":              "prod-payments_checkout",
		"arn:aws:iam::111122223333:role/payments-dr_checkout":        "prod-payments_checkout",
		"arn:aws:iam::111122223333:role/xpayments_checkout":          "prod-payments_checkout",
	} {
		if got := desired.RoleName(role(arn), account); got != want {
			t.Errorf("with the role %s: name %s, want %s", arn, got, want)
		}
	}
}

func TestOldestRolesOfANamespaceAreAdmitted(t *testing.T) {
	account := withNaming("")
	account.Spec.Guardrails = &v1alpha1.Guardrails{MaxRolesPerNamespace: 2}
	name := roleNamed("payments", "payments_x")
	name.Entity, name.Path = guardrail.EntityRole, "/"
	for older, admitted := range []bool{true, true, false, false} {
		outside := guardrail.Place{Names: []guardrail.Name{name}, Older: older}.Outside(account)
		if got := len(outside) == 0; got != admitted {
			t.Errorf("with %d older ones: admitted %v, want %v", older, got, admitted)
		}
		if !admitted && !strings.Contains(outside[0], "spec.guardrails.maxRolesPerNamespace") {
			t.Errorf("the limit is not named: %s", outside[0])
		}
	}
}

func TestNoNamespaceUsesUpTheRolesOfAnAccountThatNobodyConfigured(t *testing.T) {
	name := roleNamed("payments", "payments_x")
	name.Entity, name.Path = guardrail.EntityRole, "/"
	mode := func(mode v1alpha1.GuardrailMode, most int32) *v1alpha1.Guardrails {
		return &v1alpha1.Guardrails{
			PermissionGuardrails: v1alpha1.PermissionGuardrails{Mode: mode}, MaxRolesPerNamespace: most,
		}
	}
	for what, test := range map[string]struct {
		guardrails *v1alpha1.Guardrails
		limit      int // zero for none
	}{
		"no guardrails":        {nil, 200},
		"guardrails of others": {&v1alpha1.Guardrails{RolePath: "/"}, 200},
		"Restricted":           {mode(v1alpha1.GuardrailModeRestricted, 0), 200},
		"a number":             {mode(v1alpha1.GuardrailModeRestricted, 500), 500},
		"Unrestricted":         {mode(v1alpha1.GuardrailModeUnrestricted, 0), 0},
		"Unrestricted, number": {mode(v1alpha1.GuardrailModeUnrestricted, 3), 3},
	} {
		account := withNaming("")
		account.Spec.Guardrails = test.guardrails
		for _, older := range []int{0, test.limit - 1, test.limit, 5000} {
			outside := guardrail.Place{Names: []guardrail.Name{name}, Older: older}.Outside(account)
			if got, want := len(outside) == 0, test.limit == 0 || older < test.limit; got != want {
				t.Errorf("%s, %d older: admitted %v, want %v: %s", what, older, got, want, outside)
			}
		}
	}
}

func TestPatternsOfUsersAndGroupsKeepNamespacesApart(t *testing.T) {
	for pattern, fine := range map[string]bool{
		"ci-build": true, "*": true, "ci.{namespace}_*": true, "{namespace}_*": true, "team.{namespace}": true,
		"ci-{namespace}-*": false, "{namespace}*": false, "ci{namespace}": false, "{namespace}-ci": false, "{name}_*": false,
	} {
		for _, to := range []v1alpha1.AttachToGuardrail{
			{Users: []v1alpha1.EntityNamePattern{v1alpha1.EntityNamePattern(pattern)}},
			{Groups: []v1alpha1.EntityNamePattern{v1alpha1.EntityNamePattern(pattern)}},
		} {
			account := v1alpha1.AWSAccountSpec{Guardrails: &v1alpha1.Guardrails{AttachTo: &to}}
			if errs := guardrail.Check(&account); (len(errs) == 0) != fine {
				t.Errorf("%s: %v", pattern, errs)
			}
		}
	}
}
