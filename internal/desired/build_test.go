// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package desired_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/internal/desired"
	"github.com/ecsiam/ecs-iam-controller/internal/iam"
	"github.com/ecsiam/ecs-iam-controller/internal/ownership"
)

const (
	account   = "111122223333"
	taskTrust = `{"Version":"2012-10-17","Statement":[{"Sid":"EcsIamTrust","Effect":"Allow",` +
		`"Principal":{"Service":"ecs-tasks.amazonaws.com"},"Action":"sts:AssumeRole","Condition":{` +
		`"ArnLike":{"aws:SourceArn":"arn:aws:ecs:*:111122223333:*"},"StringEquals":{"aws:SourceAccount":"111122223333"}}}]}`
)

// inputs are those of a valid role of a type; each change makes them what a test is about.
func inputs(kind v1alpha1.RoleType, changes ...func(*desired.Inputs)) desired.Inputs {
	in := desired.Inputs{
		Role: &v1alpha1.ECSRole{
			ObjectMeta: metav1.ObjectMeta{Namespace: "payments", Name: "checkout"},
			Spec:       v1alpha1.ECSRoleSpec{Type: kind},
		},
		Account:   &v1alpha1.AWSAccount{},
		AccountID: account,
		Partition: "aws",
		ClusterID: "blue",
		Quotas:    iam.DefaultQuotas(),
	}
	if kind == v1alpha1.RoleTypeInfrastructure {
		in.Role.Spec.Capabilities = []v1alpha1.InfrastructureCapability{v1alpha1.CapabilityVolumes}
	}
	for _, change := range changes {
		change(&in)
	}
	return in
}

func spec(change func(*v1alpha1.ECSRoleSpec)) func(*desired.Inputs) {
	return func(in *desired.Inputs) { change(&in.Role.Spec) }
}

func accountSpec(change func(*v1alpha1.AWSAccountSpec)) func(*desired.Inputs) {
	return func(in *desired.Inputs) { change(&in.Account.Spec) }
}

// built fails the test unless the inputs are valid.
func built(t *testing.T, in desired.Inputs) desired.Role {
	t.Helper()
	role, err := desired.Build(in)
	if err != nil {
		t.Fatalf("Build: %v", err)
	}
	return role
}

func TestAMinimalManifestBecomesACompleteRole(t *testing.T) {
	got := built(t, inputs(v1alpha1.RoleTypeTask))
	want := desired.Role{
		Role: iam.Role{
			Name: "payments_checkout", Path: "/", MaxSessionSeconds: 3600, Trust: taskTrust,
			Tags: map[string]string{"ecsiam.dev/owner": "blue/payments/checkout"},
		},
		Claim:            ownership.Claim{Owner: "blue/payments/checkout"},
		InlinePolicyName: "ecsiam",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("role (-want +got):\n%s", diff)
	}
}

// No edit of a namespace takes the account's boundary away or exchanges it.
func TestTheBoundaryOfTheAccountHoldsWhateverTheSpecSays(t *testing.T) {
	forced := accountSpec(func(s *v1alpha1.AWSAccountSpec) {
		s.Guardrails = &v1alpha1.Guardrails{}
		s.Guardrails.PermissionsBoundary = "arn:{partition}:iam::{accountID}:policy/bound"
	})
	for _, own := range []v1alpha1.PolicyARN{
		"", "arn:{partition}:iam::{accountID}:policy/mine", "arn:aws:iam::aws:policy/AdministratorAccess",
	} {
		declared := spec(func(s *v1alpha1.ECSRoleSpec) { s.PermissionsBoundary = own })
		got := built(t, inputs(v1alpha1.RoleTypeTask, forced, declared))
		if want := "arn:aws:iam::" + account + ":policy/bound"; got.Role.Boundary != want {
			t.Errorf("with %q in the spec the boundary is %q, want %q", own, got.Role.Boundary, want)
		}
	}
}

