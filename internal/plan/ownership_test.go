// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package plan_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/internal/desired"
	"github.com/ecsiam/ecs-iam-controller/internal/iam"
	"github.com/ecsiam/ecs-iam-controller/internal/ownership"
	"github.com/ecsiam/ecs-iam-controller/internal/plan"
)

// stand is one point of the space of everything that decides whether a role may be touched.
type stand struct {
	owner    string
	released string
	adoption ownership.Adoption
	allowed  bool
	held     bool
	stack    bool
	path     string
	fixed    bool
	drifted  bool
	absent   bool
}

func stands() []stand {
	var all []stand
	either := []bool{false, true}
	for _, tag := range []string{"", owner, formerOwner, otherOwner, "released", "released formerly", "released by another"} {
		released := map[string]string{
			"released": owner, "released formerly": formerOwner, "released by another": otherOwner,
		}[tag]
		if released != "" {
			tag = ""
		}
		for _, adoption := range []ownership.Adoption{ownership.AdoptNever, ownership.AdoptIfEqual, ownership.AdoptAny} {
			for _, path := range []string{"/ecs/", "/", "/aws-service-role/ecs.amazonaws.com/", "/aws-reserved/sso/"} {
				for bits := range 1 << 6 {
					bit := func(i int) bool { return either[bits>>i&1] }
					all = append(all, stand{
						tag, released, adoption, bit(0), bit(1), bit(2), path, bit(3), bit(4), bit(5),
					})
				}
			}
		}
	}
	return all
}

func (s stand) inputs() (desired.Role, iam.Observation) {
	want := declared()
	want.Adoption, want.AdoptionAllowed, want.PathFixed, want.Absent = s.adoption, s.allowed, s.fixed, s.absent
	got := observed(want)
	got.Role.Path = s.path
	delete(got.Role.Tags, v1alpha1.TagOwner)
	if s.owner != "" {
		got.Role.Tags[v1alpha1.TagOwner] = s.owner
	}
	if s.released != "" {
		got.Role.Tags[v1alpha1.TagReleased] = s.released
	}
	if s.held {
		got.Role.Tags[v1alpha1.TagHold] = ""
	}
	if s.stack {
		got.Role.Tags["aws:cloudformation:stack-id"] = "x"
	}
	if s.drifted {
		got.Role.InlinePolicies["by-hand"] = rules("*")
	}
	return want, got
}

func (s stand) protected() bool { return s.stack || s.path != "/ecs/" && s.path != "/" }

func (s stand) ours() bool { return !s.protected() && (s.owner == owner || s.owner == formerOwner) }

// takenBack tells whether a role that this object released is as the spec says but for the controller's tags.
func (s stand) takenBack() bool {
	return !s.protected() && s.owner == "" && (s.released == owner || s.released == formerOwner) && !s.drifted
}

// outcome is what a plan does: refused, nothing, held, kept or changed.
func outcome(p plan.Plan) string {
	switch {
	case p.Refusal != nil && len(p.Steps)+len(p.Withheld) > 0:
		return "refused and planned"
	case p.Refusal != nil:
		return "refused: " + string(p.Refusal.Reason)
	case len(p.Steps) == 0 && len(p.Withheld) == 0:
		return "nothing"
	case len(p.Steps) == 0 && p.Withheld[0].Reason == v1alpha1.ReasonHeld:
		return "held"
	case len(p.Steps) == 0:
		return "withheld"
	case p.Adopts:
		return "adopted"
	}
	return "changed"
}

func (s stand) want() string {
	released := s.owner == "" && s.released != "" && s.released != otherOwner
	may := s.adoption != ownership.AdoptNever && s.allowed && (s.adoption == ownership.AdoptAny || !s.drifted && !released)
	moved := s.fixed && s.path != "/ecs/"
	switch {
	case s.absent && !s.ours():
		return "nothing"
	case s.absent && s.held:
		return "refused: DeletionBlocked"
	case s.absent:
		return "changed"
	case s.owner == otherOwner, s.protected(), moved:
		return "refused: OwnershipConflict"
	case !s.ours() && !s.takenBack() && !may:
		return "refused: OwnershipConflict"
	case s.owner == owner && !s.drifted:
		return "nothing"
	case s.held:
		return "held"
	case !s.ours():
		return "adopted"
	}
	return "changed"
}

