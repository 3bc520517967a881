// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package desired_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	utilerrors "k8s.io/apimachinery/pkg/util/errors"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/internal/desired"
)

// messages are the field errors of the inputs, one by one.
func messages(t *testing.T, in desired.Inputs) []string {
	t.Helper()
	role, err := desired.Build(in)
	if err == nil {
		return nil
	}
	if diff := cmp.Diff(desired.Role{}, role); diff != "" {
		t.Errorf("beside an error the role is not empty:\n%s", diff)
	}
	aggregate, ok := err.(utilerrors.Aggregate) //nolint:errorlint // Build gives the aggregate itself
	if !ok {
		t.Fatalf("the error is %T, want an aggregate", err)
	}
	var list []string
	for _, e := range aggregate.Errors() {
		list = append(list, e.Error())
	}
	return list
}

// invalid is one thing that is wrong with a role, and what the user is told.
type invalid struct {
	in   desired.Inputs
	want []string
}

func checkInvalid(t *testing.T, cases map[string]invalid) {
	t.Helper()
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(c.want, messages(t, c.in)); diff != "" {
				t.Errorf("field errors (-want +got):\n%s", diff)
			}
		})
	}
}

// task is a Task role whose spec was changed.
func task(change func(*v1alpha1.ECSRoleSpec)) desired.Inputs {
	return inputs(v1alpha1.RoleTypeTask, spec(change))
}

func TestNamesThatIAMRefusesAreRefused(t *testing.T) {
	long := strings.Repeat("n", 60)
	checkInvalid(t, map[string]invalid{
		"no type": {inputs(""), []string{
			`spec.type: Required value: name the role that ECS expects, one of TaskExecution, Task, ContainerInstance, ManagedInstance, ExternalInstance, Infrastructure, ServiceScheduler, ServiceAutoScaling, CodeDeploy, EventBridgeRule, EventBridgeScheduler, LifecycleHook, StepFunctions, EventBridgePipe`,
		}},
		"an unknown type": {inputs("Unheard"), []string{
			`spec.type: Unsupported value: "Unheard": supported values: "TaskExecution", "Task", "ContainerInstance", "ManagedInstance", "ExternalInstance", "Infrastructure", "ServiceScheduler", "ServiceAutoScaling", "CodeDeploy", "EventBridgeRule", "EventBridgeScheduler", "LifecycleHook", "StepFunctions", "EventBridgePipe"`,
		}},
		"a role name over 64 characters": {
			task(func(s *v1alpha1.ECSRoleSpec) { s.RoleName = strings.Repeat("r", 65) }),
			[]string{`spec.roleName: Invalid value: "` + strings.Repeat("r", 65) + `": is 65 characters long, IAM's limit is 64: choose a shorter name`},
		},
		"a role name with a slash": {
			task(func(s *v1alpha1.ECSRoleSpec) { s.RoleName = "team/role" }),
			[]string{`spec.roleName: Invalid value: "team/role": a role name holds letters, digits and _+=,.@- only: remove spaces, slashes and the like`},
		},
		"a default role name over 64 characters": {
			inputs("Task", func(in *desired.Inputs) { in.Role.Name = long }),
			[]string{`spec.roleName: Required value: the default role name "payments_` + long + `" is 69 characters long, IAM's limit is 64: set spec.roleName to a shorter name`},
		},
		"a namespace that leaves no room for a name": {
			inputs("Task", func(in *desired.Inputs) { in.Role.Namespace = long + "abc" }),
			[]string{`spec.roleName: Required value: the default role name "` + long + `abc_checkout" is 72 characters long, IAM's limit is 64, and ` +
				`the namespace leaves no room for any name: ask the owner of the AWSAccount for a rule with a shorter name in ` +
				`spec.guardrails.names, and set spec.roleName to it`},
		},
		"an object name over 63 characters": {
			inputs("Task", func(in *desired.Inputs) { in.Role.Name = long + "abcd"; in.Role.Spec.RoleName = "short" }),
			[]string{`metadata.name: Invalid value: "` + long + `abcd": is 64 characters long, the limit is 63: choose a shorter name, and spec.roleName for the name in IAM`},
		},
		"an object without name and namespace": {
			inputs("Task", func(in *desired.Inputs) { in.Role.Name, in.Role.Namespace = "", "" }),
			[]string{
				`metadata.name: Required value: the object needs a name`,
				`metadata.namespace: Required value: the owner tag and the default role name need the namespace`,
			},
		},
		"a path without a trailing slash": {
			task(func(s *v1alpha1.ECSRoleSpec) { s.Path = "/ecs" }),
			[]string{`spec.path: Invalid value: "/ecs": a path begins and ends with a slash, such as / or /ecs/, and holds no spaces`},
		},
		"a path over 512 characters": {
			task(func(s *v1alpha1.ECSRoleSpec) { s.Path = "/" + strings.Repeat("p", 512) + "/" }),
			[]string{`spec.path: Invalid value: "/` + strings.Repeat("p", 512) + `/": is 514 characters long, IAM's limit is 512: choose a shorter path`},
		},
		"the path of service-linked roles": {
			task(func(s *v1alpha1.ECSRoleSpec) { s.Path = "/aws-service-role/ecs.amazonaws.com/" }),
			[]string{`spec.path: Invalid value: "/aws-service-role/ecs.amazonaws.com/": the paths /aws-service-role/ and /aws-reserved/ belong to AWS: choose another`},
		},
		"a reserved path from the account": {
			inputs("Task", accountSpec(func(s *v1alpha1.AWSAccountSpec) { s.Defaults = &v1alpha1.AccountDefaults{Path: "/aws-reserved/"} })),
			[]string{`AWSAccount.spec.defaults.path: Invalid value: "/aws-reserved/": the paths /aws-service-role/ and /aws-reserved/ belong to AWS: choose another`},
		},
		"an instance profile of a type without one": {
			task(func(s *v1alpha1.ECSRoleSpec) { s.InstanceProfile = &v1alpha1.InstanceProfile{} }),
			[]string{`spec.instanceProfile: Forbidden: only the types ContainerInstance and ManagedInstance have an instance profile: remove instanceProfile`},
		},
		"an instance profile name with a slash": {
			inputs("ContainerInstance", spec(func(s *v1alpha1.ECSRoleSpec) { s.InstanceProfile = &v1alpha1.InstanceProfile{Name: "a/b"} })),
			[]string{`spec.instanceProfile.name: Invalid value: "a/b": an instance profile name holds letters, digits and _+=,.@- only: remove spaces, slashes and the like`},
		},
		"an inline policy name with a space": {
			task(func(s *v1alpha1.ECSRoleSpec) { s.InlinePolicyName = "my policy" }),
			[]string{`spec.inlinePolicyName: Invalid value: "my policy": an inline policy name holds letters, digits and _+=,.@- only: remove spaces, slashes and the like`},
		},
	})
}

