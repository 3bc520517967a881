// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package guardrail

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/internal/glob"
	"github.com/ecsiam/ecs-iam-controller/internal/policy"
)

// Role is a role as it would be, with all that is in it, whoever put it there.
type Role struct {
	Type v1alpha1.RoleType
	// Documents are the inline and the attached policies.
	Documents []Document
	// Coming are documents that attached policies are about to have: what they make together with others counts.
	Coming []Document
	// Trust is the trust policy.
	Trust Trust
	// Boundary is the permissions boundary, and DeclaredBoundary that of the spec.
	Boundary, DeclaredBoundary string
	// Tags are those that neither the controller nor the account sets.
	Tags map[string]string
	// Ignore is the spec's, nil for none.
	Ignore *v1alpha1.Ignore
	// DeletionPolicy is the spec's.
	DeletionPolicy v1alpha1.DeletionPolicy
	// Passes says which roles may be passed, by ARN, because ECSRoles of the namespace own them; nil for none.
	Passes func(arn string) bool
}

// Judge returns all that the guardrails do not allow of a role.
func (b *Bounds) Judge(r Role) []Violation {
	var all []Violation
	if !b.Admits(r.Type) {
		all = append(all, Violation{
			Field: "spec.type", Rule: b.rule(guardrailsPath.Child("types")), Parts: []string{partType},
			What: fmt.Sprintf("the type %s is not allowed", r.Type), Passes: "allowed are " + join(b.spec.Types),
		})
	}
	all = append(all, b.boundary(r)...)
	all = append(all, b.trusts(r.Trust)...)
	for i := range r.Documents {
		d := &r.Documents[i]
		all = append(all, b.attached(d)...)
		all = append(all, b.permissions(d, r.Passes)...)
	}
	all = append(all, beside(all, b.pathViolations(slices.Concat(r.Documents, r.Coming)))...)
	all = append(all, b.tags(r.Tags)...)
	if r.Ignore != nil {
		all = append(all, b.ignored(*r.Ignore, nil)...)
	}
	return append(all, b.retained(r.DeletionPolicy)...)
}

// beside are the violations that say more than others: of a part that may hold any permission all is said.
func beside(said, list []Violation) []Violation {
	return slices.DeleteFunc(list, func(v Violation) bool {
		return slices.ContainsFunc(said, func(of Violation) bool {
			return of.Everything && slices.ContainsFunc(of.Parts, v.In)
		})
	})
}

// Policy is a managed policy as it would be.
type Policy struct {
	Document Document
	// Users and Groups are those that it is attached to beside roles.
	Users, Groups []string
	Tags          map[string]string
	// Ignore are the patterns of attachments that are left alone, and of tags.
	IgnoredAttachments, IgnoredTags []string
	DeletionPolicy                  v1alpha1.DeletionPolicy
	// Holders are the other documents of each role that has the policy, by the role's name.
	Holders map[string][]Document
	// Passes says which roles may be passed, as of Role.
	Passes func(arn string) bool
}

// JudgePolicy returns all that the guardrails do not allow of a managed policy, by itself and in the roles that have
// it.
func (b *Bounds) JudgePolicy(p Policy) []Violation {
	d := p.Document
	d.Part = partDocument
	all := b.permissions(&d, p.Passes)
	seen := map[string]bool{}
	for _, role := range slices.Sorted(maps.Keys(p.Holders)) {
		for _, v := range b.pathViolations(append(slices.Clone(p.Holders[role]), d)) {
			if slices.Contains(v.Parts, partDocument) && !seen[v.What] {
				seen[v.What] = true
				v.What = "in role " + role + ": " + v.What
				all = append(all, v)
			}
		}
	}
	if len(p.Holders) == 0 {
		all = append(all, beside(all, b.pathViolations([]Document{d}))...)
	}
	all = append(all, b.lockingOut(p)...)
	all = append(all, b.tags(p.Tags)...)
	all = append(all, b.ignored(v1alpha1.Ignore{Tags: patterns(p.IgnoredTags)}, p.IgnoredAttachments)...)
	return append(all, b.retained(p.DeletionPolicy)...)
}

