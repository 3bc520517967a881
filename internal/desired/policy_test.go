// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package desired_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/internal/desired"
	"github.com/ecsiam/ecs-iam-controller/internal/iam"
	"github.com/ecsiam/ecs-iam-controller/internal/ownership"
)

// policyInputs are those of a policy that reads orders, changed by the given functions.
func policyInputs(changes ...func(*desired.PolicyInputs)) desired.PolicyInputs {
	in := desired.PolicyInputs{
		Policy: &v1alpha1.ECSPolicy{
			ObjectMeta: metav1.ObjectMeta{Namespace: "payments", Name: "read-orders"},
			Spec: v1alpha1.ECSPolicySpec{Statements: []v1alpha1.Statement{{
				Effect: v1alpha1.EffectAllow, Actions: []v1alpha1.Action{"s3:GetObject"},
				Resources: []v1alpha1.ResourcePattern{"arn:{partition}:s3:::{namespace}-{name}-{accountID}-{region}/*"},
			}}},
		},
		Account: &v1alpha1.AWSAccount{Spec: v1alpha1.AWSAccountSpec{
			Region:           "eu-west-1",
			FormerClusterIDs: []v1alpha1.ClusterID{"old"},
			Guardrails: &v1alpha1.Guardrails{AttachTo: &v1alpha1.AttachToGuardrail{
				Users: []v1alpha1.EntityNamePattern{"ci.{namespace}_*"}, Groups: []v1alpha1.EntityNamePattern{"Staff"},
			}},
		}},
		AccountID: "111122223333", Partition: "aws-cn", ClusterID: "blue", Roles: []string{"app"},
	}
	for _, change := range changes {
		change(&in)
	}
	return in
}

func policySpec(change func(*v1alpha1.ECSPolicySpec)) func(*desired.PolicyInputs) {
	return func(in *desired.PolicyInputs) { change(&in.Policy.Spec) }
}

