// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package plan_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/internal/desired"
	"github.com/ecsiam/ecs-iam-controller/internal/iam"
	"github.com/ecsiam/ecs-iam-controller/internal/laws"
	"github.com/ecsiam/ecs-iam-controller/internal/ownership"
	"github.com/ecsiam/ecs-iam-controller/internal/plan"
)

const policyARN = "arn:aws:iam::111122223333:policy/read"

// drawPolicies draws a desired policy and what IAM may hold of its name.
func drawPolicies(t *rapid.T) (desired.Policy, iam.Observation) {
	g := generator{T: t}
	names := func(label string) []string { return g.some(label, 0, 3, "a", "B", "c") }
	want := desired.Policy{
		Policy: iam.Policy{
			Name: "read", Path: "/", ARN: policyARN, Document: g.identityPolicy(),
			Users: names("users"), Groups: names("groups"), Roles: names("roles"),
			Tags: map[string]string{"team": "x", v1alpha1.TagOwner: owner},
		},
		Claim: ownership.Claim{
			Owner: owner, FormerOwners: []string{formerOwner}, AdoptionAllowed: g.in(2, "allowed"),
			Adoption: rapid.SampledFrom([]ownership.Adoption{
				ownership.AdoptNever, ownership.AdoptIfEqual, ownership.AdoptAny,
			}).Draw(t, "adoption"),
		},
		Ignore: desired.PolicyIgnore{Attachments: g.some("ignored", 0, 1, "user/c", "role/*", "*")},
	}
	if g.in(5, "absent") {
		want.Absent = true
	}
	if g.in(4, "nothing") {
		return want, iam.Observation{}
	}
	got := want.Policy
	got.ID, got.Tags = "ANPA", map[string]string{}
	if g.in(2, "another document") {
		got.Document = g.kin(got.Document, g.identityStatement)
	}
	got.Users, got.Groups, got.Roles = names("seen users"), names("seen groups"), names("seen roles")
	if g.in(3, "in another case") {
		got.Users = []string{"A"}
	}
	if by := g.one("owner", owner, owner, owner, formerOwner, otherOwner, ""); by != "" {
		got.Tags[v1alpha1.TagOwner] = by
	}
	maps.Copy(got.Tags, g.otherTags(want.Policy.Tags))
	if g.in(3, "released") {
		got.Tags[v1alpha1.TagReleased] = g.one("releaser", owner, formerOwner, otherOwner)
		if !g.in(3, "crash in between") {
			delete(got.Tags, v1alpha1.TagOwner)
		}
	}
	n := rapid.IntRange(1, iam.VersionsPerPolicy).Draw(t, "versions")
	for i := range n {
		got.Versions = append(got.Versions, fmt.Sprintf("v%d", i+3))
	}
	got.DefaultVersionID = rapid.SampledFrom(got.Versions).Draw(t, "default")
	if want.Absent && g.in(3, "bounds") {
		got.Bounds = []string{"role/bounded"}
	}
	return want, iam.Observation{Policy: &got}
}

// runPolicy makes the calls of a plan as execute does: a step that fails is skipped with all that need it.
func runPolicy(
	t *rapid.T, p plan.Plan, got iam.Observation, fails func(int) bool, seen func(iam.Observation),
) iam.Observation {
	done := make([]bool, len(p.Steps))
	for i, step := range p.Steps {
		if fails(i) || slices.ContainsFunc(step.Needs, func(n int) bool { return !done[n] }) {
			continue
		}
		op := step.Op
		if create, ok := op.(plan.CreatePolicyVersion); ok {
			if len(got.Policy.Versions) >= iam.VersionsPerPolicy {
				t.Fatalf("%s exceeds the number of versions", op)
			}
			create.Version = fmt.Sprintf("v%d", 100+i)
			op = create
		}
		if remove, ok := op.(plan.DeletePolicyVersion); ok && remove.Version == got.Policy.DefaultVersionID {
			t.Fatalf("%s: it is the default", op)
		}
		if _, ok := op.(plan.DeletePolicy); ok {
			p := got.Policy
			if len(p.Users)+len(p.Groups)+len(p.Roles)+len(p.Bounds) > 0 || len(p.Versions) > 1 {
				t.Fatalf("%s: it is in use by %v", op, p)
			}
		}
		done[i] = true
		got = plan.After(got, op)
		seen(got)
	}
	return got
}

func policySteps(p plan.Plan) []string {
	var lines []string
	for i, s := range p.Steps {
		lines = append(lines, fmt.Sprintf("%d: %s %v", i, s.Op, s.Needs))
	}
	return lines
}

