// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package manifest_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestWhatTheSchemaRefusesComesWithWhatToWrite(t *testing.T) {
	const (
		noList   = "Invalid value: must not be empty: remove the field, or list at least 1 item"
		noText   = "Invalid value: must not be empty: remove the field, or give it a value"
		noObject = "Invalid value: must not be empty: remove the field, or set a field in it"
		list     = "Invalid value: must be of type array: write a list, in brackets or as lines that begin with a dash"
		quotes   = "Invalid value: must be of type string: write the value in quotes"
	)
	role := map[string][]string{
		"statements: []":                    {"spec.statements: " + noList},
		"managedPolicies: []":               {"spec.managedPolicies: " + noList},
		"trust: {regions: []}":              {"spec.trust.regions: " + noList},
		"ignore: {tags: []}":                {"spec.ignore.tags: " + noList},
		"ignore: {}":                        {"spec.ignore: " + noObject},
		"roleName: ''":                      {"spec.roleName: " + noText},
		"path: ''":                          {"spec.path: " + noText},
		"permissionsBoundary: ''":           {"spec.permissionsBoundary: " + noText},
		"inlinePolicyName: ''":              {"spec.inlinePolicyName: " + noText},
		"accountRef: {name: ''}":            {"spec.accountRef.name: Invalid value: must not be empty: give it a value"},
		"accountRef: {}":                    {"spec.accountRef.name: Required value: add it: name of the AWSAccount"},
		"accountRef: default":               {"spec.accountRef: Invalid value: must be of type object: write {name: …}"},
		"capabilities: Volumes":             {"spec.capabilities: " + list},
		"statements: {effect: Allow}":       {"spec.statements: Invalid value: must be of type array: write a list, with a dash before each of its items"},
		"managedPolicies: [a]":              {"spec.managedPolicies[0]: Invalid value: must be of type object: write it with its fields, arn, policyRef, such as {arn: …}"},
		"tags: [{Key: a, Value: b}]":        {"spec.tags: Invalid value: must be of type object: write keys with their values, such as {key: value}"},
		"tags: {a: 1}":                      {"spec.tags.a: " + quotes},
		"tags: {a: [b]}":                    {"spec.tags.a: Invalid value: must be of type string: write a single text, neither a list nor a map"},
		"maxSessionDurationSeconds: '3600'": {"spec.maxSessionDurationSeconds: Invalid value: must be of type integer: write a number, without quotes"},
		"maxSessionDurationSeconds: 60":     {"spec.maxSessionDurationSeconds: Invalid value: 60: should be greater than or equal to 3600: choose 3600 to 43200"},
		"type: CodeDeploy, grants: {passRoles: [{name: a}]}": {"spec.grants.passRoles[0]: Invalid value: exactly one of the fields in [arn roleRef] must be set", "spec.grants.passRoles[0].name: Forbidden: unknown field, did you mean roleRef.name?"},
		"grants: {passRoles: [{roleRef: a}]}":                {"spec.grants.passRoles[0].roleRef: Invalid value: must be of type object: write {name: …}"},
		"grants: {secrets: {secretARNs: a}}":                 {"spec.grants.secrets.secretARNs: " + list},
	}
	statement := map[string][]string{
		"sid: ''":                            {"spec.statements[0].sid: " + noText},
		"actions: s3:GetObject":              {"spec.statements[0].actions: " + list},
		"actions: []":                        {"spec.statements[0].actions: " + noList},
		"condition: {}":                      {"spec.statements[0].condition: Invalid value: must not be empty: remove the field, or give it a key"},
		"condition: {Bool: {k: true}}":       {"spec.statements[0].condition.Bool.k: " + list},
		"condition: {Bool: {k: [true]}}":     {"spec.statements[0].condition.Bool.k[0]: " + quotes},
		"condition: {Bool: {a.b/c: [true]}}": {"spec.statements[0].condition.Bool.a.b/c[0]: " + quotes},
	}
	for value, want := range statement {
		fields := map[string]string{"effect": "effect: Allow", "actions": "actions: ['s3:*']", "resources": "resources: ['*']"}
		name, _, _ := strings.Cut(value, ":")
		fields[name] = value
		var parts []string
		for _, f := range fields {
			parts = append(parts, f)
		}
		role["statements: [{"+strings.Join(parts, ", ")+"}]"] = want
	}
	for value, want := range role {
		documents := read(t, strings.Replace(minimal, "type: Task", typed(value), 1))
		if len(documents) != 1 {
			t.Fatalf("%s: the documents are %v", value, outcomes(documents))
		}
		var got []string
		for i, err := range documents[0].Errors {
			text := err.Error()
			if i < len(want) && strings.HasPrefix(text, want[i]) {
				text = want[i] // the rest is the rule's
			}
			got = append(got, text)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", value, diff)
		}
	}
}

// typed is a spec of fields, of type Task unless they name another.
func typed(fields string) string {
	if strings.HasPrefix(fields, "type:") {
		return fields
	}
	return "type: Task, " + fields
}

func TestEverythingWrongIsSaidBesideMetadataThatIsNoText(t *testing.T) {
	const advice = ": must be text, and YAML reads numbers and words such as n, no, yes and on as other types: write the value " +
		"in quotes"
	text := strings.NewReplacer("{name: app}", "{name: 7, namespace: 1.5, labels: {a: 5}, annotations: {b: true}}",
		"{type: Task}", "{type: Task, statements: []}").Replace(minimal)
	want := []string{
		"standard input, document 1, ECSRole 1.5/7",
		"  metadata.annotations[b]: Invalid value: true" + advice,
		"  metadata.labels[a]: Invalid value: 5" + advice,
		"  metadata.name: Invalid value: 7" + advice,
		"  metadata.namespace: Invalid value: 1.5" + advice,
		"  spec.statements: Invalid value: must not be empty: remove the field, or list at least 1 item",
	}
	if diff := cmp.Diff(want, outcomes(read(t, text))); diff != "" {
		t.Errorf("documents (-want +got):\n%s", diff)
	}
}
