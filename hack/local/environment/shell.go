// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package environment

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/ecsiam/ecs-iam-controller/hack/local/shell"
)

// OperatorVariables lead programs to the environment, with the credentials of a person who looks at the account.
// kubectl finds its plugin.
func (e *Environment) OperatorVariables() []string {
	return append(environmentFor(os.Environ(), e.files.kubeconfig, e.Sim.URL(), operatorKey),
		"PATH="+filepath.Dir(e.files.manager)+string(filepath.ListSeparator)+os.Getenv("PATH"))
}

// WriteShellFile writes bin/local.env, which a shell sources to use the environment. It is removed at the end.
func (e *Environment) WriteShellFile() error {
	content := shellEnvironment(e.files, e.Sim.URL(), e.Metrics)
	if err := os.WriteFile(e.files.env, []byte(content), 0o600); err != nil {
		return fmt.Errorf("writing %s: %w", e.files.env, err)
	}
	return nil
}

// Endpoint is that of the simulator of make run, as bin/local.env of the clone says.
func Endpoint(root string) (string, error) {
	f, err := filesOf(root, runCommand)
	if err != nil {
		return "", err
	}
	content, err := os.ReadFile(f.env)
	if errors.Is(err, fs.ErrNotExist) {
		return "", fmt.Errorf("%s does not exist: start `make run` in another terminal and wait until it says what to try",
			f.shown(f.env))
	}
	if err != nil {
		return "", fmt.Errorf("reading where the simulator is: %w", err)
	}
	for line := range strings.Lines(string(content)) {
		if value, ok := strings.CutPrefix(strings.TrimSpace(line), "export "+endpointVariable+"="); ok {
			return strings.Trim(value, "'"), nil
		}
	}
	return "", fmt.Errorf("%s does not set %s: restart `make run`", f.shown(f.env), endpointVariable)
}

// operatorKey sets a person's calls apart from the controller's in the log of calls.
const operatorKey = "operator"

const (
	endpointVariable = "AWS_ENDPOINT_URL"
	metricsVariable  = "ECSIAM_METRICS"
)

// shellEnvironment leads kubectl with its plugin, the AWS CLI and every AWS SDK to the local environment.
func shellEnvironment(f files, endpoint, metrics string) string {
	return "# Made by make run, which removes it when it ends. To use it: source bin/local.env\n" +
		"export KUBECONFIG=" + shell.Quote(f.kubeconfig) + "\n" +
		"export PATH=" + shell.Quote(filepath.Dir(f.manager)) + ":\"$PATH\"\n" +
		"export " + metricsVariable + "=" + shell.Quote(metrics) + "\n" +
		"export " + endpointVariable + "=" + shell.Quote(endpoint) + "\n" +
		"export AWS_ACCESS_KEY_ID=" + operatorKey + "\n" +
		"export AWS_SECRET_ACCESS_KEY=" + secretKey + "\n" +
		"export AWS_REGION=" + region + "\n" +
		"export AWS_DEFAULT_REGION=" + region + "\n" +
		"export AWS_PAGER=\n" +
		"unset AWS_PROFILE AWS_SESSION_TOKEN\n"
}
