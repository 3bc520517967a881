// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers_test

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	sdk "github.com/aws/aws-sdk-go-v2/service/iam"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/utils/ptr"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/internal/iam/iamsim"
)

// loadHub is the account of the controller's credentials in the tests of load.
const loadHub = "arn:aws:iam::111122223333:root"

func memberID(i int) string { return strconv.Itoa(200000000000 + i) }

// members are AWSAccounts that are reached by a role each, which the simulator has, and their ECSRoles in as many
// namespaces.
func members(t *testing.T, sim *iamsim.Sim, accounts, roles int, namespaces ...string) []client.Object {
	t.Helper()
	var objects []client.Object
	for i := range accounts {
		id := memberID(i)
		operator := sdk.NewFromConfig(aws.Config{
			Region: "eu-west-1", HTTPClient: direct{sim}, BaseEndpoint: aws.String("http://iam.test"),
			Credentials: credentials.NewStaticCredentialsProvider(id, "secret", ""),
		})
		role, err := operator.CreateRole(t.Context(), &sdk.CreateRoleInput{
			RoleName: aws.String("member"), AssumeRolePolicyDocument: aws.String(trustedBy(loadHub, "shared")),
		})
		if err != nil {
			t.Fatal(err)
		}
		account := &v1alpha1.AWSAccount{ObjectMeta: metav1.ObjectMeta{Name: "member-" + id}, Spec: v1alpha1.AWSAccountSpec{
			AccountID: id, Region: "eu-west-1", PropagationDelaySeconds: ptr.To[int32](0),
			AllowedNamespaces: v1alpha1.AllowedNamespaces{From: v1alpha1.NamespacesFromAll},
			Guardrails:        unrestricted(),
			AssumeRole: &v1alpha1.AssumeRole{AssumeRoleHop: v1alpha1.AssumeRoleHop{
				RoleARN: *role.Role.Arn, ExternalID: "shared",
			}},
		}}
		if len(namespaces) > 1 {
			account.Spec.AssumeRole.SessionScope = v1alpha1.SessionScopeNamespace
		}
		objects = append(objects, account)
		for j := range roles {
			name := fmt.Sprintf("app-%d-%d", i, j)
			objects = append(objects, &v1alpha1.ECSRole{
				ObjectMeta: metav1.ObjectMeta{
					Namespace: namespaces[j%len(namespaces)], Name: name, UID: types.UID(name), Generation: 1,
				},
				Spec: v1alpha1.ECSRoleSpec{
					Type: v1alpha1.RoleTypeTask, AccountRef: v1alpha1.AccountReference{Name: account.Name},
				},
			})
		}
	}
	return objects
}

// manyAccounts is a tenth of the number that figures are given for, unless LOAD=full asks for all: an hour of a hundred
// accounts takes minutes.
func manyAccounts() int {
	if os.Getenv("LOAD") == "full" {
		return 100
	}
	return 10
}

func TestOneCallOfSTSAnAccountAndNamespaceServesForTheLifeOfItsCredentials(t *testing.T) {
	const roles = 10
	accounts := manyAccounts()
	for name, namespaces := range map[string][]string{
		"one session an account": {"team"}, "one session a namespace": {"team", "other"},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				sim := iamsim.New(iamsim.Options{})
				sim.SetLatency(loadLatency)
				api := apiWith(t, members(t, sim, accounts, roles, namespaces...)...)
				sim.ResetCalls()
				began := time.Now()
				_, stop := manageLoad(t, sim, api)
				waitUntilReady(t, api)
				sessions := accounts
				if len(namespaces) > 1 {
					sessions += accounts * len(namespaces)
				}
				first := iamsim.Count(sim.Calls(), "AssumeRole")
				if first != sessions {
					t.Errorf("%d calls of AssumeRole until all are Ready, want %d", first, sessions)
				}
				time.Sleep(time.Until(began.Add(45 * time.Minute)))
				if n := iamsim.Count(sim.Calls(), "AssumeRole"); n != sessions {
					t.Errorf("%d calls of AssumeRole in 45 minutes, want %d", n, sessions)
				}
				if n := iamsim.Count(sim.Calls(), "GetCallerIdentity"); n != accounts {
					t.Errorf("%d calls of GetCallerIdentity in 45 minutes, want %d", n, accounts)
				}
				time.Sleep(20 * time.Minute)
				stop()
				// A session that nothing needs is not renewed: what does not change is looked at by the account's own.
				all := iamsim.Count(sim.Calls(), "AssumeRole")
				if all < sessions+accounts || all > 2*sessions {
					t.Errorf("%d calls of AssumeRole in 65 minutes, want %d to %d", all, sessions+accounts, 2*sessions)
				}
				t.Logf("%d accounts with %d roles each: %d AssumeRole until Ready, %d in 65 minutes", accounts, roles, first, all)
			})
		})
	}
}

