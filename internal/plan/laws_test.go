// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package plan_test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/internal/desired"
	"github.com/ecsiam/ecs-iam-controller/internal/iam"
	"github.com/ecsiam/ecs-iam-controller/internal/laws"
	"github.com/ecsiam/ecs-iam-controller/internal/ownership"
	"github.com/ecsiam/ecs-iam-controller/internal/plan"
	"github.com/ecsiam/ecs-iam-controller/internal/policy"
)

// situation is one generated input of a law.
type situation struct {
	want   desired.Role
	got    iam.Observation
	quotas iam.Quotas
}

// diff asks what the plan depends on, as a pass does.
func (s situation) diff(got iam.Observation) plan.Plan {
	return plan.Diff(s.want, s.informed(got), s.quotas)
}

func (s situation) informed(got iam.Observation) iam.Observation {
	answers := plan.Answers{}
	for _, q := range plan.RoleQuestions(s.want, got) {
		answers[q] = plan.Answer{Policy: &iam.Policy{ARN: q.Subject, Document: managed[q.Subject]}}
	}
	return plan.WithDocuments(got, answers)
}

func draw(t *rapid.T) situation {
	g := generator{T: t}
	g.limited = g.in(8, "limited")
	return drawWith(g)
}

func drawWith(g generator) situation {
	var s situation
	s.want = g.want()
	s.got = g.got(s.want)
	s.quotas = g.quotas(s.want, s.got)
	if g.in(6, "deleted") {
		s.want = desired.Role{
			Absent: true, Role: iam.Role{Name: s.want.Role.Name}, Profile: s.want.Profile,
			Claim: ownership.Claim{Owner: owner, FormerOwners: s.want.FormerOwners},
		}
		s.got.OtherProfiles = g.some("other profiles", 0, 1, "hand-made", "", "", "")
		s.got.OtherProfiles = slices.DeleteFunc(s.got.OtherProfiles, func(p string) bool { return p == "" })
	}
	return s
}

// expected is the role as it should be in the end: what is desired, and what others have there by right.
func expected(want desired.Role, got iam.Observation) *iam.Role {
	if want.Absent {
		return nil
	}
	end := want.Role
	end.InlinePolicies, end.Tags = maps.Clone(end.InlinePolicies), maps.Clone(end.Tags)
	end.Attached = slices.Clone(end.Attached)
	if got.Role == nil {
		return &end
	}
	end.Name, end.Path, end.ARN, end.ID = got.Role.Name, got.Role.Path, got.Role.ARN, got.Role.ID
	end.Trust = withForeignDenials(end.Trust, got.Role.Trust)
	for name, text := range got.Role.InlinePolicies {
		if _, declared := end.InlinePolicies[name]; !declared && name != v1alpha1.DefaultInlinePolicyName &&
			(desired.MatchesAny(want.Ignore.InlinePolicies, name) || onlyDenies(text)) {
			end.InlinePolicies[name] = text
		}
	}
	for _, a := range got.Role.Attached {
		others := !slices.Contains(got.OwnAttachments, a)
		if !slices.Contains(end.Attached, a) && others && (desired.MatchesAny(want.Ignore.ManagedPolicyARNs, a) || onlyDenies(managed[a])) {
			end.Attached = append(end.Attached, a)
		}
	}
	for key, value := range got.Role.Tags {
		lower := strings.ToLower(key)
		reserved := strings.HasPrefix(lower, "ecsiam.dev/") && lower != v1alpha1.TagOwner && lower != v1alpha1.TagReleased
		declared := slices.ContainsFunc(slices.Collect(maps.Keys(want.Role.Tags)), func(k string) bool { return strings.EqualFold(k, key) })
		if !declared && (strings.HasPrefix(lower, "aws:") || reserved || desired.MatchesAnyFold(want.Ignore.Tags, key) && lower != v1alpha1.TagReleased) {
			end.Tags[key] = value
		}
	}
	return &end
}

// onlyDenies tells whether a policy only denies and has a statement that the controller did not write.
func onlyDenies(text string) bool {
	foreign := false
	for _, s := range document(text) {
		if s.Effect == "Allow" {
			return false
		}
		foreign = foreign || !strings.HasPrefix(s.Sid, v1alpha1.ReservedSidPrefix)
	}
	return foreign
}

