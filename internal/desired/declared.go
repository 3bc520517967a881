// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package desired

import "github.com/ecsiam/ecs-iam-controller/internal/policy"

// DeclaredStatements are the statements of a role's spec, without its grants, whether or not all of it is valid.
func DeclaredStatements(in Inputs) *policy.Document {
	b := newBase(in.place())
	return &policy.Document{
		Version: policy.Version2012, Statements: b.statements(specPath.Child("statements"), in.Role.Spec.Statements),
	}
}
