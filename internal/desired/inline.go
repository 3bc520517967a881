// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package desired

import (
	"cmp"

	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/internal/iam"
	"github.com/ecsiam/ecs-iam-controller/internal/policy"
)

// inlinePolicyName is the name of the object's own inline policy, also when it has none.
func (b *builder) inlinePolicyName() string {
	return cmp.Or(b.spec.InlinePolicyName, v1alpha1.DefaultInlinePolicyName)
}

// inlinePolicies is the one inline policy that holds statements and grants, or none.
func (b *builder) inlinePolicies() map[string]string {
	name, path := b.inlinePolicyName(), specPath.Child("statements")
	own := len(b.spec.Statements)
	statements, granted := b.statements(path, b.spec.Statements), b.grants()
	statements = append(statements, flat(granted)...)
	b.checkName(specPath.Child("inlinePolicyName"), name, "an inline policy name", policyNameLength)
	if len(statements) == 0 {
		return nil
	}
	doc := policy.Document{Version: policy.Version2012, Statements: statements}
	b.checkDocument(&doc, policy.IdentityPolicy, func(p policy.Problem) *field.Path {
		switch {
		case p.Statement < 0:
			return path
		case p.Statement >= own:
			return grantsPath
		}
		return problemPath(path.Index(p.Statement), p, &doc.Statements[p.Statement])
	})
	b.find(&doc, policy.IdentityPolicy, 0, own, path)
	if doc.OnlyDenies() {
		markDenials(doc.Statements)
	}
	text := doc.Render()
	if n := policy.Size(text); n > iam.InlinePoliciesSize {
		b.refuse(oversized(n, statements[:own], granted))
	}
	return map[string]string{name: string(text)}
}
