// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package levers

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
)

// Denier is the kind of policy that an AccessDenied blames.
type Denier string

// The kinds of policies. An organization's is a service control policy.
const (
	ByIdentity     Denier = "identity"
	ByResource     Denier = "resource"
	ByBoundary     Denier = "boundary"
	BySession      Denier = "session"
	ByOrganization Denier = "organization"
)

// policyNames are the kinds as AWS's sentences name them ("Troubleshoot access denied error messages" in the IAM User
// Guide).
var policyNames = map[Denier]string{
	ByIdentity:     "identity-based policy",
	ByResource:     "resource-based policy",
	ByBoundary:     "permissions boundary",
	BySession:      "session policy",
	ByOrganization: "service control policy",
}

func (d Denier) known() bool { _, ok := policyNames[d]; return ok }

func deniers() []Denier { return slices.Sorted(maps.Keys(policyNames)) }

// Denial is why a call is denied.
type Denial struct {
	Caller     string // ARN
	Permission string // such as iam:CreateRole
	Resource   string // ARN or *
	By         Denier // empty: ByIdentity
	Explicit   bool   // a Deny of that policy, else the absence of an Allow
}

// String is AWS's sentence.
func (d Denial) String() string {
	policy := policyNames[cmp.Or(d.By, ByIdentity)]
	reason := fmt.Sprintf("because no %s allows the %s action", policy, d.Permission)
	if d.Explicit {
		reason = "with an explicit deny in " + article(policy) + " " + policy
	}
	return fmt.Sprintf("User: %s is not authorized to perform: %s on resource: %s %s",
		d.Caller, d.Permission, d.Resource, reason)
}

func article(noun string) string {
	if noun[0] == 'i' {
		return "an"
	}
	return "a"
}
