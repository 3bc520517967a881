// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package iamsim

import (
	"strings"

	"github.com/ecsiam/ecs-iam-controller/internal/iam/iamsim/levers"
	"github.com/ecsiam/ecs-iam-controller/internal/iam/iamsim/wire"
)

// serviceLinkedOnly reports whether AWS attaches the policy to service-linked roles alone.
func (p *Policy) serviceLinkedOnly() bool { return strings.HasPrefix(p.Path, "/aws-service-role/") }

// ownedByAWS reports whether the policy is managed by AWS and closed to changes.
func (p *Policy) ownedByAWS() bool { return strings.Contains(p.ARN, ":iam::aws:policy/") }

// checkPolicyARN refuses what cannot be the ARN of a policy in this partition.
func (t *transaction) checkPolicyARN(text string) error {
	arn, ok := parseARN(text)
	if !ok {
		return wire.ValidationError("Invalid ARN:  Could not be parsed!")
	}
	if arn.partition != t.sim.options.Partition || arn.service != "iam" || arn.region != "" ||
		!strings.HasPrefix(arn.resource, "policy/") {
		return wire.InvalidInput("ARN %s is not valid.", text)
	}
	return nil
}

// lookupPolicy finds a policy of this account or of AWS.
func (t *transaction) lookupPolicy(arn string) (*Policy, bool) {
	if managed, ok := t.sim.managed[arn]; ok {
		return managed, true
	}
	owned, ok := t.state.policies.get(policyNameOf(arn))
	if !ok || owned.ARN != arn {
		return nil, false
	}
	if t.visible != nil {
		_, ok = t.visible.policies.get(owned.Name)
	}
	return owned, ok
}

// attachable finds a policy for an attachment or a boundary.
func (t *transaction) attachable(arn string) (*Policy, error) {
	if err := t.checkPolicyARN(arn); err != nil {
		return nil, err
	}
	found, ok := t.lookupPolicy(arn)
	if !ok {
		return nil, wire.NoSuchEntity("Policy %s does not exist or is not attachable.", arn)
	}
	return found, nil
}

// policy finds a policy to look at.
func (t *transaction) policy(arn string) (*Policy, error) {
	if err := t.checkPolicyARN(arn); err != nil {
		return nil, err
	}
	found, ok := t.lookupPolicy(arn)
	if !ok {
		return nil, wire.NoSuchEntity("Policy %s was not found.", arn)
	}
	return found, nil
}

// ownPolicy finds a customer managed policy to change.
func (t *transaction) ownPolicy(arn, permission string) (*Policy, error) {
	found, err := t.policy(arn)
	if err == nil && found.ownedByAWS() {
		return nil, wire.Failure("AccessDenied", "%s",
			levers.Denial{Caller: t.caller.arn, Permission: permission, Resource: arn})
	}
	return found, err
}
