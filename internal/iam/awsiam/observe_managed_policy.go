// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package awsiam

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"

	"github.com/ecsiam/ecs-iam-controller/internal/iam"
	"github.com/ecsiam/ecs-iam-controller/internal/policy"
)

// ObservePolicy implements iam.PolicyObserver by direct reads: GetPolicy, which also returns the tags,
// ListEntitiesForPolicy, and GetPolicyVersion for a version that is not cached; GetPolicy and one list of the account's
// policies for an absent one. ListPolicyVersions is added when a version must be made or the policy is to be deleted,
// and for a deletion the list of those that it bounds.
func (a *Account) ObservePolicy(ctx context.Context, q iam.PolicyQuery) (iam.Observation, error) {
	seen := iam.Observation{BegunAt: a.clock.Now()}
	found, err := a.findPolicy(ctx, q)
	if err != nil || found == nil {
		return seen, err
	}
	if err := a.readAttachments(ctx, found); err != nil {
		return iam.Observation{}, vanished(err)
	}
	versions := q.ForDeletion
	if !q.ForDeletion {
		if versions, err = a.readDocument(ctx, found, q.Document); err != nil {
			return iam.Observation{}, vanished(err)
		}
	}
	if versions {
		if found.Versions, err = a.listVersions(ctx, found.ARN); err != nil {
			return iam.Observation{}, vanished(err)
		}
	}
	if q.ForDeletion {
		if found.Bounds, err = a.listBounds(ctx, found.ARN); err != nil {
			return iam.Observation{}, vanished(err)
		}
	}
	seen.Policy = found
	return seen, nil
}

// findPolicy returns nil when there is no policy of the name under any path.
func (a *Account) findPolicy(ctx context.Context, q iam.PolicyQuery) (*iam.Policy, error) {
	found, err := a.getPolicy(startingPass(ctx), q.ARN)
	if found != nil || err != nil {
		return found, err
	}
	arn, err := a.searchPolicy(ctx, q.Name)
	if err != nil || arn == "" || arn == q.ARN {
		return nil, err
	}
	return a.getPolicy(ctx, arn)
}

// getPolicy returns nil when there is no such policy.
func (a *Account) getPolicy(ctx context.Context, arn string) (*iam.Policy, error) {
	out, err := a.iam.GetPolicy(ctx, &sdk.GetPolicyInput{PolicyArn: aws.String(arn)})
	if err = classified(ctx, err); err != nil {
		return nil, ignoreNotFound(err)
	}
	reply := out.Policy
	if reply == nil {
		return nil, emptyReply("iam:GetPolicy")
	}
	return &iam.Policy{
		Name: cmp.Or(aws.ToString(reply.PolicyName), arn[strings.LastIndexByte(arn, '/')+1:]),
		Path: aws.ToString(reply.Path), ARN: arn, ID: aws.ToString(reply.PolicyId),
		Description: aws.ToString(reply.Description), DefaultVersionID: aws.ToString(reply.DefaultVersionId),
		Tags: tagsOf(reply.Tags),
	}, nil
}

// searchPolicy returns the ARN of the policy of a name, which IAM compares without regard to case, or "".
func (a *Account) searchPolicy(ctx context.Context, name string) (string, error) {
	pages := sdk.NewListPoliciesPaginator(a.iam,
		&sdk.ListPoliciesInput{Scope: types.PolicyScopeTypeLocal, MaxItems: aws.Int32(1000)})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return "", classified(ctx, err)
		}
		for i := range page.Policies {
			if strings.EqualFold(aws.ToString(page.Policies[i].PolicyName), name) {
				return aws.ToString(page.Policies[i].Arn), nil
			}
		}
	}
	return "", nil
}

// differs tells whether two documents mean different things. What cannot be read differs from everything.
func differs(a, b string) bool {
	same, err := policy.Equivalent([]byte(a), []byte(b))
	return err != nil || !same
}

// readDocument reads the default version, and tells whether it differs from what is wanted.
func (a *Account) readDocument(ctx context.Context, p *iam.Policy, wanted string) (bool, error) {
	var err error
	if p.Document, err = a.documentOf(ctx, p); err != nil {
		return false, err
	}
	return differs(p.Document, wanted), nil
}

// listVersions returns the ids, oldest first: IAM counts them up and uses none twice.
func (a *Account) listVersions(ctx context.Context, arn string) ([]string, error) {
	var ids []string
	pages := sdk.NewListPolicyVersionsPaginator(a.iam, &sdk.ListPolicyVersionsInput{PolicyArn: aws.String(arn)})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, classified(ctx, err)
		}
		for _, version := range page.Versions {
			ids = append(ids, aws.ToString(version.VersionId))
		}
	}
	slices.SortFunc(ids, func(a, b string) int { return cmp.Compare(versionNumber(a), versionNumber(b)) })
	return ids, nil
}

func versionNumber(id string) int {
	number, _, _ := strings.Cut(strings.TrimPrefix(id, "v"), ".")
	n, err := strconv.Atoi(number)
	if err != nil {
		return 0
	}
	return n
}

// readAttachments lists those that the policy is attached to.
func (a *Account) readAttachments(ctx context.Context, p *iam.Policy) error {
	users, err := a.listEntities(ctx, p.ARN, types.PolicyUsageTypePermissionsPolicy)
	if err != nil {
		return err
	}
	p.Users, p.Groups, p.Roles = users.users, users.groups, users.roles
	return nil
}

func (a *Account) listBounds(ctx context.Context, arn string) ([]string, error) {
	bounded, err := a.listEntities(ctx, arn, types.PolicyUsageTypePermissionsBoundary)
	if err != nil {
		return nil, err
	}
	var names []string
	for _, user := range bounded.users {
		names = append(names, "user/"+user)
	}
	for _, role := range bounded.roles {
		names = append(names, "role/"+role)
	}
	return names, nil
}

// policyUsers are those that use a policy.
type policyUsers struct{ users, groups, roles []string }

func (a *Account) listEntities(ctx context.Context, arn string, usage types.PolicyUsageType) (policyUsers, error) {
	var found policyUsers
	pages := sdk.NewListEntitiesForPolicyPaginator(a.iam,
		&sdk.ListEntitiesForPolicyInput{PolicyArn: aws.String(arn), PolicyUsageFilter: usage, MaxItems: aws.Int32(1000)})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return found, classified(ctx, err)
		}
		for _, user := range page.PolicyUsers {
			found.users = append(found.users, aws.ToString(user.UserName))
		}
		for _, group := range page.PolicyGroups {
			found.groups = append(found.groups, aws.ToString(group.GroupName))
		}
		for _, role := range page.PolicyRoles {
			found.roles = append(found.roles, aws.ToString(role.RoleName))
		}
	}
	slices.Sort(found.users)
	slices.Sort(found.groups)
	slices.Sort(found.roles)
	return found, nil
}
