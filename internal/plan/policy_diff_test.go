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
)

// declaredPolicy is a plain desired policy, attached to one user and one group.
func declaredPolicy() desired.Policy {
	return desired.Policy{
		Policy: iam.Policy{
			Name: "read", Path: "/", ARN: policyARN, Document: rules("s3:GetObject"),
			Users: []string{"ci"}, Groups: []string{"staff"},
			Tags: map[string]string{v1alpha1.TagOwner: owner, "team": "payments"},
		},
		Claim: ownership.Claim{Owner: owner, FormerOwners: []string{formerOwner}},
	}
}

// observedPolicy is what IAM holds when everything is as desired.
func observedPolicy(want desired.Policy) iam.Policy {
	got := want.Policy
	got.ID, got.DefaultVersionID, got.Versions = "ANPAEXAMPLE", "v1", []string{"v1"}
	got.Tags, got.Users, got.Groups = maps.Clone(got.Tags), slices.Clone(got.Users), slices.Clone(got.Groups)
	return got
}

func TestDiffPolicy(t *testing.T) {
	for name, e := range map[string]struct {
		want    func(*desired.Policy)
		got     func(*iam.Policy)
		absent  bool // nothing is in IAM
		lines   []string
		needs   [][]int
		refusal string
	}{
		"a policy that is missing is created before it is attached": {
			absent: true,
			lines:  []string{"create policy read", "attach the policy to user ci", "attach the policy to group staff"},
			needs:  [][]int{nil, {0}, {0}},
		},
		"a policy that is as declared is left alone": {},
		"a document that means the same makes no version": {
			got: func(p *iam.Policy) {
				p.Document = `{"Statement":[{"Resource":["*"],"Action":["S3:getobject"],"Effect":"Allow"}],"Version":"2012-10-17"}`
			},
		},
		"a tag key in another case is another tag": {
			got: func(p *iam.Policy) {
				p.Tags = map[string]string{v1alpha1.TagOwner: owner, "Team": "payments"}
			},
			lines: []string{"set tags team", "remove tags Team"},
		},
		"a policy with another description is not adopted as equal": {
			want: func(w *desired.Policy) { w.Adoption, w.AdoptionAllowed = ownership.AdoptIfEqual, true },
			got: func(p *iam.Policy) {
				p.Description = "by hand"
				delete(p.Tags, v1alpha1.TagOwner)
			},
			refusal: "OwnershipConflict: policy read exists already and differs from the spec, and adoptionPolicy is IfEqual: make them equal, " +
				"or set Adopt. The difference: set tags ecsiam.dev/owner; the description in IAM is \"by hand\", not \"\": IAM " +
				"cannot change the description of a policy; set spec.description to the one in IAM in a new object, or create the " +
				"policy under a new name",
		},
		"another document is one new version": {
			got:   func(p *iam.Policy) { p.Document = rules("s3:PutObject") },
			lines: []string{"make a new version of policy read: statement 1: action s3:GetObject added; statement 1: action s3:PutObject removed"},
		},
		"at five versions the oldest that is not in force goes first": {
			got: func(p *iam.Policy) {
				p.Document, p.DefaultVersionID, p.Versions = rules("s3:PutObject"), "v3", []string{"v3", "v4", "v5", "v6", "v7"}
			},
			lines: []string{
				"delete version v4 of policy read (because IAM keeps five versions)",
				"make a new version of policy read: statement 1: action s3:GetObject added; statement 1: action s3:PutObject removed",
			},
			needs: [][]int{nil, {0}},
		},
		"who gets the policy goes before who loses it": {
			got:   func(p *iam.Policy) { p.Users, p.Groups = []string{"old"}, nil },
			lines: []string{"attach the policy to user ci", "attach the policy to group staff", "detach the policy from user old"},
		},
		"who loses the policy loses it before it allows more": {
			want: func(p *desired.Policy) { p.Policy.Document = rules("s3:GetObject", "s3:PutObject") },
			got:  func(p *iam.Policy) { p.Document, p.Users = rules("s3:GetObject"), []string{"ci", "old"} },
			lines: []string{
				"detach the policy from user old (first, because the policy will allow more)",
				"make a new version of policy read: statement 2 added: Allow s3:PutObject on *",
			},
			needs: [][]int{nil, {0}},
		},
		"who gets the policy gets it after it allows less": {
			got: func(p *iam.Policy) { p.Document, p.Users = rules("s3:GetObject", "s3:PutObject"), nil },
			lines: []string{
				"make a new version of policy read: statement 2 removed: Allow s3:PutObject on *",
				"attach the policy to user ci",
			},
			needs: [][]int{nil, {0}},
		},
		"names of users and groups ignore case": {
			got: func(p *iam.Policy) { p.Users, p.Groups = []string{"CI"}, []string{"Staff"} },
		},
		"a role that no object refers to loses the policy, one that does and one that is ignored keep it": {
			want: func(p *desired.Policy) {
				p.Policy.Roles, p.Ignore.Attachments = []string{"payments_app"}, []string{"role/AWSReservedSSO_*"}
			},
			got:   func(p *iam.Policy) { p.Roles = []string{"payments_app", "AWSReservedSSO_x", "stranger"} },
			lines: []string{"detach the policy from role stranger"},
		},
		"a policy of somebody else is refused": {
			got: func(p *iam.Policy) { delete(p.Tags, v1alpha1.TagOwner) },
			refusal: "OwnershipConflict: policy read exists already without the tag ecsiam.dev/owner: choose another name in a new object, " +
				"delete it in AWS, or set adoptionPolicy to IfEqual or Adopt. If it is this object's and the tag was removed, " +
				"set the tag to blue/payments/checkout again",
		},
		"a policy that this object released is taken back without any consent": {
			got: func(p *iam.Policy) {
				delete(p.Tags, v1alpha1.TagOwner)
				p.Tags[v1alpha1.TagReleased] = owner
			},
			lines: []string{"set tags ecsiam.dev/owner", "remove tags ecsiam.dev/released"},
			needs: [][]int{nil, {0}},
		},
		"a policy that was released and got another holder needs consent": {
			got: func(p *iam.Policy) {
				delete(p.Tags, v1alpha1.TagOwner)
				p.Tags[v1alpha1.TagReleased], p.Users = owner, []string{"ci", "stranger"}
			},
			refusal: "OwnershipConflict: policy read was released by this object and differs from the spec by now: make them equal, or set " +
				"adoptionPolicy to Adopt and ask the owner of the AWSAccount for a rule in spec.adoption.allow. The difference: " +
				"set tags ecsiam.dev/owner; remove tags ecsiam.dev/released; detach the policy from user stranger " +
				"(first, so that nobody holds old and new permissions together)",
		},
		"adoption takes the owner tag first and gives nobody old and new permissions together": {
			want: func(p *desired.Policy) { p.Adoption, p.AdoptionAllowed = ownership.AdoptAny, true },
			got: func(p *iam.Policy) {
				delete(p.Tags, v1alpha1.TagOwner)
				p.Users = []string{"ci", "old"}
			},
			lines: []string{
				"set tags ecsiam.dev/owner",
				"detach the policy from user old (first, so that nobody holds old and new permissions together)",
			},
			needs: [][]int{nil, {0}},
		},
		"the tag of a former cluster id is rewritten": {
			got:   func(p *iam.Policy) { p.Tags[v1alpha1.TagOwner] = formerOwner },
			lines: []string{"set tags ecsiam.dev/owner"},
		},
		"another path is refused when the spec sets one": {
			want: func(p *desired.Policy) { p.PathFixed = true },
			got:  func(p *iam.Policy) { p.Path = "/old/" },
			refusal: "OwnershipConflict: policy read exists with the path /old/, and IAM cannot move it to /: to keep it, declare spec.path /old/ in " +
				"a new object; to have it under /, delete it in AWS, and it is created anew",
		},
		"deletion detaches, removes versions, then the policy": {
			want: func(p *desired.Policy) { p.Absent = true },
			got:  func(p *iam.Policy) { p.DefaultVersionID, p.Versions = "v2", []string{"v1", "v2"} },
			lines: []string{
				"detach the policy from user ci", "detach the policy from group staff",
				"delete version v1 of policy read", "delete policy read",
			},
			needs: [][]int{nil, nil, {0, 1}, {0, 1, 2}},
		},
		"deletion of a policy that bounds a role says so": {
			want: func(p *desired.Policy) { p.Absent = true },
			got:  func(p *iam.Policy) { p.Users, p.Groups, p.Bounds = nil, nil, []string{"role/app"} },
			lines: []string{"delete policy read (withheld: still used by role app (as its permissions boundary): " +
				"take it away from them, or set deletionPolicy to Retain)"},
		},
		"deletion leaves alone what is not ours": {
			want: func(p *desired.Policy) { p.Absent = true },
			got:  func(p *iam.Policy) { p.Tags[v1alpha1.TagOwner] = otherOwner },
		},
	} {
		t.Run(name, func(t *testing.T) {
			want := declaredPolicy()
			got := iam.Observation{}
			if !e.absent {
				seen := observedPolicy(want)
				got.Policy = &seen
			}
			if e.want != nil {
				e.want(&want)
			}
			if e.got != nil {
				e.got(got.Policy)
			}
			p := plan.DiffPolicy(want, got)
			if diff := cmp.Diff(e.lines, p.Lines(), ignoreNil); diff != "" {
				t.Errorf("lines (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(e.needs, needs(p), ignoreNil); e.needs != nil && diff != "" {
				t.Errorf("needs (-want +got):\n%s", diff)
			}
			if got := refusal(p); got != e.refusal {
				t.Errorf("refusal:\n got %s\nwant %s", got, e.refusal)
			}
		})
	}
}

func TestTheDescriptionOfAPolicyIsRemarkedOnAndLeftAsItIs(t *testing.T) {
	for name, tags := range map[string]map[string]string{
		"adopted": {"team": "payments"},
		"owned":   {v1alpha1.TagOwner: owner, "team": "payments"},
	} {
		want := declaredPolicy()
		want.Adoption, want.AdoptionAllowed = ownership.AdoptAny, true
		got := observedPolicy(want)
		got.Tags, got.Description = tags, "by hand"
		p := plan.DiffPolicy(want, iam.Observation{Policy: &got})
		if len(p.Warnings) != 1 || !strings.Contains(p.Warnings[0].Message, `is "by hand", not ""`) || p.Refusal != nil {
			t.Errorf("%s: warnings %v, refusal %v", name, p.Warnings, p.Refusal)
		}
		if name == "owned" && !p.Empty() {
			t.Errorf("%s: there is something to do: %q", name, p.Lines())
		}
	}
}

func TestAPolicyThatTheObjectReleasedIsTakenBackAsItIsAndNotOtherwise(t *testing.T) {
	for name, e := range map[string]struct {
		released string
		got      func(*iam.Policy)
		taken    bool
	}{
		"as it was":                  {owner, nil, true},
		"under a former cluster id":  {formerOwner, nil, true},
		"by another object":          {otherOwner, nil, false},
		"with another document":      {owner, func(p *iam.Policy) { p.Document = rules("s3:*") }, false},
		"with another tag":           {owner, func(p *iam.Policy) { p.Tags["team"] = "orders" }, false},
		"and now of a stack":         {owner, func(p *iam.Policy) { p.Tags["aws:cloudformation:stack-name"] = "s" }, false},
		"and now of another's":       {owner, func(p *iam.Policy) { p.Tags[v1alpha1.TagOwner] = otherOwner }, false},
		"with a user that was added": {owner, func(p *iam.Policy) { p.Users = append(p.Users, "eve") }, false},
	} {
		t.Run(name, func(t *testing.T) {
			want := declaredPolicy()
			want.Adoption = ownership.AdoptNever
			got := observedPolicy(want)
			delete(got.Tags, v1alpha1.TagOwner)
			got.Tags[v1alpha1.TagReleased] = e.released
			if e.got != nil {
				e.got(&got)
			}
			p := plan.DiffPolicy(want, iam.Observation{Policy: &got})
			if taken := p.Refusal == nil && len(p.Steps) > 0; taken != e.taken {
				t.Fatalf("taken back: %v, want %v: %q, %+v", taken, e.taken, p.Lines(), p.Refusal)
			}
			if e.taken && !slices.Equal(p.Lines(), []string{"set tags ecsiam.dev/owner", "remove tags ecsiam.dev/released"}) {
				t.Errorf("the plan is %q", p.Lines())
			}
		})
	}
}
