// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package admission_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/yaml"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/internal/admission"
)

func role(t *testing.T, spec string) *v1alpha1.ECSRole {
	t.Helper()
	r := &v1alpha1.ECSRole{ObjectMeta: metav1.ObjectMeta{Namespace: "shop", Name: "web"}}
	if err := yaml.UnmarshalStrict([]byte("{type: Task, "+spec+"}"), &r.Spec); err != nil {
		t.Fatal(err)
	}
	return r
}

func account(change ...func(*v1alpha1.AWSAccountSpec)) admission.Surroundings {
	a := &v1alpha1.AWSAccount{ObjectMeta: metav1.ObjectMeta{Name: "default"}}
	a.Spec.AccountID, a.Spec.Region = "111122223333", "eu-west-1"
	a.Status.CallerARN = "arn:aws:sts::111122223333:assumed-role/controller/session"
	for _, f := range change {
		f(&a.Spec)
	}
	return admission.Surroundings{Account: a}
}

// says tells whether the texts hold each of the wanted parts, one text for each.
func says(t *testing.T, what string, texts, want []string) {
	t.Helper()
	ok := len(texts) == len(want)
	for i := 0; ok && i < len(want); i++ {
		ok = strings.Contains(texts[i], want[i])
	}
	if !ok {
		t.Errorf("%s are %q, want %q", what, texts, want)
	}
}

func TestWhatTheObjectAloneDecidesRefusesAndWhatOthersDecideWarns(t *testing.T) {
	const read = `statements: [{effect: Allow, actions: ["s3:GetObject"], resources: ["arn:{partition}:s3:::orders/*"]}]`
	for name, c := range map[string]struct {
		spec               string
		s                  admission.Surroundings
		refusals, warnings []string
	}{
		"nothing wrong": {read, account(), nil, nil},
		"an action that does not exist": {
			`statements: [{effect: Allow, actions: ["ecs:DescribeCluster"], resources: ["*"]}]`, account(),
			[]string{"spec.statements[0].actions[0]: ecs has no action DescribeCluster: did you mean ecs:DescribeClusters? " +
				"(UnknownAction)"},
			nil,
		},
		"the same, silenced": {
			`checks: {ignore: [UnknownAction]}, statements: [{effect: Allow, actions: ["ecs:DescribeCluster"], ` +
				`resources: ["*"]}]`, account(), nil, nil,
		},
		"all mistakes at once, each once": {
			`statements: [{effect: Allow, actions: ["s3:GetObjct"], resources: ["orders"]}]`, account(),
			[]string{"spec.statements[0].resources[0]: ", "(UnknownAction)"},
			nil,
		},
		"a condition that never holds": {
			`statements: [{effect: Allow, actions: ["ecs:StopTask"], resources: ["*"], ` +
				`condition: {StringEquals: {"ecs:clusters": [shop]}}}]`, account(),
			nil,
			[]string{"(UnusedConditionKey)"},
		},
		"an account that is not there": {read, admission.Surroundings{}, nil, []string{"AWSAccount default does not exist yet"}},
		"an account that is closed to the namespace": {
			read,
			admission.Surroundings{Account: account().Account, Closed: "AWSAccount default does not allow namespace shop"},
			nil,
			[]string{"spec.accountRef: AWSAccount default does not allow namespace shop"},
		},
		"a policy that is not there": {
			`managedPolicies: [{policyRef: {name: orders}}]`, account(),
			nil,
			[]string{"spec.managedPolicies[0].policyRef.name: ECSPolicy orders does not exist in this namespace"},
		},
		"what the guardrails refuse": {
			`statements: [{effect: Allow, actions: ["iam:PutRolePolicy"], resources: ["arn:{partition}:iam::{accountID}:role/*"]}]`,
			account(), nil,
			[]string{"spec.statements[0]"},
		},
		"a name of another namespace": {
			`roleName: pay_admin`, account(), nil, []string{"spec.roleName: "},
		},
		"a policy that the account does not list": {
			`managedPolicies: [{arn: "arn:{partition}:iam::aws:policy/ReadOnlyAccess"}]`, account(),
			nil,
			[]string{"spec.managedPolicies[0].arn: the policy ReadOnlyAccess is not in the list"},
		},
		"the partition of another account": {
			`statements: [{effect: Allow, actions: ["s3:GetObject"], resources: ["arn:aws-cn:s3:::orders/*"]}]`, account(),
			nil,
			[]string{"is an ARN of partition aws-cn"},
		},
		"two partitions, which no account is in": {
			`statements: [{effect: Allow, actions: ["s3:GetObject"], resources: ["arn:aws-cn:s3:::orders/*", "arn:aws:s3:::a/*"]}]`,
			account(),
			[]string{"(ForeignPartition)"},
			nil,
		},
		"a region of China, before its account": {
			`trust: {regions: [cn-north-1]}`, admission.Surroundings{}, nil, []string{"AWSAccount default does not exist yet"},
		},
		"the boundary of an account that is not the object's": {
			`permissionsBoundary: "arn:aws:iam::444455556666:policy/boundary"`, account(), nil,
			[]string{"spec.permissionsBoundary: "},
		},
	} {
		t.Run(name, func(t *testing.T) {
			v := admission.Role(role(t, c.spec), nil, c.s)
			says(t, "refusals", v.Refusals, c.refusals)
			says(t, "warnings", v.Warnings, c.warnings)
		})
	}
}

