// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package policy

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"
)

// Validate lists what IAM would refuse in a document of that kind, in the order of the document. Whether actions,
// resources and principals exist is not looked at, nor are quotas. A nil document has no statements, which is a
// problem.
func (d *Document) Validate(kind Kind) []Problem {
	v := &validator{kind: kind, latin1: true}
	v.document(d)
	return v.problems
}

// Check parses and validates the text of a document as IAM does on a write. The document is nil when it does not
// parse; then the problems are those of the text. IAM reports the first problem.
func Check(doc []byte, kind Kind) (*Document, []Problem) {
	v := &validator{kind: kind}
	v.text(doc)
	if len(v.problems) > 0 {
		return nil, v.problems
	}
	f, err := parseFlat(doc)
	if list, ok := errors.AsType[ParseErrors](err); ok {
		for _, problem := range list {
			v.parseError(problem)
		}
		return nil, v.problems
	}
	d := f.document()
	v.document(d)
	v.barePrincipals(f)
	return d, v.problems
}

// text checks what IAM checks before it reads JSON: length and characters.
func (v *validator) text(doc []byte) {
	if n := utf8.RuneCount(doc); n > maxCharacters || n == 0 {
		v.refuse(wholeDocument, fmt.Sprintf("1 validation error detected: Value at 'policyDocument' failed to satisfy "+
			"constraint: Member must have length less than or equal to %d", maxCharacters),
			"the document has %d characters, IAM takes 1 to %d", n, maxCharacters)
		v.problems[len(v.problems)-1].Code = CodeValidation
	}
	v.characters(wholeDocument, string(bytes.ToValidUTF8(doc, []byte("\uFFFD"))))
}

// characters refuses what is outside Latin-1 or a control character, as the pattern of IAM's parameter does.
func (v *validator) characters(at place, text string) {
	bad := strings.IndexFunc(text, func(r rune) bool { return r > 0xFF })
	if bad < 0 {
		return
	}
	r, _ := utf8.DecodeRuneInString(text[bad:])
	v.refuse(at, "1 validation error detected: Value at 'policyDocument' failed to satisfy constraint: Member must "+
		`satisfy regular expression pattern: [\u0009\u000A\u000D\u0020-\u00FF]+`,
		"holds the character %q; IAM takes Latin-1 only (U+0020 to U+00FF)", r)
	v.problems[len(v.problems)-1].Code = CodeValidation
}

// parseError turns a problem of the text into IAM's terms.
func (v *validator) parseError(e *ParseError) {
	iam := iamSyntax
	switch {
	case v.kind == TrustPolicy && e.Reason == ReasonSyntax:
		iam = iamInvalidJSON
	case v.kind == TrustPolicy && e.Reason == ReasonMissing && e.Path == "Statement":
		iam = iamEmpty
	case e.Reason == ReasonValue && strings.HasSuffix(e.Path, "Effect"):
		iam = iamLegacy
	}
	v.refuse(wholeDocument, iam, "line %d, column %d: %s", e.Line, e.Column, e.Message)
	v.problems[len(v.problems)-1].Path = e.Path
}

func (v *validator) document(d *Document) {
	if d == nil {
		d = &Document{}
	}
	v.version(d.Version)
	if d.ID != "" && v.kind != TrustPolicy {
		v.refuse(place{-1, "Id", -1}, iamSyntax, "an identity policy has no Id, remove it")
	}
	if len(d.Statements) == 0 {
		iam := iamSyntax
		if v.kind == TrustPolicy {
			iam = iamEmpty
		}
		v.refuse(place{-1, "Statement", -1}, iam, "must hold at least one statement")
	}
	sids := map[string]int{}
	for i := range d.Statements {
		v.sid(d.Statements, i, sids)
		v.statement(&d.Statements[i], i)
	}
}

func (v *validator) version(version string) {
	at := place{-1, "Version", -1}
	switch {
	case version == Version2012:
	case v.kind == ManagedPolicy:
		v.refuse(at, "Policy document must be version 2012-10-17 or greater.",
			"is %q, a managed policy must have version %s", version, Version2012)
	case version != "" && version != Version2008:
		v.refuse(at, iamSyntax, "is %q, must be %s or %s", version, Version2012, Version2008)
	}
}

