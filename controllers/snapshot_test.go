// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers_test

import (
	"reflect"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/iam"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/internal/iam/iamsim"
)

const (
	// watchedRoles are few enough for one page of a bulk reading.
	watchedRoles = 150
	// resync is the interval of the account of the load, with the jitter of the tests.
	resync = 630 * time.Second
)

// watched is watchedOver many roles.
func watched(t *testing.T, sim *iamsim.Sim) (api client.Client, stop func()) {
	t.Helper()
	api = loadedAPI(t, watchedRoles)
	return api, watchedOver(t, sim, api)
}

// watchedOver runs a manager until all roles are Ready and watched over, and an interval without a change is over.
func watchedOver(t *testing.T, sim *iamsim.Sim, api client.Client) (stop func()) {
	t.Helper()
	_, stop = manageLoad(t, sim, api)
	waitUntilReady(t, api)
	time.Sleep(2 * resync) // of simulated time
	sim.ResetCalls()
	return stop
}

// actions are the actions of the calls to IAM, sorted.
func actions(sim *iamsim.Sim) []string {
	var names []string
	for _, call := range sim.Calls() {
		if call.Service == "iam" {
			names = append(names, call.Action)
		}
	}
	slices.Sort(names)
	return names
}

func TestUnchangedRolesCostTwoCallsAnIntervalHoweverManyThereAre(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sim := loadedAccount()
		api, stop := watched(t, sim)
		defer stop()
		before := versions(t, api)
		time.Sleep(3 * resync) // of simulated time
		got := actions(sim)
		got = slices.DeleteFunc(got, func(action string) bool { return action == "GetAccountSummary" })
		want := []string{
			"GetAccountAuthorizationDetails", "GetAccountAuthorizationDetails", "GetAccountAuthorizationDetails",
			"ListRoles", "ListRoles", "ListRoles",
		}
		if !slices.Equal(got, want) {
			t.Errorf("three intervals of %d unchanged roles made the calls %q, want %q", watchedRoles, got, want)
		}
		if after := versions(t, api); !slices.Equal(before, after) {
			t.Error("objects were written although nothing changed")
		}
	})
}

func TestARoleThatWasChangedByHandIsRepairedWithinAnInterval(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sim := loadedAccount()
		_, stop := watched(t, sim)
		defer stop()
		retagByHand(t, sim, "team_app-7")
		began := time.Now()
		for retagged(sim, "team_app-7") {
			time.Sleep(time.Second) // of simulated time
			if time.Since(began) > resync+10*time.Second {
				t.Fatal("the role was not repaired within an interval")
			}
		}
		got := actions(sim)
		t.Logf("repaired after %s by the calls %q", time.Since(began), got)
		if len(got) > 1+2+6 { // the edit by hand, the bulk calls and six more
			t.Errorf("the repair took %d calls: %q", len(got)-1, got)
		}
	})
}

func TestAPolicyThatWasLeftBecauseItOnlyDeniedIsTakenAwayOnceItAllows(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sim := loadedAccount()
		_, stop := watched(t, sim)
		defer stop()
		hand := sdk.NewFromConfig(awsConfig(sim))
		document := func(effect string) *string {
			return aws.String(`{"Version":"2012-10-17","Statement":{"Effect":"` + effect + `","Action":"*","Resource":"*"}}`)
		}
		lock, err := hand.CreatePolicy(t.Context(), &sdk.CreatePolicyInput{
			PolicyName: aws.String("lock"), PolicyDocument: document("Deny"),
		})
		if err != nil {
			t.Fatal(err)
		}
		_, err = hand.AttachRolePolicy(t.Context(), &sdk.AttachRolePolicyInput{
			RoleName: aws.String("team_app-3"), PolicyArn: lock.Policy.Arn,
		})
		if err != nil {
			t.Fatal(err)
		}
		attached := func() bool {
			role, _ := sim.Role("team_app-3")
			return slices.Contains(role.AttachedPolicies, *lock.Policy.Arn)
		}
		time.Sleep(2 * resync) // of simulated time
		if !attached() {
			t.Fatal("a policy that only denies was taken away")
		}
		_, err = hand.CreatePolicyVersion(t.Context(), &sdk.CreatePolicyVersionInput{
			PolicyArn: lock.Policy.Arn, PolicyDocument: document("Allow"), SetAsDefault: true,
		})
		if err != nil {
			t.Fatal(err)
		}
		time.Sleep(resync + 10*time.Second) // of simulated time
		if attached() {
			t.Error("the policy is still attached an interval after it began to allow, without a change of the role")
		}
	})
}

