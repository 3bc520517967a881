// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package conformance

import (
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"
)

var accountBehaviours = []behaviour{
	{name: "GetAccountAuthorizationDetails shows all that a role holds", prove: func(s *scenario) {
		boundary, profile := s.policy("boundary"), s.profile("p")
		role := s.role("r", withTags(tag("a", "b")), func(in *iam.CreateRoleInput) { in.PermissionsBoundary = boundary.Arn })
		s.ok(s.addRole(profile.InstanceProfileName, role.RoleName), "adding the role to the profile")
		s.ok(s.putInline(role.RoleName, "inline", readConfig), "putting a policy")
		s.ok(s.attach(role.RoleName, s.awsPolicy("AmazonS3ReadOnlyAccess")), "attaching")
		got := s.roleDetail(role.RoleName)
		if len(got.RolePolicyList) != 1 || len(got.AttachedManagedPolicies) != 1 || len(got.InstanceProfileList) != 1 {
			s.wrong("got %d inline policies, %d attachments, %d profiles, want one each",
				len(got.RolePolicyList), len(got.AttachedManagedPolicies), len(got.InstanceProfileList))
			return
		}
		s.encoded("the inline policy", got.RolePolicyList[0].PolicyDocument, readConfig)
		equal(s, "tags", tagMap(got.Tags), map[string]string{"a": "b"})
		if got.PermissionsBoundary == nil {
			s.wrong("got no boundary, want %s", aws.ToString(boundary.Arn))
			return
		}
		equal(s, "boundary", aws.ToString(got.PermissionsBoundary.PermissionsBoundaryArn), aws.ToString(boundary.Arn))
	}},
	{name: "trust policies are percent-encoded in GetAccountAuthorizationDetails", prove: func(s *scenario) {
		s.encoded("the trust policy", s.roleDetail(s.role("r").RoleName).AssumeRolePolicyDocument, "")
	}},
	{name: "GetAccountAuthorizationDetails shows all versions of a policy", prove: func(s *scenario) {
		policy := s.policy("p")
		_, err := s.newVersion(policy.Arn, 1, true)
		s.ok(err, "creating a version")
		pages := iam.NewGetAccountAuthorizationDetailsPaginator(s.iam, &iam.GetAccountAuthorizationDetailsInput{
			Filter: []types.EntityType{types.EntityTypeLocalManagedPolicy},
		})
		for pages.HasMorePages() {
			page, err := pages.NextPage(s.ctx)
			s.ok(err, "getting details")
			for _, got := range page.Policies {
				if aws.ToString(got.Arn) == aws.ToString(policy.Arn) {
					equal(s, "name", aws.ToString(got.PolicyName), s.name("p"))
					equal(s, "number of versions", len(got.PolicyVersionList), 2)
					return
				}
			}
		}
		s.wrong("the policy is not among the details")
	}},
	{name: "GetAccountAuthorizationDetails shows users and groups with their policies", prove: func(s *scenario) {
		policy, user, group := s.policy("p"), s.user("u").UserName, s.group("g").GroupName
		_, err := s.iam.AttachUserPolicy(s.ctx, &iam.AttachUserPolicyInput{UserName: user, PolicyArn: policy.Arn})
		s.ok(err, "attaching to the user")
		_, err = s.iam.AttachGroupPolicy(s.ctx, &iam.AttachGroupPolicyInput{GroupName: group, PolicyArn: policy.Arn})
		s.ok(err, "attaching to the group")
		attachments := map[string]int{}
		pages := iam.NewGetAccountAuthorizationDetailsPaginator(s.iam, &iam.GetAccountAuthorizationDetailsInput{
			Filter: []types.EntityType{types.EntityTypeUser, types.EntityTypeGroup},
		})
		for pages.HasMorePages() {
			page, err := pages.NextPage(s.ctx)
			s.ok(err, "getting details")
			for _, each := range page.UserDetailList {
				attachments[aws.ToString(each.UserName)] = len(each.AttachedManagedPolicies)
			}
			for _, each := range page.GroupDetailList {
				attachments[aws.ToString(each.GroupName)] = len(each.AttachedManagedPolicies)
			}
		}
		equal(s, "the user's attachments", attachments[aws.ToString(user)], 1)
		equal(s, "the group's attachments", attachments[aws.ToString(group)], 1)
	}},
	{name: "GetAccountSummary reports the quotas", prove: func(s *scenario) {
		out, err := s.iam.GetAccountSummary(s.ctx, &iam.GetAccountSummaryInput{})
		s.ok(err, "getting the summary")
		for _, key := range []string{
			"AssumeRolePolicySizeQuota", "AttachedPoliciesPerRoleQuota", "PolicySizeQuota", "RolesQuota",
			"InstanceProfilesQuota", "VersionsPerPolicyQuota", "GroupPolicySizeQuota", "UserPolicySizeQuota",
		} {
			if out.SummaryMap[key] <= 0 {
				s.wrong("got %s = %d, want a quota", key, out.SummaryMap[key])
			}
		}
	}},
}

func (s *scenario) roleDetail(name *string) types.RoleDetail {
	pages := iam.NewGetAccountAuthorizationDetailsPaginator(s.iam, &iam.GetAccountAuthorizationDetailsInput{
		Filter: []types.EntityType{types.EntityTypeRole},
	})
	for pages.HasMorePages() {
		page, err := pages.NextPage(s.ctx)
		s.ok(err, "getting details")
		for _, role := range page.RoleDetailList {
			if aws.ToString(role.RoleName) == aws.ToString(name) {
				return role
			}
		}
	}
	s.wrong("the role is not among the details")
	panic(stopped)
}
