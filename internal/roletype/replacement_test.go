// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package roletype_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/internal/iam/iamsim/catalogue"
	"github.com/ecsiam/ecs-iam-controller/internal/policy"
	"github.com/ecsiam/ecs-iam-controller/internal/roletype"
)

// replacement is what a role gets in place of a policy of AWS, held against AWS's own document. The documents are those
// of the simulator's catalogue, which has them from the AWS Managed Policy Reference, each with its version: whoever
// puts in the next version sees here what it allows and the grants do not.
type replacement struct {
	policy string
	types  []v1alpha1.RoleType
	grants v1alpha1.Grants
	limit  v1alpha1.CodeDeployManagedPolicy
	// leftOut are actions of AWS that the grants do not allow, and why.
	leftOut map[string]string
	// added are actions that the grants allow and AWS does not, and why.
	added map[string]string
	// written are the actions that a wildcard of AWS stands for.
	written map[string][]string
}

const (
	byExecution   = "the task execution role of a task does that"
	byPullOfImage = "a pull needs it only through a VPC endpoint; AmazonEC2ContainerRegistryPullOnly is without it too"
	onRequest     = "only agents that tag what they register need it: docs/grants.md says how to allow it"
)

func replacements() []replacement {
	clusters := v1alpha1.Grants{}
	clusters.Clusters = &v1alpha1.ClustersGrant{Names: []v1alpha1.ECSName{"prod"}}
	events := v1alpha1.Grants{RunTask: &v1alpha1.RunTaskGrant{
		TaskDefinitionFamilies: []v1alpha1.ECSName{"nightly"}, ClusterNames: []v1alpha1.ECSName{"jobs"},
	}, PassRoles: []v1alpha1.PassedRole{{RoleRef: &v1alpha1.RoleReference{Name: "app"}}}}
	passing := v1alpha1.Grants{PassRoles: []v1alpha1.PassedRole{{RoleRef: &v1alpha1.RoleReference{Name: "app"}}}}
	execution := v1alpha1.Grants{}
	execution.ECR = &v1alpha1.ECRGrant{RepositoryARNs: []v1alpha1.RepositoryARN{"arn:aws:ecr:eu-west-1:111122223333:repository/*"}}
	execution.Logs = &v1alpha1.LogsGrant{LogGroupARNs: []v1alpha1.LogGroupARN{"arn:aws:logs:eu-west-1:111122223333:log-group:*"}}
	return []replacement{
		{
			policy: "AmazonEC2ContainerServiceforEC2Role", types: []v1alpha1.RoleType{"ContainerInstance", "ExternalInstance"},
			grants: clusters,
			leftOut: map[string]string{
				"ecs:CreateCluster":               "only the cluster named default is made by an agent",
				"ecs:TagResource":                 onRequest,
				"ec2:DescribeTags":                onRequest,
				"ecr:BatchCheckLayerAvailability": byExecution,
				"ecr:GetDownloadUrlForLayer":      byExecution,
				"ecr:BatchGetImage":               byExecution,
				"logs:CreateLogStream":            byExecution,
				"logs:PutLogEvents":               byExecution,
			},
			written: map[string][]string{"ecs:Submit*": {
				"ecs:SubmitTaskStateChange", "ecs:SubmitContainerStateChange", "ecs:SubmitAttachmentStateChanges",
			}},
		},
		{
			policy: "AmazonEC2ContainerServiceEventsRole", grants: events,
			types: []v1alpha1.RoleType{"EventBridgeRule", "EventBridgeScheduler"},
		},
		{policy: "AWSCodeDeployRoleForECS", types: []v1alpha1.RoleType{"CodeDeploy"}, grants: passing},
		{
			policy: "AWSCodeDeployRoleForECSLimited", types: []v1alpha1.RoleType{"CodeDeploy"}, grants: passing,
			limit: v1alpha1.CodeDeployLimited,
		},
		{
			policy: "AmazonECSTaskExecutionRolePolicy", types: []v1alpha1.RoleType{"TaskExecution"}, grants: execution,
			leftOut: map[string]string{"ecr:BatchCheckLayerAvailability": byPullOfImage},
		},
	}
}

func TestWhatGrantsAllowInPlaceOfAPolicyOfAWSIsThatPolicyButForWhatHasAReason(t *testing.T) {
	for _, r := range replacements() {
		for _, name := range r.types {
			t.Run(string(name)+" for "+r.policy, func(t *testing.T) {
				kind, _ := roletype.Lookup(name)
				statements := kind.Statements(r.grants, roletype.GrantSettings{
					Partition: "aws", AccountID: account, Regions: []string{"eu-west-1"}, CodeDeploy: r.limit,
					PassedRoles: []string{"arn:aws:iam::111122223333:role/payments_app"},
				})
				compare(t, r, actionsOf(awsPolicy(t, r.policy).Statements, r.written), actionsOf(statements, nil))
			})
		}
	}
}

func compare(t *testing.T, r replacement, theirs, ours []string) {
	t.Helper()
	for _, action := range theirs {
		granted, reason := slices.Contains(ours, action), r.leftOut[action]
		if granted == (reason != "") {
			t.Errorf("%s: granted is %v, and the reason to leave it out is %q", action, granted, reason)
		}
	}
	for _, action := range ours {
		if extra := !slices.Contains(theirs, action); extra != (r.added[action] != "") {
			t.Errorf("%s: AWS does not allow it is %v, and the reason to add it is %q", action, extra, r.added[action])
		}
	}
	for action := range r.leftOut {
		if !slices.Contains(theirs, action) {
			t.Errorf("%s is left out with a reason, and is not in AWS's policy", action)
		}
	}
}

// actionsOf lists the allowed actions, wildcards written out.
func actionsOf(statements []policy.Statement, written map[string][]string) []string {
	var actions []string
	for _, st := range statements {
		for _, action := range st.Actions {
			if all, ok := written[action]; ok {
				actions = append(actions, all...)
			} else {
				actions = append(actions, action)
			}
		}
	}
	return actions
}

// awsPolicy is a document of AWS, as the simulator has it.
func awsPolicy(tb testing.TB, name string) *policy.Document {
	tb.Helper()
	for _, p := range catalogue.Policies("aws") {
		if p.Name != name {
			continue
		}
		doc, err := policy.Parse([]byte(p.Document()))
		if err != nil {
			tb.Fatal(err)
		}
		return doc
	}
	tb.Fatalf("the catalogue of the simulator does not have %s", name)
	return nil
}

func TestEveryPolicyThatAGrantReplacesIsComparedWithAWSsDocument(t *testing.T) {
	for _, kind := range roletype.All() {
		for _, p := range slices.Concat(kind.ManagedPolicies, kind.Limited) {
			if kind.Replacement == "" || p.Kept {
				continue
			}
			name := p.Name[strings.LastIndexByte(p.Name, '/')+1:]
			if !slices.ContainsFunc(replacements(), func(r replacement) bool {
				return r.policy == name && slices.Contains(r.types, kind.Name)
			}) {
				t.Errorf("what %s gets in place of %s is compared with nothing", kind.Name, name)
			}
		}
	}
}
