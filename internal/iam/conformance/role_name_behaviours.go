// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package conformance

import (
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
)

var roleNameBehaviours = []behaviour{
	refusedRole("a role name of 65 characters is refused", func(s *scenario, in *iam.CreateRoleInput) {
		in.RoleName = aws.String(s.prefix + strings.Repeat("x", 65-len(s.prefix)))
	}),
	refusedRole("a role name with a space is refused", func(s *scenario, in *iam.CreateRoleInput) {
		in.RoleName = aws.String(s.prefix + "a b")
	}),
	refusedRole("a path without slashes around it is refused", func(_ *scenario, in *iam.CreateRoleInput) {
		in.Path = aws.String("ecs")
	}),
	refusedRole("a session of half an hour is refused", func(_ *scenario, in *iam.CreateRoleInput) {
		in.MaxSessionDuration = aws.Int32(1800)
	}),
	refusedRole("a session of more than twelve hours is refused", func(_ *scenario, in *iam.CreateRoleInput) {
		in.MaxSessionDuration = aws.Int32(43201)
	}),
	refusedRole("a role description with curly quotes is refused", func(_ *scenario, in *iam.CreateRoleInput) {
		in.Description = aws.String("the “quoted” role")
	}),
	refusedRole("a role description of 1001 characters is refused", func(_ *scenario, in *iam.CreateRoleInput) {
		in.Description = aws.String(strings.Repeat("x", 1001))
	}),
	refusedRole("a trust policy beyond Latin-1 is refused", func(_ *scenario, in *iam.CreateRoleInput) {
		in.AssumeRolePolicyDocument = aws.String(strings.Replace(trust, "2012", "☃", 1))
	}),
	{name: "a role name of 64 characters with every special character is taken", prove: func(s *scenario) {
		name := s.prefix + "_+=,.@-"
		name += strings.Repeat("x", 64-len(name))
		role := s.role("", func(in *iam.CreateRoleInput) { in.RoleName = aws.String(name) })
		equal(s, "name", aws.ToString(role.RoleName), name)
	}},
	{name: "a role name exists without regard to case", prove: func(s *scenario) {
		s.role("name")
		_, err := s.tryRole("", func(in *iam.CreateRoleInput) { in.RoleName = aws.String(strings.ToUpper(s.name("name"))) })
		s.refused(err, "EntityAlreadyExists")
	}},
	{name: "a role name exists whatever the path", prove: func(s *scenario) {
		s.role("name")
		_, err := s.tryRole("name", func(in *iam.CreateRoleInput) { in.Path = aws.String("/other/") })
		s.refused(err, "EntityAlreadyExists", "already exists")
	}},
}

func refusedRole(name string, change func(*scenario, *iam.CreateRoleInput)) behaviour {
	return behaviour{name: name, prove: func(s *scenario) {
		_, err := s.tryRole("r", func(in *iam.CreateRoleInput) { change(s, in) })
		s.refused(err, "ValidationError")
	}}
}
