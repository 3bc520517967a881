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
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/internal/iam/iamsim"
)

// linkedLoad is an API server with a few roles and a service-linked role of which description and a tag are declared.
func linkedLoad(t *testing.T) client.Client {
	t.Helper()
	api := loadedAPI(t, policiedRoles)
	err := api.Create(t.Context(), &v1alpha1.ECSServiceLinkedRole{
		ObjectMeta: metav1.ObjectMeta{Name: "ecs", UID: "slr", Generation: 1},
		Spec: v1alpha1.ECSServiceLinkedRoleSpec{
			Service: v1alpha1.LinkedServiceECS, AccountRef: v1alpha1.AccountReference{Name: "default"},
			Description: "for our clusters", Tags: map[string]string{"team": "platform"},
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	return api
}

func TestAnUnchangedServiceLinkedRoleCostsNoCallOfItsOwn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sim := loadedAccount()
		defer watchedOver(t, sim, linkedLoad(t))()
		hand := sdk.NewFromConfig(awsConfig(sim))
		for what, change := range map[string]func() error{
			"nothing": func() error { return nil },
			"a tag that is not declared": func() error {
				_, err := hand.TagRole(t.Context(), &sdk.TagRoleInput{
					RoleName: aws.String(roleOfECS), Tags: []types.Tag{{Key: aws.String("by"), Value: aws.String("hand")}},
				})
				return err
			},
		} {
			if err := change(); err != nil {
				t.Fatal(err)
			}
			sim.ResetCalls()
			time.Sleep(resync) // of simulated time
			want := map[string]int{"ListRoles": 1, "GetAccountAuthorizationDetails": 1}
			if got := counted(sim); !maps.Equal(got, want) {
				t.Errorf("after a change of %s an interval made the calls %v, want %v", what, got, want)
			}
		}
	})
}

func TestAServiceLinkedRoleThatWasChangedByHandIsRepairedWithinAnInterval(t *testing.T) {
	for change, tc := range map[string]struct {
		do     func(t *testing.T, hand *sdk.Client) error
		repair string
	}{
		"a tag": {func(t *testing.T, hand *sdk.Client) error {
			t.Helper()
			_, err := hand.UntagRole(t.Context(), &sdk.UntagRoleInput{
				RoleName: aws.String(roleOfECS), TagKeys: []string{"team"},
			})
			return err
		}, "TagRole"},
		"the description": {func(t *testing.T, hand *sdk.Client) error {
			t.Helper()
			_, err := hand.UpdateRole(t.Context(), &sdk.UpdateRoleInput{
				RoleName: aws.String(roleOfECS), Description: aws.String("by hand"),
			})
			return err
		}, "UpdateRole"},
		"all of it": {func(t *testing.T, hand *sdk.Client) error {
			t.Helper()
			out, err := hand.DeleteServiceLinkedRole(t.Context(), &sdk.DeleteServiceLinkedRoleInput{
				RoleName: aws.String(roleOfECS),
			})
			for range 10 { // it goes on while it is asked for
				if err == nil {
					_, err = hand.GetServiceLinkedRoleDeletionStatus(t.Context(), &sdk.GetServiceLinkedRoleDeletionStatusInput{
						DeletionTaskId: out.DeletionTaskId,
					})
				}
			}
			return err
		}, "CreateServiceLinkedRole"},
	} {
		t.Run(change, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				sim := loadedAccount()
				defer watchedOver(t, sim, linkedLoad(t))()
				if err := tc.do(t, sdk.NewFromConfig(awsConfig(sim))); err != nil {
					t.Fatal(err)
				}
				sim.ResetCalls()
				time.Sleep(resync + time.Minute) // of simulated time
				if got := iamsim.ActionNames(iamsim.Writes(sim.Calls())); !slices.Contains(got, tc.repair) {
					t.Errorf("the repair took the writes %q, want %s", got, tc.repair)
				}
			})
		})
	}
}

func TestADescribedServiceLinkedRoleIsReadByItselfWhereRolesAreListedByPath(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sim, api := loadedAccount(), linkedLoad(t)
		account := &v1alpha1.AWSAccount{}
		if err := api.Get(t.Context(), client.ObjectKey{Name: "default"}, account); err != nil {
			t.Fatal(err)
		}
		account.Spec.Guardrails.RolePath = "/ecs/{namespace}/"
		if err := api.Update(t.Context(), account); err != nil {
			t.Fatal(err)
		}
		defer watchedOver(t, sim, api)()
		_, err := sdk.NewFromConfig(awsConfig(sim)).UpdateRole(t.Context(), &sdk.UpdateRoleInput{
			RoleName: aws.String(roleOfECS), Description: aws.String("by hand"),
		})
		if err != nil {
			t.Fatal(err)
		}
		sim.ResetCalls()
		time.Sleep(resync + time.Minute) // of simulated time
		if got := iamsim.ActionNames(iamsim.Writes(sim.Calls())); !slices.Equal(got, []string{"UpdateRole"}) {
			t.Errorf("the repair took the writes %q, want UpdateRole", got)
		}
		for _, call := range sim.Calls() {
			if call.Action == "ListRoles" && call.Param("PathPrefix") != "/ecs/" {
				t.Errorf("roles are listed under %q because of a service-linked role, want /ecs/", call.Param("PathPrefix"))
			}
		}
	})
}
