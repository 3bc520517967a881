// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package awsiam

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"

	"github.com/ecsiam/ecs-iam-controller/internal/iam"
)

// pageSize is the most that IAM puts into one page.
const pageSize = 1000

// ReadRoles implements iam.BulkReader by ListRoles and GetAccountAuthorizationDetails, whose results together have all
// of a role: the second leaves out description and session duration, the first all that hangs on a role. A role that
// only one of them shows was created or deleted in between and is left out. The second knows no prefix.
func (a *Account) ReadRoles(ctx context.Context, pathPrefix string, each func(iam.ShownRole)) error {
	ctx = bulkReading(ctx)
	settings, err := a.listSettings(ctx, pathPrefix)
	if err != nil {
		return err
	}
	return a.readDetails(ctx, pageSize, []types.EntityType{types.EntityTypeRole}, func(page details) error {
		for i := range page.RoleDetailList {
			detail := &page.RoleDetailList[i]
			known, listed := settings[aws.ToString(detail.RoleName)]
			outside := !strings.HasPrefix(aws.ToString(detail.Path), pathPrefix)
			if !listed && !outside {
				continue
			}
			role, err := detailed(detail, known)
			if err != nil {
				return err
			}
			each(iam.ShownRole{
				Role: role, Outside: outside, Profiles: profilesOf(detail),
				Use: *useOf(detail.CreateDate, detail.RoleLastUsed),
			})
		}
		return nil
	})
}

// policyPageSize is how many policies are asked for at a time. Each comes with up to five versions of six thousand
// characters, and the SDK decodes a page as a whole.
const policyPageSize = 100

// ReadPolicies implements iam.BulkReader by GetAccountAuthorizationDetails.
func (a *Account) ReadPolicies(ctx context.Context, each func(policy iam.Policy, attachments int)) error {
	filter := []types.EntityType{types.EntityTypeLocalManagedPolicy}
	return a.readDetails(bulkReading(ctx), policyPageSize, filter, func(page details) error {
		for i := range page.Policies {
			policy, err := detailedPolicy(&page.Policies[i])
			if err != nil {
				return err
			}
			each(policy, int(aws.ToInt32(page.Policies[i].AttachmentCount)))
		}
		return nil
	})
}

// ReadHolders implements iam.BulkReader by GetAccountAuthorizationDetails.
func (a *Account) ReadHolders(ctx context.Context, each func(iam.Holder)) error {
	filter := []types.EntityType{types.EntityTypeUser, types.EntityTypeGroup}
	return a.readDetails(bulkReading(ctx), pageSize, filter, func(page details) error {
		for i := range page.UserDetailList {
			user := &page.UserDetailList[i]
			each(iam.Holder{
				Kind: iam.HeldByUser, Name: aws.ToString(user.UserName), Attached: arnsOf(user.AttachedManagedPolicies),
			})
		}
		for i := range page.GroupDetailList {
			group := &page.GroupDetailList[i]
			each(iam.Holder{
				Kind: iam.HeldByGroup, Name: aws.ToString(group.GroupName), Attached: arnsOf(group.AttachedManagedPolicies),
			})
		}
		return nil
	})
}

// PolicyTags implements iam.BulkReader by GetPolicy.
func (a *Account) PolicyTags(ctx context.Context, arn string) (map[string]string, error) {
	found, err := a.existingPolicy(bulkReading(ctx), arn)
	if err != nil {
		return nil, err
	}
	return found.Tags, nil
}

// ProfileTags implements iam.BulkReader by GetInstanceProfile.
func (a *Account) ProfileTags(ctx context.Context, name string) (map[string]string, error) {
	found, err := a.readProfile(bulkReading(ctx), name)
	if err == nil && found == nil {
		err = &iam.Error{Action: "iam:GetInstanceProfile", Code: "NoSuchEntity", Class: iam.ClassNotFound}
	}
	if err != nil {
		return nil, err
	}
	return found.Tags, nil
}

type details = *sdk.GetAccountAuthorizationDetailsOutput

// readDetails calls each for every page of what GetAccountAuthorizationDetails shows of some kinds of entities.
func (a *Account) readDetails(
	ctx context.Context, size int32, filter []types.EntityType, each func(page details) error,
) error {
	pages := sdk.NewGetAccountAuthorizationDetailsPaginator(a.iam,
		&sdk.GetAccountAuthorizationDetailsInput{Filter: filter, MaxItems: aws.Int32(size)})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return classified(ctx, err)
		}
		if err := each(page); err != nil {
			return err
		}
	}
	return nil
}

