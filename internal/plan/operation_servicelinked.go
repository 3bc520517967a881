// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package plan

import "github.com/ecsiam/ecs-iam-controller/internal/iam"

// CreateServiceLinkedRole has AWS create the service-linked role of a service. Role is what AWS returned of it.
type CreateServiceLinkedRole struct {
	Service, Description string
	Role                 iam.Role
}

// Action implements Operation.
func (CreateServiceLinkedRole) Action() string                                  { return "iam:CreateServiceLinkedRole" }
func (CreateServiceLinkedRole) Field() string                                   { return "role" }
func (CreateServiceLinkedRole) SpecField() string                               { return "spec" }
func (CreateServiceLinkedRole) Verb() Verb                                      { return Creates }
func (CreateServiceLinkedRole) Propagates() bool                                { return true }
func (CreateServiceLinkedRole) Effect() Effect                                  { return Widens }
func (CreateServiceLinkedRole) ExtraPolicy() string                             { return "" }
func (CreateServiceLinkedRole) NotFound() string                                { return "" }
func (CreateServiceLinkedRole) Conflict() string                                { return "" }
func (CreateServiceLinkedRole) Overtaken() string                               { return "" }
func (CreateServiceLinkedRole) claims() bool                                    { return false }
func (CreateServiceLinkedRole) Asks(Given) bool                                 { return true }
func (CreateServiceLinkedRole) Trust() string                                   { return "" }
func (CreateServiceLinkedRole) dependsOn(string) []dependence                   { return nil }
func (CreateServiceLinkedRole) narrowed(_, _ iam.Observation) (Operation, bool) { return nil, false }

// String implements Operation.
func (o CreateServiceLinkedRole) String() string { return "create service-linked role " + o.Role.Name }

func (o CreateServiceLinkedRole) apply(next *iam.Observation) {
	created := cloneRole(o.Role)
	next.Role = &created
}

// DeleteServiceLinkedRole has AWS begin the deletion of a service-linked role. TaskID is what AWS returned.
type DeleteServiceLinkedRole struct{ Role, TaskID string }

// Action implements Operation.
func (DeleteServiceLinkedRole) Action() string                                  { return "iam:DeleteServiceLinkedRole" }
func (DeleteServiceLinkedRole) Field() string                                   { return "role" }
func (DeleteServiceLinkedRole) SpecField() string                               { return "spec" }
func (DeleteServiceLinkedRole) Verb() Verb                                      { return Removes }
func (DeleteServiceLinkedRole) Propagates() bool                                { return true }
func (DeleteServiceLinkedRole) Effect() Effect                                  { return Narrows }
func (DeleteServiceLinkedRole) ExtraPolicy() string                             { return "" }
func (DeleteServiceLinkedRole) NotFound() string                                { return "" }
func (DeleteServiceLinkedRole) Conflict() string                                { return "" }
func (DeleteServiceLinkedRole) Overtaken() string                               { return "" }
func (DeleteServiceLinkedRole) claims() bool                                    { return false }
func (DeleteServiceLinkedRole) Asks(Given) bool                                 { return false }
func (DeleteServiceLinkedRole) Trust() string                                   { return "" }
func (DeleteServiceLinkedRole) dependsOn(string) []dependence                   { return nil }
func (DeleteServiceLinkedRole) narrowed(_, _ iam.Observation) (Operation, bool) { return nil, false }

// String implements Operation.
func (o DeleteServiceLinkedRole) String() string { return "delete service-linked role " + o.Role }

func (DeleteServiceLinkedRole) apply(_ *iam.Observation) {}
