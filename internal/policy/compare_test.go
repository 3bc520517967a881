// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package policy

import (
	"fmt"
	"strings"
	"testing"
)

// parsed is the document of a test; an empty text is a nil document.
func parsed(tb testing.TB, text string) *Document {
	tb.Helper()
	if text == "" {
		return nil
	}
	d, err := Parse([]byte(text))
	if err != nil {
		tb.Fatalf("%v in %s", err, text)
	}
	return d
}

// short shows the flags that are set: +A and -A for allows added and removed, +D and -D for denies.
func (c Change) short() string {
	var flags []string
	for _, f := range []struct {
		set  bool
		name string
	}{{c.AddsAllow, "+A"}, {c.RemovesAllow, "-A"}, {c.AddsDeny, "+D"}, {c.RemovesDeny, "-D"}} {
		if f.set {
			flags = append(flags, f.name)
		}
	}
	return strings.Join(flags, " ")
}

// mirrored is the flags of the opposite change.
func (c Change) mirrored() Change {
	return Change{AddsAllow: c.RemovesAllow, RemovesAllow: c.AddsAllow, AddsDeny: c.RemovesDeny, RemovesDeny: c.AddsDeny}
}

func TestCompareSaysInWhichDirectionPermissionsMove(t *testing.T) {
	statement := func(effect, actions, resources, condition string) string {
		return fmt.Sprintf(`{"Effect":%q,"Action":%s,"Resource":%s,"Condition":%s}`, effect, actions, resources, condition)
	}
	allow := func(actions, resources string) string {
		return doc("[" + statement("Allow", actions, resources, "{}") + "]")
	}
	deny := func(actions, resources string) string {
		return doc("[" + statement("Deny", actions, resources, "{}") + "]")
	}
	when := func(condition string) string {
		return doc("[" + statement("Allow", `"s3:Get"`, `"*"`, condition) + "]")
	}
	two := func(a, b string) string { return strings.TrimSuffix(a, "]}") + "," + strings.SplitN(b, "[", 2)[1] }
	all := func(element string) string { return doc(`"Effect":"Allow",` + element) }
	trusts := func(principal string) string { return doc(trust + principal) }

	tests := map[string]struct{ old, new, want string }{
		"nothing to nothing":   {"", "", ""},
		"nothing to allow":     {"", allow(`"s3:Get"`, `"*"`), "+A"},
		"nothing to deny":      {"", deny(`"s3:Get"`, `"*"`), "+D"},
		"the same":             {allow(`"s3:Get"`, `"*"`), allow(`["S3:get"]`, `"*"`), ""},
		"allow to deny":        {allow(`"s3:Get"`, `"*"`), deny(`"s3:Get"`, `"*"`), "-A +D"},
		"an action more":       {allow(`"s3:Get"`, `"*"`), allow(`["s3:Get","s3:Put"]`, `"*"`), "+A"},
		"a denied action more": {deny(`"s3:Get"`, `"*"`), deny(`["s3:Get","s3:Put"]`, `"*"`), "+D"},
		"another action":       {allow(`"s3:Get"`, `"*"`), allow(`"s3:Put"`, `"*"`), "+A -A"},
		"a resource more":      {allow(`"s3:Get"`, `"a"`), allow(`"s3:Get"`, `["a","b"]`), "+A"},
		"a statement for a part": {
			allow(`["a:a","a:b"]`, `"x"`),
			two(allow(`"a:a"`, `"x"`), allow(`"a:b"`, `"x"`)),
			"",
		},
		"a part of the combinations": {
			allow(`["a:a","a:b"]`, `["x","y"]`),
			two(allow(`"a:a"`, `"x"`), allow(`"a:b"`, `"y"`)),
			"-A",
		},
		"a wider action":             {allow(`"s3:Get"`, `"*"`), allow(`"s3:*"`, `"*"`), "+A"},
		"any action":                 {allow(`"s3:G*"`, `"*"`), allow(`"*"`, `"*"`), "+A"},
		"a wider and another action": {allow(`["s3:GetA","kms:A"]`, `"*"`), allow(`"s3:Get*"`, `"*"`), "+A -A"},
		"another service":            {allow(`"s3:Get"`, `"*"`), allow(`"s3b:*"`, `"*"`), "+A -A"},
		"a question mark":            {allow(`"s3:Gets"`, `"*"`), allow(`"s3:Get?"`, `"*"`), "+A"},
		"question mark for asterisk": {allow(`"s3:Get*"`, `"*"`), allow(`"s3:Get?"`, `"*"`), "-A"},
		"a wider resource":           {allow(`"a:b"`, `"arn:aws:s3:::b/x/*"`), allow(`"a:b"`, `"arn:aws:s3:::b/*"`), "+A"},
		"wildcards in the middle":    {allow(`"a:b"`, `"arn:aws:s3:::a/x/b"`), allow(`"a:b"`, `"arn:aws:s3:::a*b"`), "+A"},
		"case of resources":          {allow(`"a:b"`, `"arn:aws:s3:::A"`), allow(`"a:b"`, `"arn:aws:s3:::a*"`), "+A -A"},
		"an asterisk across colons":  {allow(`"a:b"`, `"arn:aws:s3:::a"`), allow(`"a:b"`, `"arn:aws:s3:*"`), "+A -A"},
		"a variable below a prefix": {
			allow(`"a:b"`, `"arn:aws:s3:::b/${aws:username}/x"`),
			allow(`"a:b"`, `"arn:aws:s3:::b/*"`),
			"+A",
		},
		"a variable before a suffix": {
			allow(`"a:b"`, `"arn:aws:s3:::b/${aws:username}"`),
			allow(`"a:b"`, `"arn:aws:s3:::b/*}"`),
			"+A -A",
		},
		"a variable as account": {
			allow(`"a:b"`, `"arn:aws:sqs:x:${aws:a}:q"`),
			allow(`"a:b"`, `"arn:aws:sqs:x:*:q"`),
			"+A -A",
		},
		"an escaped asterisk": {
			allow(`"a:b"`, `"arn:aws:s3:::ab"`),
			allow(`"a:b"`, `"arn:aws:s3:::a${*}"`),
			"+A -A",
		},
		"fewer exclusions":         {all(`"NotAction":["a:a","a:b"]`), all(`"NotAction":"a:a"`), "+A"},
		"a wider exclusion":        {all(`"NotAction":"a:a"`), all(`"NotAction":"a:*"`), "-A"},
		"exclusion to everything":  {all(`"NotAction":"a:a","Resource":"x"`), all(`"Action":"*","Resource":"x"`), "+A"},
		"fewer excluded resources": {all(`"NotResource":["a","b"]`), all(`"NotResource":"a"`), "+A"},
		"excluded resource to all": {all(`"NotResource":"a"`), all(`"Resource":"*"`), "+A"},
		"exclusion and selection":  {all(`"NotAction":"a:a"`), all(`"Action":"b:b"`), "+A -A"},
		"a condition":              {when(`{}`), when(`{"Bool":{"aws:x":"true"}}`), "-A"},
		"a key more": {
			when(`{"Bool":{"a:x":"true"}}`),
			when(`{"Bool":{"A:x":"true","a:y":"true"}}`),
			"-A",
		},
		"a value more": {when(`{"StringLike":{"a:x":"1"}}`), when(`{"StringLike":{"a:x":["1","2"]}}`), "+A"},
		"a forbidden value more": {
			when(`{"StringNotLike":{"a:x":"1"}}`),
			when(`{"StringNotLike":{"a:x":["1","2"]}}`),
			"-A",
		},
		"a value within the pattern": {
			when(`{"ArnLike":{"a:x":"arn:aws:ecs:*:111122223333:*"}}`),
			when(`{"ArnLike":{"a:x":"arn:aws:ecs:eu-west-1:111122223333:*"}}`),
			"-A",
		},
		"a pattern that is no pattern": {
			when(`{"StringEquals":{"a:x":"team-*"}}`),
			when(`{"StringEquals":{"a:x":"team-a"}}`),
			"+A -A",
		},
		"a forbidden pattern for a forbidden value": {
			when(`{"StringNotLike":{"a:x":["team-a","b"]}}`),
			when(`{"StringNotLike":{"a:x":["team-*","b"]}}`),
			"-A",
		},
		"a network within a network": {
			when(`{"IpAddress":{"a:x":"10.0.0.0/8"}}`),
			when(`{"IpAddress":{"a:x":["10.1.0.0/16","10.2.3.4"]}}`),
			"-A",
		},
		"a network beside a network": {
			when(`{"NotIpAddress":{"a:x":"10.1.0.0/16"}}`),
			when(`{"NotIpAddress":{"a:x":"10.2.0.0/16"}}`),
			"+A -A",
		},
		"a set operator": {
			when(`{"ForAnyValue:StringEqualsIfExists":{"a:x":["1","2"]}}`),
			when(`{"ForAnyValue:StringEqualsIfExists":{"a:x":"2"}}`),
			"-A",
		},
		"another value":         {when(`{"Bool":{"aws:x":"true"}}`), when(`{"Bool":{"aws:x":"false"}}`), "+A -A"},
		"another operator":      {when(`{"Bool":{"a:x":"true"}}`), when(`{"BoolIfExists":{"a:x":"true"}}`), "+A -A"},
		"an unknown operator":   {when(`{"Odd":{"aws:x":"1"}}`), when(`{"Odd":{"aws:x":["1","2"]}}`), "+A -A"},
		"no values":             {when(`{"Bool":{"aws:x":[]}}`), when(`{"Bool":{"aws:x":["true"]}}`), "+A -A"},
		"a redundant statement": {when(`{}`), two(when(`{}`), when(`{"Bool":{"aws:x":"true"}}`)), ""},
		"a principal more":      {trusts(`{"Service":"a.b.c"}`), trusts(`{"Service":["a.b.c","d.b.c"]}`), "+A"},
		"a principal of another type": {
			trusts(`{"Service":"a.b.c"}`),
			trusts(`{"AWS":"111122223333","Service":"a.b.c"}`),
			"+A",
		},
		"another principal":         {trusts(`{"Service":"a.b.c"}`), trusts(`{"Service":"d.b.c"}`), "+A -A"},
		"anyone instead of someone": {trusts(`{"AWS":"111122223333"}`), trusts(`"*"`), "+A"},
		"anyone for a service":      {trusts(`{"Service":"a.b.c"}`), trusts(`"*"`), "+A -A"},
		"a root in its other form": {
			trusts(`{"AWS":"111122223333"}`),
			trusts(`{"AWS":"arn:aws:iam::111122223333:root"}`),
			"",
		},
		"an excluded principal more": {
			all(`"NotPrincipal":{"AWS":"1"}`),
			all(`"NotPrincipal":{"AWS":["1","2"]}`),
			"+A -A",
		},
		"a version without variables": {
			allow(`"a:b"`, `"x"`),
			strings.Replace(allow(`"a:b"`, `"x"`), "2012-10-17", "2008-10-17", 1),
			"",
		},
		"a version with variables": {
			allow(`"a:b"`, `"${a:b}"`),
			strings.Replace(allow(`"a:b"`, `"${a:b}"`), "2012-10-17", "2008-10-17", 1),
			"+A -A",
		},
		"an invalid pair of elements": {
			all(`"Action":"a:a","NotAction":"a:b"`),
			all(`"Action":["a:a","a:c"],"NotAction":"a:b"`),
			"+A -A",
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			old, new := parsed(t, test.old), parsed(t, test.new)
			got := Compare(old, new)
			if got.short() != test.want {
				t.Errorf("Compare = %q, want %q\n%s\n%s", got.short(), test.want, test.old, test.new)
			}
			if back := Compare(new, old); back != got.mirrored() {
				t.Errorf("the way back is %q, not the mirror image of %q", back.short(), got.short())
			}
		})
	}
}

