// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package desired

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
)

// RoleRef is an ECSRole of the namespace that a role refers to.
type RoleRef struct {
	// ARN is that of the role in IAM, which need not exist yet.
	ARN string
	// Type is the role's type.
	Type v1alpha1.RoleType
	// Unready says why the role must not be referred to yet, empty when it may.
	Unready string
	// Disowned says that the role is somebody else's, so that it must not be passed any longer either.
	Disowned bool
}

// PolicyRef is an ECSPolicy of the namespace that a role refers to.
type PolicyRef struct {
	// ARN is that of the policy in IAM.
	ARN string
	// Unready says why the policy cannot be attached yet, empty when it can.
	Unready string
}

// References are what an object refers to, by the names of the objects, each once.
type References struct {
	// Roles are names of ECSRoles of the same namespace.
	Roles []string
	// RoleNames are names in IAM, for which an ECSRole of the namespace is looked for.
	RoleNames []string
	// Policies are names of ECSPolicies of the same namespace.
	Policies []string
	// Trusted are names in IAM of the roles that the trust policy names, of whatever namespace.
	Trusted []string
}

// ReferencesOf lists what Build needs to know of other objects. What is not valid is left out, Build refuses it.
func ReferencesOf(in Inputs) References {
	var refs References
	if grants := in.Role.Spec.Grants; grants != nil {
		values := newPlaceholders(in.place())
		for _, passed := range grants.PassRoles {
			arn, err := values.expand(string(passed.ARN))
			switch name := lastPart(arn); {
			case passed.RoleRef != nil:
				refs.Roles = append(refs.Roles, passed.RoleRef.Name)
			case arn != "" && err == nil && (in.Account == nil || !in.ownName(name)):
				refs.RoleNames = append(refs.RoleNames, name)
			}
		}
	}
	for i := range in.Role.Spec.ManagedPolicies {
		if ref := in.Role.Spec.ManagedPolicies[i].PolicyRef; ref != nil {
			refs.Policies = append(refs.Policies, ref.Name)
		}
	}
	refs.Trusted = trusted(in)
	refs.Roles, refs.RoleNames, refs.Policies = each(refs.Roles), each(refs.RoleNames), each(refs.Policies)
	return refs
}

// trusted are the names of the roles that a trust policy names.
func trusted(in Inputs) []string {
	if in.Role.Spec.Trust == nil {
		return nil
	}
	values := newPlaceholders(in.place())
	var names []string
	for _, statement := range in.Role.Spec.Trust.AdditionalStatements {
		for _, principal := range statement.Principals.AWS {
			if arn, err := values.expand(string(principal)); err == nil && strings.Contains(arn, ":role/") {
				names = append(names, lastPart(arn))
			}
		}
	}
	return each(names)
}

func each(names []string) []string {
	slices.Sort(names)
	return slices.Compact(names)
}

// lastPart is what follows the last slash: the name in the ARN of a role.
func lastPart(arn string) string { return arn[strings.LastIndexByte(arn, '/')+1:] }

// ownName reports whether a name in IAM belongs to the object's namespace whoever made the role.
func (in Inputs) ownName(name string) bool { return in.naming().Gives(in.Role.Namespace, name) }

func (in Inputs) naming() Naming {
	if in.Account == nil {
		return NamingOf(nil)
	}
	return NamingOf(&in.Account.Spec)
}

// OwnName reports whether the name in IAM of an object's role belongs to the object's namespace whoever made the role.
// Any other name may be that of a role which somebody else owns.
func OwnName(in Inputs) bool { return in.ownName(RoleName(in.Role, in.Account)) }

// RoleARN is the ARN of the role that an object stands for, which is known before the role exists. A role whose spec
// sets no path stays where it was created when the account's default changes, so its status is asked for the path; a
// name is unique in an account whatever the path, so that a wrong status can at most name a role that is not there.
func RoleARN(in Inputs) string {
	object, name := in.Role, RoleName(in.Role, in.Account)
	prefix := "arn:" + in.Partition + ":iam::" + in.AccountID + ":role"
	if known, ok := strings.CutPrefix(object.Status.RoleARN, prefix); ok {
		path := strings.TrimSuffix(known, lastPart(known))
		if strings.EqualFold(lastPart(known), name) && entityPath.MatchString(path) &&
			(object.Spec.Path == "" || object.Spec.Path == path) {
			return object.Status.RoleARN
		}
	}
	return prefix + rolePath(object, in.Account) + name
}

// rolePath is the spec's, else that of the account's guardrails, else the account's default, else the root.
func rolePath(object *v1alpha1.ECSRole, account *v1alpha1.AWSAccount) string {
	bound := ""
	if account != nil {
		bound, _ = RolePathBound(&account.Spec, object.Namespace)
	}
	switch {
	case object.Spec.Path != "":
		return object.Spec.Path
	case bound != "":
		return bound
	case account != nil && account.Spec.Defaults != nil && account.Spec.Defaults.Path != "":
		return account.Spec.Defaults.Path
	}
	return "/"
}

