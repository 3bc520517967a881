// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package fault

import (
	"errors"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/smithy-go"
	"github.com/google/go-cmp/cmp"

	"github.com/ecsiam/ecs-iam-controller/hack/local/environment"
	"github.com/ecsiam/ecs-iam-controller/internal/iam/iamsim"
)

func simulator(t *testing.T) *iamsim.Sim {
	t.Helper()
	sim := iamsim.New(iamsim.Options{}).Start()
	t.Cleanup(sim.Close)
	return sim
}

// run runs a command line against a simulator and returns what it printed.
func run(t *testing.T, sim *iamsim.Sim, line ...string) (string, error) {
	t.Helper()
	var out strings.Builder
	cmd := Command(func() (string, error) { return sim.URL(), nil })
	cmd.SilenceErrors, cmd.SilenceUsage = true, true
	cmd.SetOut(&out)
	cmd.SetErr(&out)
	cmd.SetArgs(line)
	err := cmd.ExecuteContext(t.Context())
	return out.String(), err
}

// code is the error code that a call of GetRole is answered with.
func code(t *testing.T, sim *iamsim.Sim) string {
	t.Helper()
	client := environment.IAM(sim, "test")
	_, err := client.GetRole(t.Context(), &iam.GetRoleInput{RoleName: aws.String("app")},
		func(o *iam.Options) { o.Retryer = aws.NopRetryer{} })
	answer, ok := errors.AsType[smithy.APIError](err)
	if !ok {
		t.Fatalf("got error %v", err)
	}
	return answer.ErrorCode()
}

func TestCallsMeetAFaultAsOftenAsItSays(t *testing.T) {
	sim := simulator(t)
	out, err := run(t, sim, "add", "--action", "Get*", "--code", "Throttling", "--count", "2", "--delay", "1ms")
	if err != nil {
		t.Fatal(err)
	}
	want := "  ID        ACTION   PARAMETERS   ANSWER       DELAY   CALLS LEFT\n" +
		"  fault-1   Get*     -            Throttling   1ms     2\n"
	if diff := cmp.Diff(want, out); diff != "" {
		t.Errorf("printed (-want +got):\n%s", diff)
	}
	for _, want := range []string{"Throttling", "Throttling", "NoSuchEntity"} {
		if got := code(t, sim); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}

func TestFaultsAreClearedByIdOrAllAtOnce(t *testing.T) {
	sim := simulator(t)
	for _, code := range []string{"AccessDenied", "ServiceFailure", "ExpiredToken"} {
		if _, err := run(t, sim, "add", "--code", code); err != nil {
			t.Fatal(err)
		}
	}
	out, err := run(t, sim, "clear", "fault-1")
	if err != nil || strings.Contains(out, "AccessDenied") || !strings.Contains(out, "ServiceFailure") {
		t.Errorf("one cleared: printed %q, error %v", out, err)
	}
	if got := code(t, sim); got != "ServiceFailure" {
		t.Errorf("got %s, want ServiceFailure", got)
	}
	if _, err := run(t, sim, "clear", "fault-1"); err == nil || !strings.Contains(err.Error(), "fault-1") {
		t.Errorf("cleared twice: got error %v", err)
	}
	if out, err := run(t, sim, "clear"); err != nil || out != "No faults are in force.\n" {
		t.Errorf("all cleared: printed %q, error %v", out, err)
	}
	if got := code(t, sim); got != "NoSuchEntity" {
		t.Errorf("got %s, want NoSuchEntity", got)
	}
}

func TestAFaultThatDoesNothingIsRefused(t *testing.T) {
	sim := simulator(t)
	for line, want := range map[string]string{
		"add":                       "code, delay, hang",
		"add --action Get* --count": "count",
		"add --code no-code!":       "not an error code",
		"add GetRole":               "GetRole",
	} {
		if _, err := run(t, sim, strings.Fields(line)...); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got error %v, want one that says %q", line, err, want)
		}
	}
	if out, _ := run(t, sim, "list"); out != "No faults are in force.\n" {
		t.Errorf("afterwards there is:\n%s", out)
	}
}

func TestAnotherSimulatorIsNamedByItsEndpoint(t *testing.T) {
	sim := simulator(t)
	cmd := Command(func() (string, error) { return "", errors.New("make run is not up") })
	cmd.SetArgs([]string{"add", "--endpoint", sim.URL(), "--action", "GetRole", "--hang"})
	var out strings.Builder
	cmd.SetOut(&out)
	if err := cmd.ExecuteContext(t.Context()); err != nil || !strings.Contains(out.String(), "never") {
		t.Errorf("printed %q, error %v", out.String(), err)
	}
}