func (v *validator) sid(statements []Statement, i int, seen map[string]int) {
	sid, at := statements[i].Sid, place{i, "Sid", -1}
	if sid == "" {
		return
	}
	if strings.ContainsFunc(sid, func(r rune) bool { return !isAlphanumeric(r) }) {
		v.refuse(at, "Statement IDs (SID) must be alpha-numeric. Check that your input satisfies the regular "+
			"expression [0-9A-Za-z]*", "is %q, may hold only letters and digits (A-Z, a-z, 0-9)", sid)
	}
	if first, ok := seen[sid]; ok {
		iam := "Statement IDs (SID) in a single policy must be unique."
		if v.kind == TrustPolicy {
			iam = "The Statement Ids in the policy are not unique"
		}
		v.refuse(at, iam, "%q is already the Sid of statement %d, Sids must be unique in a document", sid, first)
		return
	}
	seen[sid] = i
}

func (v *validator) statement(st *Statement, i int) {
	if st.Effect != Allow && st.Effect != Deny {
		iam := iamSyntax
		if strings.EqualFold(string(st.Effect), string(Allow)) || strings.EqualFold(string(st.Effect), string(Deny)) {
			iam = iamLegacy
		}
		v.refuse(place{i, "Effect", -1}, iam, "is %q, must be Allow or Deny in exactly this case", st.Effect)
	}
	if v.kind == TrustPolicy {
		v.trustStatement(st, i)
	} else {
		v.identityStatement(st, i)
	}
	v.condition(st.Condition, i)
	if v.latin1 {
		v.statementCharacters(st, i)
	}
}

// condition checks operators and keys; what a key may be compared with is not known here.
func (v *validator) condition(c Condition, i int) {
	for _, operator := range slices.Sorted(maps.Keys(c)) {
		at := place{i, "Condition." + operator, -1}
		_, base, _ := splitOperator(operator)
		known, ok := conditionOperators[base]
		if !ok {
			v.refuse(at, iamSyntax, "is no condition operator; operators are case-sensitive, e.g. StringEquals")
		}
		folded := map[string]string{}
		for _, key := range slices.Sorted(maps.Keys(c[operator])) {
			at.element = "Condition." + operator + "[" + key + "]"
			v.conditionKey(at, key, c[operator][key])
			v.conditionValues(at, known.takes, c[operator][key])
			if first, ok := folded[lower(key)]; ok {
				v.refuse(at, iamSyntax, "is the same key as %q, whose case IAM ignores; put all values into one list", first)
			}
			folded[lower(key)] = key
		}
	}
}

func (v *validator) conditionKey(at place, key string, values []string) {
	if vendor, name, ok := strings.Cut(key, ":"); !ok || vendor == "" || name == "" {
		v.refuse(at, iamVendor, "condition keys have the form vendor:name, e.g. aws:SourceArn")
	}
	if len(values) == 0 {
		v.refuse(at, iamSyntax, "has no values, give at least one or remove the key")
	}
}

// conditionValues asks for values of the operator's type; takes is nil for an unknown operator. Policy variables are
// replaced in text and in ARNs only.
func (v *validator) conditionValues(at place, takes *conditionType, values []string) {
	if takes == nil || takes.valid == nil {
		return
	}
	for i, value := range values {
		if !takes.valid(value) {
			v.refuse(at.at(i, values), iamSyntax, "is %q, must be %s", value, takes.form)
		}
	}
}

// statementCharacters checks every string of a statement; the Sid has a stricter rule of its own.
func (v *validator) statementCharacters(st *Statement, i int) {
	check := func(element string, values []string) {
		for j, value := range values {
			v.characters(place{i, element, -1}.at(j, values), value)
		}
	}
	check("Action", st.Actions)
	check("NotAction", st.NotActions)
	check("Resource", st.Resources)
	check("NotResource", st.NotResources)
	for _, kind := range principalTypes {
		if st.Principal != nil {
			check("Principal."+kind, *st.Principal.list(kind))
		}
	}
	for _, operator := range slices.Sorted(maps.Keys(st.Condition)) {
		for _, key := range slices.Sorted(maps.Keys(st.Condition[operator])) {
			element := "Condition." + operator + "[" + key + "]"
			check(element, []string{key})
			check(element, st.Condition[operator][key])
		}
	}
}
