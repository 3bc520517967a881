// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package authz

import (
	"slices"
	"strings"
)

// Service is what the data says of one service prefix. It must not be changed.
type Service struct {
	// Prefix is what stands before the colon of an action, in lower case; Name is what AWS calls the service.
	Prefix, Name string
	// Actions, ResourceTypes and ConditionKeys are sorted by name, without regard to case.
	Actions       []Action
	ResourceTypes []ResourceType
	ConditionKeys []ConditionKey
}

// Action is one action of a service.
type Action struct {
	// Service is the prefix.
	Service, Name string
	Access        Access
	// Resources are the resource types that a statement may name; none: only "*" matches.
	Resources []ResourceUse
	// ConditionKeys are those of the action whatever the resource; see [Action.TakesKey] for all.
	ConditionKeys []string

	folded     string // String in lower case
	incomplete bool   // evaluated on more resources than Resources says
}

// ResourceUse is a resource type of an action.
type ResourceUse struct {
	Type *ResourceType
	// Required is the asterisk in AWS's tables. Several required types may be alternatives, as the listeners of the
	// kinds of load balancers are.
	Required bool
	// ConditionKeys are those beyond the type's own.
	ConditionKeys []string
}

// ResourceType is one type of resource of a service.
type ResourceType struct {
	Name string
	// ARNs are the formats of its ARN, with placeholders such as ${Region}.
	ARNs          []string
	ConditionKeys []string

	formats [][]string // ARNs, each taken apart at its colons
}

// ConditionKey is a condition key with the type of its values: String, ARN, Bool, Numeric, Date, IPAddress, or one of
// them with ArrayOf before it.
type ConditionKey struct{ Name, Type string }

// String is the action as a statement names it.
func (a *Action) String() string { return a.Service + ":" + a.Name }

// Action finds an action by the name after the colon, in any case; nil if there is none.
func (s *Service) Action(name string) *Action {
	folded := s.Prefix + ":" + strings.ToLower(name)
	i, found := slices.BinarySearchFunc(s.Actions, folded, func(a Action, folded string) int {
		return strings.Compare(a.folded, folded)
	})
	if !found {
		return nil
	}
	return &s.Actions[i]
}
