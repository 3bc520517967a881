// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package manifests

import (
	"context"
	"encoding/json"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"
	"github.com/google/go-cmp/cmp"
	"sigs.k8s.io/yaml"

	controllerpolicy "github.com/ecsiam/ecs-iam-controller/config/iam"
	"github.com/ecsiam/ecs-iam-controller/internal/iam"
	"github.com/ecsiam/ecs-iam-controller/internal/iam/awsiam"
	"github.com/ecsiam/ecs-iam-controller/internal/iam/iamsim"
	"github.com/ecsiam/ecs-iam-controller/internal/roletype"
)

const (
	hubAccount = "999900001111"
	cluster    = "prod-eu-1"
	ownerTag   = "ecsiam.dev/owner"
)

// member is an account whose role for the controller has the templates of config/iam.
type member struct {
	sim      *iamsim.Sim
	operator *sdk.Client // an administrator of the account
	accounts *awsiam.Factory
	role     iam.Hop
}

// memberOf starts an account that the hub account reaches. Its role for the controller is still to be made.
func memberOf(t *testing.T) member {
	t.Helper()
	sim, as := startIAM(t)
	return member{
		sim: sim, operator: sdk.NewFromConfig(as("AKIAOPERATOR")),
		accounts: awsiam.NewFactory(as(hubAccount), awsiam.FactoryOptions{}),
	}
}

func newMember(t *testing.T) member {
	t.Helper()
	m := memberOf(t)
	trust := strings.NewReplacer("CONTROLLER_ROLE_ARN", "arn:aws:iam::"+hubAccount+":root", "EXTERNAL_ID", "shared",
		"CLUSTER_ID", cluster).Replace(string(controllerpolicy.MemberTrust()))
	m.role = iam.Hop{ExternalID: "shared", RoleARN: m.createRole(t, "ecs-iam-controller-member", trust,
		m.createPolicy(t, "ecs-iam-controller-member", string(controllerpolicy.Member())))}
	m.sim.SetPolicyEnforcement(true)
	return m
}

func (m member) createPolicy(t *testing.T, name, document string) string {
	t.Helper()
	out, err := m.operator.CreatePolicy(t.Context(), &sdk.CreatePolicyInput{
		PolicyName: &name, PolicyDocument: &document,
	})
	succeed(t, err)
	return *out.Policy.Arn
}

const trustOfTheHub = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow",` +
	`"Principal":{"AWS":"arn:aws:iam::` + hubAccount + `:root"},"Action":["sts:AssumeRole","sts:TagSession"]}]}`

func (m member) createRole(t *testing.T, name, trust string, policies ...string) string {
	t.Helper()
	out, err := m.operator.CreateRole(t.Context(), &sdk.CreateRoleInput{RoleName: &name, AssumeRolePolicyDocument: &trust})
	succeed(t, err)
	for _, arn := range policies {
		_, err := m.operator.AttachRolePolicy(t.Context(), &sdk.AttachRolePolicyInput{RoleName: &name, PolicyArn: &arn})
		succeed(t, err)
	}
	return *out.Role.Arn
}

// session is that of a namespace, or the account's own.
func (m member) session(t *testing.T, namespace string) iam.Account {
	t.Helper()
	role := &iam.AssumeRole{Hop: m.role}
	if namespace != "" {
		role.Owner = &iam.SessionOwner{Cluster: cluster, Namespace: namespace}
	}
	return m.accounts.ForAccount(t.Context(), iam.AccountConfig{Name: "member", AccountID: m.sim.AccountID(), AssumeRole: role})
}

func owned(namespace string) map[string]string {
	return map[string]string{ownerTag: cluster + "/" + namespace + "/app"}
}

func (m member) arn(path, name string) string {
	return "arn:aws:iam::" + m.sim.AccountID() + ":policy" + path + name
}

// place is where the entities of a namespace may be.
type place struct{ path, name string }

func placesOf(namespace string) map[string]place {
	return map[string]place{
		"by name": {"/ecs/", namespace + "_app"}, "by path": {"/ecs/" + namespace + "/", "app-of-" + namespace},
	}
}

