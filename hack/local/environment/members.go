// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package environment

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"

	controllerpolicy "github.com/ecsiam/ecs-iam-controller/config/iam"
	"github.com/ecsiam/ecs-iam-controller/internal/iam/iamsim"
)

const (
	// HubID is the account of the role on the way to that of config/samples/awsaccount_full.yaml.
	HubID = "444455556666"
	// MemberID is a second account, which has the controller's role with the policies of config/iam.
	MemberID = "222233334444"
	// MemberRole is the role that the controller assumes in the second account.
	MemberRole = "ecs-iam-controller-member"
	// HubRole is the role that it assumes on the way.
	HubRole = "ecs-iam-controller-hub"
	// ExternalID is what their trust policies ask for, and clusterID the controller's.
	ExternalID = "production-eu-1"
	clusterID  = "local"
)

// AddMembers creates the roles that the controller assumes, as an account's administrators do.
func AddMembers(ctx context.Context, sim *iamsim.Sim) error {
	for _, r := range []struct{ account, name, trusted string }{
		{HubID, HubRole, AccountID}, {AccountID, MemberRole, HubID}, {MemberID, MemberRole, AccountID},
	} {
		trust := strings.NewReplacer("CONTROLLER_ROLE_ARN", "arn:aws:iam::"+r.trusted+":root", "EXTERNAL_ID", ExternalID,
			"CLUSTER_ID", clusterID).Replace(string(controllerpolicy.MemberTrust()))
		_, err := IAM(sim, r.account).CreateRole(ctx, &iam.CreateRoleInput{
			RoleName: aws.String(r.name), AssumeRolePolicyDocument: aws.String(trust),
		})
		if err != nil {
			return fmt.Errorf("creating role %s: %w", r.name, err)
		}
	}
	_, err := IAM(sim, MemberID).PutRolePolicy(ctx, &iam.PutRolePolicyInput{
		RoleName: aws.String(MemberRole), PolicyName: aws.String(MemberRole),
		PolicyDocument: aws.String(string(controllerpolicy.Member())),
	})
	if err != nil {
		return fmt.Errorf("giving role %s its policy: %w", MemberRole, err)
	}
	return nil
}

// RemoveMember deletes the role of the first account.
func RemoveMember(ctx context.Context, c *iam.Client) error {
	_, err := c.DeleteRole(ctx, &iam.DeleteRoleInput{RoleName: aws.String(MemberRole)})
	if _, absent := errors.AsType[*types.NoSuchEntityException](err); err != nil && !absent {
		return fmt.Errorf("deleting role %s: %w", MemberRole, err)
	}
	return nil
}
