// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

// Command local runs the whole system on one machine: a Kubernetes control plane, a simulated IAM and the controller as
// it is deployed. KUBEBUILDER_ASSETS names the folder of kube-apiserver and etcd; `make run` and `make demo` set it.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/go-logr/logr"
	"github.com/spf13/cobra"
	ctrl "sigs.k8s.io/controller-runtime"

	"github.com/ecsiam/ecs-iam-controller/hack/local/console"
	"github.com/ecsiam/ecs-iam-controller/hack/local/demo"
	"github.com/ecsiam/ecs-iam-controller/hack/local/environment"
	"github.com/ecsiam/ecs-iam-controller/hack/local/fault"
	"github.com/ecsiam/ecs-iam-controller/hack/local/guard"
)

func main() {
	// The libraries that start the control plane have nothing to say that is not said here.
	ctrl.SetLogger(logr.Discard())
	if len(os.Args) > 1 && os.Args[1] == guard.Command {
		os.Exit(guard.Run(os.Args[2:]))
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	// From the second signal on, signals end the program at once; the guards then end the processes that it started.
	context.AfterFunc(ctx, stop)
	ctx, abandon := context.WithCancelCause(ctx)
	go func() {
		guard.WaitForOrphanage(ctx, os.Getppid())
		abandon(errors.New("the process that started this one has ended"))
	}()
	if err := command().ExecuteContext(ctx); err != nil {
		fmt.Fprintf(os.Stderr, "\nlocal: %v\n", err)
		os.Exit(1)
	}
}

func command() *cobra.Command {
	o := environment.Options{Root: "."}
	root := &cobra.Command{
		Use:   "local",
		Short: "Run control plane, IAM simulator and controller on this machine",
		Long: `Run a Kubernetes control plane, a simulated AWS IAM and the controller on this machine.

Run it from the root of the repository, with KUBEBUILDER_ASSETS set to the folder of kube-apiserver and etcd; make run
and make demo do both. Ports are free ones, files are in bin/ of this clone, nothing else is touched.`,
		SilenceUsage:  true,
		SilenceErrors: true,
	}
	root.CompletionOptions.DisableDefaultCmd = true
	root.PersistentFlags().DurationVar(&o.Timeout, "timeout", 3*time.Minute,
		"how long objects may take to become Ready, to be repaired and to be deleted")
	root.AddCommand(
		fault.Command(func() (string, error) { return environment.Endpoint(o.Root) }),
		&cobra.Command{
			Use: "run", Args: cobra.NoArgs,
			Short: "Apply the samples, print how to use the environment, and stay up until Ctrl-C",
			RunE: func(cmd *cobra.Command, _ []string) error {
				return run(cmd.Context(), console.New(os.Stdout), o)
			},
		},
		&cobra.Command{
			Use: "demo", Args: cobra.NoArgs,
			Short: "Apply the samples, break a role, watch its repair, delete everything, and stop",
			RunE: func(cmd *cobra.Command, _ []string) error {
				return demo.Run(cmd.Context(), console.New(os.Stdout), o)
			},
		},
	)
	return root
}
