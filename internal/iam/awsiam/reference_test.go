// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package awsiam_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ecsiam/ecs-iam-controller/internal/iam"
	"github.com/ecsiam/ecs-iam-controller/internal/iam/iamsim"
)

func lookUpPolicy(t *testing.T, a iam.Account, arn string, document bool) *iam.Policy {
	t.Helper()
	got, err := a.LookUpPolicy(t.Context(), arn, document)
	must(t, err)
	return got
}

func TestWhetherAPolicyExistsTakesOneRead(t *testing.T) {
	sim := newSim(t)
	a := newAccount(t, sim)
	want := createPolicy(t, a, readOrders())
	want.Document = ""
	sim.ResetCalls()
	if diff := cmp.Diff(&want, lookUpPolicy(t, a, want.ARN, false)); diff != "" {
		t.Errorf("policy (-want +got):\n%s", diff)
	}
	if got := lookUpPolicy(t, a, want.ARN+"-absent", true); got != nil {
		t.Errorf("got %v, want none", got)
	}
	wantCalls(t, sim, "GetPolicy", "GetPolicy")
}

func TestADocumentIsReadOnceForEachVersion(t *testing.T) {
	sim := newSim(t)
	a := newAccount(t, sim)
	p := createPolicy(t, a, readOrders())
	sim.ResetCalls()
	for range 3 {
		if got := lookUpPolicy(t, a, p.ARN, true); got.Document != document {
			t.Errorf("document is %s", got.Document)
		}
	}
	wantCalls(t, sim, "GetPolicy", "GetPolicyVersion", "GetPolicy", "GetPolicy")

	version, err := a.CreatePolicyVersion(t.Context(), p.ARN, denial)
	must(t, err)
	if got := lookUpPolicy(t, a, p.ARN, true); got.Document != denial || got.DefaultVersionID != version {
		t.Errorf("got %s: %s after a new version", got.DefaultVersionID, got.Document)
	}
}

func TestTheDocumentOfADeletedPolicyIsNotThatOfItsSuccessor(t *testing.T) {
	sim := newSim(t)
	a := newAccount(t, sim)
	p := createPolicy(t, a, readOrders())
	lookUpPolicy(t, a, p.ARN, true)
	must(t, a.DeletePolicy(t.Context(), p.ARN))
	successor := readOrders()
	successor.Document = denial
	createPolicy(t, a, successor)
	if got := lookUpPolicy(t, a, p.ARN, true); got.Document != denial {
		t.Errorf("the successor's document is %s", got.Document)
	}
}

func TestAPolicyThatMayNotBeReadIsNotTakenForAbsent(t *testing.T) {
	for _, action := range []string{"GetPolicy", "GetPolicyVersion"} {
		sim := newSim(t)
		a := newAccount(t, sim)
		p := createPolicy(t, a, readOrders())
		sim.Deny(action)
		got, err := a.LookUpPolicy(t.Context(), p.ARN, true)
		if class := errorOf(t, err).Class; class != iam.ClassDenied || got != nil {
			t.Errorf("%s: got class %v and %v", action, class, got)
		}
	}
}

func TestWhetherAPrincipalExistsIsToldByItsWholeARN(t *testing.T) {
	sim := newSim(t)
	a := newAccount(t, sim)
	create(t, a, iam.Role{Name: "app", Path: "/ecs/", Trust: trust})
	createUser(t, sim, "alice")
	for arn, want := range map[string]iam.Existence{
		"arn:aws:iam::111122223333:role/ecs/app":     iam.Exists,
		"arn:aws:iam::111122223333:role/app":         iam.Absent,
		"arn:aws:iam::111122223333:role/ecs/App":     iam.Absent,
		"arn:aws:iam::111122223333:role/other":       iam.Absent,
		"arn:aws:iam::111122223333:user/alice":       iam.Exists,
		"arn:aws:iam::111122223333:user/bob":         iam.Absent,
		"arn:aws:iam::444455556666:role/ecs/app":     iam.ExistenceUnknown,
		"arn:aws-cn:iam::111122223333:role/ecs/app":  iam.ExistenceUnknown,
		"arn:aws:iam::111122223333:root":             iam.ExistenceUnknown,
		"arn:aws:iam::111122223333:role/":            iam.ExistenceUnknown,
		"arn:aws:sts::111122223333:assumed-role/a/b": iam.ExistenceUnknown,
		"111122223333": iam.ExistenceUnknown,
		"*":            iam.ExistenceUnknown,
	} {
		got, err := a.LookUpPrincipal(t.Context(), arn)
		must(t, err)
		if got != want {
			t.Errorf("%s: existence is %d, want %d", arn, got, want)
		}
	}
}

func TestAPrincipalTakesOneRead(t *testing.T) {
	sim := newSim(t)
	a := newAccount(t, sim)
	_, err := a.Identity(t.Context())
	must(t, err)
	sim.ResetCalls()
	for _, arn := range []string{"arn:aws:iam::111122223333:role/app", "arn:aws:iam::111122223333:user/app"} {
		_, err := a.LookUpPrincipal(t.Context(), arn)
		must(t, err)
	}
	wantCalls(t, sim, "GetRole", "GetUser")
}

func TestAUserThatMayNotBeReadIsUnknownAndARoleIsAnError(t *testing.T) {
	sim := newSim(t)
	a := newAccount(t, sim)
	sim.Deny("GetUser", "GetRole")
	got, err := a.LookUpPrincipal(t.Context(), "arn:aws:iam::111122223333:user/app")
	if got != iam.ExistenceUnknown || err != nil {
		t.Errorf("a user: got %d, %v", got, err)
	}
	_, err = a.LookUpPrincipal(t.Context(), "arn:aws:iam::111122223333:role/app")
	if class := errorOf(t, err).Class; class != iam.ClassDenied {
		t.Errorf("a role: class is %d, want denied", class)
	}
}

func TestADocumentThatNobodyExpectsIsReadOnceForEachVersion(t *testing.T) {
	sim := newSim(t)
	a := newAccount(t, sim)
	p := createPolicy(t, a, readOrders())
	create(t, a, iam.Role{Name: "app", Trust: trust, Attached: []string{p.ARN}})
	for range 2 {
		seen, err := a.Observe(t.Context(), iam.Query{RoleName: "app"})
		must(t, err)
		if seen.PolicyDocuments[p.ARN] != document {
			t.Errorf("document is %s", seen.PolicyDocuments[p.ARN])
		}
		if got := iamsim.Count(sim.Calls(), "GetPolicyVersion"); got != 1 {
			t.Errorf("%d reads of the document, want 1", got)
		}
	}
}
