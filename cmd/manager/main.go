// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

// Command manager runs the controllers.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"regexp"
	"time"

	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/spf13/pflag"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/log/zap"
)

// version is set at build time.
var version = "dev"

// options are the flags.
type options struct {
	clusterID      string
	leaderElect    bool
	leaseNamespace string
	metricsAddr    string
	secureMetrics  bool
	probeAddr      string
	concurrency    int
	changeLog      string
	installation   installation
	webhook        webhookOptions
	showVersion    bool
	lease          lease
	kubeQPS        float64
	kubeBurst      int
	pprofAddr      string
}

func main() {
	if err := run(ctrl.SetupSignalHandler(), os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "manager:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string) error {
	if len(args) > 0 && args[0] == preflightCommand {
		return runPreflight(ctx, args[1:], os.Stdout)
	}
	o, err := parse(args)
	if errors.Is(err, pflag.ErrHelp) {
		return nil
	}
	if err != nil {
		return err
	}
	if o.showVersion {
		fmt.Println(version)
		return nil
	}
	leaveRoom(cgroup())
	cfg, err := config.LoadDefaultConfig(ctx)
	if err != nil {
		return fmt.Errorf("loading the AWS configuration: %w", err)
	}
	mgr, err := newManager(ctx, o)
	if err != nil {
		return err
	}
	if err := setUp(ctx, mgr, cfg, o); err != nil {
		return err
	}
	ctrl.Log.Info("starting", "version", version, "clusterID", o.clusterID, "controllerName", o.installation.name)
	return mgr.Start(ctx)
}

// clusterIDPattern is the schema's of AWSAccount.spec.formerClusterIDs.
var clusterIDPattern = regexp.MustCompile(`^[A-Za-z0-9_.-]{1,64}$`)

func parse(args []string) (options, error) {
	var o options
	flags := pflag.NewFlagSet("manager", pflag.ContinueOnError)
	flags.StringVar(&o.clusterID, "cluster-id", "",
		"identity of this cluster in the owner tags of AWS entities, required: at most "+
			"64 letters, digits, dots, dashes and underscores; keep it when the cluster is rebuilt")
	flags.BoolVar(&o.leaderElect, "leader-elect", false,
		"run only while holding the leader lease, so that there can be several replicas")
	flags.StringVar(&o.leaseNamespace, "leader-election-namespace", "",
		"namespace of the leader lease; defaults to the namespace of the pod, needed only outside a cluster")
	flags.StringVar(&o.metricsAddr, "metrics-bind-address", ":8443", "address of the metrics; 0 serves none")
	flags.BoolVar(&o.secureMetrics, "metrics-secure", true,
		"serve the metrics over HTTPS to authenticated and authorized readers only")
	flags.StringVar(&o.probeAddr, "health-probe-bind-address", ":8081", "address of /healthz and /readyz")
	flags.IntVar(&o.concurrency, "concurrency", 8, "number of roles that are worked on at once")
	flags.StringVar(&o.changeLog, "change-log", "",
		"where a JSON line is kept of each call that writes to AWS: stdout, or a file that is appended to; "+
			"what cannot be written down is not done in AWS")
	o.installation.addFlags(flags)
	o.webhook.addFlags(flags)
	flags.BoolVar(&o.showVersion, "version", false, "print the version and exit")
	flags.DurationVar(&o.lease.duration, "leader-election-lease-duration", 15*time.Second,
		"how long the others wait for a leader that stopped renewing its lease")
	flags.DurationVar(&o.lease.renewDeadline, "leader-election-renew-deadline", 10*time.Second,
		"how long the leader tries to renew its lease before it ends")
	flags.DurationVar(&o.lease.retryPeriod, "leader-election-retry-period", 2*time.Second, "time between two tries")
	flags.Float64Var(&o.kubeQPS, "kube-api-qps", 0, "requests to the Kubernetes API a second; 0 for the client's default")
	flags.IntVar(&o.kubeBurst, "kube-api-burst", 0, "requests to the Kubernetes API at once; 0 for the client's default")
	flags.StringVar(&o.pprofAddr, "pprof-bind-address", "",
		"address of Go's profiles, such as 127.0.0.1:6060; it asks nobody for a password, and is empty for none")
	zapOptions := zap.Options{}
	zapFlags := flag.NewFlagSet("zap", flag.ContinueOnError)
	zapOptions.BindFlags(zapFlags)
	if err := zapFlags.Set("zap-time-encoding", "rfc3339"); err != nil { // seconds of an epoch are hard to read at night
		return o, err //nolint:wrapcheck // names the flag itself
	}
	flags.AddGoFlagSet(zapFlags)
	if err := flags.Parse(args); err != nil {
		return o, err //nolint:wrapcheck // names the flag itself
	}
	if o.showVersion {
		return o, nil
	}
	if !clusterIDPattern.MatchString(o.clusterID) {
		return o, errors.New("--cluster-id is required: 1 to 64 letters, digits, dots, dashes and underscores that name " +
			"this cluster in owner tags and that a rebuilt cluster keeps, such as --cluster-id=prod-eu-1")
	}
	if err := errors.Join(o.installation.check(), o.checkLeaderElection(podNamespaceFile), o.lease.check(),
		o.webhook.complete(podNamespaceFile)); err != nil {
		return o, err
	}
	ctrl.SetLogger(zap.New(zap.UseFlagOptions(&zapOptions)))
	return o, nil
}
