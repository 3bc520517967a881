// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package awsiam_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/google/go-cmp/cmp"

	"github.com/ecsiam/ecs-iam-controller/internal/iam"
	"github.com/ecsiam/ecs-iam-controller/internal/iam/iamsim"
)

// readOrders is a policy with one of everything, of which nothing is attached yet.
func readOrders() iam.Policy {
	return iam.Policy{
		Name: "payments_read-orders", Path: "/ecs/", Description: "reads orders", Document: document,
		ARN:  "arn:aws:iam::" + account + ":policy/ecs/payments_read-orders",
		Tags: map[string]string{"team": "payments", "Team": "other", "ecsiam.dev/owner": "local/payments/read-orders"},
	}
}

// raw is a client for what only others do.
func raw(sim *iamsim.Sim) *sdk.Client { return sdk.NewFromConfig(config(sim.URL())) }

func createPolicy(t *testing.T, a iam.Account, p iam.Policy) iam.Policy {
	t.Helper()
	arn, id, version, err := a.CreatePolicy(t.Context(), p)
	must(t, err)
	if arn != p.ARN {
		t.Fatalf("the ARN is %s, want %s", arn, p.ARN)
	}
	p.ID, p.DefaultVersionID = id, version
	return p
}

func createUser(t *testing.T, sim *iamsim.Sim, name string) {
	t.Helper()
	_, err := raw(sim).CreateUser(t.Context(), &sdk.CreateUserInput{UserName: aws.String(name)})
	must(t, err)
}

func observePolicy(t *testing.T, a iam.Account, q iam.PolicyQuery) *iam.Policy {
	t.Helper()
	got, err := a.ObservePolicy(t.Context(), q)
	must(t, err)
	if got.BegunAt.IsZero() || time.Since(got.BegunAt) < 0 {
		t.Errorf("the observation began at %v", got.BegunAt)
	}
	return got.Policy
}

func queryOf(p iam.Policy) iam.PolicyQuery {
	return iam.PolicyQuery{ARN: p.ARN, Name: p.Name, Document: p.Document}
}

func TestAnObservationHoldsTheWholePolicyInThreeReads(t *testing.T) {
	sim := newSim(t)
	a := newAccount(t, sim)
	want := createPolicy(t, a, readOrders())
	createUser(t, sim, "alice")
	must(t, a.AttachUserPolicy(t.Context(), "alice", want.ARN))
	_, err := raw(sim).CreateGroup(t.Context(), &sdk.CreateGroupInput{GroupName: aws.String("staff")})
	must(t, err)
	must(t, a.AttachGroupPolicy(t.Context(), "staff", want.ARN))
	create(t, a, iam.Role{Name: "app", Trust: trust, Attached: []string{want.ARN}})
	want.Users, want.Groups, want.Roles = []string{"alice"}, []string{"staff"}, []string{"app"}
	sim.ResetCalls()

	got := observePolicy(t, a, queryOf(want))

	if diff := cmp.Diff(&want, got); diff != "" {
		t.Errorf("policy (-want +got):\n%s", diff)
	}
	wantCalls(t, sim, "GetPolicy", "ListEntitiesForPolicy", "GetPolicyVersion")
}

func TestAnAbsentPolicyTakesTwoReads(t *testing.T) {
	sim := newSim(t)
	if got := observePolicy(t, newAccount(t, sim), queryOf(readOrders())); got != nil {
		t.Errorf("got %v, want none", got)
	}
	wantCalls(t, sim, "GetPolicy", "ListPolicies")
}

func TestAPolicyOfTheNameIsFoundUnderAnotherPathAndInAnotherCase(t *testing.T) {
	for _, elsewhere := range []string{"/payments_read-orders", "/legacy/Payments_Read-Orders"} {
		t.Run(elsewhere, func(t *testing.T) {
			sim := newSim(t)
			sim.SetPageLimit(1)
			a := newAccount(t, sim)
			for i := range 3 {
				other := readOrders()
				other.Name, other.ARN = fmt.Sprint("a", i), fmt.Sprintf("arn:aws:iam::%s:policy/ecs/a%d", account, i)
				createPolicy(t, a, other)
			}
			there := readOrders()
			there.ARN = "arn:aws:iam::" + account + ":policy" + elsewhere
			there.Path, there.Name = "/", elsewhere[1:]
			if elsewhere[1] == 'l' {
				there.Path, there.Name = "/legacy/", elsewhere[len("/legacy/"):]
			}
			createPolicy(t, a, there)
			got := observePolicy(t, a, queryOf(readOrders()))
			if got == nil || got.ARN != there.ARN || got.Name != there.Name || got.Path != there.Path {
				t.Errorf("found %v, want %s", got, there.ARN)
			}
		})
	}
}

func TestTheVersionsAreListedOldestFirstWhenAnotherDocumentIsWanted(t *testing.T) {
	sim := newSim(t)
	a := newAccount(t, sim)
	p := createPolicy(t, a, readOrders())
	for i := range 11 {
		version, err := a.CreatePolicyVersion(t.Context(), p.ARN, denial)
		must(t, err)
		if want := fmt.Sprintf("v%d", i+2); version != want {
			t.Errorf("the new version is %s, want %s", version, want)
		}
		if i >= 2 {
			must(t, a.DeletePolicyVersion(t.Context(), p.ARN, fmt.Sprintf("v%d", i-1)))
		}
	}
	sim.SetPageLimit(2)
	got := observePolicy(t, a, queryOf(p))
	if diff := cmp.Diff([]string{"v10", "v11", "v12"}, got.Versions); diff != "" {
		t.Errorf("versions (-want +got):\n%s", diff)
	}
	if got.Document != denial || got.DefaultVersionID != "v12" {
		t.Errorf("default is %s: %s", got.DefaultVersionID, got.Document)
	}
}

