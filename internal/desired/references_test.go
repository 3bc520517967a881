// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package desired_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/internal/desired"
	"github.com/ecsiam/ecs-iam-controller/internal/policy"
)

// passing is an EventBridgeRule role that runs tasks and passes roles.
func passing(roles ...v1alpha1.PassedRole) desired.Inputs {
	return inputs(v1alpha1.RoleTypeEventBridgeRule, refs, spec(func(s *v1alpha1.ECSRoleSpec) {
		s.Grants = &v1alpha1.Grants{RunTask: nightly(), PassRoles: roles}
	}))
}

func withPolicyRef(name string) desired.Inputs {
	return inputs(v1alpha1.RoleTypeTask, refs, spec(func(s *v1alpha1.ECSRoleSpec) {
		s.ManagedPolicies = []v1alpha1.ManagedPolicy{{PolicyRef: &v1alpha1.PolicyReference{Name: name}}}
	}))
}

func TestAPolicyIsAttachedByTheNameOfItsObject(t *testing.T) {
	want := []string{"arn:aws:iam::111122223333:policy/payments_read-orders"}
	if diff := cmp.Diff(want, built(t, withPolicyRef("read-orders")).Role.Attached); diff != "" {
		t.Errorf("attached (-want +got):\n%s", diff)
	}
}

func TestReferencesThatAreNotReadyAreNamedTogether(t *testing.T) {
	in := passing(v1alpha1.PassedRole{RoleRef: &v1alpha1.RoleReference{Name: "late"}}, v1alpha1.PassedRole{RoleRef: &v1alpha1.RoleReference{Name: "app"}}, v1alpha1.PassedRole{RoleRef: &v1alpha1.RoleReference{Name: "foreign"}})
	in.Role.Spec.ManagedPolicies = []v1alpha1.ManagedPolicy{{PolicyRef: &v1alpha1.PolicyReference{Name: "gone"}}}
	in.RoleRefs["foreign"] = desired.RoleRef{ARN: "arn:aws:iam::111122223333:role/taken", Type: "Task", Unready: "is not ours"}
	_, err := desired.Build(in)
	unresolved, ok := errors.AsType[*desired.UnresolvedError](err)
	if !ok {
		t.Fatalf("Build gave %v, want an UnresolvedError", err)
	}
	const missing = "does not exist in this namespace: create it, or correct the name"
	want := []desired.Unresolved{
		{Field: "spec.managedPolicies[0].policyRef.name", Kind: "ECSPolicy", Name: "gone", Why: missing},
		{Field: "spec.grants.passRoles[0].roleRef.name", Kind: "ECSRole", Name: "late", Why: missing},
		{Field: "spec.grants.passRoles[2].roleRef.name", Kind: "ECSRole", Name: "foreign", Why: "is not ours"},
	}
	if diff := cmp.Diff(want, unresolved.References); diff != "" {
		t.Errorf("references (-want +got):\n%s", diff)
	}
}

func TestWhatMustNotBePassedIsLeftOutOfARoleThatIsNotReady(t *testing.T) {
	in := passing(v1alpha1.PassedRole{RoleRef: &v1alpha1.RoleReference{Name: "late"}}, v1alpha1.PassedRole{RoleRef: &v1alpha1.RoleReference{Name: "app"}}, v1alpha1.PassedRole{RoleRef: &v1alpha1.RoleReference{Name: "foreign"}},
		v1alpha1.PassedRole{RoleRef: &v1alpha1.RoleReference{Name: "leaving"}})
	in.RoleRefs["foreign"] = desired.RoleRef{ARN: "arn:aws:iam::111122223333:role/taken", Type: "Task", Unready: "is not ours", Disowned: true}
	in.RoleRefs["leaving"] = desired.RoleRef{ARN: "arn:aws:iam::111122223333:role/payments_leaving", Type: "Task", Unready: "is being deleted"}
	role, err := desired.Build(in)
	if _, ok := errors.AsType[*desired.UnresolvedError](err); !ok {
		t.Fatalf("Build gave %v, want an UnresolvedError", err)
	}
	doc, err := policy.Parse([]byte(role.Role.InlinePolicies["ecsiam"]))
	if err != nil {
		t.Fatal(err)
	}
	var passed []string
	for _, s := range doc.Statements {
		if slices.Contains(s.Actions, "iam:PassRole") {
			passed = append(passed, s.Resources...)
		}
	}
	want := []string{in.RoleRefs["app"].ARN, in.RoleRefs["leaving"].ARN}
	if diff := cmp.Diff(want, passed); diff != "" {
		t.Errorf("passed (-want +got):\n%s", diff)
	}
}

func TestNothingIsPassedWhenNothingThatMayBePassedIsLeft(t *testing.T) {
	role, err := desired.Build(passing(v1alpha1.PassedRole{RoleRef: &v1alpha1.RoleReference{Name: "late"}}))
	if _, ok := errors.AsType[*desired.UnresolvedError](err); !ok {
		t.Fatalf("Build gave %v, want an UnresolvedError", err)
	}
	if text := role.Role.InlinePolicies["ecsiam"]; strings.Contains(text, "iam:PassRole") || !strings.Contains(text, "ecs:RunTask") {
		t.Errorf("the inline policy is %s", text)
	}
}

