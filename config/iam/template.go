// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package controllerpolicy

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"slices"

	"sigs.k8s.io/yaml"
)

//go:embed member-stackset.yaml
var memberStackSet []byte

// MemberStackSet is member-stackset.yaml.
func MemberStackSet() []byte { return slices.Clone(memberStackSet) }

const templateHeader = `# Copyright 2026 The ecs-iam-controller Authors.
# SPDX-License-Identifier: Apache-2.0
#
# The role of the controller in a member account, for a CloudFormation StackSet. Generated from member-policy.json and
# member-trust-policy.json: change those and run make manifests.
`

// parameters are those of the template, by what stands for them in the policies.
var parameters = map[string]any{
	"CONTROLLER_ROLE_ARN": node{"Ref": "ControllerRoleARN"}, "EXTERNAL_ID": node{"Ref": "ExternalID"},
	"CLUSTER_ID": node{"Ref": "ClusterID"}, "BOUNDARY_ARN": node{"Ref": "BoundaryARN"},
}

// MemberTemplate renders the CloudFormation template of the controller's role in a member account.
func MemberTemplate() ([]byte, error) {
	var trust, permissions, guarding any
	for text, into := range map[*[]byte]*any{&memberTrust: &trust, &member: &permissions, &guard: &guarding} {
		if err := json.Unmarshal(*text, into); err != nil {
			return nil, fmt.Errorf("reading a policy of a member account: %w", err)
		}
	}
	parameter := func(description string) map[string]any {
		return map[string]any{"Type": "String", "MinLength": 1, "Description": description}
	}
	body, err := yaml.Marshal(map[string]any{
		"AWSTemplateFormatVersion": "2010-09-09",
		"Description":              "The role that ecs-iam-controller assumes in a member account",
		"Parameters": map[string]any{
			"ControllerRoleARN": parameter("The ARN of the role that the controller runs with"),
			"ExternalID":        parameter("spec.assumeRole.externalID of the AWSAccount"),
			"ClusterID":         parameter("The controller's --cluster-id"),
			"BoundaryARN": map[string]any{"Type": "String", "Default": "", "Description": "The boundary that " +
				"spec.guardrails.permissionsBoundary of the AWSAccount forces; empty for none"},
		},
		"Conditions": map[string]any{"Bounded": map[string]any{"Fn::Not": []any{
			map[string]any{"Fn::Equals": []any{map[string]any{"Ref": "BoundaryARN"}, ""}},
		}}},
		"Resources": map[string]any{
			"Role": map[string]any{"Type": "AWS::IAM::Role", "Properties": map[string]any{
				"RoleName": "ecs-iam-controller-member", "AssumeRolePolicyDocument": replaced(trust, parameters),
				"ManagedPolicyArns": []any{map[string]any{"Ref": "Policy"}, map[string]any{"Fn::If": []any{
					"Bounded", map[string]any{"Ref": "Guard"}, map[string]any{"Ref": "AWS::NoValue"},
				}}},
			}},
			"Policy": map[string]any{"Type": "AWS::IAM::ManagedPolicy", "Properties": map[string]any{
				"ManagedPolicyName": "ecs-iam-controller-member", "PolicyDocument": permissions,
			}},
			"Guard": map[string]any{"Type": "AWS::IAM::ManagedPolicy", "Condition": "Bounded", "Properties": map[string]any{
				"ManagedPolicyName": "ecs-iam-controller-guard", "PolicyDocument": replaced(guarding, parameters),
			}},
		},
		"Outputs": map[string]any{"RoleARN": map[string]any{
			"Description": "spec.assumeRole.roleARN of the AWSAccount",
			"Value":       map[string]any{"Fn::GetAtt": []any{"Role", "Arn"}},
		}},
	})
	if err != nil {
		return nil, fmt.Errorf("rendering the template: %w", err)
	}
	return append([]byte(templateHeader), body...), nil
}
