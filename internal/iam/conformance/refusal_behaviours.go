// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package conformance

import (
	"errors"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"
	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"
)

var refusalBehaviours = []behaviour{
	unattachable("a policy ARN of another partition is refused", "arn:aws-nowhere:iam::aws:policy/ReadOnlyAccess",
		"Invalid ARN partition"),
	unattachable("a policy ARN of another service is refused", "arn:{partition}:sts::aws:policy/ReadOnlyAccess"),
	unattachable("a policy ARN with a region is refused", "arn:{partition}:iam:us-east-1:aws:policy/ReadOnlyAccess"),
	unattachable("the ARN of another kind of resource is refused as a policy", "arn:{partition}:iam::{account}:role/some"),
	unattachable("a policy ARN with a blank at the end is refused", "arn:{partition}:iam::aws:policy/ReadOnlyAccess "),
	refusedTrust("a trust policy with a bare asterisk as principal is refused",
		`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"sts:AssumeRole"}]}`,
		"Invalid principal in policy", "STAR"),
	refusedTrust("a trust policy for a service that IAM does not know is refused",
		strings.Replace(trust, "ecs-tasks", "ecs-taskz", 1), "Invalid principal in policy", "SERVICE"),
	{name: "the refusal of a missing boundary speaks of the scope", prove: func(s *scenario) {
		err := s.setBoundary(s.role("r").RoleName, s.missingPolicy())
		s.refused(err, "NoSuchEntity", "Scope ARN: ")
		s.answered(err, 404)
	}},
	{name: "an existing user may be asked for by a name of 128 characters", prove: func(s *scenario) {
		long := aws.String(strings.Repeat("u", 128))
		_, err := s.iam.GetUser(s.ctx, &iam.GetUserInput{UserName: long})
		s.refused(err, "NoSuchEntity")
		_, err = s.iam.CreateUser(s.ctx, &iam.CreateUserInput{UserName: long})
		s.refused(err, "ValidationError", "less than or equal to 64")
		_, err = s.iam.ListAttachedUserPolicies(s.ctx, &iam.ListAttachedUserPoliciesInput{UserName: long})
		s.refused(err, "ValidationError", "less than or equal to 64")
	}},
	{name: "the refusal of an unknown value does not list the known ones", prove: func(s *scenario) {
		_, err := s.iam.ListPolicies(s.ctx, &iam.ListPoliciesInput{Scope: "Mine"})
		s.refused(err, "ValidationError", "Value at 'scope' failed to satisfy constraint: Member must satisfy enum value set")
		s.silentAbout(err, "Local")
	}},
	{name: "the refusal of a character prints the pattern of the API model", prove: func(s *scenario) {
		_, err := s.tryRole("r", func(in *iam.CreateRoleInput) { in.Description = aws.String("“quoted”") })
		s.refused(err, "ValidationError", `[\u0009\u000A\u000D\u0020-\u007E\u00A1-\u00FF]*`)
	}},
	{name: "a role that is not linked to a service is not deleted as one", prove: func(s *scenario) {
		role := s.role("r")
		_, err := s.iam.DeleteServiceLinkedRole(s.ctx, &iam.DeleteServiceLinkedRoleInput{RoleName: role.RoleName})
		if err == nil || codeOf(err) == "InvalidInput" {
			s.wrong("got %v, want it refused, and not with InvalidInput, which the API does not have here", err)
		}
		s.getRole(role.RoleName)
	}},
	{name: "an AWS managed policy is closed with the caller and the resource named", prove: func(s *scenario) {
		_, err := s.iam.TagPolicy(s.ctx, &iam.TagPolicyInput{
			PolicyArn: s.awsPolicy("ReadOnlyAccess"), Tags: []types.Tag{tag("a", "b")},
		})
		s.refused(err, "AccessDenied", "User: arn:"+s.partition, s.account,
			"is not authorized to perform: iam:TagPolicy on resource: "+aws.ToString(s.awsPolicy("ReadOnlyAccess")))
		s.answered(err, 403)
	}},
}

func unattachable(name, arn string, texts ...string) behaviour {
	return behaviour{name: name, prove: func(s *scenario) {
		full := strings.NewReplacer("{partition}", s.partition, "{account}", s.account).Replace(arn)
		err := s.attach(s.role("r").RoleName, aws.String(full))
		s.refused(err, "ValidationError", texts...)
		s.answered(err, 400)
	}}
}

// answered expects the HTTP status of an error.
func (s *scenario) answered(err error, want int) {
	if response, ok := errors.AsType[*smithyhttp.ResponseError](err); ok {
		equal(s, "HTTP status", response.HTTPStatusCode(), want)
	}
}

// silentAbout expects a text to be missing in the message of an error.
func (s *scenario) silentAbout(err error, text string) {
	if err != nil && strings.Contains(err.Error(), text) {
		s.wrong("got %q, want no word of %q", err, text)
	}
}

func codeOf(err error) string {
	if failure, ok := errors.AsType[smithy.APIError](err); ok {
		return failure.ErrorCode()
	}
	return ""
}
