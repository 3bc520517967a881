// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package policy

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"
	"unicode/utf8"
)

// Render writes the document as compact JSON, the form that is sent to IAM. Statements and lists keep their declared
// order, operators and condition keys are sorted, a list of one value is written as the value, an empty list not at
// all (but for condition values). Only what JSON demands is escaped; bytes that are no UTF-8 become U+FFFD. Equal
// documents render to equal bytes. A nil document renders as nil.
func (d *Document) Render() []byte {
	if d == nil {
		return nil
	}
	w := &writer{}
	w.open('{')
	w.scalar("Version", d.Version)
	w.scalar("Id", d.ID)
	w.key("Statement")
	w.open('[')
	for i := range d.Statements {
		w.comma()
		w.statement(&d.Statements[i])
	}
	w.end(']')
	w.end('}')
	return w.buf
}

// RenderIndent writes the document for people, with an indent of two spaces. A nil document renders as nil.
func (d *Document) RenderIndent() []byte {
	if d == nil {
		return nil
	}
	var b bytes.Buffer
	if err := json.Indent(&b, d.Render(), "", "  "); err != nil {
		return d.Render()
	}
	return b.Bytes()
}

// writer writes JSON; it knows from the last byte whether a comma is due.
type writer struct{ buf []byte }

func (w *writer) open(c byte) { w.buf = append(w.buf, c) }
func (w *writer) end(c byte)  { w.buf = append(w.buf, c) }

// comma separates a member or value from the one before it.
func (w *writer) comma() {
	if last := w.buf[len(w.buf)-1]; last != '{' && last != '[' {
		w.buf = append(w.buf, ',')
	}
}

func (w *writer) key(key string) {
	w.comma()
	w.text(key)
	w.buf = append(w.buf, ':')
}

func (w *writer) scalar(key, value string) {
	if value != "" {
		w.key(key)
		w.text(value)
	}
}

func (w *writer) list(key string, values []string) {
	if len(values) > 0 {
		w.key(key)
		w.values(values)
	}
}

func (w *writer) values(values []string) {
	if len(values) == 1 {
		w.text(values[0])
		return
	}
	w.open('[')
	for i, value := range values {
		if i > 0 {
			w.buf = append(w.buf, ',')
		}
		w.text(value)
	}
	w.end(']')
}

func (w *writer) statement(st *Statement) {
	w.open('{')
	w.scalar("Sid", st.Sid)
	w.scalar("Effect", string(st.Effect))
	w.principal("Principal", st.Principal)
	w.principal("NotPrincipal", st.NotPrincipal)
	w.list("Action", st.Actions)
	w.list("NotAction", st.NotActions)
	w.list("Resource", st.Resources)
	w.list("NotResource", st.NotResources)
	w.condition(st.Condition)
	w.end('}')
}

func (w *writer) principal(key string, p *Principal) {
	if p == nil {
		return
	}
	w.key(key)
	w.open('{')
	for _, kind := range principalTypes {
		w.list(kind, *p.list(kind))
	}
	w.end('}')
}

// condition leaves out operators without keys: they ask nothing.
func (w *writer) condition(c Condition) {
	opened := false
	for _, operator := range slices.Sorted(maps.Keys(c)) {
		if len(c[operator]) == 0 {
			continue
		}
		if !opened {
			w.key("Condition")
			w.open('{')
			opened = true
		}
		w.key(operator)
		w.open('{')
		for _, key := range slices.Sorted(maps.Keys(c[operator])) {
			w.key(key)
			w.values(c[operator][key])
		}
		w.end('}')
	}
	if opened {
		w.end('}')
	}
}

const hexDigits = "0123456789abcdef"

func (w *writer) text(s string) {
	w.buf = append(w.buf, '"')
	for i, r := range s {
		switch {
		case r == '"' || r == '\\':
			w.buf = append(w.buf, '\\', byte(r))
		case r == '\n':
			w.buf = append(w.buf, `\n`...)
		case r == '\r':
			w.buf = append(w.buf, `\r`...)
		case r == '\t':
			w.buf = append(w.buf, `\t`...)
		case r < 0x20:
			w.buf = append(w.buf, '\\', 'u', '0', '0', hexDigits[r>>4], hexDigits[r&0xf])
		case r < utf8.RuneSelf:
			w.buf = append(w.buf, s[i])
		default:
			w.buf = utf8.AppendRune(w.buf, r)
		}
	}
	w.buf = append(w.buf, '"')
}
