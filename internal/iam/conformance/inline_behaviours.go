// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package conformance

import (
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
)

var inlineBehaviours = []behaviour{
	{name: "an inline policy is returned as the text that was put", prove: func(s *scenario) {
		name := s.role("r").RoleName
		doc := "{\n  \"Version\": \"2012-10-17\",\n  \"Statement\": {\n\t\"Resource\": \"arn:aws:s3:::a+b/c%2Fd/*\",\n" +
			"    \"Effect\": \"Allow\", \"Action\": [\"s3:GetObject\"] } }"
		s.ok(s.putInline(name, "p", doc), "putting the policy")
		out, err := s.iam.GetRolePolicy(s.ctx, &iam.GetRolePolicyInput{RoleName: name, PolicyName: aws.String("p")})
		s.ok(err, "getting the policy")
		s.encoded("the document", out.PolicyDocument, doc)
	}},
	{name: "putting an inline policy again replaces it", prove: func(s *scenario) {
		name := s.role("r").RoleName
		s.ok(s.putInline(name, "p", readConfig), "putting the policy")
		changed := strings.Replace(readConfig, "GetObject", "PutObject", 1)
		s.ok(s.putInline(name, "p", changed), "putting the policy again")
		out, err := s.iam.GetRolePolicy(s.ctx, &iam.GetRolePolicyInput{RoleName: name, PolicyName: aws.String("p")})
		s.ok(err, "getting the policy")
		s.encoded("the document", out.PolicyDocument, changed)
		listed, err := s.iam.ListRolePolicies(s.ctx, &iam.ListRolePoliciesInput{RoleName: name})
		s.ok(err, "listing the policies")
		equal(s, "names", listed.PolicyNames, []string{"p"})
	}},
	{name: "an unknown inline policy is NoSuchEntity", prove: func(s *scenario) {
		name := s.role("r").RoleName
		_, err := s.iam.GetRolePolicy(s.ctx, &iam.GetRolePolicyInput{RoleName: name, PolicyName: aws.String("p")})
		s.refused(err, "NoSuchEntity")
		_, err = s.iam.DeleteRolePolicy(s.ctx, &iam.DeleteRolePolicyInput{RoleName: name, PolicyName: aws.String("p")})
		s.refused(err, "NoSuchEntity")
	}},
	{name: "all inline policies of a role share 10240 characters", prove: func(s *scenario) {
		name := s.role("r").RoleName
		s.ok(s.putInline(name, "a", longPolicy(6000)), "putting the first policy")
		s.ok(s.putInline(name, "b", longPolicy(4240)), "putting the second policy")
		s.refused(s.putInline(name, "b", longPolicy(4241)), "LimitExceeded", "Maximum policy size of 10240 bytes exceeded")
	}},
	{name: "white space in inline policies is not counted", prove: func(s *scenario) {
		name := s.role("r").RoleName
		doc := strings.Replace(longPolicy(10000), "[", "["+strings.Repeat(" \n", 1000), 1)
		s.ok(s.putInline(name, "a", doc), "putting the policy")
	}},
	refusedInline("an inline policy that is not JSON is refused", `{"Version": "2012-10-17", "Statement": [`),
	refusedInline("an inline policy with a Sid with a dash is refused",
		strings.Replace(readConfig, "ReadConfig", "read-config", 1)),
	refusedInline("an inline policy with the same Sid twice is refused",
		`{"Version":"2012-10-17","Statement":[{"Sid":"A","Effect":"Allow","Action":"s3:GetObject","Resource":"*"},`+
			`{"Sid":"A","Effect":"Allow","Action":"s3:PutObject","Resource":"*"}]}`),
	refusedInline("an inline policy with a principal is refused",
		strings.Replace(readConfig, `"Action"`, `"Principal":"*","Action"`, 1)),
	refusedInline("an inline policy without actions is refused", strings.Replace(readConfig, `"s3:GetObject"`, `[]`, 1)),
	refusedInline("an inline policy without resources is refused", strings.Replace(readConfig, `"*"`, `[]`, 1)),
	refusedInline("an inline policy with both Action and NotAction is refused",
		strings.Replace(readConfig, `"Action"`, `"NotAction":"s3:PutObject","Action"`, 1)),
	refusedInline("an inline policy with an effect in lower case is refused",
		strings.Replace(readConfig, "Allow", "allow", 1)),
	refusedInline("an inline policy with an action without service is refused",
		strings.Replace(readConfig, "s3:GetObject", "GetObject", 1)),
	refusedInline("an inline policy with a resource that is no ARN is refused",
		strings.Replace(readConfig, `"Resource":"*"`, `"Resource":"bucket/key"`, 1)),
	refusedInline("an inline policy with a key twice in one object is refused",
		strings.Replace(readConfig, `"Effect":"Allow"`, `"Effect":"Deny","Effect":"Allow"`, 1)),
	{name: "an inline policy beyond Latin-1 is refused", prove: func(s *scenario) {
		name := s.role("r").RoleName
		s.refused(s.putInline(name, "p", strings.Replace(readConfig, `"*"`, `"arn:aws:s3:::☃"`, 1)), "ValidationError")
	}},
	{name: "an unknown action is taken", prove: func(s *scenario) {
		name := s.role("r").RoleName
		doc := strings.Replace(readConfig, "s3:GetObject", "nosuchservice:DoNothing", 1)
		s.ok(s.putInline(name, "p", doc), "putting the policy")
	}},
}

func (s *scenario) putInline(role *string, policy, doc string) error {
	_, err := s.iam.PutRolePolicy(s.ctx, &iam.PutRolePolicyInput{
		RoleName: role, PolicyName: aws.String(policy), PolicyDocument: aws.String(doc),
	})
	return err
}

// longPolicy is an identity policy of a counted size, long by its resource.
func longPolicy(size int) string {
	const head = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::`
	const end = `"}]}`
	return head + strings.Repeat("x", size-len(head)-len(end)) + end
}

func refusedInline(name, doc string) behaviour {
	return behaviour{name: name, prove: func(s *scenario) {
		s.refused(s.putInline(s.role("r").RoleName, "p", doc), "MalformedPolicyDocument")
	}}
}