func TestAPolicyFollowsFromItsObjectAndItsAccount(t *testing.T) {
	got, err := desired.BuildPolicy(policyInputs(func(in *desired.PolicyInputs) {
		in.Account.Spec.Defaults = &v1alpha1.AccountDefaults{Path: "/ecs/", Tags: map[string]string{"team": "platform"}}
		in.Account.Spec.Adoption = &v1alpha1.Adoption{Allow: []v1alpha1.AdoptionRule{{
			Namespaces: []v1alpha1.NamespaceName{"payments"}, NamePattern: "payments_*",
		}}}
	}, policySpec(func(s *v1alpha1.ECSPolicySpec) {
		s.Description, s.AdoptionPolicy = "reads orders", v1alpha1.AdoptionAdopt
		s.Tags = map[string]string{"team": "payments", "Team": "other"}
		s.AttachTo = &v1alpha1.AttachTo{
			Users:  []v1alpha1.UserReference{{Name: "ci.payments_build"}},
			Groups: []v1alpha1.GroupReference{{Name: "staff"}},
		}
		s.Ignore = &v1alpha1.PolicyIgnore{
			Attachments: []v1alpha1.AttachmentPattern{"role/SSO_*"}, Tags: []v1alpha1.Pattern{"org:*"},
		}
	})))
	if err != nil {
		t.Fatal(err)
	}
	want := desired.Policy{
		Policy: iam.Policy{
			Name: "payments_read-orders", Path: "/ecs/", Description: "reads orders",
			ARN: "arn:aws-cn:iam::111122223333:policy/ecs/payments_read-orders",
			Document: `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:GetObject",` +
				`"Resource":"arn:aws-cn:s3:::payments-read-orders-111122223333-eu-west-1/*"}]}`,
			Tags:  map[string]string{"team": "platform", "Team": "other", "ecsiam.dev/owner": "blue/payments/read-orders"},
			Users: []string{"ci.payments_build"}, Groups: []string{"staff"}, Roles: []string{"app"},
		},
		AccountTags: []string{"team"},
		Claim: ownership.Claim{
			Owner: "blue/payments/read-orders", FormerOwners: []string{"old/payments/read-orders"},
			Adoption: ownership.AdoptAny, AdoptionAllowed: true,
		},
		Ignore: desired.PolicyIgnore{Tags: []string{"org:*"}, Attachments: []string{"role/SSO_*"}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("policy (-want +got):\n%s", diff)
	}
}

func TestWhatIsWrongWithAPolicyIsSaidFieldByField(t *testing.T) {
	users := func(names ...string) func(*v1alpha1.ECSPolicySpec) {
		return func(s *v1alpha1.ECSPolicySpec) {
			s.AttachTo = &v1alpha1.AttachTo{}
			for _, name := range names {
				s.AttachTo.Users = append(s.AttachTo.Users, v1alpha1.UserReference{Name: name})
			}
		}
	}
	for name, c := range map[string]struct {
		in   desired.PolicyInputs
		want []string
	}{
		"no statements": {
			policyInputs(policySpec(func(s *v1alpha1.ECSPolicySpec) { s.Statements = nil })),
			[]string{"spec.statements: Required"},
		},
		"a document over 6,144 counted characters": {
			policyInputs(policySpec(func(s *v1alpha1.ECSPolicySpec) {
				for i := range 4 {
					s.Statements = append(s.Statements, v1alpha1.Statement{
						Effect: v1alpha1.EffectAllow, Actions: []v1alpha1.Action{"s3:GetObject"},
						Resources: []v1alpha1.ResourcePattern{
							v1alpha1.ResourcePattern(fmt.Sprintf("arn:aws-cn:s3:::%d%s", i, strings.Repeat("x", 1600))),
						},
					})
				}
			})), []string{"spec.statements", "counted characters, IAM's limit is 6144"},
		},
		"a description outside Latin-1": {
			policyInputs(policySpec(func(s *v1alpha1.ECSPolicySpec) { s.Description = "reads the shop’s orders" })),
			[]string{"spec.description", "only Latin-1 characters"},
		},
		"an unknown placeholder": {
			policyInputs(policySpec(func(s *v1alpha1.ECSPolicySpec) {
				s.Statements[0].Resources = []v1alpha1.ResourcePattern{"arn:aws:s3:::{bucket}"}
			})), []string{"spec.statements[0].resources[0]", "{bucket}"},
		},
		"a name over 128 characters": {
			policyInputs(policySpec(func(s *v1alpha1.ECSPolicySpec) { s.PolicyName = strings.Repeat("x", 129) })),
			[]string{"spec.policyName", "129 characters"},
		},
		"a path that only roles may have": {
			policyInputs(policySpec(func(s *v1alpha1.ECSPolicySpec) { s.Path = "/a~b/" })),
			[]string{"spec.path", "between single slashes"},
		},
		"the account's default path when only roles may have it": {
			policyInputs(func(in *desired.PolicyInputs) {
				in.Account.Spec.Defaults = &v1alpha1.AccountDefaults{Path: "/a:b/"}
			}), []string{"AWSAccount.spec.defaults.path", "set spec.path"},
		},
		"a reserved tag": {
			policyInputs(policySpec(func(s *v1alpha1.ECSPolicySpec) { s.Tags = map[string]string{"ECSIAM.dev/owner": "me"} })),
			[]string{"spec.tags[ECSIAM.dev/owner]", "reserved"},
		},
		"more than fifty tags": {
			policyInputs(policySpec(func(s *v1alpha1.ECSPolicySpec) {
				s.Tags = map[string]string{}
				for i := range 50 {
					s.Tags[fmt.Sprint("k", i)] = "v"
				}
			})), []string{"spec.tags", "51 tags"},
		},
		"a user by ARN": {
			policyInputs(policySpec(users("arn:aws:iam::111122223333:user/ci"))), []string{"spec.attachTo.users[0].name"},
		},
		"a user twice": {
			policyInputs(policySpec(users("ci.payments_a", "CI.payments_A"))),
			[]string{"spec.attachTo.users[1].name", "ignore case"},
		},
		"an ignored attachment without a kind": {
			policyInputs(policySpec(func(s *v1alpha1.ECSPolicySpec) {
				s.Ignore = &v1alpha1.PolicyIgnore{Attachments: []v1alpha1.AttachmentPattern{"admin"}}
			})), []string{"spec.ignore.attachments[0]"},
		},
		"an unknown policy of deletion": {
			policyInputs(policySpec(func(s *v1alpha1.ECSPolicySpec) { s.DeletionPolicy = "Keep" })),
			[]string{"spec.deletionPolicy"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := desired.BuildPolicy(c.in)
			if err == nil {
				t.Fatal("accepted")
			}
			if diff := cmp.Diff(desired.Policy{}, got); diff != "" {
				t.Errorf("beside an error the policy is not empty:\n%s", diff)
			}
			for _, part := range c.want {
				if !strings.Contains(err.Error(), part) {
					t.Errorf("the error lacks %q: %v", part, err)
				}
			}
		})
	}
}

func TestUsersAndGroupsNeedTheGuardrailOfTheAccount(t *testing.T) {
	attach := policySpec(func(s *v1alpha1.ECSPolicySpec) {
		s.AttachTo = &v1alpha1.AttachTo{
			Users:  []v1alpha1.UserReference{{Name: "CI.payments_build"}, {Name: "ci.checkout_build"}},
			Groups: []v1alpha1.GroupReference{{Name: "staff"}, {Name: "admins"}},
		}
	})
	absent := func(in *desired.PolicyInputs) { in.Account.Spec.Guardrails = nil }
	malformed := func(in *desired.PolicyInputs) {
		in.Account.Spec.Guardrails.AttachTo = &v1alpha1.AttachToGuardrail{
			Users: []v1alpha1.EntityNamePattern{"ci.{namespace}*", "*{namespace}_build"}, Groups: []v1alpha1.EntityNamePattern{"staff{"},
		}
	}
	for name, c := range map[string]struct {
		in   desired.PolicyInputs
		want []string
	}{
		"patterns allow their own": {policyInputs(attach), []string{"users[1]", "groups[1]"}},
		"malformed patterns allow none": {
			policyInputs(attach, malformed), []string{"users[0]", "users[1]", "groups[0]", "groups[1]"},
		},
		"absent allows none": {
			policyInputs(attach, absent), []string{"users[0]", "users[1]", "groups[0]", "groups[1]"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := desired.BuildPolicy(c.in)
			if err != nil {
				t.Fatalf("what is allowed is not built: %v", err)
			}
			if n := len(got.Forbidden); n != len(c.want) {
				t.Errorf("got %d refusals, want %d: %v", n, len(c.want), got.Forbidden)
			}
			for i, field := range c.want {
				if at := got.Forbidden[i].Field; at != "spec.attachTo."+field+".name" {
					t.Errorf("%s is refused, want %s", at, field)
				}
			}
			if n := len(got.Policy.Users) + len(got.Policy.Groups); n != 4-len(c.want) {
				t.Errorf("%d are to have the policy, want all but those that are refused", n)
			}
		})
	}
}

func TestTheARNOfAPolicyIsKnownBeforeThePolicyExists(t *testing.T) {
	account := &v1alpha1.AWSAccount{Spec: v1alpha1.AWSAccountSpec{Defaults: &v1alpha1.AccountDefaults{Path: "/ecs/"}}}
	const prefix = "arn:aws:iam::111122223333:policy"
	const byDefault = prefix + "/payments_orders"
	for name, c := range map[string]struct {
		path, policyName, status, want string
		account                        *v1alpha1.AWSAccount
	}{
		"by default":                          {want: byDefault},
		"with a name":                         {policyName: "orders", want: prefix + "/orders"},
		"with the account's path":             {account: account, want: prefix + "/ecs/payments_orders"},
		"with its own path":                   {account: account, path: "/own/", want: prefix + "/own/payments_orders"},
		"where it was created":                {account: account, status: byDefault, want: byDefault},
		"as it is spelt":                      {status: prefix + "/x/Payments_Orders", want: prefix + "/x/Payments_Orders"},
		"not where its own path forbids":      {path: "/own/", status: byDefault, want: prefix + "/own/payments_orders"},
		"not where the status names another":  {status: prefix + "/admin", want: byDefault},
		"not where the status is of another":  {status: "arn:aws:iam::444455556666:policy/payments_orders", want: byDefault},
		"not where the status is of no known": {status: "nonsense", want: byDefault},
	} {
		t.Run(name, func(t *testing.T) {
			object := &v1alpha1.ECSPolicy{ObjectMeta: metav1.ObjectMeta{Namespace: "payments", Name: "orders"}}
			object.Spec.Path, object.Spec.PolicyName, object.Status.PolicyARN = c.path, c.policyName, c.status
			if got := desired.PolicyARN(object, c.account, "111122223333", "aws"); got != c.want {
				t.Errorf("got %s, want %s", got, c.want)
			}
		})
	}
}

func TestADeletedPolicyNeedsNoValidSpec(t *testing.T) {
	got := desired.AbsentPolicy(policyInputs(policySpec(func(s *v1alpha1.ECSPolicySpec) { s.Statements = nil })))
	if !got.Absent || got.Policy.Name != "payments_read-orders" || got.Owner != "blue/payments/read-orders" {
		t.Errorf("got %+v", got)
	}
}
