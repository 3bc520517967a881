// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package iamsim

import (
	"encoding/xml"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// node is one element of an XML reply. Handlers build trees of it rather than marshal structs, because which fields an
// entity shows differs from action to action.
type node struct {
	name     string
	text     string
	children []node
}

func element(name string, children ...node) node { return node{name: name, children: children} }

func text(name, value string) node { return node{name: name, text: value} }

func number(name string, value int) node { return text(name, strconv.Itoa(value)) }

func boolean(name string, value bool) node { return text(name, strconv.FormatBool(value)) }

func timestamp(name string, t time.Time) node { return text(name, t.UTC().Format(time.RFC3339)) }

// document is a policy document as IAM returns it: percent-encoded by RFC 3986.
func document(name, doc string) node { return text(name, percentEncode(doc)) }

// optionalText is absent for the empty string.
func optionalText(name, value string) []node {
	if value == "" {
		return nil
	}
	return []node{text(name, value)}
}

// listOf wraps each item in <member>.
func listOf[T any](name string, items []T, content func(T) []node) node {
	members := make([]node, 0, len(items))
	for _, item := range items {
		members = append(members, element("member", content(item)...))
	}
	return element(name, members...)
}

// textList is a list of plain strings.
func textList(name string, items []string) node {
	members := make([]node, 0, len(items))
	for _, item := range items {
		members = append(members, text("member", item))
	}
	return element(name, members...)
}

func (n node) write(b *strings.Builder) {
	b.WriteString("<" + n.name + ">")
	// strings.Builder never fails.
	_ = xml.EscapeText(b, []byte(n.text))
	for _, child := range n.children {
		child.write(b)
	}
	b.WriteString("</" + n.name + ">")
}

func (n node) writeRoot(b *strings.Builder, namespace string) {
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

// send writes the reply of one call. A nil result is an action without a result element.
func (s service) send(w http.ResponseWriter, a *action, requestID string, result []node) {
	root := node{name: a.name + "Response"}
	if result != nil {
		root.children = append(root.children, element(a.name+"Result", result...))
	}
	root.children = append(root.children, element("ResponseMetadata", text("RequestId", requestID)))
	s.sendXML(w, http.StatusOK, requestID, root)
}

func (s service) sendError(w http.ResponseWriter, requestID string, err *apiError) {
	s.sendXML(w, err.status(), requestID, element("ErrorResponse",
		element("Error", text("Type", err.fault()), text("Code", err.code), text("Message", err.message)),
		text("RequestId", requestID)))
}

func (s service) sendXML(w http.ResponseWriter, status int, requestID string, root node) {
	var b strings.Builder
	root.writeRoot(&b, s.namespace())
	w.Header().Set("Content-Type", "text/xml")
	w.Header().Set("Content-Length", strconv.Itoa(b.Len()))
	w.Header().Set("X-Amzn-Requestid", requestID)
	w.WriteHeader(status)
	// A client that went away is its own problem; there is nobody left to tell.
	_, _ = fmt.Fprint(w, b.String())
}