// deaf does not answer the calls that concern some accounts: those that assume a role there, or those to IAM with the
// credentials of one.
type deaf struct {
	direct
	hangs func(id string) bool
	iam   bool // hang at IAM, not at STS
	// accounts are those of access keys.
	accounts *sync.Map
}

func deafTo(hangs func(id string) bool, atIAM bool) func(*iamsim.Sim) aws.HTTPClient {
	return func(sim *iamsim.Sim) aws.HTTPClient { return deaf{direct{sim}, hangs, atIAM, &sync.Map{}} }
}

var (
	keyInAnswer  = regexp.MustCompile(`<AccessKeyId>(\w+)<`)
	keyInRequest = regexp.MustCompile(`Credential=(\w+)/`)
)

func (d deaf) Do(request *http.Request) (*http.Response, error) {
	body, err := io.ReadAll(request.Body)
	if err != nil {
		return nil, err
	}
	request.Body = io.NopCloser(bytes.NewReader(body))
	call, err := url.ParseQuery(string(body))
	if err != nil {
		return nil, err
	}
	assumed := strings.Split(call.Get("RoleArn"), ":")
	if d.concerns(request, call, assumed) {
		<-request.Context().Done()
		return nil, request.Context().Err()
	}
	response, err := d.direct.Do(request)
	if err != nil || call.Get("Action") != "AssumeRole" {
		return response, err
	}
	answer, err := io.ReadAll(response.Body)
	if key := keyInAnswer.FindSubmatch(answer); key != nil {
		d.accounts.Store(string(key[1]), assumed[4])
	}
	response.Body = io.NopCloser(bytes.NewReader(answer))
	return response, err
}

// concerns reports whether a call concerns an account that hangs.
func (d deaf) concerns(request *http.Request, call url.Values, assumed []string) bool {
	if !d.iam {
		return len(assumed) > 4 && d.hangs(assumed[4])
	}
	key := keyInRequest.FindStringSubmatch(request.Header.Get("Authorization"))
	if key == nil || call.Get("Version") != "2010-05-08" {
		return false
	}
	account, _ := d.accounts.Load(key[1])
	id, _ := account.(string)
	return d.hangs(id)
}

// readyAfter is how long it takes until the roles of the last account are Ready, at the start and for one that is
// created when the others have been silent for a minute.
func readyAfter(
	t *testing.T, web func(*iamsim.Sim) aws.HTTPClient, prepare func(*iamsim.Sim),
) (atStart, afterwards time.Duration) {
	t.Helper()
	const accounts, roles = 12, 10
	sim := iamsim.New(iamsim.Options{})
	sim.SetLatency(loadLatency)
	objects := members(t, sim, accounts, roles, "team")
	api := apiWith(t, objects...)
	prepare(sim)
	reached := awsConfig(sim)
	reached.HTTPClient = web(sim)
	informers, stop := manageOver(t, reached, api)
	defer func() { stop(); time.Sleep(5 * time.Minute) }() // calls that hang end with their time
	last, _ := objects[len(objects)-1].(*v1alpha1.ECSRole)
	atStart = untilReady(t, api, last.Spec.AccountRef.Name)
	time.Sleep(time.Minute)
	late := last.DeepCopy()
	late.Name, late.UID, late.ResourceVersion = "late", "late", ""
	if err := api.Create(t.Context(), late); err != nil {
		t.Fatal(err)
	}
	informers.of(t, &v1alpha1.ECSRole{}).Add(late)
	return atStart, untilReady(t, api, last.Spec.AccountRef.Name)
}

