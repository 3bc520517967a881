// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package policy

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestParseReadsEveryElementOfTheGrammar(t *testing.T) {
	const text = ` {
	  "Version": "2012-10-17", "Id": "a",
	  "Statement": [
	    {"Sid": "One", "Effect": "Allow", "Action": ["s3:GetObject", "s3:PutObject"], "Resource": "*",
	     "Condition": {"Bool": {"aws:SecureTransport": true}, "NumericEquals": {"s3:max-keys": [10, "1e3", -1.50]},
	                   "StringLike": {}}},
	    {"Effect": "Deny", "NotAction": "iam:*", "NotResource": ["a\/b", "\u0041\ud83d\ude00\"\\\n"]},
	    {"Effect": "Allow", "Principal": {"AWS": "111122223333", "Service": ["ecs.amazonaws.com"],
	     "Federated": [], "CanonicalUser": "c"}, "Action": "sts:AssumeRole"},
	    {"Effect": "Allow", "NotPrincipal": "*", "Action": []}
	  ]
	}`
	want := &Document{Version: Version2012, ID: "a", Statements: []Statement{
		{
			Sid: "One", Effect: Allow, Actions: []string{"s3:GetObject", "s3:PutObject"}, Resources: []string{"*"},
			Condition: Condition{
				"Bool":          {"aws:SecureTransport": {"true"}},
				"NumericEquals": {"s3:max-keys": {"10", "1e3", "-1.50"}},
			},
		},
		{Effect: Deny, NotActions: []string{"iam:*"}, NotResources: []string{"a/b", "A😀\"\\\n"}},
		{
			Effect: Allow, Actions: []string{"sts:AssumeRole"},
			Principal: &Principal{
				AWS: []string{"111122223333"}, Service: []string{"ecs.amazonaws.com"}, CanonicalUser: []string{"c"},
			},
		},
		{Effect: Allow, NotPrincipal: &Principal{AWS: []string{"*"}}},
	}}
	got, err := Parse([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("Parse (-want +got):\n%s", diff)
	}
}

func TestParseTakesASingleStatementWithoutAList(t *testing.T) {
	got, err := Parse([]byte(`{"Statement":{"Effect":"Deny","Action":"*","Resource":"*"}}`))
	want := &Document{Statements: []Statement{{Effect: Deny, Actions: []string{"*"}, Resources: []string{"*"}}}}
	if diff := cmp.Diff(want, got); err != nil || diff != "" {
		t.Errorf("Parse: %v (-want +got):\n%s", err, diff)
	}
}

// in puts an element into an otherwise valid statement.
func in(element string) string {
	return `{"Statement":[{"Effect":"Allow","Action":"*","Resource":"*",` + element + `}]}`
}

func TestParseNamesThePlaceOfWhatIsWrong(t *testing.T) {
	tests := map[string]struct{ doc, want string }{
		"nothing":           {"", "line 1, column 1: the document is empty"},
		"white space":       {" \n", "line 1, column 1: the document is empty"},
		"a list":            {"[]", "line 1, column 1: is a list, must be an object with Version and Statement"},
		"a byte order mark": {"\uFEFF{}", `line 1, column 1: invalid JSON: expected a value, found '\ufeff'`},
		"not UTF-8":         {"{\"Ä\xff\"}", "line 1, column 4: invalid JSON: the text is not UTF-8"},
		"cut short": {
			`{"Version": "2012-10-17",`,
			"line 1, column 26: invalid JSON: expected a key in double quotes, found the end of the document",
		},
		"cut in a string": {
			`{"Version": "2012`,
			"line 1, column 13: Version: invalid JSON: string without an end",
		},
		"a trailing comma": {
			"{\"Id\":\"a\",\n}",
			"line 2, column 1: invalid JSON: expected a key in double quotes, found '}'",
		},
		"two documents": {
			in(`"Sid":"a"`) + "{}",
			"line 1, column 73: invalid JSON: expected the end of the document, found '{'",
		},
		"a missing colon": {
			`{"Id" "a"}`,
			`line 1, column 7: invalid JSON: expected ':' after the key, found '"'`,
		},
		"a missing comma": {
			`{"Id":"a" "Id"}`,
			`line 1, column 11: invalid JSON: expected ',' or '}' after a member, found '"'`,
		},
		"a raw line break": {
			"{\"Id\":\"a\nb\"}",
			`line 1, column 9: Id: invalid JSON: control character '\n' in a string, write it as an escape`,
		},
		"a bad escape":     {`{"Id":"\x"}`, "line 1, column 8: Id: invalid JSON: bad escape in a string"},
		"half a surrogate": {`{"Id":"\ud800"}`, "line 1, column 8: Id: invalid JSON: bad escape in a string"},
		"a wrong surrogate": {
			`{"Id":"\ud800\u0041"}`,
			"line 1, column 8: Id: invalid JSON: bad escape in a string",
		},
		"no statements": {"\n{}", "line 2, column 1: Statement: is required"},
		"an empty list": {
			`{"Statement": []}`,
			"line 1, column 15: Statement: must hold at least one statement",
		},
		"a statement string": {
			`{"Statement": ["a"]}`,
			"line 1, column 16: Statement[0]: is a string, must be a statement (an object)",
		},
		"a null statement": {
			`{"Statement": null}`,
			"line 1, column 15: Statement: is null, must be a list of statements, or one statement",
		},
		"an unknown version": {
			`{"Version":"2012","Statement":{"Effect":"Allow"}}`,
			`line 1, column 12: Version: is "2012", must be 2012-10-17 or 2008-10-17`,
		},
		"no effect": {
			`{"Statement":[{}]}`,
			"line 1, column 15: Statement[0].Effect: is required, Allow or Deny",
		},
		"a lower-case effect": {
			`{"Statement":{"Effect":"allow"}}`,
			`line 1, column 24: Statement.Effect: is "allow", must be Allow or Deny`,
		},
		"a duplicate element": {
			in(`"Action":"s3:*"`),
			"line 1, column 61: Statement[0].Action: appears twice; which of the two holds is undefined, remove one",
		},
		"an escaped duplicate": {
			in(`"\u0041ction":"s3:*"`),
			"line 1, column 61: Statement[0].Action: appears twice; which of the two holds is undefined, remove one",
		},
		"a plural": {
			in(`"Conditions":{}`),
			"line 1, column 61: Statement[0].Conditions: unknown element, use Condition",
		},
		"another case": {in(`"sid":"a"`), "line 1, column 61: Statement[0].sid: unknown element, use Sid"},
		"an unknown element": {
			`{"Statement":{"Effect":"Allow"},"Other":[{"a":[1,null,"\u0041"]}]}`,
			"line 1, column 33: Other: unknown element, known are Version, Id, Statement",
		},
		"a number for a Sid": {
			in(`"Sid":1`),
			"line 1, column 67: Statement[0].Sid: is a number, must be a string",
		},
		"an object resource": {
			in(`"NotResource":{}`),
			"line 1, column 75: Statement[0].NotResource: is an object, must be a string or a list of strings",
		},
		"a number in actions": {
			in(`"NotAction":["a",1]`),
			"line 1, column 78: Statement[0].NotAction[1]: is a number, must be a string",
		},
		"a principal string": {
			in(`"Principal":"arn"`),
			`line 1, column 73: Statement[0].Principal: is "arn", must be "*" or an object such as {"AWS": …} or {"Service": …}`,
		},
		"a principal list": {
			in(`"Principal":[]`),
			`line 1, column 73: Statement[0].Principal: is a list, must be "*" or an object such as {"AWS": …}`,
		},
		"a principal type": {
			in(`"Principal":{"aws":"*"}`),
			"line 1, column 74: Statement[0].Principal.aws: unknown element, use AWS",
		},
		"a condition list": {
			in(`"Condition":[]`),
			`line 1, column 73: Statement[0].Condition: is a list, ` +
				`must be an object such as {"StringEquals": {"aws:SourceAccount": …}}`,
		},
		"an operator string": {
			in(`"Condition":{"Bool":"a"}`),
			"line 1, column 81: Statement[0].Condition.Bool: is a string, must be an object of condition keys and values",
		},
		"a twofold operator": {
			in(`"Condition":{"Bool":{},"Bool":{}}`),
			"line 1, column 84: Statement[0].Condition.Bool: appears twice; put all its keys into one",
		},
		"a twofold key": {
			in(`"Condition":{"Bool":{"aws:x":"a","AWS:X":"b"}}`),
			"line 1, column 94: Statement[0].Condition.Bool[AWS:X]: appears twice (condition keys ignore case); " +
				"put all its values into one list",
		},
		"a null value": {
			in(`"Condition":{"Bool":{"aws:x":null}}`),
			"line 1, column 90: Statement[0].Condition.Bool[aws:x]: is null, " +
				"must be a string, a number, a boolean, or a list of those",
		},
		"a nested list": {
			in(`"Condition":{"Bool":{"aws:x":["a",["b"]]}}`),
			"line 1, column 95: Statement[0].Condition.Bool[aws:x][1]: is a list, must be a string",
		},
		"a number with a zero": {
			in(`"Condition":{"Bool":{"aws:x":01}}`),
			"line 1, column 91: Statement[0].Condition.Bool: invalid JSON: expected ',' or '}' after a member, found '1'",
		},
		"a bare word": {
			in(`"Condition":{"Bool":{"aws:x":yes}}`),
			"line 1, column 90: Statement[0].Condition.Bool[aws:x]: invalid JSON: expected a value, found 'y'",
		},
		"a bare word for text": {
			in(`"Sid":yes`),
			"line 1, column 67: Statement[0].Sid: invalid JSON: expected a value, found 'y'",
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			d, err := Parse([]byte(test.doc))
			if err == nil || d != nil {
				t.Fatalf("Parse = %v, %v, want an error", d, err)
			}
			if diff := cmp.Diff(test.want, err.Error()); diff != "" {
				t.Errorf("error (-want +got):\n%s", diff)
			}
		})
	}
}

