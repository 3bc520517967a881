// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package plan

import (
	"fmt"
	"maps"
	"strings"

	"github.com/ecsiam/ecs-iam-controller/internal/iam"
)

// CreateInstanceProfile creates an empty instance profile with its tags.
type CreateInstanceProfile struct {
	Profile iam.InstanceProfile
	// AccountTags are the keys of the tags that the account sets.
	AccountTags []string
}

// Action implements Operation.
func (CreateInstanceProfile) Action() string    { return "iam:CreateInstanceProfile" }
func (CreateInstanceProfile) Field() string     { return "profile" }
func (CreateInstanceProfile) SpecField() string { return "spec" }
func (CreateInstanceProfile) Verb() Verb        { return Creates }
func (CreateInstanceProfile) Propagates() bool  { return true }
func (o CreateInstanceProfile) Effect() Effect {
	return effectOfTags(keys(o.Profile.Tags), o.AccountTags)
}
func (CreateInstanceProfile) ExtraPolicy() string { return "" }
func (CreateInstanceProfile) NotFound() string    { return "" }
func (CreateInstanceProfile) Conflict() string {
	return "an instance profile of this name exists, possibly with different capitalization; name another one in a new " +
		"object"
}
func (CreateInstanceProfile) Overtaken() string                               { return "" }
func (CreateInstanceProfile) claims() bool                                    { return false }
func (o CreateInstanceProfile) Asks(Given) bool                               { return o.Effect().Widens() }
func (CreateInstanceProfile) Trust() string                                   { return "" }
func (CreateInstanceProfile) dependsOn(string) []dependence                   { return nil }
func (CreateInstanceProfile) narrowed(_, _ iam.Observation) (Operation, bool) { return nil, false }

// String implements Operation.
func (o CreateInstanceProfile) String() string { return "create instance profile " + o.Profile.Name }

func (o CreateInstanceProfile) apply(next *iam.Observation) {
	created := o.Profile
	created.RoleName = ""
	created.Tags = maps.Clone(created.Tags)
	next.Profile = &created
}

// AddRoleToInstanceProfile puts the role into the profile.
type AddRoleToInstanceProfile struct{ Profile, Role string }

// Action implements Operation.
func (AddRoleToInstanceProfile) Action() string      { return "iam:AddRoleToInstanceProfile" }
func (AddRoleToInstanceProfile) Field() string       { return "profile/role" }
func (AddRoleToInstanceProfile) SpecField() string   { return "spec" }
func (AddRoleToInstanceProfile) Verb() Verb          { return Changes }
func (AddRoleToInstanceProfile) Propagates() bool    { return true }
func (AddRoleToInstanceProfile) Effect() Effect      { return Widens }
func (AddRoleToInstanceProfile) ExtraPolicy() string { return "" }
func (AddRoleToInstanceProfile) NotFound() string    { return "" }
func (AddRoleToInstanceProfile) Conflict() string    { return "" }
func (AddRoleToInstanceProfile) Overtaken() string {
	return "the profile turned out to hold a role; retrying"
}
func (AddRoleToInstanceProfile) claims() bool                                    { return false }
func (AddRoleToInstanceProfile) Asks(Given) bool                                 { return true }
func (AddRoleToInstanceProfile) Trust() string                                   { return "" }
func (AddRoleToInstanceProfile) dependsOn(string) []dependence                   { return nil }
func (AddRoleToInstanceProfile) narrowed(_, _ iam.Observation) (Operation, bool) { return nil, false }

// String implements Operation.
func (o AddRoleToInstanceProfile) String() string {
	return "add the role to instance profile " + o.Profile
}

func (o AddRoleToInstanceProfile) apply(next *iam.Observation) {
	onProfileOf(next, func(profile *iam.InstanceProfile) { profile.RoleName = o.Role })
}

// RemoveRoleFromInstanceProfile takes the role out of the profile.
type RemoveRoleFromInstanceProfile struct{ Profile, Role string }

// Action implements Operation.
func (RemoveRoleFromInstanceProfile) Action() string                { return "iam:RemoveRoleFromInstanceProfile" }
func (RemoveRoleFromInstanceProfile) Field() string                 { return "profile/role" }
func (RemoveRoleFromInstanceProfile) SpecField() string             { return "spec" }
func (RemoveRoleFromInstanceProfile) Verb() Verb                    { return Removes }
func (RemoveRoleFromInstanceProfile) Propagates() bool              { return true }
func (RemoveRoleFromInstanceProfile) Effect() Effect                { return Narrows }
func (RemoveRoleFromInstanceProfile) ExtraPolicy() string           { return "" }
func (RemoveRoleFromInstanceProfile) NotFound() string              { return "" }
func (RemoveRoleFromInstanceProfile) Conflict() string              { return "" }
func (RemoveRoleFromInstanceProfile) Overtaken() string             { return "" }
func (RemoveRoleFromInstanceProfile) claims() bool                  { return false }
func (RemoveRoleFromInstanceProfile) Asks(Given) bool               { return false }
func (RemoveRoleFromInstanceProfile) Trust() string                 { return "" }
func (RemoveRoleFromInstanceProfile) dependsOn(string) []dependence { return nil }
func (RemoveRoleFromInstanceProfile) narrowed(_, _ iam.Observation) (Operation, bool) {
	return nil, false
}

// String implements Operation.
func (o RemoveRoleFromInstanceProfile) String() string {
	return "remove the role from instance profile " + o.Profile
}

