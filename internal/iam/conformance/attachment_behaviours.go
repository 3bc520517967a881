// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package conformance

import (
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
)

// ecsPolicies are the AWS managed policies that ECS role types need, by their path and name.
var ecsPolicies = []string{
	"service-role/AmazonEC2ContainerServiceforEC2Role", "service-role/AmazonECSTaskExecutionRolePolicy",
	"service-role/AmazonEC2ContainerServiceRole", "service-role/AmazonEC2ContainerServiceAutoscaleRole",
	"service-role/AmazonEC2ContainerServiceEventsRole", "AWSCodeDeployRoleForECS", "AWSCodeDeployRoleForECSLimited",
	"service-role/AmazonECSInfrastructureRolePolicyForVolumes",
	"service-role/AmazonECSInfrastructureRolePolicyForServiceConnectTransportLayerSecurity",
	"AmazonECSInfrastructureRolePolicyForVpcLattice", "AmazonECSInfrastructureRolePolicyForLoadBalancers",
	"AmazonECSInfrastructureRolePolicyForManagedInstances",
	"service-role/AmazonECSInfrastructureRoleforExpressGatewayServices",
	"AmazonECSInstanceRolePolicyForManagedInstances", "AmazonSSMManagedInstanceCore",
}

var attachmentBehaviours = []behaviour{
	{name: "every AWS managed policy that ECS role types need exists", prove: func(s *scenario) {
		for _, policy := range ecsPolicies {
			_, err := s.iam.GetPolicy(s.ctx, &iam.GetPolicyInput{PolicyArn: s.awsPolicy(policy)})
			if err != nil {
				s.wrong("getting %s: %v", policy, err)
			}
		}
	}},
	{name: "attaching a policy twice attaches it once", prove: func(s *scenario) {
		role, policy := s.role("r"), s.policy("p")
		s.ok(s.attach(role.RoleName, policy.Arn), "attaching")
		s.ok(s.attach(role.RoleName, policy.Arn), "attaching again")
		equal(s, "attached policies", s.attached(role.RoleName), []string{aws.ToString(policy.Arn)})
		out, err := s.iam.GetPolicy(s.ctx, &iam.GetPolicyInput{PolicyArn: policy.Arn})
		s.ok(err, "getting the policy")
		equal(s, "attachment count", aws.ToInt32(out.Policy.AttachmentCount), 1)
	}},
	{name: "a policy that does not exist cannot be attached", prove: func(s *scenario) {
		s.refused(s.attach(s.role("r").RoleName, s.missingPolicy()), "NoSuchEntity", "does not exist or is not attachable")
	}},
	{name: "an AWS managed policy under the wrong path cannot be attached", prove: func(s *scenario) {
		s.refused(s.attach(s.role("r").RoleName, s.awsPolicy("AmazonECSTaskExecutionRolePolicy")), "NoSuchEntity")
	}},
	{name: "what is not an ARN cannot be attached", prove: func(s *scenario) {
		s.refused(s.attach(s.role("r").RoleName, aws.String("AmazonS3ReadOnlyAccess")), "ValidationError")
	}},
	{name: "a policy for service-linked roles cannot be attached", prove: func(s *scenario) {
		err := s.attach(s.role("r").RoleName, s.awsPolicy("aws-service-role/AmazonECSServiceRolePolicy"))
		s.refused(err, "PolicyNotAttachable")
	}},
	{name: "detaching a policy that is not attached is NoSuchEntity", prove: func(s *scenario) {
		role, policy := s.role("r"), s.policy("p")
		_, err := s.iam.DetachRolePolicy(s.ctx, &iam.DetachRolePolicyInput{RoleName: role.RoleName, PolicyArn: policy.Arn})
		s.refused(err, "NoSuchEntity")
	}},
	{name: "a detached policy is no longer listed", prove: func(s *scenario) {
		role, policy := s.role("r"), s.policy("p")
		s.ok(s.attach(role.RoleName, policy.Arn), "attaching")
		_, err := s.iam.DetachRolePolicy(s.ctx, &iam.DetachRolePolicyInput{RoleName: role.RoleName, PolicyArn: policy.Arn})
		s.ok(err, "detaching")
		equal(s, "number of attached policies", len(s.attached(role.RoleName)), 0)
	}},
	{name: "a role takes no more managed policies than the quota of the account", prove: func(s *scenario) {
		summary, err := s.iam.GetAccountSummary(s.ctx, &iam.GetAccountSummaryInput{})
		s.ok(err, "reading the quotas")
		role, quota := s.role("r"), int(summary.SummaryMap["AttachedPoliciesPerRoleQuota"])
		for i := range quota {
			s.ok(s.attach(role.RoleName, s.policy(fmt.Sprint("p", i)).Arn), "attaching")
		}
		s.refused(s.attach(role.RoleName, s.policy("over").Arn), "LimitExceeded", fmt.Sprint("PoliciesPerRole: ", quota))
	}},
}

func (s *scenario) attach(role, policyARN *string) error {
	_, err := s.iam.AttachRolePolicy(s.ctx, &iam.AttachRolePolicyInput{RoleName: role, PolicyArn: policyARN})
	return err
}

func (s *scenario) attached(role *string) []string {
	var arns []string
	pages := iam.NewListAttachedRolePoliciesPaginator(s.iam, &iam.ListAttachedRolePoliciesInput{RoleName: role})
	for pages.HasMorePages() {
		page, err := pages.NextPage(s.ctx)
		s.ok(err, "listing attached policies")
		for _, policy := range page.AttachedPolicies {
			arns = append(arns, aws.ToString(policy.PolicyArn))
		}
	}
	return arns
}