func TestAFullManifestBecomesTheEntitiesThatItDescribes(t *testing.T) {
	in := inputs(v1alpha1.RoleTypeContainerInstance, spec(func(s *v1alpha1.ECSRoleSpec) {
		s.RoleName = "Nodes"
		s.Description = "runs the agent"
		s.MaxSessionDurationSeconds = 7200
		s.PermissionsBoundary = "arn:{partition}:iam::{accountID}:policy/boundary"
		s.Tags = map[string]string{"team": "payments", "cost-center": "7"}
		s.Trust = &v1alpha1.Trust{AdditionalStatements: []v1alpha1.TrustStatement{{
			Sid: "Ops", Effect: v1alpha1.EffectAllow,
			Principals: v1alpha1.Principals{AWS: []v1alpha1.ResourcePattern{"arn:{partition}:iam::{accountID}:role/ops"}},
			Condition:  v1alpha1.Condition{"Bool": {"aws:MultiFactorAuthPresent": {"true"}}},
		}}}
		s.ManagedPolicies = []v1alpha1.ManagedPolicy{{ARN: "arn:{partition}:iam::aws:policy/AmazonSSMManagedInstanceCore"}}
		s.Statements = []v1alpha1.Statement{{
			Sid: "ReadConfig", Effect: v1alpha1.EffectAllow, Actions: []v1alpha1.Action{"s3:GetObject"},
			Resources: []v1alpha1.ResourcePattern{"arn:{partition}:s3:::config-{accountID}-{region}/{namespace}/{name}/${aws:username}"},
			Condition: v1alpha1.Condition{"StringEquals": {"aws:PrincipalTag/{namespace}": {"{accountID}"}}},
		}}
		s.InstanceProfile = &v1alpha1.InstanceProfile{Name: "NodesProfile"}
		s.Ignore = &v1alpha1.Ignore{
			Tags: []v1alpha1.Pattern{"org:*"}, InlinePolicies: []v1alpha1.Pattern{"audit-*"},
			ManagedPolicyARNs: []v1alpha1.Pattern{"arn:{partition}:iam::{accountID}:policy/audit-*"},
		}
		s.AdoptionPolicy = v1alpha1.AdoptionIfEqual
	}), accountSpec(func(s *v1alpha1.AWSAccountSpec) {
		s.Region = "eu-west-1"
		s.Defaults = &v1alpha1.AccountDefaults{Path: "/ecs/", Tags: map[string]string{"cost-center": "42"}}
		s.FormerClusterIDs = []v1alpha1.ClusterID{"green", "red"}
		s.Adoption = &v1alpha1.Adoption{Allow: []v1alpha1.AdoptionRule{
			{Namespaces: []v1alpha1.NamespaceName{"payments"}, NamePattern: "nodes*"},
		}}
	}))
	in.Region = "us-east-1"
	tags := map[string]string{"team": "payments", "cost-center": "42", "ecsiam.dev/owner": "blue/payments/checkout"}
	want := desired.Role{
		Role: iam.Role{
			Name: "Nodes", Path: "/ecs/", Description: "runs the agent", MaxSessionSeconds: 7200,
			Trust: `{"Version":"2012-10-17","Statement":[` +
				`{"Sid":"EcsIamTrust","Effect":"Allow","Principal":{"Service":"ec2.amazonaws.com"},"Action":"sts:AssumeRole"},` +
				`{"Sid":"Ops","Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111122223333:role/ops"},"Action":"sts:AssumeRole",` +
				`"Condition":{"Bool":{"aws:MultiFactorAuthPresent":"true"}}}]}`,
			InlinePolicies: map[string]string{"ecsiam": `{"Version":"2012-10-17","Statement":[` +
				`{"Sid":"ReadConfig","Effect":"Allow","Action":"s3:GetObject",` +
				`"Resource":"arn:aws:s3:::config-111122223333-eu-west-1/payments/checkout/${aws:username}",` +
				`"Condition":{"StringEquals":{"aws:PrincipalTag/payments":"111122223333"}}}]}`},
			Attached: []string{
				"arn:aws:iam::aws:policy/service-role/AmazonEC2ContainerServiceforEC2Role",
				"arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore",
			},
			Boundary: "arn:aws:iam::111122223333:policy/boundary",
			Tags:     tags,
		},
		Profile: &iam.InstanceProfile{Name: "NodesProfile", Path: "/ecs/", RoleName: "Nodes", Tags: tags},
		Claim: ownership.Claim{
			Owner:        "blue/payments/checkout",
			FormerOwners: []string{"green/payments/checkout", "red/payments/checkout"},
			Adoption:     ownership.AdoptIfEqual, AdoptionAllowed: true,
		},
		Ignore: desired.Ignore{
			Tags: []string{"org:*"}, InlinePolicies: []string{"audit-*"},
			ManagedPolicyARNs: []string{"arn:aws:iam::111122223333:policy/audit-*"},
		},
		InlinePolicyName: "ecsiam", AccountTags: []string{"cost-center"},
	}
	if diff := cmp.Diff(want, built(t, in)); diff != "" {
		t.Errorf("role (-want +got):\n%s", diff)
	}
}

