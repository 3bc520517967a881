// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package awsiam_test

import (
	"html"
	"testing"
	"testing/synctest"

	"github.com/google/go-cmp/cmp"

	"github.com/ecsiam/ecs-iam-controller/internal/iam"
	"github.com/ecsiam/ecs-iam-controller/internal/iam/iamsim"
)

func TestWhatTheMessageOfAWSSaysIsRead(t *testing.T) {
	const denied = "User: arn:aws:sts::111122223333:assumed-role/ecsiam/s is not authorized to perform: iam:PassRole " +
		"on resource: arn:aws:iam::111122223333:role/x "
	passRole := func(kind iam.PolicyKind, explicit bool) iam.Detail {
		return iam.Detail{Permission: "iam:PassRole", DeniedBy: kind, Explicit: explicit}
	}
	for message, tc := range map[string]struct {
		code  string
		class iam.Class
		want  iam.Detail
	}{
		denied + "because no identity-based policy allows the iam:PassRole action": {
			"AccessDenied", iam.ClassDenied, passRole(iam.IdentityPolicy, false),
		},
		denied + "with an explicit deny in an identity-based policy": {
			"AccessDenied", iam.ClassDenied, passRole(iam.IdentityPolicy, true),
		},
		denied + "with an explicit deny in a service control policy": {
			"AccessDenied", iam.ClassDenied, passRole(iam.ServiceControlPolicy, true),
		},
		denied + "with an explicit deny in a service control policy: " +
			"arn:aws:organizations::444455556666:policy/o-1/service_control_policy/p-1": {
			"AccessDenied", iam.ClassDenied, passRole(iam.ServiceControlPolicy, true),
		},
		denied + "because no service control policy allows the iam:PassRole action": {
			"AccessDenied", iam.ClassDenied, passRole(iam.ServiceControlPolicy, false),
		},
		denied + "with an explicit deny in a resource control policy": {
			"AccessDenied", iam.ClassDenied, passRole(iam.ResourceControlPolicy, true),
		},
		denied + "because no permissions boundary allows the iam:PassRole action": {
			"AccessDenied", iam.ClassDenied, passRole(iam.BoundaryPolicy, false),
		},
		denied + "with an explicit deny in a permissions boundary": {
			"AccessDenied", iam.ClassDenied, passRole(iam.BoundaryPolicy, true),
		},
		denied + "because no session policy allows the iam:PassRole action": {
			"AccessDenied", iam.ClassDenied, passRole(iam.SessionPolicy, false),
		},
		denied + "because no VPC endpoint policy allows the iam:PassRole action": {
			"AccessDenied", iam.ClassDenied, passRole(iam.EndpointPolicy, false),
		},
		denied + "with an explicit deny in the role trust policy": {
			"AccessDenied", iam.ClassDenied, passRole(iam.RoleTrustPolicy, true),
		},
		denied + "with an explicit deny in a policy of tomorrow": {
			"AccessDenied", iam.ClassDenied, passRole("", true),
		},
		"Denied.": {"AccessDenied", iam.ClassDenied, iam.Detail{}},

		`Invalid principal in policy: "AWS":"arn:aws:iam::111122223333:role/new"`: {
			"MalformedPolicyDocument", iam.ClassPrincipalNotFound,
			iam.Detail{Principal: iam.Principal{Kind: iam.AWSPrincipal, Name: "arn:aws:iam::111122223333:role/new"}},
		},
		`Invalid principal in policy: "FEDERATED":"arn:aws:iam::111122223333:oidc-provider/new"`: {
			"MalformedPolicyDocument", iam.ClassPrincipalNotFound,
			iam.Detail{Principal: iam.Principal{
				Kind: iam.FederatedPrincipal, Name: "arn:aws:iam::111122223333:oidc-provider/new",
			}},
		},
		`Invalid principal in policy: "SERVICE":"states.amazonaws.com.cn"`: {
			"MalformedPolicyDocument", iam.ClassRejected,
			iam.Detail{Principal: iam.Principal{Kind: iam.ServicePrincipal, Name: "states.amazonaws.com.cn"}},
		},
		`Invalid principal in policy: "AWS":"AROAEXAMPLEEXAMPLE12"`: {
			"MalformedPolicyDocument", iam.ClassPrincipalNotFound,
			iam.Detail{Principal: iam.Principal{Kind: iam.AWSPrincipal, Name: "AROAEXAMPLEEXAMPLE12"}},
		},
		`Invalid principal in policy: "AWS":"444455556666"`: {
			"MalformedPolicyDocument", iam.ClassPrincipalNotFound,
			iam.Detail{Principal: iam.Principal{Kind: iam.AWSPrincipal, Name: "444455556666"}},
		},
		`Invalid principal in policy: "SERVICE":"ecs-tasks.amazonaws.com.cn"`: {
			"MalformedPolicyDocument", iam.ClassRejected,
			iam.Detail{Principal: iam.Principal{Kind: iam.ServicePrincipal, Name: "ecs-tasks.amazonaws.com.cn"}},
		},
		`Invalid principal in policy: "STAR":"*"`: {"MalformedPolicyDocument", iam.ClassRejected, iam.Detail{}},
		"Invalid principal in policy: com.amazon.balsa.error.InvalidPolicyException: The passed in policy has a " +
			"statement with no principals!": {"MalformedPolicyDocument", iam.ClassRejected, iam.Detail{}},
		"Invalid principal in policy.": {"MalformedPolicyDocument", iam.ClassPrincipalNotFound, iam.Detail{}},

		"Cannot exceed quota for RolesPerAccount: 1000": {
			"LimitExceeded", iam.ClassLimit, iam.Detail{Quota: "RolesPerAccount", Limit: 1000},
		},
		"Maximum policy size of 10240 bytes exceeded for role payments_checkout": {
			"LimitExceeded", iam.ClassLimit, iam.Detail{Quota: "for the inline policies of a role", Limit: 10240},
		},
		"A managed policy can have up to 5 versions. Before you create a new version, you must delete an existing version.": {
			"LimitExceeded", iam.ClassLimit, iam.Detail{Quota: "for the versions of a policy", Limit: 5},
		},
		"The number of tags has reached the maximum limit.": {
			"LimitExceeded", iam.ClassLimit, iam.Detail{Quota: "for tags"},
		},
		"Full.": {"LimitExceeded", iam.ClassLimit, iam.Detail{}},

		"2 validation errors detected: Value at 'roleName' failed to satisfy constraint: Member must have length less " +
			"than or equal to 64; Value 'a' at 'tags.1.member.key' failed to satisfy constraint: Member must not be null; " +
			"Value at 'roleName' failed to satisfy constraint: Member must satisfy regular expression pattern: [a]+": {
			"ValidationError", iam.ClassRejected, iam.Detail{Fields: []string{"roleName", "tags.1.member.key"}},
		},
		"The specified value for roleName is invalid. It must contain only alphanumeric characters": {
			"ValidationError", iam.ClassRejected, iam.Detail{Fields: []string{"roleName"}},
		},
		"Duplicate tag keys found.": {"InvalidInput", iam.ClassRejected, iam.Detail{}},
	} {
		t.Run(message, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				for action, err := range fails(t, answer(400, tc.code, html.EscapeString(message))) {
					e := errorOf(t, err)
					if e.Class != tc.class || e.Message != message {
						t.Errorf("%s: error is %+v, want class %d", action, e, tc.class)
					}
					if diff := cmp.Diff(tc.want, e.Detail); diff != "" {
						t.Errorf("%s: detail (-want +got):\n%s", action, diff)
					}
				}
			})
		})
	}
}

