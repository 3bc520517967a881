// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package desired

import (
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
)

// policyBuilder makes the parts of a policy.
type policyBuilder struct {
	base

	from   PolicyInputs
	object *v1alpha1.ECSPolicy
	// forbidden are the errors of what is valid and not allowed.
	forbidden field.ErrorList
}

func newPolicyBuilder(in PolicyInputs) *policyBuilder {
	return &policyBuilder{base: newBase(in.place()), from: in, object: in.Policy}
}
