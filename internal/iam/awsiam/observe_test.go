// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package awsiam_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/ecsiam/ecs-iam-controller/internal/iam"
	"github.com/ecsiam/ecs-iam-controller/internal/iam/iamsim"
)

func TestObservingAnUnchangedRoleTakesThreeReadsAndOneForEachInlinePolicy(t *testing.T) {
	sim := newSim(t)
	account := newAccount(t, sim)
	role := checkoutRole()
	create(t, sim, account, role)

	got, err := account.Observe(t.Context(), iam.Query{RoleName: role.Name, Expected: role.Attached})
	must(t, err)

	if diff := cmp.Diff(&role, got.Role, cmpopts.IgnoreFields(iam.Role{}, "ARN", "ID", "Trust")); diff != "" {
		t.Errorf("observed role (-want +got):\n%s", diff)
	}
	want := []string{"GetRole", "ListAttachedRolePolicies", "ListRolePolicies", "GetRolePolicy"}
	if diff := cmp.Diff(want, iamsim.ActionNames(sim.Calls())); diff != "" {
		t.Errorf("calls (-want +got):\n%s", diff)
	}
}
