// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package conformance

import (
	"slices"
	"strconv"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"
)

var replyBehaviours = []behaviour{
	{name: "CreateRole repeats the trust policy as it was sent", prove: func(s *scenario) {
		doc := strings.NewReplacer(`{"Version"`, "{\n  \"Version\"", `"ecs-tasks.amazonaws.com"`,
			`["ecs-tasks.amazonaws.com"]`).Replace(trust)
		role := s.role("r", func(in *iam.CreateRoleInput) { in.AssumeRolePolicyDocument = aws.String(doc) })
		s.encoded("the trust policy", role.AssumeRolePolicyDocument, doc)
		if read := s.trustOf(role.RoleName); strings.Contains(read, "\n") || strings.Contains(read, `["ecs-tasks`) {
			s.wrong("GetRole shows %s, want the policy as IAM keeps it", read)
		}
	}},
	{name: "GetPolicy has tags even where there are none, and ListPolicies never", prove: func(s *scenario) {
		bare := s.policy("bare")
		equal(s, "whether CreatePolicy has tags", bare.Tags != nil, false)
		out, err := s.iam.GetPolicy(s.ctx, &iam.GetPolicyInput{PolicyArn: bare.Arn})
		s.ok(err, "getting the policy")
		if out.Policy.Tags == nil || len(out.Policy.Tags) > 0 {
			s.wrong("got the tags %v, want an empty list", out.Policy.Tags)
		}
		s.policy("tagged", func(in *iam.CreatePolicyInput) { in.Tags = []types.Tag{tag("a", "b")} })
		listed, err := s.iam.ListPolicies(s.ctx, &iam.ListPoliciesInput{Scope: types.PolicyScopeTypeLocal})
		s.ok(err, "listing policies")
		for _, each := range listed.Policies {
			equal(s, "whether the list has tags", each.Tags != nil, false)
		}
	}},
	{name: "GetAccountAuthorizationDetails always has the tags of roles and users", prove: func(s *scenario) {
		detail := s.roleDetail(s.role("r").RoleName)
		user := s.userDetail(s.user("u").UserName)
		equal(s, "whether the role has tags", detail.Tags != nil, true)
		equal(s, "whether the role has inline policies", detail.RolePolicyList != nil, true)
		equal(s, "whether the user has tags", user.Tags != nil, true)
		equal(s, "whether the user has inline policies", user.UserPolicyList != nil, false)
	}},
	{name: "a role in an instance profile is shown without its description", prove: func(s *scenario) {
		role := s.role("r", func(in *iam.CreateRoleInput) { in.Description = aws.String("described") })
		profile := s.profile("p")
		s.ok(s.addRole(profile.InstanceProfileName, role.RoleName), "adding the role")
		got, err := s.iam.GetInstanceProfile(s.ctx, &iam.GetInstanceProfileInput{
			InstanceProfileName: profile.InstanceProfileName,
		})
		s.ok(err, "getting the profile")
		shown := map[string][]types.Role{"GetInstanceProfile": got.InstanceProfile.Roles}
		listed, err := s.iam.ListInstanceProfilesForRole(s.ctx,
			&iam.ListInstanceProfilesForRoleInput{RoleName: role.RoleName})
		s.ok(err, "listing the profiles of the role")
		for _, each := range listed.InstanceProfiles {
			shown["the list"] = append(shown["the list"], each.Roles...)
		}
		for _, each := range s.roleDetail(role.RoleName).InstanceProfileList {
			shown["the details"] = append(shown["the details"], each.Roles...)
		}
		for _, call := range []string{"GetInstanceProfile", "the list", "the details"} {
			equal(s, "roles in "+call, len(shown[call]), 1)
			for _, each := range shown[call] {
				equal(s, "whether the role in "+call+" has a description", each.Description != nil, false)
			}
		}
	}},
	{name: "GetAccountAuthorizationDetails always has the inline policies of groups", prove: func(s *scenario) {
		detail := s.groupDetail(s.group("g").GroupName)
		equal(s, "whether the group has inline policies", detail.GroupPolicyList != nil, true)
		equal(s, "number of inline policies", len(detail.GroupPolicyList), 0)
	}},
	{name: "AWS's managed policies have at least the versions that were recorded", prove: func(s *scenario) {
		for policy, least := range map[string]int{
			"AWSDenyAll": 2, "AmazonDynamoDBReadOnlyAccess": 15, "AmazonSSMReadOnlyAccess": 1, "CloudWatchLogsFullAccess": 8,
			"PowerUserAccess": 12, "ReadOnlyAccess": 188, "SecurityAudit": 92, "job-function/ViewOnlyAccess": 45,
			"service-role/AmazonEC2ContainerServiceforEC2Role": 10,
		} {
			got := aws.ToString(s.getPolicy(s.awsPolicy(policy)).DefaultVersionId)
			if number, err := strconv.Atoi(strings.TrimPrefix(got, "v")); err != nil || number < least {
				s.wrong("%s is at %s, want v%d or later", policy, got, least)
			}
		}
	}},
	{name: "a description that was set empty is shown empty", prove: func(s *scenario) {
		role := s.role("r")
		equal(s, "whether a description is shown", s.getRole(role.RoleName).Description != nil, false)
		_, err := s.iam.UpdateRole(s.ctx, &iam.UpdateRoleInput{RoleName: role.RoleName, Description: aws.String("")})
		s.ok(err, "updating the role")
		equal(s, "description", s.getRole(role.RoleName).Description, aws.String(""))
	}},
	{name: "the last use of a role is shown by GetRole and in details, not in lists", prove: func(s *scenario) {
		role := s.role("r", func(in *iam.CreateRoleInput) {
			in.Path, in.Tags = aws.String("/"+s.prefix+"/"), []types.Tag{tag("a", "b")}
		})
		equal(s, "whether GetRole shows it", s.getRole(role.RoleName).RoleLastUsed != nil, true)
		equal(s, "whether the details show it", s.roleDetail(role.RoleName).RoleLastUsed != nil, true)
		for _, listed := range s.listRoles("/" + s.prefix) {
			equal(s, "whether the list shows it", listed.RoleLastUsed != nil, false)
			equal(s, "whether the list shows tags", listed.Tags != nil, false)
		}
	}},
	{name: "a version keeps its white space, and versions are listed the newest first", prove: func(s *scenario) {
		spaced := strings.Replace(readConfig, `{"Version"`, "{\n\t\"Version\"", 1)
		policy := s.policy("p", func(in *iam.CreatePolicyInput) { in.PolicyDocument = aws.String(spaced) })
		_, err := s.newVersion(policy.Arn, 1, false)
		s.ok(err, "creating a version")
		got, err := s.iam.GetPolicyVersion(s.ctx, &iam.GetPolicyVersionInput{
			PolicyArn: policy.Arn, VersionId: aws.String("v1"),
		})
		s.ok(err, "getting the version")
		s.encoded("the document", got.PolicyVersion.Document, spaced)
		listed, err := s.iam.ListPolicyVersions(s.ctx, &iam.ListPolicyVersionsInput{PolicyArn: policy.Arn})
		s.ok(err, "listing versions")
		ids := make([]string, 0, len(listed.Versions))
		for _, version := range listed.Versions {
			ids = append(ids, aws.ToString(version.VersionId))
		}
		equal(s, "versions", ids, []string{"v2", "v1"})
	}},
	{name: "the simulation of a role's policies names the statement that decides", prove: func(s *scenario) {
		boundary, role := s.policy("b"), s.role("r")
		s.ok(s.putInline(role.RoleName, "inline", readConfig), "putting a policy")
		allowed := s.simulate(role.Arn, "s3:GetObject")
		equal(s, "decision", allowed.EvalDecision, types.PolicyEvaluationDecisionTypeAllowed)
		equal(s, "resource", aws.ToString(allowed.EvalResourceName), "*")
		if n := len(allowed.MatchedStatements); n != 1 {
			s.wrong("got %d matched statements, want 1", n)
			return
		}
		equal(s, "action", aws.ToString(allowed.EvalActionName), "s3:GetObject")
		equal(s, "missing context", len(allowed.MissingContextValues), 0)
		equal(s, "source", allowed.MatchedStatements[0].SourcePolicyType, "IAM Policy")
		equal(s, "line", allowed.MatchedStatements[0].StartPosition.Line, 1)
		if column := allowed.MatchedStatements[0].StartPosition.Column; column <= 0 {
			s.wrong("got column %d, want the place of the statement", column)
		}
		equal(s, "whether a boundary decided", allowed.PermissionsBoundaryDecisionDetail != nil, false)
		s.ok(s.setBoundary(role.RoleName, boundary.Arn), "setting a boundary")
		denied := s.simulate(role.Arn, "s3:PutObject")
		equal(s, "decision", denied.EvalDecision, types.PolicyEvaluationDecisionTypeImplicitDeny)
		equal(s, "whether a boundary decided", denied.PermissionsBoundaryDecisionDetail != nil, true)
	}},
	{name: "the simulation of a principal that does not exist is NoSuchEntity", prove: func(s *scenario) {
		_, err := s.iam.SimulatePrincipalPolicy(s.ctx, &iam.SimulatePrincipalPolicyInput{
			PolicySourceArn: aws.String("arn:" + s.partition + ":iam::" + s.account + ":role/" + s.name("ghost")),
			ActionNames:     []string{"s3:GetObject"},
		})
		s.refused(err, "NoSuchEntity")
		s.answered(err, 404)
	}},
	{name: "the policies of AWS that ECS uses have AWS's conditions", prove: func(s *scenario) {
		for policy, texts := range map[string][]string{
			"service-role/AmazonECSInfrastructureRolePolicyForVolumes": {"aws:ResourceTag/AmazonECSManaged"},
			"service-role/AmazonECSInfrastructureRolePolicyForServiceConnectTransportLayerSecurity": {
				"secretsmanager:ResourceTag",
			},
			"AmazonECSInfrastructureRolePolicyForManagedInstances": {
				"iam:CreateServiceLinkedRole", "ec2:ManagedResourceOperator",
			},
			"PowerUserAccess": {"NotAction", "organizations:*", "account:*"},
		} {
			doc := s.defaultDocument(s.awsPolicy(policy))
			for _, text := range texts {
				if !strings.Contains(doc, text) {
					s.wrong("%s has no word of %s", policy, text)
				}
			}
			if strings.Contains(doc, `"ec2:Describe*"`) {
				s.wrong("%s has ec2:Describe*, want named reads", policy)
			}
		}
	}},
}

