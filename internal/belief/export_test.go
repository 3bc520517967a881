// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package belief

// Holds tells whether the object keeps a state in memory.
func (o *Object) Holds() bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.state != nil
}
