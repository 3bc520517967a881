// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"k8s.io/client-go/rest"
)

func TestTheLeaseIsInTheNamespaceOfTheFlagOrElseOfThePod(t *testing.T) {
	pod := filepath.Join(t.TempDir(), "namespace")
	if err := os.WriteFile(pod, []byte("ecs-iam-system\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	api := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = fmt.Fprint(w, `{"apiVersion":"authentication.k8s.io/v1","kind":"SelfSubjectReview","status":{"userInfo":{`+
			`"username":"system:serviceaccount:ecs-iam-system:controller"}}}`)
		if r.URL.Path != "/apis/authentication.k8s.io/v1/selfsubjectreviews" {
			t.Errorf("unexpected request %s", r.URL)
		}
	}))
	defer api.Close()
	// A service account of another namespace is no evidence that the lease is that of an installation.
	holder := map[string]string{"": "_controller", "leases": "_"}
	for flag, want := range map[string]string{"": "ecs-iam-system", "leases": "leases"} {
		o, err := parse([]string{"--cluster-id=a", "--leader-elect", "--leader-election-namespace=x"})
		if err != nil {
			t.Fatal(err)
		}
		o.leaseNamespace = flag
		lock, err := o.newLock(t.Context(), &rest.Config{Host: api.URL}, pod)
		if err != nil || lock.Rivals.Namespace != want || lock.Describe() != want+"/controller.ecsiam.dev" {
			t.Fatalf("%q: got %v and error %v, want the namespace %s", flag, lock, err, want)
		}
		if !strings.HasSuffix(lock.Identity(), holder[flag]) {
			t.Errorf("%q: got the identity %s, want one that ends with %s", flag, lock.Identity(), holder[flag])
		}
	}
}

func TestWithoutLeaderElectionNoInstallationWaitsForAnother(t *testing.T) {
	lock, err := options{}.newLock(t.Context(), &rest.Config{}, "absent")
	if err != nil || lock.Problem() != nil {
		t.Errorf("got problem %v and error %v", lock.Problem(), err)
	}
}
