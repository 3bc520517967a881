// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

// Package controllerpolicy holds the IAM policy that the controller needs in an AWS account, so that tests can compare
// it with the calls that were made.
package controllerpolicy

import (
	_ "embed"
	"fmt"
	"slices"

	"github.com/ecsiam/ecs-iam-controller/internal/policy"
)

//go:embed controller-policy.json
var document []byte

// Document is controller-policy.json.
func Document() []byte { return slices.Clone(document) }

// Actions are the actions that the policy allows, sorted, such as iam:CreateRole. It holds no wildcards.
func Actions() ([]string, error) {
	parsed, err := policy.Parse(document)
	if err != nil {
		return nil, fmt.Errorf("parsing config/iam/controller-policy.json: %w", err)
	}
	var actions []string
	for _, statement := range parsed.Statements {
		actions = append(actions, statement.Actions...)
	}
	slices.Sort(actions)
	return slices.Compact(actions), nil
}