func TestSettingsThatIAMRefusesAreRefused(t *testing.T) {
	checkInvalid(t, map[string]invalid{
		"a session of 1800 seconds": {
			task(func(s *v1alpha1.ECSRoleSpec) { s.MaxSessionDurationSeconds = 1800 }),
			[]string{`spec.maxSessionDurationSeconds: Invalid value: 1800: IAM takes 3600 (one hour) to 43200 (twelve hours) seconds: choose a value between them`},
		},
		"a session over twelve hours": {
			task(func(s *v1alpha1.ECSRoleSpec) { s.MaxSessionDurationSeconds = 43201 }),
			[]string{`spec.maxSessionDurationSeconds: Invalid value: 43201: IAM takes 3600 (one hour) to 43200 (twelve hours) seconds: choose a value between them`},
		},
		"a description with a curly quote": {
			task(func(s *v1alpha1.ECSRoleSpec) { s.Description = "the task’s role" }),
			[]string{`spec.description: Invalid value: "the task’s role": holds '’', and IAM takes only Latin-1 characters in a description: replace curly quotes, dashes and the like`},
		},
		"a description with a control character": {
			task(func(s *v1alpha1.ECSRoleSpec) { s.Description = "one\x07two" }),
			[]string{`spec.description: Invalid value: "one\atwo": holds the character U+0007, which does not print and which IAM does not take: remove it`},
		},
		"a description over 1000 characters": {
			task(func(s *v1alpha1.ECSRoleSpec) { s.Description = strings.Repeat("é", 1001) }),
			[]string{`spec.description: Invalid value: is 1001 characters long, IAM's limit is 1000: shorten it`},
		},
		"capabilities on another type": {
			task(func(s *v1alpha1.ECSRoleSpec) { s.Capabilities = []v1alpha1.InfrastructureCapability{"Volumes"} }),
			[]string{`spec.capabilities: Forbidden: type Infrastructure needs capabilities, a list of Volumes, ServiceConnectTLS, VPCLattice, ManagedInstances, LoadBalancers, ExpressGateway; other types have none`},
		},
		"no capabilities on Infrastructure": {
			inputs("Infrastructure", spec(func(s *v1alpha1.ECSRoleSpec) { s.Capabilities = nil })),
			[]string{`spec.capabilities: Required value: type Infrastructure needs capabilities, a list of Volumes, ServiceConnectTLS, VPCLattice, ManagedInstances, LoadBalancers, ExpressGateway; other types have none`},
		},
		"an unknown capability and one twice": {
			inputs("Infrastructure", spec(func(s *v1alpha1.ECSRoleSpec) {
				s.Capabilities = []v1alpha1.InfrastructureCapability{"Volumes", "Disks", "Volumes"}
			})),
			[]string{
				`spec.capabilities[1]: Unsupported value: "Disks": supported values: "Volumes", "ServiceConnectTLS", "VPCLattice", "ManagedInstances", "LoadBalancers", "ExpressGateway"`,
				`spec.capabilities[2]: Duplicate value: "Volumes"`,
			},
		},
		"codeDeploy on another type": {
			task(func(s *v1alpha1.ECSRoleSpec) { s.CodeDeploy = &v1alpha1.CodeDeploy{} }),
			[]string{`spec.codeDeploy: Forbidden: codeDeploy belongs to the type CodeDeploy: remove it`},
		},
		"unknown values of the enumerations": {
			inputs("CodeDeploy", spec(func(s *v1alpha1.ECSRoleSpec) {
				s.Trust = &v1alpha1.Trust{ConfusedDeputyProtection: "On"}
				s.DefaultManagedPolicies, s.CodeDeploy = "All", &v1alpha1.CodeDeploy{ManagedPolicy: "Half"}
				s.AdoptionPolicy, s.DeletionPolicy, s.ReconcilePolicy = "Always", "Keep", "Watch"
			})),
			[]string{
				`spec.trust.confusedDeputyProtection: Unsupported value: "On": supported values: "Default", "Enabled", "Disabled"`,
				`spec.defaultManagedPolicies: Unsupported value: "All": supported values: "Auto", "Attach", "Omit"`,
				`spec.codeDeploy.managedPolicy: Unsupported value: "Half": supported values: "Full", "Limited"`,
				`spec.adoptionPolicy: Unsupported value: "Always": supported values: "Never", "IfEqual", "Adopt"`,
				`spec.deletionPolicy: Unsupported value: "Keep": supported values: "Delete", "Retain"`,
				`spec.reconcilePolicy: Unsupported value: "Watch": supported values: "Enforce", "Observe"`,
			},
		},
	})
}

func TestTagsThatIAMRefusesAreRefused(t *testing.T) {
	tagged := func(tags, defaults map[string]string) desired.Inputs {
		return inputs("Task", spec(func(s *v1alpha1.ECSRoleSpec) { s.Tags = tags }),
			accountSpec(func(s *v1alpha1.AWSAccountSpec) { s.Defaults = &v1alpha1.AccountDefaults{Tags: defaults} }))
	}
	many := func(prefix string, n int) map[string]string {
		tags := map[string]string{}
		for i := range n {
			tags[fmt.Sprint(prefix, i)] = "x"
		}
		return tags
	}
	checkInvalid(t, map[string]invalid{
		"50 tags in the union": {tagged(many("a", 25), many("b", 24)), nil},
		"51 tags in the union": {tagged(many("a", 25), many("b", 25)), []string{
			`spec.tags: Invalid value: with the account's default tags and the owner tag these are 51 tags, IAM's limit is 50: remove 1`,
		}},
		"a key of AWS in another case": {tagged(map[string]string{"AWS:x": "y"}, nil), []string{
			`spec.tags[AWS:x]: Invalid value: "AWS:x": tag key AWS:x is reserved: keys that begin with aws: or ecsiam.dev/, in any case, cannot be set; rename the key`,
		}},
		"the owner tag in another case": {tagged(map[string]string{"EcsIam.dev/owner": "me"}, nil), []string{
			`spec.tags[EcsIam.dev/owner]: Invalid value: "EcsIam.dev/owner": tag key EcsIam.dev/owner is reserved: keys that begin with aws: or ecsiam.dev/, in any case, cannot be set; rename the key`,
		}},
		"a reserved key from the account": {tagged(nil, map[string]string{"ecsiam.dev/hold": "true"}), []string{
			`AWSAccount.spec.defaults.tags[ecsiam.dev/hold]: Invalid value: "ecsiam.dev/hold": tag key ecsiam.dev/hold is reserved: keys that begin with aws: or ecsiam.dev/, in any case, cannot be set; rename the key`,
		}},
		"keys that differ from the account's by case": {tagged(map[string]string{"Team": "a"}, map[string]string{"team": "b"}), []string{
			`spec.tags[Team]: Invalid value: "Team": differs from the tag key team only by case, IAM takes the two for one: remove one`,
		}},
		"keys that differ by case": {tagged(map[string]string{"Team": "a", "team": "b"}, nil), []string{
			`spec.tags[team]: Invalid value: "team": differs from the tag key Team only by case, IAM takes the two for one: remove one`,
		}},
		"a key without characters": {tagged(map[string]string{"": "a"}, nil), []string{
			`spec.tags[]: Invalid value: "": a tag key has at least one character: remove the tag or name it`,
		}},
		"a key over 128 characters": {tagged(map[string]string{strings.Repeat("ü", 129): "a"}, nil), []string{
			`spec.tags[` + strings.Repeat("ü", 129) + `]: Invalid value: "` + strings.Repeat("ü", 129) + `": the key is 129 characters long, IAM's limit is 128: shorten it`,
		}},
		"a value over 256 characters": {tagged(map[string]string{"a": strings.Repeat("v", 257)}, nil), []string{
			`spec.tags[a]: Invalid value: "` + strings.Repeat("v", 257) + `": the value is 257 characters long, IAM's limit is 256: shorten it`,
		}},
		"characters that tags do not have": {tagged(map[string]string{"a,b": "c;d"}, nil), []string{
			`spec.tags[a,b]: Invalid value: "a,b": the key holds ',': a tag holds letters, digits, spaces and _.:/=+-@ only; remove it`,
			`spec.tags[a,b]: Invalid value: "c;d": the value holds ';': a tag holds letters, digits, spaces and _.:/=+-@ only; remove it`,
		}},
		"letters of any language": {tagged(map[string]string{"größe +-=._:/@": "大 ½"}, nil), nil},
	})
}