func TestADeletedRoleIsMissedByTheSnapshot(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sim := loadedAccount()
		_, stop := watched(t, sim)
		defer stop()
		deleteByHand(t, sim, "team_app-9")
		time.Sleep(resync + 10*time.Second) // of simulated time
		if _, exists := sim.Role("team_app-9"); !exists {
			t.Error("the role was not created again within an interval")
		}
	})
}

func TestUnchangedRolesAreRecognisedAfterARestartWithoutACallEach(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sim := loadedAccount()
		api, stop := watched(t, sim)
		stop()
		before := versions(t, api)
		_, stop = manageLoad(t, sim, api)
		defer stop()
		time.Sleep(resync / 2) // of simulated time
		want := []string{"GetAccountAuthorizationDetails", "GetAccountSummary", "ListRoles"}
		if got := actions(sim); !slices.Equal(got, want) {
			t.Errorf("a restart made the calls %q, want %q", got, want)
		}
		if after := versions(t, api); !slices.Equal(before, after) {
			t.Error("objects were written although nothing changed")
		}
	})
}

func TestRolesAreReadOneByOneWhereTheBulkCallIsDenied(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sim := loadedAccount()
		sim.Deny("GetAccountAuthorizationDetails")
		api, stop := watched(t, sim)
		defer stop()
		retagByHand(t, sim, "team_app-7")
		time.Sleep(resync + 10*time.Second) // of simulated time
		if retagged(sim, "team_app-7") {
			t.Error("the role was not repaired within an interval")
		}
		account := &v1alpha1.AWSAccount{}
		if err := api.Get(t.Context(), client.ObjectKey{Name: "default"}, account); err != nil {
			t.Fatal(err)
		}
		if got := account.Status.DriftDetection.Mode; got != v1alpha1.DriftByDirectReads {
			t.Errorf("the account says that drift is looked for by %q, want %q", got, v1alpha1.DriftByDirectReads)
		}
	})
}

func TestReadsOfSingleRolesStayBelowAFifthOfTheRateAndAreSpread(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const roles, stretched = 40, 14 * time.Minute // 160 reads at one in five seconds
		sim, api := loadedAccount(), loadedAPI(t, roles)
		sim.Deny("GetAccountAuthorizationDetails")
		account := &v1alpha1.AWSAccount{}
		if err := api.Get(t.Context(), client.ObjectKey{Name: "default"}, account); err != nil {
			t.Fatal(err)
		}
		account.Spec.RateLimit = v1alpha1.RateLimit{QPS: 1, Burst: 10}
		if err := api.Update(t.Context(), account); err != nil {
			t.Fatal(err)
		}
		_, stop := manageLoad(t, sim, api)
		defer stop()
		waitUntilReady(t, api)
		time.Sleep(2 * stretched) // of simulated time
		sim.ResetCalls()
		time.Sleep(stretched)
		looked, tenths := 0, map[time.Duration]int{}
		began := time.Now().Add(-stretched)
		for _, call := range sim.Calls() {
			if call.Action == "GetRole" {
				looked++
				tenths[call.Time.Sub(began)*10/stretched]++
			}
		}
		if looked < roles-2 || looked > roles+2 {
			t.Errorf("%d roles were looked at in %s, want each of the %d", looked, stretched, roles)
		}
		for tenth, n := range tenths {
			if n > roles/3 {
				t.Errorf("%d of %d roles were looked at in tenth %d of the interval", n, roles, tenth)
			}
		}
		if err := api.Get(t.Context(), client.ObjectKey{Name: "default"}, account); err != nil {
			t.Fatal(err)
		}
		if got := account.Status.DriftDetection.Message; !strings.Contains(got, "spread over 840 seconds") {
			t.Errorf("the account says %q, want how long the interval is", got)
		}
	})
}

