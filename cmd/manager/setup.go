// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"fmt"
	"math/rand/v2"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/prometheus/client_golang/prometheus"
	"k8s.io/utils/clock"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/controller"
	"sigs.k8s.io/controller-runtime/pkg/metrics"

	"github.com/ecsiam/ecs-iam-controller/controllers"
	"github.com/ecsiam/ecs-iam-controller/internal/changelog"
	"github.com/ecsiam/ecs-iam-controller/internal/iam/awsiam"
	"github.com/ecsiam/ecs-iam-controller/internal/iam/events"
	"github.com/ecsiam/ecs-iam-controller/internal/iam/snapshot"
	"github.com/ecsiam/ecs-iam-controller/internal/pass"
)

// setUp registers the controllers of all kinds, which share the access to AWS.
func setUp(ctx context.Context, mgr ctrl.Manager, cfg aws.Config, o options) error {
	awsMetrics, err := awsiam.NewMetrics(metrics.Registry)
	if err != nil {
		return fmt.Errorf("registering metrics: %w", err)
	}
	counts, err := pass.NewMetrics(metrics.Registry)
	if err != nil {
		return fmt.Errorf("registering metrics: %w", err)
	}
	name, snapshots := o.installation.controllerName(), snapshot.New(o.clusterID)
	for _, collector := range []prometheus.Collector{
		pass.NewBuildInfo(version), pass.NewObjectMetrics(mgr.GetClient(), name), pass.NewUseMetrics(snapshots),
	} {
		if err := metrics.Registry.Register(collector); err != nil {
			return fmt.Errorf("registering metrics: %w", err)
		}
	}
	recorder, err := newRecorder(ctx, mgr)
	if err != nil {
		return err
	}
	accounts := awsiam.NewFactory(cfg, awsiam.FactoryOptions{Metrics: awsMetrics, Version: version})
	environment := pass.Environment{
		Client: mgr.GetClient(), APIReader: mgr.GetAPIReader(), Accounts: accounts,
		Recorder: recorder, Clock: clock.RealClock{}, ClusterID: o.clusterID,
		ControllerName: name, Namespaces: o.installation.namespaces,
		Region: cfg.Region, Jitter: rand.Float64, Metrics: counts,
		Snapshots: snapshots, Drift: &pass.Drift{}, Events: events.NewListener(),
	}
	if o.changeLog != "" {
		if environment.Changes, err = changelog.Open(o.changeLog); err != nil {
			return fmt.Errorf("--change-log=%s: %w", o.changeLog, err)
		}
	}
	for _, reconciler := range controllers.All(environment) {
		err := reconciler.SetupWithManager(ctx, mgr, controller.Options{MaxConcurrentReconciles: o.concurrency})
		if err != nil {
			return err //nolint:wrapcheck // says which controller itself
		}
	}
	return serveWebhook(ctx, mgr, o.webhook.server(), cfg.Region, o.webhook)
}