func patterns(list []string) []v1alpha1.Pattern {
	result := make([]v1alpha1.Pattern, 0, len(list))
	for _, text := range list {
		result = append(result, v1alpha1.Pattern(text))
	}
	return result
}

// lockingOut refuses denials for users and groups, which are nobody's in the namespace.
func (b *Bounds) lockingOut(p Policy) []Violation {
	others := len(p.Users) + len(p.Groups)
	if !b.restricted || others == 0 || p.Document.Content == nil || len(p.Document.Content.Denies()) == 0 {
		return nil
	}
	v := Violation{
		Field: p.Document.Field, Rule: b.rule(guardrailsPath.Child("mode")) + ": Restricted", Restricts: true,
		What:   "a statement with Deny would lock out users and groups that the namespace does not own",
		Passes: "statements with Deny pass in policies that only roles have",
		Parts:  []string{partDocument},
	}
	for _, user := range p.Users {
		v.Parts = append(v.Parts, "attached/user/"+user)
	}
	for _, group := range p.Groups {
		v.Parts = append(v.Parts, "attached/group/"+group)
	}
	return []Violation{v}
}

// boundary judges the permissions boundary.
func (b *Bounds) boundary(r Role) []Violation {
	forced, known := b.Boundary()
	refused := func(what, passes string) []Violation {
		return []Violation{{
			Field: "spec.permissionsBoundary", Rule: b.rule(guardrailsPath.Child("permissionsBoundary")), What: what,
			Passes: passes, Parts: []string{partBoundary},
		}}
	}
	switch {
	case !known:
		return refused("the account's boundary cannot be read", "ask the owner of the account to correct it")
	case forced == "":
		return nil
	case r.DeclaredBoundary != "" && r.DeclaredBoundary != forced:
		return refused("every role of the account has another boundary", "remove the field")
	case r.Boundary != forced:
		return refused("the role does not have the boundary that every role of the account is to have",
			"the boundary comes with the next change of the role that widens what it permits")
	}
	return nil
}

// attached judges whether a managed policy may be attached at all.
func (b *Bounds) attached(d *Document) []Violation {
	if !b.restricted || d.ARN == "" || d.ByType || d.Referred || d.Ignored ||
		policy.CoversAny(b.policies, policy.ResourceTerm(d.ARN)) {
		return nil
	}
	name := d.ARN[strings.LastIndexByte(d.ARN, '/')+1:]
	return []Violation{{
		Field: d.Field, Rule: b.rule(guardrailsPath.Child("managedPolicyARNs")), Parts: []string{d.Part},
		What:   "the policy " + name + " is not in the list",
		Passes: "an ECSPolicy of this namespace passes, named by policyRef; or ask the owner of the account to list the ARN",
	}}
}

// tags judges the tags that objects set.
func (b *Bounds) tags(tags map[string]string) []Violation {
	if !b.restricted {
		return nil
	}
	var all []Violation
	for _, key := range slices.Sorted(maps.Keys(tags)) {
		if !b.tagged(key, tags[key]) {
			all = append(all, Violation{
				Field: "spec.tags[" + key + "]", Rule: b.rule(guardrailsPath.Child("tags")), Parts: []string{partTags},
				What:   "no rule allows the tag with this value, and policies grant permissions on tags",
				Passes: b.taggable(key),
			})
		}
	}
	return all
}

func (b *Bounds) tagged(key, value string) bool {
	for _, rule := range b.spec.Tags {
		pattern, err := b.values.expand(rule.Key)
		if err != nil || !glob.MatchesFold(pattern, key) {
			continue
		}
		if len(rule.Values) == 0 {
			return true
		}
		for _, allowed := range rule.Values {
			if text, err := b.values.expand(string(allowed)); err == nil && glob.Matches(text, value) {
				return true
			}
		}
	}
	return false
}