func TestFieldErrorsComeBeforeReferencesThatAreNotReady(t *testing.T) {
	in := passing(v1alpha1.PassedRole{RoleRef: &v1alpha1.RoleReference{Name: "late"}})
	in.Role.Spec.Path = "/ecs"
	_, err := desired.Build(in)
	if _, ok := errors.AsType[*desired.UnresolvedError](err); ok || err == nil {
		t.Errorf("Build gave %v, want field errors", err)
	}
}

func TestRolesThatMustNotBePassedAreRefused(t *testing.T) {
	arn := func(text string) desired.Inputs { return passing(v1alpha1.PassedRole{ARN: v1alpha1.RoleARN(text)}) }
	const form = "the ARN of one role looks like arn:{partition}:iam::{accountID}:role/{namespace}_name and has neither wildcards nor variables"
	const either = "spec.grants.passRoles[0]: Invalid value: give exactly one of roleRef, which is an ECSRole in this namespace, and arn"
	belongs := func(text string) []string {
		return []string{"spec.grants.passRoles[0].arn: Forbidden: role " + text + " does not belong to this namespace: whoever passes a role " +
			"can act as it, so that only roles are allowed whose names begin with payments_, and those of ECSRoles here"}
	}
	elsewhere := passing(v1alpha1.PassedRole{RoleRef: &v1alpha1.RoleReference{Name: "app"}})
	elsewhere.RoleRefs["app"] = desired.RoleRef{ARN: "arn:aws:iam::999999999999:role/payments_app", Type: "Task"}
	infrastructure := inputs(v1alpha1.RoleTypeInfrastructure, refs, spec(func(s *v1alpha1.ECSRoleSpec) {
		s.Grants = &v1alpha1.Grants{PassRoles: []v1alpha1.PassedRole{{RoleRef: &v1alpha1.RoleReference{Name: "managed"}}}}
	}))
	checkInvalid(t, map[string]invalid{
		"neither name nor arn": {passing(v1alpha1.PassedRole{}), []string{either}},
		"both name and arn": {
			passing(v1alpha1.PassedRole{RoleRef: &v1alpha1.RoleReference{Name: "app"}, ARN: "arn:{partition}:iam::{accountID}:role/payments_app"}), []string{either},
		},
		"a role of a type that tasks cannot have": {passing(v1alpha1.PassedRole{RoleRef: &v1alpha1.RoleReference{Name: "managed"}}), []string{
			`spec.grants.passRoles[0].roleRef.name: Invalid value: "managed": is of type ManagedInstance, which ecs-tasks.amazonaws.com does not take: name a role of type Task or TaskExecution`,
		}},
		"an ECSRole of another account": {elsewhere, []string{
			`spec.grants.passRoles[0].roleRef.name: Invalid value: "app": is in another AWS account, and a role can pass only roles of its own: name an ECSRole whose accountRef is the same`,
		}},
		"a variable that the role's own tags decide": {arn("arn:{partition}:iam::{accountID}:role/${aws:PrincipalTag/payments_x}"), []string{
			`spec.grants.passRoles[0].arn: Invalid value: "arn:{partition}:iam::{accountID}:role/${aws:PrincipalTag/payments_x}": ` + form,
		}},
		"a variable with a default": {arn("arn:{partition}:iam::{accountID}:role/${aws:PrincipalTag/payments_y, 'Admin'}"), []string{
			`spec.grants.passRoles[0].arn: Invalid value: "arn:{partition}:iam::{accountID}:role/${aws:PrincipalTag/payments_y, 'Admin'}": ` + form,
		}},
		"a wildcard in place of the account": {arn("arn:{partition}:iam::*:role/payments_z"), []string{
			`spec.grants.passRoles[0].arn: Invalid value: "arn:{partition}:iam::*:role/payments_z": ` + form,
		}},
		"an ARN of another account": {arn("arn:aws:iam::999999999999:role/payments_app"), []string{
			`spec.grants.passRoles[0].arn: Invalid value: "arn:aws:iam::999999999999:role/payments_app": is of another account, which must be the role's own: write {accountID}`,
		}},
		"an ARN of another partition": {arn("arn:aws-cn:iam::{accountID}:role/payments_app"), []string{
			`spec.grants.passRoles[0].arn: Invalid value: "arn:aws-cn:iam::{accountID}:role/payments_app": is an ARN of partition aws-cn, the account is in aws: write arn:{partition}:…`,
		}},
		"a role of somebody else": {
			arn("arn:{partition}:iam::{accountID}:role/Admin"), belongs("Admin"),
		},
		"a role of a namespace whose name begins alike": {
			arn("arn:{partition}:iam::{accountID}:role/payments-eu_app"), belongs("payments-eu_app"),
		},
		"a role on a path that begins like the namespace": {
			arn("arn:{partition}:iam::{accountID}:role/payments_x/Admin"), belongs("Admin"),
		},
		"roles by a wildcard": {arn("arn:{partition}:iam::{accountID}:role/payments_*"), []string{
			`spec.grants.passRoles[0].arn: Invalid value: "arn:{partition}:iam::{accountID}:role/payments_*": ` + form,
		}},
		"a user": {arn("arn:{partition}:iam::{accountID}:user/payments_app"), []string{
			`spec.grants.passRoles[0].arn: Invalid value: "arn:{partition}:iam::{accountID}:user/payments_app": ` + form,
		}},
		"an Infrastructure role without Managed Instances": {infrastructure, []string{
			`spec.grants.passRoles: Forbidden: belongs to the capability ManagedInstances: add it to spec.capabilities, or remove passRoles`,
		}},
		"a policy by ARN and by name": {task(func(s *v1alpha1.ECSRoleSpec) {
			s.ManagedPolicies = []v1alpha1.ManagedPolicy{{ARN: "arn:{partition}:iam::aws:policy/X", PolicyRef: &v1alpha1.PolicyReference{Name: "x"}}}
		}), []string{
			`spec.managedPolicies[0]: Invalid value: give exactly one of arn and policyRef, which is an ECSPolicy in this namespace`,
		}},
		"a policy without a name": {withPolicyRef(""), []string{
			`spec.managedPolicies[0].policyRef.name: Required value: name an ECSPolicy in this namespace`,
		}},
	})
}

