// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"fmt"
	"strconv"

	controllerpolicy "github.com/ecsiam/ecs-iam-controller/config/iam"
	"github.com/ecsiam/ecs-iam-controller/internal/policy"
)

// uses says when the controller makes each call that config/iam/controller-policy.json allows.
var uses = map[string]string{
	"iam:GetRole":                     "Each look at a role: trust, boundary, tags and settings in one call",
	"iam:GetRolePolicy":               "Each look at a role, once for each inline policy",
	"iam:ListAttachedRolePolicies":    "Each look at a role",
	"iam:ListRolePolicies":            "Each look at a role",
	"iam:ListInstanceProfilesForRole": "Before a role is deleted: IAM deletes no role that is in an instance profile",

	"iam:CreateRole":                    "Creating the role, with trust, boundary and tags in the same call",
	"iam:DeleteRole":                    "Deleting the role, after everything on it",
	"iam:UpdateRole":                    "`description` and `maxSessionDurationSeconds`",
	"iam:UpdateAssumeRolePolicy":        "The trust policy",
	"iam:PutRolePolicy":                 "`statements`",
	"iam:DeleteRolePolicy":              "Inline policies that are not declared; deletion",
	"iam:AttachRolePolicy":              "The type's policies and `managedPolicies`",
	"iam:DetachRolePolicy":              "Attached policies that are not declared; deletion",
	"iam:PutRolePermissionsBoundary":    "`permissionsBoundary`; `CreateRole` with a boundary needs it too",
	"iam:DeleteRolePermissionsBoundary": "A boundary that left the spec",
	"iam:TagRole":                       "Tags and owner tag; `CreateRole` with tags needs it too",
	"iam:UntagRole":                     "Tags that left the spec; the owner tag of a role that is let go of",

	"iam:GetInstanceProfile":            "Each look at a role of a type with an instance profile; its tags in turn",
	"iam:CreateInstanceProfile":         "Creating the profile",
	"iam:DeleteInstanceProfile":         "Deleting the profile",
	"iam:AddRoleToInstanceProfile":      "Putting the role into the profile",
	"iam:RemoveRoleFromInstanceProfile": "Taking the role out of the profile before either is deleted",
	"iam:TagInstanceProfile":            "Tags and owner tag of the profile",
	"iam:UntagInstanceProfile":          "Tags that left the spec",
	"iam:PassRole":                      "IAM asks for it when a role is put into an instance profile; limited to EC2",

	"iam:GetPolicy":             "ECSPolicies; and an attached policy that is not declared: does it only deny?",
	"iam:GetPolicyVersion":      "The content of such policies",
	"iam:ListEntitiesForPolicy": "Each look at an ECSPolicy: to whom it is attached",
	"iam:ListPolicyVersions":    "Each look at an ECSPolicy that has to change, or go",
	"iam:ListPolicies":          "Before a policy is created: is the name taken under another path?",
	"iam:CreatePolicy":          "Creating the policy of an ECSPolicy, with its tags",
	"iam:CreatePolicyVersion":   "`statements` of an ECSPolicy",
	"iam:DeletePolicy":          "Deleting the policy",
	"iam:DeletePolicyVersion":   "Making room for a new version; deletion",
	"iam:TagPolicy":             "Tags and owner tag; `CreatePolicy` with tags needs it too",
	"iam:UntagPolicy":           "Tags that left the spec",

	"iam:CreateServiceLinkedRole":            "An `ECSServiceLinkedRole` whose role is absent",
	"iam:DeleteServiceLinkedRole":            "Only with `deletionPolicy: Delete`",
	"iam:GetServiceLinkedRoleDeletionStatus": "How far AWS is with the deletion",

	"iam:GetAccountAuthorizationDetails": "Drift of all roles and policies together; without it each is read by itself",
	"iam:ListRoles":                      "The same: descriptions and session durations, which the other leaves out",
	"iam:GetAccountSummary":              "The account's quotas; without it those of a new account are assumed",
}

// permissions is the table of every action of the policy.
func permissions(string, string) (string, error) {
	doc, err := policy.Parse(controllerpolicy.Document())
	if err != nil {
		return "", fmt.Errorf("parsing the policy: %w", err)
	}
	var rows [][]string
	for i := range doc.Statements {
		for _, action := range doc.Statements[i].Actions {
			use, ok := uses[action]
			if !ok {
				return "", fmt.Errorf("hack/docs/permissions.go does not say what %s is for", action)
			}
			rows = append(rows, []string{code(action), code(doc.Statements[i].Sid), use})
		}
	}
	return table([]string{"Action", "Statement", "When"}, rows), nil
}

// permissionCount says how large the policy is.
func permissionCount(string, string) (string, error) {
	actions, err := controllerpolicy.Actions()
	if err != nil {
		return "", fmt.Errorf("reading the policy: %w", err)
	}
	return strconv.Itoa(len(actions)) + " actions in all, none of them a wildcard.", nil
}