// regionOf is one region of each partition.
var regionOf = map[string]v1alpha1.Region{
	"aws": "eu-west-1", "aws-cn": "cn-north-1", "aws-us-gov": "us-gov-west-1",
}

func TestEveryTypeIsBuiltInEveryPartition(t *testing.T) {
	for _, kind := range []v1alpha1.RoleType{
		"TaskExecution", "Task", "ContainerInstance", "ManagedInstance", "ExternalInstance", "Infrastructure",
		"ServiceScheduler", "ServiceAutoScaling", "CodeDeploy", "EventBridgeRule", "EventBridgeScheduler", "LifecycleHook",
		"StepFunctions", "EventBridgePipe",
	} {
		for _, partition := range []string{"aws", "aws-cn", "aws-us-gov"} {
			in := inputs(kind, spec(func(s *v1alpha1.ECSRoleSpec) {
				s.PermissionsBoundary = "arn:{partition}:iam::{accountID}:policy/boundary"
				switch kind {
				case v1alpha1.RoleTypeCodeDeploy:
					s.Grants = &v1alpha1.Grants{PassRoles: []v1alpha1.PassedRole{{RoleRef: &v1alpha1.RoleReference{Name: "app"}}}}
				case v1alpha1.RoleTypeEventBridgeRule, v1alpha1.RoleTypeEventBridgeScheduler:
					s.Grants = &v1alpha1.Grants{RunTask: nightly()}
					s.Grants.RunTask.Regions = []v1alpha1.Region{regionOf[partition]}
				default:
				}
			}))
			in.Partition = partition
			refs(&in)
			role := built(t, in)
			if want := "arn:" + partition + ":iam::111122223333:policy/boundary"; role.Role.Boundary != want {
				t.Errorf("%s in %s: boundary is %s, want %s", kind, partition, role.Role.Boundary, want)
			}
			hasProfile := kind == v1alpha1.RoleTypeContainerInstance || kind == v1alpha1.RoleTypeManagedInstance
			if (role.Profile != nil) != hasProfile {
				t.Errorf("%s: instance profile is %v", kind, role.Profile)
			}
		}
	}
}

func TestTheSpecSetsThePathBeforeTheAccount(t *testing.T) {
	defaults := accountSpec(func(s *v1alpha1.AWSAccountSpec) { s.Defaults = &v1alpha1.AccountDefaults{Path: "/ecs/"} })
	cases := map[string]struct {
		in    desired.Inputs
		path  string
		fixed bool
	}{
		"neither says anything":     {inputs("Task"), "/", false},
		"the account has a default": {inputs("Task", defaults), "/ecs/", false},
		"the spec has its own": {
			inputs("Task", defaults, spec(func(s *v1alpha1.ECSRoleSpec) { s.Path = "/own/" })), "/own/", true,
		},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			role := built(t, c.in)
			if role.Role.Path != c.path || role.PathFixed != c.fixed {
				t.Errorf("path is %s, fixed %v; want %s, %v", role.Role.Path, role.PathFixed, c.path, c.fixed)
			}
		})
	}
}

func TestAnAccountObjectIsNotNeeded(t *testing.T) {
	in := inputs("Task")
	in.Account = nil
	if role := built(t, in); role.Role.Path != "/" || len(role.FormerOwners) > 0 {
		t.Errorf("without an account object the role is %+v", role)
	}
}

