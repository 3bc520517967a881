// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers_test

import (
	"fmt"
	"maps"
	"net/url"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	apitypes "k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/internal/iam/iamsim"
	"github.com/ecsiam/ecs-iam-controller/internal/iam/snapshot"
)

// policiedRoles are few roles beside the policies.
const policiedRoles = 5

// loadPolicy is an ECSPolicy of the load; tweaks change it.
func loadPolicy(i int, tweaks ...func(*v1alpha1.ECSPolicy)) *v1alpha1.ECSPolicy {
	p := &v1alpha1.ECSPolicy{
		ObjectMeta: metav1.ObjectMeta{
			Namespace: "team", Name: fmt.Sprintf("read-%d", i), UID: apitypes.UID(fmt.Sprintf("p%d", i)), Generation: 1,
		},
		Spec: v1alpha1.ECSPolicySpec{
			AccountRef: v1alpha1.AccountReference{Name: "default"}, Statements: []v1alpha1.Statement{statement("s3:GetObject")},
		},
	}
	for _, tweak := range tweaks {
		tweak(p)
	}
	return p
}

// policied is an API server with roles, the first of which has the first policy, and with policies.
func policied(t *testing.T, policies int, tweaks ...func(*v1alpha1.ECSPolicy)) client.Client {
	t.Helper()
	api := loadedAPI(t, policiedRoles)
	for i := range policies {
		if err := api.Create(t.Context(), loadPolicy(i, tweaks...)); err != nil {
			t.Fatal(err)
		}
	}
	account := &v1alpha1.AWSAccount{}
	if err := api.Get(t.Context(), client.ObjectKey{Name: "default"}, account); err != nil {
		t.Fatal(err)
	}
	attaching(account)
	if err := api.Update(t.Context(), account); err != nil {
		t.Fatal(err)
	}
	role := &v1alpha1.ECSRole{}
	if err := api.Get(t.Context(), client.ObjectKey{Namespace: "team", Name: "app-0"}, role); err != nil {
		t.Fatal(err)
	}
	role.Spec.ManagedPolicies = append(role.Spec.ManagedPolicies, v1alpha1.ManagedPolicy{
		PolicyRef: &v1alpha1.PolicyReference{Name: "read-0"},
	})
	if err := api.Update(t.Context(), role); err != nil {
		t.Fatal(err)
	}
	return api
}

// managePolicies runs a manager, and shows it the role that waits for its policy once more when that is there: the
// informers of the load tell nobody of what the controllers write.
func managePolicies(t *testing.T, sim *iamsim.Sim, api client.Client) (informers *lockedInformers, stop func()) {
	t.Helper()
	informers, stop = manageLoad(t, sim, api)
	time.Sleep(time.Minute) // of simulated time
	role := &v1alpha1.ECSRole{}
	if err := api.Get(t.Context(), client.ObjectKey{Namespace: "team", Name: "app-0"}, role); err != nil {
		t.Fatal(err)
	}
	informers.of(t, role).Add(role)
	waitUntilReady(t, api)
	return informers, stop
}

// watchedPolicies runs a manager until all is Ready and watched over, and an interval without a change is over.
func watchedPolicies(t *testing.T, sim *iamsim.Sim, api client.Client) (stop func()) {
	t.Helper()
	_, stop = managePolicies(t, sim, api)
	time.Sleep(3 * resync) // of simulated time: each object looks once after its last attachment was made
	policiesAreReady(t, api)
	sim.ResetCalls()
	return stop
}

func policiesAreReady(t *testing.T, api client.Client) {
	t.Helper()
	var list v1alpha1.ECSPolicyList
	if err := api.List(t.Context(), &list); err != nil {
		t.Fatal(err)
	}
	for i := range list.Items {
		if !meta.IsStatusConditionTrue(list.Items[i].Status.Conditions, v1alpha1.ConditionReady) {
			t.Errorf("policy %s says %+v", list.Items[i].Name, list.Items[i].Status.Conditions)
		}
	}
}

// counted is how often each action was called, but for what is asked once an hour.
func counted(sim *iamsim.Sim) map[string]int {
	times := map[string]int{}
	for _, action := range actions(sim) {
		if action != "GetAccountSummary" {
			times[action]++
		}
	}
	return times
}