func TestPolicyPlanIsIdempotentAndReachesWhatIsDesired(t *testing.T) {
	laws.Check(t, func(t *rapid.T) {
		want, got := drawPolicies(t)
		p := plan.DiffPolicy(want, got)
		after := runPolicy(t, p, got, never, unseen)
		again := plan.DiffPolicy(want, after)
		if len(again.Steps) > 0 {
			t.Fatalf("after %v there is still %v", policySteps(p), policySteps(again))
		}
		if p.Refusal != nil || len(p.Withheld) > 0 || want.Absent {
			return
		}
		for kind, lists := range map[string][2][]string{
			"user":  {want.Policy.Users, after.Policy.Users},
			"group": {want.Policy.Groups, after.Policy.Groups},
		} {
			for _, name := range lists[0] {
				if !hasFold(lists[1], name) {
					t.Fatalf("%s %s lacks the policy after %v", kind, name, policySteps(p))
				}
			}
			for _, name := range lists[1] {
				if !hasFold(lists[0], name) && !desired.MatchesAnyFold(want.Ignore.Attachments, kind+"/"+name) {
					t.Fatalf("%s %s still has the policy after %v", kind, name, policySteps(p))
				}
			}
		}
	})
}

func hasFold(names []string, name string) bool {
	return slices.ContainsFunc(names, func(other string) bool { return strings.EqualFold(other, name) })
}

func TestPolicyPlanConvergesFromAnyCrashPointAndFromAnyFailure(t *testing.T) {
	laws.Check(t, func(t *rapid.T) {
		want, got := drawPolicies(t)
		p := plan.DiffPolicy(want, got)
		end := runPolicy(t, p, got, never, unseen)
		crash, one := rapid.IntRange(0, len(p.Steps)).Draw(t, "crash"), rapid.Bool().Draw(t, "one step only")
		fails := func(i int) bool { return i == crash || i > crash && !one }
		broken := runPolicy(t, p, got, fails, unseen)
		if want.Absent && broken.Policy == nil {
			return
		}
		mended := runPolicy(t, plan.DiffPolicy(want, broken), broken, never, unseen)
		if diff := cmp.Diff(policyMeaning(end), policyMeaning(mended)); diff != "" {
			t.Fatalf("crash before step %d of %v (-undisturbed +mended):\n%s", crash, policySteps(p), diff)
		}
	})
}

// policyMeaning is what may not depend on the way: not the ids of versions.
func policyMeaning(o iam.Observation) any {
	if o.Policy == nil {
		return nil
	}
	return []any{hash(o.Policy.Document), o.Policy.Tags, desired.Attachments(*o.Policy)}
}

func TestPolicyPlanIsMinimalAndNeedsPointBackwards(t *testing.T) {
	laws.Check(t, func(t *rapid.T) {
		want, got := drawPolicies(t)
		p := plan.DiffPolicy(want, got)
		seen := map[string]bool{}
		versions := 0
		for i, step := range p.Steps {
			if line := step.Op.Action() + step.Op.Field() + step.Op.String(); seen[line] {
				t.Fatalf("%s is done twice in %v", step.Op, policySteps(p))
			} else {
				seen[line] = true
			}
			for _, n := range step.Needs {
				if n >= i {
					t.Fatalf("step %d needs %d: %v", i, n, policySteps(p))
				}
			}
			if _, ok := step.Op.(plan.CreatePolicyVersion); ok {
				versions++
			}
			_, prunes := step.Op.(plan.DeletePolicyVersion)
			if prunes && !want.Absent && len(got.Policy.Versions) < iam.VersionsPerPolicy {
				t.Fatalf("a version is pruned without need: %v", policySteps(p))
			}
		}
		same := got.Policy != nil && hash(got.Policy.Document) == hash(want.Policy.Document)
		if versions > 1 || same && versions > 0 {
			t.Fatalf("%d versions are made: %v", versions, policySteps(p))
		}
	})
}

func TestPolicyPlanPassesThroughNoNewState(t *testing.T) {
	laws.Check(t, func(t *rapid.T) {
		want, got := drawPolicies(t)
		p := plan.DiffPolicy(want, got)
		if got.Policy == nil || len(p.Steps) == 0 {
			return
		}
		before, after := sights(got), sights(runPolicy(t, p, got, never, unseen))
		broken := rapid.IntRange(0, len(p.Steps)).Draw(t, "fails")
		check := func(o iam.Observation) {
			for who, now := range sights(o) {
				if fresh := now &^ (before[who] | after[who]); fresh != 0 {
					t.Fatalf("%s may do what neither end permits (%b) in %v", who, fresh, policySteps(p))
				}
			}
		}
		runPolicy(t, p, got, func(i int) bool { return i == broken }, check)
	})
}

