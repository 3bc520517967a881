// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package desired_test

import (
	"bytes"
	"encoding/json"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
	"sigs.k8s.io/yaml"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/internal/desired"
	"github.com/ecsiam/ecs-iam-controller/internal/golden"
	"github.com/ecsiam/ecs-iam-controller/internal/laws"
	"github.com/ecsiam/ecs-iam-controller/internal/policy"
	"github.com/ecsiam/ecs-iam-controller/internal/roletype"
)

// nightly is a grant to run one family in one cluster.
func nightly() *v1alpha1.RunTaskGrant {
	return &v1alpha1.RunTaskGrant{
		TaskDefinitionFamilies: []v1alpha1.ECSName{"nightly"}, ClusterNames: []v1alpha1.ECSName{"jobs"},
		Regions: []v1alpha1.Region{"eu-west-1"},
	}
}

// grantCases are the grants of each type: the name is "<type>.<what>", the value the spec without the type.
var grantCases = map[string]string{
	"TaskExecution.secrets": `
grants:
  secrets:
    secretARNs:
    - arn:{partition}:secretsmanager:{region}:{accountID}:secret:{namespace}/{name}
    - arn:{partition}:secretsmanager:{region}:{accountID}:secret:db-??????
    - arn:{partition}:secretsmanager:{region}:{accountID}:secret:complete-aB3xY9
    - arn:{partition}:secretsmanager:{region}:{accountID}:secret:shared/*
    parameterARNs: ["arn:{partition}:ssm:{region}:{accountID}:parameter/{namespace}/db-host"]
    kmsKeyARNs: ["arn:{partition}:kms:{region}:{accountID}:key/1234abcd-12ab-34cd-56ef-1234567890ab"]`,
	"TaskExecution.privateRegistry": `
grants:
  privateRegistry:
    secretARNs: ["arn:{partition}:secretsmanager:{region}:{accountID}:secret:registry"]
    kmsKeyARNs: ["arn:{partition}:kms:{region}:{accountID}:key/1234abcd"]`,
	"TaskExecution.ecr": `
defaultManagedPolicies: Omit
grants:
  ecr: {repositoryARNs: ["arn:{partition}:ecr:{region}:{accountID}:repository/{namespace}/*"]}`,
	"TaskExecution.ecr-by-endpoint": `
defaultManagedPolicies: Omit
grants:
  ecr:
    repositoryARNs: ["arn:{partition}:ecr:{region}:{accountID}:repository/*"]
    vpcEndpointIDs: [vpce-0123456789abcdef0]`,
	"TaskExecution.ecr-by-vpc": `
defaultManagedPolicies: Omit
grants:
  ecr:
    repositoryARNs: ["arn:{partition}:ecr:{region}:{accountID}:repository/*"]
    vpcIDs: [vpc-0123456789abcdef0]`,
	"TaskExecution.ecr-cache": `
grants:
  ecr:
    pullThroughCache:
      repositoryARNs: ["arn:{partition}:ecr:{region}:{accountID}:repository/docker-hub/*"]
      createRepositories: Enabled`,
	"TaskExecution.ecr-cache-by-endpoint": `
defaultManagedPolicies: Omit
grants:
  ecr:
    vpcEndpointIDs: [vpce-0123456789abcdef0]
    repositoryARNs: ["arn:{partition}:ecr:{region}:{accountID}:repository/app"]
    pullThroughCache: {repositoryARNs: ["arn:{partition}:ecr:{region}:{accountID}:repository/docker-hub/*"]}`,
	"TaskExecution.ecr-cache-by-vpc": `
defaultManagedPolicies: Omit
grants:
  ecr:
    vpcIDs: [vpc-0123456789abcdef0]
    pullThroughCache: {repositoryARNs: ["arn:{partition}:ecr:{region}:{accountID}:repository/docker-hub/*"]}`,
	"TaskExecution.objects-encrypted": `
grants:
  environmentFiles:
    objectARNs: ["arn:{partition}:s3:::config-{accountID}/a.env"]
    kmsKeyARNs: ["arn:{partition}:kms:{region}:{accountID}:key/1234abcd"]
  fireLens:
    objectARNs: ["arn:{partition}:s3:::config/fluent.conf"]
    kmsKeyARNs: ["arn:{partition}:kms:{region}:{accountID}:key/1234abcd"]`,
	"TaskExecution.gmsa-encrypted": `
grants:
  gmsa:
    objectARNs: ["arn:{partition}:s3:::config/gmsa.json"]
    secretARNs: ["arn:{partition}:secretsmanager:{region}:{accountID}:secret:domain-user"]
    kmsKeyARNs: ["arn:{partition}:kms:{region}:{accountID}:key/1234abcd"]`,
	"TaskExecution.fsx-encrypted": `
grants:
  fsx:
    parameterARNs: ["arn:{partition}:ssm:{region}:{accountID}:parameter/directory"]
    kmsKeyARNs: ["arn:{partition}:kms:{region}:{accountID}:key/1234abcd", "arn:{partition}:kms:*:{accountID}:key/mrk-1234"]`,
	"TaskExecution.environmentFiles": `
grants:
  environmentFiles:
    objectARNs: ["arn:{partition}:s3:::config-{accountID}/a.env", "arn:{partition}:s3:::config-{accountID}/b.env"]`,
	"TaskExecution.logs": `
defaultManagedPolicies: Omit
grants:
  logs:
    logGroupARNs:
    - arn:{partition}:logs:{region}:{accountID}:log-group:/ecs/checkout
    - arn:{partition}:logs:{region}:{accountID}:log-group:/ecs/basket:*`,
	"TaskExecution.logs-created": `
grants:
  logs:
    logGroupARNs: ["arn:{partition}:logs:{region}:{accountID}:log-group:/ecs/checkout"]
    createGroup: Enabled`,
	"TaskExecution.fireLens": `
grants: {fireLens: {objectARNs: ["arn:{partition}:s3:::config/fluent.conf"]}}`,
	"TaskExecution.gmsa": `
grants:
  gmsa:
    objectARNs: ["arn:{partition}:s3:::config/gmsa.json"]
    parameterARNs: ["arn:{partition}:ssm:{region}:{accountID}:parameter/gmsa"]
    secretARNs: ["arn:{partition}:secretsmanager:{region}:{accountID}:secret:domain-user"]`,
	"TaskExecution.fsx": `
grants:
  fsx:
    secretARNs: ["arn:{partition}:secretsmanager:{region}:{accountID}:secret:directory"]
    parameterARNs: ["arn:{partition}:ssm:{region}:{accountID}:parameter/directory"]`,
	"Task.execCommand":          `grants: {execCommand: {mode: Enabled}}`,
	"Task.execCommand-disabled": `grants: {execCommand: {mode: Disabled, bucketARNs: ["arn:{partition}:s3:::exec"]}}`,
	"Task.execCommand-logged": `
grants:
  execCommand:
    mode: Enabled
    kmsKeyARNs: ["arn:{partition}:kms:{region}:{accountID}:key/1234abcd"]
    logGroupARNs: ["arn:{partition}:logs:{region}:{accountID}:log-group:/aws/ecs/exec"]
    bucketARNs: ["arn:{partition}:s3:::exec-{accountID}"]`,
	"Task.execCommand-in-an-encrypted-bucket": `
grants:
  execCommand:
    mode: Enabled
    bucketARNs: ["arn:{partition}:s3:::exec-{accountID}"]
    bucketKMSKeyARNs: ["arn:{partition}:kms:{region}:{accountID}:key/1234abcd"]`,
	"Task.fireLens": `
grants:
  fireLens:
    objectARNs: ["arn:{partition}:s3:::config/fluent.conf"]
    kmsKeyARNs: ["arn:{partition}:kms:{region}:{accountID}:key/1234abcd"]`,
	"Task.efs": `
grants:
  efs:
    fileSystems:
    - arn: arn:{partition}:elasticfilesystem:{region}:{accountID}:file-system/fs-1
    - arn: arn:{partition}:elasticfilesystem:{region}:{accountID}:file-system/fs-2
      access: ReadWrite
      accessPointARNs: ["arn:{partition}:elasticfilesystem:{region}:{accountID}:access-point/fsap-2"]
    - arn: arn:{partition}:elasticfilesystem:{region}:{accountID}:file-system/fs-3
      access: Root
      accessPointARNs: ["arn:{partition}:elasticfilesystem:{region}:{accountID}:access-point/*"]`,
	"Task.xray":                  `grants: {xray: {mode: Enabled}}`,
	"ContainerInstance.trunking": `grants: {trunking: {mode: Enabled}}`,
	"ContainerInstance.agentConfig": `
grants: {agentConfig: {objectARNs: ["arn:{partition}:s3:::config-{accountID}/ecs.config"]}}`,
	"ContainerInstance.agentConfig-encrypted": `
grants:
  agentConfig:
    objectARNs: ["arn:{partition}:s3:::config-{accountID}/ecs.config"]
    kmsKeyARNs: ["arn:{partition}:kms:{region}:{accountID}:key/1234abcd"]`,
	"ContainerInstance.execCommand":           `grants: {execCommand: {mode: Enabled}}`,
	"ContainerInstance.systemLogs-in-regions": `grants: {systemLogs: {mode: Enabled, regions: [eu-west-1, us-east-1]}}`,
	"ExternalInstance.clusters":               `grants: {clusters: {names: [edge]}}`,
	"ContainerInstance.systemLogs":            `grants: {systemLogs: {mode: Enabled}}`,
	"ContainerInstance.systemLogs-of-groups": `
grants:
  systemLogs:
    mode: Enabled
    logGroupARNs: ["arn:{partition}:logs:{region}:{accountID}:log-group:/var/log/*"]`,
	"ContainerInstance.clusters": `grants: {clusters: {names: ["{namespace}"]}}`,
	"ContainerInstance.clusters-in-regions": `
defaultManagedPolicies: Attach
grants: {clusters: {names: [blue, green], regions: [eu-west-1, us-east-1]}}`,
	"EventBridgeRule.runTask": `
grants:
  runTask: {taskDefinitionFamilies: [nightly, "{namespace}-*"], clusterNames: [jobs]}
  passRoles: [{roleRef: {name: app}}, {roleRef: {name: execution}}, {arn: "arn:{partition}:iam::{accountID}:role/{namespace}_other"}]`,
	"EventBridgeScheduler.runTask": `
grants:
  runTask: {taskDefinitionFamilies: [nightly], clusterNames: [jobs], regions: [us-east-1], tagging: Disabled}
  passRoles: [{roleRef: {name: app}}]`,
	"StepFunctions.runTask": `
grants:
  runTask: {taskDefinitionFamilies: [nightly], clusterNames: [jobs]}
  passRoles: [{roleRef: {name: app}}, {roleRef: {name: execution}}]`,
	"StepFunctions.runTask-without-waiting": `
grants:
  runTask: {taskDefinitionFamilies: [nightly], clusterNames: [jobs], sync: Disabled}
  passRoles: [{roleRef: {name: app}}]`,
	"EventBridgePipe.from-a-queue": `
grants:
  pipeSource:
    queueARNs: ["arn:{partition}:sqs:{region}:{accountID}:orders"]
    kmsKeyARNs: ["arn:{partition}:kms:{region}:{accountID}:key/1234abcd"]
  runTask: {taskDefinitionFamilies: [orders], clusterNames: [jobs]}
  passRoles: [{roleRef: {name: app}}]`,
	"EventBridgePipe.from-streams": `
grants:
  pipeSource:
    kinesisStreamARNs: ["arn:{partition}:kinesis:{region}:{accountID}:stream/orders"]
    dynamoDBStreamARNs: ["arn:{partition}:dynamodb:{region}:{accountID}:table/orders/stream/*"]
    deadLetterQueueARNs: ["arn:{partition}:sqs:{region}:{accountID}:failed-orders"]
    kmsKeyARNs: ["arn:{partition}:kms:{region}:{accountID}:key/1234abcd"]`,
	"CodeDeploy.passRoles": `grants: {passRoles: [{roleRef: {name: app}}, {roleRef: {name: execution}}]}`,
	"CodeDeploy.passRoles-limited": `
codeDeploy: {managedPolicy: Limited}
grants: {passRoles: [{roleRef: {name: app}}]}`,
	"CodeDeploy.passRoles-beside-AWS": `
defaultManagedPolicies: Attach
codeDeploy: {managedPolicy: Limited}
grants: {passRoles: [{roleRef: {name: app}}]}`,
	"CodeDeploy.deployments": `
grants:
  passRoles: [{roleRef: {name: app}}]
  deployments:
    functionARNs: ["arn:{partition}:lambda:{region}:{accountID}:function:checkout-hook"]
    topicARNs: ["arn:{partition}:sns:{region}:{accountID}:deployments"]
    objectARNs: ["arn:{partition}:s3:::revisions-{accountID}/*"]
    kmsKeyARNs: ["arn:{partition}:kms:{region}:{accountID}:key/1234abcd"]`,
	"CodeDeploy.deployments-without-hooks": `
codeDeploy: {managedPolicy: Limited}
grants:
  passRoles: [{roleRef: {name: app}}]
  deployments: {regions: [eu-west-1, us-east-1]}`,
	"LifecycleHook.invokeFunctions": `
grants:
  invokeFunctions:
    functionARNs:
    - arn:{partition}:lambda:{region}:{accountID}:function:checkout-hook
    - arn:{partition}:lambda:{region}:{accountID}:function:basket-hook:live`,
	"Infrastructure.passRoles": `
capabilities: [ManagedInstances]
grants: {passRoles: [{roleRef: {name: managed}}]}`,
}

