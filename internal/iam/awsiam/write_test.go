// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package awsiam_test

import (
	"context"
	"net/url"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ecsiam/ecs-iam-controller/internal/iam"
)

func TestEveryWriterIsOneCallWithTheseParameters(t *testing.T) {
	const boundary = "arn:aws:iam::aws:policy/AmazonECS_FullAccess"
	tags := map[string]string{"b": "2", "a": "1"}
	profile := iam.InstanceProfile{Name: "p", Path: "/ecs/", Tags: tags}
	for name, tc := range map[string]struct {
		write func(context.Context, iam.Account) error
		want  url.Values
	}{
		"CreateRole": {
			func(ctx context.Context, a iam.Account) error {
				_, _, err := a.CreateRole(ctx, iam.Role{
					Name: "new", Path: "/ecs/", Description: "d", MaxSessionSeconds: 7200, Trust: trust,
					Boundary: boundary, Tags: tags, InlinePolicies: map[string]string{"i": document}, Attached: []string{instance},
				})
				return err
			},
			url.Values{
				"RoleName": {"new"}, "Path": {"/ecs/"}, "Description": {"d"}, "MaxSessionDuration": {"7200"},
				"AssumeRolePolicyDocument": {trust}, "PermissionsBoundary": {boundary},
				"Tags.member.1.Key": {"a"}, "Tags.member.1.Value": {"1"},
				"Tags.member.2.Key": {"b"}, "Tags.member.2.Value": {"2"},
			},
		},
		"CreateRole with nothing optional": {
			func(ctx context.Context, a iam.Account) error {
				_, _, err := a.CreateRole(ctx, iam.Role{Name: "new", Trust: trust})
				return err
			},
			url.Values{"RoleName": {"new"}, "AssumeRolePolicyDocument": {trust}, "Tags": {""}},
		},
		"UpdateRole sends an empty description to clear it": {
			func(ctx context.Context, a iam.Account) error { return a.UpdateRole(ctx, "r", "", 3600) },
			url.Values{"RoleName": {"r"}, "Description": {""}, "MaxSessionDuration": {"3600"}},
		},
		"UpdateAssumeRolePolicy": {
			func(ctx context.Context, a iam.Account) error { return a.UpdateAssumeRolePolicy(ctx, "r", trust) },
			url.Values{"RoleName": {"r"}, "PolicyDocument": {trust}},
		},
		"PutRolePermissionsBoundary": {
			func(ctx context.Context, a iam.Account) error {
				return a.PutRolePermissionsBoundary(ctx, "r", boundary)
			},
			url.Values{"RoleName": {"r"}, "PermissionsBoundary": {boundary}},
		},
		"DeleteRolePermissionsBoundary": {
			func(ctx context.Context, a iam.Account) error { return a.DeleteRolePermissionsBoundary(ctx, "r") },
			url.Values{"RoleName": {"r"}},
		},
		"TagRole": {
			func(ctx context.Context, a iam.Account) error { return a.TagRole(ctx, "r", tags) },
			url.Values{
				"RoleName": {"r"}, "Tags.member.1.Key": {"a"}, "Tags.member.1.Value": {"1"},
				"Tags.member.2.Key": {"b"}, "Tags.member.2.Value": {"2"},
			},
		},
		"UntagRole": {
			func(ctx context.Context, a iam.Account) error { return a.UntagRole(ctx, "r", []string{"x", "y"}) },
			url.Values{"RoleName": {"r"}, "TagKeys.member.1": {"x"}, "TagKeys.member.2": {"y"}},
		},
		"PutRolePolicy sends the document unencoded": {
			func(ctx context.Context, a iam.Account) error { return a.PutRolePolicy(ctx, "r", "i", document) },
			url.Values{"RoleName": {"r"}, "PolicyName": {"i"}, "PolicyDocument": {document}},
		},
		"DeleteRolePolicy": {
			func(ctx context.Context, a iam.Account) error { return a.DeleteRolePolicy(ctx, "r", "inline") },
			url.Values{"RoleName": {"r"}, "PolicyName": {"inline"}},
		},
		"AttachRolePolicy": {
			func(ctx context.Context, a iam.Account) error { return a.AttachRolePolicy(ctx, "r", execution) },
			url.Values{"RoleName": {"r"}, "PolicyArn": {execution}},
		},
		"DetachRolePolicy": {
			func(ctx context.Context, a iam.Account) error { return a.DetachRolePolicy(ctx, "r", instance) },
			url.Values{"RoleName": {"r"}, "PolicyArn": {instance}},
		},
		"DeleteRole": {
			func(ctx context.Context, a iam.Account) error { return a.DeleteRole(ctx, "bare") },
			url.Values{"RoleName": {"bare"}},
		},
		"CreateInstanceProfile": {
			func(ctx context.Context, a iam.Account) error {
				_, _, err := a.CreateInstanceProfile(ctx, profile)
				return err
			},
			url.Values{
				"InstanceProfileName": {"p"}, "Path": {"/ecs/"}, "Tags.member.1.Key": {"a"}, "Tags.member.1.Value": {"1"},
				"Tags.member.2.Key": {"b"}, "Tags.member.2.Value": {"2"},
			},
		},
		"AddRoleToInstanceProfile": {
			func(ctx context.Context, a iam.Account) error { return a.AddRoleToInstanceProfile(ctx, "empty", "r") },
			url.Values{"InstanceProfileName": {"empty"}, "RoleName": {"r"}},
		},
		"RemoveRoleFromInstanceProfile": {
			func(ctx context.Context, a iam.Account) error {
				return a.RemoveRoleFromInstanceProfile(ctx, "full", "r")
			},
			url.Values{"InstanceProfileName": {"full"}, "RoleName": {"r"}},
		},
		"TagInstanceProfile": {
			func(ctx context.Context, a iam.Account) error {
				return a.TagInstanceProfile(ctx, "full", map[string]string{"a": "1"})
			},
			url.Values{"InstanceProfileName": {"full"}, "Tags.member.1.Key": {"a"}, "Tags.member.1.Value": {"1"}},
		},
		"UntagInstanceProfile": {
			func(ctx context.Context, a iam.Account) error {
				return a.UntagInstanceProfile(ctx, "full", []string{"x"})
			},
			url.Values{"InstanceProfileName": {"full"}, "TagKeys.member.1": {"x"}},
		},
		"DeleteInstanceProfile": {
			func(ctx context.Context, a iam.Account) error { return a.DeleteInstanceProfile(ctx, "empty") },
			url.Values{"InstanceProfileName": {"empty"}},
		},
	} {
		t.Run(name, func(t *testing.T) {
			sim := newSim(t)
			a := newAccount(t, sim)
			create(t, a, iam.Role{
				Name: "r", Trust: trust, Boundary: boundary, InlinePolicies: map[string]string{"inline": document}, Attached: []string{instance},
			})
			create(t, a, iam.Role{Name: "bare", Trust: trust})
			for _, name := range []string{"empty", "full"} {
				_, _, err := a.CreateInstanceProfile(t.Context(), iam.InstanceProfile{Name: name})
				must(t, err)
			}
			must(t, a.AddRoleToInstanceProfile(t.Context(), "full", "r"))
			sim.ResetCalls()

			must(t, tc.write(t.Context(), a))
			calls := sim.Calls()
			if len(calls) != 1 || !calls[0].Write {
				t.Fatalf("calls are %v, want one write", calls)
			}
			if diff := cmp.Diff(tc.want, calls[0].Params); diff != "" {
				t.Errorf("parameters (-want +got):\n%s", diff)
			}
		})
	}
}

func TestCreatingReturnsARNAndID(t *testing.T) {
	sim := newSim(t)
	a := newAccount(t, sim)
	arn, id, err := a.CreateRole(t.Context(), checkoutRole())
	must(t, err)
	stored, _ := sim.Role(checkoutRole().Name)
	if diff := cmp.Diff([]string{stored.ARN, stored.ID}, []string{arn, id}); diff != "" || arn == "" || id == "" {
		t.Errorf("ARN and id (-want +got):\n%s", diff)
	}
	arn, id, err = a.CreateInstanceProfile(t.Context(), iam.InstanceProfile{Name: "node", Path: "/ecs/"})
	must(t, err)
	profile := sim.In(account).InstanceProfiles()[0]
	if diff := cmp.Diff([]string{profile.ARN, profile.ID}, []string{arn, id}); diff != "" || arn == "" || id == "" {
		t.Errorf("ARN and id of the profile (-want +got):\n%s", diff)
	}
}
