// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package access

import (
	"bytes"
	"encoding/json"
	"errors"
)

// Version2012 is the version of the policy language in which variables live.
const Version2012 = "2012-10-17"

// Document is a policy document: of an identity, of a session, or the trust policy of a role.
type Document struct {
	Version    string      `json:"Version,omitempty"`
	ID         string      `json:"Id,omitempty"`
	Statements []Statement `json:"Statement"`
}

// Statement is one statement of a document.
type Statement struct {
	Sid         *string                      `json:"Sid,omitempty"`
	Effect      string                       `json:"Effect"`
	Principal   Principals                   `json:"Principal,omitempty"`
	Action      Values                       `json:"Action,omitempty"`
	NotAction   Values                       `json:"NotAction,omitempty"`
	Resource    Values                       `json:"Resource,omitempty"`
	NotResource Values                       `json:"NotResource,omitempty"`
	Condition   map[string]map[string]Values `json:"Condition,omitempty"`

	// Start and End are byte offsets of the statement in the text that was parsed.
	Start int `json:"-"`
	End   int `json:"-"`
}

// Principals are principal values by their kind: AWS, Service, Federated, CanonicalUser.
type Principals map[string]Values

// Star is the kind under which a bare principal stands, as in "Principal": "*".
const Star = "STAR"

// UnmarshalJSON reads a bare principal as well.
func (p *Principals) UnmarshalJSON(data []byte) error {
	var anyone string
	if json.Unmarshal(data, &anyone) == nil {
		*p = Principals{Star: {anyone}}
		return nil
	}
	return json.Unmarshal(data, (*map[string]Values)(p))
}

// The ways in which a text is no document.
var (
	ErrNotJSON     = errors.New("not a JSON object")
	ErrNoStatement = errors.New("no statement")
)

// Parse reads a document. It checks no more than it must to read it: ErrNotJSON or ErrNoStatement.
func Parse(text string) (Document, error) {
	var raw struct {
		Version   string          `json:"Version"`
		ID        string          `json:"Id"`
		Statement json.RawMessage `json:"Statement"`
	}
	if err := json.Unmarshal([]byte(text), &raw); err != nil {
		return Document{}, ErrNotJSON
	}
	var items []json.RawMessage
	if json.Unmarshal(raw.Statement, &items) != nil {
		items = []json.RawMessage{raw.Statement}
	}
	document := Document{Version: raw.Version, ID: raw.ID}
	at := 0
	for _, item := range items {
		var statement Statement
		if err := json.Unmarshal(item, &statement); err != nil {
			return Document{}, ErrNoStatement
		}
		statement.Start = at + max(0, bytes.Index([]byte(text[at:]), item))
		statement.End = statement.Start + len(item)
		at = statement.End
		document.Statements = append(document.Statements, statement)
	}
	return document, nil
}

// String is the document as compact JSON.
func (d Document) String() string {
	text, err := marshal(d)
	if err != nil {
		return ""
	}
	return string(text)
}
