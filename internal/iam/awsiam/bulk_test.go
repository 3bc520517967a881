// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package awsiam_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/google/go-cmp/cmp"

	"github.com/ecsiam/ecs-iam-controller/internal/iam"
	"github.com/ecsiam/ecs-iam-controller/internal/iam/iamsim"
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
	must(t, a.ReadRoles(t.Context(), "", func(role iam.ShownRole) { got = append(got, role.Role) }))
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
	must(t, a.ReadRoles(t.Context(), "", func(role iam.ShownRole) {
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
	err := a.ReadRoles(t.Context(), "", func(iam.ShownRole) {})
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
		if err := a.ReadRoles(t.Context(), "", func(iam.ShownRole) {}); iam.Classify(err) != iam.ClassDenied {
			t.Errorf("got %v when %s is denied, want the denial", err, action)
		}
	}
}

func TestABulkReadingShowsOfEachPolicyAllButItsTagsAndWhoHasIt(t *testing.T) {
	sim := newSim(t)
	a := newAccount(t, sim)
	var want []iam.Policy
	for i := range 3 {
		p := readOrders()
		p.Name = fmt.Sprintf("payments_%d", i)
		p.ARN = strings.ReplaceAll(p.ARN, "payments_read-orders", p.Name)
		p = createPolicy(t, a, p)
		version, err := a.CreatePolicyVersion(t.Context(), p.ARN, strings.ReplaceAll(document, "s3:", "sqs:"))
		must(t, err)
		seen := observePolicy(t, a, queryOf(p))
		if seen.DefaultVersionID != version {
			t.Fatalf("the version is %s, want %s", seen.DefaultVersionID, version)
		}
		seen.Tags, seen.Versions = nil, nil
		want = append(want, *seen)
	}
	createUser(t, sim, "ci")
	must(t, a.AttachUserPolicy(t.Context(), "ci", want[1].ARN))
	sim.SetPageLimit(2)
	sim.ResetCalls()
	var got []iam.Policy
	var held []int
	must(t, a.ReadPolicies(t.Context(), func(p iam.Policy, attachments int) {
		got, held = append(got, p), append(held, attachments)
	}))
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("policies (-direct +bulk):\n%s", diff)
	}
	if !slices.Equal(held, []int{0, 1, 0}) {
		t.Errorf("the policies are attached %d times, want the second once", held)
	}
	wantCalls(t, sim, "GetAccountAuthorizationDetails", "GetAccountAuthorizationDetails")
	if size := sim.Calls()[0].Param("MaxItems"); size != "100" {
		t.Errorf("a page of policies has up to %s, want 100: each comes with its versions", size)
	}
}

