// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package pass

import (
	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/internal/belief"
	"github.com/ecsiam/ecs-iam-controller/internal/iam"
	"github.com/ecsiam/ecs-iam-controller/internal/plan"
)

// turn is one pass over one object while it is made.
type turn struct {
	*Reconciler
	object  Object
	mem     *belief.Object
	facts   Facts
	contest contest
	// aws is AWS as the object's namespace may write it, whole as the account may be read.
	aws, whole iam.Account
	// leave ends the pass in its account; nil before it began there.
	leave func(answered bool)
	// presumed says that the entity is taken for absent although nobody looked: its creation proves it.
	presumed bool
	// unproven says that the account may not answer at all, while passes of others wait.
	unproven bool
	answers  plan.Answers
	out      outcome
}

// changes says for whom the pass writes, and why, in the change log.
func (t *turn) changes() changes {
	cause := string(t.out.cause)
	if cause == "" && t.out.deleting {
		cause = string(v1alpha1.CauseDeletion)
	}
	made := changesOf(&t.Environment, t.kind.Kind, t.object, t.out.scope.Account, cause)
	if t.out.drift {
		t.out.said.into(&made.of)
	}
	return made
}