func TestEveryPageOfTheAttachmentsIsRead(t *testing.T) {
	sim := newSim(t)
	a := newAccount(t, sim)
	p := createPolicy(t, a, readOrders())
	var want []string
	for i := range 7 {
		name := fmt.Sprint("user", i)
		createUser(t, sim, name)
		must(t, a.AttachUserPolicy(t.Context(), name, p.ARN))
		want = append(want, name)
	}
	sim.SetPageLimit(2)
	if diff := cmp.Diff(want, observePolicy(t, a, queryOf(p)).Users); diff != "" {
		t.Errorf("users (-want +got):\n%s", diff)
	}
}

func TestForADeletionThoseAreListedThatThePolicyBounds(t *testing.T) {
	sim := newSim(t)
	a := newAccount(t, sim)
	p := createPolicy(t, a, readOrders())
	create(t, a, iam.Role{Name: "bounded", Trust: trust, Boundary: p.ARN})
	_, err := raw(sim).CreateUser(t.Context(),
		&sdk.CreateUserInput{UserName: aws.String("bob"), PermissionsBoundary: aws.String(p.ARN)})
	must(t, err)
	sim.ResetCalls()
	got := observePolicy(t, a, iam.PolicyQuery{ARN: p.ARN, Name: p.Name, ForDeletion: true})
	if diff := cmp.Diff([]string{"user/bob", "role/bounded"}, got.Bounds); diff != "" {
		t.Errorf("bounds (-want +got):\n%s", diff)
	}
	if len(got.Roles) > 0 || len(got.Users) > 0 {
		t.Errorf("a boundary is no attachment, got %v %v", got.Users, got.Roles)
	}
	wantCalls(t, sim, "GetPolicy", "ListEntitiesForPolicy", "ListPolicyVersions", "ListEntitiesForPolicy")
}

func TestADeniedReadOfAPolicyIsNotAbsence(t *testing.T) {
	for _, action := range []string{"GetPolicy", "ListPolicies", "ListEntitiesForPolicy", "GetPolicyVersion"} {
		t.Run(action, func(t *testing.T) {
			sim := newSim(t)
			a := newAccount(t, sim)
			if action != "ListPolicies" {
				createPolicy(t, a, readOrders())
			}
			sim.Deny(action)
			got, err := a.ObservePolicy(t.Context(), queryOf(readOrders()))
			if class := errorOf(t, err).Class; class != iam.ClassDenied || got.Policy != nil {
				t.Errorf("got class %v and %v", class, got.Policy)
			}
		})
	}
}

func TestAPolicyThatVanishesWhileItIsReadIsLookedAtAgain(t *testing.T) {
	for _, action := range []string{"ListEntitiesForPolicy", "GetPolicyVersion"} {
		t.Run(action, func(t *testing.T) {
			sim := newSim(t)
			a := newAccount(t, sim)
			createPolicy(t, a, readOrders())
			sim.FailNth(action, 1, "NoSuchEntity")
			_, err := a.ObservePolicy(t.Context(), queryOf(readOrders()))
			if class := errorOf(t, err).Class; class != iam.ClassStale {
				t.Errorf("class is %v, want stale", class)
			}
		})
	}
}

func TestACreatedPolicyKeepsTagKeysThatDifferByCase(t *testing.T) {
	sim := newSim(t)
	a := newAccount(t, sim)
	p := createPolicy(t, a, readOrders())
	must(t, a.TagPolicy(t.Context(), p.ARN, map[string]string{"stage": "test"}))
	must(t, a.UntagPolicy(t.Context(), p.ARN, []string{"Team"}))
	want := map[string]string{"team": "payments", "stage": "test", "ecsiam.dev/owner": "local/payments/read-orders"}
	if diff := cmp.Diff(want, observePolicy(t, a, queryOf(p)).Tags); diff != "" {
		t.Errorf("tags (-want +got):\n%s", diff)
	}
}

func TestWhatThePolicyWriterAttachesItDetachesAndDeletes(t *testing.T) {
	sim := newSim(t)
	a := newAccount(t, sim)
	p := createPolicy(t, a, readOrders())
	createUser(t, sim, "alice")
	_, err := raw(sim).CreateGroup(t.Context(), &sdk.CreateGroupInput{GroupName: aws.String("staff")})
	must(t, err)
	must(t, a.AttachUserPolicy(t.Context(), "alice", p.ARN))
	must(t, a.AttachGroupPolicy(t.Context(), "staff", p.ARN))
	if class := errorOf(t, a.DeletePolicy(t.Context(), p.ARN)).Class; class != iam.ClassInUse {
		t.Errorf("deleting an attached policy is of class %v, want in use", class)
	}
	must(t, a.DetachUserPolicy(t.Context(), "alice", p.ARN))
	must(t, a.DetachGroupPolicy(t.Context(), "staff", p.ARN))
	must(t, a.DeletePolicy(t.Context(), p.ARN))
	if got := observePolicy(t, a, queryOf(p)); got != nil {
		t.Errorf("got %v, want none", got)
	}
}
