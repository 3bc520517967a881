// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package plan_test

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/ecsiam/ecs-iam-controller/internal/iam"
	"github.com/ecsiam/ecs-iam-controller/internal/laws"
	"github.com/ecsiam/ecs-iam-controller/internal/plan"
)

// TestPlanLosesNothingThatOldAndNewBothPermit is the law for what a statement can say. What a quota forces stands in
// the plan.
func TestPlanLosesNothingThatOldAndNewBothPermit(t *testing.T) {
	plans, lossy, forced, unsaid := 0, 0, 0, 0
	laws.Check(t, func(t *rapid.T) {
		s := draw(t)
		end := expected(s.want, s.got)
		p := s.diff(s.got)
		if s.got.Role == nil || end == nil || p.Refusal != nil || len(p.Withheld) > 0 {
			t.Skip("nothing is shared with a role that is not there, and a withheld plan does not reach its end")
		}
		plans++
		both := permitted(s.got.Role) & permitted(end)
		said := both & expressible(s.got.Role, end)
		losing := func(s situation, p plan.Plan) (lost requests) {
			w := world{Observation: s.got, quotas: s.quotas}
			w.run(p, never, func(got iam.Observation) { lost |= both &^ permitted(got.Role) })
			return lost
		}
		lost := losing(s, p)
		lostSaid := lost & said
		roomy := s
		roomy.quotas = iam.Quotas{AttachedPoliciesPerRole: 1000, TrustPolicySize: 100_000}
		switch {
		case lost == 0:
		case lostSaid != 0 && losing(roomy, roomy.diff(s.got))&said == 0 && quotaForces(p):
			forced++
		case lostSaid == 0:
			unsaid++
			if len(p.Gaps) == 0 {
				t.Fatalf("%q loses %b, which cannot be said, and does not say so\nfrom %+v", steps(p), lost, s.got.Role)
			}
		default:
			lossy++
			t.Fatalf("%q loses what old and new permit: %b\nfrom %+v\nto %+v\ngaps %v", steps(p), lostSaid, s.got.Role, end, p.Gaps)
		}
	})
	t.Logf("of %d plans %d lose a shared permission; %d more by a quota, %d what cannot be said", plans, lossy, forced, unsaid)
}

// quotaForces tells whether the plan says that a quota leaves no room for what it loses.
func quotaForces(p plan.Plan) bool {
	return slices.ContainsFunc(p.Gaps, func(g plan.Gap) bool { return g.Cause == plan.Quota })
}

// expressible are the requests that some pair of an old and a new Allow shares in a way that one statement can say: a
// list of actions or resources against an excluded list only by terms that meet nothing excluded.
func expressible(old, end *iam.Role) requests {
	var set requests
	for _, o := range allowsOf(old) {
		for _, n := range allowsOf(end) {
			set |= pair(o, n)
		}
	}
	return set & trusted(old, end)
}

func allowsOf(role *iam.Role) []evaluatedStatement {
	var list []evaluatedStatement
	add := func(text string) {
		for _, s := range document(text) {
			if s.Effect == "Allow" {
				list = append(list, s)
			}
		}
	}
	for _, text := range role.InlinePolicies {
		add(text)
	}
	for _, a := range role.Attached {
		add(managed[a])
	}
	return list
}

func pair(o, n evaluatedStatement) requests {
	var set requests
	each(func(bit requests, r request) {
		if o.matches(r) && n.matches(r) &&
			sayable(o.Action, o.NotAction, n.Action, n.NotAction, r.action, true) &&
			sayable(o.Resource.filled(o.live, r), o.NotResource.filled(o.live, r),
				n.Resource.filled(n.live, r), n.NotResource.filled(n.live, r), r.resource, false) &&
			variablesAlike(o, n) {
			set |= bit
		}
	})
	return set
}

// variablesAlike tells whether neither statement, or both, depend on the source by a variable: of a variable against
// text nothing is provable.
func variablesAlike(o, n evaluatedStatement) bool {
	variable := func(s evaluatedStatement) bool {
		has := func(l oneOrMany) bool {
			return slices.ContainsFunc(l, func(v string) bool { return strings.Contains(v, "${") })
		}
		for _, keys := range s.Condition {
			for _, values := range keys {
				if has(values) {
					return true
				}
			}
		}
		return has(s.Resource) || has(s.NotResource)
	}
	return !variable(o) && !variable(n)
}

func sayable(a, notA, b, notB oneOrMany, value string, fold bool) bool {
	outside := func(list, excluded oneOrMany) bool {
		return slices.ContainsFunc(list, func(term string) bool {
			return oneOrMany{term}.match(value, fold) && !slices.ContainsFunc(excluded, func(e string) bool { return meets(term, e) })
		})
	}
	switch {
	case notA != nil && b != nil:
		return outside(b, notA)
	case a != nil && notB != nil:
		return outside(a, notB)
	}
	return true
}

// meets tells whether two patterns of the world, whose wildcard is at the end, have something in common.
func meets(a, b string) bool {
	a, b = strings.ToLower(a), strings.ToLower(b)
	x, wildX := strings.CutSuffix(a, "*")
	y, wildY := strings.CutSuffix(b, "*")
	return wildX && strings.HasPrefix(y, x) || wildY && strings.HasPrefix(x, y) || x == y
}

// trusted are the requests whose principal a pair of statements of the trust policies shares.
func trusted(old, end *iam.Role) requests {
	var set requests
	for _, o := range document(old.Trust) {
		for _, n := range document(end.Trust) {
			if o.Effect == "Allow" && n.Effect == "Allow" && variablesAlike(o, n) {
				each(func(bit requests, r request) {
					if o.matches(r.entering()) && n.matches(r.entering()) && sameKind(o, n, r.principal) {
						set |= bit
					}
				})
			}
		}
	}
	return set
}

// sameKind tells whether two statements name a principal by the same kind: whether anyone includes services cannot be
// said.
func sameKind(o, n evaluatedStatement, principal string) bool {
	service := func(s evaluatedStatement) bool { return slices.Contains(s.Principal["Service"], principal) }
	return strings.HasPrefix(principal, "arn:") || service(o) == service(n)
}
