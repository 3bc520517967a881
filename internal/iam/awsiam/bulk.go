// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package awsiam

import (
	"context"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"

	"github.com/ecsiam/ecs-iam-controller/internal/iam"
)

// pageSize is the most that IAM puts into one page.
const pageSize = 1000

// ReadRoles implements iam.BulkReader by ListRoles and GetAccountAuthorizationDetails, whose results together have all
// of a role: the second leaves out description and session duration, the first all that hangs on a role. A role that
// only one of them shows was created or deleted in between and is left out.
func (a *Account) ReadRoles(ctx context.Context, each func(iam.Role)) error {
	ctx = bulkReading(ctx)
	settings, err := a.listSettings(ctx)
	if err != nil {
		return err
	}
	pages := sdk.NewGetAccountAuthorizationDetailsPaginator(a.iam, &sdk.GetAccountAuthorizationDetailsInput{
		Filter: []types.EntityType{types.EntityTypeRole}, MaxItems: aws.Int32(pageSize),
	})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return classified(ctx, err)
		}
		for i := range page.RoleDetailList {
			name := aws.ToString(page.RoleDetailList[i].RoleName)
			known, listed := settings[name]
			if !listed {
				continue
			}
			role, err := detailed(&page.RoleDetailList[i], known)
			if err != nil {
				return err
			}
			each(role)
		}
	}
	return nil
}

// roleSettings are what the list of roles shows and the bulk call does not.
type roleSettings struct {
	description string
	session     int32
}

func (a *Account) listSettings(ctx context.Context) (map[string]roleSettings, error) {
	settings := map[string]roleSettings{}
	pages := sdk.NewListRolesPaginator(a.iam, &sdk.ListRolesInput{MaxItems: aws.Int32(pageSize)})
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

func detailed(detail *types.RoleDetail, known roleSettings) (iam.Role, error) {
	const action = "iam:GetAccountAuthorizationDetails"
	trust, err := decoded(action, detail.AssumeRolePolicyDocument)
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
		if role.InlinePolicies[name], err = decoded(action, inline.PolicyDocument); err != nil {
			return iam.Role{}, err
		}
	}
	for _, attached := range detail.AttachedManagedPolicies {
		role.Attached = append(role.Attached, aws.ToString(attached.PolicyArn))
	}
	slices.Sort(role.Attached)
	if detail.PermissionsBoundary != nil {
		role.Boundary = aws.ToString(detail.PermissionsBoundary.PermissionsBoundaryArn)
	}
	return role, nil
}
