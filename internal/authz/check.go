// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package authz

import (
	"cmp"
	"slices"

	"github.com/ecsiam/ecs-iam-controller/internal/policy"
)

// Check looks for what IAM saves without a word and what then works otherwise than a reader thinks. Requirements are
// judged over all statements of the document. What IAM itself refuses is not looked for; see [CheckText].
func Check(doc *policy.Document, kind policy.Kind) []Finding {
	if doc == nil {
		return nil
	}
	c := &checker{doc: doc, kind: kind, matches: map[string][]*Action{}}
	for i := range doc.Statements {
		c.statements = append(c.statements, c.expand(i))
	}
	for i := range c.statements {
		st := &c.statements[i]
		c.knownActions(st)
		c.conditionKeys(st)
		c.arnOperators(st)
		if kind != policy.TrustPolicy {
			c.resources(st)
			c.coverage(st)
			c.passRole(st)
			c.administration(st)
		}
	}
	c.redundancy()
	slices.SortStableFunc(c.findings, func(a, b Finding) int {
		return cmp.Or(cmp.Compare(a.Statement, b.Statement), cmp.Compare(a.Element, b.Element), cmp.Compare(a.Index, b.Index))
	})
	return c.findings
}
