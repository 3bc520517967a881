// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package policy

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestRenderKeepsTheDeclaredOrderAndEscapesOnlyWhatJSONDemands(t *testing.T) {
	d := &Document{Version: Version2012, ID: "i", Statements: []Statement{
		{
			Sid: "A", Effect: Allow, Actions: []string{"s3:Put", "s3:Get"}, Resources: []string{"<&>\"\\\n\r\t\x00\u2028ä\xff"},
			Condition: Condition{
				"StringLike": {"b:b": {"2", "1"}, "a:a": {"x"}, "c:c": nil}, "Bool": {}, "Null": {"d:d": {"true"}},
			},
		},
		{Effect: Deny, NotPrincipal: &Principal{}, NotActions: []string{"a:b"}, NotResources: []string{"r"}},
		{Effect: Allow, Principal: &Principal{
			AWS: []string{"*"}, Service: []string{"s", "t"}, Federated: []string{"f"}, CanonicalUser: []string{"c"},
		}, Condition: Condition{"Bool": {}}},
	}}
	const want = `{"Version":"2012-10-17","Id":"i","Statement":[` +
		`{"Sid":"A","Effect":"Allow","Action":["s3:Put","s3:Get"],"Resource":"<&>\"\\\n\r\t\u0000` + "\u2028ä\uFFFD" + `",` +
		`"Condition":{"Null":{"d:d":"true"},"StringLike":{"a:a":"x","b:b":["2","1"],"c:c":[]}}},` +
		`{"Effect":"Deny","NotPrincipal":{},"NotAction":"a:b","NotResource":"r"},` +
		`{"Effect":"Allow","Principal":{"AWS":"*","Service":["s","t"],"Federated":"f","CanonicalUser":"c"}}]}`
	got := d.Render()
	if diff := cmp.Diff(want, string(got)); diff != "" {
		t.Errorf("Render (-want +got):\n%s", diff)
	}
	if !json.Valid(got) {
		t.Error("Render is not JSON")
	}
}

func TestRenderIndentIsForPeople(t *testing.T) {
	d := &Document{Version: Version2012, Statements: []Statement{
		{Effect: Allow, Actions: []string{"s3:Get", "s3:Put"}, Resources: []string{"*"}},
	}}
	const want = `{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Effect": "Allow",
      "Action": [
        "s3:Get",
        "s3:Put"
      ],
      "Resource": "*"
    }
  ]
}`
	if diff := cmp.Diff(want, string(d.RenderIndent())); diff != "" {
		t.Errorf("RenderIndent (-want +got):\n%s", diff)
	}
}

func TestRenderOfNoStatementsIsJSON(t *testing.T) {
	if got := string((&Document{}).Render()); got != `{"Statement":[]}` {
		t.Errorf("Render = %s", got)
	}
}
