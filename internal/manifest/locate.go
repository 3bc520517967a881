// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package manifest

import (
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// Position is a place in a file; line and column count from 1, and 0 stands for one that is not known.
type Position struct{ Line, Column int }

// Locator finds the fields of one document in its file.
type Locator struct {
	root *yaml.Node
	line int
}

// NewLocator reads a text in YAML or JSON. In one that cannot be read nothing is found.
func NewLocator(text []byte) Locator {
	var document yaml.Node
	if err := yaml.Unmarshal(text, &document); err != nil || len(document.Content) == 0 {
		return Locator{}
	}
	return Locator{root: document.Content[0]}
}

// Locator reads the document once more, with positions.
func (d *Document) Locator() Locator {
	l := NewLocator(d.text)
	l.line = d.line
	if d.item < 0 {
		return l
	}
	if _, items := child(l.root, "items"); items != nil && d.item < len(items.Content) {
		l.root = items.Content[d.item]
	}
	return l
}

// Find returns the position of a field such as spec.statements[0].condition[Bool][aws:SecureTransport]: that of its
// value if that is text, else of its key. What is not there has the position of what would hold it.
func (l Locator) Find(field string) Position {
	node, at := l.root, l.root
	for _, step := range steps(field) {
		key, value := child(node, step)
		if value == nil && step == "0" {
			continue // IAM takes one value for a list of one
		}
		if value == nil {
			break
		}
		node, at = value, value
		if value.Kind != yaml.ScalarNode && key != nil {
			at = key
		}
	}
	if at == nil {
		return Position{}
	}
	return Position{at.Line + l.line, at.Column}
}

// steps takes a path apart. What stands in brackets is one step, dots included.
func steps(field string) []string {
	var list []string
	for field != "" {
		end := strings.IndexAny(field, ".[")
		switch {
		case end < 0:
			return append(list, field)
		case end > 0:
			list = append(list, field[:end])
		}
		rest := field[end+1:]
		if field[end] == '[' {
			step, after, _ := strings.Cut(rest, "]")
			list, rest = append(list, step), strings.TrimPrefix(after, ".")
		}
		field = rest
	}
	return list
}

// child finds a key of a mapping, with the node of the key, or an item of a list. A mapping has what it merges, too.
func child(node *yaml.Node, step string) (key, value *yaml.Node) {
	node = resolved(node)
	if node == nil {
		return nil, nil
	}
	if node.Kind == yaml.SequenceNode {
		if i, err := strconv.Atoi(step); err == nil && i >= 0 && i < len(node.Content) {
			return nil, node.Content[i]
		}
		return nil, nil
	}
	if node.Kind != yaml.MappingNode {
		return nil, nil
	}
	for i := 0; i+1 < len(node.Content); i += 2 {
		if node.Content[i].Value == step {
			return node.Content[i], node.Content[i+1]
		}
	}
	for i := 0; i+1 < len(node.Content); i += 2 {
		if node.Content[i].Tag == "!!merge" {
			if key, value = merged(node.Content[i+1], step); value != nil {
				return key, value
			}
		}
	}
	return nil, nil
}

// merged looks in what stands behind "<<", which is a mapping or a list of mappings.
func merged(node *yaml.Node, step string) (key, value *yaml.Node) {
	node = resolved(node)
	if node == nil || node.Kind != yaml.SequenceNode {
		return child(node, step)
	}
	for _, item := range node.Content {
		if key, value = child(item, step); value != nil {
			return key, value
		}
	}
	return nil, nil
}

func resolved(node *yaml.Node) *yaml.Node {
	if node != nil && node.Kind == yaml.AliasNode {
		return node.Alias
	}
	return node
}
