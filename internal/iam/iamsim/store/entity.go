// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package store

import "time"

// Tag is a key and a value. Keys of roles and users ignore case, those of policies and instance profiles do not.
type Tag struct{ Key, Value string }

// Entity is what everything in an account has.
type Entity struct {
	Name    string
	ID      string // unique id: AROA…, AIPA…, ANPA…, AIDA…, AGPA…
	ARN     string
	Path    string
	Created time.Time
	Tags    []Tag
}

// Base is the entity itself: what roles, policies and the others share.
func (e *Entity) Base() *Entity { return e }

// Named is every kind of entity.
type Named interface{ Base() *Entity }

// Tag returns the value of a tag by its exact key.
func (e *Entity) Tag(key string) (string, bool) {
	for _, tag := range e.Tags {
		if tag.Key == key {
			return tag.Value, true
		}
	}
	return "", false
}
