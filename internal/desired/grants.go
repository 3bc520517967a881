// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package desired

import (
	"fmt"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/internal/iam"
	"github.com/ecsiam/ecs-iam-controller/internal/policy"
	"github.com/ecsiam/ecs-iam-controller/internal/roletype"
)

var grantsPath = specPath.Child("grants")

// grants are the statements that each grant becomes, placeholders replaced.
func (b *builder) grants() []roletype.GrantStatements {
	var given v1alpha1.Grants
	if b.spec.Grants != nil {
		given = *b.spec.Grants.DeepCopy()
	}
	if !b.known {
		return nil
	}
	b.checkReplacement(given)
	settings := roletype.GrantSettings{
		Partition: b.in.Partition, AccountID: b.in.AccountID, Regions: []string{b.values[placeholderRegion]},
		Defaults: b.spec.DefaultManagedPolicies, Principal: b.account.ServicePrincipal,
	}
	if b.spec.CodeDeploy != nil {
		settings.CodeDeploy = b.spec.CodeDeploy.ManagedPolicy
	}
	reader := &grantReader{builder: b}
	for _, name := range roletype.Given(given) {
		if !slices.Contains(b.kind.Grants, name) {
			b.refuse(field.Forbidden(grantsPath.Child(name), fmt.Sprintf("belongs to the type %s: remove it",
				strings.Join(plain(roletype.TypesWithGrant(name)), ", "))))
			continue
		}
		if grant, known := roletype.LookupGrant(name); known {
			grant.Check(reader, grantsPath.Child(name), &given)
		}
	}
	settings.PassedRoles = reader.passed
	return b.kind.StatementsByGrant(given, settings)
}

// checkReplacement asks for the grant in place of AWS's policy that may pass any role.
func (b *builder) checkReplacement(given v1alpha1.Grants) {
	defaults := b.spec.DefaultManagedPolicies
	if !b.kind.Withheld || b.kind.Replaces(given) || defaults != "" && defaults != v1alpha1.DefaultManagedPoliciesAuto {
		return
	}
	b.refuse(field.Required(grantsPath.Child(b.kind.Replacement), fmt.Sprintf("AWS's policy for type %s may pass any "+
		"role in the account, so that this grant takes its place: give it, or set spec.defaultManagedPolicies to Attach to "+
		"accept that policy, or to Omit to list everything under spec.statements", b.spec.Type)))
}

// replaced reports whether grants take the place of AWS's policies.
func (b *builder) replaced() bool { return b.spec.Grants != nil && b.kind.Replaces(*b.spec.Grants) }

// flat are the statements of all grants in one list.
func flat(parts []roletype.GrantStatements) []policy.Statement {
	var list []policy.Statement
	for _, part := range parts {
		list = append(list, part.Statements...)
	}
	return list
}

// oversized says what makes the inline policy too large, and what can be done about that.
func oversized(size int, own []policy.Statement, parts []roletype.GrantStatements) *field.Error {
	path, advice := specPath.Child("statements"), ": use wildcards, or move statements to a managed policy"
	largest := sizeOf(own)
	for _, part := range parts {
		if n := sizeOf(part.Statements); n > largest {
			largest, path = n, grantsPath
			advice = fmt.Sprintf(", and grants.%s takes %d of them: cover several of its ARNs by one with a wildcard, or "+
				"remove "+
				"the grant and allow the same in the statements of an ECSPolicy that managedPolicies names by policyRef",
				part.Field, n)
		}
	}
	return field.Invalid(path, field.OmitValueType{}, fmt.Sprintf(
		"the inline policy has %d counted characters, IAM's limit is %d%s", size, iam.InlinePoliciesSize, advice))
}

// sizeOf is how many counted characters statements take.
func sizeOf(statements []policy.Statement) int {
	if len(statements) == 0 {
		return 0
	}
	doc := policy.Document{Version: policy.Version2012, Statements: statements}
	return policy.Size(doc.Render())
}
