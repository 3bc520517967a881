// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package conformance

import (
	"fmt"

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