func (RemoveRoleFromInstanceProfile) apply(next *iam.Observation) {
	onProfileOf(next, func(profile *iam.InstanceProfile) { profile.RoleName = "" })
}

// TagInstanceProfile sets tags of the profile.
type TagInstanceProfile struct {
	Profile string
	Tags    map[string]string
	// AccountTags are the keys of those that the account sets.
	AccountTags []string
}

// Action implements Operation.
func (TagInstanceProfile) Action() string                { return "iam:TagInstanceProfile" }
func (TagInstanceProfile) Field() string                 { return "profile/tags" }
func (TagInstanceProfile) SpecField() string             { return "spec.tags" }
func (TagInstanceProfile) Verb() Verb                    { return Changes }
func (TagInstanceProfile) Propagates() bool              { return false }
func (o TagInstanceProfile) Effect() Effect              { return effectOfTags(keys(o.Tags), o.AccountTags) }
func (TagInstanceProfile) ExtraPolicy() string           { return "" }
func (TagInstanceProfile) NotFound() string              { return "" }
func (TagInstanceProfile) Conflict() string              { return "" }
func (TagInstanceProfile) Overtaken() string             { return "" }
func (o TagInstanceProfile) claims() bool                { return marksOwner(o.Tags) }
func (o TagInstanceProfile) Asks(g Given) bool           { return g.exceededBy(o.Tags) }
func (TagInstanceProfile) Trust() string                 { return "" }
func (TagInstanceProfile) dependsOn(string) []dependence { return nil }

func (TagInstanceProfile) narrowed(_, _ iam.Observation) (Operation, bool) { return nil, false }

// String implements Operation.
func (o TagInstanceProfile) String() string {
	return fmt.Sprintf("set tags %s of instance profile %s", strings.Join(keys(o.Tags), ", "), o.Profile)
}

func (o TagInstanceProfile) apply(next *iam.Observation) {
	onProfileOf(next, func(profile *iam.InstanceProfile) {
		profile.Tags = tagged(profile.Tags, o.Tags, false)
	})
}

// UntagInstanceProfile removes tags of the profile.
type UntagInstanceProfile struct {
	Profile string
	Keys    []string
}

// Action implements Operation.
func (UntagInstanceProfile) Action() string { return "iam:UntagInstanceProfile" }

func (UntagInstanceProfile) Field() string                                   { return "profile/tags" }
func (UntagInstanceProfile) SpecField() string                               { return "spec" }
func (UntagInstanceProfile) Verb() Verb                                      { return Changes }
func (UntagInstanceProfile) Propagates() bool                                { return false }
func (o UntagInstanceProfile) Effect() Effect                                { return effectOfTags(o.Keys, nil) }
func (UntagInstanceProfile) ExtraPolicy() string                             { return "" }
func (UntagInstanceProfile) NotFound() string                                { return "" }
func (UntagInstanceProfile) Conflict() string                                { return "" }
func (UntagInstanceProfile) Overtaken() string                               { return "" }
func (o UntagInstanceProfile) claims() bool                                  { return unmarksReleased(o.Keys) }
func (UntagInstanceProfile) Asks(Given) bool                                 { return false }
func (UntagInstanceProfile) Trust() string                                   { return "" }
func (UntagInstanceProfile) dependsOn(string) []dependence                   { return nil }
func (UntagInstanceProfile) narrowed(_, _ iam.Observation) (Operation, bool) { return nil, false }

// String implements Operation.
func (o UntagInstanceProfile) String() string {
	return fmt.Sprintf("remove tags %s of instance profile %s", strings.Join(o.Keys, ", "), o.Profile)
}

func (o UntagInstanceProfile) apply(next *iam.Observation) {
	onProfileOf(next, func(profile *iam.InstanceProfile) {
		profile.Tags = untagged(profile.Tags, o.Keys, false)
	})
}

// DeleteInstanceProfile deletes the profile.
type DeleteInstanceProfile struct{ Profile string }

// Action implements Operation.
func (DeleteInstanceProfile) Action() string                                  { return "iam:DeleteInstanceProfile" }
func (DeleteInstanceProfile) Field() string                                   { return "profile" }
func (DeleteInstanceProfile) SpecField() string                               { return "spec" }
func (DeleteInstanceProfile) Verb() Verb                                      { return Removes }
func (DeleteInstanceProfile) Propagates() bool                                { return true }
func (DeleteInstanceProfile) Effect() Effect                                  { return Narrows }
func (DeleteInstanceProfile) ExtraPolicy() string                             { return "" }
func (DeleteInstanceProfile) NotFound() string                                { return "" }
func (DeleteInstanceProfile) Conflict() string                                { return "" }
func (DeleteInstanceProfile) Overtaken() string                               { return "" }
func (DeleteInstanceProfile) claims() bool                                    { return false }
func (DeleteInstanceProfile) Asks(Given) bool                                 { return false }
func (DeleteInstanceProfile) Trust() string                                   { return "" }
func (DeleteInstanceProfile) dependsOn(string) []dependence                   { return nil }
func (DeleteInstanceProfile) narrowed(_, _ iam.Observation) (Operation, bool) { return nil, false }

// String implements Operation.
func (o DeleteInstanceProfile) String() string { return "delete instance profile " + o.Profile }

func (DeleteInstanceProfile) apply(next *iam.Observation) { next.Profile = nil }

// onProfileOf changes a copy of the observed instance profile, if there is one.
func onProfileOf(next *iam.Observation, change func(profile *iam.InstanceProfile)) {
	if next.Profile == nil {
		return
	}
	profile := *next.Profile
	change(&profile)
	next.Profile = &profile
}
