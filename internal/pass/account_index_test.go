// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package pass

import (
	"slices"
	"testing"

	"k8s.io/apimachinery/pkg/runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/client/fake"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
)

const (
	hubID    = "111122223333"
	middleID = "222233334444"
	memberID = "333344445555"
)

// reached is an AWSAccount into which roles of AWS accounts are assumed, the last one first.
func reached(name, id string, by ...string) *v1alpha1.AWSAccount {
	account := &v1alpha1.AWSAccount{}
	account.Name, account.Spec.AccountID = name, id
	var hops []v1alpha1.AssumeRoleHop
	for _, id := range by {
		hops = append(hops, v1alpha1.AssumeRoleHop{RoleARN: "arn:aws:iam::" + id + ":role/ecsiam"})
	}
	if len(hops) > 0 {
		account.Spec.AssumeRole = &v1alpha1.AssumeRole{AssumeRoleHop: hops[0], Via: hops[1:]}
	}
	return account
}

func TestAccountsAreFoundByTheirIDAndByTheRolesOnTheWayBeforeTheyHaveAStatus(t *testing.T) {
	scheme := runtime.NewScheme()
	if err := v1alpha1.AddToScheme(scheme); err != nil {
		t.Fatal(err)
	}
	builder := fake.NewClientBuilder().WithScheme(scheme).WithObjects(
		reached("hub", hubID), reached("hub-twin", hubID), reached("member", memberID, memberID, middleID),
		reached("other", "999999999999"),
	)
	for _, index := range []string{indexAccountID, indexReach} {
		builder = builder.WithIndex(&v1alpha1.AWSAccount{}, index, func(o client.Object) []string {
			account, _ := o.(*v1alpha1.AWSAccount)
			return AccountKeys(index, account)
		})
	}
	e := &Environment{Client: builder.Build()}
	for id, want := range map[string]struct{ of, through []string }{
		hubID:    {[]string{"hub", "hub-twin"}, []string{"hub", "hub-twin"}},
		middleID: {nil, []string{"member"}},
		memberID: {[]string{"member"}, []string{"member"}},
		"":       {},
	} {
		of, err := e.AccountsOf(t.Context(), id)
		if got := namesOf(of); err != nil || !slices.Equal(got, want.of) {
			t.Errorf("AWSAccounts of %q are %q (%v), want %q", id, got, err, want.of)
		}
		through, err := e.AccountsThrough(t.Context(), id)
		if got := namesOf(through); err != nil || !slices.Equal(got, want.through) {
			t.Errorf("AWSAccounts through %q are %q (%v), want %q", id, got, err, want.through)
		}
	}
}

func namesOf(accounts []v1alpha1.AWSAccount) []string {
	var names []string
	for i := range accounts {
		names = append(names, accounts[i].Name)
	}
	slices.Sort(names)
	return names
}
