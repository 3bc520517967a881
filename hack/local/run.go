// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"fmt"
	"os"
)

// run brings the environment up with the samples and stays until it is interrupted or the controller dies.
func run(ctx context.Context, out *console, o options) error {
	return withSystem(ctx, out, o, "run", func(both context.Context, s *system) error {
		s.heading("Applying config/samples")
		if err := s.applySamples(both); err != nil {
			return err
		}
		if err := s.show(both); err != nil {
			return err
		}
		if err := os.WriteFile(s.files.env, []byte(shellEnvironment(s.files.kubeconfig, s.sim.URL())), 0o600); err != nil {
			return fmt.Errorf("writing %s: %w", s.files.env, err)
		}
		s.heading("What to try next, in another terminal")
		s.printf(whatNext, s.files.shown(s.files.managerLog))
		<-both.Done()
		if ctx.Err() != nil {
			return nil //nolint:nilerr // to be interrupted is how it is meant to end
		}
		return context.Cause(both)
	})
}

// shellEnvironment leads kubectl, the AWS CLI and every AWS SDK to the local environment.
func shellEnvironment(kubeconfig, endpoint string) string {
	return "# Made by make run, which removes it when it ends. To use it: source bin/local.env\n" +
		"export KUBECONFIG=" + shellQuote(kubeconfig) + "\n" +
		"export AWS_ENDPOINT_URL=" + shellQuote(endpoint) + "\n" +
		"export AWS_ACCESS_KEY_ID=operator\n" +
		"export AWS_SECRET_ACCESS_KEY=" + secretKey + "\n" +
		"export AWS_REGION=" + region + "\n" +
		"export AWS_DEFAULT_REGION=" + region + "\n" +
		"export AWS_PAGER=\n" +
		"unset AWS_PROFILE AWS_SESSION_TOKEN\n"
}

const whatNext = `  source bin/local.env

  kubectl get ecsroles -A
  kubectl describe ecsrole -n ecs-samples task-full
  kubectl explain ecsrole.spec
  aws iam get-role --role-name checkout-task
  aws iam list-attached-role-policies --role-name checkout-task

  Take a policy away behind the controller's back, have it look, and read what it did:

  aws iam detach-role-policy --role-name checkout-task \
    --policy-arn arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess
  kubectl annotate ecsrole -n ecs-samples task-full ecsiam.dev/reconcile-at="$(date)" --overwrite
  kubectl events -n ecs-samples --for ecsrole/task-full

  The controller's log is %s.
  Ctrl-C stops everything.
`
