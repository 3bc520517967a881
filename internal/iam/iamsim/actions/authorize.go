// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package actions

import (
	"slices"
	"strings"

	"github.com/ecsiam/ecs-iam-controller/internal/iam/iamsim/access"
	"github.com/ecsiam/ecs-iam-controller/internal/iam/iamsim/levers"
	"github.com/ecsiam/ecs-iam-controller/internal/iam/iamsim/store"
	"github.com/ecsiam/ecs-iam-controller/internal/iam/iamsim/wire"
)

// permission is one thing that a caller needs to be allowed, with the condition keys that only it has.
type permission struct {
	name, resource string
	keys           access.Context
}

// authorize decides by the policies of the calling session whether an action may be carried out. Long-term credentials
// may do everything, and everybody may ask who it is.
func (a *Action) authorize(t *Transaction, p wire.Params) error {
	if !t.Enforce || t.Caller.Session == nil || a.Service == wire.STS {
		return nil
	}
	policies := t.callerPolicies()
	for _, needed := range a.permissions(t, p) {
		if err := t.allowed(policies, needed); err != nil {
			return err
		}
	}
	return nil
}

func (t *Transaction) allowed(policies access.Policies, needed permission) error {
	keys := t.principalContext()
	for key, values := range needed.keys {
		keys.Set(key, values...)
	}
	decision := policies.Decide(access.Request{Action: needed.name, Resource: needed.resource, Context: keys})
	if decision.Effect == access.Allowed {
		return nil
	}
	return wire.Failure("AccessDenied", "%s", levers.Denial{
		Caller: t.Caller.ARN, Permission: needed.name, Resource: needed.resource,
		By: levers.Denier(decision.Blames), Explicit: decision.Effect == access.ExplicitDeny,
	})
}

// permissions are what the action needs: its own, and those that its parameters ask for ("Actions, resources, and
// condition keys for AWS Identity and Access Management").
func (a *Action) permissions(t *Transaction, p wire.Params) []permission {
	resource := a.Resource(t, p)
	needed := []permission{{name: "iam:" + a.Name, resource: resource, keys: a.conditionKeys(t, p)}}
	if tagging, ok := taggedBy[a.Name]; ok && len(tagsIn(p)) > 0 {
		needed = append(needed, permission{name: "iam:" + tagging, resource: resource, keys: requestTags(p)})
	}
	if a.Name == "AddRoleToInstanceProfile" {
		needed = append(needed, permission{
			name: "iam:PassRole", resource: t.roleARN(p.Get("RoleName")),
			keys: access.Context{"iam:passedtoservice": {"ec2.amazonaws.com"}},
		})
	}
	return needed
}

// taggedBy are the permissions that a creating call with tags needs too.
var taggedBy = map[string]string{
	"CreateRole": "TagRole", "CreateUser": "TagUser", "CreatePolicy": "TagPolicy",
	"CreateInstanceProfile": "TagInstanceProfile",
}

// callerPolicies are all that bind the calling session, as they are now. A role that is gone has none.
func (t *Transaction) callerPolicies() access.Policies {
	session := t.Caller.Session
	policies := access.Policies{Session: session.Policies}
	owner := t.World.Account(t.Caller.Account)
	role, ok := owner.State.Roles.Get(session.RoleName)
	if !ok || role.ARN != session.RoleARN {
		return policies
	}
	policies.Identity = t.identityPolicies(t.Caller.Account, &role.Identity)
	policies.Boundary = t.boundaryOf(t.Caller.Account, &role.Identity)
	return policies
}

func (t *Transaction) identityPolicies(account string, identity *store.Identity) access.Set {
	set := access.Set{}
	for name, doc := range identity.InlinePolicies {
		set = append(set, named(name, doc))
	}
	for _, arn := range identity.AttachedPolicies {
		if found, ok := t.policyOf(account, arn); ok {
			set = append(set, named(arn, found.Document()))
		}
	}
	slices.SortFunc(set, func(a, b access.Policy) int { return strings.Compare(a.Name, b.Name) })
	return set
}

// boundaryOf is nil without a boundary. One whose policy cannot be found allows nothing.
func (t *Transaction) boundaryOf(account string, identity *store.Identity) access.Set {
	arn := identity.PermissionsBoundary
	if arn == "" {
		return nil
	}
	if found, ok := t.policyOf(account, arn); ok {
		return access.Set{named(arn, found.Document())}
	}
	return access.Set{}
}
