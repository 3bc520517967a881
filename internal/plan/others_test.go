// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package plan_test

import (
	"testing"

	"github.com/ecsiam/ecs-iam-controller/internal/desired"
	"github.com/ecsiam/ecs-iam-controller/internal/iam"
	"github.com/ecsiam/ecs-iam-controller/internal/policy"
)

func TestContentOfOthers(t *testing.T) {
	const unreadable = "(withheld: whether the policy only denies cannot be read: give the controller iam:GetPolicy and iam:GetPolicyVersion)"
	trusted := policy.Statement{Principal: &policy.Principal{Service: []string{"ecs-tasks.amazonaws.com"}}}
	check(t, map[string]example{
		"what only denies is kept and reported, wherever it is": {
			got: func(o *iam.Observation) {
				o.Role.InlinePolicies["AWSRevokeOlderSessions"] = rules("-*")
				o.Role.Trust = trustsNoBreach
				undeclared(o, map[string]string{arn("incident/quarantine"): managed[arn("quarantine")]})
			},
			restrictions: []string{
				"the trust policy holds Deny statements that someone else added", "policy incident/quarantine, which only denies, was attached by someone else and is left in place",
				"inline policy AWSRevokeOlderSessions, which only denies, was added by someone else and is left in place",
			},
		},
		"foreign denials stay in a trust policy that changes": {
			got: func(o *iam.Observation) {
				o.Role.Trust = trusting(policy.Statement{Principal: &policy.Principal{Service: []string{"ec2.amazonaws.com", "ecs-tasks.amazonaws.com"}}}, breach)
			},
			lines:        []string{"change the trust policy: statement 1: principal Service ec2.amazonaws.com removed"},
			restrictions: []string{"the trust policy holds Deny statements that someone else added"},
		},
		"a denial that the spec declares as well is nobody else's": {
			want: func(w *desired.Role) { w.Role.Trust = trustsNoBreach },
			got: func(o *iam.Observation) {
				other := breach
				other.Sid = "OtherName"
				o.Role.Trust = trusting(other, trusted)
			},
		},
		"a denial with a Sid of the controller is the controller's": {
			got: func(o *iam.Observation) {
				own := breach
				own.Sid = "EcsIamNobody"
				o.Role.Trust = trusting(trusted, own)
			},
			lines: []string{"change the trust policy: statement EcsIamNobody removed: Deny sts:AssumeRole to *"},
		},
		"an inline policy that the controller left between two steps is removed": {
			got: func(o *iam.Observation) {
				o.Role.InlinePolicies["old"] = `{"Version":"2012-10-17","Statement":{"Sid":"EcsIamKept1","Effect":"Deny","Action":"*","Resource":"*"}}`
			},
			lines: []string{"delete inline policy old"},
		},
		"an inline policy that somebody made stricter between two steps is kept": {
			got: func(o *iam.Observation) {
				o.Role.InlinePolicies["old"] = `{"Version":"2012-10-17","Statement":[
					{"Sid":"EcsIamKept1","Effect":"Deny","Action":"s3:*","Resource":"*"},{"Effect":"Deny","Action":"*","Resource":"*"}]}`
			},
			restrictions: []string{"inline policy old, which only denies, was added by someone else and is left in place"},
		},
		"a declared policy is not left as others' because it only denies at the moment": {
			want:  func(w *desired.Role) { w.Role.InlinePolicies["ecsiam"] = rules("s3:GetObject") },
			got:   func(o *iam.Observation) { o.Role.InlinePolicies["ecsiam"] = rules("-*") },
			lines: []string{"change inline policy ecsiam: statement 1 added: Allow s3:GetObject on *; statement 1 removed: Deny * on *"},
		},
		"managed policies and tags that left the spec are removed": {
			got: func(o *iam.Observation) {
				o.Role.Tags["cost-center"] = "42"
				undeclared(o, map[string]string{arn("m1"): managed[arn("m1")]})
			},
			lines: []string{"remove tags cost-center", "detach policy m1"},
		},
		"what ignore names is left alone, without regard to the case of tag keys": {
			want: func(w *desired.Role) {
				w.Ignore = desired.Ignore{
					Tags: []string{"Org:*"}, InlinePolicies: []string{"scanner-?"}, ManagedPolicyARNs: []string{"arn:aws:iam::*:policy/audit/*"},
				}
			},
			got: func(o *iam.Observation) {
				o.Role.Tags["ORG:unit"], o.Role.Tags["organization"] = "x", "y"
				o.Role.InlinePolicies = map[string]string{"scanner-1": rules("s3:*"), "scanner-10": rules("s3:*")}
				undeclared(o, map[string]string{arn("audit/reader"): managed[arn("m1")], arn("auditor"): managed[arn("m1")]})
			},
			lines: []string{"remove tags organization", "detach policy auditor", "delete inline policy scanner-10"},
		},
		"what ignore names is made as declared when the spec declares it": {
			want: func(w *desired.Role) {
				w.Role.InlinePolicies["ecsiam"], w.Role.Attached = rules("s3:GetObject"), []string{arn("m1")}
				w.Ignore = desired.Ignore{Tags: []string{"*"}, InlinePolicies: []string{"*"}, ManagedPolicyARNs: []string{"*"}}
			},
			got: func(o *iam.Observation) {
				o.Role.InlinePolicies["ecsiam"], o.Role.Attached, o.Role.Tags["team"] = rules("s3:*"), nil, "another"
			},
			lines: []string{
				"set tags team", "attach policy m1",
				"change inline policy ecsiam: statement 1: action s3:GetObject added; statement 1: action s3:* removed",
			},
		},
		"a policy whose content cannot be read is not detached": {
			got:   func(o *iam.Observation) { o.Role.Attached = append(o.Role.Attached, arn("secret")) },
			lines: []string{"detach policy secret " + unreadable},
		},
		"nobody new is trusted while a policy hangs there that cannot be read": {
			want: func(w *desired.Role) { w.Role.Trust, w.Role.Attached = trustsBoth, []string{arn("m1")} },
			got: func(o *iam.Observation) {
				o.Role.Trust, o.Role.Attached = trustsTasks, []string{arn("secret")}
			},
			lines: []string{
				"attach policy m1", "detach policy secret " + unreadable,
				"change the trust policy: statement 1: principal Service ec2.amazonaws.com added (withheld: waits for: detach policy secret)",
			},
		},
	})
}
