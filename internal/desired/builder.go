// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package desired

import (
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/internal/roletype"
)

// builder makes the parts of a role.
type builder struct {
	base

	in   Inputs
	spec *v1alpha1.ECSRoleSpec
	// kind is the catalogue's entry; known is false for a type that the catalogue does not have.
	kind  roletype.Type
	known bool
	// exceeded are the errors of what is valid and exceeds a quota of the account.
	exceeded field.ErrorList
	// unresolved are the references to what is not there yet.
	unresolved []Unresolved
}

func newBuilder(in Inputs) *builder {
	b := &builder{base: newBase(in.place()), in: in, spec: &in.Role.Spec}
	b.kind, b.known = roletype.Lookup(b.spec.Type)
	return b
}

// exceed records that a field asks for more than a quota of the account.
func (b *builder) exceed(err *field.Error) { b.exceeded = append(b.exceeded, err) }

// await records a reference that cannot be resolved yet.
func (b *builder) await(path *field.Path, kind, name, why string) {
	b.unresolved = append(b.unresolved, Unresolved{Field: path.String(), Kind: kind, Name: name, Why: why})
}
