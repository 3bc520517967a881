// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package conformance

import (
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"
)

var roleBehaviours = []behaviour{
	{name: "CreateRole answers without the session duration", prove: func(s *scenario) {
		role := s.role("r", func(in *iam.CreateRoleInput) { in.MaxSessionDuration = aws.Int32(7200) })
		if role.MaxSessionDuration != nil {
			s.wrong("got a session of %d seconds in the reply, want none", *role.MaxSessionDuration)
		}
	}},
	{name: "GetRole shows all that CreateRole was given", prove: func(s *scenario) {
		boundary := s.policy("boundary")
		created := s.role("r", func(in *iam.CreateRoleInput) {
			in.Path, in.Description, in.MaxSessionDuration = aws.String("/ecs/x/"), aws.String("pulls images"), aws.Int32(7200)
			in.PermissionsBoundary, in.Tags = boundary.Arn, []types.Tag{tag("team", "payments"), tag("empty", "")}
		})
		got := s.getRole(created.RoleName)
		equal(s, "path", aws.ToString(got.Path), "/ecs/x/")
		equal(s, "ARN", aws.ToString(got.Arn), "arn:"+s.partition+":iam::"+s.account+":role/ecs/x/"+s.name("r"))
		equal(s, "description", aws.ToString(got.Description), "pulls images")
		equal(s, "session", aws.ToInt32(got.MaxSessionDuration), 7200)
		equal(s, "tags", tagMap(got.Tags), map[string]string{"team": "payments", "empty": ""})
		equal(s, "role id", aws.ToString(got.RoleId), aws.ToString(created.RoleId))
		if got.PermissionsBoundary == nil {
			s.wrong("got no boundary, want %s", aws.ToString(boundary.Arn))
			return
		}
		equal(s, "boundary", aws.ToString(got.PermissionsBoundary.PermissionsBoundaryArn), aws.ToString(boundary.Arn))
	}},
	{name: "a role has a session of one hour and the path / by default", prove: func(s *scenario) {
		got := s.getRole(s.role("r").RoleName)
		equal(s, "session", aws.ToInt32(got.MaxSessionDuration), 3600)
		equal(s, "path", aws.ToString(got.Path), "/")
	}},
	{name: "the id of a role begins with AROA", prove: func(s *scenario) {
		if id := aws.ToString(s.role("r").RoleId); !strings.HasPrefix(id, "AROA") || len(id) != 21 {
			s.wrong("got the id %q, want AROA and 17 characters", id)
		}
	}},
	{name: "an unknown role is NoSuchEntity to every action", prove: func(s *scenario) {
		for action, err := range s.touch(aws.String(s.name("ghost"))) {
			before := len(s.problems)
			s.refused(err, "NoSuchEntity")
			for i := before; i < len(s.problems); i++ {
				s.problems[i] = action + ": " + s.problems[i]
			}
		}
	}},
	{name: "UpdateRole leaves an absent field as it is", prove: func(s *scenario) {
		role := s.role("r", func(in *iam.CreateRoleInput) {
			in.Description, in.MaxSessionDuration = aws.String("kept"), aws.Int32(7200)
		})
		_, err := s.iam.UpdateRole(s.ctx, &iam.UpdateRoleInput{RoleName: role.RoleName, MaxSessionDuration: aws.Int32(3600)})
		s.ok(err, "updating the session")
		equal(s, "description", aws.ToString(s.getRole(role.RoleName).Description), "kept")
		_, err = s.iam.UpdateRole(s.ctx, &iam.UpdateRoleInput{RoleName: role.RoleName, Description: aws.String("new")})
		s.ok(err, "updating the description")
		equal(s, "session", aws.ToInt32(s.getRole(role.RoleName).MaxSessionDuration), 3600)
	}},
	{name: "UpdateRole clears the description with an empty one", prove: func(s *scenario) {
		role := s.role("r", func(in *iam.CreateRoleInput) { in.Description = aws.String("old") })
		_, err := s.iam.UpdateRole(s.ctx, &iam.UpdateRoleInput{RoleName: role.RoleName, Description: aws.String("")})
		s.ok(err, "clearing the description")
		equal(s, "description", aws.ToString(s.getRole(role.RoleName).Description), "")
	}},
	{name: "UpdateRoleDescription answers with the role", prove: func(s *scenario) {
		out, err := s.iam.UpdateRoleDescription(s.ctx, &iam.UpdateRoleDescriptionInput{
			RoleName: s.role("r").RoleName, Description: aws.String("new"),
		})
		s.ok(err, "describing the role")
		equal(s, "description", aws.ToString(out.Role.Description), "new")
	}},
	{name: "ListRoles shows description and session but neither tags nor boundary", prove: func(s *scenario) {
		boundary := s.policy("boundary")
		s.role("r", func(in *iam.CreateRoleInput) {
			in.Path, in.Description, in.MaxSessionDuration = aws.String("/"+s.prefix+"/"), aws.String("text"), aws.Int32(7200)
			in.PermissionsBoundary, in.Tags = boundary.Arn, []types.Tag{tag("a", "b")}
		})
		listed := s.listRoles("/" + s.prefix)
		if len(listed) != 1 {
			s.wrong("got %d roles under the path, want 1", len(listed))
			return
		}
		equal(s, "description", aws.ToString(listed[0].Description), "text")
		equal(s, "session", aws.ToInt32(listed[0].MaxSessionDuration), 7200)
		equal(s, "number of tags", len(listed[0].Tags), 0)
		equal(s, "whether a boundary is shown", listed[0].PermissionsBoundary != nil, false)
	}},
	{name: "ListRoles takes a path prefix that ends within a part", prove: func(s *scenario) {
		s.role("in", func(in *iam.CreateRoleInput) { in.Path = aws.String("/" + s.prefix + "in/") })
		s.role("out", func(in *iam.CreateRoleInput) { in.Path = aws.String("/" + s.prefix + "out/") })
		equal(s, "number of roles", len(s.listRoles("/"+s.prefix+"i")), 1)
	}},
	{name: "a role is deleted only after profile, attachments and inline policies", prove: func(s *scenario) {
		name := s.role("r").RoleName
		profile := s.profile("p")
		inProfile := iam.AddRoleToInstanceProfileInput{InstanceProfileName: profile.InstanceProfileName, RoleName: name}
		_, err := s.iam.AddRoleToInstanceProfile(s.ctx, &inProfile)
		s.ok(err, "adding the role to the profile")
		attached := s.awsPolicy("AmazonS3ReadOnlyAccess")
		_, err = s.iam.AttachRolePolicy(s.ctx, &iam.AttachRolePolicyInput{RoleName: name, PolicyArn: attached})
		s.ok(err, "attaching")
		_, err = s.iam.PutRolePolicy(s.ctx, &iam.PutRolePolicyInput{
			RoleName: name, PolicyName: aws.String("p"), PolicyDocument: aws.String(readConfig),
		})
		s.ok(err, "putting an inline policy")

		remove := func() error { _, err := s.iam.DeleteRole(s.ctx, &iam.DeleteRoleInput{RoleName: name}); return err }
		s.refused(remove(), "DeleteConflict", "must remove roles from instance profile first")
		_, err = s.iam.RemoveRoleFromInstanceProfile(s.ctx, &iam.RemoveRoleFromInstanceProfileInput{
			InstanceProfileName: profile.InstanceProfileName, RoleName: name,
		})
		s.ok(err, "removing the role from the profile")
		s.refused(remove(), "DeleteConflict", "must detach all policies first")
		_, err = s.iam.DetachRolePolicy(s.ctx, &iam.DetachRolePolicyInput{RoleName: name, PolicyArn: attached})
		s.ok(err, "detaching")
		s.refused(remove(), "DeleteConflict", "must delete policies first")
		_, err = s.iam.DeleteRolePolicy(s.ctx, &iam.DeleteRolePolicyInput{RoleName: name, PolicyName: aws.String("p")})
		s.ok(err, "deleting the inline policy")
		s.ok(remove(), "deleting the role")
		_, err = s.iam.GetRole(s.ctx, &iam.GetRoleInput{RoleName: name})
		s.refused(err, "NoSuchEntity")
	}},
}

