// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package demo

import (
	"context"
	"errors"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	ststypes "github.com/aws/aws-sdk-go-v2/service/sts/types"
	"github.com/aws/smithy-go"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/hack/local/environment"
	port "github.com/ecsiam/ecs-iam-controller/internal/iam"
)

// teams are the namespaces that share the second account.
var teams = []string{"payments", "orders"}

// showAccounts reaches a second account by a role, gives two namespaces a role each, and shows that AWS refuses one the
// role of the other.
func (d *demonstration) showAccounts(ctx context.Context) error {
	d.takeCalls()
	d.Sim.SetPolicyEnforcement(true)
	defer d.Sim.SetPolicyEnforcement(false)
	if err := d.ApplyAndWait(ctx, secondAccount()); err != nil {
		return err
	}
	var rows [][]string
	for _, call := range d.takeCalls() {
		if call.Action != "CreateRole" || call.Account != environment.MemberID {
			continue
		}
		session := call.SessionTags[port.SessionTagNamespace]
		rows = append(rows, []string{call.Account, call.Param("RoleName"), session, call.ErrorCode})
	}
	d.Printf("\n")
	d.Table([]string{"ACCOUNT", "ROLE CREATED", "BY THE SESSION OF", "REFUSED"}, rows)
	if len(rows) != len(teams) {
		return fmt.Errorf("%d roles were created in account %s, want %d", len(rows), environment.MemberID, len(teams))
	}
	return d.mixUp(ctx)
}

// mixUp plays a controller that takes the role of one namespace for that of another.
func (d *demonstration) mixUp(ctx context.Context) error {
	session, err := d.sessionOf(ctx, teams[0])
	if err != nil {
		return err
	}
	_, err = session.DeleteRolePolicy(ctx, &iam.DeleteRolePolicyInput{
		RoleName: aws.String(teams[1] + "_app"), PolicyName: aws.String("ecsiam"),
	})
	answer, ok := errors.AsType[smithy.APIError](err)
	if !ok || answer.ErrorCode() != "AccessDenied" {
		return fmt.Errorf("the session of %s changes the role of %s: %w", teams[0], teams[1], err)
	}
	d.Printf("\n  The session of %s asks to change role %s_app: %s.\n", teams[0], teams[1], answer.ErrorCode())
	return nil
}

// sessionOf is a client with a session as the controller has it for a namespace.
func (d *demonstration) sessionOf(ctx context.Context, namespace string) (*iam.Client, error) {
	client := sts.New(sts.Options{
		Region: "eu-west-1", BaseEndpoint: aws.String(d.Sim.URL()),
		Credentials: credentials.NewStaticCredentialsProvider(intruderKey, "simulated", ""),
	})
	out, err := client.AssumeRole(ctx, &sts.AssumeRoleInput{
		RoleArn:         aws.String("arn:aws:iam::" + environment.MemberID + ":role/" + environment.MemberRole),
		RoleSessionName: aws.String("mixed-up"), ExternalId: aws.String(environment.ExternalID),
		Tags: []ststypes.Tag{
			{Key: aws.String(port.SessionTagCluster), Value: aws.String("local")},
			{Key: aws.String(port.SessionTagNamespace), Value: aws.String(namespace)},
		},
	})
	if err != nil {
		return nil, fmt.Errorf("assuming the role of account %s: %w", environment.MemberID, err)
	}
	return environment.IAM(d.Sim, aws.ToString(out.Credentials.AccessKeyId)), nil
}

// secondAccount is an AWSAccount that is reached by a role, and a role in each of two namespaces.
func secondAccount() []*unstructured.Unstructured {
	object := func(content map[string]any) *unstructured.Unstructured {
		return &unstructured.Unstructured{Object: content}
	}
	version := v1alpha1.GroupVersion.String()
	namespaces := make([]*unstructured.Unstructured, 0, len(teams))
	roles := make([]*unstructured.Unstructured, 0, len(teams))
	names := make([]any, 0, len(teams))
	for _, team := range teams {
		names = append(names, team)
		namespaces = append(namespaces, object(map[string]any{
			"apiVersion": "v1", "kind": "Namespace", "metadata": map[string]any{"name": team},
		}))
		roles = append(roles, object(map[string]any{
			"apiVersion": version, "kind": v1alpha1.KindECSRole, "metadata": map[string]any{"name": "app", "namespace": team},
			"spec": map[string]any{
				"type": "Task", "accountRef": map[string]any{"name": "member"},
				"statements": []any{map[string]any{
					"effect": "Allow", "actions": []any{"s3:GetObject"}, "resources": []any{"arn:{partition}:s3:::{namespace}-data/*"},
				}},
			},
		}))
	}
	account := object(map[string]any{
		"apiVersion": version, "kind": v1alpha1.KindAWSAccount, "metadata": map[string]any{"name": "member"},
		"spec": map[string]any{
			"accountID": environment.MemberID, "region": "eu-west-1", "defaults": map[string]any{"path": "/ecs/"},
			"allowedNamespaces": map[string]any{"from": "Names", "names": names},
			"assumeRole": map[string]any{
				"roleARN":    "arn:aws:iam::" + environment.MemberID + ":role/" + environment.MemberRole,
				"externalID": environment.ExternalID, "sessionScope": "Namespace",
			},
		},
	})
	return append(append(namespaces, account), roles...)
}
