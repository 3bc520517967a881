// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package policy

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestDiffReadsLikeASentence(t *testing.T) {
	variable := `{"Effect":"Allow","Action":"a:a","Resource":"${aws:username}"}`
	read := `{"Sid":"ReadConfig","Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::c/*"}`
	tests := map[string]struct {
		old, new string
		want     []string
	}{
		"nothing": {"", "", nil},
		"equal but rewritten": {
			doc("[" + read + `,{"Sid":"B","Effect":"Deny","Action":["a:a","a:b"]}]`),
			doc(`[{"Sid":"C","Effect":"Deny","Action":["A:B","a:a"]},` + read + "]"), nil,
		},
		"swapped Sids": {
			doc(`[{"Sid":"A","Effect":"Deny"},{"Sid":"B","Effect":"Allow"}]`),
			doc(`[{"Sid":"B","Effect":"Deny"},{"Sid":"A","Effect":"Allow"}]`), nil,
		},
		"a new document": {"", doc("[" + read + "]"), []string{
			"statement ReadConfig added: Allow s3:GetObject on arn:aws:s3:::c/*",
		}},
		"a document gone": {doc("[" + read + "]"), "", []string{
			"statement ReadConfig removed: Allow s3:GetObject on arn:aws:s3:::c/*",
		}},
		"an action more": {
			doc("[" + read + "]"),
			doc("[" + strings.Replace(read, `"s3:GetObject"`, `["s3:PutObject","s3:GetObject"]`, 1) + "]"),
			[]string{"statement ReadConfig: action s3:PutObject added"},
		},
		"the version": {
			doc("[" + variable + "]"), `{"Statement":` + variable + `}`,
			[]string{"version changed from 2012-10-17 to 2008-10-17"},
		},
		"everything of a statement": {
			doc(`"Sid":"A","Effect":"Allow","Action":"a:a","Resource":["r","s"],"Principal":"*",` +
				`"Condition":{"Bool":{"aws:x":true},"Null":{"aws:y":"true"}}`),
			doc(`"Sid":"A","Effect":"Deny","NotAction":"a:a","Resource":["t","s"],"Principal":{"Service":"e.a.c"},` +
				`"Condition":{"Bool":{"aws:X":["false","true"]},"StringLike":{"aws:z":[]}}`),
			[]string{
				"statement A: effect changed from Allow to Deny",
				"statement A: principal AWS * removed",
				"statement A: principal Service e.a.c added",
				"statement A: action a:a removed",
				"statement A: notAction a:a added",
				"statement A: resource t added",
				"statement A: resource r removed",
				"statement A: condition Bool aws:X false added",
				"statement A: condition Null aws:y true removed",
				"statement A: condition StringLike aws:z (no values) added",
			},
		},
		"statements without Sids match by likeness": {
			doc(`[{"Effect":"Allow","Action":["a:a","a:b"],"Resource":"x"},{"Effect":"Allow","Action":["b:a"],"Resource":"y"}]`),
			doc(`[{"Effect":"Allow","Action":["b:a","b:b"],"Resource":"y"},{"Effect":"Allow","Action":"a:a","Resource":"x"}]`),
			[]string{"statement 1: action b:b added", "statement 2: action a:b removed"},
		},
		"nothing in common": {
			doc(`"Effect":"Allow","Action":["a:a","a:b","a:c"],"Resource":"x"`),
			doc(`"Effect":"Allow","Action":"b:a","NotResource":["y","z"],"Condition":{"Bool":{"a:b":"true"}}`),
			[]string{
				"statement 1 added: Allow b:a on all but y, z, with conditions",
				"statement 1 removed: Allow a:a and 2 more on x",
			},
		},
		"a trusted principal": {
			doc(trust + `{"Service":"ecs.amazonaws.com"}`), doc(trust + `{"AWS":"111122223333","Service":"ecs.amazonaws.com"}`),
			[]string{"statement 1: principal AWS 111122223333 added"},
		},
		"an excluded principal": {
			"", doc(`"Effect":"Deny","NotAction":"a:a","NotPrincipal":{"AWS":["1","2"]}`),
			[]string{"statement 1 added: Deny all but a:a to all but 1, 2"},
		},
		"an empty principal": {
			doc(`"Sid":"A","Effect":"Deny"`), doc(`"Sid":"A","Effect":"Deny","Principal":{}`),
			[]string{"statement A: principal (no values) added"},
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			delta := Diff(parsed(t, test.old), parsed(t, test.new))
			if diff := cmp.Diff(test.want, delta.Lines()); diff != "" {
				t.Errorf("lines (-want +got):\n%s", diff)
			}
			if delta.Empty() != (len(test.want) == 0) {
				t.Errorf("Empty = %v with %d lines", delta.Empty(), len(test.want))
			}
			if diff := cmp.Diff(strings.Join(test.want, "; "), delta.String()); diff != "" {
				t.Errorf("String (-want +got):\n%s", diff)
			}
		})
	}
}

func TestDiffCarriesTheDeclaredStatements(t *testing.T) {
	old := parsed(t, doc(`"Sid":"A","Effect":"Deny","Action":["s3:Put","s3:Get"]`))
	new := parsed(t, doc(`"Sid":"A","Effect":"Deny","Action":["s3:Get","kms:Sign"]`))
	want := Delta{Statements: []StatementDelta{{
		Kind: StatementChanged, Name: "A", Old: &old.Statements[0], New: &new.Statements[0],
		Changes: []FieldChange{{Field: "action", Added: []string{"kms:Sign"}, Removed: []string{"s3:Put"}}},
	}}}
	if diff := cmp.Diff(want, Diff(old, new)); diff != "" {
		t.Errorf("Diff (-want +got):\n%s", diff)
	}
}
