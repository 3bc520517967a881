// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package guardrail_test

import (
	"strings"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/internal/guardrail"
)

func roleNamed(namespace, value string) guardrail.Name {
	return guardrail.Name{Kind: v1alpha1.KindECSRole, Namespace: namespace, Value: value, Field: "spec.roleName"}
}

func ruled(namespace, pattern string, kinds ...v1alpha1.NamedKind) *v1alpha1.AWSAccountSpec {
	return &v1alpha1.AWSAccountSpec{Guardrails: &v1alpha1.Guardrails{Names: []v1alpha1.NameRule{{
		Namespaces:  []v1alpha1.NamespaceName{v1alpha1.NamespaceName(namespace)},
		NamePattern: v1alpha1.EntityNamePattern(pattern), Kinds: kinds,
	}}}}
}

func TestNameBelongsToTheNamespaceBeforeItsFirstUnderscore(t *testing.T) {
	for _, c := range []struct {
		namespace, name string
		want            guardrail.Right
	}{
		{"payments", "payments_checkout", guardrail.RightHome},
		{"payments", "Payments_checkout", guardrail.RightHome},
		{"payments", "payments_", guardrail.RightHome},
		{"payments", "payments_a_b", guardrail.RightHome},
		{"evil", "payments_checkout", guardrail.RightNone},
		{"evil", "PAYMENTS_checkout", guardrail.RightNone},
		{"pay", "pay-roll_data", guardrail.RightNone},
		{"pay", "pay-x", guardrail.RightNone},
		{"payments", "checkout", guardrail.RightNone},
		{"payments", "ecsTaskExecutionRole", guardrail.RightNone},
		{"payments", "_checkout", guardrail.RightFree},
		{"payments", "team.payments_checkout", guardrail.RightFree},
		{"payments", "-x_checkout", guardrail.RightFree},
		{"payments", strings.Repeat("a", 64) + "_x", guardrail.RightFree},
		{"awsreservedsso", "AWSReservedSSO_Admin_1", guardrail.RightNone},
		{"emr", "EMR_DefaultRole", guardrail.RightNone},
	} {
		if got := roleNamed(c.namespace, c.name).Right(&v1alpha1.AWSAccountSpec{}); got != c.want {
			t.Errorf("%s in namespace %s: right %d, want %d", c.name, c.namespace, got, c.want)
		}
	}
}

func TestRuleGivesItsNamespacesItsNames(t *testing.T) {
	for name, c := range map[string]struct {
		asked   guardrail.Name
		account *v1alpha1.AWSAccountSpec
		want    guardrail.Right
	}{
		"a pattern, whatever the case":  {roleNamed("p", "ecsTaskExecutionRole"), ruled("p", "ECSTASK*"), guardrail.RightRule},
		"another namespace":             {roleNamed("q", "ecsTaskExecutionRole"), ruled("p", "ecsTask*"), guardrail.RightNone},
		"another name":                  {roleNamed("p", "ecsInstanceRole"), ruled("p", "ecsTask*"), guardrail.RightNone},
		"another kind":                  {roleNamed("p", "ecsTask"), ruled("p", "ecs*", "ECSPolicy"), guardrail.RightNone},
		"its kind":                      {roleNamed("p", "ecsTask"), ruled("p", "ecs*", "ECSRole"), guardrail.RightRule},
		"another namespace's names too": {roleNamed("p", "q_x"), ruled("p", "q_x"), guardrail.RightRule},
		"the namespace's own name":      {roleNamed("p", "prod.p.x"), ruled("p", "prod.{namespace}.*"), guardrail.RightRule},
		"a malformed pattern":           {roleNamed("pay", "pay-roll-x"), ruled("pay", "{namespace}-*"), guardrail.RightNone},
		"a reserved name by a wildcard": {
			roleNamed("p", "OrganizationAccountAccessRole"), ruled("p", "Organization*"), guardrail.RightNone,
		},
		"a reserved name spelt out": {
			roleNamed("p", "OrganizationAccountAccessRole"), ruled("p", "organizationAccountAccessRole"), guardrail.RightRule,
		},
		"a reserved prefix spelt out": {
			roleNamed("p", "AWSReservedSSO_Admin_1"), ruled("p", "AWSReservedSSO_Admin_*"), guardrail.RightRule,
		},
		"a reserved prefix by a question mark": {
			roleNamed("p", "cdk-x"), ruled("p", "cd?-*"), guardrail.RightNone,
		},
	} {
		if got := c.asked.Right(c.account); got != c.want {
			t.Errorf("%s: right %d, want %d", name, got, c.want)
		}
	}
}

func TestWhatMayBeAdoptedMayAlsoBeMade(t *testing.T) {
	account := &v1alpha1.AWSAccountSpec{Adoption: &v1alpha1.Adoption{Allow: []v1alpha1.AdoptionRule{{
		Namespaces: []v1alpha1.NamespaceName{"platform"}, NamePattern: "legacy-*",
	}}}}
	if got := roleNamed("platform", "legacy-web").Right(account); got != guardrail.RightRule {
		t.Errorf("got right %d", got)
	}
	account.Adoption.Allow[0].NamePattern = "*"
	for _, name := range []string{"OrganizationAccountAccessRole", "AWSControlTowerExecution", "stacksets-exec-1", "cdk-x-deploy-role"} {
		if got := roleNamed("platform", name).Right(account); got != guardrail.RightNone {
			t.Errorf("%s by a wildcard: got right %d", name, got)
		}
	}
	if got := roleNamed("other", "legacy-web").Right(account); got != guardrail.RightNone {
		t.Errorf("another namespace: got right %d", got)
	}
}

func TestNamespaceInAPatternMustBeDelimited(t *testing.T) {
	for pattern, fine := range map[string]bool{
		"{namespace}_*": true, "{namespace}": true, "team.{namespace}.*": true, "a/{namespace}:b": true, "ecs*": true,
		"{namespace}-*": false, "x{namespace}_*": false, "*{namespace}": false, "{namespace}{namespace}": false,
		"{namespace}_{name}": false, "{account}_*": false,
	} {
		if got := guardrail.NamePatternAdvice(pattern) == ""; got != fine {
			t.Errorf("%s: fine %v, want %v (%s)", pattern, got, fine, guardrail.NamePatternAdvice(pattern))
		}
	}
}

func TestAdviceNamesTheRuleThatWouldGiveTheName(t *testing.T) {
	advice := roleNamed("evil", "payments_checkout").Advice(&v1alpha1.AWSAccount{ObjectMeta: metav1.ObjectMeta{Name: "default"}})
	for _, part := range []string{
		"spec.roleName", "belongs to namespace payments", "AWSAccount default", "spec.guardrails.names",
		`{namespaces: [evil], kinds: [ECSRole], namePattern: "payments_checkout"}`,
	} {
		if !strings.Contains(advice, part) {
			t.Errorf("%q is missing in: %s", part, advice)
		}
	}
}
