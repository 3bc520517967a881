// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package store

import (
	"time"

	"github.com/ecsiam/ecs-iam-controller/internal/iam/iamsim/access"
)

// Caller is who signed a call.
type Caller struct {
	Account     string
	AccessKeyID string
	ARN         string
	UserID      string
	Session     *Session // of an assumed role; nil for long-term credentials
}

// RoleARN is the role behind an assumed-role session; empty for other callers.
func (c Caller) RoleARN() string {
	if c.Session == nil {
		return ""
	}
	return c.Session.RoleARN
}

// SessionARN is the caller's ARN if it is a session; empty for other callers.
func (c Caller) SessionARN() string {
	if c.Session == nil {
		return ""
	}
	return c.ARN
}

// Tags are those of the caller's session, by key; nil for other callers.
func (c Caller) Tags() map[string]string {
	if c.Session == nil {
		return nil
	}
	tags := make(map[string]string, len(c.Session.Tags))
	for _, tag := range c.Session.Tags {
		tags[tag.Key] = tag.Value
	}
	return tags
}

// Session is what AssumeRole issued.
type Session struct {
	RoleARN    string
	RoleName   string
	Expires    time.Time
	Tags       []Tag    // its own and those of earlier sessions that are transitive
	Transitive []string // keys of tags that sessions of chained roles inherit
	SourceID   string
	Policies   access.Set // nil without session policies
}