func TestStatementsThatIAMRefusesAreRefused(t *testing.T) {
	with := func(list ...v1alpha1.Statement) desired.Inputs {
		return task(func(s *v1alpha1.ECSRoleSpec) { s.Statements = list })
	}
	valid := func(change func(*v1alpha1.Statement)) v1alpha1.Statement {
		st := v1alpha1.Statement{
			Effect: v1alpha1.EffectAllow, Actions: []v1alpha1.Action{"s3:GetObject"}, Resources: []v1alpha1.ResourcePattern{"*"},
		}
		change(&st)
		return st
	}
	sid := func(sid string) v1alpha1.Statement { return valid(func(s *v1alpha1.Statement) { s.Sid = sid }) }
	checkInvalid(t, map[string]invalid{
		"a Sid with a dash": {with(sid("Read-Config")), []string{
			`spec.statements[0].sid: Invalid value: "Read-Config": a Sid holds only letters and digits (0-9, A-Z, a-z): remove dashes, underscores and spaces`,
		}},
		"a Sid over 128 characters": {with(sid(strings.Repeat("S", 129))), []string{
			`spec.statements[0].sid: Invalid value: "` + strings.Repeat("S", 129) + `": is 129 characters long, the limit is 128: choose a shorter one`,
		}},
		"a Sid of the controller": {with(sid("EcsIamLogs")), []string{
			`spec.statements[0].sid: Invalid value: "EcsIamLogs": the Sid prefix EcsIam is reserved for statements that the controller makes: choose another`,
		}},
		"a Sid twice": {with(sid("Read"), sid(""), sid("Read")), []string{
			`spec.statements[2].sid: Invalid value: "Read": statement 0 has the same sid: a Sid is unique within its policy; rename one`,
		}},
		"conditions for condition": {with(valid(func(s *v1alpha1.Statement) { s.Conditions = &v1alpha1.Tombstone{} })), []string{
			`spec.statements[0].conditions: Forbidden: unknown field conditions: IAM's element is condition (singular); move the content there, or the statement would apply without it`,
		}},
		"actions and notActions": {with(valid(func(s *v1alpha1.Statement) { s.NotActions = []v1alpha1.Action{"s3:*"} })), []string{
			`spec.statements[0].notActions: Forbidden: give exactly one of actions and notActions`,
		}},
		"neither actions nor resources": {with(valid(func(s *v1alpha1.Statement) { s.Actions, s.Resources = nil, []v1alpha1.ResourcePattern{} })), []string{
			`spec.statements[0].actions: Required value: give exactly one of actions and notActions`,
			`spec.statements[0].resources: Required value: give exactly one of resources and notResources; use ["*"] for actions without resource-level permissions`,
		}},
		"an action without a service": {with(valid(func(s *v1alpha1.Statement) { s.Actions = []v1alpha1.Action{"GetObject"} })), []string{
			`spec.statements[0].actions[0]: Invalid value: "GetObject" is no action, the form is service:Action, e.g. s3:GetObject`,
		}},
		"a resource that is no ARN": {with(valid(func(s *v1alpha1.Statement) { s.Resources = []v1alpha1.ResourcePattern{"*", "bucket"} })), []string{
			`spec.statements[0].resources[1]: Invalid value: "bucket" is neither an ARN nor "*"`,
		}},
		"an effect in lower case": {with(valid(func(s *v1alpha1.Statement) { s.Effect = "allow" })), []string{
			`spec.statements[0].effect: Unsupported value: "allow": supported values: "Allow", "Deny"`,
		}},
		"no effect": {with(valid(func(s *v1alpha1.Statement) { s.Effect = "" })), []string{
			`spec.statements[0].effect: Required value: give Allow or Deny`,
		}},
		"an operator without keys": {with(valid(func(s *v1alpha1.Statement) { s.Condition = v1alpha1.Condition{"Bool": {}} })), []string{
			`spec.statements[0].condition[Bool]: Required value: an operator without condition keys asks nothing: give keys, or remove it`,
		}},
		"a misspelt operator": {with(valid(func(s *v1alpha1.Statement) { s.Condition = v1alpha1.Condition{"stringequals": {"aws:x": {"y"}}} })), []string{
			`spec.statements[0].condition[stringequals]: Invalid value: is no condition operator; operators are case-sensitive, e.g. StringEquals`,
		}},
		"keys that become one": {with(valid(func(s *v1alpha1.Statement) {
			s.Condition = v1alpha1.Condition{"StringEquals": {"aws:PrincipalTag/{name}": {"a"}, "aws:PrincipalTag/checkout": {"b"}}}
		})), []string{
			`spec.statements[0].condition[StringEquals][aws:PrincipalTag/{name}]: Duplicate value: "aws:PrincipalTag/checkout"`,
		}},
		"an inline policy over 10240 counted characters": {with(valid(func(s *v1alpha1.Statement) {
			for i := range 110 {
				arn := fmt.Sprintf("arn:{partition}:s3:::%s/%04d", strings.Repeat("b", 80), i)
				s.Resources = append(s.Resources, v1alpha1.ResourcePattern(arn))
			}
		})), []string{
			`spec.statements: Invalid value: the inline policy has 11208 counted characters, IAM's limit is 10240: use wildcards, or move statements to a managed policy`,
		}},
	})
}

