// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers_test

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
)

// edit is what somebody else does to the role of a name in AWS.
type edit func(ctx context.Context, aws *sdk.Client, role string) error

// others lets somebody else change a role in AWS; the calls for it are not counted.
func (w *world) others(ctx context.Context, role string, changes ...edit) {
	GinkgoHelper()
	for _, c := range changes {
		Expect(c(ctx, w.aws, role)).To(Succeed())
	}
	w.sim.ResetCalls()
}

const (
	denyAll  = `{"Version":"2012-10-17","Statement":{"Effect":"Deny","Action":"*","Resource":"*"}}`
	trustEC2 = `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":{"Service":"ec2.amazonaws.com"},"Action":"sts:AssumeRole"}}`

	awsDenyAll = "arn:aws:iam::aws:policy/AWSDenyAll"
	boundaryA  = "arn:aws:iam::aws:policy/PowerUserAccess"
	boundaryB  = "arn:aws:iam::aws:policy/AmazonS3FullAccess"
)

func creates(trust string, tags ...string) edit {
	return func(ctx context.Context, c *sdk.Client, role string) error {
		_, err := c.CreateRole(ctx, &sdk.CreateRoleInput{
			RoleName: &role, AssumeRolePolicyDocument: &trust, Tags: tagList(tags),
		})
		return err
	}
}

func createsOnPath(path string) edit {
	return func(ctx context.Context, c *sdk.Client, role string) error {
		_, err := c.CreateRole(ctx, &sdk.CreateRoleInput{
			RoleName: &role, Path: &path, AssumeRolePolicyDocument: aws.String(trustEC2),
		})
		return err
	}
}

func tagList(pairs []string) []types.Tag {
	var tags []types.Tag
	for i := 0; i+1 < len(pairs); i += 2 {
		tags = append(tags, types.Tag{Key: &pairs[i], Value: &pairs[i+1]})
	}
	return tags
}

func putsInline(name, document string) edit {
	return func(ctx context.Context, c *sdk.Client, role string) error {
		_, err := c.PutRolePolicy(ctx, &sdk.PutRolePolicyInput{RoleName: &role, PolicyName: &name, PolicyDocument: &document})
		return err
	}
}

func deletesInline(name string) edit {
	return func(ctx context.Context, c *sdk.Client, role string) error {
		_, err := c.DeleteRolePolicy(ctx, &sdk.DeleteRolePolicyInput{RoleName: &role, PolicyName: &name})
		return err
	}
}

func attaches(arn string) edit {
	return func(ctx context.Context, c *sdk.Client, role string) error {
		_, err := c.AttachRolePolicy(ctx, &sdk.AttachRolePolicyInput{RoleName: &role, PolicyArn: &arn})
		return err
	}
}

func detaches(arn string) edit {
	return func(ctx context.Context, c *sdk.Client, role string) error {
		_, err := c.DetachRolePolicy(ctx, &sdk.DetachRolePolicyInput{RoleName: &role, PolicyArn: &arn})
		return err
	}
}

func trusts(document string) edit {
	return func(ctx context.Context, c *sdk.Client, role string) error {
		_, err := c.UpdateAssumeRolePolicy(ctx, &sdk.UpdateAssumeRolePolicyInput{RoleName: &role, PolicyDocument: &document})
		return err
	}
}

func setsBoundary(arn string) edit {
	return func(ctx context.Context, c *sdk.Client, role string) error {
		_, err := c.PutRolePermissionsBoundary(ctx,
			&sdk.PutRolePermissionsBoundaryInput{RoleName: &role, PermissionsBoundary: &arn})
		return err
	}
}

func removesBoundary(ctx context.Context, c *sdk.Client, role string) error {
	_, err := c.DeleteRolePermissionsBoundary(ctx, &sdk.DeleteRolePermissionsBoundaryInput{RoleName: &role})
	return err
}

func sets(description string, seconds int32) edit {
	return func(ctx context.Context, c *sdk.Client, role string) error {
		_, err := c.UpdateRole(ctx, &sdk.UpdateRoleInput{
			RoleName: &role, Description: &description, MaxSessionDuration: &seconds,
		})
		return err
	}
}

func tagsWith(pairs ...string) edit {
	return func(ctx context.Context, c *sdk.Client, role string) error {
		_, err := c.TagRole(ctx, &sdk.TagRoleInput{RoleName: &role, Tags: tagList(pairs)})
		return err
	}
}

func untags(keys ...string) edit {
	return func(ctx context.Context, c *sdk.Client, role string) error {
		_, err := c.UntagRole(ctx, &sdk.UntagRoleInput{RoleName: &role, TagKeys: keys})
		return err
	}
}

// createsProfile creates an instance profile of the role's name, empty.
func createsProfile(tags ...string) edit {
	return func(ctx context.Context, c *sdk.Client, role string) error {
		_, err := c.CreateInstanceProfile(ctx,
			&sdk.CreateInstanceProfileInput{InstanceProfileName: &role, Tags: tagList(tags)})
		return err
	}
}

// fillsProfile puts another role into the instance profile of the role's name.
func fillsProfile(other string) edit {
	return func(ctx context.Context, c *sdk.Client, role string) error {
		_, err := c.AddRoleToInstanceProfile(ctx,
			&sdk.AddRoleToInstanceProfileInput{InstanceProfileName: &role, RoleName: &other})
		return err
	}
}

// emptiesProfile takes the role out of the instance profile of its name.
func emptiesProfile(ctx context.Context, c *sdk.Client, role string) error {
	_, err := c.RemoveRoleFromInstanceProfile(ctx,
		&sdk.RemoveRoleFromInstanceProfileInput{InstanceProfileName: &role, RoleName: &role})
	return err
}

func deletesProfile(ctx context.Context, c *sdk.Client, role string) error {
	_, err := c.DeleteInstanceProfile(ctx, &sdk.DeleteInstanceProfileInput{InstanceProfileName: &role})
	return err
}

func untagsProfile(keys ...string) edit {
	return func(ctx context.Context, c *sdk.Client, role string) error {
		_, err := c.UntagInstanceProfile(ctx, &sdk.UntagInstanceProfileInput{InstanceProfileName: &role, TagKeys: keys})
		return err
	}
}

// deletesRole deletes a role that has nothing attached any more.
func deletesRole(ctx context.Context, c *sdk.Client, role string) error {
	_, err := c.DeleteRole(ctx, &sdk.DeleteRoleInput{RoleName: &role})
	return err
}

// takesFromProfile takes another role out of the instance profile of the role's name.
func takesFromProfile(other string) edit {
	return func(ctx context.Context, c *sdk.Client, role string) error {
		_, err := c.RemoveRoleFromInstanceProfile(ctx,
			&sdk.RemoveRoleFromInstanceProfileInput{InstanceProfileName: &role, RoleName: &other})
		return err
	}
}

func createsServiceLinkedRole(ctx context.Context, c *sdk.Client, _ string) error {
	_, err := c.CreateServiceLinkedRole(ctx, &sdk.CreateServiceLinkedRoleInput{AWSServiceName: aws.String("ecs.amazonaws.com")})
	return err
}
