// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package plan_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/internal/desired"
	"github.com/ecsiam/ecs-iam-controller/internal/iam"
	"github.com/ecsiam/ecs-iam-controller/internal/plan"
)

func TestOrderOfAnUpdate(t *testing.T) {
	check(t, map[string]example{
		"nothing differs, so nothing is done": {},
		"other notation is no difference": {
			want: func(w *desired.Role) {
				w.Role.InlinePolicies["ecsiam"] = rules("s3:GetObject", "s3:PutObject", "s3:GetObject")
			},
			got: func(o *iam.Observation) {
				o.Role.InlinePolicies["ecsiam"] = `{"Statement":[
					{"Resource":["*"],"Sid":"B","Action":["S3:PutObject"],"Effect":"Allow"},
					{"Resource":"*","Sid":"","Action":"s3:getobject","Effect":"Allow"}],"Version":"2012-10-17"}`
				o.Role.Trust = `{"Version":"2012-10-17","Statement":{"Action":"sts:AssumeRole","Effect":"Allow",
					"Principal":{"Service":["ecs-tasks.amazonaws.com"]}}}`
			},
		},
		"a new role is created with everything that one call can carry, the rest waits for it alone": {
			want: func(w *desired.Role) {
				w.Role.Boundary, w.Role.Attached = arn("boundary1"), []string{arn("m2"), arn("m1")}
				w.Role.InlinePolicies["ecsiam"] = rules("s3:GetObject")
				w.Profile = &iam.InstanceProfile{Name: roleName}
			},
			got: func(o *iam.Observation) { o.Role, o.Profile = nil, nil },
			lines: []string{
				"create role payments_checkout", "attach policy m1", "attach policy m2", "put inline policy ecsiam",
				"create instance profile payments_checkout", "add the role to instance profile payments_checkout",
			},
			needs: [][]int{nil, {0}, {0}, {0}, nil, {0, 4}},
		},
		"denials of a new role go before what they limit": {
			want: func(w *desired.Role) {
				w.Role.Attached = []string{arn("m1")}
				w.Role.InlinePolicies["ecsiam"] = rules("s3:PutObject", "-s3:GetObject")
			},
			got:   func(o *iam.Observation) { o.Role = nil },
			lines: []string{"create role payments_checkout", "put inline policy ecsiam", "attach policy m1"},
			needs: [][]int{nil, {0}, {0, 1}},
		},
		"a role that was half created is completed": {
			want: func(w *desired.Role) {
				w.Role.Attached = []string{arn("m1"), arn("m2")}
				w.Role.InlinePolicies["ecsiam"] = rules("s3:GetObject")
			},
			got:   func(o *iam.Observation) { o.Role.Attached, o.Role.InlinePolicies = []string{arn("m2")}, nil },
			lines: []string{"attach policy m1", "put inline policy ecsiam"},
			needs: [][]int{nil, nil},
		},
		"grants go before revokes, wait for nothing, and revokes wait for all of them": {
			want: func(w *desired.Role) {
				w.Role.Attached = []string{arn("m1"), arn("m2")}
				w.Role.InlinePolicies["ecsiam"] = rules("sqs:SendMessage")
			},
			got: func(o *iam.Observation) {
				o.Role.Attached, o.Role.InlinePolicies = nil, map[string]string{"by-hand": rules("s3:PutObject")}
				undeclared(o, map[string]string{arn("m4"): managed[arn("m4")]})
			},
			lines: []string{
				"attach policy m1", "attach policy m2", "put inline policy ecsiam", "detach policy m4", "delete inline policy by-hand",
			},
			needs: [][]int{nil, nil, nil, {0, 1, 2}, {0, 1, 2}},
		},
		"revokes alone run at once": {
			got: func(o *iam.Observation) {
				o.Role.InlinePolicies["by-hand"] = rules("s3:PutObject")
				undeclared(o, map[string]string{arn("m4"): managed[arn("m4")]})
			},
			lines: []string{"detach policy m4", "delete inline policy by-hand"},
			needs: [][]int{nil, nil},
		},
		"a boundary that was removed out of band is set again, and grants wait for it": {
			want: func(w *desired.Role) {
				w.Role.Boundary, w.Role.Attached = arn("boundary1"), []string{arn("m1")}
			},
			got:   func(o *iam.Observation) { o.Role.Boundary, o.Role.Attached = "", nil },
			lines: []string{"set the permissions boundary boundary1", "attach policy m1"},
			needs: [][]int{nil, {0}},
		},
		"a narrower trust policy goes first and grants wait for it": {
			want:  func(w *desired.Role) { w.Role.Attached = []string{arn("m1")} },
			got:   func(o *iam.Observation) { o.Role.Trust, o.Role.Attached = trustsBoth, nil },
			lines: []string{"change the trust policy: statement 1: principal Service ec2.amazonaws.com removed", "attach policy m1"},
			needs: [][]int{nil, {0}},
		},
		"a wider trust policy and the removal of a boundary go last, after the revokes": {
			want: func(w *desired.Role) { w.Role.Trust, w.Role.Attached = trustsBoth, []string{arn("m1")} },
			got: func(o *iam.Observation) {
				o.Role.Trust, o.Role.Boundary, o.Role.Attached = trustsTasks, arn("boundary1"), nil
				undeclared(o, map[string]string{arn("m4"): managed[arn("m4")]})
			},
			lines: []string{
				"attach policy m1", "detach policy m4", "remove the permissions boundary boundary1",
				"change the trust policy: statement 1: principal Service ec2.amazonaws.com added",
			},
			needs: [][]int{nil, {0}, {1}, {1}},
		},
		"a trust policy that is neither wider nor narrower goes between revokes and grants": {
			want: func(w *desired.Role) { w.Role.Trust, w.Role.Attached = trustsEC2, []string{arn("m1")} },
			got: func(o *iam.Observation) {
				o.Role.Trust, o.Role.Attached = trustsTasks, nil
				undeclared(o, map[string]string{arn("m4"): managed[arn("m4")]})
			},
			lines: []string{
				"detach policy m4 (first, so that nobody holds old and new permissions together)",
				"change the trust policy: statement 1: principal Service ec2.amazonaws.com added; " +
					"statement 1: principal Service ecs-tasks.amazonaws.com removed",
				"attach policy m1",
			},
			needs: [][]int{nil, {0}, {0, 1}},
		},
		"a boundary that is replaced goes between revokes and grants": {
			want: func(w *desired.Role) { w.Role.Boundary, w.Role.Attached = arn("boundary2"), []string{arn("m1")} },
			got: func(o *iam.Observation) {
				o.Role.Boundary, o.Role.Attached = arn("boundary1"), nil
				undeclared(o, map[string]string{arn("m4"): managed[arn("m4")]})
			},
			lines: []string{
				"detach policy m4 (first, so that nobody holds old and new permissions together)",
				"change the permissions boundary from boundary1 to boundary2", "attach policy m1",
			},
			needs: [][]int{nil, {0}, {0, 1}},
		},
		"while boundary and trust policy are both replaced, nobody is trusted whom not both trust": {
			want: func(w *desired.Role) { w.Role.Boundary, w.Role.Trust = arn("boundary2"), trustsEC2 },
			got:  func(o *iam.Observation) { o.Role.Boundary, o.Role.Trust = arn("boundary1"), trustsTasks },
			lines: []string{
				"change the trust policy: statement EcsIamNobody added: Deny sts:AssumeRole to *; " +
					"statement 1 removed: Allow sts:AssumeRole to ecs-tasks.amazonaws.com (while the boundary changes)",
				"change the permissions boundary from boundary1 to boundary2",
				"change the trust policy: statement 1 added: Allow sts:AssumeRole to ec2.amazonaws.com; " +
					"statement EcsIamNobody removed: Deny sts:AssumeRole to *",
			},
			needs: [][]int{nil, {0}, {0, 1}},
		},
		"whom both trust policies trust stays trusted while the boundary is replaced": {
			want: func(w *desired.Role) {
				w.Role.Boundary = arn("boundary2")
				w.Role.Trust = `{"Version":"2012-10-17","Statement":[
					{"Effect":"Allow","Action":"sts:AssumeRole","Principal":{"Service":"ecs-tasks.amazonaws.com"}},
					{"Effect":"Allow","Action":"sts:AssumeRole","Principal":{"AWS":"444455556666"}}]}`
			},
			got: func(o *iam.Observation) { o.Role.Boundary, o.Role.Trust = arn("boundary1"), trustsBoth },
			lines: []string{
				"change the trust policy: statement 1: principal Service ec2.amazonaws.com removed (while the boundary changes)",
				"change the permissions boundary from boundary1 to boundary2",
				"change the trust policy: statement 2 added: Allow sts:AssumeRole to …6666",
			},
			needs: [][]int{nil, {0}, {0, 1}},
		},
		"a changed inline policy is one put": {
			want: func(w *desired.Role) { w.Role.InlinePolicies["ecsiam"] = rules("s3:GetObject") },
			got:  func(o *iam.Observation) { o.Role.InlinePolicies["ecsiam"] = rules("s3:PutObject") },
			lines: []string{
				"change inline policy ecsiam: statement 1: action s3:GetObject added; statement 1: action s3:PutObject removed",
			},
			needs: [][]int{nil},
		},
		"what an inline policy loses stays until the grant elsewhere that may take its place": {
			want: func(w *desired.Role) {
				w.Role.InlinePolicies["ecsiam"], w.Role.Attached = rules("s3:GetObject", "s3:PutObject"), []string{arn("m4")}
			},
			got: func(o *iam.Observation) {
				o.Role.InlinePolicies["ecsiam"], o.Role.Attached = rules("s3:GetObject", "sqs:SendMessage"), nil
			},
			lines: []string{
				"attach policy m4",
				"change inline policy ecsiam: statement 2 added: Allow s3:PutObject on *",
				"change inline policy ecsiam: statement 3 removed: Allow sqs:SendMessage on *",
			},
			needs: [][]int{nil, nil, {0, 1}},
		},
		"nobody new is trusted before an inline policy lost what it is to lose": {
			want: func(w *desired.Role) {
				w.Role.Trust, w.Role.InlinePolicies["ecsiam"] = trustsBoth, rules("s3:GetObject")
			},
			got: func(o *iam.Observation) {
				o.Role.Trust, o.Role.InlinePolicies["ecsiam"] = trustsTasks, rules("s3:PutObject")
			},
			lines: []string{
				"change inline policy ecsiam: statement 1: action s3:GetObject added; statement 1: action s3:PutObject removed",
				"change the trust policy: statement 1: principal Service ec2.amazonaws.com added",
			},
			needs: [][]int{nil, {0}},
		},
		"a denial that goes is one put when nothing else changes": {
			want:  func(w *desired.Role) { w.Role.InlinePolicies["ecsiam"] = rules("s3:*") },
			got:   func(o *iam.Observation) { o.Role.InlinePolicies["ecsiam"] = rules("s3:*", "-s3:PutObject") },
			lines: []string{"change inline policy ecsiam: statement 2 removed: Deny s3:PutObject on *"},
		},
		"a denial that goes stays until what it limited is gone": {
			want: func(w *desired.Role) { w.Role.InlinePolicies["ecsiam"] = rules("sqs:SendMessage") },
			got: func(o *iam.Observation) {
				o.Role.InlinePolicies["ecsiam"] = rules("-s3:PutObject")
				undeclared(o, map[string]string{arn("m2"): managed[arn("m2")]})
			},
			lines: []string{
				"change inline policy ecsiam: statement 1 added: Allow sqs:SendMessage on * (with the denials of old and new until the rest is done)",
				"detach policy m2",
				"change inline policy ecsiam: statement 2 removed: Deny s3:PutObject on *",
			},
			needs: [][]int{nil, {0}, {1}},
		},
		"an undeclared policy that allows and denies leaves its denial until the rest is done": {
			got: func(o *iam.Observation) {
				o.Role.InlinePolicies["by-hand"] = rules("sqs:SendMessage", "-s3:PutObject")
				undeclared(o, map[string]string{arn("m2"): managed[arn("m2")]})
			},
			lines: []string{
				"detach policy m2",
				"change inline policy by-hand: statement 1 removed: Allow sqs:SendMessage on * (with the denials of old and new until the rest is done)",
				"delete inline policy by-hand",
			},
			needs: [][]int{nil, nil, {0, 1}},
		},
		"denials come before grants elsewhere, and what the policy loses goes with the revokes": {
			want: func(w *desired.Role) {
				w.Role.InlinePolicies["ecsiam"], w.Role.Attached = rules("-s3:PutObject"), []string{arn("m2")}
			},
			got: func(o *iam.Observation) {
				o.Role.InlinePolicies["ecsiam"], o.Role.Attached = rules("s3:GetObject"), nil
			},
			lines: []string{
				"change inline policy ecsiam: statement 2 added: Deny s3:PutObject on * (the denials before the rest)",
				"attach policy m2",
				"change inline policy ecsiam: statement 1 removed: Allow s3:GetObject on *",
			},
			needs: [][]int{nil, {0}, {1}},
		},
		"an attached policy that allows and denies is detached after everything that it limited is gone": {
			want: func(w *desired.Role) { w.Role.Trust, w.Role.Attached = trustsBoth, []string{arn("m1")} },
			got: func(o *iam.Observation) {
				o.Role.Trust, o.Role.Attached = trustsTasks, nil
				o.Role.InlinePolicies["by-hand"] = rules("s3:GetObject")
				undeclared(o, map[string]string{arn("a-mixed"): managed[arn("mixed")]})
			},
			lines: []string{
				"attach policy m1", "delete inline policy by-hand", "detach policy a-mixed",
				"change the trust policy: statement 1: principal Service ec2.amazonaws.com added",
			},
			needs: [][]int{nil, {0}, {0, 1}, {1, 2}},
		},
		"settings change in place and nothing waits for them": {
			got: func(o *iam.Observation) {
				o.Role.Description, o.Role.MaxSessionSeconds = "", 7200
				o.Role.InlinePolicies["by-hand"] = rules("*")
			},
			lines: []string{"change description and session duration from 7200 to 3600 seconds", "delete inline policy by-hand"},
			needs: [][]int{nil, nil},
		},
		"a document that cannot be read is replaced or deleted": {
			want: func(w *desired.Role) { w.Role.InlinePolicies["ecsiam"] = rules("s3:GetObject") },
			got: func(o *iam.Observation) {
				o.Role.InlinePolicies["ecsiam"], o.Role.InlinePolicies["by-hand"] = "%7B", "%7B"
			},
			lines: []string{"change inline policy ecsiam: replace a document that cannot be read", "delete inline policy by-hand"},
			needs: [][]int{nil, {0}},
		},
		"a document that cannot be read may allow anything, so that it goes before others are trusted": {
			want: func(w *desired.Role) {
				w.Role.Trust, w.Role.InlinePolicies["ecsiam"] = trustsEC2, rules("s3:GetObject")
			},
			got: func(o *iam.Observation) { o.Role.Trust, o.Role.InlinePolicies["ecsiam"] = trustsTasks, "%7B" },
			lines: []string{
				"delete inline policy ecsiam (first, so that nobody holds old and new permissions together)",
				"change the trust policy: statement 1: principal Service ec2.amazonaws.com added; " +
					"statement 1: principal Service ecs-tasks.amazonaws.com removed",
				"put inline policy ecsiam",
			},
			needs: [][]int{nil, {0}, {0, 1}},
		},
	})
}

