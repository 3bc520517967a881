// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package authz

import (
	"fmt"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/internal/policy"
)

// redundancy looks for statements that another one of the same effect covers. Of two equal ones the later is reported.
func (c *checker) redundancy() {
	if len(c.statements) > maxCompared {
		return
	}
	for i := range c.statements {
		for j := range c.statements {
			if i != j && c.covers(j, i) && (j < i || !c.covers(i, j)) {
				c.at(&c.statements[i], "", -1, nil, Finding{
					Code:   v1alpha1.WarningRedundantStatement,
					Reason: c.statements[j].called() + " covers all that this one says", Correction: "remove this one",
				})
				break
			}
		}
	}
}

// called is how a text names a statement.
func (st *statement) called() string {
	if st.Sid != "" {
		return "statement " + st.Sid
	}
	return fmt.Sprintf("the statement at index %d", st.index)
}

// covers tells whether one statement provably says all that another one does.
func (c *checker) covers(wide, narrow int) bool {
	w, n := c.statements[wide].Statement, c.statements[narrow].Statement
	apart := len(w.Actions) > 0 && len(n.Actions) > 0 && c.statements[wide].actionIndex(n.Actions[0]) < 0
	if w.Effect != n.Effect || apart {
		return false
	}
	both, ok, partly := policy.Intersect(n, w)
	if !ok || partly {
		return false
	}
	both.Sid = ""
	same := func(st policy.Statement) *policy.Content {
		st.Sid = ""
		return policy.ContentOf(&policy.Document{Version: c.doc.Version, Statements: []policy.Statement{st}})
	}
	return same(both).Same(same(*n))
}

// maxCompared bounds the statements that are compared with each other.
const maxCompared = 200
