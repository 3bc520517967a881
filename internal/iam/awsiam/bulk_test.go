// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package awsiam_test

import (
	"errors"
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

func TestARoleThatIsDeletedBetweenPagesIsNotShownAndNoneIsShownTwice(t *testing.T) {
	sim := newSim(t)
	a := newAccount(t, sim)
	for _, name := range []string{"role-a", "role-b", "role-c", "role-d"} {
		create(t, a, iam.Role{Name: name, Path: "/", MaxSessionSeconds: 3600, Trust: checkoutRole().Trust})
	}
	sim.SetPageLimit(1)
	var shown []string
	must(t, a.ReadRoles(t.Context(), func(role iam.Role) {
		shown = append(shown, role.Name)
		if role.Name == "role-b" { // the next page begins behind it
			must(t, a.DeleteRole(t.Context(), "role-b"))
			must(t, a.DeleteRole(t.Context(), "role-c"))
		}
	}))
	if want := []string{"role-a", "role-b", "role-d"}; !slices.Equal(shown, want) {
		t.Errorf("shown are %q, want %q", shown, want)
	}
}

func TestABulkReadingWithAThrottledPageIsAnErrorThatSaysWhenToComeAgain(t *testing.T) {
	sim := newSim(t)
	a := newAccount(t, sim)
	for _, name := range []string{"role-a", "role-b", "role-c"} {
		create(t, a, iam.Role{Name: name, Path: "/", MaxSessionSeconds: 3600, Trust: checkoutRole().Trust})
	}
	sim.SetPageLimit(1)
	sim.FailNth("GetAccountAuthorizationDetails", 2, "Throttling")
	err := a.ReadRoles(t.Context(), func(iam.Role) {})
	var throttled *iam.Error
	if !errors.As(err, &throttled) || throttled.Class != iam.ClassThrottled || throttled.RetryAfter <= 0 {
		t.Errorf("got %v, want that the account is throttled and when to come again", err)
	}
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
