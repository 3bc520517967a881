// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package policy

import (
	"bytes"
	"fmt"
	"maps"
	"math/big"
	"net"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"github.com/ecsiam/ecs-iam-controller/internal/laws"
)

func mustParse(t *rapid.T, text []byte) *Document {
	d, err := Parse(text)
	if err != nil {
		t.Fatalf("%v in %s", err, text)
	}
	return d
}

func mustEquivalent(t *rapid.T, a, b []byte) bool {
	same, err := Equivalent(a, b)
	if err != nil {
		t.Fatalf("%v for\n%s\n%s", err, a, b)
	}
	return same
}

func TestWritingTheSameDifferentlyNeverMatters(t *testing.T) {
	laws.Check(t, func(t *rapid.T) {
		d := documents().Draw(t, "document")
		a, b := rewriter{t}.document(d), rewriter{t}.document(d)
		x, y := mustParse(t, a), mustParse(t, b)
		if !mustEquivalent(t, a, b) || !mustEquivalent(t, a, d.Render()) {
			t.Errorf("not equivalent:\n%s\n%s", a, b)
		}
		if x.Hash() != y.Hash() || x.Hash() != d.Hash() {
			t.Errorf("different hashes:\n%s\n%s", a, b)
		}
		if delta := Diff(x, y); !delta.Empty() {
			t.Errorf("difference %v between\n%s\n%s", delta, a, b)
		}
		if change := Compare(x, y); change != (Change{}) {
			t.Errorf("change %q between\n%s\n%s", change.short(), a, b)
		}
	})
}

// mutations each change what a statement means, given a value that the generated documents do not hold.
var mutations = map[string]func(st *Statement){
	"effect": func(st *Statement) {
		if st.Effect == Allow {
			st.Effect = Deny
		} else {
			st.Effect = Allow
		}
	},
	"action":          func(st *Statement) { st.Actions = append(st.Actions, "ecs:RunTask") },
	"action lost":     func(st *Statement) { st.Actions, st.NotActions = nil, nil },
	"not":             func(st *Statement) { st.Actions, st.NotActions = st.NotActions, st.Actions },
	"resource":        func(st *Statement) { st.Resources = append(st.Resources, "arn:aws:ecs:::new") },
	"principal added": func(st *Statement) { st.Principal = &Principal{Federated: []string{"new"}} },
	"operator": func(st *Statement) {
		c := Condition{"Null": {"aws:SecureTransport": {"true"}}}
		maps.Copy(c, st.Condition)
		st.Condition = c
	},
	"value": func(st *Statement) {
		c := Condition{"StringLike": {"aws:new": {"x"}}}
		for operator, keys := range st.Condition {
			c[operator] = map[string][]string{}
			for key, values := range keys {
				c[operator][key] = append(slices.Clone(values), "new")
			}
		}
		st.Condition = c
	},
	"key": func(st *Statement) {
		st.Condition = Condition{"StringEquals": {"aws:new": {"x"}}}
	},
}

func TestChangingAPermissionAlwaysMatters(t *testing.T) {
	for name, mutate := range mutations {
		t.Run(name, func(t *testing.T) {
			laws.Check(t, func(t *rapid.T) {
				d := documents().Draw(t, "document")
				d.Statements = d.Canonical().Statements // without repetitions, so that each statement counts
				changed := &Document{Version: d.Version, Statements: slices.Clone(d.Statements)}
				i := rapid.IntRange(0, len(d.Statements)-1).Draw(t, "statement")
				mutate(&changed.Statements[i])
				a, b := rewriter{t}.document(d), rewriter{t}.document(changed)
				if mustEquivalent(t, a, b) || mustEquivalent(t, b, a) {
					t.Errorf("equivalent:\n%s\n%s", a, b)
				}
				if d.Hash() == changed.Hash() {
					t.Errorf("equal hashes:\n%s\n%s", a, b)
				}
				if Diff(d, changed).Empty() || Diff(d, changed).String() == "" {
					t.Errorf("no difference:\n%s\n%s", a, b)
				}
			})
		})
	}
}

