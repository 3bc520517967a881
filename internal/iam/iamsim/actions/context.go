// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package actions

import (
	"strings"

	"github.com/ecsiam/ecs-iam-controller/internal/iam/iamsim/access"
	"github.com/ecsiam/ecs-iam-controller/internal/iam/iamsim/store"
)

// principalContext holds the condition keys that follow from the caller ("AWS global condition context keys").
func (t *Transaction) principalContext() access.Context {
	facts := access.Context{}
	arn, kind := t.Caller.ARN, "User"
	if t.Caller.Session != nil {
		arn, kind = t.Caller.RoleARN(), "AssumedRole"
		tagContext(facts, "aws:PrincipalTag/", t.principalTags())
	}
	facts.Set("aws:PrincipalArn", arn)
	facts.Set("aws:PrincipalAccount", t.Caller.Account)
	facts.Set("aws:PrincipalType", kind)
	facts.Set("aws:userid", t.Caller.UserID)
	facts.Set("aws:CurrentTime", t.Now.UTC().Format("2006-01-02T15:04:05Z"))
	return facts
}

// principalTags are the tags of the caller's role with those of the session in their place.
func (t *Transaction) principalTags() []store.Tag {
	var tags []store.Tag
	if owner, ok := t.World.Known(t.Caller.Account); ok {
		if role, ok := owner.State.Roles.Get(t.Caller.Session.RoleName); ok {
			tags = withoutTags(role.Tags, keysOf(t.Caller.Session.Tags), strings.EqualFold)
		}
	}
	return append(tags, t.Caller.Session.Tags...)
}

func tagContext(facts access.Context, prefix string, tags []store.Tag) {
	for _, tag := range tags {
		facts.Set(prefix+tag.Key, tag.Value)
	}
}