func withForeignDenials(trust, observed string) string {
	doc, err := policy.Parse([]byte(trust))
	if err != nil {
		panic(err)
	}
	seen, err := policy.Parse([]byte(observed))
	if err != nil {
		panic(err)
	}
	for _, s := range seen.Statements {
		if s.Effect == policy.Deny && !strings.HasPrefix(s.Sid, "EcsIam") {
			doc.Statements = append(doc.Statements, s)
		}
	}
	return string(doc.Render())
}

var ignoreNil = cmpopts.EquateEmpty()

// skipUnreadable skips plans that wait for a permission to read: they stop halfway, and where depends on the calls made.
func skipUnreadable(t *rapid.T, p plan.Plan) {
	if slices.ContainsFunc(p.Withheld, func(w plan.Withheld) bool { return w.Reason == v1alpha1.ReasonAccessDenied }) {
		t.Skip("the plan waits for a permission to read")
	}
}

func TestPlanIsIdempotent(t *testing.T) {
	laws.Check(t, func(t *rapid.T) {
		s := draw(t)
		p := s.diff(s.got)
		skipUnreadable(t, p)
		again := s.diff(apply(s.got, p))
		if len(again.Steps) > 0 {
			t.Fatalf("after %q there is still %q", p.Lines(), again.Lines())
		}
		if len(p.Withheld) == 0 && p.Refusal == nil && !again.Empty() {
			t.Fatalf("after %q the plan holds %q, %+v", p.Lines(), again.Lines(), again.Refusal)
		}
	})
}

func TestPlanReachesWhatIsDesiredAndKeepsWhatOthersMayHave(t *testing.T) {
	laws.Check(t, func(t *rapid.T) {
		s := draw(t)
		p := s.diff(s.got)
		if p.Refusal != nil || len(p.Withheld) > 0 || s.want.Absent && s.got.Role != nil && !mine(s.got.Role.Tags) {
			t.Skip("a refused or withheld plan does not reach the desired end, which the law is about")
		}
		w := world{Observation: s.got, quotas: s.quotas}
		w.run(p, never, unseen)
		want := meaningOf(iam.Observation{Role: expected(s.want, s.got)}).Role
		if diff := cmp.Diff(want, meaningOf(w.Observation).Role, ignoreNil); diff != "" {
			t.Fatalf("%q, of which IAM refused %q, ends in (-want +got):\n%s", p.Lines(), w.refused, diff)
		}
	})
}

func TestPlanConvergesFromAnyCrashPoint(t *testing.T) {
	laws.Check(t, func(t *rapid.T) {
		s := draw(t)
		p := s.diff(s.got)
		skipUnreadable(t, p)
		end := meaningOf(apply(s.got, p))
		for i := range p.Steps {
			for name, fails := range map[string]func(int) bool{
				"after a crash":     func(step int) bool { return step >= i },
				"after one failure": func(step int) bool { return step == i },
			} {
				w := world{Observation: s.got, quotas: s.quotas}
				w.run(p, fails, unseen)
				next := s.diff(w.Observation)
				w.run(next, never, unseen)
				if diff := cmp.Diff(end, meaningOf(w.Observation), ignoreNil); diff != "" {
					t.Fatalf("%s of step %d of %q, %q with %+v ends in (-without +with):\n%s", name, i, p.Lines(), next.Lines(), next.Refusal, diff)
				}
			}
		}
	})
}

func TestPlanIsMinimal(t *testing.T) {
	laws.Check(t, func(t *rapid.T) {
		s := draw(t)
		p := s.diff(s.got)
		state := s.got
		for _, step := range p.Steps {
			next := plan.After(state, step.Op)
			if cmp.Equal(meaningOf(state), meaningOf(next), ignoreNil) {
				t.Fatalf("%q changes nothing in %q", step.Op, p.Lines())
			}
			state = next
		}
	})
}

