// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package desired

import (
	"fmt"
	"regexp"
	"strings"
	"unicode/utf8"

	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/internal/iam"
	"github.com/ecsiam/ecs-iam-controller/internal/roletype"
)

const (
	// objectNameLength bounds metadata.name, so that the owner tag fits and labels can hold the name.
	objectNameLength = 63
	// pathLength bounds paths in IAM.
	pathLength = 512
)

var (
	// entityName and entityPath are IAM's patterns of the parameters RoleName and Path.
	entityName = regexp.MustCompile(`^[\w+=,.@-]+$`)
	entityPath = regexp.MustCompile(`^/([\x21-\x7E]+/)?$`)
)

// RoleName is the name in IAM of the role that an object stands for: roleName, or the account's default,
// <namespace>_<name> if it says nothing else. Neither namespace nor name can hold an underscore, so no two objects have
// one default name. The account may be nil.
func RoleName(role *v1alpha1.ECSRole, account *v1alpha1.AWSAccount) string {
	if role.Spec.RoleName != "" {
		return role.Spec.RoleName
	}
	return defaultName(role.Namespace, role.Name, account, role.Status.RoleARN)
}

// ProfileName is the name in IAM of the instance profile that an object stands for, empty for types without one.
func ProfileName(role *v1alpha1.ECSRole, account *v1alpha1.AWSAccount) string {
	kind, _ := roletype.Lookup(role.Spec.Type)
	switch {
	case !kind.InstanceProfile:
		return ""
	case role.Spec.InstanceProfile != nil && role.Spec.InstanceProfile.Name != "":
		return role.Spec.InstanceProfile.Name
	}
	return RoleName(role, account)
}

// owners gives the owner tag of the object and the values that it had under earlier cluster ids.
func owners(in Inputs) (owner string, former []string) {
	return ownersOf(in.Role.Namespace, in.Role.Name, in.ClusterID, in.Account)
}

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

func entityNameAdvice(what string) string {
	return what + " holds letters, digits and _+=,.@- only: remove spaces, slashes and the like"
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

// accountPath begins the paths of fields of the AWSAccount.
var accountPath = field.NewPath(v1alpha1.KindAWSAccount, "spec")

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
