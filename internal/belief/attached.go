// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package belief

import (
	"slices"

	"github.com/ecsiam/ecs-iam-controller/internal/iam"
)

// remember adds the policies that a write attached. Those of a role that is gone are forgotten with it.
func (o *Object) remember(w Write) {
	if o.attached == nil || w.After.Role == nil {
		o.attached = map[string]bool{}
	}
	if w.After.Role == nil {
		return
	}
	for _, arn := range w.After.Role.Attached {
		if w.Before.Role == nil || !slices.Contains(w.Before.Role.Attached, arn) {
			o.attached[arn] = true
		}
	}
}

// WithOwnAttachments returns the observation with those attachments named that we made ourselves. One that is not there
// any more is forgotten: whoever makes it again, it is theirs. Losing this memory leaves what only denies in place.
func (o *Object) WithOwnAttachments(got iam.Observation) iam.Observation {
	o.mu.Lock()
	defer o.mu.Unlock()
	got.OwnAttachments = nil
	if got.Role == nil {
		return got
	}
	for arn := range o.attached {
		if slices.Contains(got.Role.Attached, arn) {
			got.OwnAttachments = append(got.OwnAttachments, arn)
		} else {
			delete(o.attached, arn)
		}
	}
	slices.Sort(got.OwnAttachments)
	return got
}
