// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package policy

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// doc frames statements, or the inside of one statement, as a document.
func doc(inside string) string {
	if !strings.HasPrefix(inside, "[") {
		inside = "[{" + inside + "}]"
	}
	return `{"Version":"2012-10-17","Statement":` + inside + `}`
}

const (
	allowAll = `"Effect":"Allow","Action":"*","Resource":"*"`
	trust    = `"Effect":"Allow","Action":"sts:AssumeRole","Principal":`
)

// condition is a statement with a condition.
func withCondition(text string) string { return doc(allowAll + `,"Condition":` + text) }

func TestEquivalentFollowsTheGrammar(t *testing.T) {
	type pair struct{ a, b string }
	same := map[string]pair{
		"white space":        {doc(allowAll), "\n" + strings.ReplaceAll(doc(allowAll), ",", " ,\r\n\t") + " "},
		"scalar and list":    {doc(allowAll), doc(`"Effect":"Allow","Action":["*"],"Resource":["*"]`)},
		"statement and list": {`{"Statement":{` + allowAll + `}}`, `{"Statement":[{` + allowAll + `}]}`},
		"absent and 2008": {
			`{"Statement":{` + allowAll + `}}`,
			`{"Version":"2008-10-17","Statement":{` + allowAll + `}}`,
		},
		"version without variables":        {doc(allowAll), `{"Version":"2008-10-17","Statement":{` + allowAll + `}}`},
		"absent version without variables": {doc(allowAll), `{"Statement":{` + allowAll + `}}`},
		"ArnEquals and ArnLike": {
			withCondition(`{"ArnEquals":{"aws:SourceArn":"arn:aws:ecs:*:1:*"}}`),
			withCondition(`{"ArnLike":{"aws:SourceArn":"arn:aws:ecs:*:1:*"}}`),
		},
		"ArnNotEquals and ArnNotLike": {
			withCondition(`{"ForAnyValue:ArnNotEqualsIfExists":{"a:x":"a"}}`),
			withCondition(`{"ForAnyValue:ArnNotLikeIfExists":{"a:x":"a"}}`),
		},
		"ArnEquals beside ArnLike, exchanged": {
			withCondition(`{"ArnEquals":{"a:x":"1"},"ArnLike":{"A:x":"2"}}`),
			withCondition(`{"ArnEquals":{"a:x":"2"},"ArnLike":{"a:X":"1"}}`),
		},
		"ArnEquals beside an equal ArnLike": {
			withCondition(`{"ArnEquals":{"a:x":"1"},"ArnLike":{"a:x":"1"}}`), withCondition(`{"ArnLike":{"a:x":"1"}}`),
		},
		"case of booleans":      {withCondition(`{"Bool":{"a:x":"True"}}`), withCondition(`{"Bool":{"a:x":true}}`)},
		"case of Null's values": {withCondition(`{"Null":{"a:x":"FALSE"}}`), withCondition(`{"Null":{"a:x":"false"}}`)},
		"spellings of a number": {
			withCondition(`{"NumericLessThan":{"a:x":[10,"10.0","+1e1","010",100.0e-1]}}`),
			withCondition(`{"NumericLessThan":{"a:x":"10"}}`),
		},
		"spellings of a fraction": {
			withCondition(`{"NumericEqualsIfExists":{"a:x":["-0.05","-.05","-5e-2"]}}`),
			withCondition(`{"NumericEqualsIfExists":{"a:x":"-0.050"}}`),
		},
		"spellings of zero": {
			withCondition(`{"NumericEquals":{"a:x":["-0","0.0","0e5"]}}`), withCondition(`{"NumericEquals":{"a:x":0}}`),
		},
		"spellings of a moment": {
			withCondition(`{"DateLessThan":{"a:x":["2026-01-01T00:00:00Z","1767225600","2026-01-01T02:00+02:00"]}}`),
			withCondition(`{"DateLessThan":{"a:x":["2026-01-01","2025-12-31T23:00:00.000-01:00",1767225600]}}`),
		},
		"spellings of an address": {
			withCondition(`{"IpAddress":{"a:x":"1.2.3.4"}}`), withCondition(`{"IpAddress":{"a:x":"1.2.3.4/32"}}`),
		},
		"spellings of a range": {
			withCondition(`{"NotIpAddress":{"a:x":"10.0.0.0/8"}}`), withCondition(`{"NotIpAddress":{"a:x":"10.1.2.3/8"}}`),
		},
		"spellings of an IPv6 address": {
			withCondition(`{"IpAddress":{"a:x":["2001:DB8::1","2001:db8:0:0::1/128"]}}`),
			withCondition(`{"IpAddress":{"a:x":"2001:0db8::0001"}}`),
		},
		"case of values whose case is ignored": {
			withCondition(`{"StringEqualsIgnoreCase":{"a:x":"A"}}`), withCondition(`{"StringEqualsIgnoreCase":{"a:x":"a"}}`),
		},
		"asterisks in a row": {
			doc(`"Effect":"Allow","Action":"s3:Get**","Resource":"arn:aws:s3:::a*?*b"`),
			doc(`"Effect":"Allow","Action":"s3:Get*","Resource":"arn:aws:s3:::a?*b"`),
		},
		"asterisks in a row in a condition": {
			withCondition(`{"StringLike":{"a:x":"${aws:username}***"},"ArnLike":{"a:x":"a**"}}`),
			withCondition(`{"StringLike":{"a:x":"${aws:username}*"},"ArnLike":{"a:x":"a*"}}`),
		},
		"order of elements": {doc(allowAll), doc(`"Resource":"*","Action":"*","Effect":"Allow"`)},
		"order of statements": {
			doc(`[{"Effect":"Deny"},{"Effect":"Allow"}]`),
			doc(`[{"Effect":"Allow"},{"Effect":"Deny"}]`),
		},
		"a repeated statement": {doc(`[{"Sid":"a",` + allowAll + `},{"Sid":"b",` + allowAll + `}]`), doc(allowAll)},
		"order of actions": {
			doc(`"Effect":"Deny","Action":["a:b","a:c"]`),
			doc(`"Effect":"Deny","Action":["a:c","a:b"]`),
		},
		"repeated actions": {doc(`"Effect":"Deny","Action":["a:b","A:B"]`), doc(`"Effect":"Deny","Action":"a:b"`)},
		"case of actions": {
			doc(`"Effect":"Deny","NotAction":"S3:getobject"`),
			doc(`"Effect":"Deny","NotAction":"s3:GetObject"`),
		},
		"repeated resources": {
			doc(`"Effect":"Deny","Resource":["b","a","b"]`),
			doc(`"Effect":"Deny","Resource":["a","b"]`),
		},
		"a Sid":              {doc(allowAll), doc(`"Sid":"A",` + allowAll)},
		"an empty Sid":       {doc(allowAll), doc(`"Sid":"",` + allowAll)},
		"an Id":              {doc(allowAll), `{"Id":"x",` + doc(allowAll)[1:]},
		"an empty condition": {doc(allowAll), withCondition(`{}`)},
		"an empty operator":  {withCondition(`{"Bool":{}}`), doc(allowAll)},
		"a boolean":          {withCondition(`{"Bool":{"aws:x":true}}`), withCondition(`{"Bool":{"aws:x":"true"}}`)},
		"a number": {
			withCondition(`{"Bool":{"aws:x":[10,-1e3]}}`),
			withCondition(`{"Bool":{"aws:x":["-1e3","10"]}}`),
		},
		"a big number": {
			withCondition(`{"Bool":{"aws:x":12345678901234567890.10}}`),
			withCondition(`{"Bool":{"aws:x":"12345678901234567890.10"}}`),
		},
		"case of condition keys": {withCondition(`{"Bool":{"AWS:x":"a"}}`), withCondition(`{"Bool":{"aws:X":["a","a"]}}`)},
		"order of condition keys": {
			withCondition(`{"Bool":{"a:B":"a","a:a":"b"},"Null":{"a:a":"a"}}`),
			withCondition(`{"Null":{"a:a":"a"},"Bool":{"a:a":"b","a:b":"a"}}`),
		},
		"escapes": {doc(allowAll), doc(`"\u0045ffect":"\u0041llow","Action":"\u002a","Resource":"*"`)},
		"anyone":  {doc(trust + `"*"`), doc(trust + `{"AWS":["*"]}`)},
		"an account's root": {
			doc(trust + `{"AWS":"111122223333"}`),
			doc(trust + `{"AWS":"arn:aws-cn:iam::111122223333:root"}`),
		},
		"both forms of root": {
			doc(trust + `{"AWS":["111122223333","arn:aws:iam::111122223333:root"]}`),
			doc(trust + `{"AWS":"arn:aws:iam::111122223333:root"}`),
		},
		"order of principals": {
			doc(trust + `{"AWS":["111122223333","444455556666"],"Service":["b.a.c","a.a.c"]}`),
			doc(trust + `{"Service":["a.a.c","b.a.c","a.a.c"],"AWS":["arn:aws:iam::444455556666:root","111122223333"]}`),
		},
		"an empty principal type": {doc(trust + `{"AWS":"*","Service":[]}`), doc(trust + `"*"`)},
	}
	different := map[string]pair{
		"version of a variable in a resource": {
			doc(`"Effect":"Allow","Resource":"${aws:x}"`), `{"Version":"2008-10-17","Statement":{"Effect":"Allow","Resource":"${aws:x}"}}`,
		},
		"absent version of a variable in a condition": {
			withCondition(`{"StringLike":{"a:x":"${aws:x}"}}`),
			`{"Statement":{` + allowAll + `,"Condition":{"StringLike":{"a:x":"${aws:x}"}}}}`,
		},
		"version of a variable in one of two statements": {
			doc(`[{` + allowAll + `},{"Effect":"Deny","NotResource":"${aws:x}"}]`),
			`{"Statement":[{` + allowAll + `},{"Effect":"Deny","NotResource":"${aws:x}"}]}`,
		},
		"effect":              {doc(`"Effect":"Allow"`), doc(`"Effect":"Deny"`)},
		"action":              {doc(`"Effect":"Allow","Action":"a:b"`), doc(`"Effect":"Allow","Action":"a:c"`)},
		"one action more":     {doc(`"Effect":"Allow","Action":"a:b"`), doc(`"Effect":"Allow","Action":["a:b","a:c"]`)},
		"action or all but":   {doc(`"Effect":"Allow","Action":"a:b"`), doc(`"Effect":"Allow","NotAction":"a:b"`)},
		"resource or all but": {doc(`"Effect":"Allow","Resource":"a"`), doc(`"Effect":"Allow","NotResource":"a"`)},
		"case of resources":   {doc(`"Effect":"Allow","Resource":"a"`), doc(`"Effect":"Allow","Resource":"A"`)},
		"regrouped":           {doc(`"Effect":"Allow","Action":"a:b"`), doc(`"Effect":"Allow","Resource":"a:b"`)},
		"one statement more":  {doc(allowAll), doc(`[{` + allowAll + `},{"Effect":"Deny"}]`)},
		"cross product": {
			doc(`[{"Effect":"Allow","Action":"a:a","Resource":"x"},{"Effect":"Allow","Action":"a:b","Resource":"y"}]`),
			doc(`[{"Effect":"Allow","Action":"a:a","Resource":"y"},{"Effect":"Allow","Action":"a:b","Resource":"x"}]`),
		},
		"condition":                {doc(allowAll), withCondition(`{"Bool":{"aws:x":"true"}}`)},
		"condition without values": {doc(allowAll), withCondition(`{"Bool":{"aws:x":[]}}`)},
		"condition value": {
			withCondition(`{"Bool":{"aws:x":"true"}}`),
			withCondition(`{"Bool":{"aws:x":"false"}}`),
		},
		"condition operator":       {withCondition(`{"Bool":{"a:x":"a"}}`), withCondition(`{"BoolIfExists":{"a:x":"a"}}`)},
		"case of operators":        {withCondition(`{"Bool":{"a:x":"a"}}`), withCondition(`{"bool":{"a:x":"a"}}`)},
		"case of condition values": {withCondition(`{"Bool":{"aws:x":"a"}}`), withCondition(`{"Bool":{"aws:x":"A"}}`)},
		"ArnEquals beside another ArnLike": {
			withCondition(`{"ArnEquals":{"a:x":"1"},"ArnLike":{"a:x":"2"}}`), withCondition(`{"ArnLike":{"a:x":["1","2"]}}`),
		},
		"ArnLike and its negation":    {withCondition(`{"ArnLike":{"a:x":"a"}}`), withCondition(`{"ArnNotLike":{"a:x":"a"}}`)},
		"StringEquals and StringLike": {withCondition(`{"StringEquals":{"a:x":"a"}}`), withCondition(`{"StringLike":{"a:x":"a"}}`)},
		"numbers that differ late": {
			withCondition(`{"NumericEquals":{"a:x":9007199254740993}}`), withCondition(`{"NumericEquals":{"a:x":9007199254740992}}`),
		},
		"numbers and their negation": {
			withCondition(`{"NumericEquals":{"a:x":1}}`), withCondition(`{"NumericEquals":{"a:x":-1}}`),
		},
		"numbers under a text operator": {
			withCondition(`{"StringEquals":{"a:x":"10"}}`), withCondition(`{"StringEquals":{"a:x":"10.0"}}`),
		},
		"booleans under a text operator": {
			withCondition(`{"StringEquals":{"a:x":"true"}}`), withCondition(`{"StringEquals":{"a:x":"True"}}`),
		},
		"asterisks under a text operator": {
			withCondition(`{"StringEquals":{"a:x":"a**"}}`), withCondition(`{"StringEquals":{"a:x":"a*"}}`),
		},
		"a literal asterisk beside one": {
			doc(`"Effect":"Allow","Resource":"a${*}*"`), doc(`"Effect":"Allow","Resource":"a*"`),
		},
		"a year and a moment": {
			withCondition(`{"DateLessThan":{"a:x":"2026"}}`), withCondition(`{"DateLessThan":{"a:x":"1970-01-01T00:33:46Z"}}`),
		},
		"moments with a comma": {
			withCondition(`{"DateLessThan":{"a:x":"2026-01-01T00:00:00,5Z"}}`),
			withCondition(`{"DateLessThan":{"a:x":"2026-01-01T00:00:00.5Z"}}`),
		},
		"moments that differ late": {
			withCondition(`{"DateLessThan":{"a:x":"2026-01-01T00:00:00.1234567890Z"}}`),
			withCondition(`{"DateLessThan":{"a:x":"2026-01-01T00:00:00.1234567891Z"}}`),
		},
		"an address and a range": {
			withCondition(`{"IpAddress":{"a:x":"10.0.0.0"}}`), withCondition(`{"IpAddress":{"a:x":"10.0.0.0/31"}}`),
		},
		"an IPv4 address and its IPv6 form": {
			withCondition(`{"IpAddress":{"a:x":"1.2.3.4"}}`), withCondition(`{"IpAddress":{"a:x":"::ffff:1.2.3.4"}}`),
		},
		"numbers as written":   {withCondition(`{"Bool":{"aws:x":10}}`), withCondition(`{"Bool":{"aws:x":10.0}}`)},
		"exponents as written": {withCondition(`{"Bool":{"aws:x":1e3}}`), withCondition(`{"Bool":{"aws:x":1000}}`)},
		"big numbers": {
			withCondition(`{"Bool":{"aws:x":9007199254740993}}`), withCondition(`{"Bool":{"aws:x":9007199254740992}}`),
		},
		"values of another key": {
			withCondition(`{"Bool":{"a:x":"1","a:y":"2"}}`),
			withCondition(`{"Bool":{"a:x":"2","a:y":"1"}}`),
		},
		"principal":            {doc(trust + `{"AWS":"111122223333"}`), doc(trust + `{"AWS":"111122223334"}`)},
		"principal type":       {doc(trust + `{"AWS":"a.b.c"}`), doc(trust + `{"Service":"a.b.c"}`)},
		"principal or all but": {doc(`"Effect":"Deny","Principal":"*"`), doc(`"Effect":"Deny","NotPrincipal":"*"`)},
		"case of principals":   {doc(trust + `{"Service":"a.b.c"}`), doc(trust + `{"Service":"A.b.c"}`)},
		"root and role": {
			doc(trust + `{"AWS":"111122223333"}`),
			doc(trust + `{"AWS":"arn:aws:iam::111122223333:role/root"}`),
		},
		"root outside the principal": {
			withCondition(`{"ArnEquals":{"aws:PrincipalArn":"arn:aws:iam::111122223333:root"}}`),
			withCondition(`{"ArnEquals":{"aws:PrincipalArn":"111122223333"}}`),
		},
		"roots of two partitions": {
			doc(trust + `{"AWS":"arn:aws:iam::111122223333:root"}`), doc(trust + `{"AWS":"arn:aws-cn:iam::111122223333:root"}`),
		},
		"an empty principal": {doc(`"Effect":"Allow","Principal":{}`), doc(`"Effect":"Allow"`)},
	}
	check := func(want bool, pairs map[string]pair) {
		for name, p := range pairs {
			t.Run(name, func(t *testing.T) {
				for _, p := range []pair{p, {p.b, p.a}} {
					if got, err := Equivalent([]byte(p.a), []byte(p.b)); err != nil || got != want {
						t.Errorf("Equivalent = %v, %v, want %v\n%s\n%s", got, err, want, p.a, p.b)
					}
				}
			})
		}
	}
	check(true, same)
	check(false, different)
}

