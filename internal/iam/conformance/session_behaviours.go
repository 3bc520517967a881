// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package conformance

import (
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	iamtypes "github.com/aws/aws-sdk-go-v2/service/iam/types"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/aws/aws-sdk-go-v2/service/sts/types"
)

var sessionBehaviours = []behaviour{
	malformedRole("a role ARN of another service is malformed", "arn:{partition}:sts::{account}:role/some"),
	malformedRole("a role ARN of another partition is malformed", "arn:aws-nowhere:iam::{account}:role/some"),
	malformedRole("the ARN of a user is malformed as that of a role", "arn:{partition}:iam::{account}:user/some"),
	{name: "the refusal of a parameter by STS names its value", prove: func(s *scenario) {
		_, err := s.session(s.role("r").Arn, func(in *sts.AssumeRoleInput) { in.RoleSessionName = aws.String("no space") })
		s.refused(err, "ValidationError", "Value 'no space' at 'roleSessionName' failed to satisfy constraint")
	}},
	{name: "a session is tagged only where the trust policy says so", prove: func(s *scenario) {
		tagged := func(in *sts.AssumeRoleInput) { in.Tags = []types.Tag{sessionTag("team", "x")} }
		_, err := s.session(s.trustingRole("closed", "sts:AssumeRole").Arn, tagged)
		s.refused(err, "AccessDenied", "sts:TagSession")
		_, err = s.session(s.trustingRole("open", "sts:AssumeRole", "sts:TagSession").Arn, tagged)
		s.ok(err, "assuming the role with a tag")
	}},
	{name: "a transitive tag key is one of the tags", prove: func(s *scenario) {
		_, err := s.session(s.trustingRole("r", "sts:AssumeRole", "sts:TagSession").Arn, func(in *sts.AssumeRoleInput) {
			in.Tags, in.TransitiveTagKeys = []types.Tag{sessionTag("team", "x")}, []string{"stage"}
		})
		s.refused(err, "InvalidParameterValue")
	}},
	{name: "the tag keys of a session differ by more than case", prove: func(s *scenario) {
		_, err := s.session(s.trustingRole("r", "sts:AssumeRole", "sts:TagSession").Arn, func(in *sts.AssumeRoleInput) {
			in.Tags = []types.Tag{sessionTag("team", "x"), sessionTag("Team", "y")}
		})
		s.refused(err, "InvalidParameterValue")
	}},
	{name: "a transitive tag reaches the next session and cannot be set anew", prove: func(s *scenario) {
		first, second := s.chain(`{"StringEquals":{"aws:RequestTag/team":"x"}}`)
		out, err := s.session(first, func(in *sts.AssumeRoleInput) {
			in.Tags, in.TransitiveTagKeys = []types.Tag{sessionTag("team", "x")}, []string{"team"}
		})
		s.ok(err, "assuming the first role")
		_, err = s.as(out).session(second, func(in *sts.AssumeRoleInput) { in.Tags = []types.Tag{sessionTag("team", "y")} })
		s.refused(err, "InvalidParameterValue")
		_, err = s.as(out).session(second)
		s.ok(err, "assuming the second role with the inherited tag")
	}},
	{name: "the session of a chained role lasts at most an hour", prove: func(s *scenario) {
		first, second := s.chain(`{}`)
		out, err := s.session(first)
		s.ok(err, "assuming the first role")
		_, err = s.as(out).session(second, func(in *sts.AssumeRoleInput) { in.DurationSeconds = aws.Int32(3601) })
		s.refused(err, "ValidationError")
	}},
	{name: "the packed size is told of a session with a policy alone", prove: func(s *scenario) {
		role := s.trustingRole("r", "sts:AssumeRole")
		out, err := s.session(role.Arn)
		s.ok(err, "assuming the role")
		//nolint:staticcheck // what older clients read
		equal(s, "whether the size is there", out.PackedPolicySize != nil, false)
		out, err = s.session(role.Arn, func(in *sts.AssumeRoleInput) { in.Policy = aws.String(readConfig) })
		s.ok(err, "assuming the role with a policy")
		//nolint:staticcheck // what older clients read
		equal(s, "whether the size is there", out.PackedPolicySize != nil, true)
		_, err = s.session(role.Arn, func(in *sts.AssumeRoleInput) { in.Policy = aws.String(`{"Version":`) })
		s.refused(err, "MalformedPolicyDocument")
	}},
	{name: "a source identity is set only where the trust policy says so", prove: func(s *scenario) {
		identified := func(in *sts.AssumeRoleInput) { in.SourceIdentity = aws.String("operator") }
		_, err := s.session(s.trustingRole("closed", "sts:AssumeRole").Arn, identified)
		s.refused(err, "AccessDenied", "sts:SetSourceIdentity")
		out, err := s.session(s.trustingRole("open", "sts:AssumeRole", "sts:SetSourceIdentity").Arn, identified)
		s.ok(err, "assuming the role with a source identity")
		equal(s, "source identity", aws.ToString(out.SourceIdentity), "operator")
	}},
}

func malformedRole(name, arn string) behaviour {
	return behaviour{name: name, prove: func(s *scenario) {
		_, err := s.session(aws.String(strings.NewReplacer("{partition}", s.partition, "{account}", s.account).Replace(arn)))
		s.refused(err, "ValidationError", "is invalid")
		s.answered(err, 400)
	}}
}

// session assumes a role with changes to the simplest call.
func (s *scenario) session(role *string, changes ...func(*sts.AssumeRoleInput)) (*sts.AssumeRoleOutput, error) {
	input := &sts.AssumeRoleInput{RoleArn: role, RoleSessionName: aws.String("session")}
	for _, change := range changes {
		change(input)
	}
	return s.sts.AssumeRole(s.ctx, input)
}

// as is the scenario with the credentials of a session.
func (s *scenario) as(out *sts.AssumeRoleOutput) *scenario {
	c := *s
	c.sts = sts.New(s.sts.Options(), func(o *sts.Options) {
		o.Credentials = credentials.NewStaticCredentialsProvider(aws.ToString(out.Credentials.AccessKeyId),
			aws.ToString(out.Credentials.SecretAccessKey), aws.ToString(out.Credentials.SessionToken))
	})
	return &c
}

// trustingRole makes a role that this account may do some actions of STS with.
func (s *scenario) trustingRole(base string, actions ...string) *iamtypes.Role {
	doc := strings.Replace(trusting(s.account), `"sts:AssumeRole"`, `["`+strings.Join(actions, `","`)+`"]`, 1)
	return s.role(base, func(in *iam.CreateRoleInput) { in.AssumeRolePolicyDocument = aws.String(doc) })
}

// chain makes a role that the caller may assume, and one that the first may assume under a condition.
func (s *scenario) chain(condition string) (first, second *string) {
	one := s.trustingRole("one", "sts:AssumeRole", "sts:TagSession")
	doc := strings.Replace(trusting(s.account), `"sts:AssumeRole"`,
		`["sts:AssumeRole","sts:TagSession"],"Condition":`+condition, 1)
	two := s.role("two", func(in *iam.CreateRoleInput) {
		in.AssumeRolePolicyDocument, in.MaxSessionDuration = aws.String(doc), aws.Int32(43200)
	})
	s.ok(s.putInline(one.RoleName, "assume", strings.Replace(readConfig, "s3:GetObject", "sts:*", 1)), "putting a policy")
	return one.Arn, two.Arn
}

func sessionTag(key, value string) types.Tag {
	return types.Tag{Key: aws.String(key), Value: aws.String(value)}
}
