// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package conformance

import (
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"
)

var policyBehaviours = []behaviour{
	{name: "CreatePolicy answers without the description", prove: func(s *scenario) {
		policy := s.policy("p", func(in *iam.CreatePolicyInput) { in.Description = aws.String("reads orders") })
		equal(s, "description", aws.ToString(policy.Description), "")
	}},
	{name: "GetPolicy shows all that CreatePolicy was given but the document", prove: func(s *scenario) {
		created := s.policy("p", func(in *iam.CreatePolicyInput) {
			in.Description, in.Path, in.Tags = aws.String("reads orders"), aws.String("/ecs/"), []types.Tag{tag("a", "b")}
		})
		got := s.getPolicy(created.Arn)
		equal(s, "ARN", aws.ToString(got.Arn), "arn:"+s.partition+":iam::"+s.account+":policy/ecs/"+s.name("p"))
		equal(s, "description", aws.ToString(got.Description), "reads orders")
		equal(s, "tags", tagMap(got.Tags), map[string]string{"a": "b"})
		equal(s, "default version", aws.ToString(got.DefaultVersionId), "v1")
		equal(s, "attachments", aws.ToInt32(got.AttachmentCount), 0)
	}},
	{name: "the id of a policy begins with ANPA", prove: func(s *scenario) {
		if id := aws.ToString(s.policy("p").PolicyId); !strings.HasPrefix(id, "ANPA") {
			s.wrong("got the id %q, want it to begin with ANPA", id)
		}
	}},
	{name: "a policy name exists without regard to case", prove: func(s *scenario) {
		s.policy("name")
		upper := strings.ToUpper(s.name("name"))
		_, err := s.tryPolicy("", func(in *iam.CreatePolicyInput) { in.PolicyName = aws.String(upper) })
		s.refused(err, "EntityAlreadyExists")
	}},
	{name: "a policy name exists whatever the path", prove: func(s *scenario) {
		s.policy("name")
		_, err := s.tryPolicy("name", func(in *iam.CreatePolicyInput) { in.Path = aws.String("/other/") })
		s.refused(err, "EntityAlreadyExists", "Duplicate names are not allowed")
	}},
	{name: "a policy path with a character that only role paths have is refused", prove: func(s *scenario) {
		_, err := s.tryPolicy("p", func(in *iam.CreatePolicyInput) { in.Path = aws.String("/a:b/") })
		s.refused(err, "ValidationError")
	}},
	{name: "a managed policy without version 2012-10-17 is refused", prove: func(s *scenario) {
		_, err := s.tryPolicy("p", func(in *iam.CreatePolicyInput) {
			in.PolicyDocument = aws.String(strings.Replace(readConfig, "2012-10-17", "2008-10-17", 1))
		})
		s.refused(err, "MalformedPolicyDocument", "2012-10-17")
	}},
	{name: "a managed policy over 6144 characters is refused", prove: func(s *scenario) {
		s.policy("fits", func(in *iam.CreatePolicyInput) { in.PolicyDocument = aws.String(longPolicy(6144)) })
		_, err := s.tryPolicy("p", func(in *iam.CreatePolicyInput) { in.PolicyDocument = aws.String(longPolicy(6145)) })
		s.refused(err, "LimitExceeded", "PolicySize: 6144")
	}},
	{name: "an unknown policy is NoSuchEntity", prove: func(s *scenario) {
		_, err := s.iam.GetPolicy(s.ctx, &iam.GetPolicyInput{PolicyArn: s.missingPolicy()})
		s.refused(err, "NoSuchEntity")
		_, err = s.iam.DeletePolicy(s.ctx, &iam.DeletePolicyInput{PolicyArn: s.missingPolicy()})
		s.refused(err, "NoSuchEntity")
	}},
	{name: "an attached policy is not deleted", prove: func(s *scenario) {
		policy := s.policy("p")
		s.ok(s.attach(s.role("r").RoleName, policy.Arn), "attaching")
		s.refused(s.deletePolicy(policy.Arn), "DeleteConflict", "Cannot delete a policy attached to entities")
	}},
	{name: "a policy that is a boundary is not deleted", prove: func(s *scenario) {
		policy := s.policy("p")
		s.ok(s.setBoundary(s.role("r").RoleName, policy.Arn), "setting the boundary")
		s.refused(s.deletePolicy(policy.Arn), "DeleteConflict")
	}},
	{name: "an AWS managed policy cannot be changed", prove: func(s *scenario) {
		_, err := s.iam.CreatePolicyVersion(s.ctx, &iam.CreatePolicyVersionInput{
			PolicyArn: s.awsPolicy("AmazonSSMManagedInstanceCore"), PolicyDocument: aws.String(readConfig),
		})
		s.refused(err, "AccessDenied")
	}},
	{name: "ListPolicies by path shows neither tags nor description", prove: func(s *scenario) {
		s.policy("p", func(in *iam.CreatePolicyInput) {
			in.Path, in.Description, in.Tags = aws.String("/"+s.prefix+"/"), aws.String("x"), []types.Tag{tag("a", "b")}
		})
		out, err := s.iam.ListPolicies(s.ctx, &iam.ListPoliciesInput{
			Scope: types.PolicyScopeTypeLocal, PathPrefix: aws.String("/" + s.prefix + "/"),
		})
		s.ok(err, "listing policies")
		if len(out.Policies) != 1 {
			s.wrong("got %d policies, want 1", len(out.Policies))
			return
		}
		equal(s, "description", aws.ToString(out.Policies[0].Description), "")
		equal(s, "number of tags", len(out.Policies[0].Tags), 0)
	}},
	{name: "ListPolicies shows the attached policies of AWS and of the account by scope", prove: func(s *scenario) {
		policy, role := s.policy("p"), s.role("r").RoleName
		s.ok(s.attach(role, policy.Arn), "attaching")
		s.ok(s.attach(role, s.awsPolicy("AmazonSSMManagedInstanceCore")), "attaching")
		for scope, arn := range map[types.PolicyScopeType]string{
			types.PolicyScopeTypeLocal: aws.ToString(policy.Arn),
			types.PolicyScopeTypeAws:   *s.awsPolicy("AmazonSSMManagedInstanceCore"),
		} {
			found := 0
			pages := iam.NewListPoliciesPaginator(s.iam, &iam.ListPoliciesInput{Scope: scope, OnlyAttached: true})
			for pages.HasMorePages() {
				page, err := pages.NextPage(s.ctx)
				s.ok(err, "listing policies")
				for _, each := range page.Policies {
					if aws.ToString(each.Arn) == arn {
						found++
					}
				}
			}
			equal(s, "how often the policy is listed in scope "+string(scope), found, 1)
		}
	}},
	{name: "ListEntitiesForPolicy tells attachments from boundaries", prove: func(s *scenario) {
		policy, user, group := s.policy("p"), s.user("u"), s.group("g")
		s.ok(s.attach(s.role("attached").RoleName, policy.Arn), "attaching to a role")
		s.ok(s.setBoundary(s.role("bounded").RoleName, policy.Arn), "setting a boundary")
		_, err := s.iam.AttachUserPolicy(s.ctx, &iam.AttachUserPolicyInput{UserName: user.UserName, PolicyArn: policy.Arn})
		s.ok(err, "attaching to a user")
		_, err = s.iam.AttachGroupPolicy(s.ctx, &iam.AttachGroupPolicyInput{
			GroupName: group.GroupName, PolicyArn: policy.Arn,
		})
		s.ok(err, "attaching to a group")
		equal(s, "attachments", s.entities(policy.Arn, types.PolicyUsageTypePermissionsPolicy),
			[]string{s.name("attached"), s.name("u"), s.name("g")})
		equal(s, "boundaries", s.entities(policy.Arn, types.PolicyUsageTypePermissionsBoundary), []string{s.name("bounded")})
	}},
}

func (s *scenario) getPolicy(arn *string) *types.Policy {
	out, err := s.iam.GetPolicy(s.ctx, &iam.GetPolicyInput{PolicyArn: arn})
	s.ok(err, "getting the policy")
	return out.Policy
}

func (s *scenario) deletePolicy(arn *string) error {
	_, err := s.iam.DeletePolicy(s.ctx, &iam.DeletePolicyInput{PolicyArn: arn})
	return err
}

// entities are the roles, users and groups, in this order, that use a policy in one way.
func (s *scenario) entities(arn *string, use types.PolicyUsageType) []string {
	out, err := s.iam.ListEntitiesForPolicy(s.ctx, &iam.ListEntitiesForPolicyInput{PolicyArn: arn, PolicyUsageFilter: use})
	s.ok(err, "listing the entities")
	names := make([]string, 0, len(out.PolicyRoles)+len(out.PolicyUsers)+len(out.PolicyGroups))
	for _, role := range out.PolicyRoles {
		names = append(names, aws.ToString(role.RoleName))
	}
	for _, user := range out.PolicyUsers {
		names = append(names, aws.ToString(user.UserName))
	}
	for _, group := range out.PolicyGroups {
		names = append(names, aws.ToString(group.GroupName))
	}
	return names
}
