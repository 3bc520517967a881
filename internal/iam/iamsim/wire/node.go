// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package wire

import (
	"encoding/xml"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// Node is one element of an XML reply. Handlers build trees of it rather than marshal structs, because which fields an
// entity shows differs from action to action.
type Node struct {
	name     string
	text     string
	children []Node
}

// Element is a node with children.
func Element(name string, children ...Node) Node { return Node{name: name, children: children} }

// Text is a node with text.
func Text(name, value string) Node { return Node{name: name, text: value} }

// Number is a node with an integer.
func Number(name string, value int) Node { return Text(name, strconv.Itoa(value)) }

// Boolean is a node with true or false.
func Boolean(name string, value bool) Node { return Text(name, strconv.FormatBool(value)) }

// Timestamp is a node with a time in UTC.
func Timestamp(name string, t time.Time) Node { return Text(name, t.UTC().Format(time.RFC3339)) }

// Document is a policy document as IAM returns it: percent-encoded by RFC 3986.
func Document(name, doc string) Node { return Text(name, percentEncode(doc)) }

// OptionalText is absent for the empty string.
func OptionalText(name, value string) []Node {
	if value == "" {
		return nil
	}
	return []Node{Text(name, value)}
}

// ListOf wraps each item in <member>.
func ListOf[T any](name string, items []T, content func(T) []Node) Node {
	members := make([]Node, 0, len(items))
	for _, item := range items {
		members = append(members, Element("member", content(item)...))
	}
	return Element(name, members...)
}

// TextList is a list of plain strings.
func TextList(name string, items []string) Node {
	members := make([]Node, 0, len(items))
	for _, item := range items {
		members = append(members, Text("member", item))
	}
	return Element(name, members...)
}

func (n Node) write(b *strings.Builder) {
	b.WriteString("<" + n.name + ">")
	// strings.Builder never fails.
	_ = xml.EscapeText(b, []byte(n.text))
	for _, child := range n.children {
		child.write(b)
	}
	b.WriteString("</" + n.name + ">")
}

func (n Node) writeRoot(b *strings.Builder, namespace string) {
	b.WriteString("<" + n.name + ` xmlns="` + namespace + `">`)
	for _, child := range n.children {
		child.write(b)
	}
	b.WriteString("</" + n.name + ">\n")
}

// percentEncode encodes all but RFC 3986's unreserved characters, as IAM encodes documents in its replies.
func percentEncode(s string) string {
	return strings.NewReplacer("+", "%20", "%7E", "~").Replace(url.QueryEscape(s))
}
