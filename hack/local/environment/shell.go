// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package environment

import (
	"fmt"
	"os"

	"github.com/ecsiam/ecs-iam-controller/hack/local/shell"
)

// WriteShellFile writes bin/local.env, which a shell sources to use the environment. It is removed at the end.
func (e *Environment) WriteShellFile() error {
	content := shellEnvironment(e.files.kubeconfig, e.Sim.URL())
	if err := os.WriteFile(e.files.env, []byte(content), 0o600); err != nil {
		return fmt.Errorf("writing %s: %w", e.files.env, err)
	}
	return nil
}

// shellEnvironment leads kubectl, the AWS CLI and every AWS SDK to the local environment.
func shellEnvironment(kubeconfig, endpoint string) string {
	return "# Made by make run, which removes it when it ends. To use it: source bin/local.env\n" +
		"export KUBECONFIG=" + shell.Quote(kubeconfig) + "\n" +
		"export AWS_ENDPOINT_URL=" + shell.Quote(endpoint) + "\n" +
		"export AWS_ACCESS_KEY_ID=operator\n" +
		"export AWS_SECRET_ACCESS_KEY=" + secretKey + "\n" +
		"export AWS_REGION=" + region + "\n" +
		"export AWS_DEFAULT_REGION=" + region + "\n" +
		"export AWS_PAGER=\n" +
		"unset AWS_PROFILE AWS_SESSION_TOKEN\n"
}
