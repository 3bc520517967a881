// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package bench

import (
	"strings"
	"testing"

	awspolicy "github.com/hashicorp/awspolicyequivalence"

	"github.com/ecsiam/ecs-iam-controller/internal/policy"
)

// verdict is what a library says of two documents.
type verdict string

const (
	equal     verdict = "equal"
	different verdict = "different"
	refused   verdict = "refused"
)

func verdictOf(same bool, err error) verdict {
	switch {
	case err != nil:
		return refused
	case same:
		return equal
	}
	return different
}

// with is a document of one statement that has the given elements besides effect, action and resource.
func with(elements string) string {
	return `{"Version":"2012-10-17","Statement":[` + statementWith(elements) + `]}`
}

func statementWith(elements string) string {
	return `{"Effect":"Allow","Action":"s3:GetObject","Resource":"*"` + elements + `}`
}

// TestDisagreementsWithHashicorpAreTheKnownOnes lists where the two libraries differ, with the rule of IAM's grammar
// that decides. A row fails when either library changes its mind.
func TestDisagreementsWithHashicorpAreTheKnownOnes(t *testing.T) {
	condition := func(text string) string { return with(`,"Condition":` + text) }
	plain := with("")
	tests := map[string]struct {
		a, b            string
		ours, hashicorp verdict
	}{
		// Differences in the text that make none in what is permitted.
		"actions ignore case": {
			plain,
			strings.Replace(plain, "s3:GetObject", "S3:getobject", 1),
			equal,
			different,
		},
		"condition keys ignore case": {
			condition(`{"Bool":{"aws:X":"a"}}`),
			condition(`{"Bool":{"AWS:x":"a"}}`),
			equal,
			different,
		},
		"an empty condition asks nothing": {condition(`{}`), plain, equal, different},
		"an empty operator asks nothing":  {condition(`{"Bool":{}}`), plain, equal, different},
		"a Sid permits nothing":           {with(`,"Sid":"A"`), plain, equal, different},
		"an Id permits nothing":           {`{"Id":"A",` + plain[1:], plain, equal, different},
		"no version is 2008-10-17": {
			strings.Replace(plain, `"Version":"2012-10-17",`, "", 1), strings.Replace(plain, "2012", "2008", 1),
			equal, different,
		},
		"a repeated action": {
			plain,
			strings.Replace(plain, `"s3:GetObject"`, `["s3:GetObject","s3:GetObject"]`, 1),
			equal,
			different,
		},
		"a repeated statement": {
			plain,
			strings.Replace(plain, "[", "["+statementWith("")+",", 1),
			equal,
			different,
		},
		"a repeated condition value": {
			condition(`{"Bool":{"aws:x":"a"}}`), condition(`{"Bool":{"aws:x":["a","a"]}}`), equal, different,
		},
		"a repeated principal": {
			with(`,"Principal":{"AWS":"*"}`),
			with(`,"Principal":{"AWS":["*","*"]}`),
			equal,
			different,
		},
		"the bare star is AWS star": {with(`,"Principal":"*"`), with(`,"Principal":{"AWS":"*"}`), equal, different},

		// Differences in what is permitted that hashicorp does not see.
		"a principal and none": {with(`,"Principal":"*"`), plain, different, equal},
		"big numbers": {
			condition(`{"Bool":{"a:b":9007199254740993}}`),
			condition(`{"Bool":{"a:b":9007199254740992}}`),
			different,
			equal,
		},
		"numbers written in two ways": {
			condition(`{"Bool":{"a:b":1e1}}`),
			condition(`{"Bool":{"a:b":"10"}}`),
			different,
			equal,
		},

		// Text that IAM refuses and hashicorp compares.
		"an effect in lower case":    {plain, strings.Replace(plain, "Allow", "allow", 1), refused, equal},
		"elements in lower case":     {plain, strings.Replace(plain, `"Action"`, `"action"`, 1), refused, equal},
		"an unknown element":         {plain, with(`,"Conditions":{"Bool":{"aws:x":"a"}}`), refused, equal},
		"a duplicate element":        {plain, with(`,"Effect":"Allow"`), refused, equal},
		"a list of documents":        {plain, "[" + plain + "]", refused, equal},
		"nothing":                    {"", "", refused, equal},
		"half a surrogate":           {with(`,"Sid":"\ud800"`), with(`,"Sid":"\udfff"`), refused, equal},
		"a null principal":           {plain, with(`,"Principal":null`), refused, equal},
		"a statement without effect": {`{"Statement":{}}`, `{"Statement":{}}`, refused, equal},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			ours := verdictOf(policy.Equivalent([]byte(test.a), []byte(test.b)))
			hashicorp := verdictOf(awspolicy.PoliciesAreEquivalent(test.a, test.b))
			if ours != test.ours || hashicorp != test.hashicorp {
				t.Errorf("ours says %s, hashicorp %s; known are %s and %s\n%s\n%s",
					ours, hashicorp, test.ours, test.hashicorp, test.a, test.b)
			}
		})
	}
}

