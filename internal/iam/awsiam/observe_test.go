// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package awsiam_test

import (
	"fmt"
	"strconv"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	clocktesting "k8s.io/utils/clock/testing"

	"github.com/ecsiam/ecs-iam-controller/internal/iam"
	"github.com/ecsiam/ecs-iam-controller/internal/iam/awsiam"
	"github.com/ecsiam/ecs-iam-controller/internal/iam/iamsim"
	"github.com/ecsiam/ecs-iam-controller/internal/policy"
)

func wantCalls(t *testing.T, sim *iamsim.Sim, want ...string) {
	t.Helper()
	if diff := cmp.Diff(want, iamsim.ActionNames(sim.Calls())); diff != "" {
		t.Errorf("calls (-want +got):\n%s", diff)
	}
}

func TestAnObservationHoldsTheWholeRole(t *testing.T) {
	sim := newSim(t)
	a := newAccount(t, sim)
	want := checkoutRole()
	want.Boundary = "arn:aws:iam::aws:policy/AmazonECS_FullAccess"
	create(t, a, want)

	got, err := a.Observe(t.Context(), iam.Query{RoleName: want.Name, Expected: want.Attached})
	must(t, err)

	same, err := policy.Equivalent([]byte(want.Trust), []byte(got.Role.Trust))
	must(t, err)
	if !same {
		t.Errorf("trust policy is %s, want %s", got.Role.Trust, want.Trust)
	}
	stored, _ := sim.Role(want.Name)
	want.ARN, want.ID, want.Trust = stored.ARN, stored.ID, got.Role.Trust
	got.BegunAt = time.Time{}
	seen := iam.Observation{
		Role: &want, PolicyDocuments: map[string]string{}, Use: &iam.RoleUse{Created: stored.Created.UTC().Truncate(time.Second)},
	}
	if diff := cmp.Diff(seen, got); diff != "" {
		t.Errorf("observation (-want +got):\n%s", diff)
	}
}

func TestAPassOverAnUnchangedRoleTakesThreeReadsAndOneForEachInlinePolicy(t *testing.T) {
	for _, inline := range []int{0, 1, 5} {
		t.Run(strconv.Itoa(inline)+" inline policies", func(t *testing.T) {
			sim := newSim(t)
			a := newAccount(t, sim)
			role := checkoutRole()
			role.InlinePolicies = map[string]string{}
			want := []string{"GetRole", "ListAttachedRolePolicies", "ListRolePolicies"}
			for i := range inline {
				role.InlinePolicies[fmt.Sprintf("inline%d", i)] = document
				want = append(want, "GetRolePolicy")
			}
			create(t, a, role)
			sim.ResetCalls()
			got, err := a.Observe(t.Context(), iam.Query{RoleName: role.Name, Expected: role.Attached})
			must(t, err)
			if diff := cmp.Diff(role.InlinePolicies, got.Role.InlinePolicies); diff != "" {
				t.Errorf("inline policies (-want +got):\n%s", diff)
			}
			wantCalls(t, sim, want...)
		})
	}
}

func TestAnInstanceProfileAddsOneRead(t *testing.T) {
	sim := newSim(t)
	a := newAccount(t, sim)
	role := checkoutRole()
	create(t, a, role)
	want := iam.InstanceProfile{
		Name: "node", Path: "/ecs/", RoleName: role.Name, Tags: map[string]string{"team": "payments"},
	}
	var err error
	want.ARN, want.ID, err = a.CreateInstanceProfile(t.Context(), want)
	must(t, err)
	must(t, a.AddRoleToInstanceProfile(t.Context(), want.Name, role.Name))
	sim.ResetCalls()

	got, err := a.Observe(t.Context(), iam.Query{RoleName: role.Name, ProfileName: "node", Expected: role.Attached})
	must(t, err)
	if diff := cmp.Diff(&want, got.Profile); diff != "" {
		t.Errorf("instance profile (-want +got):\n%s", diff)
	}
	wantCalls(t, sim,
		"GetRole", "ListAttachedRolePolicies", "ListRolePolicies", "GetRolePolicy", "GetInstanceProfile")
}

