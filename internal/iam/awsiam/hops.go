// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package awsiam

import (
	"fmt"
	"maps"
	"sync"

	"github.com/ecsiam/ecs-iam-controller/internal/iam"
)

// hops are the sessions of roles on the way to others. Accounts that are reached over the same roles share them, so
// that a hundred accounts behind one hub assume its role once. It is safe for concurrent use.
type hops struct {
	mu       sync.Mutex
	sessions map[string]*session
}

// get returns the session of a key, made on first use. A nil receiver shares nothing.
func (h *hops) get(key string, create func() *session) *session {
	if h == nil {
		return create()
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if kept, ok := h.sessions[key]; ok {
		return kept
	}
	if h.sessions == nil {
		h.sessions = map[string]*session{}
	}
	made := create()
	h.sessions[key] = made
	return made
}

// keep forgets all sessions but those of some keys.
func (h *hops) keep(keys map[string]bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	maps.DeleteFunc(h.sessions, func(key string, _ *session) bool { return !keys[key] })
}

// hopKeys identify the sessions on the way to a role, in their order: by all that is sent for them and before them.
func hopKeys(region string, a iam.AssumeRole) []string {
	keys := make([]string, 0, len(a.Via))
	for i := range a.Via {
		keys = append(keys, fmt.Sprintf("%q %q %q", region, a.SessionName, a.Via[:i+1]))
	}
	return keys
}
