// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package desired

import (
	"strings"

	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/internal/roletype"
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

// RolePath is the path of the role that an object stands for: that of the role that it has already unless its spec
// sets another one.
func RolePath(role *v1alpha1.ECSRole, account *v1alpha1.AWSAccount) string {
	if _, known, ok := strings.Cut(role.Status.RoleARN, ":role"); ok && role.Spec.Path == "" {
		return strings.TrimSuffix(known, lastPart(known))
	}
	return rolePath(role, account)
}

// PolicyName is the name in IAM of the policy that an object stands for: policyName, or the account's default. The
// account may be nil.
func PolicyName(object *v1alpha1.ECSPolicy, account *v1alpha1.AWSAccount) string {
	if object.Spec.PolicyName != "" {
		return object.Spec.PolicyName
	}
	return defaultName(object.Namespace, object.Name, account, object.Status.PolicyARN)
}

// PolicyARN is the ARN of the policy that an object stands for, which is known before the policy exists. A policy
// whose spec sets no path stays where it was created when the account's default changes, so its status is asked for
// the path; a name is unique in an account whatever the path, so that a wrong status can at most name a policy that
// is not there.
func PolicyARN(object *v1alpha1.ECSPolicy, account *v1alpha1.AWSAccount, accountID, partition string) string {
	name := PolicyName(object, account)
	prefix := "arn:" + partition + ":iam::" + accountID + ":policy"
	if known, ok := strings.CutPrefix(object.Status.PolicyARN, prefix); ok {
		slash := strings.LastIndexByte(known, '/') + 1
		path := known[:slash]
		if strings.EqualFold(known[slash:], name) && (object.Spec.Path == "" || object.Spec.Path == path) {
			return object.Status.PolicyARN
		}
	}
	path, _ := policyPath(object, account)
	return prefix + path + name
}

// policyPath is the spec's, else the account's default, else the root, and the field that it comes from.
func policyPath(object *v1alpha1.ECSPolicy, account *v1alpha1.AWSAccount) (string, *field.Path) {
	own := specPath.Child("path")
	switch {
	case object.Spec.Path != "":
		return object.Spec.Path, own
	case account != nil && account.Spec.Defaults != nil && account.Spec.Defaults.Path != "":
		return account.Spec.Defaults.Path, accountPath.Child("defaults", "path")
	}
	return "/", own
}

func policyOwners(in PolicyInputs) (owner string, former []string) {
	return ownersOf(in.Policy.Namespace, in.Policy.Name, in.ClusterID, in.Account)
}

// ownersOf gives the owner tag of an object and the values that it had under earlier cluster ids.
func ownersOf(namespace, name, cluster string, account *v1alpha1.AWSAccount) (owner string, former []string) {
	suffix := "/" + namespace + "/" + name
	if account != nil {
		for _, id := range account.Spec.FormerClusterIDs {
			former = append(former, string(id)+suffix)
		}
	}
	return cluster + suffix, former
}
