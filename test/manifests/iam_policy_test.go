// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package manifests

import (
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/google/go-cmp/cmp"

	controllerpolicy "github.com/ecsiam/ecs-iam-controller/config/iam"
	"github.com/ecsiam/ecs-iam-controller/internal/iam"
	"github.com/ecsiam/ecs-iam-controller/internal/iam/awsiam"
	"github.com/ecsiam/ecs-iam-controller/internal/iam/iamsim"
	"github.com/ecsiam/ecs-iam-controller/internal/policy"
	"github.com/ecsiam/ecs-iam-controller/internal/roletype"
)

const (
	trustOfEC2 = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow",` +
		`"Principal":{"Service":"ec2.amazonaws.com"},"Action":"sts:AssumeRole"}]}`
	readAll = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:Get*","Resource":"*"}]}`
	denyAll = "arn:aws:iam::aws:policy/AWSDenyAll"
)

func newAccount(t *testing.T) (*iamsim.Sim, iam.Account) {
	t.Helper()
	sim, as := startIAM(t)
	cfg := as("AKIAEXAMPLE")
	createUserAndGroup(t, sdk.NewFromConfig(cfg))
	sim.ResetCalls()
	return sim, awsiam.New(cfg, awsiam.Options{})
}

// createUserAndGroup creates what the controller never creates itself.
func createUserAndGroup(t *testing.T, client *sdk.Client) {
	t.Helper()
	_, err := client.CreateUser(t.Context(), &sdk.CreateUserInput{UserName: aws.String("alice")})
	succeed(t, err)
	_, err = client.CreateGroup(t.Context(), &sdk.CreateGroupInput{GroupName: aws.String("staff")})
	succeed(t, err)
}

// callEverything makes every call that the port has, each with success.
func callEverything(t *testing.T, account iam.Account) {
	t.Helper()
	ctx, tags := t.Context(), map[string]string{"team": "payments"}
	check := func(err error) { t.Helper(); succeed(t, err) }
	created := func(_, _ string, err error) { t.Helper(); check(err) }
	observe := func() {
		t.Helper()
		_, err := account.Observe(ctx, iam.Query{RoleName: "app", ProfileName: "app", ForDeletion: true})
		check(err)
	}
	role := iam.Role{Name: "app", Path: "/", MaxSessionSeconds: 3600, Trust: trustOfEC2, Tags: tags}
	created(account.CreateRole(ctx, role))
	created(account.CreateInstanceProfile(ctx, iam.InstanceProfile{Name: "app", Path: "/", Tags: tags}))
	check(account.AddRoleToInstanceProfile(ctx, "app", "app"))
	check(account.UpdateRole(ctx, "app", "description", 7200))
	check(account.UpdateAssumeRolePolicy(ctx, "app", trustOfEC2))
	check(account.PutRolePermissionsBoundary(ctx, "app", denyAll))
	check(account.TagRole(ctx, "app", tags))
	check(account.TagInstanceProfile(ctx, "app", tags))
	check(account.PutRolePolicy(ctx, "app", "inline", readAll))
	check(account.AttachRolePolicy(ctx, "app", denyAll))
	// A policy that nobody expects is read as well, and so are further profiles of a role that is to be deleted.
	observe()
	check(account.DetachRolePolicy(ctx, "app", denyAll))
	check(account.DeleteRolePolicy(ctx, "app", "inline"))
	check(account.UntagRole(ctx, "app", []string{"team"}))
	check(account.UntagInstanceProfile(ctx, "app", []string{"team"}))
	check(account.DeleteRolePermissionsBoundary(ctx, "app"))
	check(account.RemoveRoleFromInstanceProfile(ctx, "app", "app"))
	check(account.DeleteInstanceProfile(ctx, "app"))
	check(account.DeleteRole(ctx, "app"))
	callPolicies(t, account)
	callServiceLinkedRoles(t, account)
	_, err := account.Quotas(ctx)
	check(err)
	_, err = account.Identity(ctx)
	check(err)
}