func TestParseReportsAllProblemsInTheOrderOfTheText(t *testing.T) {
	const text = `{
  "Version": "2011",
  "Statement": [
    {"Action": 1, "Sid": "a", "Sid": "b"},
    {"Effect": "Allow", "Action": "*", "Conditions": {}},
    7
  ],
  "Foo": {}
}`
	want := []string{
		`line 2, column 14: Version: is "2011", must be 2012-10-17 or 2008-10-17`,
		"line 4, column 5: Statement[0].Effect: is required, Allow or Deny",
		"line 4, column 16: Statement[0].Action: is a number, must be a string or a list of strings",
		"line 4, column 31: Statement[0].Sid: appears twice; which of the two holds is undefined, remove one",
		"line 5, column 40: Statement[1].Conditions: unknown element, use Condition",
		"line 6, column 5: Statement[2]: is a number, must be a statement (an object)",
		"line 8, column 3: Foo: unknown element, known are Version, Id, Statement",
	}
	_, err := Parse([]byte(text))
	var list ParseErrors
	if !errors.As(err, &list) {
		t.Fatalf("error %T, want ParseErrors", err)
	}
	var got []string
	for _, problem := range list {
		got = append(got, problem.Error())
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("problems (-want +got):\n%s", diff)
	}
	var first *ParseError
	if !errors.As(err, &first) || first.Line != 2 || first.Reason != ReasonValue {
		t.Errorf("errors.As found %+v, want the problem of line 2", first)
	}
}

