// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package guardrail

import "github.com/ecsiam/ecs-iam-controller/internal/policy"

// BoundaryPolicy is the policy that is the account's boundary, as far as trusting it depends on it.
type BoundaryPolicy struct {
	// Owned says that it carries the tag of an object, and Owner what the tag says.
	Owned bool
	Owner string
}

// Distrusts says why the account's boundary cannot be relied on, nil for a policy that does not exist.
func (b *Bounds) Distrusts(p *BoundaryPolicy) []Violation {
	v := Violation{
		Field: "spec.permissionsBoundary", Rule: b.rule(guardrailsPath.Child("permissionsBoundary")), Untrusted: true,
		Parts: []string{partBoundary},
	}
	switch {
	case p == nil:
		v.What = "the boundary that every role of the account has does not exist"
		v.Passes = "ask the owner of the account to " +
			"create it, or to correct the ARN"
	case p.Owned:
		v.What, v.Passes = "the boundary that every role of the account has belongs to the object "+p.Owner+
			", whose namespace could change it", "ask the owner of the account to name a policy that no object owns"
	default:
		return nil
	}
	return []Violation{v}
}

// Denies reports whether the account has rules that deny.
func (b *Bounds) Denies() bool { return len(b.deny) > 0 }

// HasPathMember reports whether a document may be part of a way to raise permissions that needs several actions.
func HasPathMember(c *policy.Content) bool {
	if c.Unreadable() {
		return true
	}
	allows := c.Allows()
	for i := range allows {
		for _, p := range paths {
			for _, group := range p.groups {
				for _, action := range group {
					if allowsAction(&allows[i], action) {
						return true
					}
				}
			}
		}
	}
	return false
}
