// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package plan

import (
	"maps"
	"slices"

	"github.com/ecsiam/ecs-iam-controller/internal/iam"
)

// After returns what an observation becomes when op has succeeded. It is how the controller believes a write instead of
// reading it back, and how a plan is judged before it is applied. got is not changed.
func After(got iam.Observation, op Operation) iam.Observation {
	next := got
	if afterPolicy(&next, op) {
		return next
	}
	if got.Role != nil {
		role := cloneRole(*got.Role)
		next.Role = &role
	}
	if got.Profile != nil {
		profile := *got.Profile
		profile.Tags = maps.Clone(profile.Tags)
		next.Profile = &profile
	}
	if !afterProfile(&next, op) && (next.Role != nil || creates(op)) {
		afterRole(&next, op)
	}
	return next
}

func creates(op Operation) bool {
	switch op.(type) {
	case CreateRole, CreateServiceLinkedRole:
		return true
	default:
		return false
	}
}

func cloneRole(r iam.Role) iam.Role {
	r.InlinePolicies = maps.Clone(r.InlinePolicies)
	r.Attached = slices.Clone(r.Attached)
	r.Tags = maps.Clone(r.Tags)
	return r
}

func afterRole(next *iam.Observation, op Operation) {
	role := next.Role
	switch op := op.(type) {
	case CreateRole:
		created := cloneRole(op.Role)
		next.Role = &created
	case CreateServiceLinkedRole:
		created := cloneRole(op.Role)
		next.Role = &created
	case UpdateRole:
		role.Description, role.MaxSessionSeconds = op.Description, op.SessionSeconds
	case UpdateTrustPolicy:
		role.Trust = op.New
	case SetBoundary:
		role.Boundary = op.New
	case DeleteBoundary:
		role.Boundary = ""
	case TagRole:
		role.Tags = tagged(role.Tags, op.Tags, true)
	case UntagRole:
		role.Tags = untagged(role.Tags, op.Keys, true)
	case DeleteRole:
		next.Role = nil
	default:
		afterPermission(role, op)
	}
}

// afterPermission applies an operation on the inline and the attached policies.
func afterPermission(role *iam.Role, op Operation) {
	switch op := op.(type) {
	case PutRolePolicy:
		if role.InlinePolicies == nil {
			role.InlinePolicies = map[string]string{}
		}
		role.InlinePolicies[op.Policy] = op.New
	case DeleteRolePolicy:
		delete(role.InlinePolicies, op.Policy)
	case AttachRolePolicy:
		if !slices.Contains(role.Attached, op.ARN) {
			role.Attached = append(role.Attached, op.ARN)
		}
	case DetachRolePolicy:
		role.Attached = slices.DeleteFunc(role.Attached, func(arn string) bool { return arn == op.ARN })
	default: // the others are about other entities
	}
}

// afterProfile applies an operation on the instance profile and tells whether op is one.
func afterProfile(next *iam.Observation, op Operation) bool {
	switch op := op.(type) {
	case CreateInstanceProfile:
		created := op.Profile
		created.RoleName = ""
		created.Tags = maps.Clone(created.Tags)
		next.Profile = &created
	case DeleteInstanceProfile:
		next.Profile = nil
	case AddRoleToInstanceProfile:
		if next.Profile != nil {
			next.Profile.RoleName = op.Role
		}
	case RemoveRoleFromInstanceProfile:
		if next.Profile != nil {
			next.Profile.RoleName = ""
		}
	case TagInstanceProfile:
		if next.Profile != nil {
			next.Profile.Tags = tagged(next.Profile.Tags, op.Tags, false)
		}
	case UntagInstanceProfile:
		if next.Profile != nil {
			next.Profile.Tags = untagged(next.Profile.Tags, op.Keys, false)
		}
	default:
		return false
	}
	return true
}

// tagged sets tags; with fold, a key that differs only in case is the same key, and IAM keeps its spelling.
func tagged(tags, set map[string]string, fold bool) map[string]string {
	result := maps.Clone(tags)
	if result == nil {
		result = map[string]string{}
	}
	for k, v := range set {
		if existing := spelt(result, k); fold && len(existing) > 0 {
			k = existing[0]
		}
		result[k] = v
	}
	return result
}

func untagged(tags map[string]string, remove []string, fold bool) map[string]string {
	result := maps.Clone(tags)
	for _, k := range remove {
		delete(result, k)
		if fold {
			for _, existing := range spelt(result, k) {
				delete(result, existing)
			}
		}
	}
	return result
}
