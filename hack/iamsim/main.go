// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

// Command iamsim serves a simulated AWS IAM and STS endpoint until it is interrupted.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"github.com/ecsiam/ecs-iam-controller/internal/iam/iamsim"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := command().ExecuteContext(ctx)
	stop()
	if err != nil {
		os.Exit(1)
	}
}

// settings are the flags.
type settings struct {
	listen  string
	options iamsim.Options
	quotas  iamsim.Quotas
	latency time.Duration
	qps     float64
	burst   int
	lag     iamsim.Lag
	enforce bool
}

func command() *cobra.Command {
	s := settings{quotas: iamsim.DefaultQuotas()}
	cmd := &cobra.Command{
		Use:   "iamsim",
		Short: "Serve a simulated AWS IAM and STS endpoint",
		Long: `Serve a simulated AWS IAM and STS endpoint, for the AWS CLI and every AWS SDK. All is kept in memory.

An access key id of twelve digits selects the account of that id; any other key is the default account. Secret keys and
signatures are not checked.

While it runs, its faults and settings can be switched over HTTP, for instance to throttle the next three calls that
read roles:

  curl -d '{"action": "GetRole", "code": "Throttling", "times": 3}' localhost:4566/_iamsim/faults
  curl -X DELETE localhost:4566/_iamsim/faults

go doc ./internal/iam/iamsim/levers lists them all.`,
		Example: `  go run ./hack/iamsim
  go run ./hack/iamsim --listen 127.0.0.1:0 --latency 20ms --qps 20 --burst 40 --lag 5s`,
		Args:         cobra.NoArgs,
		SilenceUsage: true,
		RunE:         func(cmd *cobra.Command, _ []string) error { return serve(cmd.Context(), cmd.OutOrStdout(), s) },
	}
	s.addFlags(cmd)
	return cmd
}

func (s *settings) addFlags(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.SortFlags = false
	flags.StringVar(&s.listen, "listen", "127.0.0.1:4566", "address to serve on; port 0 picks a free one")
	flags.StringVar(&s.options.AccountID, "account-id", "111122223333", "the default account")
	flags.StringVar(&s.options.Partition, "partition", "aws", "ARN partition: aws, aws-cn, aws-us-gov or another")
	flags.Uint64Var(&s.options.Seed, "seed", 1, "fixes the unique ids and the order of principals")
	flags.IntVar(&s.quotas.Roles, "quota-roles", s.quotas.Roles, "roles per account")
	flags.IntVar(&s.quotas.AttachedPoliciesPerRole, "quota-policies-per-role", s.quotas.AttachedPoliciesPerRole,
		"managed policies attached to a role")
	flags.IntVar(&s.quotas.TrustPolicySize, "quota-trust-policy-size", s.quotas.TrustPolicySize,
		"counted characters of a trust policy")
	flags.IntVar(&s.quotas.Policies, "quota-policies", s.quotas.Policies, "customer managed policies per account")
	flags.IntVar(&s.quotas.InstanceProfiles, "quota-instance-profiles", s.quotas.InstanceProfiles,
		"instance profiles per account")
	flags.DurationVar(&s.latency, "latency", 0, "delay of every call")
	flags.Float64Var(&s.qps, "qps", 0, "IAM calls a second and account before Throttling; 0 does not limit")
	flags.IntVar(&s.burst, "burst", 1, "calls that may come at once under --qps")
	flags.DurationVar(&s.lag.Duration, "lag", 0, "how long reads show the state before a write")
	flags.BoolVar(&s.lag.Writes, "lag-writes", false,
		"under --lag, writes meet it too: NoSuchEntity right after a create")
	flags.BoolVar(&s.enforce, "enforce-policies", false,
		"judge the sessions of assumed roles by their policies; long-term credentials may do everything all the same")
}

func serve(ctx context.Context, out io.Writer, s settings) error {
	s.options.Quotas = s.quotas
	s.options.CallLogLimit = 10000
	sim := iamsim.New(s.options)
	sim.SetLatency(s.latency)
	sim.SetRateLimit(s.qps, s.burst)
	sim.SetConsistencyLag(s.lag)
	sim.SetPolicyEnforcement(s.enforce)

	var config net.ListenConfig
	listener, err := config.Listen(ctx, "tcp", s.listen)
	if err != nil {
		return fmt.Errorf("listening on %s, choose another address with --listen: %w", s.listen, err)
	}
	server := &http.Server{Handler: sim, ReadHeaderTimeout: 10 * time.Second}
	stopped := context.AfterFunc(ctx, func() { _ = server.Close() })
	defer stopped()
	printUse(out, listener.Addr().String(), s.options.AccountID)
	if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("serving on %s: %w", s.listen, err)
	}
	return nil
}

// printUse shows what to put into the environment; eval takes it as it is.
func printUse(out io.Writer, address, accountID string) {
	fmt.Fprintf(out, `# IAM and STS of account %s at http://%s; Ctrl-C ends it. To use it:
export AWS_ENDPOINT_URL=http://%s
export AWS_ACCESS_KEY_ID=%s
export AWS_SECRET_ACCESS_KEY=simulated
export AWS_REGION=us-east-1
export AWS_DEFAULT_REGION=us-east-1
# then: aws iam list-roles
`, accountID, address, address, accountID)
}
