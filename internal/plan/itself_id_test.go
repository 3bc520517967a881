// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package plan_test

import (
	"testing"

	"github.com/ecsiam/ecs-iam-controller/internal/desired"
	"github.com/ecsiam/ecs-iam-controller/internal/iam"
	"github.com/ecsiam/ecs-iam-controller/internal/policy"
)

func TestTheRolesOwnIDIsItsARN(t *testing.T) {
	const (
		id    = "AROAEXAMPLEEXAMPLE12"
		other = "AROAEXAMPLEEXAMPLE34"
		arn   = "arn:aws:iam::111122223333:role/ecs/" + roleName
	)
	trusts := func(principal string) string {
		return trusting(policy.Statement{Principal: &policy.Principal{AWS: []string{principal}}})
	}
	shown := func(principal, roleARN string) func(*iam.Observation) {
		return func(o *iam.Observation) { o.Role.Trust, o.Role.ID, o.Role.ARN = trusts(principal), id, roleARN }
	}
	wanted := func(principal string) func(*desired.Role) {
		return func(w *desired.Role) { w.Role.Trust = trusts(principal) }
	}
	check(t, map[string]example{
		"the id that the role has": {want: wanted(arn), got: shown(id, arn)},
		"the id that an earlier role of the name had": {
			want: wanted(arn), got: shown(other, arn),
			lines: []string{"change the trust policy: statement 1: principal AWS " + arnShown(arn) + " added; " +
				"statement 1: principal AWS " + other + " removed"},
		},
		"the ARN of a role of that name in another account": {
			want: wanted("arn:aws:iam::444455556666:role/ecs/" + roleName), got: shown(id, arn),
			lines: []string{"change the trust policy: statement 1: principal AWS arn:aws:iam::…6666:role/ecs/" + roleName +
				" added; statement 1: principal AWS " + arnShown(arn) + " removed"},
		},
		"an ARN that IAM shows as the id as well": {
			want: wanted(arn), got: shown(id, id),
			lines: []string{"change the trust policy: statement 1: principal AWS " + arnShown(arn) + " added; " +
				"statement 1: principal AWS " + id + " removed"},
		},
	})
}

func arnShown(arn string) string { return iam.WithoutAccounts(arn) }