func TestAnAbsentRoleTakesOneReadAndItsProfileOneMore(t *testing.T) {
	sim := newSim(t)
	a := newAccount(t, sim)
	got, err := a.Observe(t.Context(), iam.Query{RoleName: "absent"})
	must(t, err)
	if got.Role != nil {
		t.Errorf("observed %+v, want no role", got.Role)
	}
	wantCalls(t, sim, "GetRole")

	sim.ResetCalls()
	got, err = a.Observe(t.Context(), iam.Query{RoleName: "absent", ProfileName: "absent", ForDeletion: true})
	must(t, err)
	if got.Role != nil || got.Profile != nil || got.OtherProfiles != nil {
		t.Errorf("observed %+v, want nothing", got)
	}
	wantCalls(t, sim, "GetRole", "GetInstanceProfile")
}

func TestAnObservationSaysWhenItBegan(t *testing.T) {
	sim := newSim(t)
	a := awsiam.New(config(sim.URL()), awsiam.Options{Clock: clocktesting.NewFakeClock(noon)})
	got, err := a.Observe(t.Context(), iam.Query{RoleName: "absent"})
	must(t, err)
	if !got.BegunAt.Equal(noon) {
		t.Errorf("observation began at %s, want %s", got.BegunAt, noon)
	}
}

func TestAProfileWithoutARoleIsObserved(t *testing.T) {
	sim := newSim(t)
	a := newAccount(t, sim)
	_, _, err := a.CreateInstanceProfile(t.Context(), iam.InstanceProfile{Name: "node", Path: "/"})
	must(t, err)
	got, err := a.Observe(t.Context(), iam.Query{RoleName: "absent", ProfileName: "node"})
	must(t, err)
	if got.Profile == nil || got.Profile.RoleName != "" {
		t.Errorf("profile is %+v, want one without a role", got.Profile)
	}
}

