// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package desired

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/ecsiam/ecs-iam-controller/internal/iam"
)

func (b *builder) roleName() string {
	metadata := field.NewPath("metadata")
	object, path, name := b.in.Role, specPath.Child("roleName"), RoleName(b.in.Role, b.in.Account)
	if object.Name == "" {
		b.refuse(field.Required(metadata.Child("name"), "the object needs a name"))
	}
	if object.Namespace == "" {
		b.refuse(field.Required(metadata.Child("namespace"), "the owner tag and the default role name need the namespace"))
	}
	if n := len(object.Name); n > objectNameLength {
		b.refuse(field.Invalid(metadata.Child("name"), object.Name, fmt.Sprintf(
			"is %d characters long, the limit is %d: choose a shorter name, and spec.roleName for the name in IAM",
			n, objectNameLength)))
	}
	n := utf8.RuneCountInString(name)
	switch {
	case n > iam.RoleNameLength && b.spec.RoleName == "" && b.roomForNames() < 1:
		b.refuse(field.Required(path, fmt.Sprintf(
			"the default role name %q is %d characters long, IAM's limit is %d, and the namespace leaves no room for any "+
				"name: ask the owner of the AWSAccount for a rule with a shorter name in spec.guardrails.names, and set "+
				"spec.roleName to it",
			name, n, iam.RoleNameLength)))
	case n > iam.RoleNameLength && b.spec.RoleName == "":
		b.refuse(field.Required(path, fmt.Sprintf(
			"the default role name %q is %d characters long, IAM's limit is %d: set spec.roleName to a shorter name",
			name, n, iam.RoleNameLength)))
	case n > iam.RoleNameLength:
		b.refuse(field.Invalid(path, name, fmt.Sprintf(
			"is %d characters long, IAM's limit is %d: choose a shorter name", n, iam.RoleNameLength)))
	case object.Name != "" && object.Namespace != "" && !entityName.MatchString(name):
		b.refuse(field.Invalid(path, name, entityNameAdvice("a role name")))
	}
	return name
}

// roomForNames is how many characters the names of the namespace have for what tells them apart.
func (b *builder) roomForNames() int {
	return iam.RoleNameLength - len(NamingOf(&b.account).Default(b.in.Role.Namespace, ""))
}

// path is the spec's, else the account's default, else the root.
func (b *builder) path() string {
	value, path := rolePath(b.in.Role, b.in.Account), specPath.Child("path")
	if b.spec.Path == "" {
		path = accountPath.Child("defaults", "path")
	}
	switch {
	case len(value) > pathLength:
		b.refuse(field.Invalid(path, value, fmt.Sprintf(
			"is %d characters long, IAM's limit is %d: choose a shorter path", len(value), pathLength)))
	case !entityPath.MatchString(value):
		b.refuse(field.Invalid(path, value,
			"a path begins and ends with a slash, such as / or /ecs/, and holds no spaces"))
	case strings.HasPrefix(value, "/aws-service-role/") || strings.HasPrefix(value, "/aws-reserved/"):
		b.refuse(field.Invalid(path, value, "the paths /aws-service-role/ and /aws-reserved/ belong to AWS: choose another"))
	}
	return value
}

// profile is the instance profile with the role in it; path and tags are the role's.
func (b *builder) profile(role iam.Role) *iam.InstanceProfile {
	path, name := specPath.Child("instanceProfile"), ProfileName(b.in.Role, b.in.Account)
	if name == "" {
		if b.known && b.spec.InstanceProfile != nil {
			b.refuse(field.Forbidden(path,
				"only the types ContainerInstance and ManagedInstance have an instance profile: remove instanceProfile"))
		}
		return nil
	}
	if name != role.Name {
		b.checkName(path.Child("name"), name, "an instance profile name", iam.ProfileNameLength)
	}
	return &iam.InstanceProfile{Name: name, Path: role.Path, RoleName: role.Name, Tags: role.Tags}
}

// checkName refuses a name that IAM refuses.
func (b *base) checkName(path *field.Path, name, what string, limit int) {
	if n := utf8.RuneCountInString(name); n > limit {
		b.refuse(field.Invalid(path, name, fmt.Sprintf(
			"is %d characters long, IAM's limit is %d: choose a shorter name", n, limit)))
	} else if !entityName.MatchString(name) {
		b.refuse(field.Invalid(path, name, entityNameAdvice(what)))
	}
}
