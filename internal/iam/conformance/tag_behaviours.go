// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package conformance

import (
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"
)

var tagBehaviours = []behaviour{
	{name: "a tag of a role is overwritten and removed", prove: func(s *scenario) {
		name := s.role("r", withTags(tag("team", "a"), tag("stage", "test"))).RoleName
		s.ok(s.tagRole(name, tag("team", "b")), "tagging")
		equal(s, "tags", tagMap(s.getRole(name).Tags), map[string]string{"team": "b", "stage": "test"})
		_, err := s.iam.UntagRole(s.ctx, &iam.UntagRoleInput{RoleName: name, TagKeys: []string{"stage", "absent"}})
		s.ok(err, "untagging")
		equal(s, "tags", tagMap(s.getRole(name).Tags), map[string]string{"team": "b"})
	}},
	{name: "tag keys of a role ignore case", prove: func(s *scenario) {
		name := s.role("r", withTags(tag("Team", "a"))).RoleName
		s.ok(s.tagRole(name, tag("team", "b")), "tagging")
		equal(s, "number of tags", len(s.getRole(name).Tags), 1)
	}},
	{name: "two tags of a role that differ in case are refused", prove: func(s *scenario) {
		_, err := s.tryRole("r", withTags(tag("Team", "a"), tag("team", "b")))
		s.refused(err, "InvalidInput")
	}},
	{name: "a tag key that begins with aws: is refused in any case", prove: func(s *scenario) {
		for _, key := range []string{"aws:x", "AWS:x"} {
			_, err := s.tryRole("r", withTags(tag(key, "a")))
			if err == nil {
				s.wrong("a role with the tag %s was created", key)
			}
		}
	}},
	{name: "a tag value with a character that tags do not have is refused", prove: func(s *scenario) {
		_, err := s.tryRole("r", withTags(tag("key", "50 % off")))
		s.refused(err, "ValidationError")
	}},
	{name: "a role has at most 50 tags over several calls", prove: func(s *scenario) {
		name := s.role("r", withTags(manyTags(50)...)).RoleName
		s.ok(s.tagRole(name, tag("key7", "y")), "overwriting a tag at the limit")
		s.refused(s.tagRole(name, tag("one-more", "x")), "LimitExceeded")
	}},
	{name: "51 tags in one call are refused", prove: func(s *scenario) {
		_, err := s.tryRole("r", withTags(manyTags(51)...))
		s.refused(err, "ValidationError")
	}},
	{name: "tag keys of an instance profile respect case", prove: func(s *scenario) {
		name := s.profile("p", tag("Team", "a")).InstanceProfileName
		_, err := s.iam.TagInstanceProfile(s.ctx, &iam.TagInstanceProfileInput{
			InstanceProfileName: name, Tags: []types.Tag{tag("team", "b")},
		})
		s.ok(err, "tagging")
		equal(s, "tags", tagMap(s.getProfile(name).Tags), map[string]string{"Team": "a", "team": "b"})
		_, err = s.iam.UntagInstanceProfile(s.ctx, &iam.UntagInstanceProfileInput{
			InstanceProfileName: name, TagKeys: []string{"Team"},
		})
		s.ok(err, "untagging")
		equal(s, "tags", tagMap(s.getProfile(name).Tags), map[string]string{"team": "b"})
	}},
	{name: "the tags of an instance profile can be listed", prove: func(s *scenario) {
		name := s.profile("p", tag("a", "b")).InstanceProfileName
		out, err := s.iam.ListInstanceProfileTags(s.ctx, &iam.ListInstanceProfileTagsInput{InstanceProfileName: name})
		s.ok(err, "listing the tags")
		equal(s, "tags", tagMap(out.Tags), map[string]string{"a": "b"})
	}},
}

func manyTags(n int) []types.Tag {
	tags := make([]types.Tag, 0, n)
	for i := range n {
		tags = append(tags, tag(fmt.Sprint("key", i), "x"))
	}
	return tags
}

func withTags(tags ...types.Tag) func(*iam.CreateRoleInput) {
	return func(in *iam.CreateRoleInput) { in.Tags = tags }
}

func (s *scenario) tagRole(role *string, tags ...types.Tag) error {
	_, err := s.iam.TagRole(s.ctx, &iam.TagRoleInput{RoleName: role, Tags: tags})
	return err
}

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