// refs are the other ECSRoles and ECSPolicies of the namespace.
func refs(in *desired.Inputs) {
	ref := func(name string, kind v1alpha1.RoleType) desired.RoleRef {
		return desired.RoleRef{ARN: "arn:" + in.Partition + ":iam::" + in.AccountID + ":role/ecs/" + name, Type: kind}
	}
	in.RoleRefs = map[string]desired.RoleRef{
		"app": ref("payments_app", "Task"), "execution": ref("payments_execution", "TaskExecution"),
		"managed": ref("ecsInstanceRole-managed", "ManagedInstance"),
	}
	in.PolicyRefs = map[string]desired.PolicyRef{
		"read-orders": {ARN: "arn:" + in.Partition + ":iam::" + in.AccountID + ":policy/payments_read-orders"},
	}
}

func granted(tb testing.TB, name, partition string) desired.Inputs {
	tb.Helper()
	kind, _, _ := strings.Cut(name, ".")
	in := inputs(v1alpha1.RoleType(kind), func(in *desired.Inputs) { in.Region, in.Partition = "eu-west-1", partition }, refs)
	text := strings.NewReplacer("eu-west-1", string(regionOf[partition])).Replace(grantCases[name])
	if partition != "aws" {
		text = strings.ReplaceAll(text, "us-east-1", "cn-northwest-1")
	}
	if err := yaml.UnmarshalStrict([]byte(text), &in.Role.Spec); err != nil {
		tb.Fatal(err)
	}
	return in
}