func TestRolesLookForThemselvesOnceSnapshotsFail(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sim := loadedAccount()
		_, stop := watched(t, sim)
		defer stop()
		sim.Deny("GetAccountAuthorizationDetails")
		time.Sleep(4 * resync) // of simulated time
		retagByHand(t, sim, "team_app-7")
		time.Sleep(resync + 10*time.Second) // of simulated time
		if retagged(sim, "team_app-7") {
			t.Error("the role was not repaired within an interval")
		}
	})
}

// addRole creates an object for one more role.
func addRole(t *testing.T, api client.Client, informers *lockedInformers, name string) *v1alpha1.ECSRole {
	t.Helper()
	role := &v1alpha1.ECSRole{
		ObjectMeta: metav1.ObjectMeta{Namespace: "team", Name: name, UID: types.UID(name), Generation: 1},
		Spec: v1alpha1.ECSRoleSpec{
			Type: v1alpha1.RoleTypeTask, AccountRef: v1alpha1.AccountReference{Name: "default"},
		},
	}
	withStatement(role)
	if err := api.Create(t.Context(), role); err != nil {
		t.Fatal(err)
	}
	informers.of(t, role).Add(role)
	return role
}

func TestANewRoleIsCreatedWithoutBeingReadWhereTheSnapshotHadNone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sim, api := loadedAccount(), loadedAPI(t, 1)
		informers, stop := manageLoad(t, sim, api)
		defer stop()
		waitUntilReady(t, api)
		sim.ResetCalls()
		addRole(t, api, informers, "new")
		time.Sleep(time.Minute) // of simulated time
		if got, want := actions(sim), []string{"CreateRole", "PutRolePolicy"}; !slices.Equal(got, want) {
			t.Errorf("a new role took the calls %q, want %q", got, want)
		}
		if ready, all := countReady(t, api); ready != all {
			t.Errorf("%d of %d roles are Ready", ready, all)
		}
	})
}

func TestARoleThatWasMadeByHandIsNotTakenForNew(t *testing.T) {
	for name, test := range map[string]struct {
		wait  time.Duration // from the role to the object
		tried bool
	}{
		"after the snapshot": {0, true}, "before the snapshot, which has it": {resync + 10*time.Second, false},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) { takesNoRoleForNew(t, test.wait, test.tried) })
		})
	}
}

func takesNoRoleForNew(t *testing.T, wait time.Duration, tried bool) {
	t.Helper()
	sim, api := loadedAccount(), loadedAPI(t, 1)
	informers, stop := manageLoad(t, sim, api)
	defer stop()
	waitUntilReady(t, api)
	_, err := sdk.NewFromConfig(awsConfig(sim)).CreateRole(t.Context(), &sdk.CreateRoleInput{
		RoleName: aws.String("team_new"), AssumeRolePolicyDocument: aws.String(trustedBy(loadHub, "x")),
	})
	if err != nil {
		t.Fatal(err)
	}
	time.Sleep(wait) // of simulated time
	sim.ResetCalls()
	before, _ := sim.Role("team_new")
	role := addRole(t, api, informers, "new")
	time.Sleep(time.Minute) // of simulated time
	if err := api.Get(t.Context(), client.ObjectKeyFromObject(role), role); err != nil {
		t.Fatal(err)
	}
	if got := condition(role, v1alpha1.ConditionReady); got == nil || got.Reason != string(v1alpha1.ReasonOwnershipConflict) {
		t.Errorf("the object says %+v, want %s", got, v1alpha1.ReasonOwnershipConflict)
	}
	if after, _ := sim.Role("team_new"); !reflect.DeepEqual(before, after) {
		t.Error("the role of someone else was changed")
	}
	if got := slices.Contains(actions(sim), "CreateRole"); got != tried {
		t.Errorf("CreateRole was called: %v, want %v", got, tried)
	}
}

