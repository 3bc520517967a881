// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package pass

import (
	"hash/fnv"
	"time"

	"sigs.k8s.io/controller-runtime/pkg/reconcile"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
)

// directShare is the part of an account's rate that objects which look for their own drift may use together, one in so
// many calls. The rest is for what people wait for.
const directShare = 5

// inTurn is how long an object waits until its own time in an interval. The times of objects are spread evenly, and are
// the same in each interval, so that the objects of an account never look together for long. One whose time is about
// to come has just looked, and waits for the next.
func inTurn(request reconcile.Request, now time.Time, interval time.Duration) time.Duration {
	sum := fnv.New64a()
	_, _ = sum.Write([]byte(request.String())) // it never fails
	own := time.Duration(sum.Sum64() % uint64(interval))
	wait := own - time.Duration(now.UnixNano()%int64(interval))
	for wait < interval/10 {
		wait += interval
	}
	return wait
}

// directInterval is how often objects look for their own drift where snapshots do not watch over them: the interval of
// the account, or as long as their reads take with a fifth of the account's rate.
func (e *Environment) directInterval(account *v1alpha1.AWSAccount) time.Duration {
	interval := resync(account)
	reads := e.Snapshots.DirectReads(account.Name, e.Clock.Now(), interval)
	rate := account.Spec.Effective().RateLimit.QPS
	if in := account.Status.Effective.RateLimit.QPS; in > 0 { // the lowest of several AWSAccounts of one account
		rate = min(rate, in)
	}
	needed := time.Duration(reads) * time.Second * directShare / time.Duration(max(1, rate))
	if needed <= interval {
		return interval
	}
	return (needed + time.Minute - 1).Truncate(time.Minute)
}
