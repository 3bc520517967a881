// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package policy

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// Parse reads a policy document by the grammar of the policy language
// (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html). It refuses text that is not
// JSON, duplicate keys, unknown elements, values of a wrong type, unknown versions and effects, and documents without
// statements; what IAM asks beyond that of each kind of document is for [Document.Validate].
//
// Condition keys ignore case in IAM: two keys of one operator that differ only in case are duplicates. Booleans and
// numbers among condition values become their literal text.
//
// The error is of type [ParseErrors] and holds every problem, up to 100, with its place. The document is nil then.
func Parse(doc []byte) (*Document, error) {
	f, err := parseFlat(doc)
	if err != nil {
		return nil, err
	}
	return f.document(), nil
}

func parseFlat(doc []byte) (*flat, error) {
	p := &parser{}
	p.src = string(doc)
	f := &flat{}
	if p.checkText() {
		p.path = make([]segment, 0, 8)
		p.values = make([]string, 0, strings.Count(p.src, `"`)/3)
		p.document(f)
	}
	if len(p.errs) > 0 {
		slices.SortStableFunc(p.errs, func(a, b *ParseError) int {
			if a.Line != b.Line {
				return a.Line - b.Line
			}
			return a.Column - b.Column
		})
		return nil, p.errs
	}
	return f, nil
}

// checkText refuses text that is no document whatever it says.
func (p *parser) checkText() bool {
	switch {
	case strings.TrimLeft(p.src, " \t\r\n") == "":
		p.syntax(0, "the document is empty")
	case len(p.src) > maxCharacters && utf8.RuneCountInString(p.src) > maxCharacters:
		p.syntax(0, "the document is longer than %d characters, the most that IAM reads", maxCharacters)
	case !utf8.ValidString(p.src):
		valid := 0
		for {
			r, n := utf8.DecodeRuneInString(p.src[valid:])
			if r == utf8.RuneError && n == 1 {
				break
			}
			valid += n
		}
		p.syntax(valid, "invalid JSON: the text is not UTF-8")
	}
	return !p.broken
}

// element finds the bit of a key among the known elements. Unknown and duplicate keys are reported, their values
// skipped.
func (p *parser) element(known []string, seen *uint, key string, offset int) bool {
	i := slices.Index(known, key)
	p.enter(key)
	switch {
	case i < 0:
		p.report(offset, ReasonUnknown, "unknown element%s", suggestion(known, key))
	case *seen&(1<<i) != 0:
		p.report(offset, ReasonDuplicate, "appears twice; which of the two holds is undefined, remove one")
	default:
		*seen |= 1 << i
		return true
	}
	p.skip(0)
	p.leave()
	return false
}

// suggestion names the known element that was probably meant: another case, or the plural.
func suggestion(known []string, key string) string {
	singular := strings.TrimSuffix(strings.ToLower(key), "s")
	for _, name := range known {
		if strings.EqualFold(name, key) || strings.EqualFold(name, singular) {
			return ", use " + name
		}
	}
	return ", known are " + strings.Join(known, ", ")
}

func (p *parser) document(f *flat) {
	if c := p.peek(); c != '{' {
		p.wrongType("an object with Version and Statement")
		return
	}
	start, seen := p.pos, uint(0)
	p.object(func(key string, offset int) {
		if !p.element(documentElements, &seen, key, offset) {
			return
		}
		switch key {
		case "Version":
			f.version = p.enum(Version2012, Version2008)
		case "Id":
			f.id = p.text()
		case "Statement":
			f.statements = p.statements()
		}
		p.leave()
	})
	if !p.broken && seen&(1<<slices.Index(documentElements, "Statement")) == 0 {
		p.enter("Statement")
		p.report(start, ReasonMissing, "is required")
		p.leave()
	}
	p.peek()
	if !p.broken && p.pos < len(p.src) {
		p.syntax(p.pos, "invalid JSON: expected the end of the document, found %s", p.found())
	}
}

// statements reads a list of statements, or a single one that stands without a list.
func (p *parser) statements() []flatStatement {
	switch p.peek() {
	case '{':
		return []flatStatement{p.statement()}
	case '[':
		offset := p.pos
		statements := make([]flatStatement, 0, 1+strings.Count(p.src, `"Effect"`))
		p.list(func(i int) {
			p.enterIndex(i)
			statements = append(statements, p.statement())
			p.leave()
		})
		if !p.broken && len(statements) == 0 {
			p.report(offset, ReasonMissing, "must hold at least one statement")
		}
		return statements
	}
	p.wrongType("a list of statements, or one statement")
	return nil
}

func (p *parser) statement() (st flatStatement) {
	if p.peek() != '{' {
		p.wrongType("a statement (an object)")
		return st
	}
	start, seen := p.pos, uint(0)
	p.object(func(key string, offset int) {
		if p.element(statementElements, &seen, key, offset) {
			p.statementElement(&st, key)
			p.leave()
		}
	})
	if !p.broken && seen&(1<<slices.Index(statementElements, "Effect")) == 0 {
		p.enter("Effect")
		p.report(start, ReasonMissing, "is required, Allow or Deny")
		p.leave()
	}
	return st
}

func (p *parser) statementElement(st *flatStatement, key string) {
	switch key {
	case "Sid":
		st.Sid = p.text()
	case "Effect":
		st.Effect = Effect(p.enum(string(Allow), string(Deny)))
	case "Principal":
		st.bare = p.peek() == '"'
		st.Principal = p.principal()
	case "NotPrincipal":
		st.NotPrincipal = p.principal()
	case "Action":
		st.Actions = p.strings("a string or a list of strings", false)
	case "NotAction":
		st.NotActions = p.strings("a string or a list of strings", false)
	case "Resource":
		st.Resources = p.strings("a string or a list of strings", false)
	case "NotResource":
		st.NotResources = p.strings("a string or a list of strings", false)
	case "Condition":
		st.conditions = p.conditionBlock()
	}
}

// text reads a string.
func (p *parser) text() string {
	if p.peek() != '"' {
		p.wrongType("a string")
		return ""
	}
	text, _ := p.str()
	return text
}

// enum reads one of two strings, in exactly their case.
func (p *parser) enum(a, b string) string {
	if p.peek() != '"' {
		p.wrongType("a string, " + a + " or " + b)
		return ""
	}
	offset := p.pos
	text, ok := p.str()
	if ok && text != a && text != b {
		p.report(offset, ReasonValue, "is %q, must be %s or %s", text, a, b)
	}
	return text
}

func (p *parser) principal() *Principal {
	result := &Principal{}
	switch p.peek() {
	case '"':
		offset := p.pos
		text, ok := p.str()
		if ok && text != "*" {
			p.report(offset, ReasonValue, `is %q, must be "*" or an object such as {"AWS": …} or {"Service": …}`, text)
		}
		result.AWS = []string{text}
	case '{':
		seen := uint(0)
		p.object(func(key string, offset int) {
			if p.element(principalTypes, &seen, key, offset) {
				*result.list(key) = p.strings("a string or a list of strings", false)
				p.leave()
			}
		})
	default:
		p.wrongType(`"*" or an object such as {"AWS": …}`)
	}
	return result
}

// list is the list of principals of a type, which must be one of principalTypes.
func (p *Principal) list(kind string) *[]string {
	switch kind {
	case "AWS":
		return &p.AWS
	case "Service":
		return &p.Service
	case "Federated":
		return &p.Federated
	}
	return &p.CanonicalUser
}
