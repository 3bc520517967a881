// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package plan

import (
	"strings"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/internal/desired"
	"github.com/ecsiam/ecs-iam-controller/internal/iam"
	"github.com/ecsiam/ecs-iam-controller/internal/ownership"
)

// standings say whose the observed role and instance profile are. What does not exist has the zero Standing.
type standings struct{ role, profile ownership.Standing }

func standingsOf(want desired.Role, got iam.Observation) standings {
	var s standings
	if got.Role != nil {
		s.role = want.OfRole(*got.Role)
	}
	if got.Profile != nil {
		s.profile = want.OfProfile(*got.Profile)
	}
	return s
}

// taker judges the taking of one entity by what the claim allows.
type taker struct {
	ownership.Taking
	// entity is its kind and name.
	entity string
}

// refusal says why the entity may not be ours whatever it holds, or nothing.
func (t taker) refusal() *Refusal {
	if t.Refusal == "" {
		return nil
	}
	return t.conflict(t.Refusal)
}

// differing says why an entity may not be ours that differs in what ops change, or nothing.
func (t taker) differing(ops []string) *Refusal {
	if !t.OnlyEqual {
		return nil
	}
	return t.conflict(t.Differs + ". The difference: " + strings.Join(ops, "; "))
}

// moved says that IAM cannot move an entity, and both ways out.
func (t taker) moved(is, want string) *Refusal {
	return t.conflict("exists with the path " + is + ", and IAM cannot move it to " + want + ": to keep it, declare " +
		"spec.path " + is + " in a new object; to have it under " + want + ", delete it in AWS, and it is created anew")
}

// uncreatable says that an entity may not be made under a name that is protected.
func uncreatable(entity, protector string) *Refusal {
	return taker{entity: entity}.conflict("is not created, because the name is kept for " + protector +
		": choose another name in a new object")
}

func (t taker) conflict(message string) *Refusal {
	return &Refusal{Reason: v1alpha1.ReasonOwnershipConflict, Message: t.entity + " " + message}
}
