// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package awsiam

import (
	"context"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"

	"github.com/ecsiam/ecs-iam-controller/internal/iam"
)

// Observe implements iam.Observer by direct reads: GetRole, which also returns tags and boundary, one list of
// attachments, one of inline policies and GetRolePolicy for each of these; one call for an absent role. An instance
// profile adds GetInstanceProfile. Attached policies that are not expected add one call each, two where the version in
// force is not cached, except for a deletion, for which their documents do not matter. Nor does that of an inline
// policy which is the only one to go: it is left empty.
func (a *Account) Observe(ctx context.Context, q iam.Query) (iam.Observation, error) {
	seen := iam.Observation{BegunAt: a.clock.Now()}
	var err error
	if seen.Role, seen.Use, err = a.readRole(ctx, q.RoleName, q.ForDeletion); err != nil {
		return iam.Observation{}, err
	}
	if seen.Role != nil && !q.ForDeletion {
		if seen.PolicyDocuments, err = a.readUnexpected(ctx, seen.Role.Attached, q.Expected); err != nil {
			return iam.Observation{}, err
		}
	}
	if q.ProfileName != "" {
		if seen.Profile, err = a.readProfile(ctx, q.ProfileName); err != nil {
			return iam.Observation{}, err
		}
	}
	if q.ForDeletion && seen.Role != nil {
		if seen.OtherProfiles, err = a.listOtherProfiles(ctx, q); err != nil {
			return iam.Observation{}, err
		}
	}
	return seen, nil
}

// readRole returns nil when there is no such role.
func (a *Account) readRole(ctx context.Context, name string, deleting bool) (*iam.Role, *iam.RoleUse, error) {
	out, err := a.iam.GetRole(startingPass(ctx), &sdk.GetRoleInput{RoleName: aws.String(name)})
	if err = classified(ctx, err); err != nil {
		return nil, nil, ignoreNotFound(err)
	}
	role, err := roleOf(out.Role, name)
	if err != nil {
		return nil, nil, err
	}
	if err = a.readPolicies(ctx, role, deleting); err != nil {
		return nil, nil, vanished(err)
	}
	return role, useOf(out.Role.CreateDate, out.Role.RoleLastUsed), nil
}

// readPolicies adds to a role what is attached to it and its inline policies.
func (a *Account) readPolicies(ctx context.Context, role *iam.Role, deleting bool) error {
	var err error
	if role.Attached, err = a.listAttached(ctx, role.Name); err != nil {
		return err
	}
	names, err := a.listInline(ctx, role.Name)
	if err != nil {
		return err
	}
	if deleting && len(names) == 1 && len(role.Attached) == 0 { // nothing that it has to go before or after
		role.InlinePolicies = map[string]string{names[0]: ""}
		return nil
	}
	role.InlinePolicies, err = a.readInline(ctx, role.Name, names)
	return err
}

// useOf is what GetRole and the bulk call know of the use of a role; no list knows it.
func useOf(created *time.Time, last *types.RoleLastUsed) *iam.RoleUse {
	use := &iam.RoleUse{Created: aws.ToTime(created)}
	if last != nil {
		use.LastUsed, use.Region = aws.ToTime(last.LastUsedDate), aws.ToString(last.Region)
	}
	return use
}

// roleOf keeps the name that was asked for when the reply has none. The ARN of a role that was just created may be
// its unique id for a while.
func roleOf(reply *types.Role, name string) (*iam.Role, error) {
	if reply == nil {
		return nil, emptyReply("iam:GetRole")
	}
	trust, err := decoded("iam:GetRole", reply.AssumeRolePolicyDocument)
	if err != nil {
		return nil, err
	}
	role := &iam.Role{
		Name: name, Path: aws.ToString(reply.Path), ARN: aws.ToString(reply.Arn), ID: aws.ToString(reply.RoleId),
		Description: aws.ToString(reply.Description), MaxSessionSeconds: aws.ToInt32(reply.MaxSessionDuration),
		Trust: trust, Tags: tagsOf(reply.Tags),
	}
	if reply.RoleName != nil {
		role.Name = *reply.RoleName
	}
	if reply.PermissionsBoundary != nil {
		role.Boundary = aws.ToString(reply.PermissionsBoundary.PermissionsBoundaryArn)
	}
	return role, nil
}

func (a *Account) listAttached(ctx context.Context, role string) ([]string, error) {
	var arns []string
	pages := sdk.NewListAttachedRolePoliciesPaginator(a.iam,
		&sdk.ListAttachedRolePoliciesInput{RoleName: aws.String(role)})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, classified(ctx, err)
		}
		for _, attached := range page.AttachedPolicies {
			arns = append(arns, aws.ToString(attached.PolicyArn))
		}
	}
	slices.Sort(arns)
	return arns, nil
}

// readInline leaves out a policy that was deleted after it was listed.
func (a *Account) readInline(ctx context.Context, role string, names []string) (map[string]string, error) {
	documents := make(map[string]string, len(names))
	for _, name := range names {
		out, err := a.iam.GetRolePolicy(ctx,
			&sdk.GetRolePolicyInput{RoleName: aws.String(role), PolicyName: aws.String(name)})
		if err = classified(ctx, err); err != nil {
			if iam.IsNotFound(err) {
				continue
			}
			return nil, err
		}
		if documents[name], err = decoded("iam:GetRolePolicy", out.PolicyDocument); err != nil {
			return nil, err
		}
	}
	return documents, nil
}

func (a *Account) listInline(ctx context.Context, role string) ([]string, error) {
	var names []string
	pages := sdk.NewListRolePoliciesPaginator(a.iam, &sdk.ListRolePoliciesInput{RoleName: aws.String(role)})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, classified(ctx, err)
		}
		names = append(names, page.PolicyNames...)
	}
	return names, nil
}

// readProfile returns nil when there is no such instance profile.
func (a *Account) readProfile(ctx context.Context, name string) (*iam.InstanceProfile, error) {
	out, err := a.iam.GetInstanceProfile(ctx, &sdk.GetInstanceProfileInput{InstanceProfileName: aws.String(name)})
	if err = classified(ctx, err); err != nil {
		return nil, ignoreNotFound(err)
	}
	reply := out.InstanceProfile
	if reply == nil {
		return nil, emptyReply("iam:GetInstanceProfile")
	}
	profile := &iam.InstanceProfile{
		Name: name, Path: aws.ToString(reply.Path), ARN: aws.ToString(reply.Arn),
		ID: aws.ToString(reply.InstanceProfileId), Tags: tagsOf(reply.Tags),
	}
	if reply.InstanceProfileName != nil {
		profile.Name = *reply.InstanceProfileName
	}
	if len(reply.Roles) > 0 {
		profile.RoleName = aws.ToString(reply.Roles[0].RoleName)
	}
	return profile, nil
}

func (a *Account) listOtherProfiles(ctx context.Context, q iam.Query) ([]string, error) {
	var names []string
	pages := sdk.NewListInstanceProfilesForRolePaginator(a.iam,
		&sdk.ListInstanceProfilesForRoleInput{RoleName: aws.String(q.RoleName)})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, vanished(classified(ctx, err))
		}
		for i := range page.InstanceProfiles {
			if name := aws.ToString(page.InstanceProfiles[i].InstanceProfileName); name != q.ProfileName {
				names = append(names, name)
			}
		}
	}
	slices.Sort(names)
	return names, nil
}
