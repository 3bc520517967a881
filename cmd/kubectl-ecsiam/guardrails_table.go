// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
)

// writeBoundsTable writes one line for each bound, and says what is in force where no field sets it.
func writeBoundsTable(w io.Writer, list []namespaceBounds) error {
	table := tabwriter.NewWriter(w, 0, 0, 3, ' ', 0)
	fmt.Fprintln(table, "ACCOUNT\tBOUND\tWHAT PASSES")
	for i := range list {
		for _, row := range boundRows(&list[i]) {
			fmt.Fprintf(table, "%s\t%s\t%s\n", list[i].Account, row.bound, row.passes)
		}
	}
	return table.Flush() //nolint:wrapcheck // of standard output
}

// boundRow is a bound with one of the things that pass it.
type boundRow struct{ bound, passes string }

func boundRows(b *namespaceBounds) []boundRow {
	g, restricted := &b.Guardrails, b.Guardrails.Mode == v1alpha1.GuardrailModeRestricted
	absent := func(text string) string {
		if !restricted {
			return "anything"
		}
		return text
	}
	rows := []boundRow{{"mode", string(g.Mode)}}
	add := func(bound, otherwise string, passes ...string) {
		if len(passes) == 0 {
			passes = []string{otherwise}
		}
		for _, text := range passes {
			rows = append(rows, boundRow{bound, text})
		}
	}
	add("types", "every role type", joined(g.Types)...)
	add("names", "none without a rule", nonEmpty(string(g.DefaultNamePattern))...)
	rows = append(rows, nameRows(g.Names)...)
	add("rolePath", "any path", nonEmpty(string(g.RolePath))...)
	add("permissionsBoundary", "none is forced", nonEmpty(g.PermissionsBoundary)...)
	add("allow", absent("everything that cannot raise permissions; wildcards in actions only behind Get, List, Describe, "+
		"BatchGet and Head"), allowed(g.Allow)...)
	add("deny", "nothing is denied beside", denied(g.Deny)...)
	add("managedPolicyARNs", absent("those of the role type, and ECSPolicies of the namespace"),
		plain(g.ManagedPolicyARNs)...)
	add("trust", absent("the service of the role type under its conditions"), trusted(g.Trust)...)
	add("tags", absent("none"), tagged(g.Tags)...)
	add("ignore", absent("nothing"), ignorable(g.Ignore)...)
	add("deletionPolicies", absent("Delete"), joined(g.DeletionPolicies)...)
	add("attachTo", "no users, no groups", attachable(g.AttachTo)...)
	add("protectedARNs", "the controller's roles and policies, and boundaries", plain(g.ProtectedARNs)...)
	if n := g.MaxRolesPerNamespace; n > 0 {
		add("maxRolesPerNamespace", "", fmt.Sprintf("%d ECSRoles, the oldest first", n))
	}
	for _, text := range b.Malformed {
		add("malformed", "", text)
	}
	return rows
}

func nonEmpty(text string) []string {
	if text == "" {
		return nil
	}
	return []string{text}
}

func plain[T ~string](list []T) []string {
	texts := make([]string, 0, len(list))
	for _, text := range list {
		texts = append(texts, string(text))
	}
	return texts
}

// joined puts a list into one cell.
func joined[T ~string](list []T) []string { return nonEmpty(strings.Join(plain(list), ", ")) }

func nameRows(rules []v1alpha1.NameRule) []boundRow {
	rows := make([]boundRow, 0, len(rules))
	for _, rule := range rules {
		text := string(rule.NamePattern)
		if len(rule.Kinds) > 0 {
			text += " (" + strings.Join(plain(rule.Kinds), ", ") + ")"
		}
		rows = append(rows, boundRow{"names", text})
	}
	return rows
}

func allowed(rules []v1alpha1.PermissionRule) []string {
	texts := make([]string, 0, len(rules))
	for _, rule := range rules {
		if len(rule.Actions) == 0 || len(rule.Resources) == 0 {
			texts = append(texts, gives)
			continue
		}
		texts = append(texts, strings.Join(plain(rule.Actions), ", ")+" on "+
			strings.Join(plain(rule.Resources), ", ")+required(rule.RequireCondition))
	}
	return texts
}

// gives is what a rule gives of which nothing can be read.
const gives = "nothing: the rule is malformed"

func denied(rules []v1alpha1.DenialRule) []string {
	texts := make([]string, 0, len(rules))
	for _, rule := range rules {
		texts = append(texts, "not "+strings.Join(plain(rule.Actions), ", ")+" on "+strings.Join(plain(rule.Resources), ", "))
	}
	return texts
}

// required says which condition a statement must have, or nothing.
func required(condition v1alpha1.RequiredCondition) string {
	var texts []string
	for _, operator := range slices.Sorted(maps.Keys(condition)) {
		for _, key := range slices.Sorted(maps.Keys(condition[operator])) {
			texts = append(texts, fmt.Sprintf("%s %s %s", operator, key, strings.Join(plain(condition[operator][key]), " or ")))
		}
	}
	if len(texts) == 0 {
		return ""
	}
	return " under " + strings.Join(texts, " and ")
}

func trusted(rules []v1alpha1.TrustRule) []string {
	texts := make([]string, 0, len(rules))
	for _, rule := range rules {
		who := slices.Concat(plain(rule.Principals.AWS), plain(rule.Principals.Services), plain(rule.Principals.Federated))
		if len(who) == 0 {
			texts = append(texts, gives)
			continue
		}
		actions := "sts:AssumeRole"
		if len(rule.Actions) > 0 {
			actions = strings.Join(plain(rule.Actions), ", ")
		}
		texts = append(texts, strings.Join(who, ", ")+" with "+actions+required(rule.RequireCondition))
	}
	return texts
}

func tagged(rules []v1alpha1.TagRule) []string {
	texts := make([]string, 0, len(rules))
	for _, rule := range rules {
		text := rule.Key + " with any value"
		if len(rule.Values) > 0 {
			text = rule.Key + " = " + strings.Join(plain(rule.Values), " or ")
		}
		texts = append(texts, text)
	}
	return texts
}

func ignorable(rule *v1alpha1.IgnoreGuardrail) []string {
	if rule == nil {
		return nil
	}
	var texts []string
	for _, each := range []struct {
		what string
		list []string
	}{
		{"tags", plain(rule.Tags)},
		{"inlinePolicies", plain(rule.InlinePolicies)},
		{"managedPolicyARNs", plain(rule.ManagedPolicyARNs)},
		{"attachments", plain(rule.Attachments)},
	} {
		if len(each.list) > 0 {
			texts = append(texts, each.what+": "+strings.Join(each.list, ", "))
		}
	}
	return texts
}

func attachable(rule *v1alpha1.AttachToGuardrail) []string {
	if rule == nil {
		return nil
	}
	var texts []string
	if len(rule.Users) > 0 {
		texts = append(texts, "users: "+strings.Join(plain(rule.Users), ", "))
	}
	if len(rule.Groups) > 0 {
		texts = append(texts, "groups: "+strings.Join(plain(rule.Groups), ", "))
	}
	return texts
}
