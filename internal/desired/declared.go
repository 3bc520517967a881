// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package desired

import (
	"github.com/ecsiam/ecs-iam-controller/internal/iam"
	"github.com/ecsiam/ecs-iam-controller/internal/policy"
)

// DeclaredStatements are the statements of a role's spec, without its grants, whether or not all of it is valid; none
// where IAM would never take them, because they are more than a role may have.
func DeclaredStatements(in Inputs) *policy.Document {
	b := newBase(in.place())
	doc := &policy.Document{
		Version: policy.Version2012, Statements: b.statements(specPath.Child("statements"), in.Role.Spec.Statements),
	}
	if policy.Size(doc.Render()) > iam.InlinePoliciesSize {
		doc.Statements = nil
	}
	return doc
}
