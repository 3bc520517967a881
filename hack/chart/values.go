// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"strings"

	"go.yaml.in/yaml/v3"
)

// value is a value of the chart that a user sets.
type value struct {
	path        []string
	description string
	fallback    string
}

func (v value) name() string { return strings.Join(v.path, ".") }

// readValues returns the values in the order of the file. A value is what has a comment; what has none groups values.
func readValues(file string) ([]value, error) {
	content, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	var document yaml.Node
	if err := yaml.Unmarshal(content, &document); err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	return collect(document.Content[0], nil)
}

func collect(node *yaml.Node, path []string) ([]value, error) {
	var values []value
	for i := 0; i < len(node.Content); i += 2 {
		key, content := node.Content[i], node.Content[i+1]
		at := append(append([]string{}, path...), key.Value)
		groups := content.Kind == yaml.MappingNode && len(content.Content) > 0
		switch comment := lastParagraph(key.HeadComment); {
		case comment != "":
			fallback, err := flow(content)
			if err != nil {
				return nil, err
			}
			values = append(values, value{at, comment, fallback})
		case !groups:
			return nil, fmt.Errorf("the value %s has no comment that says what it is", strings.Join(at, "."))
		default:
			inner, err := collect(content, at)
			if err != nil {
				return nil, err
			}
			values = append(values, inner...)
		}
	}
	return values, nil
}

// lastParagraph leaves the licence header out, which stands above the comment of the first value.
func lastParagraph(comment string) string {
	paragraphs := strings.Split(comment, "\n\n")
	var words []string
	for line := range strings.Lines(paragraphs[len(paragraphs)-1]) {
		words = append(words, strings.TrimSpace(strings.TrimPrefix(line, "#")))
	}
	return strings.Join(words, " ")
}

// flow is a default as one line.
func flow(node *yaml.Node) (string, error) {
	var value any
	if err := node.Decode(&value); err != nil {
		return "", err
	}
	text, err := json.Marshal(value)
	return string(text), err
}

// describeSchema puts the descriptions of the values into the schema, and fails where the two name different values.
func describeSchema(file string, values []value) ([]byte, error) {
	content, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	var schema map[string]any
	if err := json.Unmarshal(content, &schema); err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	described := map[string]bool{"global": true}
	for _, v := range values {
		at := schema
		for _, key := range v.path {
			properties, _ := at["properties"].(map[string]any)
			if at, _ = properties[key].(map[string]any); at == nil {
				return nil, fmt.Errorf("%s does not know the value %s", file, v.name())
			}
		}
		at["description"] = v.description
		described[v.name()] = true
	}
	if extra := undescribed(schema, "", described); extra != "" {
		return nil, fmt.Errorf("%s knows %s, which is no value", file, extra)
	}
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	err = encoder.Encode(schema)
	return out.Bytes(), err
}

// undescribed names a property that is neither a value nor part of one.
func undescribed(schema map[string]any, path string, described map[string]bool) string {
	properties, _ := schema["properties"].(map[string]any)
	for name, property := range properties {
		at := strings.TrimPrefix(path+"."+name, ".")
		if described[at] {
			continue
		}
		inner, _ := property.(map[string]any)
		if _, groups := inner["properties"]; !groups {
			return at
		}
		if extra := undescribed(inner, at, described); extra != "" {
			return extra
		}
	}
	return ""
}
