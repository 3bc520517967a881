// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package iamsim_test

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/google/go-cmp/cmp"

	"github.com/ecsiam/ecs-iam-controller/internal/iam/iamsim"
	"github.com/ecsiam/ecs-iam-controller/internal/iam/iamsim/levers"
)

// remote is a client of the levers, as another process has it.
func remote(sim *iamsim.Sim) levers.Client { return levers.Client{Endpoint: sim.URL()} }

func TestAFaultIsAddedListedAndEndedWhileTheSimulatorRuns(t *testing.T) {
	sim := start(t, iamsim.Options{})
	lever, c := remote(sim), client(sim)
	added, err := lever.AddFault(t.Context(), levers.Fault{Action: "Get*", Code: "Throttling", Skip: 1, Times: 2})
	wantCode(t, err, "")
	createRole(t, c, "r")
	for _, want := range []string{"", "Throttling"} {
		_, err := getRole(t, c, "r")
		wantCode(t, err, want)
	}
	faults, err := lever.Faults(t.Context())
	wantCode(t, err, "")
	want := []levers.Fault{{ID: added.ID, Action: "Get*", Code: "Throttling", Times: 1}}
	if diff := cmp.Diff(want, faults); diff != "" {
		t.Errorf("the faults in force differ (-want +got):\n%s", diff)
	}
	wantCode(t, lever.EndFault(t.Context(), added.ID), "")
	_, err = getRole(t, c, "r")
	wantCode(t, err, "")
	if err := lever.EndFault(t.Context(), added.ID); err == nil || !strings.Contains(err.Error(), added.ID) {
		t.Errorf("got %v for a fault that is not in force, want an error that names it", err)
	}
	if got := iamsim.Count(sim.Calls(), "GetRole"); got != len(sim.Calls())-1 {
		t.Error("pulling a lever is in the call log")
	}
}

func TestAFaultIsNarrowedByAccountAndParameters(t *testing.T) {
	sim := start(t, iamsim.Options{})
	_, err := remote(sim).AddFault(t.Context(), levers.Fault{
		Action: "CreateRole", Code: "ServiceFailure", Account: sim.AccountID(), Params: map[string]string{"RoleName": "a*"},
	})
	wantCode(t, err, "")
	_, err = tryCreateRole(t, client(sim), "app")
	wantCode(t, err, "ServiceFailure")
	createRole(t, client(sim), "web")
	createRole(t, iam.NewFromConfig(config(sim, "222222222222")), "app")
}

func TestADelayedCallIsCarriedOutLate(t *testing.T) {
	sim := start(t, iamsim.Options{})
	const late = 30 * time.Millisecond
	_, err := remote(sim).AddFault(t.Context(), levers.Fault{Action: "CreateRole", Delay: levers.Duration(late)})
	wantCode(t, err, "")
	began := time.Now()
	createRole(t, client(sim), "r")
	if took := time.Since(began); took < late {
		t.Errorf("the call took %s, want at least %s", took, late)
	}
}

func TestACallThatHangsIsLetGoWhenItsFaultEnds(t *testing.T) {
	sim := start(t, iamsim.Options{})
	lever := remote(sim)
	_, err := lever.AddFault(t.Context(), levers.Fault{Action: "CreateRole", Hang: true, Times: 1})
	wantCode(t, err, "")
	answered := make(chan error, 1)
	go func() {
		_, err := tryCreateRole(t, client(sim), "r")
		answered <- err
	}()
	select {
	case err := <-answered:
		t.Fatalf("the call was answered (%v), want it to hang", err)
	case <-time.After(50 * time.Millisecond):
	}
	for len(answered) == 0 {
		wantCode(t, lever.ClearFaults(t.Context()), "")
		time.Sleep(time.Millisecond)
	}
	if err := <-answered; err == nil {
		t.Error("the call succeeded, want its connection cut")
	}
	if _, ok := sim.Role("r"); ok {
		t.Error("the call was carried out")
	}
}