func TestABulkReadingShowsUsersAndGroupsWithTheirPolicies(t *testing.T) {
	sim := newSim(t)
	a := newAccount(t, sim)
	p := createPolicy(t, a, readOrders())
	createUser(t, sim, "ci")
	createUser(t, sim, "staff")
	_, err := raw(sim).CreateGroup(t.Context(), &sdk.CreateGroupInput{GroupName: aws.String("staff")})
	must(t, err)
	must(t, a.AttachUserPolicy(t.Context(), "ci", p.ARN))
	must(t, a.AttachGroupPolicy(t.Context(), "staff", p.ARN))
	sim.ResetCalls()
	var got []iam.Holder
	must(t, a.ReadHolders(t.Context(), func(holder iam.Holder) { got = append(got, holder) }))
	want := []iam.Holder{
		{Kind: iam.HeldByUser, Name: "ci", Attached: []string{p.ARN}},
		{Kind: iam.HeldByUser, Name: "staff"},
		{Kind: iam.HeldByGroup, Name: "staff", Attached: []string{p.ARN}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("users and groups (-want +got):\n%s", diff)
	}
	wantCalls(t, sim, "GetAccountAuthorizationDetails")
}

func TestTheTagsOfAPolicyTakeOneCall(t *testing.T) {
	sim := newSim(t)
	a := newAccount(t, sim)
	p := createPolicy(t, a, readOrders())
	sim.ResetCalls()
	got, err := a.PolicyTags(t.Context(), p.ARN)
	must(t, err)
	if diff := cmp.Diff(p.Tags, got); diff != "" {
		t.Errorf("tags (-want +got):\n%s", diff)
	}
	if _, err := a.PolicyTags(t.Context(), p.ARN+"x"); !iam.IsNotFound(err) {
		t.Errorf("got %v of a policy that does not exist, want that it is not found", err)
	}
	wantCalls(t, sim, "GetPolicy", "GetPolicy")
}

func TestABulkReadingShowsTheInstanceProfileOfARole(t *testing.T) {
	sim := newSim(t)
	a := newAccount(t, sim)
	role := checkoutRole()
	create(t, a, role)
	tags := map[string]string{"team": "payments"}
	_, _, err := a.CreateInstanceProfile(t.Context(), iam.InstanceProfile{Name: "checkout", Path: "/", Tags: tags})
	must(t, err)
	must(t, a.AddRoleToInstanceProfile(t.Context(), "checkout", role.Name))
	want, err := a.Observe(t.Context(), iam.Query{RoleName: role.Name, Expected: role.Attached, ProfileName: "checkout"})
	must(t, err)
	var got iam.ShownRole
	must(t, a.ReadRoles(t.Context(), "", func(shown iam.ShownRole) { got = shown }))
	want.Profile.Tags = nil
	if diff := cmp.Diff(want.Profile, got.Profile("Checkout")); diff != "" {
		t.Errorf("the profile (-direct +bulk):\n%s", diff)
	}
	if other := got.Profile("other"); other != nil {
		t.Errorf("got %+v for a profile that is not there", other)
	}
	sim.ResetCalls()
	seen, err := a.ProfileTags(t.Context(), "checkout")
	must(t, err)
	if diff := cmp.Diff(tags, seen); diff != "" {
		t.Errorf("tags (-want +got):\n%s", diff)
	}
	if _, err := a.ProfileTags(t.Context(), "other"); !iam.IsNotFound(err) {
		t.Errorf("got %v of a profile that does not exist, want that it is not found", err)
	}
	wantCalls(t, sim, "GetInstanceProfile", "GetInstanceProfile")
}

func TestABulkReadingByPathListsOnlyRolesUnderItAndShowsLessOfOthers(t *testing.T) {
	sim := newSim(t)
	a := newAccount(t, sim)
	paths := map[string]string{"role-a": "/ecs/", "role-b": "/", "role-c": "/ecs/team/"}
	for name, path := range paths {
		create(t, a, iam.Role{
			Name: name, Path: path, MaxSessionSeconds: 7200, Description: name, Trust: checkoutRole().Trust,
		})
	}
	sim.ResetCalls()
	shown := 0
	must(t, a.ReadRoles(t.Context(), "/ecs/", func(role iam.ShownRole) {
		shown++
		if outside := paths[role.Name] == "/"; role.Outside != outside || (role.Description == "") != outside {
			t.Errorf("got %+v, want it outside: %t", role, outside)
		}
	}))
	if shown != len(paths) {
		t.Errorf("%d roles are shown, want all: no other may have their names", shown)
	}
	if got := sim.Calls()[0].Param("PathPrefix"); got != "/ecs/" {
		t.Errorf("roles below %q are listed, want those below /ecs/", got)
	}
}

func TestABulkReadingShowsWhenARoleWasLastUsed(t *testing.T) {
	sim := newSim(t)
	a := newAccount(t, sim)
	create(t, a, checkoutRole())
	at := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	sim.In(account).SetRoleLastUsed(checkoutRole().Name, &iamsim.LastUsed{Time: at, Region: "eu-west-1"})
	want, err := a.Observe(t.Context(), iam.Query{RoleName: checkoutRole().Name, Expected: checkoutRole().Attached})
	must(t, err)
	must(t, a.ReadRoles(t.Context(), "", func(shown iam.ShownRole) {
		if diff := cmp.Diff(*want.Use, shown.Use); diff != "" || !shown.Use.LastUsed.Equal(at) {
			t.Errorf("the use of the role (-direct +bulk):\n%s", diff)
		}
	}))
}
