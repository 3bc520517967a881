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
	"github.com/ecsiam/ecs-iam-controller/internal/iam"
	"github.com/ecsiam/ecs-iam-controller/internal/lazyregexp"
)

// attachTo are the users and groups, each valid, named once, and allowed by the account.
func (b *policyBuilder) attachTo() (users, groups []string) {
	list, path := b.object.Spec.AttachTo, specPath.Child("attachTo")
	if list == nil {
		return nil, nil
	}
	for _, user := range list.Users {
		users = append(users, user.Name)
	}
	for _, group := range list.Groups {
		groups = append(groups, group.Name)
	}
	var allowed v1alpha1.AttachToGuardrail
	if g := b.account.Guardrails; g != nil && g.AttachTo != nil {
		allowed = *g.AttachTo
	}
	guardrail := accountPath.Child("guardrails", "attachTo")
	users = b.checkEntities(path.Child("users"), "a user name", iam.UserNameLength, users,
		b.patterns(guardrail.Child("users"), allowed.Users))
	groups = b.checkEntities(path.Child("groups"), "a group name", iam.GroupNameLength, groups,
		b.patterns(guardrail.Child("groups"), allowed.Groups))
	return users, groups
}

// patterns are those of the account for this namespace. One that is malformed allows nothing.
func (b *policyBuilder) patterns(path *field.Path, list []v1alpha1.EntityNamePattern) []string {
	formed := slices.DeleteFunc(slices.Clone(list), func(pattern v1alpha1.EntityNamePattern) bool {
		return AttachToAdvice(string(pattern)) != ""
	})
	return expandAll(&b.base, path, formed)
}

// checkEntities checks names, and returns those that the account allows.
func (b *policyBuilder) checkEntities(
	path *field.Path, what string, limit int, names, allowed []string,
) (attachable []string) {
	seen := map[string]bool{}
	for i, name := range names {
		at, folded := path.Index(i).Child("name"), strings.ToLower(name)
		before := len(b.errs)
		if name == "" {
			b.refuse(field.Required(at, "name it, without path and ARN"))
		} else {
			b.checkName(at, name, what, limit)
		}
		switch {
		case len(b.errs) > before:
		case seen[folded]:
			b.refuse(field.Invalid(at, name, "is in the list already, and IAM's names ignore case: remove one"))
		case !MatchesAnyFold(allowed, name):
			b.forbidden = append(b.forbidden, field.Forbidden(at, fmt.Sprintf("no pattern of spec.guardrails.attachTo of the "+
				"AWSAccount matches %s: ask its owner to allow it, or remove it", name)))
		default:
			attachable = append(attachable, name)
		}
		seen[folded] = true
	}
	return attachable
}

// attachmentText is the schema's pattern of ignore.attachments.
var attachmentText = lazyregexp.New(`^(user|group|role)/[A-Za-z0-9_+=,.@*?-]+$`)

func (b *policyBuilder) checkedIgnore() PolicyIgnore {
	ignore := policyIgnore(b.object)
	for i, pattern := range ignore.Attachments {
		if pattern != "*" && !attachmentText.MatchString(pattern) {
			b.refuse(field.Invalid(specPath.Child("ignore", "attachments").Index(i), pattern,
				`an attachment is user/<name>, group/<name> or role/<name>, such as role/AWSReservedSSO_*, or "*" for all`))
		}
	}
	return ignore
}

// policyTags is the union of the account's, which win, the object's and the owner tag. Keys that differ by case are
// two.
func (b *policyBuilder) policyTags() map[string]string {
	tags := map[string]string{}
	b.checkTags(specPath.Child("tags"), b.object.Spec.Tags)
	maps.Copy(tags, b.object.Spec.Tags)
	if defaults := b.account.Defaults; defaults != nil {
		b.checkTags(accountPath.Child("defaults", "tags"), defaults.Tags)
		maps.Copy(tags, defaults.Tags)
	}
	tags[v1alpha1.TagOwner], _ = policyOwners(b.from)
	if n := len(tags); n > iam.TagsPerPolicy {
		b.refuse(field.Invalid(specPath.Child("tags"), field.OmitValueType{}, fmt.Sprintf(
			"with the account's default tags and the owner tag these are %d tags, IAM's limit is %d: remove %d",
			n, iam.TagsPerPolicy, n-iam.TagsPerPolicy)))
	}
	return tags
}

// Attachments names those that a policy is attached to, as user/<name>, group/<name> and role/<name>, in order.
func Attachments(p iam.Policy) []string {
	var all []string
	for kind, names := range map[string][]string{"user": p.Users, "group": p.Groups, "role": p.Roles} {
		for _, name := range names {
			all = append(all, kind+"/"+name)
		}
	}
	slices.Sort(all)
	return all
}

func policyIgnore(object *v1alpha1.ECSPolicy) PolicyIgnore {
	if object.Spec.Ignore == nil {
		return PolicyIgnore{}
	}
	return PolicyIgnore{
		Tags: plain(object.Spec.Ignore.Tags), Attachments: plain(object.Spec.Ignore.Attachments),
	}
}

// PolicyIgnore lists patterns, with the wildcards * and ?, of what others may add to a policy.
type PolicyIgnore struct {
	// Tags are patterns of tag keys, compared without regard to case.
	Tags []string
	// Attachments are patterns of user/<name>, group/<name> and role/<name>, compared without regard to case.
	Attachments []string
}
