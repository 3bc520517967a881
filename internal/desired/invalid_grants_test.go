// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package desired_test

import (
	"strings"
	"testing"

	"sigs.k8s.io/yaml"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
)

func TestGrantsThatCannotWorkAreRefused(t *testing.T) {
	cases := map[string]struct {
		kind v1alpha1.RoleType
		spec string
		want []string
	}{
		"secrets as a task definition names them": {
			"TaskExecution", `grants: {secrets: {secretARNs: ["arn:{partition}:secretsmanager:eu-west-1:{accountID}:secret:db-aB3xY9:password::"]}}`,
			[]string{"spec.grants.secrets.secretARNs[0]: Invalid value", "leave out the JSON key and version"},
		},
		"a parameter with two slashes": {
			"TaskExecution", `grants: {secrets: {parameterARNs: ["arn:{partition}:ssm:eu-west-1:{accountID}:parameter//a/b"]}}`,
			[]string{"spec.grants.secrets.parameterARNs[0]: Invalid value", "with one slash"},
		},
		"a key by its alias": {
			"TaskExecution", `grants: {secrets: {kmsKeyARNs: ["arn:{partition}:kms:eu-west-1:{accountID}:alias/db"]}}`,
			[]string{"spec.grants.secrets.kmsKeyARNs[0]: Invalid value", "IAM does not match aliases"},
		},
		"an unknown placeholder": {
			"TaskExecution", `grants: {logs: {logGroupARNs: ["arn:{partition}:logs:eu-west-1:{account}:log-group:x"]}}`,
			[]string{"spec.grants.logs.logGroupARNs[0]: Invalid value", "the unknown placeholder {account}"},
		},
		"a log group of another account": {
			"TaskExecution", `grants: {logs: {logGroupARNs: ["arn:{partition}:logs:eu-west-1:999999999999:log-group:x"]}}`,
			[]string{"is of another account", "write {accountID}"},
		},
		"an ARN of another partition": {
			"Task", `grants: {execCommand: {mode: Enabled, bucketARNs: ["arn:aws-cn:s3:::logs"]}}`,
			[]string{"spec.grants.execCommand.bucketARNs[0]", "write arn:{partition}:…"},
		},
		"a bucket with a key": {
			"Task", `grants: {execCommand: {mode: Enabled, bucketARNs: ["arn:{partition}:s3:::logs/exec"]}}`,
			[]string{"spec.grants.execCommand.bucketARNs[0]", "without a key"},
		},
		"a switch that is not set": {
			"Task", `grants: {xray: {}, execCommand: {mode: "on"}}`,
			[]string{"spec.grants.xray.mode: Required value: give Enabled or Disabled", `spec.grants.execCommand.mode: Unsupported value: "on"`},
		},
		"a file system twice": {
			"Task", `grants: {efs: {fileSystems: [{arn: "arn:aws:elasticfilesystem:eu-west-1:111122223333:file-system/fs-1"}, {arn: "arn:{partition}:elasticfilesystem:eu-west-1:{accountID}:file-system/fs-1"}]}}`,
			[]string{"spec.grants.efs.fileSystems[1].arn: Duplicate value"},
		},
		"file systems without any": {"Task", `grants: {efs: {fileSystems: []}}`, []string{"spec.grants.efs.fileSystems: Required value"}},
		"a VPC without repositories": {
			"TaskExecution", `grants: {ecr: {vpcIDs: [vpc-0a]}}`, []string{"spec.grants.ecr.repositoryARNs: Required value"},
		},
		"a repository with a tag": {
			"TaskExecution", `grants: {ecr: {repositoryARNs: ["arn:{partition}:ecr:eu-west-1:{accountID}:repository/app:latest"]}}`,
			[]string{"spec.grants.ecr.repositoryARNs[0]: Invalid value", "leave out the tag or digest"},
		},
		"a cached repository with a digest": {
			"TaskExecution", `grants: {ecr: {pullThroughCache: {repositoryARNs: ["arn:{partition}:ecr:eu-west-1:{accountID}:repository/app@sha256:0a"]}}}`,
			[]string{"spec.grants.ecr.pullThroughCache.repositoryARNs[0]: Invalid value", "leave out the tag or digest"},
		},
		"system logs of groups and of regions": {
			"ContainerInstance", `grants: {systemLogs: {mode: Enabled, regions: [eu-west-1], logGroupARNs: ["arn:{partition}:logs:eu-west-1:{accountID}:log-group:x"]}}`,
			[]string{"spec.grants.systemLogs.regions: Forbidden", "give one or the other"},
		},
		"system logs of no region": {
			"ContainerInstance", `grants: {systemLogs: {mode: Enabled, regions: [Ireland]}}`,
			[]string{`spec.grants.systemLogs.regions[0]: Invalid value: "Ireland"`},
		},
		"a deployment with a topic that is none": {
			"CodeDeploy", `grants: {passRoles: [{roleRef: {name: app}}], deployments: {topicARNs: ["arn:{partition}:sqs:eu-west-1:{accountID}:queue"]}}`,
			[]string{"spec.grants.deployments.topicARNs[0]: Invalid value", "the ARN of a topic looks like"},
		},
		"objects with a key by its alias": {
			"Task", `grants: {fireLens: {objectARNs: ["arn:{partition}:s3:::b/c"], kmsKeyARNs: ["arn:{partition}:kms:eu-west-1:{accountID}:alias/x"]}}`,
			[]string{"spec.grants.fireLens.kmsKeyARNs[0]: Invalid value", "IAM does not match aliases"},
		},
		"endpoints and VPCs": {
			"TaskExecution", `grants: {ecr: {repositoryARNs: ["arn:{partition}:ecr:eu-west-1:{accountID}:repository/a"], vpcIDs: [vpc-0a], vpcEndpointIDs: [vpc-0a]}}`,
			[]string{"spec.grants.ecr.vpcEndpointIDs[0]: Invalid value", "spec.grants.ecr.vpcIDs: Forbidden: give vpcEndpointIDs or vpcIDs, not both"},
		},
		"a cache without repositories": {
			"TaskExecution", `grants: {ecr: {pullThroughCache: {}}}`,
			[]string{"spec.grants.ecr.pullThroughCache.repositoryARNs: Required value"},
		},
		"a family with a revision": {
			"EventBridgeRule", `grants: {runTask: {taskDefinitionFamilies: ["nightly:3"], clusterNames: [jobs], regions: [eu-west-1]}}`,
			[]string{"spec.grants.runTask.taskDefinitionFamilies[0]: Invalid value", "no revision"},
		},
		"tasks without a region": {
			"EventBridgeRule", `grants: {runTask: {taskDefinitionFamilies: [nightly], clusterNames: [jobs]}}`,
			[]string{"spec.grants.runTask.regions: Required value", "set spec.region of the AWSAccount"},
		},
		"tasks without families, clusters and a real region": {
			"EventBridgeScheduler", `grants: {runTask: {regions: [Ireland]}}`,
			[]string{
				"spec.grants.runTask.taskDefinitionFamilies: Required value", "spec.grants.runTask.clusterNames: Required value",
				`spec.grants.runTask.regions[0]: Invalid value: "Ireland"`,
			},
		},
		"a rule that waits for its tasks": {
			"EventBridgeRule", `grants: {runTask: {taskDefinitionFamilies: [nightly], clusterNames: [jobs], regions: [eu-west-1], sync: Enabled}}`,
			[]string{"spec.grants.runTask.sync: Forbidden: only Step Functions waits for its tasks"},
		},
		"a pipe without a source": {
			"EventBridgePipe", `grants: {pipeSource: {deadLetterQueueARNs: ["arn:{partition}:sqs:eu-west-1:{accountID}:failed"]}}`,
			[]string{"spec.grants.pipeSource: Required value: give at least one of queueARNs"},
		},
		"a pipe from a table": {
			"EventBridgePipe", `grants: {pipeSource: {dynamoDBStreamARNs: ["arn:{partition}:dynamodb:eu-west-1:{accountID}:table/orders"]}}`,
			[]string{"spec.grants.pipeSource.dynamoDBStreamARNs[0]: Invalid value", "/stream/label"},
		},
		"no grant in place of AWS's policy": {
			"EventBridgeRule", `statements: [{effect: Allow, actions: ["ecs:RunTask"], resources: ["*"]}]`,
			[]string{"spec.grants.runTask: Required value", "to Attach to accept that policy, or to Omit"},
		},
		"roles to pass without a task to run": {
			"EventBridgeScheduler", `grants: {passRoles: [{roleRef: {name: app}}]}`, []string{"spec.grants.runTask: Required value"},
		},
		"a CodeDeploy role without roles to pass": {"CodeDeploy", `{}`, []string{"spec.grants.passRoles: Required value"}},
		"a hook that is no function": {
			"LifecycleHook", `grants: {invokeFunctions: {functionARNs: ["arn:{partition}:lambda:eu-west-1:{accountID}:layer:x"]}}`,
			[]string{"spec.grants.invokeFunctions.functionARNs[0]: Invalid value"},
		},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			in := inputs(c.kind, refs)
			if err := yaml.UnmarshalStrict([]byte(c.spec), &in.Role.Spec); err != nil {
				t.Fatal(err)
			}
			text := strings.Join(messages(t, in), "\n")
			for _, want := range c.want {
				if !strings.Contains(text, want) {
					t.Errorf("the errors\n%s\nlack\n%s", text, want)
				}
			}
		})
	}
}

