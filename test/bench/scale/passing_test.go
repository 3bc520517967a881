// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package scale_test

import (
	"fmt"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
)

func TestPassingRolesCostsTheSameOfEachRole(t *testing.T) {
	counts := []int{sized(500, 50), sized(1000, 100), sized(2000, 150)}
	var cpu []float64
	for _, roles := range counts {
		synctest.Test(t, func(t *testing.T) {
			w := newWorld(t)
			for i := range roles {
				w.apply(passing(i))
			}
			w.start()
			w.until("all roles are Ready", 2*time.Hour, 5*time.Second, func() bool { return w.ready() == roles })
			time.Sleep(2*interval + interval/2)
			before := processor()
			w.listed.Store(0)
			w.lookAtAll()
			cpu = append(cpu, 1000*(processor()-before)/float64(roles))
			figure(t, fmt.Sprintf("a pass over one of %d roles, half of them with passRoles", roles),
				float64(w.listed.Load())/float64(roles), 10, "objects listed")
			w.stop()
		})
	}
	if !full { // the processor has other things to do
		return
	}
	for i, roles := range counts {
		note(fmt.Sprintf("%d roles, half of them with passRoles: %.1f CPU ms a pass, simulator and API server included", roles,
			cpu[i]))
	}
	figure(t, fmt.Sprintf("a pass over one of %d roles with passRoles, beside one of %d", counts[2], counts[0]),
		cpu[2]/cpu[0], 1.5, "times the CPU")
}

func TestAPassLooksAtNoAWSAccountsButThoseOfItsOwn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const roles, accounts = 20, 100
		w := newWorld(t)
		for i := range accounts - 1 {
			other := account(fmt.Sprintf("other-%d", i), fmt.Sprintf("2%011d", i))
			other.Spec.ControllerName = "example.com/another" // nothing but these roles is looked at
			w.apply(other)
		}
		for i := range roles {
			w.apply(role(i))
		}
		w.start()
		w.until("all roles are Ready", 2*time.Hour, 5*time.Second, func() bool { return w.ready() == roles })
		time.Sleep(2*interval + interval/2)
		w.listed.Store(0)
		w.lookAtAll()
		figure(t, fmt.Sprintf("a pass over one of %d roles among %d AWSAccounts", roles, accounts),
			float64(w.listed.Load())/float64(roles), 10, "objects listed")
		w.stop()
	})
}

// passing is a role that passes the one before it, where its number is odd.
func passing(i int) *v1alpha1.ECSRole {
	each := role(i)
	if each.Spec.ManagedPolicies = nil; i%2 == 1 {
		each.Spec.Type = v1alpha1.RoleTypeStepFunctions
		each.Spec.Grants = &v1alpha1.Grants{PassRoles: []v1alpha1.PassedRole{{
			RoleRef: &v1alpha1.RoleReference{Name: nameOf(i - 1)},
		}}}
	}
	return each
}

// lookAtAll has each role looked at once.
func (w *world) lookAtAll() {
	changed := account("default", accountID)
	changed.Spec.ResyncIntervalSeconds = 900
	w.apply(changed)
	time.Sleep(interval)
}

// processor is the CPU that the process has used, in seconds.
func processor() float64 {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		return 0
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano()).Seconds()
}
