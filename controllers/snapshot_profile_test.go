// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers_test

import (
	"maps"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/internal/iam/iamsim"
	"github.com/ecsiam/ecs-iam-controller/internal/iam/snapshot"
)

// instanceRoles are roles with an instance profile, twice as many as a snapshot reads the tags of.
const instanceRoles = 2 * snapshot.TagReads

// profiled is an API server with roles that have an instance profile each.
func profiled(t *testing.T) client.Client {
	t.Helper()
	api := loadedAPI(t, instanceRoles)
	var list v1alpha1.ECSRoleList
	if err := api.List(t.Context(), &list); err != nil {
		t.Fatal(err)
	}
	for i := range list.Items {
		list.Items[i].Spec.Type = v1alpha1.RoleTypeContainerInstance
		if err := api.Update(t.Context(), &list.Items[i]); err != nil {
			t.Fatal(err)
		}
	}
	return api
}

func TestUnchangedInstanceProfilesCostTheirTagsInTurn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sim, api := loadedAccount(), profiled(t)
		defer watchedOver(t, sim, api)()
		time.Sleep(resync) // of simulated time
		want := map[string]int{"ListRoles": 1, "GetAccountAuthorizationDetails": 1, "GetInstanceProfile": snapshot.TagReads}
		if got := counted(sim); !maps.Equal(got, want) {
			t.Errorf("an interval of %d unchanged roles with profiles made the calls %v, want %v", instanceRoles, got, want)
		}
	})
}

func TestRolesWithInstanceProfilesAreRecognisedAfterARestartWithoutACallEach(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sim, api := loadedAccount(), profiled(t)
		watchedOver(t, sim, api)()
		before := versions(t, api)
		_, stop := manageLoad(t, sim, api)
		defer stop()
		time.Sleep(resync / 2) // of simulated time
		want := map[string]int{"ListRoles": 1, "GetAccountAuthorizationDetails": 1}
		if got := counted(sim); !maps.Equal(got, want) {
			t.Errorf("a restart made the calls %v, want %v", got, want)
		}
		if after := versions(t, api); !slices.Equal(before, after) {
			t.Error("objects were written although nothing changed")
		}
	})
}

func TestAnInstanceProfileThatWasChangedByHandIsRepaired(t *testing.T) {
	name := aws.String("team_app-7")
	for change, tc := range map[string]struct {
		do        func(t *testing.T, hand *sdk.Client) error
		intervals time.Duration
		repair    []string
	}{
		"its role": {func(t *testing.T, hand *sdk.Client) error {
			t.Helper()
			_, err := hand.RemoveRoleFromInstanceProfile(t.Context(), &sdk.RemoveRoleFromInstanceProfileInput{
				InstanceProfileName: name, RoleName: name,
			})
			return err
		}, resync, []string{"AddRoleToInstanceProfile"}},
		"a tag": {func(t *testing.T, hand *sdk.Client) error {
			t.Helper()
			_, err := hand.TagInstanceProfile(t.Context(), &sdk.TagInstanceProfileInput{
				InstanceProfileName: name, Tags: []types.Tag{{Key: aws.String(foreignTag), Value: aws.String("x")}},
			})
			return err
		}, 2 * resync, []string{"UntagInstanceProfile"}},
	} {
		t.Run(change, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				sim, api := loadedAccount(), profiled(t)
				defer watchedOver(t, sim, api)()
				if err := tc.do(t, sdk.NewFromConfig(awsConfig(sim))); err != nil {
					t.Fatal(err)
				}
				sim.ResetCalls()
				time.Sleep(tc.intervals + time.Minute) // of simulated time
				if got := iamsim.ActionNames(iamsim.Writes(sim.Calls())); !slices.Equal(got, tc.repair) {
					t.Errorf("the repair took the writes %q, want %q", got, tc.repair)
				}
				if n := iamsim.Count(sim.Calls(), "GetRole"); n != 1 {
					t.Errorf("%d roles were looked at, want the one that was changed", n)
				}
			})
		})
	}
}

func TestRolesAreListedByThePathOfTheGuardrail(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sim, api := loadedAccount(), loadedAPI(t, policiedRoles)
		account := &v1alpha1.AWSAccount{}
		if err := api.Get(t.Context(), client.ObjectKey{Name: "default"}, account); err != nil {
			t.Fatal(err)
		}
		account.Spec.Guardrails.RolePath = "/ecs/{namespace}/"
		if err := api.Update(t.Context(), account); err != nil {
			t.Fatal(err)
		}
		defer watchedOver(t, sim, api)()
		time.Sleep(resync) // of simulated time
		for _, call := range sim.Calls() {
			if got := call.Param("PathPrefix"); call.Action == "ListRoles" && got != "/ecs/" {
				t.Errorf("roles below %q are listed, want those below /ecs/", got)
			}
		}
		want := map[string]int{"ListRoles": 1, "GetAccountAuthorizationDetails": 1}
		if got := counted(sim); !maps.Equal(got, want) {
			t.Errorf("an interval made the calls %v, want %v", got, want)
		}
	})
}
