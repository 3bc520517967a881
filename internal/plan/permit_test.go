// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package plan_test

import (
	"regexp"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/internal/iam"
	"github.com/ecsiam/ecs-iam-controller/internal/plan"
)

// typical is an update as users make it: an image moved, a policy changed hands, somebody was busy in the console.
func typical() plan.Plan {
	want := declared()
	want.Role.Trust = `{"Version":"2012-10-17","Statement":[{"Sid":"EcsIamTrust","Effect":"Allow","Action":"sts:AssumeRole",
		"Principal":{"Service":"ecs-tasks.amazonaws.com"},"Condition":{"StringEquals":{"aws:SourceAccount":"111122223333"},
		"ArnLike":{"aws:SourceArn":"arn:aws:ecs:*:111122223333:*"}}}]}`
	want.Role.Boundary = arn("boundaries/team")
	want.Role.Attached = []string{"arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy"}
	want.Role.InlinePolicies = map[string]string{"ecsiam": `{"Version":"2012-10-17","Statement":[{"Sid":"ReadConfig","Effect":"Allow",
		"Action":["s3:GetObject","s3:ListBucket"],"Resource":["arn:aws:s3:::config-111122223333","arn:aws:s3:::config-111122223333/*"]}]}`}
	got := observed(want)
	got.Role.Description, got.Role.Tags["created-by"], got.Role.Boundary = "by hand", "console", ""
	got.Role.Trust = `{"Version":"2012-10-17","Statement":[{"Sid":"EcsIamTrust","Effect":"Allow","Action":"sts:AssumeRole",
		"Principal":{"Service":"ecs-tasks.amazonaws.com"}},{"Effect":"Allow","Action":"sts:AssumeRole","Principal":{"AWS":"arn:aws:iam::444455556666:root"}}]}`
	got.Role.InlinePolicies["ecsiam"] = `{"Version":"2012-10-17","Statement":{"Sid":"ReadConfig","Effect":"Allow","Action":"s3:GetObject",
		"Resource":"arn:aws:s3:::config-111122223333/*"}}`
	got.Role.Attached = []string{"arn:aws:iam::111122223333:policy/teams/payments/debug", "arn:aws:iam::111122223333:policy/unreadable"}
	got.PolicyDocuments["arn:aws:iam::111122223333:policy/teams/payments/debug"] = rules("*")
	return plan.Diff(want, got, iam.DefaultQuotas())
}

func TestLinesOfATypicalUpdate(t *testing.T) {
	want := []string{
		"set the permissions boundary boundaries/team",
		"change the trust policy: statement EcsIamTrust: condition ArnLike aws:SourceArn arn:aws:ecs:*:…3333:* added; " +
			"statement EcsIamTrust: condition StringEquals aws:SourceAccount …3333 added; " +
			"statement 2 removed: Allow sts:AssumeRole to arn:aws:iam::…6666:root",
		"remove tags created-by",
		"change description",
		"attach policy service-role/AmazonECSTaskExecutionRolePolicy",
		"change inline policy ecsiam: statement ReadConfig: action s3:ListBucket added; " +
			"statement ReadConfig: resource arn:aws:s3:::config-…3333 added",
		"detach policy teams/payments/debug",
		"detach policy unreadable (withheld: whether the policy only denies cannot be read: " +
			"give the controller iam:GetPolicy and iam:GetPolicyVersion)",
	}
	if diff := cmp.Diff(want, typical().Lines()); diff != "" {
		t.Errorf("lines (-want +got):\n%s", diff)
	}
}

func TestFieldsAreNamedOnceInOrder(t *testing.T) {
	want := []string{
		"boundary", "trust", "tags", "settings", "attached/arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy",
		"inline/ecsiam", "attached/arn:aws:iam::111122223333:policy/teams/payments/debug",
	}
	if diff := cmp.Diff(want, typical().Fields()); diff != "" {
		t.Errorf("fields (-want +got):\n%s", diff)
	}
}

func TestTextsHoldNoAccountIDs(t *testing.T) {
	account := regexp.MustCompile(`[0-9]{12}`)
	role := iam.Role{Name: "r", Boundary: arn("b")}
	trust := `{"Statement":{"Effect":"Allow","Action":"sts:AssumeRole","Principal":{"AWS":["111122223333","arn:aws:iam::444455556666:role/x"]}}}`
	for _, op := range []plan.Operation{
		plan.CreateRole{Role: role},
		plan.UpdateTrustPolicy{Role: "r", Old: trust, New: trustsTasks},
		plan.UpdateTrustPolicy{Role: "r", Old: "?", New: trust},
		plan.SetBoundary{New: arn("b")},
		plan.SetBoundary{Old: arn("a"), New: arn("b")},
		plan.DeleteBoundary{Old: arn("b")},
		plan.PutRolePolicy{Policy: "p", New: rules("s3:*")},
		plan.PutRolePolicy{Policy: "p", Old: rules("s3:*"), New: `{"Statement":{"Effect":"Allow","Action":"*","Resource":"arn:aws:sqs:*:111122223333:q"}}`},
		plan.AttachRolePolicy{ARN: arn("m")},
		plan.DetachRolePolicy{ARN: "arn:aws:iam::111122223333:unheard/m"},
		plan.CreateInstanceProfile{Profile: iam.InstanceProfile{Name: "p", ARN: "arn:aws:iam::111122223333:instance-profile/p"}},
	} {
		if text := op.String(); account.MatchString(text) {
			t.Errorf("the text holds an account id: %s", text)
		}
	}
}