func TestTheMessagesOfTheSimulatorAreReadToo(t *testing.T) {
	for name, tc := range map[string]struct {
		role  iam.Role
		roles int
		want  iam.Detail
	}{
		"a quota": {
			iam.Role{Name: "second", Trust: trust}, 0, iam.Detail{Quota: "RolesPerAccount", Limit: 0},
		},
		"a principal": {
			iam.Role{Name: "third", Trust: `{"Version":"2012-10-17","Statement":[{"Effect":"Allow",` +
				`"Principal":{"AWS":"arn:aws:iam::111122223333:role/absent"},"Action":"sts:AssumeRole"}]}`},
			1,
			iam.Detail{Principal: iam.Principal{Kind: iam.AWSPrincipal, Name: "arn:aws:iam::111122223333:role/absent"}},
		},
		"a field": {
			iam.Role{Name: "fourth", Path: "no slash", Trust: trust}, 1, iam.Detail{Fields: []string{"path"}},
		},
	} {
		t.Run(name, func(t *testing.T) {
			sim := newSim(t)
			a := newAccount(t, sim)
			quotas := iamsim.DefaultQuotas()
			quotas.Roles = tc.roles
			sim.SetQuotas(quotas)
			if diff := cmp.Diff(tc.want, errorOf(t, second(a.CreateRole(t.Context(), tc.role))).Detail); diff != "" {
				t.Errorf("detail (-want +got):\n%s", diff)
			}
		})
	}
}

// second is the error of a call that returns three values.
func second(_, _ string, err error) error { return err }
