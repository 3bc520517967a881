// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers_test

import (
	"fmt"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"
	"k8s.io/apimachinery/pkg/api/meta"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/internal/iam/iamsim"
)

// loadWindow is the propagation window of the account of the load.
const loadWindow = 10 * time.Second

func TestTheFirstOfManyNewRolesIsReadyWhenItsWindowEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		api := loadedAPI(t, loadRoles)
		began := time.Now()
		_, stop := manageLoad(t, loadedAccount(), api)
		defer stop()
		for ready, _ := countReady(t, api); ready == 0; ready, _ = countReady(t, api) {
			time.Sleep(500 * time.Millisecond) // of simulated time
			if time.Since(began) > time.Minute {
				t.Fatal("no role is Ready after a minute")
			}
		}
		// The first is applied within a second, and its window is counted from its last write.
		took := time.Since(began)
		t.Logf("the first of %d roles is Ready after %s", loadRoles, took)
		if took > loadWindow+2*time.Second {
			t.Errorf("the first role is Ready after %s, want the window of %s and at most two seconds", took, loadWindow)
		}
	})
}

func TestAnEditAmongManyRolesThatAreLookedAtReachesIAMWithinSeconds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const roles = 400
		sim, api := loadedAccount(), loadedAPI(t, roles)
		_, stop := manageLoad(t, sim, api)
		waitUntilReady(t, api)
		stop()
		time.Sleep(time.Minute)                    // of simulated time
		informers, stop := manageLoad(t, sim, api) // looks at all of them: four reads each, twenty a second
		defer stop()
		var took []time.Duration
		for i := range 20 {
			time.Sleep(3 * time.Second) // of simulated time
			took = append(took, edited(t, sim, api, informers, i*roles/20))
		}
		slices.Sort(took)
		t.Logf("edits among %d roles that are looked at reach IAM after %s", roles, took)
		if longest := took[len(took)-1]; longest > 3*time.Second {
			t.Errorf("an edit took %s, want at most 3 s", longest)
		}
	})
}

func TestDriftIsCorrectedUnderAStreamOfChanges(t *testing.T) {
	for what, limit := range map[string]v1alpha1.RateLimit{
		"AWS is the limit": {}, "the account's rateLimit is": {QPS: 5, Burst: 5},
	} {
		t.Run(what, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				sim, api := loadedAccount(), loadedAPI(t, 40)
				account := &v1alpha1.AWSAccount{}
				if err := api.Get(t.Context(), client.ObjectKey{Name: "default"}, account); err != nil {
					t.Fatal(err)
				}
				account.Spec.ResyncIntervalSeconds, account.Spec.RateLimit = 10, limit
				if err := api.Update(t.Context(), account); err != nil {
					t.Fatal(err)
				}
				informers, stop := manageLoad(t, sim, api)
				defer stop()
				waitUntilReady(t, api)
				retagByHand(t, sim, "team_app-0")
				began := time.Now()
				for i := 0; retagged(sim, "team_app-0"); i++ {
					editSpec(t, api, informers, 1+i%39) // more calls than the limit allows
					time.Sleep(40 * time.Millisecond)   // of simulated time
					if time.Since(began) > 5*time.Minute {
						t.Fatal("drift is not corrected after five minutes of changes")
					}
				}
				t.Logf("drift is corrected %s after it arose, under twenty-five changes a second", time.Since(began))
			})
		})
	}
}

// loadedAccount is an AWS account that allows 40 calls at once and 20 a second.
func loadedAccount() *iamsim.Sim {
	sim := iamsim.New(iamsim.Options{})
	sim.SetRateLimit(loadRate, loadBurst)
	sim.SetLatency(loadLatency)
	return sim
}

// countReady is how many roles are Ready, of how many.
func countReady(t *testing.T, api client.Client) (ready, all int) {
	t.Helper()
	var list v1alpha1.ECSRoleList
	if err := api.List(t.Context(), &list); err != nil {
		t.Fatal(err)
	}
	for i := range list.Items {
		if meta.IsStatusConditionTrue(list.Items[i].Status.Conditions, v1alpha1.ConditionReady) {
			ready++
		}
	}
	return ready, len(list.Items)
}

// editSpec changes the description of a role in Kubernetes, and returns what it is now.
func editSpec(t *testing.T, api client.Client, informers *lockedInformers, i int) string {
	t.Helper()
	role := &v1alpha1.ECSRole{}
	if err := api.Get(t.Context(), client.ObjectKey{Namespace: "team", Name: fmt.Sprintf("app-%d", i)}, role); err != nil {
		t.Fatal(err)
	}
	before := role.DeepCopy()
	role.Generation++
	role.Spec.Description = fmt.Sprintf("the %d. of its kind", role.Generation)
	if err := api.Update(t.Context(), role); err != nil {
		t.Fatal(err)
	}
	informers.of(t, role).Update(before, role)
	return role.Spec.Description
}

// edited changes a role, and returns how long it took to reach IAM.
func edited(t *testing.T, sim *iamsim.Sim, api client.Client, informers *lockedInformers, i int) time.Duration {
	t.Helper()
	began, want := time.Now(), editSpec(t, api, informers, i)
	for {
		time.Sleep(100 * time.Millisecond) // of simulated time
		if role, _ := sim.Role(fmt.Sprintf("team_app-%d", i)); role.Description == want {
			return time.Since(began)
		}
		if time.Since(began) > time.Minute {
			t.Fatalf("edit of role %d did not reach IAM within a minute", i)
		}
	}
}

// foreignTag is one that a person puts on a role.
const foreignTag = "by-hand"

func retagByHand(t *testing.T, sim *iamsim.Sim, name string) {
	t.Helper()
	_, err := sdk.NewFromConfig(awsConfig(sim)).TagRole(t.Context(), &sdk.TagRoleInput{
		RoleName: aws.String(name), Tags: []types.Tag{{Key: aws.String(foreignTag), Value: aws.String("x")}},
	})
	if err != nil {
		t.Fatal(err)
	}
}

func deleteByHand(t *testing.T, sim *iamsim.Sim, name string) {
	t.Helper()
	role, found := sim.Role(name)
	if !found {
		t.Fatalf("there is no role %s", name)
	}
	hand := sdk.NewFromConfig(awsConfig(sim))
	for _, attached := range role.AttachedPolicies {
		in := &sdk.DetachRolePolicyInput{RoleName: &name, PolicyArn: aws.String(attached)}
		if _, err := hand.DetachRolePolicy(t.Context(), in); err != nil {
			t.Fatal(err)
		}
	}
	for policy := range role.InlinePolicies {
		in := &sdk.DeleteRolePolicyInput{RoleName: &name, PolicyName: aws.String(policy)}
		if _, err := hand.DeleteRolePolicy(t.Context(), in); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := hand.DeleteRole(t.Context(), &sdk.DeleteRoleInput{RoleName: &name}); err != nil {
		t.Fatal(err)
	}
}

func retagged(sim *iamsim.Sim, name string) bool {
	role, _ := sim.Role(name)
	found := slices.ContainsFunc(role.Tags, func(tag iamsim.Tag) bool { return tag.Key == foreignTag })
	return found
}
