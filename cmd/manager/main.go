// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

// Command manager runs the controllers.
package main

import (
	"context"
	"crypto/tls"
	"errors"
	"flag"
	"fmt"
	"net/http"
	"os"
	"regexp"
	"time"

	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/spf13/pflag"
	"k8s.io/apimachinery/pkg/runtime"
	clientgoscheme "k8s.io/client-go/kubernetes/scheme"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/healthz"
	"sigs.k8s.io/controller-runtime/pkg/log/zap"
	"sigs.k8s.io/controller-runtime/pkg/metrics/filters"
	metricsserver "sigs.k8s.io/controller-runtime/pkg/metrics/server"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
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
	webhook        webhookOptions
	showVersion    bool
	lease          lease
	kubeQPS        float64
	kubeBurst      int
	pprofAddr      string
}

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

func main() {
	if err := run(ctrl.SetupSignalHandler(), os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "manager:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string) error {
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
	cfg, err := config.LoadDefaultConfig(ctx)
	if err != nil {
		return fmt.Errorf("loading the AWS configuration: %w", err)
	}
	mgr, err := newManager(o)
	if err != nil {
		return err
	}
	if err := setUp(ctx, mgr, cfg, o); err != nil {
		return err
	}
	ctrl.Log.Info("starting", "version", version, "clusterID", o.clusterID)
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
	if err := errors.Join(o.checkLeaderElection(podNamespaceFile), o.lease.check(),
		o.webhook.complete(podNamespaceFile)); err != nil {
		return o, err
	}
	ctrl.SetLogger(zap.New(zap.UseFlagOptions(&zapOptions)))
	return o, nil
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

func newManager(o options) (ctrl.Manager, error) {
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
	mgr, err := ctrl.NewManager(cluster, ctrl.Options{
		Scheme: scheme, Metrics: metricsOptions, HealthProbeBindAddress: o.probeAddr,
		LeaderElection: o.leaderElect, LeaderElectionID: "controller." + v1alpha1.GroupName,
		LeaderElectionNamespace:       o.leaseNamespace,
		LeaderElectionReleaseOnCancel: true,
		LeaseDuration:                 &o.lease.duration,
		RenewDeadline:                 &o.lease.renewDeadline,
		RetryPeriod:                   &o.lease.retryPeriod,
		PprofBindAddress:              o.pprofAddr,
		Client:                        client.Options{FieldOwner: v1alpha1.FieldOwner},
		Cache:                         cacheOptions(o.changeLog != ""),
	})
	if err != nil {
		return nil, fmt.Errorf("creating the manager: %w", err)
	}
	return mgr, errors.Join(mgr.AddHealthzCheck("ping", healthz.Ping),
		mgr.AddReadyzCheck("caches", synced(mgr.GetCache().WaitForCacheSync)))
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
