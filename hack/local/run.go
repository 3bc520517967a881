// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"

	"github.com/ecsiam/ecs-iam-controller/hack/local/console"
	"github.com/ecsiam/ecs-iam-controller/hack/local/environment"
)

// run brings the environment up with the samples and stays until it is interrupted or the controller dies.
func run(ctx context.Context, out *console.Console, o environment.Options) error {
	return environment.With(ctx, out, o, "run", func(both context.Context, e *environment.Environment) error {
		e.Heading("Applying config/samples")
		if err := e.ApplySamples(both); err != nil {
			return err
		}
		if err := e.Show(both); err != nil {
			return err
		}
		if err := e.WriteShellFile(); err != nil {
			return err
		}
		e.Heading("What to try next, in another terminal")
		e.Printf(whatNext, e.ManagerLog())
		<-both.Done()
		if ctx.Err() != nil {
			return nil //nolint:nilerr // to be interrupted is how it is meant to end
		}
		return context.Cause(both)
	})
}

const whatNext = `  source bin/local.env

  kubectl get ecsroles -A
  kubectl describe ecsrole -n ecs-samples task-full
  kubectl ecsiam status
  kubectl ecsiam explain Task
  aws iam get-role --role-name checkout-task
  aws iam list-attached-role-policies --role-name checkout-task

  Take a policy away behind the controller's back, have it look, and read what it did:

  aws iam detach-role-policy --role-name checkout-task \
    --policy-arn arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess
  kubectl annotate ecsrole -n ecs-samples task-full ecsiam.dev/reconcile-at="$(date)" --overwrite
  kubectl events -n ecs-samples --for ecsrole/task-full

  Make IAM throttle, deny, fail or answer late (bin/local fault --help has more):

  bin/local fault add --action 'Put*Policy' --code Throttling --count 3
  bin/local fault clear

  The controller's log is %s, its metrics are at $ECSIAM_METRICS.
  Ctrl-C stops everything.
`
