// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package policy

import (
	"testing"
)

func TestIntersectKeepsWhatBothMatch(t *testing.T) {
	const head = `{"Version":"2012-10-17","Statement":`
	for name, e := range map[string]struct {
		a, b, want string // want is empty for nothing
		partly     bool
	}{
		"the narrower action and resource": {
			a:    `{"Effect":"Allow","Action":["s3:*","sqs:SendMessage"],"Resource":"arn:aws:s3:::one/*"}`,
			b:    `{"Effect":"Allow","Action":["s3:GetObject","ec2:*"],"Resource":"*"}`,
			want: `{"Effect":"Allow","Action":"s3:getobject","Resource":"arn:aws:s3:::one/*"}`,
		},
		"two Not lists are joined": {
			a:    `{"Effect":"Allow","NotAction":"s3:*","Resource":"*"}`,
			b:    `{"Effect":"Allow","NotAction":"iam:*","Resource":"*"}`,
			want: `{"Effect":"Allow","NotAction":["iam:*","s3:*"],"Resource":"*"}`,
		},
		"of a list against a Not list what is disjoint from all that is excluded": {
			a:    `{"Effect":"Allow","Action":["s3:GetObject","s3:Put*","sqs:*"],"Resource":"*"}`,
			b:    `{"Effect":"Allow","NotAction":["s3:PutObject","sqs:*"],"Resource":"*"}`,
			want: `{"Effect":"Allow","Action":"s3:getobject","Resource":"*"}`, partly: true,
		},
		"patterns that cross cannot be said": {
			a: `{"Effect":"Allow","Action":"s3:Get*","Resource":"*"}`,
			b: `{"Effect":"Allow","Action":"s3:*Object","Resource":"*"}`, partly: true,
		},
		"provably nothing in common is nothing, also where another element cannot be said": {
			a: `{"Effect":"Allow","Action":"s3:Get*","Resource":"arn:aws:s3:::one"}`,
			b: `{"Effect":"Allow","Action":"s3:*Object","Resource":"arn:aws:s3:::two"}`,
		},
		"conditions of both": {
			a: `{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"StringEquals":{"aws:SourceAccount":["1","2"]}}}`,
			b: `{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"StringEquals":{"AWS:sourceaccount":["2","3"]},"Bool":{"aws:x":"true"}}}`,
			want: `{"Effect":"Allow","Action":"*","Resource":"*",
				"Condition":{"StringEquals":{"aws:sourceaccount":"2"},"Bool":{"aws:x":"true"}}}`,
		},
		"negated operators join their values": {
			a:    `{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"StringNotEquals":{"k":["1"]}}}`,
			b:    `{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"StringNotEquals":{"k":["2"]}}}`,
			want: `{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"StringNotEquals":{"k":["1","2"]}}}`,
		},
		"a pattern contains narrower ones": {
			a:    `{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"ArnLike":{"aws:SourceArn":"arn:aws:ecs:*:1:*"}}}`,
			b:    `{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"ArnLike":{"aws:SourceArn":"arn:aws:ecs:eu-west-1:1:*"}}}`,
			want: `{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"ArnLike":{"aws:sourcearn":"arn:aws:ecs:eu-west-1:1:*"}}}`,
		},
		"a network contains narrower ones": {
			a:    `{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"IpAddress":{"aws:SourceIp":"10.0.0.0/8"}}}`,
			b:    `{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"IpAddress":{"aws:SourceIp":"10.1.2.3"}}}`,
			want: `{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"IpAddress":{"aws:sourceip":"10.1.2.3"}}}`,
		},
		"numbers and dates are joined only when they are equal": {
			a:      `{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"NumericLessThan":{"k":"5"}}}`,
			b:      `{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"NumericLessThan":{"k":"7"}}}`,
			partly: true,
		},
		"values without one in common are nothing": {
			a: `{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"StringEquals":{"k":"1"}}}`,
			b: `{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"StringEquals":{"k":"2"}}}`,
		},
		"anyone contains each AWS principal, services stay by themselves": {
			a:      `{"Effect":"Allow","Action":"sts:AssumeRole","Principal":{"AWS":"*","Service":["a.amazonaws.com","b.amazonaws.com"]}}`,
			b:      `{"Effect":"Allow","Action":"sts:AssumeRole","Principal":{"AWS":"arn:aws:iam::111122223333:role/x","Service":"b.amazonaws.com"}}`,
			want:   `{"Effect":"Allow","Action":"sts:assumerole","Principal":{"AWS":"arn:aws:iam::111122223333:role/x","Service":"b.amazonaws.com"}}`,
			partly: true,
		},
		"what an account has in common with its role cannot be said": {
			a:      `{"Effect":"Allow","Action":"sts:AssumeRole","Principal":{"AWS":"111122223333"}}`,
			b:      `{"Effect":"Allow","Action":"sts:AssumeRole","Principal":{"AWS":"arn:aws:iam::111122223333:role/x"}}`,
			partly: true,
		},
	} {
		t.Run(name, func(t *testing.T) {
			parse := func(text string) *Document {
				doc, err := Parse([]byte(head + text + "}"))
				if err != nil {
					t.Fatal(err)
				}
				return doc
			}
			for _, pair := range [][2]string{{e.a, e.b}, {e.b, e.a}} {
				both, ok, partly := Intersect(&parse(pair[0]).Statements[0], &parse(pair[1]).Statements[0])
				if partly != e.partly || ok != (e.want != "") {
					t.Fatalf("ok is %t, partly %t", ok, partly)
				}
				if !ok {
					continue
				}
				got := Document{Version: Version2012, Statements: []Statement{both}}
				if want := parse(e.want); got.Hash() != want.Hash() {
					t.Errorf("got %s, want %s", got.Render(), want.Render())
				}
			}
		})
	}
}

func TestEscapedKeepsVariablesPlainText(t *testing.T) {
	s := Statement{
		Effect: Allow, Actions: []string{"s3:*"}, Resources: []string{"arn:aws:s3:::home/${aws:username}/*"},
		Condition: Condition{"StringLike": {"s3:prefix": {"${aws:username}"}}, "NumericEquals": {"k": {"${x}"}}},
	}
	got, ok := s.Escaped()
	if !ok || got.Resources[0] != "arn:aws:s3:::home/${$}{aws:username}/*" ||
		got.Condition["StringLike"]["s3:prefix"][0] != "${$}{aws:username}" || got.Condition["NumericEquals"]["k"][0] != "${x}" {
		t.Errorf("got %+v, %t", got, ok)
	}
	if s.Resources[0] != "arn:aws:s3:::home/${aws:username}/*" {
		t.Error("the statement was changed")
	}
	s.Resources = []string{"arn:aws:s3:${aws:region}::bucket"}
	if _, ok := s.Escaped(); ok {
		t.Error("a variable in the fields of an ARN was escaped")
	}
}

func TestDisjointIsProvenOnly(t *testing.T) {
	for _, e := range []struct {
		a, b string
		want bool
	}{
		{"s3:get*", "s3:put*", true},
		{"s3:get*", "s3:*object", false},
		{"a?c", "abc", false},
		{"a?c", "abd", true},
		{"*a", "*b", true},
		{"arn:aws:s3:::${aws:username}", "arn:aws:s3:::x", false},
		{"", "*", false},
		{"a", "", true},
	} {
		if got := disjoint(e.a, e.b); got != e.want {
			t.Errorf("disjoint(%q, %q) is %t", e.a, e.b, got)
		}
		if got := disjoint(e.b, e.a); got != e.want {
			t.Errorf("disjoint(%q, %q) is %t", e.b, e.a, got)
		}
	}
}