func TestRenderAndParseAreInverse(t *testing.T) {
	laws.Check(t, func(t *rapid.T) {
		d := documents().Draw(t, "document")
		text := d.Render()
		parsed := mustParse(t, text)
		if diff := cmp.Diff(d, parsed, cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("parsed (-rendered +parsed):\n%s", diff)
		}
		if again := parsed.Render(); !bytes.Equal(again, text) {
			t.Errorf("rendered again:\n%s\n%s", text, again)
		}
		if indented := mustParse(t, d.RenderIndent()); !cmp.Equal(parsed, indented) {
			t.Errorf("the indented form reads differently:\n%s", d.RenderIndent())
		}
		if Size(d.RenderIndent()) != Size(text) {
			t.Errorf("indented size %d, compact size %d", Size(d.RenderIndent()), Size(text))
		}
	})
}

func TestRenderOfAnyStringsIsTheDocument(t *testing.T) {
	laws.Check(t, func(t *rapid.T) {
		text := rapid.String().Draw(t, "text")
		d := &Document{Version: Version2012, Statements: []Statement{{
			Effect: Allow, Actions: []string{text, text}, Resources: []string{text},
			Condition: Condition{"StringEquals": {text: {text}}},
		}}}
		if diff := cmp.Diff(d, mustParse(t, d.Render())); diff != "" {
			t.Errorf("parsed (-rendered +parsed):\n%s", diff)
		}
	})
}

func TestCanonicalIsIdempotentAndEquivalent(t *testing.T) {
	laws.Check(t, func(t *rapid.T) {
		d := documents().Draw(t, "document")
		canonical := d.Canonical()
		if diff := cmp.Diff(canonical, canonical.Canonical()); diff != "" {
			t.Errorf("canonical again (-once +twice):\n%s", diff)
		}
		if !mustEquivalent(t, d.Render(), canonical.Render()) {
			t.Errorf("not equivalent:\n%s\n%s", d.Render(), canonical.Render())
		}
	})
}

// neighbours draws two documents of which the second is often the first, a little changed.
func neighbours(t *rapid.T) (*Document, *Document) {
	a := documents().Draw(t, "a")
	if rapid.IntRange(0, 3).Draw(t, "unrelated") == 0 {
		return a, documents().Draw(t, "b")
	}
	b := &Document{Version: a.Version, Statements: slices.Clone(a.Statements)}
	if rapid.IntRange(0, 3).Draw(t, "another version") == 0 {
		b.Version = documents().Draw(t, "version").Version
	}
	kind := IdentityPolicy
	if a.Statements[0].Principal != nil {
		kind = TrustPolicy
	}
	fresh := statements(kind).Draw(t, "fresh")
	st := &b.Statements[rapid.IntRange(0, len(b.Statements)-1).Draw(t, "statement")]
	switch rapid.IntRange(0, 5).Draw(t, "change") {
	case 0:
		b.Statements = append(b.Statements, fresh)
	case 1:
		b.Statements = b.Statements[1:]
	case 2:
		st.Condition = fresh.Condition
	case 3:
		st.Actions, st.NotActions = fresh.Actions, fresh.NotActions
	case 4:
		st.Resources, st.NotResources = fresh.Resources, fresh.NotResources
	case 5:
		st.Principal = fresh.Principal
	}
	return a, b
}

func TestEquivalentHashDiffAndCompareAgree(t *testing.T) {
	laws.Check(t, func(t *rapid.T) {
		a, b := neighbours(t)
		if len(b.Statements) == 0 {
			t.Skip("no statements to write")
		}
		same := mustEquivalent(t, a.Render(), b.Render())
		if same != mustEquivalent(t, b.Render(), a.Render()) {
			t.Error("Equivalent is not symmetric")
		}
		if same != (a.Hash() == b.Hash()) {
			t.Errorf("Equivalent = %v, but equal hashes = %v", same, !same)
		}
		if delta := Diff(a, b); same != delta.Empty() || same != (delta.String() == "") {
			t.Errorf("Equivalent = %v, but Diff = %v", same, delta)
		}
		change := Compare(a, b)
		if same && change != (Change{}) {
			t.Errorf("equivalent, but Compare = %q", change.short())
		}
		if back := Compare(b, a); back != change.mirrored() {
			t.Errorf("Compare = %q, the way back %q", change.short(), back.short())
		}
	})
}

// request is what the small world of generated documents can ask for. Context maps condition keys to values.
type request struct {
	principal, action, resource string
	context                     map[string]string
}