func TestAdoptionNeedsARuleForEveryName(t *testing.T) {
	rules := func(namespace, pattern string) func(*desired.Inputs) {
		return accountSpec(func(s *v1alpha1.AWSAccountSpec) {
			s.Adoption = &v1alpha1.Adoption{Allow: []v1alpha1.AdoptionRule{
				{Namespaces: []v1alpha1.NamespaceName{"other", v1alpha1.NamespaceName(namespace)}, NamePattern: pattern},
			}}
		})
	}
	named := spec(func(s *v1alpha1.ECSRoleSpec) { s.RoleName = "Legacy-App" })
	profile := spec(func(s *v1alpha1.ECSRoleSpec) { s.InstanceProfile = &v1alpha1.InstanceProfile{Name: "elsewhere"} })
	cases := map[string]struct {
		in   desired.Inputs
		want bool
	}{
		"no rules":                            {inputs("Task", named), false},
		"a rule for namespace and name":       {inputs("Task", named, rules("payments", "legacy-*")), true},
		"a rule for another namespace":        {inputs("Task", named, rules("pay", "*")), false},
		"a rule for other names":              {inputs("Task", named, rules("payments", "legacy-?")), false},
		"a profile that the rule covers":      {inputs("ContainerInstance", named, rules("payments", "legacy*")), true},
		"a profile that the rule lacks":       {inputs("ContainerInstance", named, profile, rules("payments", "legacy*")), false},
		"a rule that covers role and profile": {inputs("ContainerInstance", named, profile, rules("payments", "*e*")), true},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			if got := built(t, c.in).AdoptionAllowed; got != c.want {
				t.Errorf("allowed is %v, want %v", got, c.want)
			}
		})
	}
}

func TestAPolicyOfTheTypeMayBeDeclaredAsWell(t *testing.T) {
	in := inputs("TaskExecution", spec(func(s *v1alpha1.ECSRoleSpec) {
		s.ManagedPolicies = []v1alpha1.ManagedPolicy{
			{ARN: "arn:{partition}:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy"},
		}
	}))
	want := []string{"arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy"}
	if diff := cmp.Diff(want, built(t, in).Role.Attached); diff != "" {
		t.Errorf("attached (-want +got):\n%s", diff)
	}
}

func TestADeletedObjectStandsForNothingUnderItsNames(t *testing.T) {
	in := inputs("ManagedInstance", accountSpec(func(s *v1alpha1.AWSAccountSpec) {
		s.FormerClusterIDs = []v1alpha1.ClusterID{"green"}
	}))
	want := desired.Role{
		Absent: true, Role: iam.Role{Name: "payments_checkout"}, Profile: &iam.InstanceProfile{Name: "payments_checkout"},
		Claim: ownership.Claim{Owner: "blue/payments/checkout", FormerOwners: []string{"green/payments/checkout"}},
	}
	if diff := cmp.Diff(want, desired.Absent(in)); diff != "" {
		t.Errorf("absent role (-want +got):\n%s", diff)
	}
}

func TestADeletedObjectNeedsNoValidSpec(t *testing.T) {
	in := inputs("Unheard", spec(func(s *v1alpha1.ECSRoleSpec) {
		s.Path, s.MaxSessionDurationSeconds = "no slashes", 1
		s.InstanceProfile = &v1alpha1.InstanceProfile{Name: "x"}
	}))
	want := desired.Role{Absent: true, Role: iam.Role{Name: "payments_checkout"}, Claim: ownership.Claim{Owner: "blue/payments/checkout"}}
	if diff := cmp.Diff(want, desired.Absent(in)); diff != "" {
		t.Errorf("absent role (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(desired.Role{Absent: true}, desired.Absent(desired.Inputs{})); diff != "" {
		t.Errorf("absent role of nothing (-want +got):\n%s", diff)
	}
}

func TestWithoutAnAccountNothingIsBuilt(t *testing.T) {
	in := inputs("Task")
	in.AccountID = ""
	if role, err := desired.Build(in); err == nil {
		t.Errorf("Build gave %+v without an account id", role)
	}
}
