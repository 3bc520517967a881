// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package actions

import (
	"slices"

	"github.com/ecsiam/ecs-iam-controller/internal/iam/iamsim/wire"
)

// byName are all the actions that the simulator answers.
var byName = indexed(
	roleActions, inlinePolicyActions, attachmentActions, boundaryActions, tagActions, profileActions,
	userActions, groupActions, policyActions, versionActions, authorizationActions, serviceLinkedActions,
	simulationActions, stsActions,
)

// Find looks an action up.
func Find(name string) (*Action, bool) {
	a, ok := byName[name]
	return a, ok
}

func indexed(groups ...[]Action) map[string]*Action {
	index := map[string]*Action{}
	for _, a := range slices.Concat(groups...) {
		if a.Service == "" {
			a.Service = wire.IAM
		}
		index[a.Name] = &a
	}
	return index
}