// callServiceLinkedRoles makes the calls that only service-linked roles have.
func callServiceLinkedRoles(t *testing.T, account iam.Account) {
	t.Helper()
	for _, kind := range roletype.ServiceLinkedRoles() {
		if _, err := account.CreateServiceLinkedRole(t.Context(), kind.Principal, ""); err != nil {
			t.Fatal(err)
		}
		task, err := account.DeleteServiceLinkedRole(t.Context(), kind.RoleName)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := account.ServiceLinkedRoleDeletion(t.Context(), task); err != nil {
			t.Fatal(err)
		}
	}
}

// callPolicies makes the calls on managed policies, with a user and a group that others made.
func callPolicies(t *testing.T, account iam.Account) {
	t.Helper()
	ctx, tags := t.Context(), map[string]string{"team": "payments"}
	check := func(err error) { t.Helper(); succeed(t, err) }
	observe := func(q iam.PolicyQuery) {
		t.Helper()
		_, err := account.ObservePolicy(ctx, q)
		check(err)
	}
	arn, _, _, err := account.CreatePolicy(ctx, iam.Policy{Name: "app", Path: "/", Document: readAll, Tags: tags})
	check(err)
	_, err = account.CreatePolicyVersion(ctx, arn, strings.Replace(readAll, "Get", "Put", 1))
	check(err)
	check(account.TagPolicy(ctx, arn, tags))
	check(account.AttachUserPolicy(ctx, "alice", arn))
	check(account.AttachGroupPolicy(ctx, "staff", arn))
	observe(iam.PolicyQuery{ARN: arn, Name: "app", Document: readAll})
	observe(iam.PolicyQuery{ARN: arn, Name: "app", ForDeletion: true})
	check(account.DetachUserPolicy(ctx, "alice", arn))
	check(account.DetachGroupPolicy(ctx, "staff", arn))
	check(account.UntagPolicy(ctx, arn, []string{"team"}))
	check(account.DeletePolicyVersion(ctx, arn, "v1"))
	check(account.DeletePolicy(ctx, arn))
}

// needed are the permissions that IAM asks for when the calls are made.
func needed(calls []iamsim.Call) []string {
	actions := []string{}
	for _, call := range calls {
		// sts:GetCallerIdentity needs no permission and cannot be denied.
		if call.Service != "sts" {
			actions = append(actions, "iam:"+call.Action)
		}
		// IAM checks more than the action of the call: the service authorization reference calls these dependent actions.
		tagged := slices.ContainsFunc(paramNames(call), func(name string) bool { return strings.HasPrefix(name, "Tags.") })
		switch {
		case call.Action == "AddRoleToInstanceProfile":
			actions = append(actions, "iam:PassRole")
		case call.Action == "CreateRole" && tagged:
			actions = append(actions, "iam:TagRole")
		case call.Action == "CreateInstanceProfile" && tagged:
			actions = append(actions, "iam:TagInstanceProfile")
		case call.Action == "CreatePolicy" && tagged:
			actions = append(actions, "iam:TagPolicy")
		}
	}
	slices.Sort(actions)
	return slices.Compact(actions)
}

func paramNames(call iamsim.Call) []string {
	var names []string
	for name := range call.Params {
		names = append(names, name)
	}
	return names
}

func TestTheControllerPolicyAllowsEveryCallThatCanBeMadeAndNoOther(t *testing.T) {
	sim, account := newAccount(t)
	callEverything(t, account)
	// A policy that is not where it should be is searched for.
	absent := iam.PolicyQuery{ARN: "arn:aws:iam::111122223333:policy/absent", Name: "absent"}
	if _, err := account.ObservePolicy(t.Context(), absent); err != nil {
		t.Fatal(err)
	}
	if err := account.ReadRoles(t.Context(), "", func(iam.ShownRole) {}); err != nil {
		t.Fatal(err)
	}
	allowed, err := controllerpolicy.Actions()
	if err != nil {
		t.Fatal(err)
	}
	optional, err := controllerpolicy.UserGroupActions()
	if err != nil {
		t.Fatal(err)
	}
	required, forUsers := []string{}, []string{}
	for _, action := range needed(sim.Calls()) {
		if strings.Contains(action, "User") || strings.Contains(action, "Group") {
			forUsers = append(forUsers, action)
		} else {
			required = append(required, action)
		}
	}
	if diff := cmp.Diff(required, allowed); diff != "" {
		t.Errorf("config/iam/controller-policy.json (-needed +allowed):\n%s", diff)
	}
	if diff := cmp.Diff(forUsers, optional); diff != "" {
		t.Errorf("config/iam/user-group-policy.json (-needed +allowed):\n%s", diff)
	}
}