func TestOrderThatAQuotaForces(t *testing.T) {
	long := strings.Repeat("x", 6000)
	check(t, map[string]example{
		"as many detachments as needed go first, each for one attachment": {
			want: func(w *desired.Role) {
				w.Role.Attached, w.Role.InlinePolicies["ecsiam"] = []string{arn("m1"), arn("m2"), arn("m3")}, rules("s3:GetObject")
			},
			got: func(o *iam.Observation) {
				o.Role.Attached, o.Role.InlinePolicies = nil, nil
				undeclared(o, map[string]string{arn("o1"): managed[arn("m1")], arn("o2"): managed[arn("m1")]})
			},
			attachments: 4,
			lines: []string{
				"detach policy o1 (first, because the role is at its quota of managed policies)",
				"attach policy m1", "attach policy m2", "attach policy m3", "put inline policy ecsiam", "detach policy o2",
			},
			needs: [][]int{nil, nil, nil, {0}, nil, {1, 2, 3, 4}},
		},
		"an attachment in place of another waits for it at the quota": {
			want: func(w *desired.Role) { w.Role.Attached = []string{arn("m1")} },
			got: func(o *iam.Observation) {
				o.Role.Attached = nil
				undeclared(o, map[string]string{arn("o1"): managed[arn("m1")]})
			},
			attachments: 1,
			lines:       []string{"detach policy o1 (first, because the role is at its quota of managed policies)", "attach policy m1"},
			needs:       [][]int{nil, {0}},
		},
		"below the quota nothing goes first": {
			want: func(w *desired.Role) { w.Role.Attached = []string{arn("m1")} },
			got: func(o *iam.Observation) {
				o.Role.Attached = nil
				undeclared(o, map[string]string{arn("o1"): managed[arn("m1")]})
			},
			attachments: 2,
			lines:       []string{"attach policy m1", "detach policy o1"},
			needs:       [][]int{nil, {0}},
		},
		"inline policies that do not fit together go before the new one": {
			want: func(w *desired.Role) { w.Role.InlinePolicies["ecsiam"] = rules("s3:Get" + long) },
			got: func(o *iam.Observation) {
				o.Role.InlinePolicies = map[string]string{"by-hand": rules("s3:Put" + long)}
			},
			lines: []string{
				"delete inline policy by-hand (first, because old and new inline policies together exceed IAM's limit)",
				"put inline policy ecsiam",
			},
			needs: [][]int{nil, {0}},
		},
		"a policy that shrinks goes before one that grows, when there is no room for stages": {
			want: func(w *desired.Role) {
				w.Role.InlinePolicies = map[string]string{"a": rules("-s3:Get"+long, "-s3:Put"), "b": rules("sqs:Send")}
			},
			got: func(o *iam.Observation) {
				o.Role.InlinePolicies = map[string]string{"a": rules("sqs:Send"), "b": rules("-s3:Get"+long, "-s3:List")}
			},
			lines: []string{
				"change inline policy b: statement 1 added: Allow sqs:Send on *; statement 1 removed: Deny s3:Get" + long + " on *; " +
					"statement 2 removed: Deny s3:List on * (in one step, because old and new inline policies together exceed IAM's limit)",
				"change inline policy a: statement 1 added: Deny s3:Get" + long + " on *; statement 2 added: Deny s3:Put on *; " +
					"statement 1 removed: Allow sqs:Send on * (in one step, because old and new inline policies together exceed IAM's limit)",
			},
			needs: [][]int{nil, {0}},
		},
	})
}

