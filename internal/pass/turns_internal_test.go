// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package pass

import (
	"fmt"
	"testing"
	"time"

	"k8s.io/apimachinery/pkg/types"
	clocktesting "k8s.io/utils/clock/testing"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/internal/iam"
	"github.com/ecsiam/ecs-iam-controller/internal/iam/snapshot"
)

var atNoon = time.Date(2026, 1, 2, 12, 0, 0, 0, time.UTC)

func requestOf(i int) reconcile.Request {
	return reconcile.Request{NamespacedName: types.NamespacedName{Namespace: "team", Name: fmt.Sprintf("app-%d", i)}}
}

func TestObjectsThatLookForThemselvesAreSpreadOverTheInterval(t *testing.T) {
	const objects, interval = 1000, 10 * time.Minute
	tenths := map[int]int{}
	for i := range objects {
		wait := inTurn(requestOf(i), atNoon, interval)
		if wait < interval/10 || wait >= interval+interval/10 {
			t.Errorf("object %d waits for %s", i, wait)
		}
		tenths[int(wait*10/interval)]++
		if next := inTurn(requestOf(i), atNoon.Add(wait), interval); next != interval {
			t.Errorf("object %d looks %s after its last time, want an interval", i, next)
		}
	}
	for tenth, n := range tenths {
		if n < objects/20 || n > objects/5 {
			t.Errorf("%d of %d objects look in tenth %d of the interval", n, objects, tenth)
		}
	}
}

func TestTheIntervalIsAsLongAsTheReadsTakeWithAFifthOfTheRate(t *testing.T) {
	for _, tc := range []struct {
		roles  int
		qps    int32
		lowest int32 // of the AWSAccounts of the account, 0 where it is not known
		want   time.Duration
	}{
		{10, 50, 0, 600 * time.Second},
		{1500, 50, 0, 600 * time.Second},   // 6,000 reads at 10 a second
		{3000, 50, 0, 1200 * time.Second},  // 12,000
		{1500, 50, 25, 1200 * time.Second}, // 6,000 at 5 a second
		{40, 1, 0, 14 * time.Minute},       // 160 at one in five seconds take 800 s
		{10_000, 50, 0, 67 * time.Minute},  // 40,000 take 4,000 s
	} {
		e := &Environment{Clock: clocktesting.NewFakePassiveClock(atNoon), Snapshots: snapshot.New("prod")}
		account := &v1alpha1.AWSAccount{}
		account.Name, account.Spec.RateLimit.QPS, account.Status.Effective.RateLimit.QPS = "default", tc.qps, tc.lowest
		for i := range tc.roles {
			name := requestOf(i).NamespacedName
			e.Snapshots.Settle("default", snapshot.Settled{
				Object: snapshot.Object{Entity: snapshot.Role, NamespacedName: name}, WroteAt: atNoon,
				Seen:    iam.Observation{Role: &iam.Role{Name: name.Name}},
				Compare: func(seen iam.Observation) iam.Observation { return seen },
			})
		}
		if got := e.directInterval(account); got != tc.want {
			t.Errorf("%d roles at %d calls a second (%d in force) are read each %s, want %s",
				tc.roles, tc.qps, tc.lowest, got, tc.want)
		}
	}
}