func TestPlanWritesOnlyDocumentsThatIAMTakes(t *testing.T) {
	laws.Check(t, func(t *rapid.T) {
		s := draw(t)
		for _, step := range s.diff(s.got).Steps {
			var problems []policy.Problem
			switch op := step.Op.(type) {
			case plan.PutRolePolicy:
				_, problems = policy.Check([]byte(op.New), policy.IdentityPolicy)
			case plan.UpdateTrustPolicy:
				_, problems = policy.Check([]byte(op.New), policy.TrustPolicy)
			default: // the others write no document
			}
			if len(problems) > 0 {
				t.Fatalf("%q writes a document with %v", step.Op, problems)
			}
		}
	})
}

func TestPlanPassesThroughNoNewState(t *testing.T) {
	laws.Check(t, func(t *rapid.T) {
		s := draw(t)
		p := s.diff(s.got)
		may := permitted(s.got.Role) | permitted(expected(s.want, s.got))
		check := func(how string, i int) func(iam.Observation) {
			return func(got iam.Observation) {
				if extra := permitted(got.Role) &^ may; extra != 0 {
					t.Fatalf("%s %d, %q permits what neither end does: %b\nfrom %+v\nthrough %+v", how, i, steps(p), extra, s.got.Role, got.Role)
				}
			}
		}
		for i := -1; i < len(p.Steps); i++ {
			w := world{Observation: s.got, quotas: s.quotas}
			w.run(p, func(step int) bool { return step == i }, check("failing", i))
			w.run(s.diff(w.Observation), never, check("repaired after failing", i))
		}
		for i := range p.Steps {
			w := world{Observation: s.got, quotas: s.quotas}
			w.run(p, func(step int) bool { return step >= i }, check("crashing", i))
			w.run(s.diff(w.Observation), never, check("repaired after crashing", i))
		}
	})
}

func TestPlanKeepsWithinTheLimitOfInlinePolicies(t *testing.T) {
	laws.Check(t, func(t *rapid.T) {
		s := drawWith(generator{T: t, long: true})
		end := expected(s.want, s.got)
		tooLarge := func(role *iam.Role) bool { return role == nil || inlineSize(role) > iam.InlinePoliciesSize }
		if tooLarge(s.got.Role) || tooLarge(end) {
			t.Skip("no order can keep within the limit when an end exceeds it")
		}
		if len(s.want.Role.InlinePolicies) > 1 {
			// An ECSRole declares one inline policy. With several that nearly fill the limit, the planner can still order
			// puts so that IAM refuses one: a known gap, written down in docs/decisions/0003-order-of-operations.md.
			t.Skip("several declared inline policies")
		}
		p := s.diff(s.got)
		skipUnreadable(t, p)
		oneStep := slices.ContainsFunc(p.Steps, func(s plan.Step) bool { return strings.HasPrefix(s.Note, "in one step") })
		may := permitted(s.got.Role) | permitted(end)
		for i := -1; i < len(p.Steps); i++ {
			w := world{Observation: s.got, quotas: s.quotas}
			w.run(p, func(step int) bool { return step == i }, func(got iam.Observation) {
				if extra := permitted(got.Role) &^ may; extra != 0 && !oneStep {
					t.Fatalf("failing %d, %q permits what neither end does: %b", i, steps(p), extra)
				}
			})
			next := s.diff(w.Observation)
			w.run(next, never, unseen)
			if len(w.refused) > 0 {
				t.Fatalf("IAM refuses %q of %q, then %q", w.refused, p.Lines(), next.Lines())
			}
			if left := s.diff(w.Observation); len(left.Steps) > 0 {
				t.Fatalf("%q and %q leave %q", p.Lines(), next.Lines(), left.Lines())
			}
		}
	})
}

func inlineSize(role *iam.Role) int {
	size := 0
	for _, text := range role.InlinePolicies {
		size += policy.Size([]byte(text))
	}
	return size
}

// steps shows what a plan does with all documents, for failures.
func steps(p plan.Plan) []string {
	var lines []string
	for _, s := range p.Steps {
		line := s.Op.String() + " [" + s.Note + "]"
		switch op := s.Op.(type) {
		case plan.PutRolePolicy:
			line += " " + op.New
		case plan.UpdateTrustPolicy:
			line += " " + op.New
		default: // the others say everything
		}
		lines = append(lines, line)
	}
	return lines
}

