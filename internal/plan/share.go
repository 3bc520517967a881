// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package plan

import (
	"slices"

	"github.com/ecsiam/ecs-iam-controller/internal/policy"
)

// share returns what each of the wanted clauses permits that the observed ones permit too, as far as statements can
// say it: no result permits what the observed ones together do not. partly says that there may be more.
func share(observed, wanted []clause) (shared []clause, partly bool) {
	for _, w := range wanted {
		if covered(observed, w) {
			shared = append(shared, w)
			continue
		}
		for _, o := range observed {
			both, ok, unsaid := intersect(o, w)
			partly = partly || unsaid
			if ok {
				shared = append(shared, both)
			}
		}
	}
	return narrowed(distinct(shared)), partly
}

// covered tells whether clauses together allow all that another one does, provably.
func covered(by []clause, c clause) bool {
	return slices.ContainsFunc([]string{policy.Version2012, policy.Version2008}, func(version string) bool {
		doc := &policy.Document{Version: version}
		for _, b := range by {
			if (b.version == policy.Version2012) == (version == policy.Version2012) || !b.HasVariable() {
				doc.Statements = append(doc.Statements, b.Statement)
			}
		}
		own := &policy.Document{Version: version, Statements: []policy.Statement{c.Statement}}
		if c.HasVariable() && (c.version == policy.Version2012) != (version == policy.Version2012) {
			return false
		}
		change := policy.Compare(doc, own)
		return !change.AddsAllow && !change.AddsDeny
	})
}

// uncovered are the clauses that allow what others do not.
func uncovered(list, by []clause) []clause {
	return slices.DeleteFunc(slices.Clone(list), func(c clause) bool { return covered(by, c) })
}

// intersect joins two clauses. Where one has variables that live and the other text that would come to life beside
// them, that text is escaped.
func intersect(a, b clause) (both clause, ok, partly bool) {
	version := policy.Version2012
	for _, pair := range [][2]*clause{{&a, &b}, {&b, &a}} {
		switch c, other := pair[0], pair[1]; {
		case !c.dead():
		case other.live():
			if c.Statement, ok = c.Escaped(); !ok {
				return both, false, true
			}
			c.version = policy.Version2012
		default:
			version = policy.Version2008
		}
	}
	statement, ok, partly := policy.Intersect(&a.Statement, &b.Statement)
	return clause{statement, version}, ok, partly
}

// mostNarrowed bounds the work of dropping what others cover.
const mostNarrowed = 40

// narrowed drops the clauses that another one covers.
func narrowed(list []clause) []clause {
	if len(list) > mostNarrowed {
		return list
	}
	for i := 0; i < len(list); {
		rest := slices.Delete(slices.Clone(list), i, i+1)
		if covered(rest, list[i]) {
			list = rest
		} else {
			i++
		}
	}
	return list
}