func TestAnARNOfAnECSRoleOfTheNamespaceIsTakenForIt(t *testing.T) {
	in := passing(v1alpha1.PassedRole{ARN: "arn:{partition}:iam::{accountID}:role/legacy"})
	if diff := cmp.Diff(desired.References{RoleNames: []string{"legacy"}}, desired.ReferencesOf(in)); diff != "" {
		t.Errorf("references (-want +got):\n%s", diff)
	}
	in.RoleRefs["old"] = desired.RoleRef{ARN: "arn:aws:iam::111122223333:role/legacy", Type: "Task"}
	built(t, in)
	in.RoleRefs["old"] = desired.RoleRef{ARN: "arn:aws:iam::111122223333:role/legacy", Type: "Task", Unready: "is not ours"}
	if _, err := desired.Build(in); err == nil {
		t.Error("a role that is not ours may be passed by its ARN")
	}
}

func TestReferencesAreListedOnce(t *testing.T) {
	in := passing(v1alpha1.PassedRole{RoleRef: &v1alpha1.RoleReference{Name: "b"}}, v1alpha1.PassedRole{RoleRef: &v1alpha1.RoleReference{Name: "a"}}, v1alpha1.PassedRole{RoleRef: &v1alpha1.RoleReference{Name: "b"}},
		v1alpha1.PassedRole{ARN: "arn:{partition}:iam::{accountID}:role/{namespace}_x"}, v1alpha1.PassedRole{ARN: "arn:{nobody}"})
	in.Role.Spec.ManagedPolicies = []v1alpha1.ManagedPolicy{{PolicyRef: &v1alpha1.PolicyReference{Name: "p"}}, {ARN: "arn:aws:iam::aws:policy/X"}}
	want := desired.References{Roles: []string{"a", "b"}, Policies: []string{"p"}}
	if diff := cmp.Diff(want, desired.ReferencesOf(in)); diff != "" {
		t.Errorf("references (-want +got):\n%s", diff)
	}
}

func TestTheARNOfARoleIsKnownBeforeTheRole(t *testing.T) {
	defaults := accountSpec(func(s *v1alpha1.AWSAccountSpec) { s.Defaults = &v1alpha1.AccountDefaults{Path: "/ecs/"} })
	seen := func(arn string) func(*desired.Inputs) {
		return func(in *desired.Inputs) { in.Role.Status.RoleARN = arn }
	}
	path := spec(func(s *v1alpha1.ECSRoleSpec) { s.Path = "/own/" })
	const prefix = "arn:aws:iam::111122223333:role"
	cases := map[string]struct {
		in   desired.Inputs
		want string
	}{
		"by default":                    {inputs("Task"), prefix + "/payments_checkout"},
		"on the account's path":         {inputs("Task", defaults), prefix + "/ecs/payments_checkout"},
		"on its own path":               {inputs("Task", defaults, path), prefix + "/own/payments_checkout"},
		"where it was created":          {inputs("Task", defaults, seen(prefix+"/old/payments_checkout")), prefix + "/old/payments_checkout"},
		"not by the status of another":  {inputs("Task", defaults, seen(prefix+"/Admin")), prefix + "/ecs/payments_checkout"},
		"not by a status elsewhere":     {inputs("Task", seen("arn:aws:iam::999999999999:role/payments_checkout")), prefix + "/payments_checkout"},
		"not by a status that is wrong": {inputs("Task", path, seen(prefix+"/old/payments_checkout")), prefix + "/own/payments_checkout"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			if got := desired.RoleARN(c.in); got != c.want {
				t.Errorf("ARN is %s, want %s", got, c.want)
			}
		})
	}
}
