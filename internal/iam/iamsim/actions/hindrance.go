// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package actions

import (
	"github.com/ecsiam/ecs-iam-controller/internal/iam/iamsim/store"
	"github.com/ecsiam/ecs-iam-controller/internal/iam/iamsim/wire"
)

// hindrance is why an identity with policies cannot be deleted yet: attachments first, then inline policies.
func hindrance(identity *store.Identity) error {
	if len(identity.AttachedPolicies) > 0 {
		return wire.DeleteConflict("Cannot delete entity, must detach all policies first.")
	}
	if len(identity.InlinePolicies) > 0 {
		return wire.DeleteConflict("Cannot delete entity, must delete policies first.")
	}
	return nil
}

// roleHindrance is why a role cannot be deleted as far as a state shows; nil for a nil state.
func roleHindrance(s *store.State, name string) error {
	if s == nil {
		return nil
	}
	if len(s.ProfilesOf(name)) > 0 {
		return wire.DeleteConflict("Cannot delete entity, must remove roles from instance profile first.")
	}
	role, ok := s.Roles.Get(name)
	if !ok {
		return nil
	}
	return hindrance(&role.Identity)
}