// mine tells whether tags prove that an entity is ours. What belongs to a stack is nobody else's.
func mine(tags map[string]string) bool {
	if _, stack := tags["aws:cloudformation:stack-name"]; stack {
		return false
	}
	for k, v := range tags {
		if strings.EqualFold(k, v1alpha1.TagOwner) {
			return v == owner || v == formerOwner
		}
	}
	return false
}

// takesBack tells whether the object released an entity and an operation changes no more of it than whose it is.
func takesBack(tags map[string]string, op plan.Operation) bool {
	set, removed := map[string]string{}, []string(nil)
	switch op := op.(type) {
	case plan.TagRole:
		set = op.Tags
	case plan.TagInstanceProfile:
		set = op.Tags
	case plan.TagPolicy:
		set = op.Tags
	case plan.UntagRole:
		removed = op.Keys
	case plan.UntagInstanceProfile:
		removed = op.Keys
	case plan.UntagPolicy:
		removed = op.Keys
	default:
		return false
	}
	released := false
	for key, by := range tags {
		released = released || strings.EqualFold(key, v1alpha1.TagReleased) && (by == owner || by == formerOwner)
	}
	return released && (set[v1alpha1.TagOwner] == owner && len(set) == 1 ||
		len(removed) == 1 && strings.EqualFold(removed[0], v1alpha1.TagReleased))
}

func TestPlanNeverTouchesWhatIsProtectedWhateverItsTags(t *testing.T) {
	laws.Check(t, func(t *rapid.T) {
		s := draw(t)
		path := s.want.Role.Path
		if s.got.Role != nil {
			path = s.got.Role.Path
		}
		pattern := rapid.SampledFrom([]string{
			"role" + path + s.want.Role.Name, "ROLE" + path + strings.ToUpper(s.want.Role.Name), "role/*", "*",
		}).Draw(t, "protected")
		s.want.Resources = []string{pattern}
		for name, p := range map[string]plan.Plan{"Diff": s.diff(s.got), "Release": plan.Release(s.want, s.got)} {
			for _, step := range p.Steps {
				if onProfile := strings.HasPrefix(step.Op.Field(), "profile"); !onProfile || pattern == "*" {
					t.Fatalf("%s does %q to what %s protects", name, step.Op, pattern)
				}
			}
		}
	})
}

func TestPlanTouchesOnlyWhatIsOursOrMayBeAdopted(t *testing.T) {
	laws.Check(t, func(t *rapid.T) {
		s := draw(t)
		for name, p := range map[string]plan.Plan{"Diff": s.diff(s.got), "Release": plan.Release(s.want, s.got)} {
			adopts := name == "Diff" && !s.want.Absent && s.want.AdoptionAllowed && s.want.Adoption != ownership.AdoptNever
			for _, step := range p.Steps {
				var tags map[string]string
				var exists, held bool
				if profile := s.got.Profile; strings.HasPrefix(step.Op.Field(), "profile") {
					if exists = profile != nil; exists {
						tags = profile.Tags
					}
				} else if exists = s.got.Role != nil; exists {
					tags = s.got.Role.Tags
				}
				for k := range tags {
					held = held || strings.EqualFold(k, v1alpha1.TagHold)
				}
				_, foreign := tags[v1alpha1.TagOwner]
				_, foreignToo := tags["EcsIam.dev/Owner"]
				_, stack := tags["aws:cloudformation:stack-name"]
				switch {
				case exists && held && name == "Diff":
					t.Fatalf("%s does %q to what is held", name, step.Op)
				case exists && !mine(tags) && (foreign || foreignToo || stack):
					t.Fatalf("%s does %q to what is not ours", name, step.Op)
				case exists && !mine(tags) && !adopts && (name != "Diff" || s.want.Absent || !takesBack(tags, step.Op)):
					t.Fatalf("%s does %q to what may not be adopted", name, step.Op)
				}
			}
		}
	})
}

