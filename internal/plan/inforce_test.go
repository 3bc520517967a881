// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package plan_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/ecsiam/ecs-iam-controller/internal/iam"
	"github.com/ecsiam/ecs-iam-controller/internal/laws"
	"github.com/ecsiam/ecs-iam-controller/internal/plan"
	"github.com/ecsiam/ecs-iam-controller/internal/policy"
)

func TestWhatMayBeInForceHoldsWhateverStandsWhicheverStepsFailed(t *testing.T) {
	laws.Check(t, func(t *rapid.T) {
		s := draw(t)
		p := s.diff(s.got)
		failed := make([]bool, len(p.Steps))
		for i := range failed {
			failed[i] = rapid.Bool().Draw(t, "fails")
		}
		w := world{Observation: s.got, quotas: iam.Quotas{AttachedPoliciesPerRole: 1000}}
		step := -1
		w.run(p, func(i int) bool { step = i; return failed[i] }, func(got iam.Observation) {
			f := p.InForce(s.known(), step)
			if got.Role == nil {
				return
			}
			held := func(what, text string, among []string) {
				if !slices.Contains(among, text) {
					t.Fatalf("after step %d of %q the %s is %s, not one of %q", step, steps(p), what, text, among)
				}
			}
			held("trust policy", got.Role.Trust, f.Trust)
			held("boundary", got.Role.Boundary, f.Boundaries)
			for name, text := range got.Role.InlinePolicies {
				held("inline policy "+name, text, f.Documents["inline/"+name])
			}
			for _, a := range got.Role.Attached {
				held("policy "+a, managed[a], f.Documents["attached/"+a])
			}
			if extra := identity(*got.Role) &^ allowedBy(f.Widest()); extra != 0 {
				t.Fatalf("after step %d of %q the widest lacks %b", step, steps(p), extra)
			}
		})
	})
}

// known is what was observed with the documents of all policies.
func (s situation) known() iam.Observation {
	got := s.got
	got.PolicyDocuments = managed
	return got
}

// identity are the requests that the identity policies of a role permit.
func identity(role iam.Role) requests {
	role.Trust, role.Boundary = trustsAnyone, ""
	return permitted(&role)
}

// allowances are the requests that the identity policies of a role allow, whatever they deny.
func allowances(role *iam.Role) requests {
	var set requests
	each(func(bit requests, r request) {
		if slices.ContainsFunc(allowsOf(role), func(s evaluatedStatement) bool { return s.matches(r) }) {
			set |= bit
		}
	})
	return set
}

var trustsAnyone = trusting(policy.Statement{Principal: &policy.Principal{AWS: []string{"*"}}})

func allowedBy(docs []*policy.Document) requests {
	role := iam.Role{InlinePolicies: map[string]string{}}
	for i, doc := range docs {
		role.InlinePolicies[string(rune('a'+i))] = string(doc.Render())
	}
	return identity(role)
}

func TestRevokesThatGoFirstAreGoneBeforeAnythingComes(t *testing.T) {
	laws.Check(t, func(t *rapid.T) {
		s := draw(t)
		end := expected(s.want, s.got)
		if s.got.Role == nil || end == nil {
			t.Skip("nothing is revoked of a role that is not there before and after")
		}
		p := plan.DiffRevokingFirst(s.want, s.informed(s.got), s.quotas)
		old, new := allowances(s.got.Role), allowances(end)
		for i := -1; i < len(p.Steps); i++ {
			w := world{Observation: s.got, quotas: s.quotas}
			w.run(p, func(step int) bool { return step == i }, func(got iam.Observation) {
				if now := allowances(got.Role); now&^old != 0 && now&^new != 0 {
					t.Fatalf("failing %d, %q holds %b of the old beside %b of the new\nfrom %+v\nthrough %+v", i, steps(p), now&^new, now&^old, s.got.Role, got.Role)
				}
			})
		}
		if len(p.Withheld) > 0 {
			return // what is withheld keeps more back than in the usual order
		}
		w := world{Observation: s.got, quotas: s.quotas}
		w.run(p, never, unseen)
		other := world{Observation: s.got, quotas: s.quotas}
		other.run(s.diff(s.got), never, unseen)
		if diff := cmp.Diff(meaningOf(other.Observation), meaningOf(w.Observation), ignoreNil); diff != "" {
			t.Fatalf("%q ends elsewhere than the usual order (-usual +this):\n%s", p.Lines(), diff)
		}
	})
}

func TestAPermissionThatMovesIsRevokedFirstWhereThatIsAskedFor(t *testing.T) {
	want := declared()
	want.Role.Attached = []string{arn("m4")}
	got := observed(want)
	got.Role.Attached = nil
	undeclared(&got, map[string]string{arn("m2"): managed[arn("m2")]})
	got.PolicyDocuments[arn("m4")] = managed[arn("m4")]
	usual, first := plan.Diff(want, got, iam.DefaultQuotas()), plan.DiffRevokingFirst(want, got, iam.DefaultQuotas())
	if lines := strings.Join(usual.Lines(), "; "); lines != "attach policy m4; detach policy m2" {
		t.Errorf("the usual order is %s", lines)
	}
	if lines := first.Lines(); len(lines) != 2 || !strings.HasPrefix(lines[0], "detach policy m2 (first,") {
		t.Errorf("the other order is %q", lines)
	}
	together := plan.InForce{}
	for i, s := range usual.Steps {
		if s.Op.Effect().Widens() {
			together = usual.InForce(got, i)
		}
	}
	if diff := cmp.Diff([]string{managed[arn("m2")]}, together.Documents["attached/"+arn("m2")]); diff != "" {
		t.Errorf("beside the attachment (-want +got):\n%s", diff)
	}
	alone := first.InForce(got, len(first.Steps)-1)
	if _, there := alone.Documents["attached/"+arn("m2")]; there {
		t.Errorf("after it was detached there is still %v", alone.Documents)
	}
}

func TestWhatCannotBeReadIsSaidToBeInForce(t *testing.T) {
	want := declared()
	want.Role.Attached = []string{arn("m1")}
	got := observed(want)
	got.Role.InlinePolicies["by-hand"] = "%7B"
	f := plan.Diff(want, got, iam.DefaultQuotas()).InForce(got, -1)
	if diff := cmp.Diff([]string{"attached/" + arn("m1"), "inline/by-hand"}, f.Unread); diff != "" {
		t.Errorf("unread (-want +got):\n%s", diff)
	}
}