func TestAnEditIsRefusedOnlyForWhatItAdds(t *testing.T) {
	const wrong = `{effect: Allow, actions: ["ecs:OfTomorrow"], resources: ["*"]}`
	stored := role(t, "statements: ["+wrong+"]")
	edited := role(t, `description: edited, statements: [{effect: Allow, actions: ["ecs:StopTask"], resources: ["*"]}, `+wrong+"]")
	v := admission.Role(edited, stored, account())
	says(t, "refusals", v.Refusals, nil)
	says(t, "warnings", v.Warnings, []string{"spec.statements[1].actions[0]: ecs has no action OfTomorrow"})

	more := role(t, `statements: [`+wrong+`, {effect: Allow, actions: ["ecs:OfYesterday"], resources: ["*"]}]`)
	v = admission.Role(more, stored, account())
	says(t, "refusals", v.Refusals, []string{"ecs has no action OfYesterday"})
}

func TestNoAccountIdReachesAnAnswer(t *testing.T) {
	r := role(t, `statements: [{effect: Allow, actions: ["ecs:UpdateService"], `+
		`resources: ["arn:{partition}:ecs:{region}:{accountID}:service/web"]}], trust: {sourceARNs: ["arn:aws:s3:::a"]}`)
	for _, s := range []admission.Surroundings{account(), {}} {
		v := admission.Role(r, nil, s)
		text := strings.Join(append(slices.Clone(v.Refusals), v.Warnings...), "\n")
		if !strings.Contains(text, "{accountID}") || strings.Contains(text, "111122223333") || strings.Contains(text, "1234567") {
			t.Errorf("the answer is\n%s", text)
		}
	}
}

func TestWarningsFitIntoWhatAnAPIServerPassesOn(t *testing.T) {
	var statements []string
	for i := range 60 {
		statements = append(statements, fmt.Sprintf(
			`{effect: Allow, actions: ["ecs:StopTask"], resources: ["*"], condition: {StringEquals: {"ecs:%s%d": [é]}}}`,
			strings.Repeat("é", 70), i))
	}
	v := admission.Role(role(t, "statements: ["+strings.Join(statements, ",")+"]"), nil, account())
	total := 0
	for _, w := range v.Warnings {
		if total += len(w); len(w) > admission.WarningLength || !strings.HasSuffix(w, "…") && w != v.Warnings[len(v.Warnings)-1] {
			t.Errorf("%d bytes: %s", len(w), w)
		}
	}
	if total > admission.WarningsLength || len(v.Warnings) < 15 {
		t.Errorf("%d warnings of %d bytes", len(v.Warnings), total)
	}
	if last := v.Warnings[len(v.Warnings)-1]; !strings.Contains(last, "more warnings are left out") {
		t.Errorf("the last warning is %q", last)
	}
}

func TestAPolicyIsJudgedAsARoleIs(t *testing.T) {
	for name, c := range map[string]struct {
		spec               string
		refusals, warnings []string
	}{
		"nothing wrong": {
			`statements: [{effect: Allow, actions: ["ecs:StopTask"], resources: ["arn:{partition}:ecs:*:{accountID}:task/shop/*"]}]`,
			nil, nil,
		},
		"an action that does not exist": {
			`statements: [{effect: Allow, actions: ["s3:GetObjct"], resources: ["*"]}]`, []string{"did you mean s3:GetObject?"}, nil,
		},
		"a user that the account does not open": {
			`attachTo: {users: [{name: ci}]}, statements: [{effect: Allow, actions: ["ecs:StopTask"], resources: ["*"]}]`,
			nil,
			[]string{"spec.attachTo.users[0].name: "},
		},
		"an administrator": {
			`statements: [{effect: Allow, actions: ["iam:*"], resources: ["*"]}]`, nil,
			[]string{"spec.statements[0]", "(Administration)"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			p := &v1alpha1.ECSPolicy{ObjectMeta: metav1.ObjectMeta{Namespace: "shop", Name: "web"}}
			if err := yaml.UnmarshalStrict([]byte("{"+c.spec+"}"), &p.Spec); err != nil {
				t.Fatal(err)
			}
			v := admission.Policy(p, nil, account())
			says(t, "refusals", v.Refusals, c.refusals)
			says(t, "warnings", v.Warnings, c.warnings)
		})
	}
}

func TestAnAccountWithARuleThatCannotBeReadIsRefused(t *testing.T) {
	wrong := account(func(spec *v1alpha1.AWSAccountSpec) {
		spec.Guardrails = &v1alpha1.Guardrails{Names: []v1alpha1.NameRule{{NamePattern: "{namespace}-*"}}}
	}).Account
	v := admission.Account(wrong, account().Account)
	says(t, "refusals", v.Refusals, []string{"spec.guardrails.names[0].namePattern: "})
	if diff := cmp.Diff([]string(nil), admission.Account(wrong, wrong).Refusals); diff != "" {
		t.Errorf("what is stored already is refused: %s", diff)
	}
}