// touch calls every action that names a role, and returns the errors by action.
func (s *scenario) touch(role *string) map[string]error {
	errs := map[string]error{}
	policy, arn, doc := aws.String("p"), s.awsPolicy("AmazonS3ReadOnlyAccess"), aws.String(readConfig)
	_, errs["GetRole"] = s.iam.GetRole(s.ctx, &iam.GetRoleInput{RoleName: role})
	_, errs["UpdateRole"] = s.iam.UpdateRole(s.ctx, &iam.UpdateRoleInput{RoleName: role, Description: aws.String("x")})
	_, errs["UpdateAssumeRolePolicy"] = s.iam.UpdateAssumeRolePolicy(s.ctx, &iam.UpdateAssumeRolePolicyInput{
		RoleName: role, PolicyDocument: aws.String(trust),
	})
	_, errs["DeleteRole"] = s.iam.DeleteRole(s.ctx, &iam.DeleteRoleInput{RoleName: role})
	_, errs["PutRolePolicy"] = s.iam.PutRolePolicy(s.ctx, &iam.PutRolePolicyInput{
		RoleName: role, PolicyName: policy, PolicyDocument: doc,
	})
	_, errs["GetRolePolicy"] = s.iam.GetRolePolicy(s.ctx, &iam.GetRolePolicyInput{RoleName: role, PolicyName: policy})
	_, errs["DeleteRolePolicy"] = s.iam.DeleteRolePolicy(s.ctx, &iam.DeleteRolePolicyInput{
		RoleName: role, PolicyName: policy,
	})
	_, errs["ListRolePolicies"] = s.iam.ListRolePolicies(s.ctx, &iam.ListRolePoliciesInput{RoleName: role})
	_, errs["AttachRolePolicy"] = s.iam.AttachRolePolicy(s.ctx, &iam.AttachRolePolicyInput{RoleName: role, PolicyArn: arn})
	_, errs["DetachRolePolicy"] = s.iam.DetachRolePolicy(s.ctx, &iam.DetachRolePolicyInput{RoleName: role, PolicyArn: arn})
	_, errs["ListAttachedRolePolicies"] = s.iam.ListAttachedRolePolicies(s.ctx, &iam.ListAttachedRolePoliciesInput{
		RoleName: role,
	})
	_, errs["TagRole"] = s.iam.TagRole(s.ctx, &iam.TagRoleInput{RoleName: role, Tags: []types.Tag{tag("a", "b")}})
	_, errs["UntagRole"] = s.iam.UntagRole(s.ctx, &iam.UntagRoleInput{RoleName: role, TagKeys: []string{"a"}})
	_, errs["ListRoleTags"] = s.iam.ListRoleTags(s.ctx, &iam.ListRoleTagsInput{RoleName: role})
	_, errs["PutRolePermissionsBoundary"] = s.iam.PutRolePermissionsBoundary(s.ctx, &iam.PutRolePermissionsBoundaryInput{
		RoleName: role, PermissionsBoundary: arn,
	})
	return errs
}

func (s *scenario) listRoles(prefix string) []types.Role {
	var roles []types.Role
	pages := iam.NewListRolesPaginator(s.iam, &iam.ListRolesInput{PathPrefix: aws.String(prefix)})
	for pages.HasMorePages() {
		page, err := pages.NextPage(s.ctx)
		s.ok(err, "listing roles")
		roles = append(roles, page.Roles...)
	}
	return roles
}
