// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package desired

import (
	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/internal/authz"
)

// Finding is what a check says of a field of an object.
type Finding struct {
	// Field is the path of the field, such as spec.statements[0].actions[1].
	Field string
	authz.Finding
}

// Warnings are findings as they stand in a status. An error is one of a reviewer: in the controller it stops nothing,
// because its data may be older than an action of AWS.
func Warnings(findings []Finding) []v1alpha1.Warning {
	warnings := make([]v1alpha1.Warning, len(findings))
	for i := range findings {
		warnings[i] = v1alpha1.Warning{
			Code: findings[i].Code, Field: findings[i].Field, Message: findings[i].Message(),
		}
	}
	return warnings
}