func TestGrantsThatAreTooLongForOnePolicyAreRefused(t *testing.T) {
	in := inputs("TaskExecution", spec(func(s *v1alpha1.ECSRoleSpec) {
		var arns []v1alpha1.ParameterARN
		for i := range 50 {
			arns = append(arns, v1alpha1.ParameterARN("arn:{partition}:ssm:eu-west-1:{accountID}:parameter/"+
				strings.Repeat("p", 200)+string(rune('a'+i%26))+string(rune('a'+i/26))))
		}
		s.Grants = &v1alpha1.Grants{}
		s.Grants.Secrets = &v1alpha1.SecretsGrant{ParameterARNs: arns}
	}))
	want := "spec.grants: Invalid value: the inline policy has 12624 counted characters, IAM's limit is 10240"
	if text := strings.Join(messages(t, in), "\n"); !strings.HasPrefix(text, want) {
		t.Errorf("the errors are %s, want %s", text, want)
	}
}

func TestEmptyGrantsGrantNothing(t *testing.T) {
	in := inputs("TaskExecution", spec(func(s *v1alpha1.ECSRoleSpec) {
		s.Grants = &v1alpha1.Grants{}
		s.Grants.Secrets, s.Grants.ECR = &v1alpha1.SecretsGrant{}, &v1alpha1.ECRGrant{}
		s.Grants.GMSA, s.Grants.FSx = &v1alpha1.GMSAGrant{}, &v1alpha1.FSxGrant{}
	}))
	if role := built(t, in); len(role.Role.InlinePolicies) > 0 {
		t.Errorf("empty grants become %v", role.Role.InlinePolicies)
	}
}

func TestGrantsStandBesideTheRolesOwnStatements(t *testing.T) {
	in := granted(t, "Task.xray", "aws")
	in.Role.Spec.Statements = []v1alpha1.Statement{{
		Sid: "Own", Effect: "Allow", Actions: []v1alpha1.Action{"s3:GetObject"}, Resources: []v1alpha1.ResourcePattern{"arn:aws:s3:::b/*"},
	}}
	role := built(t, in)
	text := role.Role.InlinePolicies["ecsiam"]
	if len(role.Role.InlinePolicies) != 1 || !strings.Contains(text, `"Own"`) || !strings.Contains(text, `"EcsIamXRay"`) {
		t.Errorf("the inline policies are %v", role.Role.InlinePolicies)
	}
}
