// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package demo

import (
	"context"
	"fmt"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/hack/local/environment"
	"github.com/ecsiam/ecs-iam-controller/internal/iam/iamsim"
)

// handmade is a role as a person makes it after the guides of AWS: version 2008-10-17, an empty Sid, ArnEquals, and one
// value where a list may stand.
type handmade struct {
	name, kind, trust string
	attached          []string
}

var handmadeRoles = []handmade{
	{
		"ecsTaskExecutionRole", "TaskExecution", `{"Version": "2008-10-17", "Statement": [{"Sid": "", "Effect": "Allow",
		"Principal": {"Service": "ecs-tasks.amazonaws.com"}, "Action": "sts:AssumeRole"}]}`,
		[]string{"arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy"},
	},
	{"ecsTaskRole", "Task", `{"Version": "2008-10-17", "Statement": [{"Sid": "", "Effect": "Allow",
		"Principal": {"Service": "ecs-tasks.amazonaws.com"}, "Action": "sts:AssumeRole", "Condition": {
			"ArnEquals": {"aws:SourceArn": "arn:aws:ecs:*:` + environment.AccountID + `:*"},
			"StringEquals": {"aws:SourceAccount": "` + environment.AccountID + `"}}}]}`, nil},
}

// takeOver adopts roles that were made by hand, and shows that nothing but the owner tag is written.
func (d *demonstration) takeOver(ctx context.Context) error {
	for _, role := range handmadeRoles {
		if err := d.makeByHand(ctx, role); err != nil {
			return err
		}
	}
	d.takeCalls()
	if err := d.ApplyAndWait(ctx, takenOver()); err != nil {
		return err
	}
	var rows [][]string
	for _, call := range iamsim.Writes(d.takeCalls()) {
		rows = append(rows, []string{call.Param("RoleName"), call.Action, call.Param("Tags.member.1.Key")})
	}
	slices.SortFunc(rows, slices.Compare[[]string])
	d.Printf("\n")
	d.Table([]string{"ROLE", "WRITTEN", "TAG"}, rows)
	for i, role := range handmadeRoles {
		if len(rows) != len(handmadeRoles) || !slices.Equal(rows[i], []string{role.name, "TagRole", v1alpha1.TagOwner}) {
			return fmt.Errorf("taking over %d roles wrote %v, want the owner tag of each", len(handmadeRoles), rows)
		}
	}
	return nil
}

func (d *demonstration) makeByHand(ctx context.Context, role handmade) error {
	_, err := d.intruder.CreateRole(ctx, &iam.CreateRoleInput{
		RoleName: &role.name, AssumeRolePolicyDocument: aws.String(role.trust),
	})
	if err != nil {
		return fmt.Errorf("creating role %s by hand: %w", role.name, err)
	}
	for _, arn := range role.attached {
		_, err := d.intruder.AttachRolePolicy(ctx, &iam.AttachRolePolicyInput{RoleName: &role.name, PolicyArn: &arn})
		if err != nil {
			return fmt.Errorf("attaching a policy to role %s by hand: %w", role.name, err)
		}
	}
	d.Printf("$ aws iam create-role --role-name %s --assume-role-policy-document '%s'\n", role.name, role.trust)
	return nil
}

// takenOver are an AWSAccount that lets one namespace adopt the roles, and an ECSRole for each.
func takenOver() []*unstructured.Unstructured {
	const namespace, account = "platform", "by-hand"
	version, names := v1alpha1.GroupVersion.String(), []any{namespace}
	objects := make([]*unstructured.Unstructured, 0, 2+len(handmadeRoles))
	objects = append(objects,
		&unstructured.Unstructured{Object: map[string]any{
			"apiVersion": "v1", "kind": "Namespace", "metadata": map[string]any{"name": namespace},
		}},
		&unstructured.Unstructured{Object: map[string]any{
			"apiVersion": version, "kind": v1alpha1.KindAWSAccount, "metadata": map[string]any{"name": account},
			"spec": map[string]any{
				"accountID": environment.AccountID, "region": "eu-west-1",
				"allowedNamespaces": map[string]any{"from": "Names", "names": names},
				"adoption":          map[string]any{"allow": []any{map[string]any{"namespaces": names, "namePattern": "ecsTask*"}}},
				"guardrails": map[string]any{
					"names": []any{map[string]any{"namespaces": names, "namePattern": "ecsTask*"}},
				},
			},
		}},
	)
	for i, role := range handmadeRoles {
		objects = append(objects, &unstructured.Unstructured{Object: map[string]any{
			"apiVersion": version, "kind": v1alpha1.KindECSRole,
			"metadata": map[string]any{"name": fmt.Sprintf("by-hand-%d", i+1), "namespace": namespace},
			"spec": map[string]any{
				"type": role.kind, "accountRef": map[string]any{"name": account}, "roleName": role.name,
				"adoptionPolicy": "IfEqual",
			},
		}})
	}
	return objects
}
