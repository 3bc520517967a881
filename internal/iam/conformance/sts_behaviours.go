// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package conformance

import (
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/sts"
)

var stsBehaviours = []behaviour{
	{name: "GetCallerIdentity names account and ARN", prove: func(s *scenario) {
		out, err := s.sts.GetCallerIdentity(s.ctx, &sts.GetCallerIdentityInput{})
		s.ok(err, "asking who we are")
		if !strings.Contains(aws.ToString(out.Arn), ":"+aws.ToString(out.Account)+":") {
			s.wrong("got the ARN %s, want one of account %s", aws.ToString(out.Arn), aws.ToString(out.Account))
		}
	}},
	{name: "an assumed role is the caller afterwards", prove: func(s *scenario) {
		role := s.role("r", func(in *iam.CreateRoleInput) { in.AssumeRolePolicyDocument = aws.String(trusting(s.account)) })
		out, err := s.assume(role.Arn, "")
		s.ok(err, "assuming the role")
		assumed := sts.New(s.sts.Options(), func(o *sts.Options) {
			o.Credentials = credentials.NewStaticCredentialsProvider(aws.ToString(out.Credentials.AccessKeyId),
				aws.ToString(out.Credentials.SecretAccessKey), aws.ToString(out.Credentials.SessionToken))
		})
		who, err := assumed.GetCallerIdentity(s.ctx, &sts.GetCallerIdentityInput{})
		s.ok(err, "asking who the role is")
		equal(s, "ARN", aws.ToString(who.Arn),
			"arn:"+s.partition+":sts::"+s.account+":assumed-role/"+s.name("r")+"/session")
	}},
	{name: "a role that trusts everyone is assumed", prove: func(s *scenario) {
		role := s.role("r", func(in *iam.CreateRoleInput) {
			in.AssumeRolePolicyDocument = aws.String(trusting("*"))
		})
		_, err := s.assume(role.Arn, "")
		s.ok(err, "assuming the role")
	}},
	{name: "a role that does not trust the caller is not assumed", prove: func(s *scenario) {
		_, err := s.assume(s.role("r").Arn, "")
		s.refused(err, "AccessDenied")
	}},
	{name: "a role that does not exist is not assumed", prove: func(s *scenario) {
		_, err := s.assume(aws.String("arn:"+s.partition+":iam::"+s.account+":role/"+s.name("ghost")), "")
		s.refused(err, "AccessDenied")
	}},
	{name: "a role that asks for an external id is assumed only with it", prove: func(s *scenario) {
		doc := strings.TrimSuffix(trusting(s.account), "}]}") +
			`,"Condition":{"StringEquals":{"sts:ExternalId":"secret-id"}}}]}`
		role := s.role("r", func(in *iam.CreateRoleInput) { in.AssumeRolePolicyDocument = aws.String(doc) })
		_, err := s.assume(role.Arn, "")
		s.refused(err, "AccessDenied")
		_, err = s.assume(role.Arn, "wrong-id")
		s.refused(err, "AccessDenied")
		_, err = s.assume(role.Arn, "secret-id")
		s.ok(err, "assuming the role with the external id")
	}},
}

func (s *scenario) assume(role *string, externalID string) (*sts.AssumeRoleOutput, error) {
	input := &sts.AssumeRoleInput{RoleArn: role, RoleSessionName: aws.String("session")}
	if externalID != "" {
		input.ExternalId = aws.String(externalID)
	}
	return s.sts.AssumeRole(s.ctx, input)
}
