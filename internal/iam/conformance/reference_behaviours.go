// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package conformance

import (
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
)

// What the cache of policy documents and the look-up of principals rest on.
var referenceBehaviours = []behaviour{
	{name: "a policy that is made again has another unique id and begins at v1", prove: func(s *scenario) {
		first := s.policy("p")
		_, err := s.iam.DeletePolicy(s.ctx, &iam.DeletePolicyInput{PolicyArn: first.Arn})
		s.ok(err, "deleting the policy")
		second := s.policy("p")
		equal(s, "ARN", aws.ToString(second.Arn), aws.ToString(first.Arn))
		equal(s, "default version", aws.ToString(second.DefaultVersionId), "v1")
		if aws.ToString(first.PolicyId) == aws.ToString(second.PolicyId) {
			s.wrong("both policies have the unique id %s", aws.ToString(first.PolicyId))
		}
	}},
	{name: "a policy shows its unique id and the version in force", prove: func(s *scenario) {
		made := s.policy("p")
		_, err := s.iam.CreatePolicyVersion(s.ctx, &iam.CreatePolicyVersionInput{
			PolicyArn: made.Arn, PolicyDocument: aws.String(readConfig), SetAsDefault: true,
		})
		s.ok(err, "creating a version")
		got, err := s.iam.GetPolicy(s.ctx, &iam.GetPolicyInput{PolicyArn: made.Arn})
		s.ok(err, "getting the policy")
		equal(s, "unique id", aws.ToString(got.Policy.PolicyId), aws.ToString(made.PolicyId))
		equal(s, "default version", aws.ToString(got.Policy.DefaultVersionId), "v2")
	}},
	{name: "a role and a user are found by name and show the path in their ARN", prove: func(s *scenario) {
		role := s.role("r", func(in *iam.CreateRoleInput) { in.Path = aws.String("/conformance/") })
		equal(s, "ARN of the role", aws.ToString(s.getRole(role.RoleName).Arn),
			"arn:"+s.partition+":iam::"+s.account+":role/conformance/"+s.name("r"))
		user := s.user("u")
		got, err := s.iam.GetUser(s.ctx, &iam.GetUserInput{UserName: user.UserName})
		s.ok(err, "getting the user")
		equal(s, "ARN of the user", aws.ToString(got.User.Arn),
			"arn:"+s.partition+":iam::"+s.account+":user/"+s.name("u"))
		_, err = s.iam.GetUser(s.ctx, &iam.GetUserInput{UserName: aws.String(s.name("absent"))})
		s.refused(err, "NoSuchEntity")
	}},
}
