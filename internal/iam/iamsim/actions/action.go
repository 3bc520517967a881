// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package actions

import "github.com/ecsiam/ecs-iam-controller/internal/iam/iamsim/wire"

// Action is one row of the API: what it needs, what else it takes, and what it does.
type Action struct {
	Name    string
	Service wire.Service // in tables: empty is IAM
	Write   bool         // it changes state
	needs   []wire.Constraint
	takes   []wire.Constraint
	do      func(tx *Transaction, p wire.Params) ([]wire.Node, error)
}

// Validate reports all parameters that are missing or malformed.
func (a *Action) Validate(p wire.Params) *wire.Error { return a.Service.Validate(p, a.needs, a.takes) }