func TestEquivalentRefusesWhatDoesNotParseEvenWhenIdentical(t *testing.T) {
	good, bad := []byte(doc(allowAll)), []byte(`{"Statement":[{"Effect":"allow"}]}`)
	for name, pair := range map[string][2][]byte{"first": {bad, good}, "second": {good, bad}, "both": {bad, bad}} {
		t.Run(name, func(t *testing.T) {
			got, err := Equivalent(pair[0], pair[1])
			var list ParseErrors
			if got || !errors.As(err, &list) {
				t.Errorf("Equivalent = %v, %v, want a ParseErrors", got, err)
			}
		})
	}
}

func TestCanonicalIsTheNormalFormAndLeavesTheDocumentAlone(t *testing.T) {
	declared := func() *Document {
		return &Document{ID: "x", Statements: []Statement{
			{
				Sid: "B", Effect: Deny, NotActions: []string{"S3:Put", "s3:put"}, NotResources: []string{"b", "a"},
				Condition: Condition{"StringEquals": {"AWS:Tag": {"b", "a", "b"}}, "Bool": {}},
			},
			{
				Sid: "A", Effect: Allow, Actions: []string{"sts:AssumeRole"}, Resources: []string{},
				Principal: &Principal{AWS: []string{"arn:aws:iam::444455556666:root", "111122223333", "444455556666"}},
			},
		}}
	}
	want := &Document{Version: Version2012, Statements: []Statement{
		{
			Effect: Allow, Actions: []string{"sts:assumerole"},
			Principal: &Principal{AWS: []string{"111122223333", "444455556666"}},
		},
		{
			Effect: Deny, NotActions: []string{"s3:put"}, NotResources: []string{"a", "b"},
			Condition: Condition{"StringEquals": {"aws:tag": {"a", "b"}}},
		},
	}}
	d := declared()
	if diff := cmp.Diff(want, d.Canonical()); diff != "" {
		t.Errorf("Canonical (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(declared(), d); diff != "" {
		t.Errorf("the receiver changed (-before +after):\n%s", diff)
	}
}

func TestCanonicalKeepsConditionKeysApartThatDifferInCase(t *testing.T) {
	d := &Document{Statements: []Statement{{
		Effect:    Allow,
		Condition: Condition{"StringEquals": {"aws:X": {"a"}, "aws:x": {"b"}, "AWS:Y": {"c"}}},
	}}}
	want := Condition{"StringEquals": {"aws:X": {"a"}, "aws:x": {"b"}, "aws:y": {"c"}}}
	if diff := cmp.Diff(want, d.Canonical().Statements[0].Condition); diff != "" {
		t.Errorf("condition (-want +got):\n%s", diff)
	}
}

func TestCanonicalKeepsTwoConditionsOnOneKeyApart(t *testing.T) {
	d := &Document{Version: Version2012, Statements: []Statement{{
		Effect: Allow,
		Condition: Condition{
			"ArnLike":   {"aws:X": {"b"}, "aws:x": {"c"}},
			"ArnEquals": {"AWS:x": {"a"}},
		},
	}}}
	want := Condition{"ArnLike": {"AWS:x": {"a"}, "aws:X": {"c"}}, "ArnEquals": {"AWS:x": {"b"}}}
	canonical := d.Canonical()
	if diff := cmp.Diff(want, canonical.Statements[0].Condition); diff != "" {
		t.Errorf("condition (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(canonical, canonical.Canonical()); diff != "" {
		t.Errorf("canonical again (-once +twice):\n%s", diff)
	}
}

func TestNumbersOfAnySizeHaveOneForm(t *testing.T) {
	for value, want := range map[string]string{
		"1e40": "1" + strings.Repeat("0", 40), "10e99999": "1e100000", "1e41": "1e41", "12e-50": "12e-50", "1.50": "1.5",
		"1e1000000": "1e1000000", "": "", ".": ".", "1e": "1e", "e5": "e5", "1.2.3": "1.2.3", "--1": "--1", "0x10": "0x10",
		//nolint:gocritic // a blank is part of the value
		" 1": " 1", "1_0": "1_0", "00.100e1": "1",
	} {
		if got := normalNumber(value); got != want {
			t.Errorf("normalNumber(%q) = %q, want %q", value, got, want)
		}
		if got := normalNumber(want); got != want {
			t.Errorf("normalNumber(%q) = %q, which is not stable", want, got)
		}
	}
}

func TestUniqueIDsAreResolvedOnlyWhereTheyArePrincipals(t *testing.T) {
	const id, other, arn = "AROAEXAMPLEEXAMPLE12", "AROAEXAMPLEEXAMPLE34", "arn:aws:iam::111122223333:role/r"
	declared := func(self string) *Document {
		return &Document{Version: Version2012, Statements: []Statement{
			{Effect: Allow, Principal: &Principal{AWS: []string{other, self}, Service: []string{id}}},
			{Effect: Deny, NotPrincipal: &Principal{AWS: []string{self}}, Condition: Condition{"StringEquals": {"aws:userid": {id}}}},
			{Effect: Allow},
		}}
	}
	d := declared(id)
	resolved := d.ResolveIDs(map[string]string{id: arn, "111122223333": arn})
	if diff := cmp.Diff(declared(arn), resolved); diff != "" {
		t.Errorf("ResolveIDs (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(declared(id), d); diff != "" {
		t.Errorf("the receiver changed (-before +after):\n%s", diff)
	}
}

func TestHashIsTheSameAcrossVersionsOfThisProgram(t *testing.T) {
	d, err := Parse([]byte(doc(`"Sid":"A",` + allowAll)))
	if err != nil {
		t.Fatal(err)
	}
	const want = "ba7a72db51c4bc68cd2406c3209a59969f072592e552d142752d4c2879c1ab31" // sha256sum of the text
	if got := d.Hash(); got != want {
		t.Errorf("Hash = %s, want %s: hashes are stored, they must not change", got, want)
	}
}

func TestNilDocumentsAreEmpty(t *testing.T) {
	var d *Document
	if d.Canonical() != nil || d.Render() != nil || d.RenderIndent() != nil || d.OnlyDenies() ||
		d.OrphanedPrincipals() != nil || d.ResolveIDs(nil) != nil || d.Hash() != (&Document{}).Hash() {
		t.Error("a nil document is not treated as empty")
	}
	if len(d.Validate(TrustPolicy)) == 0 {
		t.Error("Validate of a nil document found no problem")
	}
	if !Diff(d, d).Empty() || Compare(d, d) != (Change{}) {
		t.Error("two nil documents differ")
	}
}

func TestOnlyDeniesWantsAStatementAndNoAllow(t *testing.T) {
	allow, deny := Statement{Effect: Allow}, Statement{Effect: Deny}
	for name, test := range map[string]struct {
		statements []Statement
		want       bool
	}{
		"no statement": {nil, false},
		"denies":       {[]Statement{deny, deny}, true},
		"an allow":     {[]Statement{deny, allow}, false},
	} {
		if got := (&Document{Statements: test.statements}).OnlyDenies(); got != test.want {
			t.Errorf("%s: OnlyDenies = %v, want %v", name, got, test.want)
		}
	}
}

func TestOrphanedPrincipalsAreUniqueIDsOfRolesAndUsers(t *testing.T) {
	d := &Document{Statements: []Statement{
		{Principal: &Principal{AWS: []string{
			"AROAEXAMPLEEXAMPLE12", "111122223333", "AROASHORT", "AROAexampleexample12", "AGPAEXAMPLEEXAMPLE12",
			"arn:aws:iam::111122223333:role/AROAEXAMPLEEXAMPLE12",
		}}},
		{NotPrincipal: &Principal{AWS: []string{"AIDAEXAMPLEEXAMPLE12", "AROAEXAMPLEEXAMPLE12"}}},
		{},
	}}
	want := []string{"AIDAEXAMPLEEXAMPLE12", "AROAEXAMPLEEXAMPLE12"}
	if diff := cmp.Diff(want, d.OrphanedPrincipals()); diff != "" {
		t.Errorf("OrphanedPrincipals (-want +got):\n%s", diff)
	}
}
