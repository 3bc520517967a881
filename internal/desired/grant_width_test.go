// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package desired_test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"sigs.k8s.io/yaml"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/internal/policy"
)

// onEverything are the actions that AWS's service authorization reference knows no resources for.
var onEverything = []string{
	"ecr:GetAuthorizationToken", "ecs:DiscoverPollEndpoint", "fsx:DescribeFileSystems",
	"ssmmessages:CreateControlChannel", "ssmmessages:CreateDataChannel", "ssmmessages:OpenControlChannel",
	"ssmmessages:OpenDataChannel",
	"xray:PutTraceSegments", "xray:PutTelemetryRecords", "xray:GetSamplingRules", "xray:GetSamplingTargets",
	"xray:GetSamplingStatisticSummaries",
	"ecs:ListAccountSettings", "ecs:ListAttributes", "ecs:PutAccountSetting",
	"elasticloadbalancing:DescribeTargetGroups", "elasticloadbalancing:DescribeListeners",
	"elasticloadbalancing:DescribeRules",
	"kinesis:ListStreams", "dynamodb:ListStreams",
}

func TestNoGrantAllowsMoreThanIsKnownOfAccountAndRegion(t *testing.T) {
	for name := range grantCases {
		for _, st := range grantedStatements(t, name) {
			for _, resource := range st.Resources {
				checkWidth(t, name, st, resource)
			}
		}
	}
}

func checkWidth(t *testing.T, name string, st policy.Statement, resource string) {
	t.Helper()
	if resource == "*" {
		for _, action := range st.Actions {
			if !slices.Contains(onEverything, action) {
				t.Errorf("%s allows %s on everything", name, action)
			}
		}
		return
	}
	parts := strings.SplitN(resource, ":", 6)
	switch {
	case parts[2] == "s3":
		if strings.HasPrefix(parts[5], "*") && len(st.Condition["StringEquals"]["aws:ResourceAccount"]) == 0 {
			t.Errorf("%s allows %v on the buckets of all accounts", name, st.Actions)
		}
	case parts[4] != "111122223333":
		t.Errorf("%s allows %v in other accounts: %s", name, st.Actions, resource)
	case parts[3] == "*" && parts[2] != "kms":
		t.Errorf("%s allows %v in other regions: %s", name, st.Actions, resource)
	}
}