func TestEveryCombinationOfOwnershipAdoptionHoldAndPath(t *testing.T) {
	for _, s := range stands() {
		want, got := s.inputs()
		p := plan.Diff(want, got, iam.DefaultQuotas())
		if result := outcome(p); result != s.want() {
			t.Errorf("%+v: %s, want %s: %q", s, result, s.want(), p.Lines())
		}
		if r := plan.Release(want, got); r.Empty() == s.ours() {
			t.Errorf("%+v: letting go does %q", s, r.Lines())
		}
		if want.Standing(got.Role.Path, got.Role.Tags).Owned() != s.ours() {
			t.Errorf("%+v: owned is %t", s, !s.ours())
		}
	}
}

// TestEveryCombinationOfOwnershipOfTheProfile is about an instance profile beside a role that is ours.
func TestEveryCombinationOfOwnershipOfTheProfile(t *testing.T) {
	for _, tag := range []string{"", owner, formerOwner, otherOwner} {
		for _, adoption := range []ownership.Adoption{ownership.AdoptNever, ownership.AdoptIfEqual, ownership.AdoptAny} {
			for _, inside := range []string{"", roleName, "Payments_Checkout", "stranger"} {
				for bits := range 1 << 3 {
					allowed, held, absent := bits&1 > 0, bits&2 > 0, bits&4 > 0
					want := declared()
					want.Adoption, want.AdoptionAllowed, want.Absent = adoption, allowed, absent
					want.Profile = &iam.InstanceProfile{Name: roleName, Tags: map[string]string{v1alpha1.TagOwner: owner}}
					got := observed(want)
					got.Profile.Tags, got.Profile.RoleName = map[string]string{}, inside
					if tag != "" {
						got.Profile.Tags[v1alpha1.TagOwner] = tag
					}
					if held {
						got.Profile.Tags[v1alpha1.TagHold] = ""
					}
					name := fmt.Sprintf("owner %q, adoption %d, allowed %t, holds %q, held %t, absent %t", tag, adoption, allowed, inside, held, absent)
					checkProfile(t, name, want, got)
				}
			}
		}
	}
}

func checkProfile(t *testing.T, name string, want desired.Role, got iam.Observation) {
	t.Helper()
	tags, inside := got.Profile.Tags, got.Profile.RoleName
	ours := tags[v1alpha1.TagOwner] == owner || tags[v1alpha1.TagOwner] == formerOwner
	_, tagged := tags[v1alpha1.TagOwner]
	takes := !want.Absent && !tagged && want.AdoptionAllowed &&
		(want.Adoption == ownership.AdoptAny || want.Adoption == ownership.AdoptIfEqual && inside != "")
	may := (ours || takes) && inside != "stranger" && !ownership.Held(tags)

	p := plan.Diff(want, got, iam.DefaultQuotas())
	after := apply(got, p)
	switch {
	case !may && after.Profile == nil, !may && (after.Profile.RoleName != inside || after.Profile.Tags[v1alpha1.TagOwner] != tags[v1alpha1.TagOwner]):
		t.Errorf("%s: the profile is not ours to change: %q", name, p.Lines())
	case may && want.Absent && after.Profile != nil:
		t.Errorf("%s: the profile is still there after %q", name, p.Lines())
	case may && !want.Absent && (after.Profile.RoleName == "" || after.Profile.Tags[v1alpha1.TagOwner] != owner):
		t.Errorf("%s: the profile is %+v after %q", name, after.Profile, p.Lines())
	}
	blocked := want.Absent && inside != "" && inside != "stranger" && !may
	if blocked != (p.Refusal != nil) {
		t.Errorf("%s: the refusal is %q", name, refusal(p))
	}
	if want.Absent && !blocked && after.Role != nil {
		t.Errorf("%s: the role is still there after %q", name, p.Lines())
	}
}