// bulkOf are the values of Filter of the bulk calls, in their order.
func bulkOf(sim *iamsim.Sim) []string {
	var filters []string
	for _, call := range sim.Calls() {
		if call.Action == "GetAccountAuthorizationDetails" {
			filters = append(filters, call.Param("Filter.member.1"))
		}
	}
	return filters
}

func policyInIAM(i int) string {
	return fmt.Sprintf("arn:aws:iam::111122223333:policy/team_read-%d", i)
}

func TestUnchangedPoliciesCostTheirPagesAndTheTagsInTurn(t *testing.T) {
	const policies = 2 * snapshot.TagReads
	synctest.Test(t, func(t *testing.T) {
		sim := loadedAccount()
		api := policied(t, policies)
		defer watchedPolicies(t, sim, api)()
		time.Sleep(resync) // of simulated time
		want := map[string]int{"ListRoles": 1, "GetAccountAuthorizationDetails": 2, "GetPolicy": snapshot.TagReads}
		if got := counted(sim); !maps.Equal(got, want) {
			t.Errorf("an interval of %d unchanged policies made the calls %v, want %v", policies, got, want)
		}
		if got := bulkOf(sim); !slices.Equal(got, []string{"Role", "LocalManagedPolicy"}) {
			t.Errorf("read together were %q, want roles and policies apart, and no users: no policy is attached to any", got)
		}
	})
}

func TestWithoutAPolicyNoPoliciesAreRead(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sim := loadedAccount()
		api := loadedAPI(t, policiedRoles)
		_, stop := manageLoad(t, sim, api)
		defer stop()
		waitUntilReady(t, api)
		sim.ResetCalls()
		if _, err := sdk.NewFromConfig(awsConfig(sim)).CreatePolicy(t.Context(), &sdk.CreatePolicyInput{
			PolicyName: aws.String("foreign"), PolicyDocument: aws.String(someDocument),
		}); err != nil {
			t.Fatal(err)
		}
		time.Sleep(resync) // of simulated time
		if got := bulkOf(sim); !slices.Equal(got, []string{"Role"}) {
			t.Errorf("read together were %q, want roles only", got)
		}
	})
}

const someDocument = `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"s3:GetObject","Resource":"*"}}`

func TestOnlyThePolicyThatWasChangedByHandIsReadAndRepaired(t *testing.T) {
	hand := func(sim *iamsim.Sim) *sdk.Client { return sdk.NewFromConfig(awsConfig(sim)) }
	for change, tc := range map[string]struct {
		do        func(t *testing.T, sim *iamsim.Sim) error
		intervals int
		repair    string
	}{
		"a version": {func(t *testing.T, sim *iamsim.Sim) error {
			t.Helper()
			_, err := hand(sim).CreatePolicyVersion(t.Context(), &sdk.CreatePolicyVersionInput{
				PolicyArn: aws.String(policyInIAM(3)), PolicyDocument: aws.String(someDocument), SetAsDefault: true,
			})
			return err
		}, 1, "CreatePolicyVersion"},
		"an attachment to a user": {func(t *testing.T, sim *iamsim.Sim) error {
			t.Helper()
			if _, err := hand(sim).CreateUser(t.Context(), &sdk.CreateUserInput{UserName: aws.String("eve")}); err != nil {
				return err
			}
			_, err := hand(sim).AttachUserPolicy(t.Context(), &sdk.AttachUserPolicyInput{
				PolicyArn: aws.String(policyInIAM(3)), UserName: aws.String("eve"),
			})
			return err
		}, 1, "DetachUserPolicy"},
		"a deletion": {func(t *testing.T, sim *iamsim.Sim) error {
			t.Helper()
			_, err := hand(sim).DeletePolicy(t.Context(), &sdk.DeletePolicyInput{PolicyArn: aws.String(policyInIAM(3))})
			return err
		}, 1, "CreatePolicy"},
		"a tag": {func(t *testing.T, sim *iamsim.Sim) error {
			t.Helper()
			_, err := hand(sim).TagPolicy(t.Context(), &sdk.TagPolicyInput{
				PolicyArn: aws.String(policyInIAM(3)),
				Tags:      []types.Tag{{Key: aws.String(foreignTag), Value: aws.String("x")}},
			})
			return err
		}, 2, "UntagPolicy"},
	} {
		t.Run(change, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				sim := loadedAccount()
				api := policied(t, 2*snapshot.TagReads)
				defer watchedPolicies(t, sim, api)()
				if err := tc.do(t, sim); err != nil {
					t.Fatal(err)
				}
				sim.ResetCalls()
				time.Sleep(time.Duration(tc.intervals)*resync + time.Minute) // of simulated time
				if got := iamsim.ActionNames(iamsim.Writes(sim.Calls())); !slices.Equal(got, []string{tc.repair}) {
					t.Errorf("the repair took the writes %q, want %s", got, tc.repair)
				}
				if n := iamsim.Count(sim.Calls(), "ListEntitiesForPolicy") + iamsim.Count(sim.Calls(), "ListPolicies"); n != 1 {
					t.Errorf("%d policies were looked at, want the one that was changed", n)
				}
			})
		})
	}
}

