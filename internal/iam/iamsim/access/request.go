// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package access

import "strings"

// Request is what a decision is about.
type Request struct {
	Action   string // such as iam:CreateRole
	Resource string // ARN, or * for an action without resources
	Context  Context
}

// Context holds the condition keys of a request. Use Set and values: keys ignore case.
type Context map[string][]string

// Set gives a key its values; no values take it away.
func (c Context) Set(key string, values ...string) {
	if len(values) == 0 {
		delete(c, strings.ToLower(key))
		return
	}
	c[strings.ToLower(key)] = values
}

// values are those of a key; ok is false when the request does not have it.
func (c Context) values(key string) (values []string, ok bool) {
	values, ok = c[strings.ToLower(key)]
	return values, ok
}