// usual is the context of a request, but for what it varies.
var usual = map[string]string{
	"aws:SourceAccount": "1", "aws:PrincipalTag/Team": "1", "aws:username": "ab", "aws:SecureTransport": "true",
	"aws:MultiFactorAuthAge": "10", "aws:CurrentTime": "2026-01-01T00:00:00Z", "aws:SourceIp": "1.2.3.4",
	"aws:SourceArn": "arn:aws:ecs:eu:1:task/a",
}

var unusual = map[string][]string{
	"aws:SourceAccount": {"2", "true"}, "aws:PrincipalTag/Team": {"2", "true"}, "aws:username": {"a", "b", "bc"},
	"aws:SecureTransport": {"false"}, "aws:MultiFactorAuthAge": {"0.5", "20", "300"},
	"aws:CurrentTime": {"2026-06-01T00:00:00Z", "2027-01-01T00:00:00Z", "2025-12-31T00:00:00Z"},
	"aws:SourceIp":    {"1.2.9.9", "2001:db8::1", "9.9.9.9"},
	"aws:SourceArn":   {"arn:aws:ecs:us:1:task/b", "arn:aws:ecs:eu:2:task/a"},
}

// allRequests varies who asks for what in the usual context, and the context of some.
func allRequests() []request {
	var list []request
	for _, principal := range []string{"111122223333", "arn:aws:iam::111122223333:role/r", "ecs-tasks.amazonaws.com"} {
		for a, action := range []string{"s3:getobject", "sts:assumerole", "s3:putobject", "sqs:send"} {
			for b, resource := range []string{
				"arn:aws:s3:::a", "arn:aws:s3:::ab", "arn:aws:s3:::a/b", "arn:aws:s3:::ab/c", "arn:aws:s3:::${aws:username}",
			} {
				list = append(list, request{principal, action, resource, usual})
				if a > 1 || b > 1 {
					continue
				}
				for _, context := range unusualContexts() {
					list = append(list, request{principal, action, resource, context})
				}
			}
		}
	}
	return list
}

// unusualContexts differ from the usual one in one key.
func unusualContexts() []map[string]string {
	var contexts []map[string]string
	for _, key := range slices.Sorted(maps.Keys(unusual)) {
		for _, value := range unusual[key] {
			context := maps.Clone(usual)
			context[key] = value
			contexts = append(contexts, context)
		}
	}
	return contexts
}

// matches evaluates a statement of a document of that version naively, with a matcher of its own.
func (r request) matches(st *Statement, version string) bool {
	if st.Principal != nil {
		names := []string{r.principal}
		if strings.HasPrefix(r.principal, "1111") {
			names = append(names, "arn:aws:iam::"+r.principal+":root")
		}
		anyone := slices.Contains(st.Principal.AWS, "*") && !strings.Contains(r.principal, "amazonaws")
		if !anyone && !slices.ContainsFunc(st.Principal.names(), func(p string) bool { return slices.Contains(names, p) }) {
			return false
		}
	}
	exact := func(pattern string) string { return pattern }
	replaced := func(text string) string { return r.replace(text, version) }
	return matchesList(st.Actions, st.NotActions, r.action, strings.ToLower) &&
		matchesList(st.Resources, st.NotResources, r.resource, replaced) && r.meets(st.Condition, exact, replaced)
}

// replace puts in the values of variables, which documents of the old version do not have.
func (r request) replace(text, version string) string {
	if version != Version2012 {
		return text
	}
	return strings.ReplaceAll(text, "${aws:username}", r.context["aws:username"])
}

func matchesList(list, not []string, value string, read func(string) string) bool {
	match := func(pattern string) bool { return naiveMatch(read(pattern), value) }
	if len(not) > 0 {
		return !slices.ContainsFunc(not, match)
	}
	return len(list) == 0 || slices.ContainsFunc(list, match)
}

func naiveMatch(pattern, value string) bool {
	switch {
	case pattern == "":
		return value == ""
	case pattern[0] == '*':
		return naiveMatch(pattern[1:], value) || value != "" && naiveMatch(pattern, value[1:])
	}
	return value != "" && (pattern[0] == '?' || pattern[0] == value[0]) && naiveMatch(pattern[1:], value[1:])
}

