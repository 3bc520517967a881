// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package policy

import (
	"net/url"
	"strings"
	"testing"
)

func TestSizeCountsCharactersButNotTheWhiteSpaceOfTheLayout(t *testing.T) {
	tests := map[string]struct {
		doc  string
		want int
	}{
		"nothing":                     {"", 0},
		"white space":                 {" \t\r\n", 0},
		"layout":                      {"{\r\n\t\"a\" : [ 1 , 2 ]\n}", 11},
		"white space in a string":     {`{"a": "b c"}`, 11},
		"a quote in a string":         {`{"a\" b": "c"}`, 13},
		"a backslash ends the string": {`{"a\\": " b"}`, 12},
		"escapes as written":          {`"\u0041"`, 8},
		"characters, not bytes":       {`"äöü😀"`, 6},
		"no UTF-8":                    {"\"\xff\xfe\"", 4},
		"an open string":              {`{"a b`, 5},
		"an escape outside a string":  {`\" a`, 4},
	}
	for name, test := range tests {
		if got := Size([]byte(test.doc)); got != test.want {
			t.Errorf("%s: Size(%q) = %d, want %d", name, test.doc, got, test.want)
		}
	}
}

func TestDecodeTakesEncodedAndPlainReplies(t *testing.T) {
	tests := map[string]struct{ reply, want string }{
		"encoded":                     {"%7B%22Version%22%3A%20%222012-10-17%22%7D", `{"Version": "2012-10-17"}`},
		"a plus sign stays":           {"%7B%22a+b%2Bc%22%7D", `{"a+b+c"}`},
		"encoded leading white space": {"%0A%20%7B%7D", "\n {}"},
		"percent in the document":     {"%7B%22arn%253Aaws%22%7D", `{"arn%3Aaws"}`},
		"plain":                       {`{"a": "b+c"}`, `{"a": "b+c"}`},
		"plain with percent":          {" \n{\"arn%3Aaws\": \"100%\"}", " \n{\"arn%3Aaws\": \"100%\"}"},
		"empty":                       {"", ""},
		"broken bytes":                {"%FF", "\xff"},
	}
	for name, test := range tests {
		got, err := Decode(test.reply)
		if err != nil || string(got) != test.want {
			t.Errorf("%s: Decode(%q) = %q, %v, want %q", name, test.reply, got, err, test.want)
		}
	}
}

func TestDecodeRefusesBrokenPercentSequences(t *testing.T) {
	if got, err := Decode("%7B%2"); err == nil || !strings.HasPrefix(err.Error(), "decoding the policy document") {
		t.Errorf("Decode = %q, %v, want an error", got, err)
	}
}

func TestDecodeUndoesTheEncodingOfAnyDocument(t *testing.T) {
	for _, text := range []string{`{"a":"+ % %41 ${x} ä"}`, "{\n}", in(`"Sid":"a"`)} {
		if got, err := Decode(url.PathEscape(text)); err != nil || string(got) != text {
			t.Errorf("Decode = %q, %v, want %q", got, err, text)
		}
	}
}
