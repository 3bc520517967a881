// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package iam

import (
	"context"
	"strings"
)

// BulkReader reads all entities of a kind of an account in a few calls, however many there are. What it shows is no
// consistent cut: entities may change while it reads, and one that is not shown may exist. An error means that entities
// are missing.
type BulkReader interface {
	// ReadRoles calls each for every role, one after the other. With a prefix it reads less of those whose paths do not
	// begin with it.
	ReadRoles(ctx context.Context, pathPrefix string, each func(ShownRole)) error
	// ReadPolicies calls each for every customer managed policy, one after the other. It shows neither the tags of a
	// policy nor who has it attached, but how many they are.
	ReadPolicies(ctx context.Context, each func(policy Policy, attachments int)) error
	// ReadHolders calls each for every user and group, one after the other.
	ReadHolders(ctx context.Context, each func(Holder)) error
	// PolicyTags returns the tags of one managed policy, which no bulk reading shows, in one call. That there is no such
	// policy is an error of ClassNotFound.
	PolicyTags(ctx context.Context, arn string) (map[string]string, error)
	// ProfileTags is PolicyTags for an instance profile.
	ProfileTags(ctx context.Context, name string) (map[string]string, error)
}

// ShownRole is a role as a bulk reading shows it.
type ShownRole struct {
	Role
	// Outside says that the path of the role does not begin with the prefix that was asked for, so that neither its
	// description nor its session duration is shown.
	Outside bool
	// Profiles are the instance profiles that hold the role, without their tags. One that holds none is not shown.
	Profiles []InstanceProfile
	// Use is what IAM knows of the use of the role.
	Use RoleUse
}

// Profile is the instance profile of a name that holds the role, nil where there is none.
func (r ShownRole) Profile(name string) *InstanceProfile {
	for i := range r.Profiles {
		if strings.EqualFold(r.Profiles[i].Name, name) {
			return &r.Profiles[i]
		}
	}
	return nil
}

// Holder is a user or a group that may have managed policies attached.
type Holder struct {
	Kind HolderKind
	Name string
	// Attached are the ARNs of the attached managed policies.
	Attached []string
}

// HolderKind is HeldByUser or HeldByGroup.
type HolderKind string

// The kinds of holders.
const (
	HeldByUser  HolderKind = "user"
	HeldByGroup HolderKind = "group"
)
