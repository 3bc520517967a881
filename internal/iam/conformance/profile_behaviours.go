// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package conformance

import (
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"
)

var profileBehaviours = []behaviour{
	{name: "an instance profile holds one role and shows it", prove: func(s *scenario) {
		profile, role := s.profile("p"), s.role("r")
		s.ok(s.addRole(profile.InstanceProfileName, role.RoleName), "adding the role")
		got := s.getProfile(profile.InstanceProfileName)
		if len(got.Roles) != 1 {
			s.wrong("got %d roles, want 1", len(got.Roles))
			return
		}
		equal(s, "role", aws.ToString(got.Roles[0].Arn), aws.ToString(role.Arn))
		err := s.addRole(profile.InstanceProfileName, s.role("second").RoleName)
		s.refused(err, "LimitExceeded", "InstanceSessionsPerInstanceProfile")
	}},
	{name: "trust policies in instance profiles are percent-encoded", prove: func(s *scenario) {
		profile, role := s.profile("p"), s.role("r")
		s.ok(s.addRole(profile.InstanceProfileName, role.RoleName), "adding the role")
		for _, role := range s.getProfile(profile.InstanceProfileName).Roles {
			s.encoded("the trust policy", role.AssumeRolePolicyDocument, "")
		}
	}},
	{name: "the id of an instance profile begins with AIPA", prove: func(s *scenario) {
		if id := aws.ToString(s.profile("p").InstanceProfileId); !strings.HasPrefix(id, "AIPA") {
			s.wrong("got the id %q, want it to begin with AIPA", id)
		}
	}},
	{name: "an instance profile name exists without regard to case", prove: func(s *scenario) {
		s.profile("name")
		_, err := s.iam.CreateInstanceProfile(s.ctx, &iam.CreateInstanceProfileInput{
			InstanceProfileName: aws.String(strings.ToUpper(s.name("name"))),
		})
		s.refused(err, "EntityAlreadyExists")
	}},
	{name: "an unknown instance profile is NoSuchEntity", prove: func(s *scenario) {
		name := aws.String(s.name("ghost"))
		_, err := s.iam.GetInstanceProfile(s.ctx, &iam.GetInstanceProfileInput{InstanceProfileName: name})
		s.refused(err, "NoSuchEntity")
		_, err = s.iam.DeleteInstanceProfile(s.ctx, &iam.DeleteInstanceProfileInput{InstanceProfileName: name})
		s.refused(err, "NoSuchEntity")
		s.refused(s.addRole(name, s.role("r").RoleName), "NoSuchEntity")
	}},
	{name: "a role that is not in an instance profile cannot be removed from it", prove: func(s *scenario) {
		_, err := s.iam.RemoveRoleFromInstanceProfile(s.ctx, &iam.RemoveRoleFromInstanceProfileInput{
			InstanceProfileName: s.profile("p").InstanceProfileName, RoleName: s.role("r").RoleName,
		})
		s.refused(err, "NoSuchEntity")
	}},
	{name: "an instance profile with a role is not deleted", prove: func(s *scenario) {
		profile, role := s.profile("p"), s.role("r")
		s.ok(s.addRole(profile.InstanceProfileName, role.RoleName), "adding the role")
		_, err := s.iam.DeleteInstanceProfile(s.ctx, &iam.DeleteInstanceProfileInput{
			InstanceProfileName: profile.InstanceProfileName,
		})
		s.refused(err, "DeleteConflict", "must remove roles from instance profile first")
	}},
	{name: "the instance profiles of a role are listed without their tags", prove: func(s *scenario) {
		profile, role := s.profile("p", tag("a", "b")), s.role("r")
		s.ok(s.addRole(profile.InstanceProfileName, role.RoleName), "adding the role")
		out, err := s.iam.ListInstanceProfilesForRole(s.ctx, &iam.ListInstanceProfilesForRoleInput{RoleName: role.RoleName})
		s.ok(err, "listing the profiles")
		if len(out.InstanceProfiles) != 1 {
			s.wrong("got %d profiles, want 1", len(out.InstanceProfiles))
			return
		}
		equal(s, "name", aws.ToString(out.InstanceProfiles[0].InstanceProfileName), s.name("p"))
		equal(s, "number of tags", len(out.InstanceProfiles[0].Tags), 0)
	}},
	{name: "ListInstanceProfiles takes a path prefix", prove: func(s *scenario) {
		name := aws.String(s.name("p"))
		_, err := s.iam.CreateInstanceProfile(s.ctx, &iam.CreateInstanceProfileInput{
			InstanceProfileName: name, Path: aws.String("/" + s.prefix + "/"),
		})
		s.ok(err, "creating an instance profile")
		s.later(holders, func() {
			_, _ = s.iam.DeleteInstanceProfile(s.ctx, &iam.DeleteInstanceProfileInput{InstanceProfileName: name})
		})
		s.profile("elsewhere")
		out, err := s.iam.ListInstanceProfiles(s.ctx, &iam.ListInstanceProfilesInput{PathPrefix: aws.String("/" + s.prefix)})
		s.ok(err, "listing the profiles")
		equal(s, "number of profiles", len(out.InstanceProfiles), 1)
	}},
	{name: "listing the instance profiles of an unknown role is NoSuchEntity", prove: func(s *scenario) {
		_, err := s.iam.ListInstanceProfilesForRole(s.ctx, &iam.ListInstanceProfilesForRoleInput{
			RoleName: aws.String(s.name("ghost")),
		})
		s.refused(err, "NoSuchEntity")
	}},
}

func (s *scenario) addRole(profile, role *string) error {
	_, err := s.iam.AddRoleToInstanceProfile(s.ctx, &iam.AddRoleToInstanceProfileInput{
		InstanceProfileName: profile, RoleName: role,
	})
	return err
}

func (s *scenario) getProfile(name *string) *types.InstanceProfile {
	out, err := s.iam.GetInstanceProfile(s.ctx, &iam.GetInstanceProfileInput{InstanceProfileName: name})
	s.ok(err, "getting the instance profile")
	return out.InstanceProfile
}
