// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package conformance

import (
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"
)

// serviceLinkedNames are the service-linked roles of ECS and of its instances by their service.
var serviceLinkedNames = map[string]string{
	"ecs.amazonaws.com":                         "AWSServiceRoleForECS",
	"ecs-compute.amazonaws.com":                 "AWSServiceRoleForECSCompute",
	"ecs.application-autoscaling.amazonaws.com": "AWSServiceRoleForApplicationAutoScaling_ECSService",
	"autoscaling.amazonaws.com":                 "AWSServiceRoleForAutoScaling",
	"spot.amazonaws.com":                        "AWSServiceRoleForEC2Spot",
}

var serviceLinkedBehaviours = []behaviour{
	{name: "the service-linked roles of ECS have AWS's names and paths", disposable: true, prove: func(s *scenario) {
		for service, name := range serviceLinkedNames {
			role := s.serviceLinked(service)
			equal(s, "name", aws.ToString(role.RoleName), name)
			equal(s, "path", aws.ToString(role.Path), "/aws-service-role/"+service+"/")
		}
	}},
	{name: "a service-linked role comes with AWS's policy attached", disposable: true, prove: func(s *scenario) {
		role := s.serviceLinked("ecs.amazonaws.com")
		equal(s, "attached policies", s.attached(role.RoleName),
			[]string{*s.awsPolicy("aws-service-role/AmazonECSServiceRolePolicy")})
	}},
	{name: "CreateServiceLinkedRole repeats the trust policy as it was sent", disposable: true, prove: func(s *scenario) {
		role := s.serviceLinked("ecs.amazonaws.com")
		const sent, kept = `["sts:AssumeRole"]`, `"Action":"sts:AssumeRole"`
		if doc := s.decoded("the trust policy", role.AssumeRolePolicyDocument); !strings.Contains(doc, sent) {
			s.wrong("got %s, want it to hold %s", doc, sent)
		}
		if doc := s.trustOf(role.RoleName); !strings.Contains(doc, kept) {
			s.wrong("GetRole shows %s, want it to hold %s", doc, kept)
		}
	}},
	{name: "a second service-linked role for a service is InvalidInput", disposable: true, prove: func(s *scenario) {
		s.serviceLinked("ecs.amazonaws.com")
		_, err := s.iam.CreateServiceLinkedRole(s.ctx, &iam.CreateServiceLinkedRoleInput{
			AWSServiceName: aws.String("ecs.amazonaws.com"),
		})
		s.refused(err, "InvalidInput", "has been taken in this account")
	}},
	{name: "ECS takes no suffix on its service-linked role", disposable: true, prove: func(s *scenario) {
		out, err := s.iam.CreateServiceLinkedRole(s.ctx, &iam.CreateServiceLinkedRoleInput{
			AWSServiceName: aws.String("ecs.amazonaws.com"), CustomSuffix: aws.String("x"),
		})
		if err == nil {
			s.removeServiceLinked(out.Role.RoleName)
		}
		s.refused(err, "InvalidInput", "Custom suffix is not allowed for ecs.amazonaws.com")
	}},
	{name: "a service-linked role takes only description and tags", disposable: true, prove: func(s *scenario) {
		name := s.serviceLinked("ecs.amazonaws.com").RoleName
		_, err := s.iam.UpdateRole(s.ctx, &iam.UpdateRoleInput{RoleName: name, Description: aws.String("ours")})
		s.ok(err, "describing the role")
		s.ok(s.tagRole(name, tag("a", "b")), "tagging the role")
		s.refused(s.attach(name, s.awsPolicy("AmazonS3ReadOnlyAccess")), "UnmodifiableEntity")
		s.refused(s.putInline(name, "p", readConfig), "UnmodifiableEntity")
		s.refused(s.setTrust(name, trust), "UnmodifiableEntity")
		_, err = s.iam.DeleteRole(s.ctx, &iam.DeleteRoleInput{RoleName: name})
		s.refused(err, "UnmodifiableEntity")
	}},
	{name: "a service-linked role is deleted by a task that takes time", disposable: true, prove: func(s *scenario) {
		name := s.serviceLinked("ecs.amazonaws.com").RoleName
		first, err := s.iam.DeleteServiceLinkedRole(s.ctx, &iam.DeleteServiceLinkedRoleInput{RoleName: name})
		s.ok(err, "deleting the role")
		prefix := "task/aws-service-role/ecs.amazonaws.com/" + aws.ToString(name) + "/"
		if !strings.HasPrefix(aws.ToString(first.DeletionTaskId), prefix) {
			s.wrong("got the task %q, want it to begin with %s", aws.ToString(first.DeletionTaskId), prefix)
		}
		again, err := s.iam.DeleteServiceLinkedRole(s.ctx, &iam.DeleteServiceLinkedRoleInput{RoleName: name})
		s.ok(err, "deleting the role again")
		equal(s, "task of the second call", aws.ToString(again.DeletionTaskId), aws.ToString(first.DeletionTaskId))
		equal(s, "status at the end", s.await(first.DeletionTaskId), types.DeletionTaskStatusTypeSucceeded)
		_, err = s.iam.GetRole(s.ctx, &iam.GetRoleInput{RoleName: name})
		s.refused(err, "NoSuchEntity")
	}},
	{name: "an unknown deletion task is NoSuchEntity", disposable: true, prove: func(s *scenario) {
		_, err := s.iam.GetServiceLinkedRoleDeletionStatus(s.ctx, &iam.GetServiceLinkedRoleDeletionStatusInput{
			DeletionTaskId: aws.String("task/aws-service-role/ecs.amazonaws.com/AWSServiceRoleForECS/" +
				"00000000-0000-4000-8000-00000000dead"),
		})
		s.refused(err, "NoSuchEntity")
	}},
}

// serviceLinked makes a service-linked role, to be deleted at the end.
func (s *scenario) serviceLinked(service string) *types.Role {
	out, err := s.iam.CreateServiceLinkedRole(s.ctx, &iam.CreateServiceLinkedRoleInput{
		AWSServiceName: aws.String(service),
	})
	s.ok(err, "creating the service-linked role of "+service)
	s.later(principals, func() { s.removeServiceLinked(out.Role.RoleName) })
	return out.Role
}

func (s *scenario) removeServiceLinked(name *string) {
	out, err := s.iam.DeleteServiceLinkedRole(s.ctx, &iam.DeleteServiceLinkedRoleInput{RoleName: name})
	if err == nil {
		s.await(out.DeletionTaskId)
	}
	// Where service-linked roles can be modified, they can also be left in a state that hinders their deletion.
	s.removeRole(name)
}

// await polls a deletion task until it ends. Endpoints with a disposable account need only a few polls.
func (s *scenario) await(task *string) types.DeletionTaskStatusType {
	status := types.DeletionTaskStatusTypeNotStarted
	for range 10 {
		out, err := s.iam.GetServiceLinkedRoleDeletionStatus(s.ctx, &iam.GetServiceLinkedRoleDeletionStatusInput{
			DeletionTaskId: task,
		})
		if err != nil {
			return status
		}
		status = out.Status
		if status == types.DeletionTaskStatusTypeSucceeded || status == types.DeletionTaskStatusTypeFailed {
			return status
		}
	}
	return status
}
