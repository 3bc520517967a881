// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
)

func TestLeaderElectionOutsideAClusterAsksForTheNamespaceOfTheLease(t *testing.T) {
	inPod, absent := filepath.Join(t.TempDir(), "namespace"), filepath.Join(t.TempDir(), "absent")
	if err := os.WriteFile(inPod, []byte("ecs-iam-system"), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, test := range map[string]struct {
		o     options
		file  string
		fails bool
	}{
		"without leader election":     {options{}, absent, false},
		"in a pod":                    {options{leaderElect: true}, inPod, false},
		"outside, with a namespace":   {options{leaderElect: true, leaseNamespace: "default"}, absent, false},
		"outside, with no namespace":  {options{leaderElect: true}, absent, true},
		"in a pod, with another name": {options{leaderElect: true, leaseNamespace: "default"}, inPod, false},
	} {
		err := test.o.checkLeaderElection(test.file)
		if test.fails && (err == nil || !strings.Contains(err.Error(), "--leader-election-namespace=")) || !test.fails && err != nil {
			t.Errorf("%s: got error %v", name, err)
		}
	}
}

func TestFlagsAreRefusedBeforeAnythingStarts(t *testing.T) {
	for line, want := range map[string]string{
		"":                                  "--cluster-id is required",
		"--cluster-id=a/b":                  "--cluster-id is required",
		"--cluster-id=a --no-such":          "--no-such",
		"--cluster-id=a --concurrency=many": "--concurrency",
		"--cluster-id=a --webhook-bind-address=9443":                          "--webhook-bind-address",
		"--cluster-id=a --webhook-bind-address=:9443 --webhook-cert-secret=c": "--webhook-cert-secret works in a cluster only",
		"--cluster-id=a --leader-election-lease-duration=5s":                  "--leader-election-renew-deadline=10s",
		"--cluster-id=a --leader-election-retry-period=0s":                    "--leader-election-retry-period=0s",
		"--cluster-id=a --controller-name=team-a":                             "--controller-name=team-a",
		"--cluster-id=a --controller-name=example.com/A":                      "--controller-name=example.com/A",
		"--cluster-id=a --watch-namespace=a,B":                                `--watch-namespace: "B"`,
	} {
		if _, err := parse(strings.Fields(line)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: got error %v, want one that names %s", line, err, want)
		}
	}
	o, err := parse([]string{"--cluster-id=a", "--leader-elect", "--leader-election-namespace=leases"})
	if err != nil || !o.leaderElect || o.leaseNamespace != "leases" {
		t.Errorf("got %+v and error %v", o, err)
	}
}

func TestTheVersionIsShownWithoutAnyOtherFlag(t *testing.T) {
	o, err := parse([]string{"--version"})
	if err != nil || !o.showVersion {
		t.Errorf("got %+v and error %v", o, err)
	}
}

func TestThePodIsReadyOnlyWhenTheCachesAreFilled(t *testing.T) {
	request := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/readyz", http.NoBody)
	waits := func(ctx context.Context) bool { <-ctx.Done(); return false }
	if err := synced(waits)(request); err == nil || !strings.Contains(err.Error(), "CustomResourceDefinitions") {
		t.Errorf("ready before the caches are filled: %v", err)
	}
	if err := synced(func(context.Context) bool { return true })(request); err != nil {
		t.Errorf("not ready though the caches are filled: %v", err)
	}
}

func TestEachInstallationHasALeaseOfItsOwn(t *testing.T) {
	for name, want := range map[string]string{
		"": v1alpha1.DefaultControllerName.LeaseName(),
		"--controller-name=ecsiam.dev/controller": "controller.ecsiam.dev",
		"--controller-name=example.com/team-a":    "team-a.example.com",
	} {
		o, err := parse(append([]string{"--cluster-id=a"}, strings.Fields(name)...))
		if got := o.installation.controllerName().LeaseName(); err != nil || got != want {
			t.Errorf("%q: got lease %s and error %v, want %s", name, got, err, want)
		}
	}
}

func TestNamespacesToWatchAreRepeatedOrBetweenCommas(t *testing.T) {
	o, err := parse(strings.Fields("--cluster-id=a --watch-namespace=a,b --watch-namespace=c"))
	if err != nil || !slices.Equal(o.installation.namespaces, []string{"a", "b", "c"}) {
		t.Errorf("got %v and error %v", o.installation.namespaces, err)
	}
	if narrowed := o.installation.narrow(cacheOptions(false)); len(narrowed.ByObject) != 2 || narrowed.DefaultTransform == nil {
		t.Errorf("got %+v", narrowed)
	}
	if all := (&installation{}).narrow(cacheOptions(false)); all.ByObject != nil {
		t.Errorf("without the flag the cache is narrowed to %v", all.ByObject)
	}
}
