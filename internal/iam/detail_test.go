// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package iam_test

import (
	"strings"
	"testing"

	"github.com/ecsiam/ecs-iam-controller/internal/iam"
)

func TestADenialSaysWhoCanChangeIt(t *testing.T) {
	for want, detail := range map[string]iam.Detail{
		"allow iam:CreateRole, config/iam/controller-policy.json has all": {},
		"allow iam:PassRole, config/iam/controller-policy.json has all":   {Permission: "iam:PassRole", DeniedBy: iam.IdentityPolicy},
		"a policy of the controller's role denies iam:PassRole; remove that Deny": {
			Permission: "iam:PassRole", DeniedBy: iam.IdentityPolicy, Explicit: true,
		},
		"a service control policy denies iam:CreateRole; only the administrators of the AWS organization": {
			DeniedBy: iam.ServiceControlPolicy, Explicit: true,
		},
		"no service control policy allows iam:CreateRole; only the administrators of the AWS organization": {
			DeniedBy: iam.ServiceControlPolicy,
		},
		"no permissions boundary allows iam:CreateRole; whoever set the boundary": {DeniedBy: iam.BoundaryPolicy},
		"no session policy allows iam:CreateRole; extend it where":                {DeniedBy: iam.SessionPolicy},
		"check that the trust policy of the role names the controller":            {Permission: "sts:AssumeRole"},
		"role arn:aws:iam::1:role/hub cannot be assumed; check that it exists":    {Role: "arn:aws:iam::1:role/hub"},
		"no service control policy allows sts:AssumeRole; only the administrators": {
			Role: "arn:aws:iam::1:role/hub", Permission: "sts:AssumeRole", DeniedBy: iam.ServiceControlPolicy,
		},
	} {
		e := iam.Error{Action: "iam:CreateRole", Code: "AccessDenied", Class: iam.ClassDenied, Detail: detail}
		if got := e.Denial(); !strings.Contains(got, want) {
			t.Errorf("denial is %q, want %q in it", got, want)
		}
	}
}

func TestOnlyAnIdentityPolicyIsCuredByTheControllersOwn(t *testing.T) {
	for _, kind := range iam.PolicyKinds() {
		for _, explicit := range []bool{true, false} {
			e := iam.Error{Action: "iam:CreateRole", Detail: iam.Detail{DeniedBy: kind, Explicit: explicit}}
			cured := strings.Contains(e.Denial(), "controller-policy.json")
			if want := kind == iam.IdentityPolicy && !explicit; cured != want {
				t.Errorf("%s, explicit %t: %q", kind, explicit, e.Denial())
			}
		}
	}
}

func TestAQuotaIsNamedWithItsValue(t *testing.T) {
	for want, detail := range map[string]iam.Detail{
		"a quota of the account":           {},
		"the quota for tags":               {Quota: "for tags"},
		"the quota RolesPerAccount (1000)": {Quota: "RolesPerAccount", Limit: 1000},
	} {
		if got := detail.QuotaText(); got != want {
			t.Errorf("text is %q, want %q", got, want)
		}
	}
}

func TestAServiceThatIAMDoesNotKnowIsNotToBeCreated(t *testing.T) {
	for want, principal := range map[string]iam.Principal{
		"IAM does not know the service states.amazonaws.com.cn; check its spelling for this partition": {
			Kind: iam.ServicePrincipal, Name: "states.amazonaws.com.cn",
		},
		"IAM cannot find principal arn:aws:iam::111122223333:role/a of the trust policy; create it, or correct its ARN": {
			Kind: iam.AWSPrincipal, Name: "arn:aws:iam::111122223333:role/a",
		},
		"": {},
	} {
		if got := principal.Unknown(); got != want {
			t.Errorf("text is %q, want %q", got, want)
		}
	}
}
