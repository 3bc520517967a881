// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package plan

import (
	"fmt"
	"slices"
	"strings"

	"github.com/ecsiam/ecs-iam-controller/internal/iam"
)

// CreatePolicy creates a managed policy with path, description, document and tags in one call.
type CreatePolicy struct {
	Policy iam.Policy
	// AccountTags are the keys of the tags that the account sets.
	AccountTags []string
}

// Action implements Operation.
func (CreatePolicy) Action() string    { return "iam:CreatePolicy" }
func (CreatePolicy) Field() string     { return "policy" }
func (CreatePolicy) SpecField() string { return "spec.statements or the names and tags in spec" }
func (CreatePolicy) Verb() Verb        { return Creates }
func (CreatePolicy) Propagates() bool  { return true }
func (o CreatePolicy) Effect() Effect {
	return effectOfDocuments("", o.Policy.Document) | effectOfTags(keys(o.Policy.Tags), o.AccountTags)
}
func (CreatePolicy) ExtraPolicy() string { return "" }
func (CreatePolicy) NotFound() string    { return "" }
func (CreatePolicy) Conflict() string {
	return "a policy of this name exists, perhaps under another path; " +
		"choose another name in a new object, or delete that policy"
}
func (CreatePolicy) Overtaken() string                               { return "" }
func (CreatePolicy) claims() bool                                    { return false }
func (o CreatePolicy) Asks(Given) bool                               { return o.Effect().Widens() }
func (CreatePolicy) Trust() string                                   { return "" }
func (CreatePolicy) dependsOn(string) []dependence                   { return nil }
func (CreatePolicy) narrowed(_, _ iam.Observation) (Operation, bool) { return nil, false }

// String implements Operation.
func (o CreatePolicy) String() string { return "create policy " + o.Policy.Name }

func (o CreatePolicy) apply(next *iam.Observation) {
	created := clonePolicy(o.Policy)
	next.Policy = &created
}

// CreatePolicyVersion creates a version of a managed policy and makes it the default.
type CreatePolicyVersion struct {
	ARN, Old, New string
	// Version is the id that IAM gave the version; it is unknown before the call.
	Version string
}

// Action implements Operation.
func (CreatePolicyVersion) Action() string      { return "iam:CreatePolicyVersion" }
func (CreatePolicyVersion) Field() string       { return "document" }
func (CreatePolicyVersion) SpecField() string   { return "spec.statements" }
func (CreatePolicyVersion) Verb() Verb          { return Changes }
func (CreatePolicyVersion) Propagates() bool    { return true }
func (o CreatePolicyVersion) Effect() Effect    { return effectOfDocuments(o.Old, o.New) }
func (CreatePolicyVersion) ExtraPolicy() string { return "" }
func (CreatePolicyVersion) NotFound() string    { return "" }
func (CreatePolicyVersion) Conflict() string    { return "" }
func (CreatePolicyVersion) Overtaken() string {
	return "another writer created versions at the same time; retrying"
}
func (CreatePolicyVersion) claims() bool                  { return false }
func (o CreatePolicyVersion) Asks(Given) bool             { return o.Effect().Widens() }
func (CreatePolicyVersion) Trust() string                 { return "" }
func (CreatePolicyVersion) dependsOn(string) []dependence { return nil }

func (o CreatePolicyVersion) narrowed(got, end iam.Observation) (Operation, bool) {
	if got.Policy == nil || end.Policy == nil {
		return nil, true
	}
	if text, ok := kept(got.Policy.Document, end.Policy.Document); ok && text != "" {
		return CreatePolicyVersion{ARN: o.ARN, Old: got.Policy.Document, New: text}, true
	}
	return nil, true
}

// String implements Operation.
func (o CreatePolicyVersion) String() string {
	return fmt.Sprintf("make a new version of policy %s: %s", policyName(o.ARN), describe(o.Old, o.New))
}

func (o CreatePolicyVersion) apply(next *iam.Observation) {
	onPolicy(next, func(p *iam.Policy) {
		p.Document, p.DefaultVersionID = o.New, o.Version
		p.Versions = append(p.Versions, o.Version)
	})
}

// DeletePolicyVersion deletes a version of a managed policy that is not the default.
type DeletePolicyVersion struct{ ARN, Version string }

// Action implements Operation.
func (DeletePolicyVersion) Action() string                                  { return "iam:DeletePolicyVersion" }
func (DeletePolicyVersion) Field() string                                   { return "document" }
func (DeletePolicyVersion) SpecField() string                               { return "spec" }
func (DeletePolicyVersion) Verb() Verb                                      { return Removes }
func (DeletePolicyVersion) Propagates() bool                                { return false }
func (DeletePolicyVersion) Effect() Effect                                  { return Neutral }
func (DeletePolicyVersion) ExtraPolicy() string                             { return "" }
func (DeletePolicyVersion) NotFound() string                                { return "" }
func (DeletePolicyVersion) Conflict() string                                { return "" }
func (DeletePolicyVersion) Overtaken() string                               { return "" }
func (DeletePolicyVersion) claims() bool                                    { return false }
func (DeletePolicyVersion) Asks(Given) bool                                 { return false }
func (DeletePolicyVersion) Trust() string                                   { return "" }
func (DeletePolicyVersion) dependsOn(string) []dependence                   { return nil }
func (DeletePolicyVersion) narrowed(_, _ iam.Observation) (Operation, bool) { return nil, false }

// String implements Operation.
func (o DeletePolicyVersion) String() string {
	return fmt.Sprintf("delete version %s of policy %s", o.Version, policyName(o.ARN))
}