// sights are the requests that each of those who may have the policy may make: with nothing but the policy, and
// with all else allowed, which shows what it denies.
func sights(o iam.Observation) map[string]requests {
	sets := map[string]requests{}
	var attached []string
	text := ""
	if o.Policy != nil {
		attached, text = desired.Attachments(*o.Policy), o.Policy.Document
	}
	everything := `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}`
	for _, kind := range []string{"user", "group", "role"} {
		for _, name := range []string{"a", "b", "c"} {
			who := kind + "/" + name
			doc := evaluated(nil)
			if hasFold(attached, who) {
				doc = document(text)
			}
			sets[who+" alone"] = allowed(doc)
			sets[who+" with all else"] = allowed(append(slices.Clone(doc), document(everything)...))
		}
	}
	return sets
}

func allowed(doc evaluated) requests {
	var set requests
	bit := requests(1)
	for _, action := range someActions {
		for _, resource := range someResources {
			for _, source := range someSources {
				if doc.permits(request{somePrincipals[0], action, resource, source}) {
					set |= bit
				}
				bit <<= 1
			}
		}
	}
	return set
}

func TestPolicyPlanNeverTouchesWhatIsProtectedWhateverItsTags(t *testing.T) {
	laws.Check(t, func(t *rapid.T) {
		want, got := drawPolicies(t)
		name, path := want.Policy.Name, want.Policy.Path
		if got.Policy != nil {
			name, path = got.Policy.Name, got.Policy.Path
		}
		want.Resources = []string{strings.ToUpper("policy" + path + name)}
		if roles := got.Policy; roles != nil && len(roles.Roles) > 0 && rapid.Bool().Draw(t, "by its holder") {
			want.Resources, want.Protection.Roles = nil, []string{strings.ToUpper(roles.Roles[0])}
		}
		for what, p := range map[string]plan.Plan{"DiffPolicy": plan.DiffPolicy(want, got), "ReleasePolicy": plan.ReleasePolicy(want, got)} {
			if len(p.Steps) > 0 {
				t.Fatalf("%s touches what is protected: %v", what, policySteps(p))
			}
		}
	})
}

func TestPolicyPlanTouchesOnlyWhatIsOursOrMayBeAdopted(t *testing.T) {
	laws.Check(t, func(t *rapid.T) {
		want, got := drawPolicies(t)
		p := plan.DiffPolicy(want, got)
		if got.Policy == nil || mine(got.Policy.Tags) {
			return
		}
		_, foreign := got.Policy.Tags[v1alpha1.TagOwner]
		may := !want.Absent && !foreign && want.AdoptionAllowed && want.Adoption != ownership.AdoptNever
		for _, step := range p.Steps {
			if !may && (want.Absent || foreign || !takesBack(got.Policy.Tags, step.Op)) {
				t.Fatalf("an entity of others is touched: %v", policySteps(p))
			}
		}
		if len(p.Steps) > 0 {
			if first, ok := p.Steps[0].Op.(plan.TagPolicy); !ok || first.Tags[v1alpha1.TagOwner] != owner {
				t.Fatalf("adoption begins without the owner tag: %v", policySteps(p))
			}
		}
	})
}

func TestReleasingAPolicyLeavesNothingButTheMark(t *testing.T) {
	laws.Check(t, func(t *rapid.T) {
		want, got := drawPolicies(t)
		after := runPolicy(t, plan.ReleasePolicy(want, got), got, never, unseen)
		if got.Policy == nil || !mine(got.Policy.Tags) {
			if diff := cmp.Diff(got, after); diff != "" {
				t.Fatalf("an entity of others is touched:\n%s", diff)
			}
			return
		}
		expected := *got.Policy
		expected.Tags = maps.Clone(expected.Tags)
		delete(expected.Tags, v1alpha1.TagOwner)
		expected.Tags[v1alpha1.TagReleased] = owner
		if diff := cmp.Diff(expected, *after.Policy); diff != "" {
			t.Fatalf("released (-want +got):\n%s", diff)
		}
	})
}

func TestPolicyPlanNeverPanicsAndNeverChangesItsInput(t *testing.T) {
	laws.Check(t, func(t *rapid.T) {
		want, got := drawPolicies(t)
		if got.Policy != nil && rapid.Bool().Draw(t, "junk") {
			got.Policy.Document, got.Policy.DefaultVersionID = junk(t, "document"), junk(t, "default")
			got.Policy.Versions, got.Policy.Users = junkList(t, "versions"), junkList(t, "users")
			got.Policy.Tags = junkMap(t, "tags")
		}
		before, seen := fmt.Sprintf("%+v", want), fmt.Sprintf("%+v", got.Policy)
		for _, p := range []plan.Plan{plan.DiffPolicy(want, got), plan.ReleasePolicy(want, got)} {
			p.Lines()
			p.Fields()
			after := got
			for _, step := range p.Steps {
				after = plan.After(after, step.Op)
			}
		}
		if fmt.Sprintf("%+v", want) != before || fmt.Sprintf("%+v", got.Policy) != seen {
			t.Fatalf("the input changed")
		}
	})
}