func (r request) meets(c Condition, exact, replaced func(string) string) bool {
	for operator, keys := range c {
		for key, values := range keys {
			read := exact
			if strings.HasPrefix(operator, "String") || strings.HasPrefix(operator, "Arn") {
				read = replaced
			}
			met := slices.ContainsFunc(values, func(value string) bool {
				return naiveCondition(operator, read(value), r.valueOf(key))
			})
			if met == strings.Contains(operator, "Not") {
				return false
			}
		}
	}
	return true
}

func (r request) valueOf(key string) string {
	for name, value := range r.context {
		if strings.EqualFold(name, key) {
			return value
		}
	}
	return ""
}

// naiveCondition compares one value as the operator without its negation does. It reads values with other functions
// than the package.
func naiveCondition(operator, want, got string) bool {
	switch {
	case operator == "Bool":
		return strings.EqualFold(want, got)
	case strings.HasPrefix(operator, "Numeric"):
		return naiveOrder(operator, naiveNumber(got).Cmp(naiveNumber(want)))
	case strings.HasPrefix(operator, "Date"):
		return naiveOrder(operator, naiveDate(got).Compare(naiveDate(want)))
	case strings.HasSuffix(operator, "IpAddress"):
		if _, addresses, err := net.ParseCIDR(want); err == nil {
			return addresses.Contains(net.ParseIP(got))
		}
		return net.ParseIP(want).Equal(net.ParseIP(got))
	case strings.HasPrefix(operator, "Arn") || strings.HasSuffix(operator, "Like"):
		return naiveMatch(want, got)
	}
	return want == got
}

func naiveOrder(operator string, order int) bool {
	if strings.HasSuffix(operator, "LessThan") {
		return order < 0
	}
	return order == 0
}

func naiveNumber(text string) *big.Rat {
	number, ok := new(big.Rat).SetString(text)
	if !ok {
		panic("no number: " + text)
	}
	return number
}

func naiveDate(text string) time.Time {
	var seconds int64
	if n, err := fmt.Sscanf(text+"|", "%d|", &seconds); n == 1 && err == nil {
		return time.Unix(seconds, 0)
	}
	var year, month, day, hour, minute, second, offset int
	date, clock, _ := strings.Cut(text, "T")
	_, _ = fmt.Sscanf(date, "%d-%d-%d", &year, &month, &day)
	if at := strings.IndexAny(clock, "Z+"); at >= 0 {
		_, _ = fmt.Sscanf(clock[at:], "+%d", &offset)
		clock = clock[:at]
	}
	_, _ = fmt.Sscanf(clock, "%d:%d:%d", &hour, &minute, &second)
	return time.Date(year, time.Month(month), day, hour-offset, minute, second, 0, time.UTC)
}

// permitted evaluates the statements of an effect.
func permitted(d *Document, effect Effect, r request) bool {
	return slices.ContainsFunc(d.Statements, func(st Statement) bool {
		return st.Effect == effect && r.matches(&st, d.Version)
	})
}

func TestEquivalentDocumentsPermitTheSame(t *testing.T) {
	requests := allRequests()
	laws.Check(t, func(t *rapid.T) {
		d := documents().Draw(t, "document")
		text := rewriter{t}.document(d)
		other, canonical := mustParse(t, text), d.Canonical()
		for _, r := range requests {
			for _, effect := range []Effect{Allow, Deny} {
				if want := permitted(d, effect, r); want != permitted(other, effect, r) || want != permitted(canonical, effect, r) {
					t.Fatalf("%s of %+v is %v, and not so in\n%s\n%s\n%s", effect, r, want, d.Render(), text, canonical.Render())
				}
			}
		}
	})
}

func TestCompareNeverMissesAPermissionThatMoved(t *testing.T) {
	requests := allRequests()
	laws.Check(t, func(t *rapid.T) {
		a, b := neighbours(t)
		change := Compare(a, b)
		for _, r := range requests {
			for _, flag := range []struct {
				effect         Effect
				added, removed bool
			}{{Allow, change.AddsAllow, change.RemovesAllow}, {Deny, change.AddsDeny, change.RemovesDeny}} {
				before, after := permitted(a, flag.effect, r), permitted(b, flag.effect, r)
				if !before && after && !flag.added || before && !after && !flag.removed {
					t.Fatalf("Compare = %q, but %s of %+v went from %v to %v\n%s\n%s",
						change.short(), flag.effect, r, before, after, a.Render(), b.Render())
				}
			}
		}
	})
}