func TestEveryGrantBecomesTheStatementsOfItsGoldenFile(t *testing.T) {
	for name := range grantCases {
		t.Run(name, func(t *testing.T) {
			role := built(t, granted(t, name, "aws"))
			document := role.Role.InlinePolicies["ecsiam"]
			if document == "" {
				document = "{}"
			}
			var got bytes.Buffer
			encoder := json.NewEncoder(&got)
			encoder.SetEscapeHTML(false)
			encoder.SetIndent("", "  ")
			err := encoder.Encode(struct {
				Attached []string        `json:"attached"`
				Inline   json.RawMessage `json:"inlinePolicy"`
			}{role.Role.Attached, json.RawMessage(document)})
			if err != nil {
				t.Fatal(err)
			}
			path := filepath.Join("testdata", "grants", name+".json")
			golden.Check(t, path, got.String(), "what a grant becomes changed")
		})
	}
}

func TestEveryGrantOfEveryTypeHasAGoldenFile(t *testing.T) {
	for _, kind := range roletype.All() {
		for _, grant := range kind.Grants {
			covered := false
			for name := range grantCases {
				in := granted(t, name, "aws")
				covered = covered || in.Role.Spec.Type == kind.Name && slices.Contains(roletype.Given(*in.Role.Spec.Grants), grant)
			}
			if !covered {
				t.Errorf("no case of grants.%s of type %s", grant, kind.Name)
			}
		}
	}
}

