// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package conformance

import (
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
)

var identityBehaviours = []behaviour{
	{name: "a user is in a group until it is removed, and keeps the group from being deleted", prove: func(s *scenario) {
		user, group := s.user("u").UserName, s.group("g").GroupName
		_, err := s.iam.AddUserToGroup(s.ctx, &iam.AddUserToGroupInput{UserName: user, GroupName: group})
		s.ok(err, "adding the user to the group")
		s.later(holders, func() {
			_, _ = s.iam.RemoveUserFromGroup(s.ctx, &iam.RemoveUserFromGroupInput{UserName: user, GroupName: group})
		})
		members, err := s.iam.GetGroup(s.ctx, &iam.GetGroupInput{GroupName: group})
		s.ok(err, "getting the group")
		equal(s, "number of members", len(members.Users), 1)
		groups, err := s.iam.ListGroupsForUser(s.ctx, &iam.ListGroupsForUserInput{UserName: user})
		s.ok(err, "listing the user's groups")
		equal(s, "number of groups", len(groups.Groups), 1)
		_, err = s.iam.DeleteGroup(s.ctx, &iam.DeleteGroupInput{GroupName: group})
		s.refused(err, "DeleteConflict")
		_, err = s.iam.RemoveUserFromGroup(s.ctx, &iam.RemoveUserFromGroupInput{UserName: user, GroupName: group})
		s.ok(err, "removing the user from the group")
		_, err = s.iam.DeleteGroup(s.ctx, &iam.DeleteGroupInput{GroupName: group})
		s.ok(err, "deleting the group")
	}},
	{name: "users and groups are listed by path prefix", prove: func(s *scenario) {
		path := aws.String("/" + s.prefix + "/")
		name := aws.String(s.name("x"))
		_, err := s.iam.CreateUser(s.ctx, &iam.CreateUserInput{UserName: name, Path: path})
		s.ok(err, "creating a user")
		s.later(principals, func() { _, _ = s.iam.DeleteUser(s.ctx, &iam.DeleteUserInput{UserName: name}) })
		_, err = s.iam.CreateGroup(s.ctx, &iam.CreateGroupInput{GroupName: name, Path: path})
		s.ok(err, "creating a group")
		s.later(principals, func() { _, _ = s.iam.DeleteGroup(s.ctx, &iam.DeleteGroupInput{GroupName: name}) })
		users, err := s.iam.ListUsers(s.ctx, &iam.ListUsersInput{PathPrefix: path})
		s.ok(err, "listing users")
		equal(s, "number of users", len(users.Users), 1)
		groups, err := s.iam.ListGroups(s.ctx, &iam.ListGroupsInput{PathPrefix: path})
		s.ok(err, "listing groups")
		equal(s, "number of groups", len(groups.Groups), 1)
	}},
	{name: "inline policies of users and groups are put, read and deleted", prove: func(s *scenario) {
		user, group, name := s.user("u").UserName, s.group("g").GroupName, aws.String("p")
		_, err := s.iam.PutUserPolicy(s.ctx, &iam.PutUserPolicyInput{
			UserName: user, PolicyName: name, PolicyDocument: aws.String(readConfig),
		})
		s.ok(err, "putting the user's policy")
		_, err = s.iam.PutGroupPolicy(s.ctx, &iam.PutGroupPolicyInput{
			GroupName: group, PolicyName: name, PolicyDocument: aws.String(readConfig),
		})
		s.ok(err, "putting the group's policy")
		ofUser, err := s.iam.GetUserPolicy(s.ctx, &iam.GetUserPolicyInput{UserName: user, PolicyName: name})
		s.ok(err, "getting the user's policy")
		s.encoded("the user's policy", ofUser.PolicyDocument, readConfig)
		ofGroup, err := s.iam.GetGroupPolicy(s.ctx, &iam.GetGroupPolicyInput{GroupName: group, PolicyName: name})
		s.ok(err, "getting the group's policy")
		s.encoded("the group's policy", ofGroup.PolicyDocument, readConfig)
		_, err = s.iam.DeleteUserPolicy(s.ctx, &iam.DeleteUserPolicyInput{UserName: user, PolicyName: name})
		s.ok(err, "deleting the user's policy")
		_, err = s.iam.DeleteGroupPolicy(s.ctx, &iam.DeleteGroupPolicyInput{GroupName: group, PolicyName: name})
		s.ok(err, "deleting the group's policy")
	}},
	{name: "user and group names exist without regard to case", prove: func(s *scenario) {
		s.user("name")
		s.group("name")
		upper := aws.String(strings.ToUpper(s.name("name")))
		_, err := s.iam.CreateUser(s.ctx, &iam.CreateUserInput{UserName: upper})
		s.refused(err, "EntityAlreadyExists")
		_, err = s.iam.CreateGroup(s.ctx, &iam.CreateGroupInput{GroupName: upper})
		s.refused(err, "EntityAlreadyExists")
	}},
	{name: "a policy is attached to a user and a group and listed there", prove: func(s *scenario) {
		policy, user, group := s.policy("p"), s.user("u"), s.group("g")
		_, err := s.iam.AttachUserPolicy(s.ctx, &iam.AttachUserPolicyInput{UserName: user.UserName, PolicyArn: policy.Arn})
		s.ok(err, "attaching to the user")
		_, err = s.iam.AttachGroupPolicy(s.ctx, &iam.AttachGroupPolicyInput{
			GroupName: group.GroupName, PolicyArn: policy.Arn,
		})
		s.ok(err, "attaching to the group")
		users, err := s.iam.ListAttachedUserPolicies(s.ctx, &iam.ListAttachedUserPoliciesInput{UserName: user.UserName})
		s.ok(err, "listing the user's policies")
		equal(s, "number of the user's policies", len(users.AttachedPolicies), 1)
		groups, err := s.iam.ListAttachedGroupPolicies(s.ctx, &iam.ListAttachedGroupPoliciesInput{GroupName: group.GroupName})
		s.ok(err, "listing the group's policies")
		equal(s, "number of the group's policies", len(groups.AttachedPolicies), 1)
		equal(s, "attachments", aws.ToInt32(s.getPolicy(policy.Arn).AttachmentCount), 2)
	}},
	{name: "an unknown user or group is NoSuchEntity", prove: func(s *scenario) {
		policy, ghost := s.policy("p"), aws.String(s.name("ghost"))
		_, err := s.iam.AttachUserPolicy(s.ctx, &iam.AttachUserPolicyInput{UserName: ghost, PolicyArn: policy.Arn})
		s.refused(err, "NoSuchEntity")
		_, err = s.iam.AttachGroupPolicy(s.ctx, &iam.AttachGroupPolicyInput{GroupName: ghost, PolicyArn: policy.Arn})
		s.refused(err, "NoSuchEntity")
		_, err = s.iam.DetachUserPolicy(s.ctx, &iam.DetachUserPolicyInput{UserName: ghost, PolicyArn: policy.Arn})
		s.refused(err, "NoSuchEntity")
	}},
	{name: "a user or group with attached policies is not deleted", prove: func(s *scenario) {
		policy, user, group := s.policy("p"), s.user("u"), s.group("g")
		_, err := s.iam.AttachUserPolicy(s.ctx, &iam.AttachUserPolicyInput{UserName: user.UserName, PolicyArn: policy.Arn})
		s.ok(err, "attaching to the user")
		_, err = s.iam.AttachGroupPolicy(s.ctx, &iam.AttachGroupPolicyInput{
			GroupName: group.GroupName, PolicyArn: policy.Arn,
		})
		s.ok(err, "attaching to the group")
		_, err = s.iam.DeleteUser(s.ctx, &iam.DeleteUserInput{UserName: user.UserName})
		s.refused(err, "DeleteConflict")
		_, err = s.iam.DeleteGroup(s.ctx, &iam.DeleteGroupInput{GroupName: group.GroupName})
		s.refused(err, "DeleteConflict")
	}},
	{name: "the id of a user begins with AIDA and that of a group with AGPA", prove: func(s *scenario) {
		if id := aws.ToString(s.user("u").UserId); !strings.HasPrefix(id, "AIDA") {
			s.wrong("got the user id %q, want it to begin with AIDA", id)
		}
		if id := aws.ToString(s.group("g").GroupId); !strings.HasPrefix(id, "AGPA") {
			s.wrong("got the group id %q, want it to begin with AGPA", id)
		}
	}},
}