func TestTrustThatCannotWorkIsRefused(t *testing.T) {
	trust := func(kind v1alpha1.RoleType, trust v1alpha1.Trust) desired.Inputs {
		return inputs(kind, spec(func(s *v1alpha1.ECSRoleSpec) { s.Trust = &trust }))
	}
	source := func(kind v1alpha1.RoleType, arn v1alpha1.ResourcePattern) desired.Inputs {
		return trust(kind, v1alpha1.Trust{SourceARNs: []v1alpha1.ResourcePattern{arn}})
	}
	statement := func(st v1alpha1.TrustStatement) desired.Inputs {
		return trust("Task", v1alpha1.Trust{AdditionalStatements: []v1alpha1.TrustStatement{st}})
	}
	root := v1alpha1.Principals{AWS: []v1alpha1.ResourcePattern{"{accountID}"}}
	const onEC2 = `spec.trust: Forbidden: EC2 instance roles take no confused-deputy condition, EC2 would refuse the role: remove confusedDeputyProtection, regions and sourceARNs`
	const onDisabled = `spec.trust: Forbidden: trust.regions and trust.sourceARNs narrow the confused-deputy condition that confusedDeputyProtection: Disabled removes: give one or the other`
	checkInvalid(t, map[string]invalid{
		"the SourceArn of one cluster on Task": {source("Task", "arn:{partition}:ecs:eu-west-1:{accountID}:cluster/prod"), []string{
			`spec.trust.sourceARNs[0]: Invalid value: "arn:{partition}:ecs:eu-west-1:{accountID}:cluster/prod": ECS does not support the aws:SourceArn of one cluster: use arn:{partition}:ecs:<region>:{accountID}:*, or trust.regions`,
		}},
		"the SourceArn of one cluster on TaskExecution": {inputs("TaskExecution", spec(func(s *v1alpha1.ECSRoleSpec) {
			s.Trust = &v1alpha1.Trust{ConfusedDeputyProtection: "Enabled", SourceARNs: []v1alpha1.ResourcePattern{"arn:{partition}:ecs:eu-west-1:{accountID}:cluster/prod"}}
		})), []string{
			`spec.trust.sourceARNs[0]: Invalid value: "arn:{partition}:ecs:eu-west-1:{accountID}:cluster/prod": ECS does not support the aws:SourceArn of one cluster: use arn:{partition}:ecs:<region>:{accountID}:*, or trust.regions`,
		}},
		"the SourceArn of another service": {source("Task", "arn:{partition}:events:*:{accountID}:rule/x"), []string{
			`spec.trust.sourceARNs[0]: Invalid value: "arn:{partition}:events:*:{accountID}:rule/x": is an ARN of the service events, this role type is assumed on behalf of resources of ecs: write arn:{partition}:ecs:…`,
		}},
		"the SourceArn of one schedule": {inputs("EventBridgeScheduler", spec(func(s *v1alpha1.ECSRoleSpec) {
			s.Trust = &v1alpha1.Trust{SourceARNs: []v1alpha1.ResourcePattern{"arn:{partition}:scheduler:*:{accountID}:schedule/group/nightly"}}
			s.Grants = &v1alpha1.Grants{RunTask: nightly()}
		})), []string{
			`spec.trust.sourceARNs[0]: Invalid value: "arn:{partition}:scheduler:*:{accountID}:schedule/group/nightly": EventBridge Scheduler sends the ARN of the schedule group, not of a schedule: use arn:{partition}:scheduler:<region>:{accountID}:schedule-group/<group>`,
		}},
		"the SourceArn of one cluster by a wildcard": {source("Task", "arn:{partition}:ecs:*:{accountID}:clu*/prod"), []string{
			`spec.trust.sourceARNs[0]: Invalid value: "arn:{partition}:ecs:*:{accountID}:clu*/prod": ECS does not support the aws:SourceArn of one cluster: use arn:{partition}:ecs:<region>:{accountID}:*, or trust.regions`,
		}},
		"the SourceArn of anything named so": {source("Task", "arn:{partition}:ecs:*:{accountID}:*/prod"), []string{
			`spec.trust.sourceARNs[0]: Invalid value: "arn:{partition}:ecs:*:{accountID}:*/prod": ECS does not support the aws:SourceArn of one cluster: use arn:{partition}:ecs:<region>:{accountID}:*, or trust.regions`,
		}},
		"the SourceArn of one cluster in capitals": {source("Task", "arn:{partition}:ecs:*:{accountID}:CLUSTER/prod"), []string{
			`spec.trust.sourceARNs[0]: Invalid value: "arn:{partition}:ecs:*:{accountID}:CLUSTER/prod": ECS does not support the aws:SourceArn of one cluster: use arn:{partition}:ecs:<region>:{accountID}:*, or trust.regions`,
		}},
		"session tags of a provider in a statement of their own": {statement(v1alpha1.TrustStatement{
			Effect: "Allow", Actions: []v1alpha1.Action{"sts:TagSession"},
			Principals: v1alpha1.Principals{Federated: []v1alpha1.ResourcePattern{"arn:{partition}:iam::{accountID}:saml-provider/x"}},
		}), nil},
		"the SourceArn of everything in a region": {source("Task", "arn:{partition}:ecs:eu-west-1:{accountID}:**"), nil},
		"a provider of another partition": {statement(v1alpha1.TrustStatement{
			Effect: "Allow", Actions: []v1alpha1.Action{"sts:AssumeRoleWithSAML"},
			Principals: v1alpha1.Principals{Federated: []v1alpha1.ResourcePattern{"arn:aws-cn:iam::{accountID}:saml-provider/x"}},
		}), []string{
			`spec.trust.additionalStatements[0].principals.federated[0]: Invalid value: "arn:aws-cn:iam::111122223333:saml-provider/x": is an ARN of partition aws-cn, the account is in aws: write arn:{partition}:…`,
		}},
		"an account of another partition": {statement(v1alpha1.TrustStatement{
			Effect: "Allow", Principals: v1alpha1.Principals{AWS: []v1alpha1.ResourcePattern{"444455556666", "arn:aws-cn:iam::444455556666:root"}},
		}), []string{
			`spec.trust.additionalStatements[0].principals.aws[1]: Invalid value: "arn:aws-cn:iam::444455556666:root": is an ARN of partition aws-cn, the account is in aws: write arn:{partition}:…`,
		}},
		"a provider with the default action": {statement(v1alpha1.TrustStatement{
			Effect: "Allow", Principals: v1alpha1.Principals{Federated: []v1alpha1.ResourcePattern{"accounts.google.com"}},
		}), []string{
			`spec.trust.additionalStatements[0].principals.federated[0]: Invalid value: "accounts.google.com" assumes roles by sts:AssumeRoleWithWebIdentity: list that action, not sts:AssumeRole`,
		}},
		"a service principal of the account that is none": {
			inputs("Task", accountSpec(func(s *v1alpha1.AWSAccountSpec) {
				s.ServicePrincipals = []v1alpha1.ServicePrincipalOverride{{Type: "Task", Name: "*.amazonaws.com"}}
			})), []string{
				`AWSAccount.spec.servicePrincipals[0].name: Invalid value: "*.amazonaws.com": a service principal looks like ecs-tasks.amazonaws.com, without wildcards`,
				`spec.trust: Invalid value: "*.amazonaws.com" is no valid principal: must be a service principal such as ecs-tasks.amazonaws.com`,
			},
		},
		"a region of another partition": {trust("Task", v1alpha1.Trust{Regions: []v1alpha1.Region{"eu-west-1", "cn-north-1"}}), []string{
			`spec.trust.regions[1]: Invalid value: "cn-north-1": is a region of partition aws-cn, the account is in aws: name regions of that partition`,
		}},
		"the SourceArn of one execution": {source("StepFunctions", "arn:{partition}:states:*:{accountID}:execution:nightly:1"), []string{
			`spec.trust.sourceARNs[0]: Invalid value: "arn:{partition}:states:*:{accountID}:execution:nightly:1": Step Functions sends the ARN of the state machine, not of an execution: use arn:{partition}:states:<region>:{accountID}:stateMachine:<name>`,
		}},
		"a SourceArn that is no ARN": {source("Task", "prod"), []string{
			`spec.trust.sourceARNs[0]: Invalid value: "prod": aws:SourceArn is compared with an ARN, such as arn:{partition}:ecs:*:{accountID}:*`,
		}},
		"a SourceArn of another account": {source("Task", "arn:aws:ecs:*:999999999999:*"), []string{
			`spec.trust.sourceARNs[0]: Invalid value: "arn:aws:ecs:*:999999999999:*": is an ARN of account "999999999999", aws:SourceAccount is 111122223333 and both must match: write {accountID}`,
		}},
		"a SourceArn of another partition": {source("Task", "arn:aws-cn:ecs:*:{accountID}:*"), []string{
			`spec.trust.sourceARNs[0]: Invalid value: "arn:aws-cn:ecs:*:{accountID}:*": is an ARN of partition aws-cn, the account is in aws: write arn:{partition}:…`,
		}},
		"protection on a container instance":     {trust("ContainerInstance", v1alpha1.Trust{ConfusedDeputyProtection: "Enabled"}), []string{onEC2}},
		"regions on a managed instance":          {trust("ManagedInstance", v1alpha1.Trust{Regions: []v1alpha1.Region{"eu-west-1"}}), []string{onEC2}},
		"protection off on a container instance": {trust("ContainerInstance", v1alpha1.Trust{ConfusedDeputyProtection: "Disabled"}), nil},
		"regions with protection off":            {trust("Task", v1alpha1.Trust{ConfusedDeputyProtection: "Disabled", Regions: []v1alpha1.Region{"eu-west-1"}}), []string{onDisabled}},
		"sourceARNs with protection off":         {trust("Task", v1alpha1.Trust{ConfusedDeputyProtection: "Disabled", SourceARNs: []v1alpha1.ResourcePattern{"arn:aws:ecs:*:111122223333:*"}}), []string{onDisabled}},
		"regions and sourceARNs": {trust("Task", v1alpha1.Trust{Regions: []v1alpha1.Region{"eu-west-1"}, SourceARNs: []v1alpha1.ResourcePattern{"arn:aws:ecs:*:111122223333:*"}}), []string{
			`spec.trust.sourceARNs: Forbidden: trust.regions narrows the default aws:SourceArn and trust.sourceARNs replaces it: give one or the other`,
		}},
		"regions on a type without the condition": {trust("TaskExecution", v1alpha1.Trust{Regions: []v1alpha1.Region{"eu-west-1"}}), []string{
			`spec.trust.regions: Forbidden: the type TaskExecution has no confused-deputy condition by default, so there is nothing to narrow: set trust.confusedDeputyProtection: Enabled, or remove the field`,
		}},
		"a misspelt region": {trust("Task", v1alpha1.Trust{Regions: []v1alpha1.Region{"eu_west_1"}}), []string{
			`spec.trust.regions[0]: Invalid value: "eu_west_1": a region looks like eu-west-1 or us-gov-west-1: see aws ec2 describe-regions`,
		}},
		"a statement without principals": {statement(v1alpha1.TrustStatement{Effect: "Allow"}), []string{
			`spec.trust.additionalStatements[0].principals: Invalid value: is empty: name who may assume the role`,
		}},
		"a statement with a wrong Sid, action and service": {
			statement(v1alpha1.TrustStatement{
				Sid: "a b", Effect: "Allow", Actions: []v1alpha1.Action{"s3:GetObject"}, Conditions: &v1alpha1.Tombstone{},
				Principals: v1alpha1.Principals{Services: []v1alpha1.ServicePrincipal{"ecs-tasks.amazonaws.com", "lambda"}},
			}),
			[]string{
				`spec.trust.additionalStatements[0].sid: Invalid value: "a b": a Sid holds only letters and digits (0-9, A-Z, a-z): remove dashes, underscores and spaces`,
				`spec.trust.additionalStatements[0].conditions: Forbidden: unknown field conditions: IAM's element is condition (singular); move the content there, or the statement would apply without it`,
				`spec.trust.additionalStatements[0].actions[0]: Invalid value: "s3:GetObject" is no action of a trust policy, those start with sts:`,
				`spec.trust.additionalStatements[0].principals.services[1]: Invalid value: "lambda" is no valid principal: must be a service principal such as ecs-tasks.amazonaws.com`,
			},
		},
		"a Sid twice": {
			trust("Task", v1alpha1.Trust{AdditionalStatements: []v1alpha1.TrustStatement{
				{Sid: "Ops", Effect: "Allow", Principals: root}, {Sid: "Ops", Effect: "Deny", Principals: root},
			}}),
			[]string{`spec.trust.additionalStatements[1].sid: Invalid value: "Ops": statement 0 has the same sid: a Sid is unique within its policy; rename one`},
		},
		"a trust policy over the account's quota": {
			statement(v1alpha1.TrustStatement{
				Effect: "Allow", Principals: root,
				Condition: v1alpha1.Condition{"StringEquals": {"sts:ExternalId": {v1alpha1.ConditionValue(strings.Repeat("e", 1800))}}},
			}),
			[]string{`spec.trust: Invalid value: the trust policy has 2209 counted characters, the account's quota is 2048: shorten trust, or have AWS raise the quota "Role trust policy length"`},
		},
	})
}

