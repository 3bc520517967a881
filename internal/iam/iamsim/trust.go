// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package iamsim

import (
	"bytes"
	"encoding/json"
	"slices"

	"github.com/ecsiam/ecs-iam-controller/internal/iam/iamsim/wire"
)

// trustPolicy is a trust policy as IAM keeps it: parsed, with the roles and users among its principals stored as unique
// ids. It is rendered anew for every reply.
type trustPolicy struct {
	Version    string           `json:"Version,omitempty"`
	ID         string           `json:"Id,omitempty"`
	Statements []trustStatement `json:"Statement"`
}

type trustStatement struct {
	Sid       *string                      `json:"Sid,omitempty"`
	Effect    string                       `json:"Effect"`
	Principal principals                   `json:"Principal,omitempty"`
	Action    values                       `json:"Action,omitempty"`
	NotAction values                       `json:"NotAction,omitempty"`
	Condition map[string]map[string]values `json:"Condition,omitempty"`
}

// principals are principal values by their kind: AWS, Service, Federated, CanonicalUser.
type principals map[string]values

// UnmarshalJSON takes the bare "*" for {"AWS": "*"}.
func (p *principals) UnmarshalJSON(data []byte) error {
	var anyone string
	if json.Unmarshal(data, &anyone) == nil {
		*p = principals{"AWS": {anyone}}
		return nil
	}
	return json.Unmarshal(data, (*map[string]values)(p))
}

// values is a list of strings that may also be written as a scalar, and is rendered as one when it has one element.
type values []string

// UnmarshalJSON reads a scalar or a list; numbers and booleans become their text.
func (v *values) UnmarshalJSON(data []byte) error {
	var items []json.RawMessage
	if json.Unmarshal(data, &items) != nil {
		items = []json.RawMessage{data}
	}
	for _, item := range items {
		var text string
		if json.Unmarshal(item, &text) != nil {
			text = string(item)
		}
		*v = append(*v, text)
	}
	return nil
}

// MarshalJSON writes one element as a scalar.
func (v values) MarshalJSON() ([]byte, error) {
	if len(v) == 1 {
		return marshal(v[0])
	}
	return marshal([]string(v))
}

func parseTrust(doc string) (trustPolicy, error) {
	var single struct {
		Version   string          `json:"Version"`
		ID        string          `json:"Id"`
		Statement json.RawMessage `json:"Statement"`
	}
	if err := json.Unmarshal([]byte(doc), &single); err != nil {
		return trustPolicy{}, wire.MalformedPolicy("This policy contains invalid Json")
	}
	trust := trustPolicy{Version: single.Version, ID: single.ID}
	if err := json.Unmarshal(single.Statement, &trust.Statements); err == nil {
		return trust, nil
	}
	var statement trustStatement
	if err := json.Unmarshal(single.Statement, &statement); err != nil {
		return trustPolicy{}, wire.MalformedPolicy("Could not parse the policy: Statement is empty!")
	}
	trust.Statements = []trustStatement{statement}
	return trust, nil
}

// mapAWS returns the policy with each AWS principal replaced. The receiver keeps its own lists.
func (t trustPolicy) mapAWS(replace func(principal string) (string, error)) (trustPolicy, error) {
	t.Statements = slices.Clone(t.Statements)
	for i, statement := range t.Statements {
		kinds := principals{}
		for kind, list := range statement.Principal {
			list = slices.Clone(list)
			for j, principal := range list {
				if kind != "AWS" {
					continue
				}
				replaced, err := replace(principal)
				if err != nil {
					return trustPolicy{}, err
				}
				list[j] = replaced
			}
			kinds[kind] = list
		}
		t.Statements[i].Principal = kinds
	}
	return t, nil
}

// renderTrust shows a trust policy as it is read now: unique ids of principals that exist become ARNs again, those of
// deleted ones stay. The order of principal lists is arbitrary in IAM; shuffled makes it so. The caller holds the lock.
func (s *Sim) renderTrust(trust trustPolicy, shuffled bool) string {
	shown, _ := trust.mapAWS(func(principal string) (string, error) {
		if arn, ok := s.principalByID(principal); ok {
			return arn, nil
		}
		return principal, nil
	})
	if shuffled {
		s.shuffle(shown)
	}
	doc, err := marshal(shown)
	if err != nil {
		return ""
	}
	return string(doc)
}

func (s *Sim) shuffle(trust trustPolicy) {
	for _, statement := range trust.Statements {
		for _, kind := range []string{"AWS", "Federated", "Service"} {
			list := statement.Principal[kind]
			s.rng.Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
		}
	}
}

// marshal is json.Marshal without the escapes that only HTML needs.
func marshal(v any) ([]byte, error) {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(v); err != nil {
		return nil, err
	}
	return bytes.TrimSpace(b.Bytes()), nil
}