func TestADenialSaysWhichPolicyDeniesAndNamesTheCaller(t *testing.T) {
	for _, c := range []struct {
		by       levers.Denier
		explicit bool
		want     string
	}{
		{"", false, "because no identity-based policy allows the iam:CreateRole action"},
		{levers.ByIdentity, true, "with an explicit deny in an identity-based policy"},
		{levers.ByOrganization, true, "with an explicit deny in a service control policy"},
		{levers.ByBoundary, false, "because no permissions boundary allows the iam:CreateRole action"},
		{levers.BySession, true, "with an explicit deny in a session policy"},
	} {
		sim := start(t, iamsim.Options{})
		_, err := remote(sim).AddFault(t.Context(),
			levers.Fault{Action: "CreateRole", Code: "AccessDenied", DeniedBy: c.by, ExplicitDeny: c.explicit})
		wantCode(t, err, "")
		_, err = tryCreateRole(t, client(sim), "r")
		wantCode(t, err, "AccessDenied")
		who := "User: arn:aws:iam::111122223333:user/operator is not authorized to perform: iam:CreateRole on resource: "
		if !strings.Contains(err.Error(), who) || !strings.Contains(err.Error(), c.want) {
			t.Errorf("got %v, want the caller and %q", err, c.want)
		}
	}
}

func TestSettingsAreChangedOneByOneAndTakenBackTogether(t *testing.T) {
	sim := start(t, iamsim.Options{})
	lever, c := remote(sim), client(sim)
	want := levers.Settings{QPS: 1, Burst: 2, Lag: levers.Duration(time.Hour), PageLimit: 1}
	wantCode(t, lever.SetSettings(t.Context(), want), "")
	patch(t, sim, `{"pageLimit": 3}`, http.StatusOK)
	want.PageLimit = 3
	got, err := lever.Settings(t.Context())
	wantCode(t, err, "")
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("the settings differ (-want +got):\n%s", diff)
	}
	createRole(t, c, "r")
	_, err = getRole(t, c, "r")
	wantCode(t, err, "NoSuchEntity")
	_, err = getRole(t, c, "r")
	wantCode(t, err, "Throttling")
	wantCode(t, lever.SetSettings(t.Context(), levers.Settings{}), "")
	_, err = getRole(t, c, "r")
	wantCode(t, err, "")
}

func TestALeverThatMakesNoSenseIsRefusedAndChangesNothing(t *testing.T) {
	sim := start(t, iamsim.Options{})
	for name, fault := range map[string]levers.Fault{
		"nothing happens":        {Action: "GetRole"},
		"no action":              {Action: "iam:GetRole", Code: "Throttling"},
		"no code":                {Code: "not found"},
		"no account":             {Code: "Throttling", Account: "prod"},
		"a negative delay":       {Delay: -1},
		"a denier without deny":  {Code: "Throttling", DeniedBy: levers.BySession},
		"an unknown denier":      {Code: "AccessDenied", DeniedBy: "budget"},
		"a message without code": {Hang: true, Message: "x"},
	} {
		if _, err := remote(sim).AddFault(t.Context(), fault); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
	patch(t, sim, `{"latencySeconds": 3}`, http.StatusBadRequest)
	patch(t, sim, `{"qps": 3}`, http.StatusBadRequest)
	if faults := sim.Faults(); len(faults) > 0 || sim.Settings() != (levers.Settings{}) {
		t.Errorf("got the faults %v and the settings %v, want none", faults, sim.Settings())
	}
}

func TestTheClientSaysWhichEndpointDoesNotAnswer(t *testing.T) {
	sim := start(t, iamsim.Options{})
	lever := remote(sim)
	sim.Close()
	ctx, cancel := context.WithTimeout(t.Context(), time.Second)
	defer cancel()
	if _, err := lever.Faults(ctx); err == nil || !strings.Contains(err.Error(), lever.Endpoint) {
		t.Errorf("got %v, want an error that names %s", err, lever.Endpoint)
	}
}

func patch(t *testing.T, sim *iamsim.Sim, body string, want int) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPatch, sim.URL()+levers.Path+"settings",
		strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	_ = answer.Body.Close()
	if answer.StatusCode != want {
		t.Errorf("%s is answered %d, want %d", body, answer.StatusCode, want)
	}
}