func (s *scenario) simulate(principal *string, action string) types.EvaluationResult {
	out, err := s.iam.SimulatePrincipalPolicy(s.ctx, &iam.SimulatePrincipalPolicyInput{
		PolicySourceArn: principal, ActionNames: []string{action},
	})
	s.ok(err, "simulating the policies")
	if len(out.EvaluationResults) != 1 {
		s.wrong("got %d results, want 1", len(out.EvaluationResults))
		panic(stopped)
	}
	return out.EvaluationResults[0]
}

func (s *scenario) defaultDocument(arn *string) string {
	policy, err := s.iam.GetPolicy(s.ctx, &iam.GetPolicyInput{PolicyArn: arn})
	s.ok(err, "getting the policy")
	version, err := s.iam.GetPolicyVersion(s.ctx, &iam.GetPolicyVersionInput{
		PolicyArn: arn, VersionId: policy.Policy.DefaultVersionId,
	})
	s.ok(err, "getting its document")
	return s.decoded("the document", version.PolicyVersion.Document)
}

func (s *scenario) groupDetail(name *string) types.GroupDetail {
	pages := iam.NewGetAccountAuthorizationDetailsPaginator(s.iam, &iam.GetAccountAuthorizationDetailsInput{
		Filter: []types.EntityType{types.EntityTypeGroup},
	})
	for pages.HasMorePages() {
		page, err := pages.NextPage(s.ctx)
		s.ok(err, "getting details")
		at := slices.IndexFunc(page.GroupDetailList, func(g types.GroupDetail) bool {
			return aws.ToString(g.GroupName) == aws.ToString(name)
		})
		if at >= 0 {
			return page.GroupDetailList[at]
		}
	}
	s.wrong("the group is not among the details")
	panic(stopped)
}

func (s *scenario) userDetail(name *string) types.UserDetail {
	pages := iam.NewGetAccountAuthorizationDetailsPaginator(s.iam, &iam.GetAccountAuthorizationDetailsInput{
		Filter: []types.EntityType{types.EntityTypeUser},
	})
	for pages.HasMorePages() {
		page, err := pages.NextPage(s.ctx)
		s.ok(err, "getting details")
		at := slices.IndexFunc(page.UserDetailList, func(u types.UserDetail) bool {
			return aws.ToString(u.UserName) == aws.ToString(name)
		})
		if at >= 0 {
			return page.UserDetailList[at]
		}
	}
	s.wrong("the user is not among the details")
	panic(stopped)
}
