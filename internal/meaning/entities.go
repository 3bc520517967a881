// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package meaning

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/internal/iam"
	"github.com/ecsiam/ecs-iam-controller/internal/plan"
)

// role compares a role with what it becomes.
func (m *Meaning) role(before, after iam.Observation) {
	old, new := orEmpty(before.Role), orEmpty(after.Role)
	switch {
	case before.Role == nil && after.Role == nil:
		return
	case after.Role == nil:
		m.lose("role %s, with all that it may do, for everyone who assumes it", old.Name)
		m.value("role", old.Name, "")
		return
	case before.Role == nil:
		m.value("role", "", new.Path+new.Name)
		if new.Trust == "" { // AWS gives a service-linked role its policies
			m.gain("role %s, for the service of AWS that it is linked to", new.Name)
		}
	}
	m.document(part{"trust policy", ""}, old.Trust, new.Trust)
	for _, name := range slices.Sorted(maps.Keys(union(old.InlinePolicies, new.InlinePolicies))) {
		m.document(part{"inline policy " + name, ""}, old.InlinePolicies[name], new.InlinePolicies[name])
	}
	m.boundary(old.Boundary, new.Boundary, before.Role == nil)
	m.names("attached policies", old.Attached, new.Attached)
	m.value("description", old.Description, new.Description)
	m.session(old.MaxSessionSeconds, new.MaxSessionSeconds)
	m.tags(old.Tags, new.Tags, before.Role == nil)
}

func (m *Meaning) boundary(old, new string, created bool) {
	if old == new {
		return
	}
	m.value("permissions boundary", old, new)
	switch {
	case created:
	case old == "":
		m.lose("everything that the boundary %s does not permit", shortName(new))
	case new == "":
		m.gain("everything that the policies permit and the boundary %s held back", shortName(old))
	default:
		m.gain("what the boundary %s permits and %s did not", shortName(new), shortName(old))
		m.lose("what the boundary %s permitted and %s does not", shortName(old), shortName(new))
	}
}

func (m *Meaning) session(old, new int32) {
	if old == new {
		return
	}
	m.value("longest session", seconds(old), seconds(new))
	switch {
	case old == 0 || new == 0:
	case new > old:
		m.gain("sessions of %s instead of %s", seconds(new), seconds(old))
	default:
		m.lose("sessions longer than %s", seconds(new))
	}
}

func seconds(n int32) string {
	if n == 0 {
		return ""
	}
	return fmt.Sprintf("%d seconds", n)
}

// tags compares tags, on which policies may depend (ABAC).
func (m *Meaning) tags(old, new map[string]string, created bool) {
	var lines, depended []string
	for _, key := range slices.Sorted(maps.Keys(union(old, new))) {
		before, had := old[key]
		after, has := new[key]
		if had == has && before == after {
			continue
		}
		if had {
			lines = append(lines, "- "+key+"="+before)
		}
		if has {
			lines = append(lines, "+ "+key+"="+after)
		}
		if !strings.HasPrefix(strings.ToLower(key), v1alpha1.TagPrefix) {
			depended = append(depended, key)
		}
	}
	if len(lines) > 0 {
		m.Changes = append(m.Changes, Change{Part: "tags", Lines: lines})
	}
	if len(depended) > 0 && !created {
		m.gain("what policies grant by the tag %s", strings.Join(depended, ", "))
		m.lose("what policies grant by the tag %s as it was", strings.Join(depended, ", "))
	}
}

// profile compares an instance profile with what it becomes.
func (m *Meaning) profile(before, after *iam.InstanceProfile) {
	var old, new iam.InstanceProfile
	if before != nil {
		old = *before
	}
	if after != nil {
		new = *after
	}
	m.value("instance profile", old.Name, new.Name)
	m.value("role of the instance profile", old.RoleName, new.RoleName)
	if old.RoleName != new.RoleName && old.RoleName != "" {
		m.lose("role %s for instances with the profile %s", old.RoleName, old.Name)
	}
	if old.RoleName != new.RoleName && new.RoleName != "" {
		m.gain("role %s for instances with the profile %s", new.RoleName, new.Name)
	}
	m.tags(old.Tags, new.Tags, before == nil || after == nil)
}

// policy compares a managed policy with what it becomes.
func (m *Meaning) policy(before, after *iam.Policy) {
	old, new := orEmpty(before), orEmpty(after)
	switch {
	case before == nil && after == nil:
		return
	case after == nil:
		m.lose("policy %s, with all that it permits", old.Name)
		m.value("policy", old.Name, "")
		return
	case before == nil:
		m.value("policy", "", new.Path+new.Name)
	}
	m.document(part{"policy document", holders(new)}, old.Document, new.Document)
	m.holders("user", old.Users, new.Users, new.Name)
	m.holders("group", old.Groups, new.Groups, new.Name)
	m.holders("role", old.Roles, new.Roles, new.Name)
	if before != nil {
		m.names("versions", old.Versions, new.Versions)
	}
	m.tags(old.Tags, new.Tags, before == nil)
}

// holders compares who has a policy.
func (m *Meaning) holders(kind string, old, new []string, policy string) {
	come, gone := m.names(kind+"s with the policy", old, new)
	for _, name := range come {
		m.gain("what policy %s permits, for %s %s", policy, kind, name)
	}
	for _, name := range gone {
		m.lose("what policy %s permits, for %s %s", policy, kind, name)
	}
}

// holders says who has a policy.
func holders(p iam.Policy) string {
	switch n := len(p.Users) + len(p.Groups) + len(p.Roles); n {
	case 0:
		return " for whoever gets the policy"
	case 1:
		return " for the one that has the policy"
	default:
		return fmt.Sprintf(" for the %d that have the policy", n)
	}
}

// attached says what comes and goes with a managed policy of a role, whose document the operation knows.
func (m *Meaning) attached(op plan.Operation) {
	switch op := op.(type) {
	case plan.AttachRolePolicy:
		m.document(part{"policy " + shortName(op.ARN), ""}, "", op.New)
		if op.New == "" {
			m.gain("what policy %s permits", shortName(op.ARN))
		}
	case plan.DetachRolePolicy:
		m.document(part{"policy " + shortName(op.ARN), ""}, op.Old, "")
		if op.Old == "" {
			m.lose("what policy %s permits", shortName(op.ARN))
			m.gain("what policy %s denies, if it does", shortName(op.ARN))
		}
	default: // the entity itself shows what the others do
	}
}

// shortName is the path and name of a policy without its account.
func shortName(arn string) string {
	if _, name, found := strings.Cut(arn, ":policy/"); found {
		return name
	}
	return arn
}

func orEmpty[T any](value *T) T {
	if value == nil {
		var none T
		return none
	}
	return *value
}

func union(a, b map[string]string) map[string]string {
	all := maps.Clone(a)
	if all == nil {
		all = map[string]string{}
	}
	maps.Copy(all, b)
	return all
}