func TestAnAccountWhoseSnapshotsFailSaysSoUntilOneSucceeds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sim := loadedAccount()
		api, stop := watched(t, sim)
		defer stop()
		stale := func() bool {
			account := &v1alpha1.AWSAccount{}
			if err := api.Get(t.Context(), client.ObjectKey{Name: "default"}, account); err != nil {
				t.Fatal(err)
			}
			return meta.IsStatusConditionTrue(account.Status.Conditions, v1alpha1.ConditionSnapshotStale)
		}
		sim.Fail("GetAccountAuthorizationDetails", "ServiceFailure", -1, nil)
		time.Sleep(4 * resync) // of simulated time
		if !stale() {
			t.Error("the account does not say that its roles cannot be read together")
		}
		sim.ClearFaults()
		time.Sleep(resync)
		if stale() {
			t.Error("the account still says so although a snapshot was taken")
		}
	})
}

func TestAThrottledPageHasNoUnchangedRoleLookedAtAndNothingMissed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sim := loadedAccount()
		_, stop := watched(t, sim)
		defer stop()
		sim.SetPageLimit(40) // four pages of each call
		retagByHand(t, sim, "team_app-7")
		sim.FailNth("GetAccountAuthorizationDetails", 3, "Throttling")
		sim.ResetCalls()
		time.Sleep(resync + time.Minute) // of simulated time
		if retagged(sim, "team_app-7") {
			t.Error("the role was not repaired within an interval")
		}
		if n := iamsim.Count(sim.Calls(), "GetRole"); n != 1 {
			t.Errorf("%d roles were looked at, want the one that was changed: a page that is missing shows nothing", n)
		}
	})
}

// resyncOften has each write followed by snapshots that began within the lag.
func resyncOften(t *testing.T, api client.Client) {
	t.Helper()
	account := &v1alpha1.AWSAccount{}
	if err := api.Get(t.Context(), client.ObjectKey{Name: "default"}, account); err != nil {
		t.Fatal(err)
	}
	account.Spec.ResyncIntervalSeconds = 10
	if err := api.Update(t.Context(), account); err != nil {
		t.Fatal(err)
	}
}

func TestASnapshotThatIsOlderThanAWriteHasNothingWrittenAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sim := loadedAccount()
		sim.SetConsistencyLag(iamsim.Lag{Duration: 20 * time.Second})
		api := loadedAPI(t, 40)
		resyncOften(t, api)
		_, stop := manageLoad(t, sim, api)
		defer stop()
		waitUntilReady(t, api)
		time.Sleep(5 * time.Minute) // of simulated time
		eachWriteOnce(t, sim)
	})
}

// eachWriteOnce fails where a write that succeeded was made again.
func eachWriteOnce(t *testing.T, sim *iamsim.Sim) {
	t.Helper()
	for what, n := range succeeded(sim) {
		if n > 1 {
			t.Errorf("%s was called %d times", what, n)
		}
	}
}

// versions are the resource versions of all objects.
func versions(t *testing.T, api client.Client) []string {
	t.Helper()
	var found []string
	for _, list := range []client.ObjectList{&v1alpha1.ECSRoleList{}, &v1alpha1.ECSPolicyList{}, &v1alpha1.AWSAccountList{}} {
		if err := api.List(t.Context(), list); err != nil {
			t.Fatal(err)
		}
		err := meta.EachListItem(list, func(o runtime.Object) error {
			object, err := meta.Accessor(o)
			found = append(found, object.GetResourceVersion())
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return found
}
