// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

// Package lazyregexp has regular expressions that are compiled at their first use. Those of package variables would
// otherwise be compiled at every start, most of them for a command that never asks them.
package lazyregexp

import (
	"os"
	"regexp"
	"strings"
	"sync"
)

// Regexp is a regular expression that may not have been compiled yet. It is safe for concurrent use.
type Regexp struct {
	compiled func() *regexp.Regexp
}

// inTest says that the process is a test binary, which must notice a malformed expression wherever it stands.
var inTest = len(os.Args) > 0 && strings.HasSuffix(strings.TrimSuffix(os.Args[0], ".exe"), ".test")

// New returns the expression of a source, which must be well-formed: its first use panics otherwise, and in a test New
// does.
func New(source string) *Regexp {
	r := &Regexp{compiled: sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(source) })}
	if inTest {
		r.compiled()
	}
	return r
}

// MatchString reports whether a text has a match.
func (r *Regexp) MatchString(text string) bool { return r.compiled().MatchString(text) }

// FindStringSubmatch returns the first match and its groups, nil when there is no match.
func (r *Regexp) FindStringSubmatch(text string) []string {
	return r.compiled().FindStringSubmatch(text)
}

// FindAllStringSubmatch returns the first n matches with their groups, all for an n below 0.
func (r *Regexp) FindAllStringSubmatch(text string, n int) [][]string {
	return r.compiled().FindAllStringSubmatch(text, n)
}

// FindAllSubmatch is FindAllStringSubmatch for bytes.
func (r *Regexp) FindAllSubmatch(text []byte, n int) [][][]byte {
	return r.compiled().FindAllSubmatch(text, n)
}

// ReplaceAllString returns a text with its matches replaced.
func (r *Regexp) ReplaceAllString(text, by string) string {
	return r.compiled().ReplaceAllString(text, by)
}

// ReplaceAllStringFunc returns a text with what a function makes of each match.
func (r *Regexp) ReplaceAllStringFunc(text string, by func(string) string) string {
	return r.compiled().ReplaceAllStringFunc(text, by)
}