// createIn makes a role, a profile with the role in it, and a policy.
func createIn(t *testing.T, account iam.Account, at place, tags map[string]string) {
	t.Helper()
	ctx := t.Context()
	_, _, err := account.CreateRole(ctx, iam.Role{
		Name: at.name, Path: at.path, MaxSessionSeconds: 3600, Trust: trustOfEC2, Tags: tags, Boundary: denyAll,
	})
	succeed(t, err)
	_, _, err = account.CreateInstanceProfile(ctx, iam.InstanceProfile{Name: at.name, Path: at.path, Tags: tags})
	succeed(t, err)
	succeed(t, account.AddRoleToInstanceProfile(ctx, at.name, at.name))
	created := iam.Policy{Name: at.name, Path: at.path, Document: readAll, Tags: tags}
	_, _, _, err = account.CreatePolicy(ctx, created) //nolint:dogsled // only whether it may be created
	succeed(t, err)
}

// writes are the calls that change existing entities under a name, and those that create some, by the name of the
// method. Their order is one in which all can succeed.
func writes(at place, policyARN string, tags map[string]string) (order []string, calls map[string]func(context.Context, iam.Account) error) {
	name := at.name
	second := func(_, _ string, err error) error { return err }
	calls = map[string]func(context.Context, iam.Account) error{
		"UpdateRole":             func(ctx context.Context, a iam.Account) error { return a.UpdateRole(ctx, name, "text", 7200) },
		"UpdateAssumeRolePolicy": func(ctx context.Context, a iam.Account) error { return a.UpdateAssumeRolePolicy(ctx, name, trustOfEC2) },
		"PutRolePermissionsBoundary": func(ctx context.Context, a iam.Account) error {
			return a.PutRolePermissionsBoundary(ctx, name, denyAll)
		},
		"DeleteRolePermissionsBoundary": func(ctx context.Context, a iam.Account) error { return a.DeleteRolePermissionsBoundary(ctx, name) },
		"TagRole":                       func(ctx context.Context, a iam.Account) error { return a.TagRole(ctx, name, tags) },
		"TagInstanceProfile":            func(ctx context.Context, a iam.Account) error { return a.TagInstanceProfile(ctx, name, tags) },
		"TagPolicy":                     func(ctx context.Context, a iam.Account) error { return a.TagPolicy(ctx, policyARN, tags) },
		"PutRolePolicy":                 func(ctx context.Context, a iam.Account) error { return a.PutRolePolicy(ctx, name, "inline", readAll) },
		"DeleteRolePolicy":              func(ctx context.Context, a iam.Account) error { return a.DeleteRolePolicy(ctx, name, "inline") },
		"AttachRolePolicy":              func(ctx context.Context, a iam.Account) error { return a.AttachRolePolicy(ctx, name, denyAll) },
		"DetachRolePolicy":              func(ctx context.Context, a iam.Account) error { return a.DetachRolePolicy(ctx, name, denyAll) },
		"CreatePolicyVersion": func(ctx context.Context, a iam.Account) error {
			_, err := a.CreatePolicyVersion(ctx, policyARN, strings.Replace(readAll, "Get", "Put", 1))
			return err
		},
		"DeletePolicyVersion": func(ctx context.Context, a iam.Account) error { return a.DeletePolicyVersion(ctx, policyARN, "v1") },
		"RemoveRoleFromInstanceProfile": func(ctx context.Context, a iam.Account) error {
			return a.RemoveRoleFromInstanceProfile(ctx, name, name)
		},
		"AddRoleToInstanceProfile": func(ctx context.Context, a iam.Account) error { return a.AddRoleToInstanceProfile(ctx, name, name) },
		"UntagRole":                func(ctx context.Context, a iam.Account) error { return a.UntagRole(ctx, name, []string{"team"}) },
		"UntagInstanceProfile": func(ctx context.Context, a iam.Account) error {
			return a.UntagInstanceProfile(ctx, name, []string{"team"})
		},
		"UntagPolicy":           func(ctx context.Context, a iam.Account) error { return a.UntagPolicy(ctx, policyARN, []string{"team"}) },
		"DeletePolicy":          func(ctx context.Context, a iam.Account) error { return a.DeletePolicy(ctx, policyARN) },
		"DeleteInstanceProfile": func(ctx context.Context, a iam.Account) error { return a.DeleteInstanceProfile(ctx, name) },
		"DeleteRole":            func(ctx context.Context, a iam.Account) error { return a.DeleteRole(ctx, name) },
		"CreateRole": func(ctx context.Context, a iam.Account) error {
			return second(a.CreateRole(ctx, iam.Role{Name: name, Path: at.path, MaxSessionSeconds: 3600, Trust: trustOfEC2, Tags: tags}))
		},
		"CreateInstanceProfile": func(ctx context.Context, a iam.Account) error {
			return second(a.CreateInstanceProfile(ctx, iam.InstanceProfile{Name: name, Path: at.path, Tags: tags}))
		},
		"CreatePolicy": func(ctx context.Context, a iam.Account) error {
			_, _, _, err := a.CreatePolicy(ctx, iam.Policy{Name: name, Path: at.path, Document: readAll, Tags: tags})
			return err
		},
	}
	return []string{
		"UpdateRole", "UpdateAssumeRolePolicy", "PutRolePermissionsBoundary", "DeleteRolePermissionsBoundary", "TagRole",
		"TagInstanceProfile", "TagPolicy", "PutRolePolicy", "DeleteRolePolicy", "AttachRolePolicy", "DetachRolePolicy",
		"CreatePolicyVersion", "DeletePolicyVersion", "RemoveRoleFromInstanceProfile", "AddRoleToInstanceProfile", "UntagRole",
		"UntagInstanceProfile", "UntagPolicy", "DeletePolicy", "RemoveRoleFromInstanceProfile", "DeleteInstanceProfile", "DeleteRole",
		"CreateRole", "CreateInstanceProfile", "CreatePolicy",
	}, calls
}

