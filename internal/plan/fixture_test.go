// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package plan_test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/internal/desired"
	"github.com/ecsiam/ecs-iam-controller/internal/iam"
	"github.com/ecsiam/ecs-iam-controller/internal/ownership"
	"github.com/ecsiam/ecs-iam-controller/internal/plan"
	"github.com/ecsiam/ecs-iam-controller/internal/policy"
)

const roleName = "payments_checkout"

var (
	trustsTasks    = trusting(policy.Statement{Principal: &policy.Principal{Service: []string{"ecs-tasks.amazonaws.com"}}})
	trustsEC2      = trusting(policy.Statement{Principal: &policy.Principal{Service: []string{"ec2.amazonaws.com"}}})
	trustsBoth     = trusting(policy.Statement{Principal: &policy.Principal{Service: []string{"ec2.amazonaws.com", "ecs-tasks.amazonaws.com"}}})
	trustsNoBreach = trusting(policy.Statement{Principal: &policy.Principal{Service: []string{"ecs-tasks.amazonaws.com"}}}, breach)
	breach         = policy.Statement{Sid: "Incident7", Effect: policy.Deny, Principal: &policy.Principal{AWS: []string{"*"}}}
)

// trusting is a trust policy of statements that allow, unless they say otherwise.
func trusting(list ...policy.Statement) string {
	doc := policy.Document{Version: policy.Version2012}
	for _, s := range list {
		s.Actions = []string{"sts:AssumeRole"}
		if s.Effect == "" {
			s.Effect = policy.Allow
		}
		doc.Statements = append(doc.Statements, s)
	}
	return string(doc.Render())
}

// rules is an identity policy. A rule is actions, with a minus before those that are denied.
func rules(list ...string) string {
	doc := policy.Document{Version: policy.Version2012}
	for _, action := range list {
		effect := policy.Allow
		if denied, ok := strings.CutPrefix(action, "-"); ok {
			effect, action = policy.Deny, denied
		}
		doc.Statements = append(doc.Statements, policy.Statement{Effect: effect, Actions: []string{action}, Resources: []string{"*"}})
	}
	return string(doc.Render())
}

// declared is a plain desired role; adopting is not allowed.
func declared() desired.Role {
	return desired.Role{
		Role: iam.Role{
			Name: roleName, Path: "/ecs/", Description: "pulls images", MaxSessionSeconds: 3600, Trust: trustsTasks,
			InlinePolicies: map[string]string{}, Tags: map[string]string{v1alpha1.TagOwner: owner, "team": "payments"},
		},
		Claim: ownership.Claim{Owner: owner, FormerOwners: []string{formerOwner}},
	}
}

// observed is what IAM holds when everything is as desired.
func observed(want desired.Role) iam.Observation {
	role := want.Role
	role.ARN, role.ID = "arn:aws:iam::111122223333:role/ecs/"+roleName, "AROAEXAMPLE"
	role.InlinePolicies, role.Tags = maps.Clone(role.InlinePolicies), maps.Clone(role.Tags)
	role.Attached = slices.Clone(role.Attached)
	got := iam.Observation{Role: &role, PolicyDocuments: map[string]string{}}
	if want.Profile != nil {
		profile := *want.Profile
		profile.RoleName, profile.Tags = role.Name, maps.Clone(profile.Tags)
		got.Profile = &profile
	}
	return got
}

// example is one row of a table: how the desired role differs from the plain one, then how IAM differs from that, and
// the plan that follows.
type example struct {
	want func(*desired.Role)
	got  func(*iam.Observation)
	// attachments is the quota of managed policies, 10 when unset.
	attachments int
	// lines are those of the plan.
	lines []string
	// needs are what the steps wait for; not looked at when nil.
	needs [][]int
	// restrictions and refusal are those of the plan; refusal begins with the reason.
	restrictions []string
	refusal      string
	adopts       bool
}

func (e example) inputs() (desired.Role, iam.Observation, iam.Quotas) {
	want := declared()
	if e.want != nil {
		e.want(&want)
	}
	got := observed(want)
	if e.got != nil {
		e.got(&got)
	}
	quotas := iam.DefaultQuotas()
	if e.attachments > 0 {
		quotas.AttachedPoliciesPerRole = e.attachments
	}
	return want, got, quotas
}

func check(t *testing.T, examples map[string]example) {
	t.Helper()
	for name, e := range examples {
		t.Run(name, func(t *testing.T) {
			p := plan.Diff(e.inputs())
			if diff := cmp.Diff(e.lines, p.Lines(), ignoreNil); diff != "" {
				t.Errorf("lines (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(e.restrictions, p.Restrictions, ignoreNil); diff != "" {
				t.Errorf("restrictions (-want +got):\n%s", diff)
			}
			if got := refusal(p); got != e.refusal {
				t.Errorf("refusal:\n got %s\nwant %s", got, e.refusal)
			}
			if p.Adopts != e.adopts {
				t.Errorf("adopts is %t, want %t", p.Adopts, e.adopts)
			}
			if diff := cmp.Diff(e.needs, needs(p), ignoreNil); e.needs != nil && diff != "" {
				t.Errorf("needs (-want +got):\n%s", diff)
			}
		})
	}
}

func refusal(p plan.Plan) string {
	if p.Refusal == nil {
		return ""
	}
	return string(p.Refusal.Reason) + ": " + p.Refusal.Message
}

func needs(p plan.Plan) [][]int {
	var list [][]int
	for _, s := range p.Steps {
		list = append(list, s.Needs)
	}
	return list
}

// undeclared attaches policies with readable documents that are not desired.
func undeclared(got *iam.Observation, documents map[string]string) {
	for a, text := range documents {
		got.Role.Attached = append(got.Role.Attached, a)
		got.PolicyDocuments[a] = text
	}
}