func TestListsAreReadToTheLastPage(t *testing.T) {
	sim := newSim(t)
	a := newAccount(t, sim)
	role := checkoutRole()
	role.InlinePolicies = map[string]string{"a": document, "b": document, "c": denial}
	create(t, a, role)
	for _, profile := range []string{"p1", "p2", "p3"} {
		_, _, err := a.CreateInstanceProfile(t.Context(), iam.InstanceProfile{Name: profile, Path: "/"})
		must(t, err)
		must(t, a.AddRoleToInstanceProfile(t.Context(), profile, role.Name))
	}
	sim.SetPageLimit(1)

	got, err := a.Observe(t.Context(), iam.Query{
		RoleName: role.Name, ProfileName: "p2", Expected: role.Attached, ForDeletion: true,
	})
	must(t, err)
	if diff := cmp.Diff(role.Attached, got.Role.Attached); diff != "" {
		t.Errorf("attached (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(role.InlinePolicies, got.Role.InlinePolicies); diff != "" {
		t.Errorf("inline policies (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"p1", "p3"}, got.OtherProfiles); diff != "" {
		t.Errorf("other profiles (-want +got):\n%s", diff)
	}
}

func TestOtherProfilesAreLookedUpOnlyForDeletion(t *testing.T) {
	sim := newSim(t)
	a := newAccount(t, sim)
	role := checkoutRole()
	create(t, a, role)
	_, _, err := a.CreateInstanceProfile(t.Context(), iam.InstanceProfile{Name: "node", Path: "/"})
	must(t, err)
	must(t, a.AddRoleToInstanceProfile(t.Context(), "node", role.Name))

	sim.ResetCalls()
	_, err = a.Observe(t.Context(), iam.Query{RoleName: role.Name, Expected: role.Attached})
	must(t, err)
	if n := iamsim.Count(sim.Calls(), "ListInstanceProfilesForRole"); n != 0 {
		t.Errorf("%d calls of ListInstanceProfilesForRole, want none", n)
	}
	got, err := a.Observe(t.Context(), iam.Query{RoleName: role.Name, Expected: role.Attached, ForDeletion: true})
	must(t, err)
	if diff := cmp.Diff([]string{"node"}, got.OtherProfiles); diff != "" {
		t.Errorf("other profiles (-want +got):\n%s", diff)
	}
}

func TestDocumentsAreNotReadForDeletion(t *testing.T) {
	sim := newSim(t)
	a := newAccount(t, sim)
	role := checkoutRole()
	create(t, a, role)
	sim.ResetCalls()
	got, err := a.Observe(t.Context(), iam.Query{RoleName: role.Name, ForDeletion: true})
	must(t, err)
	if n := iamsim.Count(sim.Calls(), "GetPolicy", "GetPolicyVersion"); n != 0 || len(got.Role.Attached) == 0 {
		t.Errorf("%d reads of policies with %d attached, want none with some", n, len(got.Role.Attached))
	}
}

func TestTheDocumentOfAnInlinePolicyIsReadForDeletionWhereOthersGoToo(t *testing.T) {
	for what, tc := range map[string]struct {
		attached []string
		inline   int
		reads    int
	}{
		"it is all that goes":          {nil, 1, 0},
		"another inline policy goes":   {nil, 2, 2},
		"an attached policy goes, too": {[]string{execution}, 1, 1},
	} {
		t.Run(what, func(t *testing.T) {
			sim := newSim(t)
			a := newAccount(t, sim)
			role := checkoutRole()
			role.Attached, role.InlinePolicies = tc.attached, map[string]string{}
			for i := range tc.inline {
				role.InlinePolicies[fmt.Sprintf("inline%d", i)] = document
			}
			create(t, a, role)
			sim.ResetCalls()
			got, err := a.Observe(t.Context(), iam.Query{RoleName: role.Name, ForDeletion: true})
			must(t, err)
			if n := iamsim.Count(sim.Calls(), "GetRolePolicy"); n != tc.reads || len(got.Role.InlinePolicies) != tc.inline {
				t.Errorf("%d documents are read of %v, want %d of %d", n, got.Role.InlinePolicies, tc.reads, tc.inline)
			}
		})
	}
}

func TestDocumentsOfUnexpectedAttachmentsAreRead(t *testing.T) {
	sim := newSim(t)
	a := newAccount(t, sim)
	role := checkoutRole()
	create(t, a, role)
	sim.ResetCalls()

	got, err := a.Observe(t.Context(), iam.Query{RoleName: role.Name, Expected: []string{execution}})
	must(t, err)
	text, ok := got.PolicyDocuments[instance]
	if !ok || len(got.PolicyDocuments) != 1 {
		t.Fatalf("documents are %v, want the one of %s", got.PolicyDocuments, instance)
	}
	if _, err := policy.Parse([]byte(text)); err != nil {
		t.Errorf("document %s: %v", text, err)
	}
	wantCalls(t, sim, "GetRole", "ListAttachedRolePolicies", "ListRolePolicies", "GetRolePolicy",
		"GetPolicy", "GetPolicyVersion")
}

func TestADocumentThatMayNotBeReadIsMissing(t *testing.T) {
	for _, action := range []string{"GetPolicy", "GetPolicyVersion"} {
		t.Run(action, func(t *testing.T) {
			sim := newSim(t)
			a := newAccount(t, sim)
			role := checkoutRole()
			create(t, a, role)
			sim.Deny(action)
			got, err := a.Observe(t.Context(), iam.Query{RoleName: role.Name, Expected: []string{execution}})
			must(t, err)
			if len(got.PolicyDocuments) != 0 {
				t.Errorf("documents are %v, want none", got.PolicyDocuments)
			}
			if diff := cmp.Diff(role.Attached, got.Role.Attached); diff != "" {
				t.Errorf("attached (-want +got):\n%s", diff)
			}
		})
	}
}

func TestADocumentThatFailsToBeReadFailsTheObservation(t *testing.T) {
	for _, action := range []string{"GetPolicy", "GetPolicyVersion"} {
		t.Run(action, func(t *testing.T) {
			sim := newSim(t)
			a := newAccount(t, sim)
			create(t, a, checkoutRole())
			sim.Fail(action, "Throttling", 1, nil)
			got, err := a.Observe(t.Context(), iam.Query{RoleName: checkoutRole().Name})
			if e := errorOf(t, err); e.Class != iam.ClassThrottled || got.Role != nil {
				t.Errorf("observed %+v and %+v, want nothing and throttled", got, e)
			}
		})
	}
}

func TestADeniedReadIsAnErrorAndNeverAbsence(t *testing.T) {
	for _, action := range []string{
		"GetRole", "ListAttachedRolePolicies", "ListRolePolicies", "GetRolePolicy", "GetInstanceProfile",
		"ListInstanceProfilesForRole",
	} {
		t.Run(action, func(t *testing.T) {
			sim := newSim(t)
			a := newAccount(t, sim)
			create(t, a, checkoutRole())
			sim.Deny(action)
			got, err := a.Observe(t.Context(), iam.Query{
				RoleName: checkoutRole().Name, ProfileName: "node", Expected: checkoutRole().Attached, ForDeletion: true,
			})
			if e := errorOf(t, err); e.Class != iam.ClassDenied || e.Action != "iam:"+action {
				t.Errorf("error is %+v, want %s denied", e, action)
			}
			if diff := cmp.Diff(iam.Observation{}, got); diff != "" {
				t.Errorf("a failed observation is partial (-want +got):\n%s", diff)
			}
		})
	}
}

func TestAnInlinePolicyThatVanishesWhileReadingIsSkipped(t *testing.T) {
	sim := newSim(t)
	a := newAccount(t, sim)
	role := checkoutRole()
	role.InlinePolicies["gone"] = document
	create(t, a, role)
	sim.Fail("GetRolePolicy", "NoSuchEntity", -1, func(c iamsim.Call) bool { return c.Param("PolicyName") == "gone" })
	got, err := a.Observe(t.Context(), iam.Query{RoleName: role.Name, Expected: role.Attached})
	must(t, err)
	if diff := cmp.Diff(map[string]string{"ecsiam": document}, got.Role.InlinePolicies); diff != "" {
		t.Errorf("inline policies (-want +got):\n%s", diff)
	}
}

func TestARoleThatVanishesWhileReadingIsStale(t *testing.T) {
	for _, action := range []string{"ListAttachedRolePolicies", "ListRolePolicies", "ListInstanceProfilesForRole"} {
		t.Run(action, func(t *testing.T) {
			sim := newSim(t)
			a := newAccount(t, sim)
			create(t, a, checkoutRole())
			sim.Fail(action, "NoSuchEntity", 1, nil)
			_, err := a.Observe(t.Context(), iam.Query{RoleName: checkoutRole().Name, ForDeletion: true})
			if e := errorOf(t, err); e.Class != iam.ClassStale || e.Code != "NoSuchEntity" {
				t.Errorf("error is %+v, want NoSuchEntity of class stale", e)
			}
		})
	}
}

func TestDocumentsAreDecodedWhetherEncodedOrNot(t *testing.T) {
	for name, sent := range map[string]string{
		"percent-encoded, as IAM does": "%7B%22Resource%22%3A%22a%2Bb%2F50%2525%22%7D",
		"as JSON, as emulators do":     "{&#34;Resource&#34;:&#34;a+b/50%25&#34;}",
	} {
		t.Run(name, func(t *testing.T) {
			a := newRoleStub(t, "<Role><AssumeRolePolicyDocument>"+sent+"</AssumeRolePolicyDocument></Role>")
			got, err := a.Observe(t.Context(), iam.Query{RoleName: "r"})
			must(t, err)
			if want := `{"Resource":"a+b/50%25"}`; got.Role.Trust != want {
				t.Errorf("trust policy is %s, want %s", got.Role.Trust, want)
			}
		})
	}
}

func TestADocumentThatCannotBeDecodedIsAnError(t *testing.T) {
	a := newRoleStub(t, "<Role><AssumeRolePolicyDocument>%zz</AssumeRolePolicyDocument></Role>")
	_, err := a.Observe(t.Context(), iam.Query{RoleName: "r"})
	if e := errorOf(t, err); !e.Class.Transient() || e.Action != "iam:GetRole" {
		t.Errorf("error is %+v, want a transient one of iam:GetRole", e)
	}
}

func TestAnARNThatIsStillAnIDIsTolerated(t *testing.T) {
	a := newRoleStub(t, "<Role><Arn>AROAEXAMPLE</Arn></Role>")
	got, err := a.Observe(t.Context(), iam.Query{RoleName: "r"})
	must(t, err)
	if got.Role.ARN != "AROAEXAMPLE" {
		t.Errorf("ARN is %q, want what IAM said", got.Role.ARN)
	}
}

func TestAnEmptyReplyIsAnErrorAndNoPanic(t *testing.T) {
	a := newRoleStub(t, "")
	_, err := a.Observe(t.Context(), iam.Query{RoleName: "r"})
	if e := errorOf(t, err); e.Class != iam.ClassUnavailable {
		t.Errorf("error is %+v, want class unavailable", e)
	}
	if _, err := a.Identity(t.Context()); err == nil {
		t.Error("an empty identity is taken for one")
	}
}

func TestARoleWithNothingButANameIsObserved(t *testing.T) {
	a := newRoleStub(t, "<Role/>")
	got, err := a.Observe(t.Context(), iam.Query{RoleName: "r"})
	must(t, err)
	if diff := cmp.Diff(&iam.Role{
		Name: "r", Tags: map[string]string{}, InlinePolicies: map[string]string{},
	}, got.Role); diff != "" {
		t.Errorf("role (-want +got):\n%s", diff)
	}
}
