// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package awsiam

import (
	"cmp"
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"

	"github.com/ecsiam/ecs-iam-controller/internal/iam"
)

// absent is the name of what a probe looks for where anything will do: IAM denies before it says that something does
// not exist.
const absent = "ecsiam-preflight-absent"

// probed is what the reads of a probe are about.
type probed struct{ role, policy *string }

// probes are the calls that only read, by their actions.
var probes = map[string]func(context.Context, *sdk.Client, probed) error{
	"iam:GetRole": func(ctx context.Context, c *sdk.Client, p probed) error {
		return second(c.GetRole(ctx, &sdk.GetRoleInput{RoleName: p.role}))
	},
	"iam:GetRolePolicy": func(ctx context.Context, c *sdk.Client, p probed) error {
		return second(c.GetRolePolicy(ctx, &sdk.GetRolePolicyInput{RoleName: p.role, PolicyName: aws.String(absent)}))
	},
	"iam:ListAttachedRolePolicies": func(ctx context.Context, c *sdk.Client, p probed) error {
		return second(c.ListAttachedRolePolicies(ctx, &sdk.ListAttachedRolePoliciesInput{RoleName: p.role}))
	},
	"iam:ListInstanceProfilesForRole": func(ctx context.Context, c *sdk.Client, p probed) error {
		return second(c.ListInstanceProfilesForRole(ctx, &sdk.ListInstanceProfilesForRoleInput{RoleName: p.role}))
	},
	"iam:ListRolePolicies": func(ctx context.Context, c *sdk.Client, p probed) error {
		return second(c.ListRolePolicies(ctx, &sdk.ListRolePoliciesInput{RoleName: p.role}))
	},
	"iam:ListRoles": func(ctx context.Context, c *sdk.Client, _ probed) error {
		return second(c.ListRoles(ctx, &sdk.ListRolesInput{MaxItems: aws.Int32(1)}))
	},
	"iam:GetInstanceProfile": func(ctx context.Context, c *sdk.Client, _ probed) error {
		return second(c.GetInstanceProfile(ctx, &sdk.GetInstanceProfileInput{InstanceProfileName: aws.String(absent)}))
	},
	"iam:GetPolicy": func(ctx context.Context, c *sdk.Client, p probed) error {
		return second(c.GetPolicy(ctx, &sdk.GetPolicyInput{PolicyArn: p.policy}))
	},
	"iam:GetPolicyVersion": func(ctx context.Context, c *sdk.Client, p probed) error {
		return second(c.GetPolicyVersion(ctx, &sdk.GetPolicyVersionInput{PolicyArn: p.policy, VersionId: aws.String("v1")}))
	},
	"iam:ListEntitiesForPolicy": func(ctx context.Context, c *sdk.Client, p probed) error {
		return second(c.ListEntitiesForPolicy(ctx, &sdk.ListEntitiesForPolicyInput{PolicyArn: p.policy}))
	},
	"iam:ListPolicyVersions": func(ctx context.Context, c *sdk.Client, p probed) error {
		return second(c.ListPolicyVersions(ctx, &sdk.ListPolicyVersionsInput{PolicyArn: p.policy}))
	},
	"iam:ListPolicies": func(ctx context.Context, c *sdk.Client, _ probed) error {
		return second(c.ListPolicies(ctx, &sdk.ListPoliciesInput{
			MaxItems: aws.Int32(1), Scope: types.PolicyScopeTypeLocal,
		}))
	},
	"iam:GetServiceLinkedRoleDeletionStatus": func(ctx context.Context, c *sdk.Client, _ probed) error {
		const task = "task/aws-service-role/ecs.amazonaws.com/AWSServiceRoleForECS/00000000-0000-0000-0000-000000000000"
		return second(c.GetServiceLinkedRoleDeletionStatus(ctx, &sdk.GetServiceLinkedRoleDeletionStatusInput{
			DeletionTaskId: aws.String(task),
		}))
	},
	"iam:GetAccountSummary": func(ctx context.Context, c *sdk.Client, _ probed) error {
		return second(c.GetAccountSummary(ctx, &sdk.GetAccountSummaryInput{}))
	},
	"iam:GetAccountAuthorizationDetails": func(ctx context.Context, c *sdk.Client, _ probed) error {
		return second(c.GetAccountAuthorizationDetails(ctx, &sdk.GetAccountAuthorizationDetailsInput{
			MaxItems: aws.Int32(1), Filter: []types.EntityType{types.EntityTypeRole},
		}))
	},
}

// Probe implements iam.PermissionReader.
func (a *Account) Probe(ctx context.Context, action string) (made bool, err error) {
	probe, ok := probes[action]
	if !ok {
		return false, nil
	}
	identity, err := a.Identity(ctx)
	if err != nil {
		return true, err
	}
	role, _ := sessionRole(identity)
	err = classified(ctx, probe(ctx, a.iam, probed{
		role:   aws.String(cmp.Or(role, absent)),
		policy: aws.String("arn:" + identity.Partition + ":iam::" + identity.AccountID + ":policy/" + absent),
	}))
	if iam.IsNotFound(err) {
		return true, nil
	}
	return true, err
}

func second[T any](_ T, err error) error { return err }