func TestUsersAndGroupsAreReadOnlyWhereAPolicyIsAttachedToSome(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sim := loadedAccount()
		hand := sdk.NewFromConfig(awsConfig(sim))
		if _, err := hand.CreateUser(t.Context(), &sdk.CreateUserInput{UserName: aws.String("ci-build")}); err != nil {
			t.Fatal(err)
		}
		api := policied(t, 5, toUsers("ci-build"))
		defer watchedPolicies(t, sim, api)()
		time.Sleep(resync) // of simulated time
		if got := bulkOf(sim); !slices.Equal(got, []string{"Role", "LocalManagedPolicy", "User"}) {
			t.Errorf("read together were %q, want roles, policies, and users with groups", got)
		}
		_, err := hand.DetachUserPolicy(t.Context(), &sdk.DetachUserPolicyInput{
			PolicyArn: aws.String(policyInIAM(2)), UserName: aws.String("ci-build"),
		})
		if err != nil {
			t.Fatal(err)
		}
		sim.ResetCalls()
		time.Sleep(resync + time.Minute) // of simulated time
		if got := iamsim.ActionNames(iamsim.Writes(sim.Calls())); !slices.Equal(got, []string{"AttachUserPolicy"}) {
			t.Errorf("the repair took the writes %q, want AttachUserPolicy", got)
		}
	})
}

func TestUnchangedPoliciesAreRecognisedAfterARestartWithoutACallEach(t *testing.T) {
	const policies = 2 * snapshot.TagReads
	synctest.Test(t, func(t *testing.T) {
		sim := loadedAccount()
		api := policied(t, policies)
		watchedPolicies(t, sim, api)()
		before := versions(t, api)
		_, stop := manageLoad(t, sim, api)
		defer stop()
		time.Sleep(resync / 2) // of simulated time
		want := map[string]int{"ListRoles": 1, "GetAccountAuthorizationDetails": 2}
		if got := counted(sim); !maps.Equal(got, want) {
			t.Errorf("a restart made the calls %v, want %v", got, want)
		}
		if after := versions(t, api); !slices.Equal(before, after) {
			t.Error("objects were written although nothing changed")
		}
	})
}

func TestAPolicyThatWasMadeAgainByHandIsNotRecognisedAfterARestart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sim := loadedAccount()
		api := policied(t, 3)
		watchedPolicies(t, sim, api)()
		hand := sdk.NewFromConfig(awsConfig(sim))
		seen, err := hand.GetPolicyVersion(t.Context(), &sdk.GetPolicyVersionInput{
			PolicyArn: aws.String(policyInIAM(2)), VersionId: aws.String("v1"),
		})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := hand.DeletePolicy(t.Context(), &sdk.DeletePolicyInput{PolicyArn: aws.String(policyInIAM(2))}); err != nil {
			t.Fatal(err)
		}
		if _, err := hand.CreatePolicy(t.Context(), &sdk.CreatePolicyInput{
			PolicyName: aws.String("team_read-2"), PolicyDocument: aws.String(decodedDocument(t, seen)),
		}); err != nil {
			t.Fatal(err)
		}
		_, stop := manageLoad(t, sim, api)
		defer stop()
		time.Sleep(resync / 2) // of simulated time
		object := loadPolicy(2)
		if err := api.Get(t.Context(), client.ObjectKeyFromObject(object), object); err != nil {
			t.Fatal(err)
		}
		got := meta.FindStatusCondition(object.Status.Conditions, v1alpha1.ConditionReady)
		if got == nil || got.Reason != string(v1alpha1.ReasonOwnershipConflict) {
			t.Errorf("the object says %+v, want %s: the policy has no owner tag", got, v1alpha1.ReasonOwnershipConflict)
		}
	})
}