func TestBothAgreeOnOrderListsAndRealDifferences(t *testing.T) {
	large := newDocument(10 << 10)
	tests := map[string]struct {
		a, b string
		want verdict
	}{
		"white space":     {with(""), strings.ReplaceAll(with(""), ",", " ,\n"), equal},
		"scalar and list": {with(""), strings.Replace(with(""), `"*"`, `["*"]`, 1), equal},
		"order of lists":  {with(`,"NotAction":["a:a","a:b"]`), with(`,"NotAction":["a:b","a:a"]`), equal},
		"boolean and text": {
			with(`,"Condition":{"Bool":{"a:b":true}}`),
			with(`,"Condition":{"Bool":{"a:b":"true"}}`),
			equal,
		},
		"number and text": {
			with(`,"Condition":{"Bool":{"a:b":10}}`),
			with(`,"Condition":{"Bool":{"a:b":"10"}}`),
			equal,
		},
		"id and root": {
			with(`,"Principal":{"AWS":"111122223333"}`),
			with(`,"Principal":{"AWS":"arn:aws:iam::111122223333:root"}`),
			equal,
		},
		"another effect":  {with(""), strings.Replace(with(""), "Allow", "Deny", 1), different},
		"another action":  {with(""), strings.Replace(with(""), "Get", "Put", 1), different},
		"another version": {with(""), strings.Replace(with(""), "2012", "2008", 1), different},
		"another partition": {
			with(`,"Principal":{"AWS":"arn:aws:iam::111122223333:root"}`),
			with(`,"Principal":{"AWS":"arn:aws-cn:iam::111122223333:root"}`),
			different,
		},
		"a condition":           {with(""), with(`,"Condition":{"Bool":{"a:b":"true"}}`), different},
		"cut short":             {with(""), with("")[1:], refused},
		"all in another order":  {large.json(), large.reordered().json(), equal},
		"one action among many": {large.json(), large.different().json(), different},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			ours := verdictOf(policy.Equivalent([]byte(test.a), []byte(test.b)))
			hashicorp := verdictOf(awspolicy.PoliciesAreEquivalent(test.a, test.b))
			if ours != test.want || hashicorp != test.want {
				t.Errorf("ours says %s, hashicorp %s, want %s\n%s\n%s", ours, hashicorp, test.want, test.a, test.b)
			}
		})
	}
}

func TestEquivalentAllocatesLessThanHashicorp(t *testing.T) {
	for _, size := range []int{1 << 10, 4 << 10, 10 << 10} {
		d := newDocument(size)
		a, b := d.json(), d.reordered().json()
		x, y := []byte(a), []byte(b)
		ours := testing.AllocsPerRun(5, func() { _, _ = policy.Equivalent(x, y) })
		hashicorp := testing.AllocsPerRun(5, func() { _, _ = awspolicy.PoliciesAreEquivalent(a, b) })
		if ours*3 > hashicorp {
			t.Errorf("%d bytes: %v allocations, hashicorp %v, want at most a third", size, ours, hashicorp)
		}
	}
}