func TestNoGrantNamesAnotherPartition(t *testing.T) {
	for name := range grantCases {
		role := built(t, granted(t, name, "aws-cn"))
		for _, text := range append([]string{role.Role.InlinePolicies["ecsiam"]}, role.Role.Attached...) {
			if rest := strings.ReplaceAll(text, "arn:aws-cn:", ""); strings.Contains(rest, "arn:") {
				t.Errorf("%s names an ARN of another partition: %s", name, rest)
			}
		}
	}
}

// drawGrants draws inputs of one of the cases, or grants of one case on the type of another.
func drawGrants(tb testing.TB, t *rapid.T) desired.Inputs {
	tb.Helper()
	names := slices.Sorted(maps.Keys(grantCases))
	in := granted(tb, rapid.SampledFrom(names).Draw(t, "case"), rapid.SampledFrom([]string{"aws", "aws-us-gov"}).Draw(t, "partition"))
	if rapid.Bool().Draw(t, "mixed") {
		in.Role.Spec.Grants = granted(tb, rapid.SampledFrom(names).Draw(t, "grants"), in.Partition).Role.Spec.Grants
	}
	in.Role.Spec.DefaultManagedPolicies = drawEnum[v1alpha1.DefaultManagedPolicies](t, "defaults", "Auto", "Attach", "Omit")
	if rapid.Bool().Draw(t, "own statements") {
		in.Role.Spec.Statements = []v1alpha1.Statement{{
			Sid: "Own", Effect: v1alpha1.EffectDeny, Actions: []v1alpha1.Action{"s3:*"}, Resources: []v1alpha1.ResourcePattern{"*"},
		}}
	}
	return in
}

