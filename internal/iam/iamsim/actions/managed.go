// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package actions

import (
	"strings"

	"github.com/ecsiam/ecs-iam-controller/internal/iam/iamsim/store"
	"github.com/ecsiam/ecs-iam-controller/internal/iam/iamsim/wire"
)

// checkPolicyARN refuses what cannot be the ARN of a policy in this partition. Recordings have the sentences for the
// partition and for what is no ARN, and the code alone for the rest.
func (t *Transaction) checkPolicyARN(text string) error {
	arn, ok := store.ParseARN(text)
	kind, _, _ := strings.Cut(arn.Resource, "/")
	switch {
	case !ok, strings.TrimSpace(text) != text:
		return wire.ValidationError("Invalid ARN:  Could not be parsed!")
	case arn.Partition != t.World.Partition:
		return wire.ValidationError("Invalid ARN partition")
	case arn.Service != "iam":
		return wire.ValidationError("Invalid ARN service")
	case arn.Region != "":
		return wire.ValidationError("Invalid ARN region")
	case kind != "policy":
		return wire.ValidationError("Invalid ARN resource type")
	}
	return nil
}

// lookupPolicy finds a policy of this account or of AWS.
func (t *Transaction) lookupPolicy(arn string) (*store.Policy, bool) {
	if managed, ok := t.World.Managed[arn]; ok {
		return managed, true
	}
	owned, ok := t.state.Policies.Get(store.NameIn(arn))
	if !ok || owned.ARN != arn {
		return nil, false
	}
	if t.visible != nil {
		_, ok = t.visible.Policies.Get(owned.Name)
	}
	return owned, ok
}

// policy finds a policy to look at.
func (t *Transaction) policy(arn string) (*store.Policy, error) {
	return t.findPolicy(arn, "Policy %s was not found.")
}

func (t *Transaction) findPolicy(arn, absent string) (*store.Policy, error) {
	if err := t.checkPolicyARN(arn); err != nil {
		return nil, err
	}
	found, ok := t.lookupPolicy(arn)
	if !ok {
		return nil, wire.NoSuchEntity(absent, arn)
	}
	return found, nil
}

// attachable finds a policy for an attachment.
func (t *Transaction) attachable(arn string) (*store.Policy, error) {
	found, err := t.findPolicy(arn, "Policy %s does not exist or is not attachable.")
	if err == nil && found.ServiceLinkedOnly() {
		err = wire.Failure("PolicyNotAttachable", "Cannot attach a Service Role Policy to a Customer Role.")
	}
	return found, err
}

// checkBoundary refuses a boundary that does not exist; the empty ARN is none.
func (t *Transaction) checkBoundary(arn string) error {
	if arn == "" {
		return nil
	}
	boundary, err := t.findPolicy(arn, "Scope ARN: %s does not exist or is not attachable.")
	if err == nil && boundary.ServiceLinkedOnly() {
		err = wire.Failure("PolicyNotAttachable", "Policy %s cannot be used as a permissions boundary.", arn)
	}
	return err
}

// ownPolicy finds a customer managed policy to change.
func (t *Transaction) ownPolicy(arn, permission string) (*store.Policy, error) {
	found, err := t.policy(arn)
	if err == nil && found.OwnedByAWS() {
		return nil, t.denied(permission, arn)
	}
	return found, err
}