// untilReady waits until an AWSAccount and all its roles are Ready.
func untilReady(t *testing.T, api client.Client, account string) time.Duration {
	t.Helper()
	began := time.Now()
	for time.Since(began) < 2*time.Minute {
		time.Sleep(20 * time.Millisecond)
		var list v1alpha1.ECSRoleList
		if err := api.List(t.Context(), &list); err != nil {
			t.Fatal(err)
		}
		var reached v1alpha1.AWSAccount
		if err := api.Get(t.Context(), types.NamespacedName{Name: account}, &reached); err != nil {
			t.Fatal(err)
		}
		if meta.IsStatusConditionTrue(reached.Status.Conditions, v1alpha1.ConditionReady) && !slices.ContainsFunc(list.Items, func(role v1alpha1.ECSRole) bool {
			return role.Spec.AccountRef.Name == account &&
				!meta.IsStatusConditionTrue(role.Status.Conditions, v1alpha1.ConditionReady)
		}) {
			return time.Since(began)
		}
	}
	t.Fatal("the roles of the last account are not Ready in two minutes")
	return 0
}

func TestAnAccountThatHangsOrRefusesDoesNotSlowTheOthers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		healthy := func(sim *iamsim.Sim) aws.HTTPClient { return direct{sim} }
		nothing := func(*iamsim.Sim) {}
		alone, aloneLater := readyAfter(t, healthy, nothing)
		first := func(n int) func(string) bool {
			return func(id string) bool { number, _ := strconv.Atoi(id); return number < 200000000000+n }
		}
		for name, tc := range map[string]struct {
			web     func(*iamsim.Sim) aws.HTTPClient
			prepare func(*iamsim.Sim)
		}{
			"one hangs at STS":                 {deafTo(first(1), false), nothing},
			"one hangs at IAM":                 {deafTo(first(1), true), nothing},
			"three hang at IAM":                {deafTo(first(3), true), nothing},
			"all but the last one hang at STS": {deafTo(first(11), false), nothing},
			"all but the last one hang at IAM": {deafTo(first(11), true), nothing},
			"one refuses": {healthy, func(sim *iamsim.Sim) {
				sim.Fail("AssumeRole", "AccessDenied", -1, func(c iamsim.Call) bool { return strings.Contains(c.Param("RoleArn"), memberID(0)) })
			}},
			"one throttles": {healthy, func(sim *iamsim.Sim) {
				sim.Fail("", "Throttling", -1, func(c iamsim.Call) bool { return c.Account == memberID(0) && c.Service == "iam" })
			}},
		} {
			start, afterwards := readyAfter(t, tc.web, tc.prepare)
			for when, took := range map[string][2]time.Duration{
				"at the start": {start, alone}, "a minute later": {afterwards, aloneLater},
			} {
				ratio := took[0].Seconds() / took[1].Seconds()
				t.Logf("%s: the roles of an account beside are Ready after %.2f s %s, %.2f of the %.2f s without it", name,
					took[0].Seconds(), when, ratio, took[1].Seconds())
				if ratio > 2 {
					t.Errorf("%s: %.1f times as long %s, want at most twice", name, ratio, when)
				}
			}
		}
	})
}

func TestAnAccountThatDoesNotAnswerSaysSoAndSoDoItsRoles(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const accounts, roles = 3, 2
		sim := iamsim.New(iamsim.Options{})
		sim.SetLatency(loadLatency)
		api := apiWith(t, members(t, sim, accounts, roles, "team")...)
		reached := awsConfig(sim)
		reached.HTTPClient = deafTo(func(id string) bool { return id == memberID(1) }, false)(sim)
		_, stop := manageOver(t, reached, api)
		defer func() { stop(); time.Sleep(5 * time.Minute) }()
		time.Sleep(4 * time.Minute)
		var account v1alpha1.AWSAccount
		if err := api.Get(t.Context(), types.NamespacedName{Name: "member-" + memberID(1)}, &account); err != nil {
			t.Fatal(err)
		}
		said := map[string][]metav1.Condition{"the AWSAccount": account.Status.Conditions}
		var list v1alpha1.ECSRoleList
		if err := api.List(t.Context(), &list); err != nil {
			t.Fatal(err)
		}
		for _, role := range list.Items {
			if role.Spec.AccountRef.Name == account.Name {
				said[role.Name] = role.Status.Conditions
			}
		}
		for who, conditions := range said {
			ready := meta.FindStatusCondition(conditions, v1alpha1.ConditionReady)
			if ready == nil || ready.Status != metav1.ConditionFalse || ready.Reason != string(v1alpha1.ReasonUnavailable) {
				t.Errorf("%s says %+v, want False/Unavailable", who, ready)
			}
		}
	})
}
