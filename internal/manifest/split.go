// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package manifest

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"

	"github.com/ecsiam/ecs-iam-controller/internal/lazyregexp"
)

// part is the text of one document, with the line of the file in which it begins, counted from 0.
type part struct {
	text []byte
	line int
}

// split takes a file apart at the lines that begin with three dashes, as kubectl does: only spaces and a comment may
// follow them.
func split(content []byte) []part {
	var parts []part
	start, startLine := 0, 0
	add := func(end int) {
		if end > start {
			parts = append(parts, part{content[start:end], startLine})
		}
	}
	for at, line := 0, 0; at < len(content); line++ {
		end := len(content)
		if i := bytes.IndexByte(content[at:], '\n'); i >= 0 {
			end = at + i + 1
		}
		if isSeparator(content[at:end]) {
			add(at)
			start, startLine = end, line+1
		}
		at = end
	}
	add(len(content))
	return parts
}

func isSeparator(line []byte) bool {
	rest, ok := bytes.CutPrefix(line, []byte("---"))
	rest = bytes.TrimSpace(rest)
	return ok && (len(rest) == 0 || rest[0] == '#')
}

var lineNumber = lazyregexp.New(`line (\d+)`)

// SyntaxError is what makes a document unreadable. Line is that of the file, counted from 1, 0 if it is not known.
type SyntaxError struct {
	Line    int
	message string
}

// Error implements error.
func (e *SyntaxError) Error() string { return e.message }

// inFile turns the lines of an error, which count in the document, into those of the file.
func (p part) inFile(err error) error {
	e := &SyntaxError{message: err.Error()}
	e.message = lineNumber.ReplaceAllStringFunc(e.message, func(match string) string {
		n, _ := strconv.Atoi(strings.TrimPrefix(match, "line "))
		if e.Line == 0 {
			e.Line = n + p.line
		}
		return fmt.Sprintf("line %d", n+p.line)
	})
	return e
}