func TestPermitWithholdsWhatAFilterHoldsBackAndWhatNeedsIt(t *testing.T) {
	p := typical().Permit(func(op plan.Operation) (bool, v1alpha1.Reason, string) {
		return op.Field() != "trust", v1alpha1.ReasonContested, "for the test"
	})
	if diff := cmp.Diff([]string{"boundary", "tags", "settings"}, p.Fields()); diff != "" {
		t.Errorf("still done (-want +got):\n%s", diff)
	}
	withheld := map[string]v1alpha1.Reason{}
	for _, w := range p.Withheld {
		withheld[w.Op.Field()] = w.Reason
	}
	want := map[string]v1alpha1.Reason{
		"attached/arn:aws:iam::111122223333:policy/unreadable": v1alpha1.ReasonAccessDenied,
		"trust":         v1alpha1.ReasonContested,
		"inline/ecsiam": v1alpha1.ReasonProgressing,
		"attached/arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy": v1alpha1.ReasonProgressing,
		"attached/arn:aws:iam::111122223333:policy/teams/payments/debug":                 v1alpha1.ReasonProgressing,
	}
	if diff := cmp.Diff(want, withheld); diff != "" {
		t.Errorf("withheld (-want +got):\n%s", diff)
	}
	if got, want := p.Withheld[len(p.Withheld)-1].Message, "waits for: attach policy service-role/AmazonECSTaskExecutionRolePolicy"; got != want {
		t.Errorf("the message is %q, want %q", got, want)
	}
}

func TestWhatIsMissingIsMadeHoweverOftenSomebodyRemovesIt(t *testing.T) {
	p := plan.Diff(declared(), iam.Observation{}, iam.DefaultQuotas()).Permit(plan.Contested(map[string]bool{"role": true}))
	if len(p.Withheld) > 0 || len(p.Steps) == 0 {
		t.Errorf("got steps %v, withheld %v", p.Lines(), p.Withheld)
	}
}

func TestObserveWithholdsEverything(t *testing.T) {
	before := typical()
	p := before.Permit(plan.ObserveOnly)
	if len(p.Steps) > 0 || len(p.Withheld) != len(before.Steps)+len(before.Withheld) {
		t.Errorf("the plan is %q", p.Lines())
	}
	for _, w := range p.Withheld[1:] {
		if w.Reason != v1alpha1.ReasonDrifted || w.Message != "reconcilePolicy is Observe" {
			t.Errorf("%s is withheld with %s, %q", w.Op, w.Reason, w.Message)
		}
	}
}

func TestPermitWithoutFiltersChangesNothing(t *testing.T) {
	if diff := cmp.Diff(typical(), typical().Permit()); diff != "" {
		t.Errorf("(-before +after):\n%s", diff)
	}
}

func TestOperationsNameTheirActionAndField(t *testing.T) {
	for op, want := range map[plan.Operation][2]string{
		plan.UpdateTrustPolicy{}:             {"iam:UpdateAssumeRolePolicy", "trust"},
		plan.UpdateRole{}:                    {"iam:UpdateRole", "settings"},
		plan.SetBoundary{}:                   {"iam:PutRolePermissionsBoundary", "boundary"},
		plan.DeleteBoundary{}:                {"iam:DeleteRolePermissionsBoundary", "boundary"},
		plan.PutRolePolicy{Policy: "p"}:      {"iam:PutRolePolicy", "inline/p"},
		plan.DeleteRolePolicy{Policy: "p"}:   {"iam:DeleteRolePolicy", "inline/p"},
		plan.AttachRolePolicy{ARN: "a"}:      {"iam:AttachRolePolicy", "attached/a"},
		plan.DetachRolePolicy{ARN: "a"}:      {"iam:DetachRolePolicy", "attached/a"},
		plan.DeleteRole{}:                    {"iam:DeleteRole", "role"},
		plan.AddRoleToInstanceProfile{}:      {"iam:AddRoleToInstanceProfile", "profile/role"},
		plan.RemoveRoleFromInstanceProfile{}: {"iam:RemoveRoleFromInstanceProfile", "profile/role"},
		plan.DeleteInstanceProfile{}:         {"iam:DeleteInstanceProfile", "profile"},
	} {
		if got := [2]string{op.Action(), op.Field()}; got != want {
			t.Errorf("%T is %v, want %v", op, got, want)
		}
	}
	for _, op := range []plan.Operation{
		plan.CreateRole{}, plan.TagRole{}, plan.UntagRole{}, plan.CreateInstanceProfile{}, plan.TagInstanceProfile{}, plan.UntagInstanceProfile{},
	} {
		if !regexp.MustCompile(`^iam:[A-Z][A-Za-z]+$`).MatchString(op.Action()) {
			t.Errorf("%T is %s", op, op.Action())
		}
	}
}
