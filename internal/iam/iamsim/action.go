// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package iamsim

import "slices"

// service is the API that an action belongs to; both are served on one port, the action decides.
type service string

const (
	iamService service = "iam"
	stsService service = "sts"
)

// namespace is the XML namespace of the service's replies.
func (s service) namespace() string {
	if s == stsService {
		return "https://sts.amazonaws.com/doc/2011-06-15/"
	}
	return "https://iam.amazonaws.com/doc/2010-05-08/"
}

// action is one row of the API: what it needs, what else it takes, and what it does.
type action struct {
	name    string
	service service // default iamService
	write   bool
	needs   []constraint
	takes   []constraint
	do      func(tx *transaction, p params) ([]node, error)
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
			a.service = iamService
		}
		index[a.name] = &a
	}
	return index
}