func TestGrantsAreWhatIAMAcceptsAndPassNoRoleWithoutAService(t *testing.T) {
	laws.Check(t, func(rt *rapid.T) {
		in := drawGrants(t, rt)
		role, err := desired.Build(in)
		if err != nil {
			return
		}
		text := role.Role.InlinePolicies["ecsiam"]
		if text == "" {
			return
		}
		doc, problems := policy.Check([]byte(text), policy.IdentityPolicy)
		if len(problems) > 0 {
			rt.Fatalf("IAM would refuse %s: %v", text, problems)
		}
		seen := map[string]bool{}
		for _, st := range doc.Statements {
			if seen[st.Sid] || st.Sid != "Own" && !strings.HasPrefix(st.Sid, v1alpha1.ReservedSidPrefix) {
				rt.Fatalf("Sid %q is given twice or has no reserved prefix: %s", st.Sid, text)
			}
			seen[st.Sid] = true
			checkGranted(rt, st)
		}
	})
}

func checkGranted(t *rapid.T, st policy.Statement) {
	services := slices.Concat(st.Condition["StringEquals"]["iam:PassedToService"], st.Condition["StringLike"]["iam:PassedToService"])
	switch {
	case slices.Contains(st.Actions, "iam:PassRole") && (len(services) == 0 || slices.Contains(st.Resources, "*")):
		t.Fatalf("roles may be passed to any service, or any role may be passed: %+v", st)
	case slices.Contains(st.Actions, "ecr:GetAuthorizationToken") && (len(st.Condition) > 0 || !slices.Contains(st.Resources, "*")):
		t.Fatalf("ecr:GetAuthorizationToken has a condition or a resource: %+v", st)
	}
}

func TestGrantsOfAnotherTypeAreRefused(t *testing.T) {
	for _, kind := range roletype.All() {
		for name := range grantCases {
			in := granted(t, name, "aws")
			if in.Role.Spec.Type == kind.Name {
				continue
			}
			grants := roletype.Given(*in.Role.Spec.Grants)
			in.Role.Spec.Type, in.Role.Spec.CodeDeploy = kind.Name, nil
			in.Role.Spec.DefaultManagedPolicies = v1alpha1.DefaultManagedPoliciesOmit
			in.Role.Spec.Capabilities = nil
			if kind.Name == v1alpha1.RoleTypeInfrastructure {
				in.Role.Spec.Capabilities = []v1alpha1.InfrastructureCapability{v1alpha1.CapabilityVolumes}
			}
			for _, grant := range grants {
				want := kind.Name == v1alpha1.RoleTypeInfrastructure || !slices.Contains(kind.Grants, grant)
				text := strings.Join(messages(t, in), "\n")
				if got := strings.Contains(text, "spec.grants."+grant+": Forbidden: belongs to the "); got != want {
					t.Errorf("%s on type %s: refused is %v, want %v: %s", name, kind.Name, got, want, text)
				}
			}
		}
	}
}