func (o DeletePolicyVersion) apply(next *iam.Observation) {
	onPolicy(next, func(p *iam.Policy) {
		p.Versions = slices.DeleteFunc(p.Versions, func(v string) bool { return v == o.Version })
	})
}

// TagPolicy sets tags of a managed policy.
type TagPolicy struct {
	ARN  string
	Tags map[string]string
	// AccountTags are the keys of those that the account sets.
	AccountTags []string
}

// Action implements Operation.
func (TagPolicy) Action() string                                  { return "iam:TagPolicy" }
func (TagPolicy) Field() string                                   { return "tags" }
func (TagPolicy) SpecField() string                               { return "spec.tags" }
func (TagPolicy) Verb() Verb                                      { return Changes }
func (TagPolicy) Propagates() bool                                { return false }
func (o TagPolicy) Effect() Effect                                { return effectOfTags(keys(o.Tags), o.AccountTags) }
func (TagPolicy) ExtraPolicy() string                             { return "" }
func (TagPolicy) NotFound() string                                { return "" }
func (TagPolicy) Conflict() string                                { return "" }
func (TagPolicy) Overtaken() string                               { return "" }
func (o TagPolicy) claims() bool                                  { return marksOwner(o.Tags) }
func (o TagPolicy) Asks(g Given) bool                             { return g.exceededBy(o.Tags) }
func (TagPolicy) Trust() string                                   { return "" }
func (TagPolicy) dependsOn(string) []dependence                   { return nil }
func (TagPolicy) narrowed(_, _ iam.Observation) (Operation, bool) { return nil, false }

// String implements Operation.
func (o TagPolicy) String() string { return "set tags " + strings.Join(keys(o.Tags), ", ") }

func (o TagPolicy) apply(next *iam.Observation) {
	onPolicy(next, func(p *iam.Policy) { p.Tags = tagged(p.Tags, o.Tags, false) })
}

// UntagPolicy removes tags of a managed policy.
type UntagPolicy struct {
	ARN  string
	Keys []string
}

// Action implements Operation.
func (UntagPolicy) Action() string                                  { return "iam:UntagPolicy" }
func (UntagPolicy) Field() string                                   { return "tags" }
func (UntagPolicy) SpecField() string                               { return "spec" }
func (UntagPolicy) Verb() Verb                                      { return Changes }
func (UntagPolicy) Propagates() bool                                { return false }
func (o UntagPolicy) Effect() Effect                                { return effectOfTags(o.Keys, nil) }
func (UntagPolicy) ExtraPolicy() string                             { return "" }
func (UntagPolicy) NotFound() string                                { return "" }
func (UntagPolicy) Conflict() string                                { return "" }
func (UntagPolicy) Overtaken() string                               { return "" }
func (o UntagPolicy) claims() bool                                  { return unmarksReleased(o.Keys) }
func (UntagPolicy) Asks(Given) bool                                 { return false }
func (UntagPolicy) Trust() string                                   { return "" }
func (UntagPolicy) dependsOn(string) []dependence                   { return nil }
func (UntagPolicy) narrowed(_, _ iam.Observation) (Operation, bool) { return nil, false }

// String implements Operation.
func (o UntagPolicy) String() string { return "remove tags " + strings.Join(o.Keys, ", ") }

func (o UntagPolicy) apply(next *iam.Observation) {
	onPolicy(next, func(p *iam.Policy) { p.Tags = untagged(p.Tags, o.Keys, false) })
}

// DeletePolicy deletes a managed policy and its default version.
type DeletePolicy struct{ ARN string }

// Action implements Operation.
func (DeletePolicy) Action() string                                  { return "iam:DeletePolicy" }
func (DeletePolicy) Field() string                                   { return "policy" }
func (DeletePolicy) SpecField() string                               { return "spec" }
func (DeletePolicy) Verb() Verb                                      { return Removes }
func (DeletePolicy) Propagates() bool                                { return true }
func (DeletePolicy) Effect() Effect                                  { return Narrows }
func (DeletePolicy) ExtraPolicy() string                             { return "" }
func (DeletePolicy) NotFound() string                                { return "" }
func (DeletePolicy) Conflict() string                                { return "" }
func (DeletePolicy) Overtaken() string                               { return "" }
func (DeletePolicy) claims() bool                                    { return false }
func (DeletePolicy) Asks(Given) bool                                 { return false }
func (DeletePolicy) Trust() string                                   { return "" }
func (DeletePolicy) dependsOn(string) []dependence                   { return nil }
func (DeletePolicy) narrowed(_, _ iam.Observation) (Operation, bool) { return nil, false }

// String implements Operation.
func (o DeletePolicy) String() string { return "delete policy " + policyName(o.ARN) }

func (DeletePolicy) apply(next *iam.Observation) { next.Policy = nil }

// onPolicy changes a copy of the observed managed policy, if there is one.
func onPolicy(next *iam.Observation, change func(p *iam.Policy)) {
	if next.Policy == nil {
		return
	}
	p := clonePolicy(*next.Policy)
	change(&p)
	next.Policy = &p
}

func clonePolicy(p iam.Policy) iam.Policy {
	p.Tags = tagged(p.Tags, nil, false)
	p.Versions, p.Bounds = slices.Clone(p.Versions), slices.Clone(p.Bounds)
	p.Users, p.Groups, p.Roles = slices.Clone(p.Users), slices.Clone(p.Groups), slices.Clone(p.Roles)
	return p
}