func TestPolicyARNsThatIAMRefusesAreRefused(t *testing.T) {
	boundary := func(arn v1alpha1.PolicyARN) desired.Inputs {
		return task(func(s *v1alpha1.ECSRoleSpec) { s.PermissionsBoundary = arn })
	}
	policies := func(arns ...v1alpha1.PolicyARN) desired.Inputs {
		return task(func(s *v1alpha1.ECSRoleSpec) {
			for _, arn := range arns {
				s.ManagedPolicies = append(s.ManagedPolicies, v1alpha1.ManagedPolicy{ARN: arn})
			}
		})
	}
	var many []v1alpha1.PolicyARN
	for i := range 26 {
		many = append(many, v1alpha1.PolicyARN(fmt.Sprintf("arn:{partition}:iam::{accountID}:policy/p%d", i)))
	}
	const form = `the ARN of a managed policy looks like arn:{partition}:iam::{accountID}:policy/name, or arn:{partition}:iam::aws:policy/name for AWS's own`
	checkInvalid(t, map[string]invalid{
		"a boundary of another partition": {boundary("arn:aws-cn:iam::{accountID}:policy/boundary"), []string{
			`spec.permissionsBoundary: Invalid value: "arn:aws-cn:iam::{accountID}:policy/boundary": is an ARN of partition aws-cn, the account is in aws: write arn:{partition}:iam::…`,
		}},
		"a boundary of another account": {boundary("arn:aws:iam::999999999999:policy/boundary"), []string{
			`spec.permissionsBoundary: Invalid value: "arn:aws:iam::999999999999:policy/boundary": is a policy of another account, a role can use only policies of its own account and of AWS: write {accountID}, or aws for AWS's own`,
		}},
		"a boundary that is a role": {boundary("arn:aws:iam::111122223333:role/boundary"), []string{
			`spec.permissionsBoundary: Invalid value: "arn:aws:iam::111122223333:role/boundary": ` + form,
		}},
		"a policy of another partition": {policies("arn:aws-us-gov:iam::aws:policy/ReadOnlyAccess"), []string{
			`spec.managedPolicies[0].arn: Invalid value: "arn:aws-us-gov:iam::aws:policy/ReadOnlyAccess": is an ARN of partition aws-us-gov, the account is in aws: write arn:{partition}:iam::…`,
		}},
		"a policy without an ARN": {policies("", "ReadOnlyAccess"), []string{
			`spec.managedPolicies[0]: Invalid value: give exactly one of arn and policyRef, which is an ECSPolicy in this namespace`,
			`spec.managedPolicies[1].arn: Invalid value: "ReadOnlyAccess": ` + form,
		}},
		"a policy twice, once with placeholders": {
			policies("arn:aws:iam::111122223333:policy/read", "arn:{partition}:iam::{accountID}:policy/read"),
			[]string{`spec.managedPolicies[1].arn: Invalid value: "arn:aws:iam::111122223333:policy/read": managedPolicies[0] is the same policy: remove one of the two`},
		},
		"25 policies where the quota was raised": {raised(policies(many[:25]...)), nil},
		"26 policies": {raised(policies(many...)), []string{
			`spec.managedPolicies: Invalid value: these are 26 managed policies, 0 of the type Task and 26 listed here, and IAM attaches at most 25 to a role: merge some`,
		}},
		"a wildcard in a name": {policies("arn:aws:iam::111122223333:policy/a*"), []string{
			`spec.managedPolicies[0].arn: Invalid value: "arn:aws:iam::111122223333:policy/a*": ` + onePolicy,
		}},
		"a wildcard for a name": {policies("arn:aws:iam::111122223333:policy/*"), []string{
			`spec.managedPolicies[0].arn: Invalid value: "arn:aws:iam::111122223333:policy/*": ` + onePolicy,
		}},
		"a blank in a name": {policies("arn:aws:iam::111122223333:policy/a b"), []string{
			`spec.managedPolicies[0].arn: Invalid value: "arn:aws:iam::111122223333:policy/a b": ` + onePolicy,
		}},
		"a blank behind a name": {policies("arn:aws:iam::111122223333:policy/a "), []string{
			`spec.managedPolicies[0].arn: Invalid value: "arn:aws:iam::111122223333:policy/a ": ` + onePolicy,
		}},
		"an emoji in a name": {policies("arn:aws:iam::111122223333:policy/😀"), []string{
			`spec.managedPolicies[0].arn: Invalid value: "arn:aws:iam::111122223333:policy/😀": ` + onePolicy,
		}},
		"two slashes in a path": {policies("arn:aws:iam::111122223333:policy/a//b"), []string{
			`spec.managedPolicies[0].arn: Invalid value: "arn:aws:iam::111122223333:policy/a//b": ` + onePolicy,
		}},
		"a policy of a service-linked role": {policies("arn:aws:iam::aws:policy/aws-service-role/AmazonECSServiceRolePolicy"), []string{
			`spec.managedPolicies[0].arn: Invalid value: "arn:aws:iam::aws:policy/aws-service-role/AmazonECSServiceRolePolicy": is a policy of a service-linked role, which IAM attaches to no other role: copy what is needed to spec.statements`,
		}},
		"a policy twice in two cases": {
			policies("arn:aws:iam::111122223333:policy/read", "arn:aws:iam::111122223333:policy/Read"),
			[]string{`spec.managedPolicies[1].arn: Invalid value: "arn:aws:iam::111122223333:policy/Read": managedPolicies[0] is the same policy: remove one of the two`},
		},
		"a policy twice under two paths": {
			policies("arn:aws:iam::111122223333:policy/x/read", "arn:aws:iam::111122223333:policy/y/Read"),
			[]string{`spec.managedPolicies[1].arn: Invalid value: "arn:aws:iam::111122223333:policy/y/Read": managedPolicies[0] is the same policy: remove one of the two`},
		},
		"a policy of the account named as one of AWS": {policies("arn:aws:iam::111122223333:policy/read", "arn:aws:iam::aws:policy/read"), nil},
		"the policy of the type in another case": {
			inputs("TaskExecution", spec(func(s *v1alpha1.ECSRoleSpec) {
				s.ManagedPolicies = []v1alpha1.ManagedPolicy{{ARN: "arn:aws:iam::aws:policy/service-role/amazonecstaskexecutionrolepolicy"}}
			})),
			[]string{`spec.managedPolicies[0].arn: Invalid value: "arn:aws:iam::aws:policy/service-role/amazonecstaskexecutionrolepolicy": differs by case only from arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy, which the type TaskExecution attaches: remove it`},
		},
		"a policy of a service-linked role in another case": {boundary("arn:aws:iam::aws:policy/AWS-Service-Role/x"), []string{
			`spec.permissionsBoundary: Invalid value: "arn:aws:iam::aws:policy/AWS-Service-Role/x": is a policy of a service-linked role, which IAM attaches to no other role: copy what is needed to spec.statements`,
		}},
		"a name over 128 characters": {boundary(v1alpha1.PolicyARN("arn:aws:iam::111122223333:policy/" + strings.Repeat("n", 129))), []string{
			`spec.permissionsBoundary: Invalid value: "arn:aws:iam::111122223333:policy/` + strings.Repeat("n", 129) + `": its name is 129 characters long, that of a policy has at most 128`,
		}},
		"a path over 512 characters": {policies(v1alpha1.PolicyARN("arn:aws:iam::111122223333:policy/" + strings.Repeat("p", 511) + "/n")), []string{
			`spec.managedPolicies[0].arn: Invalid value: "arn:aws:iam::111122223333:policy/` + strings.Repeat("p", 511) + `/n": its path is 513 characters long, that of a policy has at most 512`,
		}},
	})
}