func TestNeedsPointBackwards(t *testing.T) {
	laws.Check(t, func(t *rapid.T) {
		s := draw(t)
		keep := func(plan.Operation) (bool, v1alpha1.Reason, string) {
			return rapid.Bool().Draw(t, "kept"), v1alpha1.ReasonContested, "contested"
		}
		p := s.diff(s.got)
		for _, p := range []plan.Plan{p, p.Permit(keep), plan.Release(s.want, s.got)} {
			if p.Refusal != nil && len(p.Steps)+len(p.Withheld) > 0 {
				t.Fatalf("a refused plan has %q", p.Lines())
			}
			for i, step := range p.Steps {
				for _, n := range step.Needs {
					if n < 0 || n >= i {
						t.Fatalf("step %d of %q needs %d", i, p.Lines(), n)
					}
				}
			}
			if got, want := len(p.Lines()), len(p.Steps)+len(p.Withheld); got != want {
				t.Fatalf("%d lines for %d operations", got, want)
			}
		}
	})
}

func TestOrderOfListsNeverMatters(t *testing.T) {
	laws.Check(t, func(t *rapid.T) {
		s := draw(t)
		other := s
		other.want.Role.Attached = rapid.Permutation(s.want.Role.Attached).Draw(t, "attached")
		other.want.FormerOwners = rapid.Permutation(s.want.FormerOwners).Draw(t, "former owners")
		other.want.Ignore.Tags = rapid.Permutation(s.want.Ignore.Tags).Draw(t, "ignored")
		if s.got.Role != nil {
			role := *s.got.Role
			role.Attached = rapid.Permutation(role.Attached).Draw(t, "observed")
			other.got.Role = &role
		}
		if diff := cmp.Diff(s.diff(s.got), other.diff(other.got)); diff != "" {
			t.Fatalf("another order gives another plan:\n%s", diff)
		}
		if diff := cmp.Diff(s.diff(s.got), s.diff(s.got)); diff != "" {
			t.Fatalf("the same input gives another plan:\n%s", diff)
		}
	})
}

func TestReleaseLeavesNothingButTheMark(t *testing.T) {
	laws.Check(t, func(t *rapid.T) {
		s := draw(t)
		p := plan.Release(s.want, s.got)
		for i := range p.Steps {
			w := world{Observation: s.got}
			w.run(p, func(step int) bool { return step >= i }, unseen)
			w.run(plan.Release(s.want, w.Observation), never, unseen)
			checkReleased(t, s, w.Observation)
		}
		checkReleased(t, s, apply(s.got, p))
	})
}

func checkReleased(t *rapid.T, s situation, released iam.Observation) {
	t.Helper()
	want, got := meaningOf(s.got), meaningOf(released)
	unmark := func(tags map[string]string, ours bool) {
		if ours && tags[v1alpha1.TagReleased] != owner {
			t.Fatalf("the tags are %v, want the mark", tags)
		}
		maps.DeleteFunc(tags, func(k, _ string) bool {
			return strings.EqualFold(k, v1alpha1.TagOwner) && ours || strings.EqualFold(k, v1alpha1.TagReleased)
		})
	}
	if got.Role != nil {
		unmark(got.Role.Tags, mine(s.got.Role.Tags))
		maps.DeleteFunc(want.Role.Tags, func(k, _ string) bool {
			return k == v1alpha1.TagOwner && mine(s.got.Role.Tags) || k == v1alpha1.TagReleased
		})
	}
	if got.Profile != nil {
		unmark(got.Profile.Tags, mine(s.got.Profile.Tags))
		maps.DeleteFunc(want.Profile.Tags, func(k, _ string) bool {
			return strings.EqualFold(k, v1alpha1.TagOwner) && mine(s.got.Profile.Tags) || strings.EqualFold(k, v1alpha1.TagReleased)
		})
	}
	if diff := cmp.Diff(want, got, ignoreNil); diff != "" {
		t.Fatalf("letting go changed something (-before +after):\n%s", diff)
	}
	if again := plan.Release(s.want, released); !again.Empty() {
		t.Fatalf("after letting go there is still %q", again.Lines())
	}
}