// grantedStatements are the statements of the inline policy of a case.
func grantedStatements(t *testing.T, name string) []policy.Statement {
	t.Helper()
	text := built(t, granted(t, name, "aws")).Role.InlinePolicies["ecsiam"]
	if text == "" {
		return nil
	}
	doc, err := policy.Parse([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return doc.Statements
}

func TestWithoutAKnownRegionGrantsThatNeedNoneHoldForEveryRegion(t *testing.T) {
	in := granted(t, "ContainerInstance.systemLogs", "aws")
	in.Region = ""
	text := built(t, in).Role.InlinePolicies["ecsiam"]
	if want := `"arn:aws:logs:*:111122223333:log-group:*"`; !strings.Contains(text, want) {
		t.Errorf("the policy lacks %s: %s", want, text)
	}
}

func TestAKeyIsUsedOnlyThroughTheServiceThatHoldsWhatItEncrypts(t *testing.T) {
	seen := map[string]bool{}
	for _, name := range slices.Sorted(maps.Keys(grantCases)) {
		for _, st := range grantedStatements(t, name) {
			if !strings.HasPrefix(st.Actions[0], "kms:") {
				continue
			}
			seen[st.Sid] = true
			bound := len(st.Condition["StringEquals"]["kms:ViaService"])+len(st.Condition["StringLike"]["kms:ViaService"]) > 0
			// The agent in the container calls KMS itself for the session of ECS Exec.
			if direct := st.Sid == "EcsIamExecKeys"; bound == direct {
				t.Errorf("%s: statement %s has the condition %v", name, st.Sid, st.Condition)
			}
		}
	}
	want := []string{
		"EcsIamAgentConfigKeys", "EcsIamCodeDeployKeys", "EcsIamEnvironmentFilesKeys", "EcsIamExecBucketKeys", "EcsIamExecKeys",
		"EcsIamFSxKeys", "EcsIamFireLensKeys", "EcsIamGMSAKeys", "EcsIamPipeKeys", "EcsIamRegistryKeys", "EcsIamSecretKeys",
	}
	if got := slices.Sorted(maps.Keys(seen)); !slices.Equal(got, want) {
		t.Errorf("statements with keys are %v, want %v", got, want)
	}
}

func TestTheConditionOnAKeyNamesItsRegionAndEveryPartitionsDomain(t *testing.T) {
	cases := map[string]string{
		"aws": "secretsmanager.eu-west-1.amazonaws.com", "aws-us-gov": "secretsmanager.eu-west-1.amazonaws.com",
		"aws-cn": "secretsmanager.eu-west-1.*",
	}
	for partition, want := range cases {
		text := built(t, granted(t, "TaskExecution.privateRegistry", partition)).Role.InlinePolicies["ecsiam"]
		if !strings.Contains(text, `"kms:ViaService":"`+want+`"`) {
			t.Errorf("in %s the policy lacks kms:ViaService %s: %s", partition, want, text)
		}
	}
}

func TestAnAgentThatIsBoundToClustersReadsTheTagsOfTheirTasksAndInstances(t *testing.T) {
	for _, name := range []string{"ContainerInstance.clusters", "ExternalInstance.clusters"} {
		i := slices.IndexFunc(grantedStatements(t, name), func(st policy.Statement) bool {
			return slices.Contains(st.Actions, "ecs:ListTagsForResource")
		})
		if i < 0 {
			t.Fatalf("%s does not allow ecs:ListTagsForResource", name)
		}
		for _, resource := range grantedStatements(t, name)[i].Resources {
			if !strings.Contains(resource, ":task/") && !strings.Contains(resource, ":container-instance/") {
				t.Errorf("%s reads the tags of %s", name, resource)
			}
		}
	}
}

func TestClustersLeaveThePolicyOfSystemsManagerOnAnExternalInstance(t *testing.T) {
	got := built(t, granted(t, "ExternalInstance.clusters", "aws")).Role.Attached
	if want := []string{"arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore"}; !slices.Equal(got, want) {
		t.Errorf("attached are %v, want %v", got, want)
	}
}

func TestEveryPullIsBoundToTheVPC(t *testing.T) {
	for _, name := range []string{"TaskExecution.ecr-cache-by-endpoint", "TaskExecution.ecr-cache-by-vpc"} {
		for _, st := range grantedStatements(t, name) {
			token := slices.Contains(st.Actions, "ecr:GetAuthorizationToken")
			if bound := len(st.Condition["StringEquals"]) > 0; bound == token {
				t.Errorf("%s: statement %s has the condition %v", name, st.Sid, st.Condition)
			}
		}
	}
}

func TestAnInlinePolicyThatGrantsMakeTooLargeNamesTheLargestOne(t *testing.T) {
	in := inputs("TaskExecution", spec(func(s *v1alpha1.ECSRoleSpec) {
		const manifest = `
grants:
  logs: {logGroupARNs: ["arn:{partition}:logs:eu-west-1:{accountID}:log-group:/ecs/app"]}
  privateRegistry: {secretARNs: ["arn:{partition}:secretsmanager:eu-west-1:{accountID}:secret:registry"]}
  secrets: {secretARNs: [], parameterARNs: []}`
		if err := yaml.UnmarshalStrict([]byte(manifest), s); err != nil {
			t.Fatal(err)
		}
		for i := range 50 {
			name := strings.Repeat("p", 20+i)
			s.Grants.Secrets.SecretARNs = append(s.Grants.Secrets.SecretARNs,
				v1alpha1.SecretARN("arn:{partition}:secretsmanager:eu-west-1:{accountID}:secret:"+name))
			s.Grants.Secrets.ParameterARNs = append(s.Grants.Secrets.ParameterARNs,
				v1alpha1.ParameterARN("arn:{partition}:ssm:eu-west-1:{accountID}:parameter/"+name))
		}
	}))
	text := strings.Join(messages(t, in), "\n")
	for _, want := range []string{"spec.grants: Invalid value", "grants.secrets takes ", "wildcard", "an ECSPolicy"} {
		if !strings.Contains(text, want) {
			t.Errorf("the error lacks %q: %s", want, text)
		}
	}
	if strings.Contains(text, "move statements") {
		t.Errorf("the advice is impossible for grants: %s", text)
	}
}