const onePolicy = "path and name of a policy hold letters, digits and _+=,.@- between single slashes, without wildcards, " +
	"variables and spaces: name one policy"

// raised are the inputs of an account with the highest quotas.
func raised(in desired.Inputs) desired.Inputs {
	in.Quotas.AttachedPoliciesPerRole = 25
	return in
}

func TestARNsAndRegionsOfAnotherPartitionAreRefused(t *testing.T) {
	in := inputs(v1alpha1.RoleTypeTask, func(in *desired.Inputs) { in.Partition = "aws-cn" }, spec(func(s *v1alpha1.ECSRoleSpec) {
		s.Statements = []v1alpha1.Statement{
			{
				Effect: "Allow", Actions: []v1alpha1.Action{"s3:GetObject"},
				Resources: []v1alpha1.ResourcePattern{"arn:aws-cn:s3:::a", "arn:aws:logs:*:*:*", "arn:*:s3:::b", "*"},
			},
			{
				Effect: "Deny", Actions: []v1alpha1.Action{"s3:PutObject"},
				NotResources: []v1alpha1.ResourcePattern{"arn:aws-us-gov:s3:::a"},
			},
		}
		s.Trust = &v1alpha1.Trust{Regions: []v1alpha1.Region{"cn-north-1", "eu-west-1", "us-gov-west-1"}}
	}))
	want := []string{
		`spec.trust.regions[1]: Invalid value: "eu-west-1": is a region of partition aws, the account is in aws-cn, whose regions begin with cn-: name one of those`,
		`spec.trust.regions[2]: Invalid value: "us-gov-west-1": is a region of partition aws-us-gov, the account is in aws-cn: name regions of that partition`,
		`spec.statements[0].resources[1]: Invalid value: "arn:aws:logs:*:*:*": is an ARN of partition aws, the account is in aws-cn: write arn:{partition}:…`,
		`spec.statements[1].notResources[0]: Invalid value: "arn:aws-us-gov:s3:::a": is an ARN of partition aws-us-gov, the account is in aws-cn: write arn:{partition}:…`,
	}
	if diff := cmp.Diff(want, messages(t, in)); diff != "" {
		t.Errorf("field errors (-want +got):\n%s", diff)
	}
	in.Partition, in.Role.Spec.Statements = "aws-new", nil
	if got := messages(t, in); len(got) != 2 {
		t.Errorf("in a partition whose regions nobody knows, the errors are %q", got)
	}
}