// The calls on service-linked roles are the account's; users and groups have a policy of their own.
func TestTheTestOfTheMemberPolicyMissesNoWrite(t *testing.T) {
	_, calls := writes(place{}, "", nil)
	writer := reflect.TypeFor[iam.Writer]()
	for method := range writer.Methods() {
		name := method.Name
		special := strings.Contains(name, "ServiceLinkedRole") || strings.Contains(name, "User") || strings.Contains(name, "Group")
		if calls[name] == nil && !special {
			t.Errorf("%s is not tried", name)
		}
	}
}

func TestTheMemberPolicyHasTheActionsOfTheControllerPolicy(t *testing.T) {
	want, err := controllerpolicy.Actions()
	succeed(t, err)
	got, err := controllerpolicy.MemberActions()
	succeed(t, err)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("actions (-controller-policy +member-policy):\n%s", diff)
	}
}

func TestASessionOfANamespaceMayMakeEveryCallForItsEntities(t *testing.T) {
	for where, at := range placesOf("payments") {
		t.Run(where, func(t *testing.T) {
			m := newMember(t)
			session := m.session(t, "payments")
			createIn(t, session, at, owned("payments"))
			order, calls := writes(at, m.arn(at.path, at.name), owned("payments"))
			for _, name := range order {
				if err := calls[name](t.Context(), session); err != nil {
					t.Errorf("%s: %v", name, err)
				}
			}
			_, err := session.Observe(t.Context(), iam.Query{RoleName: at.name, ProfileName: at.name, ForDeletion: true})
			succeed(t, err)
			_, err = session.ObservePolicy(t.Context(), iam.PolicyQuery{ARN: m.arn(at.path, at.name), Name: at.name})
			succeed(t, err)
		})
	}
}

func TestASessionMayClaimWhatNobodyOwnsUnderItsNames(t *testing.T) {
	m := newMember(t)
	at := placesOf("payments")["by name"]
	m.operatorCreates(t, at, nil)
	session := m.session(t, "payments")
	for call, err := range map[string]error{
		"TagRole":            session.TagRole(t.Context(), at.name, owned("payments")),
		"TagInstanceProfile": session.TagInstanceProfile(t.Context(), at.name, owned("payments")),
		"TagPolicy":          session.TagPolicy(t.Context(), m.arn(at.path, at.name), owned("payments")),
		"PutRolePolicy":      session.PutRolePolicy(t.Context(), at.name, "inline", readAll),
	} {
		if call != "PutRolePolicy" && err != nil {
			t.Errorf("%s: %v", call, err)
		}
	}
	succeed(t, session.PutRolePolicy(t.Context(), at.name, "inline", readAll))
}