// roleSettings are what the list of roles shows and the bulk call does not.
type roleSettings struct {
	description string
	session     int32
}

// listSettings lists the roles whose paths begin with a prefix, all where it is empty.
func (a *Account) listSettings(ctx context.Context, pathPrefix string) (map[string]roleSettings, error) {
	settings, in := map[string]roleSettings{}, &sdk.ListRolesInput{MaxItems: aws.Int32(pageSize)}
	if pathPrefix != "" {
		in.PathPrefix = aws.String(pathPrefix)
	}
	pages := sdk.NewListRolesPaginator(a.iam, in)
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, classified(ctx, err)
		}
		for i := range page.Roles {
			role := &page.Roles[i]
			settings[aws.ToString(role.RoleName)] = roleSettings{
				description: aws.ToString(role.Description), session: aws.ToInt32(role.MaxSessionDuration),
			}
		}
	}
	return settings, nil
}

const detailsAction = "iam:GetAccountAuthorizationDetails"

func detailed(detail *types.RoleDetail, known roleSettings) (iam.Role, error) {
	trust, err := decoded(detailsAction, detail.AssumeRolePolicyDocument)
	if err != nil {
		return iam.Role{}, err
	}
	role := iam.Role{
		Name: aws.ToString(detail.RoleName), Path: aws.ToString(detail.Path), ARN: aws.ToString(detail.Arn),
		ID: aws.ToString(detail.RoleId), Description: known.description, MaxSessionSeconds: known.session, Trust: trust,
		InlinePolicies: map[string]string{}, Tags: tagsOf(detail.Tags),
	}
	for _, inline := range detail.RolePolicyList {
		name := aws.ToString(inline.PolicyName)
		if role.InlinePolicies[name], err = decoded(detailsAction, inline.PolicyDocument); err != nil {
			return iam.Role{}, err
		}
	}
	role.Attached = arnsOf(detail.AttachedManagedPolicies)
	if detail.PermissionsBoundary != nil {
		role.Boundary = aws.ToString(detail.PermissionsBoundary.PermissionsBoundaryArn)
	}
	return role, nil
}

// profilesOf are the instance profiles that hold a role. Their tags are left out: no documentation says that the bulk
// call shows them.
func profilesOf(detail *types.RoleDetail) []iam.InstanceProfile {
	if len(detail.InstanceProfileList) == 0 {
		return nil
	}
	profiles := make([]iam.InstanceProfile, 0, len(detail.InstanceProfileList))
	for i := range detail.InstanceProfileList {
		p := &detail.InstanceProfileList[i]
		profiles = append(profiles, iam.InstanceProfile{
			Name: aws.ToString(p.InstanceProfileName), Path: aws.ToString(p.Path), ARN: aws.ToString(p.Arn),
			ID: aws.ToString(p.InstanceProfileId), RoleName: aws.ToString(detail.RoleName),
		})
	}
	return profiles
}

// arnsOf are the ARNs of attached policies, sorted.
func arnsOf(attached []types.AttachedPolicy) []string {
	if len(attached) == 0 {
		return nil
	}
	arns := make([]string, 0, len(attached))
	for _, policy := range attached {
		arns = append(arns, aws.ToString(policy.PolicyArn))
	}
	slices.Sort(arns)
	return arns
}

// detailedPolicy has of the versions the one in force.
func detailedPolicy(detail *types.ManagedPolicyDetail) (iam.Policy, error) {
	arn := aws.ToString(detail.Arn)
	policy := iam.Policy{
		Name: cmp.Or(aws.ToString(detail.PolicyName), arn[strings.LastIndexByte(arn, '/')+1:]),
		Path: aws.ToString(detail.Path), ARN: arn, ID: aws.ToString(detail.PolicyId),
		Description: aws.ToString(detail.Description), DefaultVersionID: aws.ToString(detail.DefaultVersionId),
	}
	for _, version := range detail.PolicyVersionList {
		if aws.ToString(version.VersionId) != policy.DefaultVersionID {
			continue
		}
		document, err := decoded(detailsAction, version.Document)
		if err != nil {
			return iam.Policy{}, err
		}
		policy.Document = document
	}
	return policy, nil
}
