// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"errors"
	"fmt"
	"os"
	"time"
)

// lease are the timings of leader election.
type lease struct{ duration, renewDeadline, retryPeriod time.Duration }

// check refuses what leader election would refuse only when it starts.
func (l lease) check() error {
	if l.duration > l.renewDeadline && l.renewDeadline > l.retryPeriod*6/5 && l.retryPeriod > 0 {
		return nil
	}
	return fmt.Errorf("--leader-election-lease-duration=%s must be longer than --leader-election-renew-deadline=%s, and "+
		"that longer than 1.2 times --leader-election-retry-period=%s", l.duration, l.renewDeadline, l.retryPeriod)
}

// podNamespaceFile is where Kubernetes puts the namespace of a pod with a service account.
const podNamespaceFile = "/var/run/secrets/kubernetes.io/serviceaccount/namespace"

// checkLeaderElection refuses leader election without a namespace for the lease, before anything is started.
func (o options) checkLeaderElection(namespaceFile string) error {
	if !o.leaderElect || o.leaseNamespace != "" {
		return nil
	}
	if _, err := os.Stat(namespaceFile); err != nil {
		return errors.New("--leader-elect outside a cluster needs --leader-election-namespace, the namespace of the lease, " +
			"such as --leader-election-namespace=ecs-iam-system; in a cluster it defaults to the namespace of the pod")
	}
	return nil
}