// operatorCreates makes entities past the controller.
func (m member) operatorCreates(t *testing.T, at place, tags map[string]string) {
	t.Helper()
	list := make([]types.Tag, 0, len(tags))
	for key, value := range tags {
		list = append(list, types.Tag{Key: aws.String(key), Value: aws.String(value)})
	}
	ctx := t.Context()
	_, err := m.operator.CreateRole(ctx, &sdk.CreateRoleInput{
		RoleName: &at.name, Path: &at.path, AssumeRolePolicyDocument: aws.String(trustOfEC2), Tags: list,
	})
	succeed(t, err)
	_, err = m.operator.PutRolePolicy(ctx, &sdk.PutRolePolicyInput{
		RoleName: &at.name, PolicyName: aws.String("inline"), PolicyDocument: aws.String(readAll),
	})
	succeed(t, err)
	_, err = m.operator.AttachRolePolicy(ctx, &sdk.AttachRolePolicyInput{RoleName: &at.name, PolicyArn: aws.String(denyAll)})
	succeed(t, err)
	_, err = m.operator.CreateInstanceProfile(ctx, &sdk.CreateInstanceProfileInput{
		InstanceProfileName: &at.name, Path: &at.path, Tags: list,
	})
	succeed(t, err)
	_, err = m.operator.CreatePolicy(ctx, &sdk.CreatePolicyInput{
		PolicyName: &at.name, Path: &at.path, PolicyDocument: aws.String(readAll), Tags: list,
	})
	succeed(t, err)
}

// A controller that mixes up two namespaces makes the calls of one in the session of the other.
func TestAControllerThatMixesUpNamespacesIsRefusedByAWS(t *testing.T) {
	elsewhere := place{"/", "admin"}
	for what, tc := range map[string]struct {
		at   place
		tags map[string]string
	}{
		"another namespace's, by name":                 {placesOf("orders")["by name"], owned("orders")},
		"another namespace's, by path":                 {placesOf("orders")["by path"], owned("orders")},
		"a namespace's whose name begins alike":        {placesOf("payments-data")["by name"], owned("payments-data")},
		"untagged under another namespace's names":     {placesOf("orders")["by name"], nil},
		"untagged elsewhere":                           {elsewhere, nil},
		"the namespace's by its tag, but elsewhere":    {elsewhere, owned("payments")},
		"the namespace's by its name, another's owner": {placesOf("payments")["by name"], owned("orders")},
		"the namespace's in another cluster": {
			placesOf("payments")["by name"], map[string]string{ownerTag: "other-cluster/payments/app"},
		},
	} {
		t.Run(what, func(t *testing.T) {
			m := newMember(t)
			m.operatorCreates(t, tc.at, tc.tags)
			for _, namespace := range []string{"payments", ""} {
				session := m.session(t, namespace)
				_, calls := writes(tc.at, m.arn(tc.at.path, tc.at.name), owned("payments"))
				for _, name := range slices.Sorted(maps.Keys(calls)) {
					if strings.HasPrefix(name, "Create") && !strings.HasSuffix(name, "Version") && namespace != "" && tc.at.name != elsewhere.name {
						continue // it exists, and where it would be created is tried below
					}
					if err := calls[name](t.Context(), session); iam.Classify(err) != iam.ClassDenied {
						t.Errorf("%s in the session of %q: %v, want denied", name, namespace, err)
					}
				}
			}
		})
	}
}

func TestASessionCreatesNothingElsewhereNorForAnother(t *testing.T) {
	for what, tc := range map[string]struct {
		at   place
		tags map[string]string
	}{
		"under another namespace's name": {placesOf("orders")["by name"], owned("payments")},
		"under another namespace's path": {placesOf("orders")["by path"], owned("payments")},
		"outside the path":               {place{"/", "payments_app"}, owned("payments")},
		"with another's owner tag":       {placesOf("payments")["by name"], owned("orders")},
		"without an owner tag":           {placesOf("payments")["by name"], nil},
		"with another cluster's tag":     {placesOf("payments")["by name"], map[string]string{ownerTag: "other/payments/app"}},
	} {
		t.Run(what, func(t *testing.T) {
			m := newMember(t)
			_, calls := writes(tc.at, "", tc.tags)
			for _, name := range []string{"CreateRole", "CreateInstanceProfile", "CreatePolicy"} {
				if err := calls[name](t.Context(), m.session(t, "payments")); iam.Classify(err) != iam.ClassDenied {
					t.Errorf("%s: %v, want denied", name, err)
				}
			}
		})
	}
}

