// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package policy

// Content is a document as one value: its text, and what follows from it, each worked out once and when it is asked
// for. There are three kinds: absent (no text), readable, and unreadable, which IAM may hand out where its own grammar
// would refuse the text today. A Content is not for use by several goroutines.
type Content struct {
	text   string
	doc    *Document
	parsed bool
	hash   string
	size   int
}

// NewContent returns the content of a text, empty for none.
func NewContent(text string) *Content { return &Content{text: text, size: -1} }

// ContentOf returns the content that renders a document; nil or a document without statements is none.
func ContentOf(doc *Document) *Content {
	if doc == nil || len(doc.Statements) == 0 {
		return NewContent("")
	}
	return &Content{text: string(doc.Render()), doc: doc, parsed: true, size: -1}
}

// Text is the document as it was given.
func (c *Content) Text() string { return c.text }

// Absent tells whether there is no document.
func (c *Content) Absent() bool { return c.text == "" }

// Unreadable tells whether there is a document that is none by the grammar.
func (c *Content) Unreadable() bool { return !c.Absent() && c.Document() == nil }

// Document is the parsed document, nil when it is absent or unreadable. It must not be changed.
func (c *Content) Document() *Document {
	if !c.parsed && !c.Absent() {
		c.parsed = true
		if doc, err := Parse([]byte(c.text)); err == nil {
			c.doc = doc
		}
	}
	return c.doc
}

// Size is the number of characters that IAM counts, 0 for none.
func (c *Content) Size() int {
	if c.size < 0 {
		c.size = Size([]byte(c.text))
	}
	return c.size
}

// Hash is the hash of the document; that of an unreadable or absent one is its text.
func (c *Content) Hash() string {
	if c.hash == "" {
		if doc := c.Document(); doc != nil {
			c.hash = doc.Hash()
		} else {
			c.hash = c.text
		}
	}
	return c.hash
}

// Same tells whether two contents mean the same by IAM's grammar. What cannot be read is the same as its own text
// only.
func (c *Content) Same(other *Content) bool {
	switch {
	case c.text == other.text:
		return true
	case c.Absent() || other.Absent():
		return false
	case c.hash != "" && other.hash != "":
		return c.hash == other.hash
	}
	same, err := Equivalent([]byte(c.text), []byte(other.text)) // takes less than two hashes
	return err == nil && same
}

// Allows are the statements that allow.
func (c *Content) Allows() []Statement { return c.statements(Allow) }

// Denies are the statements that deny.
func (c *Content) Denies() []Statement { return c.statements(Deny) }

func (c *Content) statements(effect Effect) []Statement {
	doc := c.Document()
	if doc == nil {
		return nil
	}
	var list []Statement
	for _, s := range doc.Statements {
		if s.Effect == effect {
			list = append(list, s)
		}
	}
	return list
}

// OnlyDenies tells whether the document is readable, has statements and each of them denies.
func (c *Content) OnlyDenies() bool { return c.Document().OnlyDenies() }

// Mixed tells whether the document both allows and denies.
func (c *Content) Mixed() bool { return len(c.Allows()) > 0 && len(c.Denies()) > 0 }