// junk draws a text of the kinds that IAM should never hand out.
func junk(t *rapid.T, name string) string {
	return rapid.OneOf(
		rapid.SampledFrom([]string{
			"", "{}", "null", "[]", `{"Statement":[]}`, `{"Statement":{}}`, `{"Statement":[{"Effect":"Deny"}]}`,
			`{"Statement":{"Effect":"Allow","NotPrincipal":{"AWS":[]},"NotAction":[]}}`, "arn:", "\x00", "EcsIam.dev/OWNER", owner,
			`{"Statement":[{"Sid":"EcsIamX","Effect":"Deny"},{"Sid":"EcsIamX","Effect":"Allow","Action":"*","Resource":"*"}]}`,
		}),
		rapid.StringN(0, 20, -1),
	).Draw(t, name)
}

func junkMap(t *rapid.T, name string) map[string]string {
	if rapid.Bool().Draw(t, name+" is nil") {
		return nil
	}
	m := map[string]string{}
	for range rapid.IntRange(0, 3).Draw(t, name) {
		m[junk(t, name)] = junk(t, name)
	}
	return m
}

func junkList(t *rapid.T, name string) []string {
	var list []string
	for range rapid.IntRange(0, 3).Draw(t, name) {
		list = append(list, junk(t, name))
	}
	return list
}

func junkRole(t *rapid.T) iam.Role {
	return iam.Role{
		Name: junk(t, "name"), Path: junk(t, "path"), Trust: junk(t, "trust"), Boundary: junk(t, "boundary"),
		InlinePolicies: junkMap(t, "inline"), Attached: junkList(t, "attached"), Tags: junkMap(t, "tags"),
		Description: junk(t, "description"), MaxSessionSeconds: rapid.Int32().Draw(t, "session"),
	}
}

func junkProfile(t *rapid.T) *iam.InstanceProfile {
	if rapid.Bool().Draw(t, "no profile") {
		return nil
	}
	return &iam.InstanceProfile{Name: junk(t, "profile"), RoleName: junk(t, "in profile"), Tags: junkMap(t, "profile tags")}
}

func TestPlanNeverPanicsAndNeverChangesItsInput(t *testing.T) {
	laws.Check(t, func(t *rapid.T) {
		s := situation{
			want: desired.Role{
				Absent: rapid.Bool().Draw(t, "absent"), Role: junkRole(t), PathFixed: rapid.Bool().Draw(t, "fixed"),
				Profile: junkProfile(t),
				Claim: ownership.Claim{
					Owner: junk(t, "owner"), FormerOwners: junkList(t, "former"),
					Adoption: ownership.Adoption(rapid.IntRange(-1, 3).Draw(t, "adoption")), AdoptionAllowed: rapid.Bool().Draw(t, "allowed"),
				},
				Ignore: desired.Ignore{Tags: junkList(t, "ignored"), InlinePolicies: junkList(t, "ignored"), ManagedPolicyARNs: junkList(t, "ignored")},
			},
			got: iam.Observation{
				Profile: junkProfile(t), OtherProfiles: junkList(t, "others"), PolicyDocuments: junkMap(t, "documents"),
			},
			quotas: iam.Quotas{AttachedPoliciesPerRole: rapid.IntRange(-1, 3).Draw(t, "quota")},
		}
		if rapid.Bool().Draw(t, "exists") {
			role := junkRole(t)
			s.got.Role = &role
		}
		if rapid.Bool().Draw(t, "ours") && s.got.Role != nil {
			s.want.Owner = owner
			s.got.Role.Tags = map[string]string{v1alpha1.TagOwner: owner}
		}
		want, role := s.want, iam.Role{}
		want.Role.InlinePolicies, want.Role.Tags = maps.Clone(want.Role.InlinePolicies), maps.Clone(want.Role.Tags)
		if s.got.Role != nil {
			role = *s.got.Role
			role.InlinePolicies, role.Tags = maps.Clone(role.InlinePolicies), maps.Clone(role.Tags)
		}
		for _, p := range []plan.Plan{s.diff(s.got), plan.Release(s.want, s.got), s.diff(s.got).Permit(plan.ObserveOnly)} {
			p.Lines()
			p.Fields()
			apply(s.got, p)
		}
		if diff := cmp.Diff(want, s.want); diff != "" {
			t.Fatalf("planning changed what is desired:\n%s", diff)
		}
		if s.got.Role != nil {
			if diff := cmp.Diff(role, *s.got.Role); diff != "" {
				t.Fatalf("planning changed what was observed:\n%s", diff)
			}
		}
	})
}
