// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"os"
	"path/filepath"
	"testing"

	"k8s.io/client-go/rest"
)

func TestTheLeaseIsInTheNamespaceOfTheFlagOrElseOfThePod(t *testing.T) {
	pod := filepath.Join(t.TempDir(), "namespace")
	if err := os.WriteFile(pod, []byte("ecs-iam-system\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for flag, want := range map[string]string{"": "ecs-iam-system", "leases": "leases"} {
		o, err := parse([]string{"--cluster-id=a", "--leader-elect", "--leader-election-namespace=x"})
		if err != nil {
			t.Fatal(err)
		}
		o.leaseNamespace = flag
		lock, err := o.newLock(&rest.Config{Host: "localhost"}, pod)
		if err != nil || lock.Rivals.Namespace != want || lock.Describe() != want+"/controller.ecsiam.dev" {
			t.Errorf("%q: got %v and error %v, want the namespace %s", flag, lock, err, want)
		}
	}
}

func TestWithoutLeaderElectionNoInstallationWaitsForAnother(t *testing.T) {
	lock, err := options{}.newLock(&rest.Config{}, "absent")
	if err != nil || lock.Problem() != nil {
		t.Errorf("got problem %v and error %v", lock.Problem(), err)
	}
}
