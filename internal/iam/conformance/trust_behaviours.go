// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package conformance

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
)

var trustBehaviours = []behaviour{
	{name: "trust policies are percent-encoded in GetRole", prove: func(s *scenario) {
		s.encoded("the trust policy", s.getRole(s.role("r").RoleName).AssumeRolePolicyDocument, "")
	}},
	{name: "trust policies are percent-encoded in ListRoles", prove: func(s *scenario) {
		s.role("r", func(in *iam.CreateRoleInput) { in.Path = aws.String("/" + s.prefix + "/") })
		for _, role := range s.listRoles("/" + s.prefix) {
			s.encoded("the trust policy", role.AssumeRolePolicyDocument, "")
		}
	}},
	{name: "UpdateAssumeRolePolicy replaces the trust policy", prove: func(s *scenario) {
		name := s.role("r").RoleName
		s.ok(s.setTrust(name, strings.Replace(trust, "ecs-tasks", "ec2", 1)), "updating the trust policy")
		equal(s, "principals", s.principals(name, "Service"), []string{"ec2.amazonaws.com"})
	}},
	{name: "a trust policy of version 2008-10-17 with an empty Sid is taken", prove: func(s *scenario) {
		doc := strings.Replace(strings.Replace(trust, "2012-10-17", "2008-10-17", 1), `{"Effect"`, `{"Sid":"","Effect"`, 1)
		name := s.role("r", func(in *iam.CreateRoleInput) { in.AssumeRolePolicyDocument = aws.String(doc) }).RoleName
		s.ok(s.setTrust(name, doc), "updating the trust policy")
	}},
	refusedTrust("a trust policy that is not JSON is refused at creation", `{"Version":`),
	refusedTrust("a trust policy for a role that does not exist is refused at creation",
		trusting("arn:{partition}:iam::{account}:role/{prefix}ghost"), "Invalid principal in policy"),
	refusedTrust("a trust policy with a resource is refused at creation",
		strings.Replace(trust, `"Action"`, `"Resource":"*","Action"`, 1)),
	refusedTrust("a trust policy without a principal is refused at creation",
		`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sts:AssumeRole"}]}`),
	refusedTrust("a trust policy for an action outside STS is refused at creation",
		strings.Replace(trust, "sts:AssumeRole", "s3:GetObject", 1)),
	refusedTrust("a trust policy for a service that cannot exist is refused at creation",
		strings.Replace(trust, "ecs-tasks.amazonaws.com", "ecs-tasks.example.com", 1)),
	{name: "a trust policy for a role that does not exist is refused on update", prove: func(s *scenario) {
		name := s.role("r").RoleName
		ghost := "arn:" + s.partition + ":iam::" + s.account + ":role/" + s.name("ghost")
		s.refused(s.setTrust(name, trusting(ghost)), "MalformedPolicyDocument", "Invalid principal in policy")
		equal(s, "principals", s.principals(name, "Service"), []string{"ecs-tasks.amazonaws.com"})
	}},
	{name: "a trust policy with one statement outside a list is taken", prove: func(s *scenario) {
		doc := strings.NewReplacer(`[{"Effect"`, `{"Effect"`, `}]}`, `}}`).Replace(trust)
		name := s.role("r", func(in *iam.CreateRoleInput) { in.AssumeRolePolicyDocument = aws.String(doc) }).RoleName
		s.ok(s.setTrust(name, doc), "updating the trust policy")
	}},
	{name: "an account id as principal is shown as the ARN of its root", prove: func(s *scenario) {
		name := s.role("r", func(in *iam.CreateRoleInput) {
			in.AssumeRolePolicyDocument = aws.String(trusting(s.account))
		}).RoleName
		equal(s, "principals", s.principals(name, "AWS"), []string{"arn:" + s.partition + ":iam::" + s.account + ":root"})
	}},
	{name: "a deleted principal stays its unique id, also after its name returns", prove: func(s *scenario) {
		trusted := s.role("trusted")
		name := s.role("r", func(in *iam.CreateRoleInput) {
			in.AssumeRolePolicyDocument = aws.String(trusting(aws.ToString(trusted.Arn)))
		}).RoleName
		equal(s, "principals while it exists", s.principals(name, "AWS"), []string{aws.ToString(trusted.Arn)})
		_, err := s.iam.DeleteRole(s.ctx, &iam.DeleteRoleInput{RoleName: trusted.RoleName})
		s.ok(err, "deleting the trusted role")
		equal(s, "principals after its deletion", s.principals(name, "AWS"), []string{aws.ToString(trusted.RoleId)})
		s.role("trusted")
		equal(s, "principals after its return", s.principals(name, "AWS"), []string{aws.ToString(trusted.RoleId)})
		s.ok(s.setTrust(name, trusting(aws.ToString(trusted.Arn))), "writing the trust policy again")
		equal(s, "principals after a rewrite", s.principals(name, "AWS"), []string{aws.ToString(trusted.Arn)})
	}},
	{name: "a trust policy over the quota of the account is refused", prove: func(s *scenario) {
		summary, err := s.iam.GetAccountSummary(s.ctx, &iam.GetAccountSummaryInput{})
		s.ok(err, "reading the quotas")
		_, err = s.tryRole("r", func(in *iam.CreateRoleInput) {
			in.AssumeRolePolicyDocument = aws.String(longTrust(int(summary.SummaryMap["AssumeRolePolicySizeQuota"]) + 1))
		})
		s.refused(err, "LimitExceeded", "ACLSizePerRole")
	}},
	{name: "a trust policy that is over the quota only by its white space is taken", prove: func(s *scenario) {
		s.role("r", func(in *iam.CreateRoleInput) {
			in.AssumeRolePolicyDocument = aws.String(strings.Replace(trust, ":[", ":"+strings.Repeat(" ", 9000)+"[", 1))
		})
	}},
}

// longTrust is a trust policy of a counted size, long by its condition.
func longTrust(size int) string {
	const open, end = `,"Condition":{"StringEquals":{"sts:ExternalId":"`, `"}}}]}`
	head := strings.TrimSuffix(trust, `}]}`) + open
	return head + strings.Repeat("x", size-len(head)-len(end)) + end
}

func refusedTrust(name, doc string, texts ...string) behaviour {
	return behaviour{name: name, prove: func(s *scenario) {
		filled := strings.NewReplacer("{partition}", s.partition, "{account}", s.account, "{prefix}", s.prefix).Replace(doc)
		_, err := s.tryRole("r", func(in *iam.CreateRoleInput) { in.AssumeRolePolicyDocument = aws.String(filled) })
		s.refused(err, "MalformedPolicyDocument", texts...)
	}}
}

func (s *scenario) setTrust(role *string, doc string) error {
	_, err := s.iam.UpdateAssumeRolePolicy(s.ctx, &iam.UpdateAssumeRolePolicyInput{
		RoleName: role, PolicyDocument: aws.String(doc),
	})
	return err
}

// principals are the principals of one kind in the first statement of a trust policy.
func (s *scenario) principals(role *string, kind string) []string {
	var doc struct {
		Statement []struct {
			Principal map[string]any `json:"Principal"`
		} `json:"Statement"`
	}
	text := s.trustOf(role)
	s.ok(json.Unmarshal([]byte(text), &doc), "reading the trust policy "+text)
	if len(doc.Statement) == 0 {
		return nil
	}
	switch value := doc.Statement[0].Principal[kind].(type) {
	case string:
		return []string{value}
	case []any:
		var all []string
		for _, item := range value {
			all = append(all, fmt.Sprint(item))
		}
		return all
	}
	return nil
}
