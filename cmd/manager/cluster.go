// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net/http"
	"time"

	"k8s.io/apimachinery/pkg/runtime"
	clientgoscheme "k8s.io/client-go/kubernetes/scheme"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/healthz"
	"sigs.k8s.io/controller-runtime/pkg/metrics/filters"
	metricsserver "sigs.k8s.io/controller-runtime/pkg/metrics/server"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
)

func newManager(ctx context.Context, o options) (ctrl.Manager, error) {
	scheme := runtime.NewScheme()
	for _, add := range []func(*runtime.Scheme) error{clientgoscheme.AddToScheme, v1alpha1.AddToScheme} {
		if err := add(scheme); err != nil {
			return nil, fmt.Errorf("registering kinds: %w", err)
		}
	}
	metricsOptions := metricsserver.Options{BindAddress: o.metricsAddr, SecureServing: o.secureMetrics}
	if o.secureMetrics {
		metricsOptions.FilterProvider = filters.WithAuthenticationAndAuthorization
		// HTTP/2 stays off: a metrics server gains nothing from it and need not share its weaknesses.
		metricsOptions.TLSOpts = []func(*tls.Config){func(c *tls.Config) { c.NextProtos = []string{"http/1.1"} }}
	}
	cluster := ctrl.GetConfigOrDie()
	if o.kubeQPS > 0 {
		cluster.QPS = float32(o.kubeQPS)
	}
	if o.kubeBurst > 0 {
		cluster.Burst = o.kubeBurst
	}
	lock, err := o.newLock(ctx, cluster, podNamespaceFile)
	if err != nil {
		return nil, err
	}
	mgr, err := ctrl.NewManager(cluster, ctrl.Options{
		Scheme: scheme, Metrics: metricsOptions, HealthProbeBindAddress: o.probeAddr,
		LeaderElection: o.leaderElect, LeaderElectionResourceLockInterface: lock,
		LeaderElectionReleaseOnCancel: true,
		LeaseDuration:                 &o.lease.duration,
		RenewDeadline:                 &o.lease.renewDeadline,
		RetryPeriod:                   &o.lease.retryPeriod,
		PprofBindAddress:              o.pprofAddr,
		Client:                        client.Options{FieldOwner: v1alpha1.FieldOwner},
		Cache:                         o.installation.narrow(cacheOptions(o.changeLog != "")),
	})
	if err != nil {
		return nil, fmt.Errorf("creating the manager: %w", err)
	}
	return mgr, errors.Join(mgr.AddHealthzCheck("ping", healthz.Ping),
		mgr.AddReadyzCheck("caches", synced(mgr.GetCache().WaitForCacheSync)),
		mgr.AddReadyzCheck("installation", alone(lock)))
}

// syncWait is how long a probe waits for the caches.
const syncWait = 500 * time.Millisecond

// synced is ready when the caches hold what there is in the cluster. They never do where a CustomResourceDefinition is
// missing.
func synced(wait func(context.Context) bool) healthz.Checker {
	return func(req *http.Request) error {
		ctx, cancel := context.WithTimeout(req.Context(), syncWait)
		defer cancel()
		if !wait(ctx) {
			return errors.New("the caches are not filled yet; are all CustomResourceDefinitions installed?")
		}
		return nil
	}
}