// TestRevokesAreWithheldWhileAGrantFails shows both halves: independent grants go on, and nothing is taken away.
func TestRevokesAreWithheldWhileAGrantFails(t *testing.T) {
	want := declared()
	want.Role.Attached = []string{arn("gone"), arn("m2")}
	want.Role.InlinePolicies["ecsiam"] = rules("s3:GetObject")
	got := observed(declared())
	undeclared(&got, map[string]string{arn("m4"): managed[arn("m4")]})

	p := plan.Diff(want, got, iam.DefaultQuotas())
	w := world{Observation: got, quotas: iam.DefaultQuotas()}
	w.run(p, func(step int) bool {
		return p.Steps[step].Op == plan.Operation(plan.AttachRolePolicy{Role: roleName, ARN: arn("gone")})
	}, unseen)

	if diff := cmp.Diff([]string{arn("m4"), arn("m2")}, w.Role.Attached); diff != "" {
		t.Errorf("attached (-want +got):\n%s", diff)
	}
	if w.Role.InlinePolicies["ecsiam"] == "" {
		t.Error("the inline policy waits for an attachment")
	}
	if diff := cmp.Diff([]string{"attach policy gone", "detach policy m4"}, plan.Diff(want, w.Observation, iam.DefaultQuotas()).Lines()); diff != "" {
		t.Errorf("left to do (-want +got):\n%s", diff)
	}
}

func TestEverythingThatChangesIsChangedInPlace(t *testing.T) {
	want := declared()
	want.Role.Boundary, want.Role.Trust = arn("boundary1"), trustsEC2
	got := observed(want)
	got.Role.Trust, got.Role.Boundary, got.Role.Description = trustsTasks, "", "another"
	got.Role.Tags, got.Role.MaxSessionSeconds = map[string]string{v1alpha1.TagOwner: formerOwner}, 43200
	for _, s := range plan.Diff(want, got, iam.DefaultQuotas()).Steps {
		switch s.Op.(type) {
		case plan.DeleteRole, plan.CreateRole:
			t.Errorf("%q would change the role's unique id", s.Op)
		default: // the others leave the role's unique id
		}
	}
}
