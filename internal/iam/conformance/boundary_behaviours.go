// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package conformance

import (
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
)

var boundaryBehaviours = []behaviour{
	{name: "a boundary is set, replaced and removed", prove: func(s *scenario) {
		role, first, second := s.role("r"), s.policy("a"), s.policy("b")
		for _, boundary := range []*string{first.Arn, second.Arn} {
			s.ok(s.setBoundary(role.RoleName, boundary), "setting the boundary")
			got := s.getRole(role.RoleName).PermissionsBoundary
			if got == nil {
				s.wrong("got no boundary, want %s", *boundary)
				return
			}
			equal(s, "boundary", aws.ToString(got.PermissionsBoundaryArn), *boundary)
		}
		_, err := s.iam.DeleteRolePermissionsBoundary(s.ctx, &iam.DeleteRolePermissionsBoundaryInput{RoleName: role.RoleName})
		s.ok(err, "removing the boundary")
		equal(s, "whether a boundary is left", s.getRole(role.RoleName).PermissionsBoundary != nil, false)
	}},
	{name: "a boundary that does not exist is refused", prove: func(s *scenario) {
		s.refused(s.setBoundary(s.role("r").RoleName, s.missingPolicy()), "NoSuchEntity")
	}},
	{name: "a role is not created with a boundary that does not exist", prove: func(s *scenario) {
		_, err := s.tryRole("r", func(in *iam.CreateRoleInput) { in.PermissionsBoundary = s.missingPolicy() })
		s.refused(err, "NoSuchEntity")
		_, err = s.iam.GetRole(s.ctx, &iam.GetRoleInput{RoleName: aws.String(s.name("r"))})
		s.refused(err, "NoSuchEntity")
	}},
	{name: "a boundary does not keep a role from being deleted", prove: func(s *scenario) {
		boundary := s.policy("p")
		role := s.role("r", func(in *iam.CreateRoleInput) { in.PermissionsBoundary = boundary.Arn })
		_, err := s.iam.DeleteRole(s.ctx, &iam.DeleteRoleInput{RoleName: role.RoleName})
		s.ok(err, "deleting the role")
	}},
}

func (s *scenario) setBoundary(role, policyARN *string) error {
	_, err := s.iam.PutRolePermissionsBoundary(s.ctx, &iam.PutRolePermissionsBoundaryInput{
		RoleName: role, PermissionsBoundary: policyARN,
	})
	return err
}