func TestCompareWidensAndNarrowsByEffect(t *testing.T) {
	for _, test := range []struct {
		change          Change
		widens, narrows bool
	}{
		{Change{}, false, false},
		{Change{AddsAllow: true}, true, false},
		{Change{RemovesDeny: true}, true, false},
		{Change{RemovesAllow: true}, false, true},
		{Change{AddsDeny: true}, false, true},
	} {
		if got := test.change; got.Widens() != test.widens || got.Narrows() != test.narrows {
			t.Errorf("%q: Widens %v, Narrows %v", got.short(), got.Widens(), got.Narrows())
		}
	}
}

func TestCompareTakesOnlyEqualValuesAsCoveredInStatementsBeyondIAMsLimits(t *testing.T) {
	statement := func(element, pattern, more string) *Document {
		values := []string{more}
		for i := range 2000 {
			values = append(values, fmt.Sprintf(pattern, i))
		}
		st := Statement{Effect: Allow, Resources: values}
		if element == "NotAction" {
			st.NotActions = values
		} else {
			st.Actions = values
		}
		return &Document{Statements: []Statement{st}}
	}
	for name, test := range map[string]struct {
		old, new *Document
		want     string
	}{
		"one more": {statement("Action", "s3:Get%d", "s3:Get1"), statement("Action", "s3:Get%d", "s3:Put"), "+A"},
		"wildcards": {
			statement("Action", "s3:Get%d", "s3:Get1"),
			statement("Action", "s3:*%d*", "s3:Get*"),
			"+A -A",
		},
		"the same all but": {statement("NotAction", "s3:Get%d", "a:a"), statement("NotAction", "s3:Get%d", "a:a"), ""},
		"another all but":  {statement("NotAction", "s3:Get%d", "a:a"), statement("NotAction", "s3:Get%d", "a:b"), "+A -A"},
	} {
		if got := Compare(test.old, test.new); got.short() != test.want {
			t.Errorf("%s: Compare = %q, want %q", name, got.short(), test.want)
		}
	}
}