func TestAnAccountReplacesTheServicePrincipalOfAType(t *testing.T) {
	overridden := accountSpec(func(s *v1alpha1.AWSAccountSpec) {
		s.ServicePrincipals = []v1alpha1.ServicePrincipalOverride{
			{Type: v1alpha1.RoleTypeContainerInstance, Name: "ec2.amazonaws.com.new"},
		}
	})
	for kind, want := range map[v1alpha1.RoleType]string{
		v1alpha1.RoleTypeContainerInstance: `"Service":"ec2.amazonaws.com.new"`,
		v1alpha1.RoleTypeManagedInstance:   `"Service":"ec2.amazonaws.com"`,
	} {
		if trust := built(t, inputs(kind, overridden)).Role.Trust; !strings.Contains(trust, want) {
			t.Errorf("%s: the trust policy is %s, want %s", kind, trust, want)
		}
	}
}

func TestASourceARNOfARegionOfAnotherPartitionNeverMatchesAndIsRefused(t *testing.T) {
	in := task(func(s *v1alpha1.ECSRoleSpec) {
		s.Trust = &v1alpha1.Trust{SourceARNs: []v1alpha1.ResourcePattern{
			"arn:{partition}:ecs:cn-north-1:{accountID}:*", "arn:{partition}:ecs:eu-west-1:{accountID}:*",
			"arn:{partition}:ecs:us-gov-west-1:{accountID}:*", "arn:{partition}:ecs:*:{accountID}:*",
		}}
	})
	in.Partition = "aws-cn"
	want := []string{
		`spec.trust.sourceARNs[1]: Invalid value: "arn:{partition}:ecs:eu-west-1:{accountID}:*": its region eu-west-1 is a region of partition aws, the account is in aws-cn, whose regions begin with cn-: name one of those`,
		`spec.trust.sourceARNs[2]: Invalid value: "arn:{partition}:ecs:us-gov-west-1:{accountID}:*": its region us-gov-west-1 is a region of partition aws-us-gov, the account is in aws-cn: name regions of that partition`,
	}
	if diff := cmp.Diff(want, messages(t, in)); diff != "" {
		t.Errorf("field errors (-want +got):\n%s", diff)
	}
}

func TestAServicePrincipalOfTheAccountIsOneThatRolesArePassedTo(t *testing.T) {
	overridden := accountSpec(func(s *v1alpha1.AWSAccountSpec) {
		s.ServicePrincipals = []v1alpha1.ServicePrincipalOverride{
			{Type: v1alpha1.RoleTypeTask, Name: "ecs-tasks.amazonaws.com.new"},
			{Type: v1alpha1.RoleTypeTaskExecution, Name: "ecs-tasks.amazonaws.com.new"},
			{Type: v1alpha1.RoleTypeManagedInstance, Name: "instances.amazonaws.com.new"},
		}
	})
	passing := spec(func(s *v1alpha1.ECSRoleSpec) {
		s.Grants = &v1alpha1.Grants{PassRoles: []v1alpha1.PassedRole{{ARN: "arn:{partition}:iam::{accountID}:role/payments_x"}}}
		if s.Type == v1alpha1.RoleTypeInfrastructure {
			s.Capabilities = []v1alpha1.InfrastructureCapability{v1alpha1.CapabilityManagedInstances}
		}
	})
	for kind, want := range map[v1alpha1.RoleType]string{
		v1alpha1.RoleTypeCodeDeploy:     `{"StringEquals":{"iam:PassedToService":["ecs-tasks.amazonaws.com","ecs-tasks.amazonaws.com.new"]}}`,
		v1alpha1.RoleTypeInfrastructure: `{"StringLike":{"iam:PassedToService":["ec2.*","instances.amazonaws.com.new"]}}`,
	} {
		policies := built(t, inputs(kind, passing, overridden)).Role.InlinePolicies
		if text := policies[v1alpha1.DefaultInlinePolicyName]; !strings.Contains(text, want) {
			t.Errorf("%s: the inline policy is %s, want %s", kind, text, want)
		}
	}
	wild := accountSpec(func(s *v1alpha1.AWSAccountSpec) {
		s.ServicePrincipals = []v1alpha1.ServicePrincipalOverride{{Type: v1alpha1.RoleTypeManagedInstance, Name: "*"}}
	})
	_, err := desired.Build(inputs(v1alpha1.RoleTypeInfrastructure, passing, wild))
	if err == nil || !strings.Contains(err.Error(), "AWSAccount.spec.servicePrincipals[0].name") {
		t.Errorf("with a wildcard the error is %v, want one of the account's field", err)
	}
}

func TestATagKeyThatFoldsToAReservedPrefixIsRefused(t *testing.T) {
	for _, key := range []string{"ec\u017fiam.dev/owner", "ECS\u0130AM.dev/x", "AW\u017f:x"} {
		_, err := desired.Build(task(func(s *v1alpha1.ECSRoleSpec) { s.Tags = map[string]string{key: "x"} }))
		reserved := err != nil && strings.Contains(err.Error(), "is reserved")
		if want := !strings.Contains(key, "\u0130"); reserved != want {
			t.Errorf("%q: reserved is %v, want %v: %v", key, reserved, want, err)
		}
	}
}

func TestAQuotaOfTheAccountIsNamedWithWhatTakesIt(t *testing.T) {
	in := inputs(v1alpha1.RoleTypeTaskExecution, spec(func(s *v1alpha1.ECSRoleSpec) {
		for i := range 10 {
			s.ManagedPolicies = append(s.ManagedPolicies, v1alpha1.ManagedPolicy{
				ARN: v1alpha1.PolicyARN(fmt.Sprintf("arn:{partition}:iam::{accountID}:policy/p%d", i)),
			})
		}
	}))
	_, err := desired.Build(in)
	want := "spec.managedPolicies: Invalid value: these are 11 managed policies, 1 of the " +
		"type TaskExecution and 10 listed here, and the account's quota \"Managed policies per role\" is 10: merge some into " +
		"one ECSPolicy, move permissions to spec.statements, or have AWS raise the quota"
	if !errors.Is(err, desired.ErrQuota) || err.Error() != want {
		t.Errorf("Build: %v\nwant   %s", err, want)
	}
	in.Role.Spec.Description = "the task’s"
	if _, err := desired.Build(in); errors.Is(err, desired.ErrQuota) {
		t.Errorf("Build takes a spec that is wrong in another field for a valid one: %v", err)
	}
}

