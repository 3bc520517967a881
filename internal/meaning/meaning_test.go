// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package meaning_test

import (
	"testing"

	"github.com/ecsiam/ecs-iam-controller/internal/iam"
	"github.com/ecsiam/ecs-iam-controller/internal/meaning"
	"github.com/ecsiam/ecs-iam-controller/internal/plan"
)

const (
	reads  = `{"Version":"2012-10-17","Statement":[{"Sid":"S","Effect":"Allow","Action":["s3:GetObject"],"Resource":"arn:aws:s3:::a/*"}]}`
	writes = `{"Version":"2012-10-17","Statement":[{"Sid":"S","Effect":"Allow","Action":["s3:PutObject"],"Resource":"arn:aws:s3:::a/*"}]}`
	wider  = `{"Version":"2012-10-17","Statement":[{"Sid":"S","Effect":"Allow","Action":["s3:GetObject"],"Resource":["arn:aws:s3:::a/*","arn:aws:s3:::b/*"]}]}`
	cut    = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::b/*"},` +
		`{"Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::a/*"}]}`
	denies = `{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"s3:*","Resource":"*"}]}`
	trust  = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"ecs-tasks.amazonaws.com"},"Action":"sts:AssumeRole"}]}`
	bound  = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"ecs-tasks.amazonaws.com"},"Action":"sts:AssumeRole",` +
		`"Condition":{"StringEquals":{"aws:SourceAccount":"111122223333"}}}]}`
	boundary = "arn:aws:iam::111122223333:policy/team/boundary"
)

func TestTheSentenceSaysWhatIsGainedAndLost(t *testing.T) {
	role := func(change func(*iam.Role)) iam.Observation {
		r := iam.Role{Name: "r", Path: "/", Trust: trust, InlinePolicies: map[string]string{"i": reads}, MaxSessionSeconds: 3600}
		if change != nil {
			change(&r)
		}
		return iam.Observation{Role: &r}
	}
	put := func(old, new string) plan.Operation {
		return plan.PutRolePolicy{Role: "r", Policy: "i", Old: old, New: new}
	}
	policies := iam.Observation{Policy: &iam.Policy{Name: "p", Document: reads, Roles: []string{"r"}, Users: []string{"u"}}}
	for want, c := range map[string]struct {
		before iam.Observation
		op     plan.Operation
	}{
		"Gained: s3:PutObject on arn:aws:s3:::a/*. Lost: s3:GetObject on arn:aws:s3:::a/*.": {role(nil), put(reads, writes)},
		"Gained: s3:GetObject on arn:aws:s3:::b/*.":                                         {role(nil), put(reads, wider)},
		"Nothing that is permitted changes.": {
			role(func(r *iam.Role) { r.InlinePolicies["i"] = wider }), put(wider, cut),
		},
		"Lost: s3:* on everything, which is denied; s3:GetObject on arn:aws:s3:::a/*.": {role(nil), put(reads, denies)},
		"Lost: s3:GetObject on arn:aws:s3:::a/*.": {
			role(nil), plan.DeleteRolePolicy{Role: "r", Policy: "i", Old: reads},
		},
		"Gained: ecs-tasks.amazonaws.com may assume the role.": {
			iam.Observation{}, plan.CreateRole{Role: iam.Role{Name: "r", Path: "/", Trust: trust}},
		},
		"Lost: ecs-tasks.amazonaws.com may no longer assume the role.": {
			role(nil), plan.UpdateTrustPolicy{Role: "r", Old: trust, New: bound},
		},
		"Gained: everything that the policies permit and the boundary team/boundary held back.": {
			role(func(r *iam.Role) { r.Boundary = boundary }), plan.DeleteBoundary{Role: "r", Old: boundary},
		},
		"Lost: everything that the boundary team/boundary does not permit.": {
			role(nil), plan.SetBoundary{Role: "r", New: boundary},
		},
		"Gained: sessions of 7200 seconds instead of 3600 seconds.": {
			role(nil), plan.UpdateRole{Role: "r", OldSessionSeconds: 3600, SessionSeconds: 7200},
		},
		"Gained: what policies grant by the tag team.": {
			role(nil), plan.TagRole{Role: "r", Tags: map[string]string{"team": "a"}},
		},
		"Gained: s3:PutObject on arn:aws:s3:::a/* for the 2 that have the policy. Lost: s3:GetObject on arn:aws:s3:::a/* for " +
			"the 2 that have the policy.": {policies, plan.CreatePolicyVersion{ARN: "p", Old: reads, New: writes}},
		"Lost: role r, with all that it may do, for everyone who assumes it.": {role(nil), plan.DeleteRole{Role: "r"}},
		"Gained: what policy team/boundary denies, if it does. Lost: what policy team/boundary permits.": {
			role(func(r *iam.Role) { r.Attached = []string{boundary} }), plan.DetachRolePolicy{Role: "r", ARN: boundary},
		},
	} {
		if got := meaning.Of(c.before, c.op).Sentence(); got != want {
			t.Errorf("%s:\n got %s\nwant %s", c.op, got, want)
		}
	}
}

func TestADocumentThatCannotBeReadIsSaidToBeSo(t *testing.T) {
	before := iam.Observation{Role: &iam.Role{Name: "r", InlinePolicies: map[string]string{"i": "{"}}}
	got := meaning.Of(before, plan.PutRolePolicy{Role: "r", Policy: "i", Old: "{", New: reads})
	if len(got.Gained) != 1 || len(got.Lost) != 1 || got.Changes[0].Lines[0] != "~ a document that cannot be read" {
		t.Errorf("got %+v", got)
	}
}
