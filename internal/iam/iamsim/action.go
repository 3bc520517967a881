// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package iamsim

import (
	"slices"

	"github.com/ecsiam/ecs-iam-controller/internal/iam/iamsim/wire"
)

// action is one row of the API: what it needs, what else it takes, and what it does.
type action struct {
	name    string
	service wire.Service // default wire.IAM
	write   bool
	needs   []wire.Constraint
	takes   []wire.Constraint
	do      func(tx *transaction, p wire.Params) ([]wire.Node, error)
}

// actions are all the calls that the simulator answers, by name.
var actions = indexActions(
	roleActions, inlinePolicyActions, attachmentActions, boundaryActions, tagActions, profileActions,
	userActions, groupActions, policyActions, versionActions, authorizationActions, serviceLinkedActions, stsActions,
)

func indexActions(groups ...[]action) map[string]*action {
	index := map[string]*action{}
	for _, a := range slices.Concat(groups...) {
		if a.service == "" {
			a.service = wire.IAM
		}
		index[a.name] = &a
	}
	return index
}