func TestParseIsBoundedOnHostileText(t *testing.T) {
	tests := map[string]struct{ doc, want string }{
		"nested lists":    {`{"Foo":` + strings.Repeat("[", 100000), "nested deeper than 64 levels"},
		"nested objects":  {`{"Foo":` + strings.Repeat(`{"a":`, 20000), "nested deeper than 64 levels"},
		"nested in a Sid": {in(`"Sid":` + strings.Repeat("[", 100000)), "nested deeper than 64 levels"},
		"too long":        {in(`"Sid":"` + strings.Repeat("ä", maxCharacters) + `"`), "longer than 131072 characters"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			if _, err := Parse([]byte(test.doc)); err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("error %.200v, want %q", err, test.want)
			}
		})
	}
}

func TestParseStopsAfterAHundredProblems(t *testing.T) {
	_, err := Parse([]byte(`{` + strings.Repeat(`"x":1,`, 10000) + `"x":1}`))
	var list ParseErrors
	if !errors.As(err, &list) || len(list) != maxErrors {
		t.Errorf("%d problems, want %d", len(list), maxErrors)
	}
}

func TestParseTakesDocumentsUpToTheLimitOfIAM(t *testing.T) {
	const frame = len(`{"Statement":[{"Effect":"Allow","Action":"*","Resource":"*","Sid":""}]}`)
	doc := in(`"Sid":"` + strings.Repeat("ä", maxCharacters-frame) + `"`)
	if _, err := Parse([]byte(doc)); err != nil {
		t.Errorf("document of %d characters: %v", maxCharacters, err)
	}
}

func TestParseFindsDuplicatesAmongManyKeys(t *testing.T) {
	var keys strings.Builder
	for _, a := range "abcdefghij" {
		for _, b := range "abcdefghij" {
			keys.WriteString(`"aws:` + string(a) + string(b) + `":"x",`)
		}
	}
	if _, err := Parse([]byte(in(`"Condition":{"StringEquals":{` + keys.String() + `"aws:zz":"x"}}`))); err != nil {
		t.Errorf("different keys: %v", err)
	}
	_, err := Parse([]byte(in(`"Condition":{"StringEquals":{` + keys.String() + `"aws:JJ":"x"}}`)))
	if err == nil || !strings.Contains(err.Error(), "[aws:JJ]: appears twice") {
		t.Errorf("error %v, want aws:JJ as a duplicate", err)
	}
}
