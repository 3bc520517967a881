// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package admission

import (
	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/internal/guardrail"
)

// Account judges an AWSAccount by the rules of its guardrails: one that cannot be read allows nothing, and shuts out
// whom it was to let in. The stored one is nil when it is created.
func Account(account, stored *v1alpha1.AWSAccount) Verdict {
	found := problemsOf(guardrail.Check(&account.Spec).ToAggregate())
	var before []problem
	if stored != nil {
		before = problemsOf(guardrail.Check(&stored.Spec).ToAggregate())
	}
	return verdict(found, before, nil)
}