func TestAdoption(t *testing.T) {
	adopt := func(mode ownership.Adoption) func(*desired.Role) {
		return func(w *desired.Role) { w.Adoption, w.AdoptionAllowed = mode, true }
	}
	disown := func(o *iam.Observation) { delete(o.Role.Tags, v1alpha1.TagOwner) }
	check(t, map[string]example{
		"the owner tag goes first, then what is declared and permitted already, then the undeclared goes, then trust, then grants": {
			want: func(w *desired.Role) {
				adopt(ownership.AdoptAny)(w)
				w.Role.Attached, w.Role.InlinePolicies["ecsiam"] = []string{arn("m1")}, rules("s3:GetObject")
			},
			got: func(o *iam.Observation) {
				o.Role.Tags, o.Role.Trust = map[string]string{"left": "x"}, trustsBoth
				o.Role.Attached, o.Role.InlinePolicies = nil, map[string]string{"by-hand": rules("*")}
				undeclared(o, map[string]string{arn("admin"): managed[arn("m3")]})
			},
			lines: []string{
				"set tags ecsiam.dev/owner, team", "remove tags left", "put inline policy ecsiam",
				"detach policy admin (first, so that nobody holds old and new permissions together)",
				"delete inline policy by-hand (first, so that nobody holds old and new permissions together)",
				"change the trust policy: statement 1: principal Service ec2.amazonaws.com removed",
				"attach policy m1",
			},
			needs:  [][]int{nil, {0}, {0}, {0, 2}, {0, 2}, {0, 3, 4}, {0, 3, 4, 5}},
			adopts: true,
		},
		"undeclared permissions go first even when the trust policy is as declared": {
			want: func(w *desired.Role) {
				adopt(ownership.AdoptAny)(w)
				w.Role.Attached = []string{arn("m1")}
			},
			got: func(o *iam.Observation) {
				disown(o)
				o.Role.Attached = nil
				o.Role.InlinePolicies["by-hand"] = rules("*")
			},
			lines: []string{
				"set tags ecsiam.dev/owner",
				"delete inline policy by-hand (first, so that nobody holds old and new permissions together)",
				"attach policy m1",
			},
			needs:  [][]int{nil, {0}, {0, 1}},
			adopts: true,
		},
		"a role that is held is not adopted": {
			want: adopt(ownership.AdoptAny),
			got: func(o *iam.Observation) {
				disown(o)
				o.Role.Tags[v1alpha1.TagHold] = ""
			},
			lines: []string{"set tags ecsiam.dev/owner (withheld: the tag ecsiam.dev/hold in AWS keeps it as it is)"},
		},
		"IfEqual takes a role that lacks nothing but the owner tag": {
			want:   adopt(ownership.AdoptIfEqual),
			got:    disown,
			lines:  []string{"set tags ecsiam.dev/owner"},
			adopts: true,
		},
		"IfEqual takes a role that was released, and the mark goes": {
			want: adopt(ownership.AdoptIfEqual),
			got: func(o *iam.Observation) {
				disown(o)
				o.Role.Tags["EcsIam.dev/Released"] = owner
			},
			lines:  []string{"set tags ecsiam.dev/owner", "remove tags EcsIam.dev/Released"},
			needs:  [][]int{nil, {0}},
			adopts: true,
		},
		"a role that this object released is taken back without any consent": {
			want: func(w *desired.Role) { w.Role.Attached = []string{arn("m1")} },
			got: func(o *iam.Observation) {
				disown(o)
				o.Role.Tags[v1alpha1.TagReleased], o.Role.Tags["ecsiam.dev/future"] = formerOwner, "x"
			},
			lines:  []string{"set tags ecsiam.dev/owner", "remove tags ecsiam.dev/released"},
			needs:  [][]int{nil, {0}},
			adopts: true,
		},
		"a role that was released and changed is taken back with consent to adopt it alone": {
			want: adopt(ownership.AdoptIfEqual),
			got: func(o *iam.Observation) {
				disown(o)
				o.Role.Tags[v1alpha1.TagReleased], o.Role.Description = owner, "changed"
			},
			refusal: "OwnershipConflict: role payments_checkout was released by this object and differs from the spec by now: make them equal, " +
				"or set adoptionPolicy to Adopt and ask the owner of the AWSAccount for a rule in spec.adoption.allow. " +
				"The difference: set tags ecsiam.dev/owner; remove tags ecsiam.dev/released; change description",
		},
		"a role that another object released is not taken back": {
			got: func(o *iam.Observation) {
				disown(o)
				o.Role.Tags[v1alpha1.TagReleased] = "blue/payments/other"
			},
			refusal: "OwnershipConflict: role payments_checkout exists already without the tag ecsiam.dev/owner: choose another name in a " +
				"new object, delete it in AWS, or set adoptionPolicy to IfEqual or Adopt. If it is this object's and the tag was removed, " +
				"set the tag to blue/payments/checkout again",
		},
		"a role of ours that a stack took over is not touched": {
			got: func(o *iam.Observation) {
				o.Role.Tags["aws:cloudformation:stack-id"], o.Role.Description = "x", "changed"
			},
			refusal: "OwnershipConflict: role payments_checkout carries this object's tag ecsiam.dev/owner and is never changed, because it belongs to " +
				"a CloudFormation stack: take it out of there, or choose another name in a new object",
		},
		"IfEqual refuses any other difference and names it": {
			want: adopt(ownership.AdoptIfEqual),
			got: func(o *iam.Observation) {
				disown(o)
				o.Role.Tags["left"] = "x"
				o.Role.InlinePolicies["by-hand"] = rules("*")
			},
			refusal: "OwnershipConflict: role payments_checkout exists already and differs from the spec, and adoptionPolicy is IfEqual: " +
				"make them equal, or set Adopt. The difference: set tags ecsiam.dev/owner; remove tags left; delete inline policy by-hand",
		},
		"IfEqual refuses a role with a policy that it cannot read": {
			want: adopt(ownership.AdoptIfEqual),
			got: func(o *iam.Observation) {
				disown(o)
				o.Role.Attached = []string{arn("secret")}
			},
			refusal: "OwnershipConflict: role payments_checkout exists already and differs from the spec, and adoptionPolicy is IfEqual: " +
				"make them equal, or set Adopt. The difference: set tags ecsiam.dev/owner; detach policy secret (withheld: whether the policy " +
				"only denies cannot be read: give the controller iam:GetPolicy and iam:GetPolicyVersion)",
		},
		"nobody new is trusted on adoption while a policy hangs there that cannot be read": {
			want: func(w *desired.Role) {
				adopt(ownership.AdoptAny)(w)
				w.Role.Trust = trustsEC2
			},
			got: func(o *iam.Observation) {
				disown(o)
				o.Role.Trust, o.Role.Attached = trustsTasks, []string{arn("secret")}
			},
			lines: []string{
				"set tags ecsiam.dev/owner",
				"detach policy secret (withheld: whether the policy only denies cannot be read: " +
					"give the controller iam:GetPolicy and iam:GetPolicyVersion)",
				"change the trust policy: statement 1: principal Service ec2.amazonaws.com added; statement 1: principal Service " +
					"ecs-tasks.amazonaws.com removed (withheld: waits for: detach policy secret)",
			},
			adopts: true,
		},
		"at the limit of tags the owner tag needs room": {
			want: adopt(ownership.AdoptAny),
			got: func(o *iam.Observation) {
				o.Role.Tags = map[string]string{"team": "payments"}
				fill(o.Role.Tags, iam.TagsPerRole)
				o.Role.Description = "another"
			},
			lines: []string{
				"remove tags " + fillers(49) + " (first, because the tags are at IAM's limit)", "set tags ecsiam.dev/owner",
				"change description",
			},
			needs:  [][]int{nil, nil, {0, 1}},
			adopts: true,
		},
		"without the object's consent an existing role is left alone": {
			got: disown,
			refusal: "OwnershipConflict: role payments_checkout exists already without the tag ecsiam.dev/owner: choose another name in a new object, " +
				"delete it in AWS, or set adoptionPolicy to IfEqual or Adopt. If it is this object's and the tag was removed, " +
				"set the tag to blue/payments/checkout again",
		},
		"without the account's consent an existing role is left alone": {
			want: func(w *desired.Role) { w.Adoption = ownership.AdoptAny },
			got:  disown,
			refusal: "OwnershipConflict: role payments_checkout exists already, and the AWSAccount does not allow this namespace to adopt it: " +
				"ask the owner of the AWSAccount for a rule in spec.adoption.allow. If it is this object's and the tag was removed, " +
				"set the tag to blue/payments/checkout again",
		},
		"another owner's role is left alone whatever the consents": {
			want: adopt(ownership.AdoptAny),
			got:  func(o *iam.Observation) { o.Role.Tags[v1alpha1.TagOwner] = otherOwner },
			refusal: "OwnershipConflict: role payments_checkout is not available: choose another name in a new object, or ask the " +
				"operator of the controller, whose log names the owner",
		},
		"an empty owner tag is someone else's": {
			want: func(w *desired.Role) {
				adopt(ownership.AdoptAny)(w)
				w.Owner, w.FormerOwners = "", []string{""}
			},
			got: func(o *iam.Observation) { o.Role.Tags[v1alpha1.TagOwner] = "" },
			refusal: "OwnershipConflict: role payments_checkout belongs to an unknown owner (its tag ecsiam.dev/owner): " +
				"choose another name in a new object, or, if that owner no longer exists, remove the tag in AWS and adopt it with " +
				"adoptionPolicy",
		},
		"a path that the spec does not set is kept": {
			got: func(o *iam.Observation) { o.Role.Path = "/teams/" },
		},
		"a path that the spec sets is never accepted and not applied": {
			want: func(w *desired.Role) { w.PathFixed = true },
			got:  func(o *iam.Observation) { o.Role.Path = "/teams/" },
			refusal: "OwnershipConflict: role payments_checkout exists with the path /teams/, and IAM cannot move it to /ecs/: " +
				"to keep it, declare spec.path /teams/ in a new object; to have it under /ecs/, delete it in AWS, and it is created anew",
		},
	})
}

func fillers(n int) string {
	tags := map[string]string{}
	fill(tags, n)
	return strings.Join(slices.Sorted(maps.Keys(tags)), ", ")
}
