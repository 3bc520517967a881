// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package awsiam_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ecsiam/ecs-iam-controller/internal/iam"
)

func TestABulkReadingShowsOfEachRoleWhatADirectReadingShows(t *testing.T) {
	sim := newSim(t)
	a := newAccount(t, sim)
	var want []iam.Role
	for i := range 5 {
		role := checkoutRole()
		role.Name = fmt.Sprintf("role-%d", i)
		create(t, a, role)
		seen, err := a.Observe(t.Context(), iam.Query{RoleName: role.Name, Expected: role.Attached})
		must(t, err)
		want = append(want, *seen.Role)
	}
	sim.SetPageLimit(2)
	sim.ResetCalls()
	var got []iam.Role
	must(t, a.ReadRoles(t.Context(), func(role iam.Role) { got = append(got, role) }))
	slices.SortFunc(got, func(a, b iam.Role) int { return strings.Compare(a.Name, b.Name) })
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("roles (-direct +bulk):\n%s", diff)
	}
	wantCalls(t, sim, "ListRoles", "ListRoles", "ListRoles",
		"GetAccountAuthorizationDetails", "GetAccountAuthorizationDetails", "GetAccountAuthorizationDetails")
}

func TestABulkReadingThatIsCutShortIsAnError(t *testing.T) {
	sim := newSim(t)
	a := newAccount(t, sim)
	create(t, a, checkoutRole())
	sim.SetPageLimit(1)
	for _, action := range []string{"ListRoles", "GetAccountAuthorizationDetails"} {
		sim.FailNth(action, 1, "AccessDenied")
		if err := a.ReadRoles(t.Context(), func(iam.Role) {}); iam.Classify(err) != iam.ClassDenied {
			t.Errorf("got %v when %s is denied, want the denial", err, action)
		}
	}
}