// taggable says which values a tag may have.
func (b *Bounds) taggable(key string) string {
	var values []string
	for _, rule := range b.spec.Tags {
		pattern, err := b.values.expand(rule.Key)
		if err != nil || !glob.MatchesFold(pattern, key) {
			continue
		}
		for _, value := range rule.Values {
			text, _ := b.values.expand(string(value))
			values = append(values, text)
		}
	}
	if len(values) == 0 {
		return fmt.Sprintf("ask the owner of the account for a rule {key: %q} in spec.guardrails.tags, or for the tag in "+
			"spec.defaults.tags", key)
	}
	return "allowed values are " + strings.Join(values, ", ")
}

// ignored judges what the object leaves alone.
func (b *Bounds) ignored(ignore v1alpha1.Ignore, attachments []string) []Violation {
	if !b.restricted {
		return nil
	}
	var all []Violation
	check := func(name string, allowed, list []string) {
		for i, pattern := range list {
			if !b.ignorable(allowed, pattern) {
				all = append(all, Violation{
					Field: fmt.Sprintf("spec.ignore.%s[%d]", name, i), Rule: b.rule(guardrailsPath.Child("ignore", name)),
					Parts:  []string{partIgnore},
					What:   fmt.Sprintf("%s is not to be left alone, so that the pattern is without effect", pattern),
					Passes: "patterns within those of the rule pass",
				})
			}
		}
	}
	rules := b.ignoreRules()
	check("tags", plain(rules.Tags), plain(ignore.Tags))
	check("inlinePolicies", plain(rules.InlinePolicies), plain(ignore.InlinePolicies))
	check("managedPolicyARNs", plain(rules.ManagedPolicyARNs), plain(ignore.ManagedPolicyARNs))
	check("attachments", plain(rules.Attachments), attachments)
	return all
}

func (b *Bounds) ignoreRules() v1alpha1.IgnoreGuardrail {
	if b.spec.Ignore == nil {
		return v1alpha1.IgnoreGuardrail{}
	}
	return *b.spec.Ignore
}

// ignorable reports whether a pattern lies within one of the rule's.
func (b *Bounds) ignorable(allowed []string, pattern string) bool {
	return slices.ContainsFunc(allowed, func(rule string) bool {
		text, err := b.values.expand(rule)
		return err == nil && glob.Includes(strings.ToLower(text), strings.ToLower(pattern))
	})
}

// Ignorable returns those of an object's patterns that the account lets it leave alone.
func (b *Bounds) Ignorable(kind IgnoredKind, list []string) []string {
	if !b.restricted {
		return list
	}
	rules, allowed := b.ignoreRules(), []string(nil)
	switch kind {
	case IgnoredTags:
		allowed = plain(rules.Tags)
	case IgnoredInlinePolicies:
		allowed = plain(rules.InlinePolicies)
	case IgnoredManagedPolicies:
		allowed = plain(rules.ManagedPolicyARNs)
	case IgnoredAttachments:
		allowed = plain(rules.Attachments)
	}
	return slices.DeleteFunc(slices.Clone(list), func(pattern string) bool { return !b.ignorable(allowed, pattern) })
}

// IgnoredKind is a sort of what is ignored.
type IgnoredKind int

// The sorts.
const (
	IgnoredTags IgnoredKind = iota
	IgnoredInlinePolicies
	IgnoredManagedPolicies
	IgnoredAttachments
)

// retained judges the deletion policy.
func (b *Bounds) retained(p v1alpha1.DeletionPolicy) []Violation {
	if p != v1alpha1.DeletionRetain || b.retains() {
		return nil
	}
	return []Violation{{
		Field: "spec.deletionPolicy", Rule: b.rule(guardrailsPath.Child("deletionPolicies")),
		Parts: []string{partDeletion},
		What:  "Retain would leave behind what nothing bounds any longer", Passes: "Delete passes",
	}}
}

func plain[T ~string](list []T) []string {
	texts := make([]string, len(list))
	for i, text := range list {
		texts[i] = string(text)
	}
	return texts
}

func join[T ~string](list []T) string { return strings.Join(plain(list), ", ") }