func TestServiceLinkedRolesAreTheAccountsOwnSessions(t *testing.T) {
	m := newMember(t)
	for _, kind := range roletype.ServiceLinkedRoles() {
		if _, err := m.session(t, "payments").CreateServiceLinkedRole(t.Context(), kind.Principal, ""); iam.Classify(err) != iam.ClassDenied {
			t.Errorf("%s by a namespace: %v, want denied", kind.Principal, err)
		}
	}
	callServiceLinkedRoles(t, m.session(t, ""))
}

func TestTheMemberTrustsNoOtherClusterAndNoOtherExternalID(t *testing.T) {
	m := newMember(t)
	open := func(change func(*iam.AssumeRole)) error {
		role := &iam.AssumeRole{Hop: m.role, Owner: &iam.SessionOwner{Cluster: cluster, Namespace: "payments"}}
		change(role)
		_, err := m.accounts.ForAccount(t.Context(), iam.AccountConfig{Name: "member", AssumeRole: role}).Identity(t.Context())
		return err
	}
	succeed(t, open(func(*iam.AssumeRole) {}))
	succeed(t, open(func(r *iam.AssumeRole) { r.Owner = nil }))
	succeed(t, open(func(r *iam.AssumeRole) { r.Owner, r.SessionTags = nil, map[string]string{"team": "platform"} }))
	for what, change := range map[string]func(*iam.AssumeRole){
		"another cluster":     func(r *iam.AssumeRole) { r.Owner.Cluster = "other" },
		"another external id": func(r *iam.AssumeRole) { r.ExternalID = "guessed" },
	} {
		if err := open(change); iam.Classify(err) != iam.ClassDenied {
			t.Errorf("%s: %v, want denied", what, err)
		}
	}
}

func TestTheStackSetIsRenderedFromThePolicies(t *testing.T) {
	want, err := controllerpolicy.MemberTemplate()
	succeed(t, err)
	if diff := cmp.Diff(string(want), string(controllerpolicy.MemberStackSet())); diff != "" {
		t.Errorf("config/iam/member-stackset.yaml is not what the policies render to; run make manifests (-want +got):\n%s", diff)
	}
	var template struct {
		Parameters map[string]any
		Resources  map[string]struct {
			Properties struct {
				PolicyDocument, AssumeRolePolicyDocument any
			}
		}
	}
	succeed(t, yaml.Unmarshal(controllerpolicy.MemberStackSet(), &template))
	var permissions any
	succeed(t, json.Unmarshal(controllerpolicy.Member(), &permissions))
	if diff := cmp.Diff(permissions, template.Resources["Policy"].Properties.PolicyDocument); diff != "" {
		t.Errorf("the policy of the template (-member-policy.json +template):\n%s", diff)
	}
	guard, err := json.Marshal(template.Resources["Guard"].Properties.PolicyDocument)
	succeed(t, err)
	var wantGuard, gotGuard any
	succeed(t, json.Unmarshal(controllerpolicy.Guard(), &wantGuard))
	succeed(t, json.Unmarshal([]byte(strings.ReplaceAll(string(guard), `{"Ref":"BoundaryARN"}`, `"BOUNDARY_ARN"`)), &gotGuard))
	if diff := cmp.Diff(wantGuard, gotGuard); diff != "" {
		t.Errorf("the guard of the template (-guard-policy.json +template):\n%s", diff)
	}
	rendered, err := json.Marshal(template.Resources["Role"].Properties.AssumeRolePolicyDocument)
	succeed(t, err)
	for parameter, text := range map[string]string{
		"ControllerRoleARN": "CONTROLLER_ROLE_ARN", "ExternalID": "EXTERNAL_ID", "ClusterID": "CLUSTER_ID",
	} {
		if template.Parameters[parameter] == nil {
			t.Errorf("the template has no parameter %s", parameter)
		}
		rendered = []byte(strings.ReplaceAll(string(rendered), `{"Ref":"`+parameter+`"}`, `"`+text+`"`))
	}
	var got, trust any
	succeed(t, json.Unmarshal(rendered, &got))
	succeed(t, json.Unmarshal(controllerpolicy.MemberTrust(), &trust))
	if diff := cmp.Diff(trust, got); diff != "" {
		t.Errorf("the trust policy of the template (-member-trust-policy.json +template):\n%s", diff)
	}
}
