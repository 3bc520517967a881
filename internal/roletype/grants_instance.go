// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package roletype

import (
	"slices"

	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/internal/policy"
)

// The grants of container instance roles. Source: Amazon ECS Developer Guide, "Amazon ECS container instance IAM role".

func checkTrunking(r Reader, path *field.Path, g *v1alpha1.Grants) {
	requiredMode(r, path.Child("mode"), g.Trunking.Mode)
}

func trunkingStatements(g v1alpha1.Grants, _ GrantSettings) []policy.Statement {
	if g.Trunking.Mode != v1alpha1.GrantEnabled {
		return nil
	}
	return []policy.Statement{allow(sid("Trunking"), anything,
		"ecs:ListAccountSettings", "ecs:ListAttributes", "ecs:PutAccountSetting")}
}

func checkAgentConfig(r Reader, path *field.Path, g *v1alpha1.Grants) {
	checkObjects(r, path, g.AgentConfig)
}

func agentConfigStatements(g v1alpha1.Grants, _ GrantSettings) []policy.Statement {
	return present(
		allow(sid("AgentConfig"), texts(g.AgentConfig.ObjectARNs), getObject), objectKeys("AgentConfig", g.AgentConfig))
}

func checkSystemLogs(r Reader, path *field.Path, g *v1alpha1.Grants) {
	requiredMode(r, path.Child("mode"), g.SystemLogs.Mode)
	if len(g.SystemLogs.Regions) > 0 && len(g.SystemLogs.LogGroupARNs) > 0 {
		r.Refuse(field.Forbidden(path.Child("regions"),
			"regions says where all log groups may be written, logGroupARNs names them: give one or the other"))
	}
	r.Regions(path.Child("regions"), g.SystemLogs.Regions, false)
	g.SystemLogs.LogGroupARNs = arns(r, path.Child("logGroupARNs"), g.SystemLogs.LogGroupARNs, logGroupForm)
}

func systemLogStatements(g v1alpha1.Grants, s GrantSettings) []policy.Statement {
	if g.SystemLogs.Mode != v1alpha1.GrantEnabled {
		return nil
	}
	groups := streams(g.SystemLogs.LogGroupARNs)
	if len(groups) == 0 {
		groups = s.arns("logs", s.knownRegions(g.SystemLogs.Regions), "log-group:*")
	}
	return []policy.Statement{allow(sid("SystemLogs"), groups,
		"logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents", "logs:DescribeLogStreams")}
}

func checkClusters(r Reader, path *field.Path, g *v1alpha1.Grants) {
	g.Clusters.Names = ecsNames(r, path.Child("names"), g.Clusters.Names)
	r.Regions(path.Child("regions"), g.Clusters.Regions, true)
}

// clusterStatements are what the agent needs according to "Best practices for IAM roles in Amazon ECS", on the
// resources that the service authorization reference knows for each action.
func clusterStatements(g v1alpha1.Grants, s GrantSettings) []policy.Statement {
	names, regions := texts(g.Clusters.Names), regionsOf(g.Clusters.Regions, s)
	return present(
		allow(sid("AgentEndpoint"), anything, "ecs:DiscoverPollEndpoint", "ecr:GetAuthorizationToken"),
		allow(sid("Clusters"), s.ecsARNs(regions, "cluster/", names, ""),
			"ecs:RegisterContainerInstance", "ecs:DeregisterContainerInstance", "ecs:SubmitTaskStateChange",
			"ecs:SubmitContainerStateChange", "ecs:SubmitAttachmentStateChanges"),
		allow(sid("Agent"), s.ecsARNs(regions, "container-instance/", names, "/*"),
			"ecs:Poll", "ecs:StartTelemetrySession", "ecs:UpdateContainerInstancesState"),
		allow(sid("AgentTags"), slices.Concat(
			s.ecsARNs(regions, "task/", names, "/*"), s.ecsARNs(regions, "container-instance/", names, "/*"),
		), "ecs:ListTagsForResource"),
	)
}

// regionsOf are the regions of a grant, else those of the account.
func regionsOf(regions []v1alpha1.Region, s GrantSettings) []string {
	if len(regions) > 0 {
		return texts(regions)
	}
	return s.Regions
}

// knownRegions are the regions of a grant that holds for every region when none is known.
func (s GrantSettings) knownRegions(regions []v1alpha1.Region) []string {
	known := slices.DeleteFunc(slices.Clone(regionsOf(regions, s)), func(region string) bool { return region == "" })
	if len(known) == 0 {
		return anything
	}
	return known
}

// arns are the ARNs of resources of a service in the account, for each region.
func (s GrantSettings) arns(service string, regions []string, resources ...string) []string {
	list := make([]string, 0, len(regions)*len(resources))
	for _, region := range regions {
		for _, resource := range resources {
			list = append(list, "arn:"+s.Partition+":"+service+":"+region+":"+s.AccountID+":"+resource)
		}
	}
	return list
}

// ecsARNs are the ARNs of ECS resources in each of the regions.
func (s GrantSettings) ecsARNs(regions []string, kind string, names []string, suffixes ...string) []string {
	resources := make([]string, 0, len(names)*len(suffixes))
	for _, name := range names {
		for _, suffix := range suffixes {
			resources = append(resources, kind+name+suffix)
		}
	}
	return s.arns("ecs", regions, resources...)
}