func TestPlaceholdersThatHaveNoValueAreRefused(t *testing.T) {
	resource := func(text v1alpha1.ResourcePattern) desired.Inputs {
		return task(func(s *v1alpha1.ECSRoleSpec) {
			s.Statements = []v1alpha1.Statement{{
				Effect: "Allow", Actions: []v1alpha1.Action{"s3:*"}, Resources: []v1alpha1.ResourcePattern{text},
			}}
		})
	}
	const unknown = `has the unknown placeholder {account}: the placeholders are {accountID}, {partition}, {region}, {namespace} and {name}; write {{ and }} for literal braces`
	checkInvalid(t, map[string]invalid{
		"an unknown placeholder": {resource("arn:{partition}:s3:::{account}"), []string{
			`spec.statements[0].resources[0]: Invalid value: "arn:{partition}:s3:::{account}": ` + unknown,
		}},
		"a region that nobody knows": {resource("arn:{partition}:sqs:{region}:{accountID}:q"), []string{
			`spec.statements[0].resources[0]: Invalid value: "arn:{partition}:sqs:{region}:{accountID}:q": has the placeholder {region}, which has no value here: set spec.region of the AWSAccount, or --region offline`,
		}},
		"a placeholder with a dollar sign": {resource("arn:aws:s3:::${accountID}"), []string{
			`spec.statements[0].resources[0]: Invalid value: "arn:aws:s3:::${accountID}": has ${accountID}, which IAM takes for a policy variable of its own: write {accountID} without the dollar sign`,
		}},
		"braces that do not close": {resource("arn:aws:s3:::{name"), []string{
			`spec.statements[0].resources[0]: Invalid value: "arn:aws:s3:::{name": has an opening brace without a closing one: write {{ for a literal brace`,
		}},
		"braces that do not open": {resource("arn:aws:s3:::name}"), []string{
			`spec.statements[0].resources[0]: Invalid value: "arn:aws:s3:::name}": has a single closing brace: write }} for a literal brace`,
		}},
		"a variable that does not close": {resource("arn:aws:s3:::${aws:username"), []string{
			`spec.statements[0].resources[0]: Invalid value: "arn:aws:s3:::${aws:username": has ${ without a closing brace: write ${$}{{ for the characters ${`,
		}},
		"a placeholder in another case behind a dollar sign": {resource("arn:aws:s3:::${accountId}-secret/*"), []string{
			`spec.statements[0].resources[0]: Invalid value: "arn:aws:s3:::${accountId}-secret/*": has ${accountId}, which IAM takes for a policy variable of its own: write {accountID} without the dollar sign`,
		}},
		"a placeholder in capitals behind a dollar sign": {resource("arn:aws:s3:::${Namespace}"), []string{
			`spec.statements[0].resources[0]: Invalid value: "arn:aws:s3:::${Namespace}": has ${Namespace}, which IAM takes for a policy variable of its own: write {namespace} without the dollar sign`,
		}},
		"a variable of another tool": {resource("arn:aws:s3:::${bucket}"), []string{
			`spec.statements[0].resources[0]: Invalid value: "arn:aws:s3:::${bucket}": has ${bucket}, which is no policy variable of IAM, those have a colon, such as ${aws:username}: write ${$}{{bucket}} for the characters ${bucket}`,
		}},
		"a variable without a name": {resource("arn:aws:s3:::${aws:}"), []string{
			`spec.statements[0].resources[0]: Invalid value: "arn:aws:s3:::${aws:}": has ${aws:}, which is no policy variable of IAM, those have a colon, such as ${aws:username}: write ${$}{{aws:}} for the characters ${aws:}`,
		}},
		"a variable in two braces": {resource("arn:aws:s3:::${{bucket}}"), []string{
			`spec.statements[0].resources[0]: Invalid value: "arn:aws:s3:::${{bucket}}": has ${{bucket}, which is no policy variable of IAM, those have a colon, such as ${aws:username}: write ${$}{{bucket}} for the characters ${bucket}`,
		}},
		"the characters of a variable": {resource("arn:aws:s3:::${$}{{bucket}}"), nil},
		"one in every field that takes them": {
			inputs("Task", spec(func(s *v1alpha1.ECSRoleSpec) {
				s.PermissionsBoundary = "arn:aws:iam::{account}:policy/b"
				s.Trust = &v1alpha1.Trust{
					SourceARNs: []v1alpha1.ResourcePattern{"arn:aws:ecs:*:{account}:*"},
					AdditionalStatements: []v1alpha1.TrustStatement{{
						Effect: "Allow",
						Principals: v1alpha1.Principals{
							AWS:       []v1alpha1.ResourcePattern{"{account}"},
							Services:  []v1alpha1.ServicePrincipal{"x.{account}.amazonaws.com"},
							Federated: []v1alpha1.ResourcePattern{"arn:aws:iam::{account}:saml-provider/x"},
						},
						Condition: v1alpha1.Condition{"StringEquals": {"aws:{account}": {"{account}"}}},
					}},
				}
				s.ManagedPolicies = []v1alpha1.ManagedPolicy{{ARN: "arn:aws:iam::{account}:policy/p"}}
				s.Statements = []v1alpha1.Statement{{
					Effect: "Allow", NotActions: []v1alpha1.Action{"iam:*"}, NotResources: []v1alpha1.ResourcePattern{"arn:aws:s3:::{account}"},
					Condition: v1alpha1.Condition{"StringLike": {"aws:x": {"a", "{account}"}}},
				}}
				s.Ignore = &v1alpha1.Ignore{ManagedPolicyARNs: []v1alpha1.Pattern{"arn:aws:iam::{account}:policy/*"}}
			})),
			[]string{
				`spec.permissionsBoundary: Invalid value: "arn:aws:iam::{account}:policy/b": ` + unknown,
				`spec.trust.sourceARNs[0]: Invalid value: "arn:aws:ecs:*:{account}:*": ` + unknown,
				`spec.trust.additionalStatements[0].principals.aws[0]: Invalid value: "{account}": ` + unknown,
				`spec.trust.additionalStatements[0].principals.services[0]: Invalid value: "x.{account}.amazonaws.com": ` + unknown,
				`spec.trust.additionalStatements[0].principals.federated[0]: Invalid value: "arn:aws:iam::{account}:saml-provider/x": ` + unknown,
				`spec.trust.additionalStatements[0].condition[StringEquals][aws:{account}]: Invalid value: "aws:{account}": ` + unknown,
				`spec.trust.additionalStatements[0].condition[StringEquals][aws:{account}][0]: Invalid value: "{account}": ` + unknown,
				`spec.managedPolicies[0].arn: Invalid value: "arn:aws:iam::{account}:policy/p": ` + unknown,
				`spec.statements[0].notResources[0]: Invalid value: "arn:aws:s3:::{account}": ` + unknown,
				`spec.statements[0].condition[StringLike][aws:x][1]: Invalid value: "{account}": ` + unknown,
				`spec.ignore.managedPolicyARNs[0]: Invalid value: "arn:aws:iam::{account}:policy/*": ` + unknown,
			},
		},
	})
}

func TestAllFieldErrorsAreReportedAtOnceAndInOneOrder(t *testing.T) {
	in := inputs("Task", spec(func(s *v1alpha1.ECSRoleSpec) {
		s.Path, s.MaxSessionDurationSeconds = "ecs", 60
		s.Tags = map[string]string{"aws:b": "", "aws:a": "", "aws:c": ""}
		s.ManagedPolicies = []v1alpha1.ManagedPolicy{{ARN: "x"}}
	}))
	first := messages(t, in)
	if len(first) != 6 {
		t.Fatalf("%d field errors, want 6: %q", len(first), first)
	}
	for range 20 {
		if diff := cmp.Diff(first, messages(t, in)); diff != "" {
			t.Fatalf("the order changed:\n%s", diff)
		}
	}
}

func TestTheCurrentClusterIDAmongTheFormerOnesIsRefused(t *testing.T) {
	const want = `AWSAccount.spec.formerClusterIDs[1]: Invalid value: "blue": is the controller's current --cluster-id: ` +
		`list only ids that are no longer in use`
	former := accountSpec(func(s *v1alpha1.AWSAccountSpec) { s.FormerClusterIDs = []v1alpha1.ClusterID{"green", "blue"} })
	checkInvalid(t, map[string]invalid{
		"a role": {inputs(v1alpha1.RoleTypeTask, former), []string{want}},
	})
	in := policyInputs()
	in.Account.Spec.FormerClusterIDs = []v1alpha1.ClusterID{"green", "blue"}
	if _, err := desired.BuildPolicy(in); err == nil || err.Error() != want {
		t.Errorf("a policy: %v", err)
	}
}
