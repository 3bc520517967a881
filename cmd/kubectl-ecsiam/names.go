// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"cmp"
	"fmt"
	"strings"

	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/ecsiam/ecs-iam-controller/internal/desired"
	"github.com/ecsiam/ecs-iam-controller/internal/manifest"
)

// names are those that the files have used, with the place where each was first.
type names map[string]string

// take notes a name, or says where it was used before.
func (n names) take(place string, key ...string) (first string, twice bool) {
	name := strings.Join(key, "/")
	if first, twice = n[name]; !twice {
		n[name] = place
	}
	return first, twice
}

// object refuses a second object of one kind, namespace and name: of two manifests a cluster keeps the one that is
// applied last.
func (n names) object(d manifest.Document) []error {
	if d.Object == "" || d.Number == 0 {
		return nil
	}
	first, twice := n.take(d.Place(), "object", d.Object)
	if !twice {
		return nil
	}
	return []error{field.Invalid(field.NewPath("metadata", "name"), d.Object,
		fmt.Sprintf("the object is declared by %s already: remove one of the two", first))}
}

// role refuses a second role or instance profile of one name in an account.
func (n names) role(r declared) []error {
	object, account := r.document.Role, cmp.Or(r.inputs.AccountID, r.document.Role.Spec.AccountRef.Name)
	role, profile := desired.RoleName(object, r.inputs.Account), desired.ProfileName(object, r.inputs.Account)
	return append(n.entity(r.document, account, "role", role, "spec.roleName"),
		n.entity(r.document, account, "instance profile", profile, "spec.instanceProfile.name")...)
}

// policy refuses a second policy of one name in an account.
func (n names) policy(p declaredPolicy) []error {
	object, account := p.document.Policy, cmp.Or(p.inputs.AccountID, p.document.Policy.Spec.AccountRef.Name)
	return n.entity(p.document, account, "policy", desired.PolicyName(object, p.inputs.Account), "spec.policyName")
}

// linked refuses a second service-linked role of one service in an account: the older object would stand for it alone.
func (n names) linked(l declaredLinked) []error {
	object := l.document.ServiceLinkedRole
	account := cmp.Or(l.accountID, object.SharedSpec().AccountName)
	first, twice := n.take(l.document.Place(), account, "role", strings.ToLower(l.role.Role))
	if !twice || l.role.Role == "" || strings.HasSuffix(first, ", "+l.document.Object) {
		return nil
	}
	return []error{field.Invalid(field.NewPath("spec", "service"), object.Spec.Service,
		fmt.Sprintf("%s is for the same service and account: remove one of the two", first))}
}

// entity compares names of IAM, which are the same without regard to case. The same object twice is refused elsewhere.
func (n names) entity(d manifest.Document, account, kind, name, path string) []error {
	if name == "" {
		return nil
	}
	first, twice := n.take(d.Place(), account, kind, strings.ToLower(name))
	if !twice || strings.HasSuffix(first, ", "+d.Object) {
		return nil
	}
	return []error{field.Invalid(field.NewPath(path), name,
		fmt.Sprintf("the %s belongs to %s already: choose another name", kind, first))}
}