// Unresolved is one reference to an object that cannot be referred to yet.
type Unresolved struct {
	// Field is the path of the reference.
	Field string
	// Kind and Name are the object's; it is in the namespace of the one that refers to it.
	Kind, Name string
	// Why says what is the matter.
	Why string
}

// UnresolvedError says that the spec is valid and refers to objects that are not there or not ready.
type UnresolvedError struct {
	References []Unresolved
}

// Error names every reference.
func (e *UnresolvedError) Error() string {
	texts := make([]string, len(e.References))
	for i, ref := range e.References {
		texts[i] = fmt.Sprintf("%s: %s %s %s", ref.Field, ref.Kind, ref.Name, ref.Why)
	}
	return strings.Join(texts, "; ")
}

// await records a reference that cannot be resolved yet.
func (b *builder) await(path *field.Path, kind, name, why string) {
	b.unresolved = append(b.unresolved, Unresolved{Field: path.String(), Kind: kind, Name: name, Why: why})
}

const notThere = "does not exist in this namespace: create it, or correct the name"

// passedRoles are the ARNs of grants.passRoles, each once.
func (b *builder) passedRoles(path *field.Path, list []v1alpha1.PassedRole) []string {
	var arns []string
	for i, passed := range list {
		var arn string
		at := path.Index(i)
		switch {
		case (passed.RoleRef != nil) == (passed.ARN != ""):
			b.refuse(field.Invalid(at, field.OmitValueType{},
				"give exactly one of roleRef, which is an ECSRole in this namespace, and arn"))
			continue
		case passed.RoleRef != nil:
			arn = b.passedByName(at.Child("roleRef", "name"), passed.RoleRef.Name)
		default:
			arn = b.passedByARN(at.Child("arn"), string(passed.ARN))
		}
		if arn != "" && !slices.Contains(arns, arn) {
			arns = append(arns, arn)
		}
	}
	return arns
}

func (b *builder) passedByName(path *field.Path, name string) string {
	ref, ok := b.in.RoleRefs[name]
	switch {
	case !ok:
		b.await(path, v1alpha1.KindECSRole, name, notThere)
		return ""
	case !slices.Contains(b.kind.Passes.Types, ref.Type):
		b.refuse(field.Invalid(path, name, b.typeAdvice(ref.Type)))
	case !strings.HasPrefix(ref.ARN, b.rolePrefix()):
		b.refuse(field.Invalid(path, name, "is in another AWS account, and a role can pass only roles of its own: name an "+
			"ECSRole whose accountRef is the same"))
	case ref.Unready != "":
		b.await(path, v1alpha1.KindECSRole, name, ref.Unready)
	}
	if ref.Disowned {
		return ""
	}
	return ref.ARN
}

func (b *builder) typeAdvice(kind v1alpha1.RoleType) string {
	return fmt.Sprintf("is of type %s, which %s does not take: name a role of type %s",
		kind, b.kind.Passes.Service, strings.Join(plain(b.kind.Passes.Types), " or "))
}

func (b *builder) rolePrefix() string {
	return "arn:" + b.in.Partition + ":iam::" + b.in.AccountID + ":role/"
}

// passedByARN takes roles of the namespace only: whoever may pass a role can act as it.
func (b *builder) passedByARN(path *field.Path, raw string) string {
	arn := b.arn(path, raw, roleForm)
	if arn == "" {
		return ""
	}
	for _, name := range slices.Sorted(maps.Keys(b.in.RoleRefs)) {
		if b.in.RoleRefs[name].ARN == arn {
			return b.passedByName(path, name)
		}
	}
	if !b.in.ownName(lastPart(arn)) {
		b.refuse(field.Forbidden(path, fmt.Sprintf("role %s does not belong to this namespace: whoever passes a role can "+
			"act as it, so that only roles are allowed whose names %s, and those of ECSRoles here", lastPart(arn),
			b.in.naming().Names(b.in.Role.Namespace))))
	}
	return arn
}

// referredPolicy is the ARN of an ECSPolicy.
func (b *builder) referredPolicy(path *field.Path, name string) string {
	ref, ok := b.in.PolicyRefs[name]
	switch {
	case name == "":
		b.refuse(field.Required(path, "name an ECSPolicy in this namespace"))
	case !ok:
		b.await(path, v1alpha1.KindECSPolicy, name, notThere)
	case b.policyARNAdvice(ref.ARN) != "":
		b.refuse(field.Invalid(path, name, b.policyARNAdvice(ref.ARN)))
	case ref.Unready != "":
		b.await(path, v1alpha1.KindECSPolicy, name, ref.Unready)
	}
	return ref.ARN
}

// passes reports whether the object may have passRoles at all.
func (b *builder) passes() bool {
	capability := b.kind.Passes.Capability
	return capability == "" || slices.Contains(b.spec.Capabilities, capability)
}

// RolePath is the path of the role that an object stands for: that of the role that it has already unless its spec
// sets another one.
func RolePath(role *v1alpha1.ECSRole, account *v1alpha1.AWSAccount) string {
	if _, known, ok := strings.Cut(role.Status.RoleARN, ":role"); ok && role.Spec.Path == "" {
		return strings.TrimSuffix(known, lastPart(known))
	}
	return rolePath(role, account)
}
