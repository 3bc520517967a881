// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/internal/roletype"
)

// roleTypes is the table of all types.
func roleTypes(string, string) (string, error) {
	types := roletype.All()
	rows := make([][]string, 0, len(types))
	for _, t := range types {
		link := "[" + code(string(t.Name)) + "](#" + strings.ToLower(string(t.Name)) + ")"
		rows = append(rows, []string{link, code(t.Principal.Default), policies(t), protection(t), profile(t)})
	}
	return table([]string{
		"Type", "Trusts", "AWS managed policies under `Auto`", "Confused-deputy condition", "Instance profile",
	}, rows), nil
}

func policies(t roletype.Type) string {
	switch {
	case len(t.Capabilities) > 0:
		return "one for each of `capabilities`"
	case len(t.ManagedPolicies) == 0:
		return "none; AWS has none"
	case t.Withheld:
		return "none; AWS's may pass any role"
	}
	return codes(names(t.ManagedPolicies))
}

func names(list []roletype.ManagedPolicy) []string {
	all := make([]string, len(list))
	for i, p := range list {
		all[i] = p.Name
	}
	return all
}

func protection(t roletype.Type) string {
	switch t.ConfusedDeputy.When {
	case roletype.ByDefault:
		return "by default"
	case roletype.OptIn:
		return "on request"
	case roletype.Never:
	}
	return "never"
}

func profile(t roletype.Type) string {
	if t.InstanceProfile {
		return "yes"
	}
	return "no"
}

// roleType is what the catalogue says of one type, and its trust policy.
func roleType(_, name string) (string, error) {
	t, ok := roletype.Lookup(v1alpha1.RoleType(name))
	if !ok {
		return "", fmt.Errorf("the catalogue has no type %s", name)
	}
	rows := [][]string{
		{"Trusts", principal(t)},
		{"Confused-deputy condition", condition(t)},
		{"AWS managed policies", attached(t)},
		{"Grants", given(t)},
		{"Instance profile", profile(t)},
		{"Name in AWS's guides", conventional(t)},
		{"AWS's page", cell(t.Topic)},
	}
	if t.Successor != "" {
		rows = append(rows, []string{"Replaced by", "service-linked role " + code(t.Successor)})
	}
	trust, err := trustPolicy(t)
	return table([]string{"", ""}, rows) + pitfalls(t) +
		"\nTrust policy in account 111122223333:\n\n```json\n" + trust + "\n```\n", err
}

// pitfalls are the sentences that the plugin's explain prints, as a list.
func pitfalls(t roletype.Type) string {
	var text strings.Builder
	text.WriteString("\nWhat goes wrong:\n\n")
	for _, pitfall := range t.Pitfalls() {
		text.WriteString("- " + strings.ReplaceAll(pitfall, "*", `\*`) + "\n")
	}
	return text.String()
}

func principal(t roletype.Type) string {
	parts := make([]string, 0, 1+len(t.Principal.Partitions))
	parts = append(parts, code(t.Principal.Default))
	for _, partition := range slices.Sorted(maps.Keys(t.Principal.Partitions)) {
		parts = append(parts, "in "+code(partition)+" "+code(t.Principal.Partitions[partition]))
	}
	return strings.Join(parts, ", ")
}

func condition(t roletype.Type) string {
	arn := "with `aws:SourceArn` " +
		code("arn:{partition}:"+t.ConfusedDeputy.Service+":*:{accountID}:"+t.ConfusedDeputy.Resource)
	switch t.ConfusedDeputy.When {
	case roletype.ByDefault:
		return "by default, " + arn
	case roletype.OptIn:
		return "on request (`confusedDeputyProtection: Enabled`), " + arn
	case roletype.Never:
	}
	return "never: the service does not send the keys"
}

func attached(t roletype.Type) string {
	var parts []string
	if len(t.ManagedPolicies) > 0 {
		parts = append(parts, codes(names(t.ManagedPolicies)))
	}
	if len(t.Limited) > 0 {
		parts = append(parts, "or, with `codeDeploy.managedPolicy: Limited`, "+codes(names(t.Limited)))
	}
	switch {
	case len(t.Capabilities) > 0:
		return "by capability, see below"
	case len(parts) == 0:
		return "none; AWS has none"
	case t.Withheld:
		parts = append(parts, "attached with `defaultManagedPolicies: Attach` only")
	}
	return strings.Join(parts, "; ")
}

// given are the fields of spec.grants that the type has.
func given(t roletype.Type) string {
	switch {
	case len(t.Grants) == 0:
		return "none"
	case t.Withheld:
		return codes(t.Grants) + "; under `Auto` " + code(t.Replacement) + " is required"
	case t.Replacement != "":
		return codes(t.Grants) + "; under `Auto` " + code(t.Replacement) + " takes the place of " + codes(names(replaced(t)))
	}
	return codes(t.Grants)
}

// replaced are the policies of AWS that a grant takes the place of.
func replaced(t roletype.Type) []roletype.ManagedPolicy {
	return slices.DeleteFunc(slices.Clone(t.ManagedPolicies), func(p roletype.ManagedPolicy) bool { return p.Kept })
}

func conventional(t roletype.Type) string {
	if t.ConventionalName == "" {
		return "none"
	}
	return code(t.ConventionalName)
}

func trustPolicy(t roletype.Type) (string, error) {
	doc := t.TrustPolicy(roletype.TrustSettings{Partition: "aws", AccountID: "111122223333"})
	var out bytes.Buffer
	if err := json.Indent(&out, doc.Render(), "", "  "); err != nil {
		return "", fmt.Errorf("indenting the trust policy: %w", err)
	}
	return out.String(), nil
}

// capabilities is the table of the capabilities of a type and their policies.
func capabilities(_, name string) (string, error) {
	t, ok := roletype.Lookup(v1alpha1.RoleType(name))
	if !ok {
		return "", fmt.Errorf("the catalogue has no type %s", name)
	}
	var rows [][]string
	for _, c := range roletype.Capabilities() {
		rows = append(rows, []string{code(string(c)), code(t.Capabilities[c].Name)})
	}
	return table([]string{"Capability", "AWS managed policy"}, rows), nil
}