// Every method of the writer is the call of the same name, so one that the scenario forgot shows here.
func TestTheComparedCallsIncludeEveryWriteOfThePort(t *testing.T) {
	sim, account := newAccount(t)
	callEverything(t, account)
	made := iamsim.CountByAction(sim.Calls())
	for method := range reflect.TypeFor[iam.Writer]().Methods() {
		if made[method.Name] == 0 {
			t.Errorf("%s was never called", method.Name)
		}
	}
	if failed := iamsim.Failed(sim.Calls()); len(failed) > 0 {
		t.Errorf("calls failed: %v", iamsim.ActionNames(failed))
	}
}

func TestTheControllerPolicyIsAValidManagedPolicy(t *testing.T) {
	document := controllerpolicy.Document()
	parsed, problems := policy.Check(document, policy.IdentityPolicy)
	for _, problem := range problems {
		t.Error(problem)
	}
	if size := policy.Size(document); size > 6144 {
		t.Errorf("got %d counted characters, a managed policy has at most 6,144", size)
	}
	for _, statement := range parsed.Statements {
		checkScope(t, statement)
	}
}

// checkScope holds each statement to entities of one kind, in any partition.
func checkScope(t *testing.T, statement policy.Statement) {
	t.Helper()
	for _, action := range statement.Actions {
		if strings.Contains(action, "*") {
			t.Errorf("%s: action %s has a wildcard", statement.Sid, action)
		}
	}
	for _, resource := range statement.Resources {
		switch {
		case statement.Sid == "ReadQuotas" && resource == "*": // GetAccountSummary has no resource.
		case statement.Sid == "ReadAllRolesTogether" && resource == "*": // Neither has a resource.
		case statement.Sid == "FindManagedPolicies" && resource == "*": // ListPolicies has no resource.
		case !strings.HasPrefix(resource, "arn:*:iam::*:"):
			t.Errorf("%s: resource %s is not limited to entities of IAM in any partition", statement.Sid, resource)
		}
	}
	services := statement.Condition["StringEquals"]["iam:PassedToService"]
	if slices.Contains(statement.Actions, "iam:PassRole") && len(services) == 0 {
		t.Errorf("%s: iam:PassRole is not limited to a service", statement.Sid)
	}
}

// The controller may create and delete the service-linked roles of the catalogue, and no others.
func TestTheControllerPolicyIsLimitedToTheServiceLinkedRolesOfECS(t *testing.T) {
	var services, roles []string
	for _, kind := range roletype.ServiceLinkedRoles() {
		services = append(services, kind.Principal)
		roles = append(roles, "arn:*:iam::*:role"+kind.Path()+kind.RoleName)
	}
	parsed, err := policy.Parse(controllerpolicy.Document())
	if err != nil {
		t.Fatal(err)
	}
	for _, statement := range parsed.Statements {
		named := statement.Condition["StringEquals"]["iam:AWSServiceName"]
		switch {
		case slices.Contains(statement.Actions, "iam:CreateServiceLinkedRole"):
			if diff := cmp.Diff(services, named); diff != "" || len(statement.Actions) > 1 {
				t.Errorf("%s: services (-want +got):\n%s", statement.Sid, diff)
			}
		case len(named) > 0:
			t.Errorf("%s: iam:AWSServiceName exists for iam:CreateServiceLinkedRole only", statement.Sid)
		case slices.Contains(statement.Actions, "iam:DeleteServiceLinkedRole"):
			if diff := cmp.Diff(roles, statement.Resources); diff != "" {
				t.Errorf("%s: resources (-want +got):\n%s", statement.Sid, diff)
			}
		}
	}
}
