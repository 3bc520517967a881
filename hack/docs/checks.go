// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"fmt"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/internal/authz"
)

// checks is the table of all codes: those of statements first, then the others that a status may have.
func checks(root, _ string) (string, error) {
	var rows [][]string
	listed := map[v1alpha1.WarningCode]bool{}
	for _, rule := range authz.Rules() {
		link := fmt.Sprintf("[%#q](#%s)", rule.Code, strings.ToLower(string(rule.Code)))
		rows = append(rows, []string{link, string(rule.Severity), cell(rule.Meaning)})
		listed[rule.Code] = true
	}
	for _, file := range []string{"api/v1alpha1/plan_types.go", "api/v1alpha1/checks_types.go"} {
		constants, err := apiConstants(root, file)
		if err != nil {
			return "", err
		}
		for _, c := range constants {
			if c.kind != "WarningCode" || listed[v1alpha1.WarningCode(c.value)] {
				continue
			}
			meaning := strings.TrimPrefix(c.comment, "means that ")
			rows = append(rows, []string{code(c.value), string(authz.Warning), cell(sentence(meaning))})
		}
	}
	return table([]string{"Code", "Severity", "Meaning"}, rows), nil
}

// checkExamples shows each code of statements with an example and its correction.
func checkExamples(string, string) (string, error) {
	var out strings.Builder
	for _, rule := range authz.Rules() {
		fmt.Fprintf(&out, "### %s\n\n%s\n\n", rule.Code, rule.Meaning)
		for _, example := range []struct{ title, spec string }{{"Found in", rule.Wrong}, {rule.Advice, rule.Right}} {
			text, err := blockYAML(example.spec)
			if err != nil {
				return "", fmt.Errorf("example of %s: %w", rule.Code, err)
			}
			fmt.Fprintf(&out, "%s:\n\n```yaml\n%s```\n\n", strings.TrimSuffix(example.title, "."), text)
		}
	}
	return out.String(), nil
}

// blockYAML writes a spec in block style, but for its innermost lists.
func blockYAML(spec string) (string, error) {
	var node yaml.Node
	if err := yaml.Unmarshal([]byte("spec:\n  "+strings.TrimSpace(asBlock(spec))), &node); err != nil {
		return "", err
	}
	loosen(&node)
	var out strings.Builder
	encoder := yaml.NewEncoder(&out)
	encoder.SetIndent(2)
	if err := encoder.Encode(&node); err != nil {
		return "", err
	}
	return out.String(), nil
}

// asBlock makes a flow mapping out of the short form of the rules.
func asBlock(spec string) string {
	if strings.HasPrefix(spec, "{") {
		return spec
	}
	return "{" + spec + "}"
}

// loosen drops the braces of everything that holds more than text.
func loosen(node *yaml.Node) {
	for _, child := range node.Content {
		if child.Kind != yaml.ScalarNode || node.Kind == yaml.MappingNode {
			node.Style = 0
		}
		loosen(child)
	}
}