// decodedDocument is the document of a version, which IAM sends percent-encoded.
func decodedDocument(t *testing.T, seen *sdk.GetPolicyVersionOutput) string {
	t.Helper()
	text, err := url.PathUnescape(aws.ToString(seen.PolicyVersion.Document))
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func TestANewPolicyIsCreatedWithoutBeingReadWhereTheSnapshotHadNone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sim := loadedAccount()
		api := policied(t, 1)
		informers, stop := managePolicies(t, sim, api)
		defer stop()
		time.Sleep(3 * resync) // of simulated time
		sim.ResetCalls()
		added := loadPolicy(7)
		if err := api.Create(t.Context(), added); err != nil {
			t.Fatal(err)
		}
		informers.of(t, added).Add(added)
		time.Sleep(time.Minute) // of simulated time
		if got := counted(sim); !maps.Equal(got, map[string]int{"CreatePolicy": 1}) {
			t.Errorf("a new policy took the calls %v, want CreatePolicy", got)
		}
		policiesAreReady(t, api)
	})
}

func TestNothingIsWrittenAgainOfPoliciesWhereReadingsAreStale(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sim := loadedAccount()
		sim.SetConsistencyLag(iamsim.Lag{Duration: 20 * time.Second})
		api := policied(t, 10)
		resyncOften(t, api)
		_, stop := managePolicies(t, sim, api)
		defer stop()
		time.Sleep(5 * time.Minute) // of simulated time
		policiesAreReady(t, api)
		eachWriteOnce(t, sim)
	})
}

// Whatever happens to the pages of policies, what was changed by hand is repaired by the end of the interval after it,
// and of the policies that did not change none is looked at.
func TestAReadingOfPoliciesUnderFaultsMissesNothingAndHasNoUnchangedPolicyLookedAt(t *testing.T) {
	for fault, begin := range map[string]func(sim *iamsim.Sim){
		"pages cut short": func(sim *iamsim.Sim) { sim.SetPageLimit(7) },
		"a page throttled in the middle": func(sim *iamsim.Sim) {
			sim.SetPageLimit(7) // one page of roles, five of policies
			sim.FailNth("GetAccountAuthorizationDetails", 3, "Throttling")
		},
		"stale reads":             func(sim *iamsim.Sim) { sim.SetConsistencyLag(iamsim.Lag{Duration: 20 * time.Second}) },
		"tags that are throttled": func(sim *iamsim.Sim) { sim.FailNth("GetPolicy", 3, "Throttling") },
	} {
		t.Run(fault, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				sim := loadedAccount()
				api := policied(t, 30)
				defer watchedPolicies(t, sim, api)()
				begin(sim)
				_, err := sdk.NewFromConfig(awsConfig(sim)).CreatePolicyVersion(t.Context(), &sdk.CreatePolicyVersionInput{
					PolicyArn: aws.String(policyInIAM(3)), PolicyDocument: aws.String(someDocument), SetAsDefault: true,
				})
				if err != nil {
					t.Fatal(err)
				}
				sim.ResetCalls()
				time.Sleep(resync + time.Minute) // of simulated time
				if got := iamsim.ActionNames(iamsim.Writes(sim.Calls())); !slices.Equal(got, []string{"CreatePolicyVersion"}) {
					t.Errorf("the repair took the writes %q, want CreatePolicyVersion", got)
				}
				if n := iamsim.Count(sim.Calls(), "ListEntitiesForPolicy"); n != 1 {
					t.Errorf("%d policies were looked at, want the one that was changed", n)
				}
			})
		})
	}
}
