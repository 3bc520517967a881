// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package policy

import (
	"fmt"
	"strings"
)

// What IAM says of documents that it cannot read.
const (
	iamSyntax      = "Syntax errors in policy."
	iamLegacy      = "The policy failed legacy parsing"
	iamInvalidJSON = "This policy contains invalid Json"
	iamEmpty       = "Could not parse the policy: Statement is empty!"
)

type validator struct {
	kind     Kind
	latin1   bool // check strings for characters that IAM refuses; Check has done so in the text
	problems []Problem
}

// place is where a problem is.
type place struct {
	statement int
	element   string
	index     int
}

var wholeDocument = place{statement: -1, index: -1}

func (p place) path() string {
	path := p.element
	if p.statement >= 0 {
		path = strings.TrimSuffix(fmt.Sprintf("Statement[%d].%s", p.statement, p.element), ".")
	}
	if p.index >= 0 {
		path += fmt.Sprintf("[%d]", p.index)
	}
	return path
}

// at is the place of a value in a list; lists of one value have no indexes.
func (p place) at(i int, list []string) place {
	if len(list) > 1 {
		p.index = i
	}
	return p
}

func (v *validator) refuse(at place, iam, format string, args ...any) {
	v.problems = append(v.problems, Problem{
		Path: at.path(), Statement: at.statement, Element: at.element, Index: at.index,
		Message: fmt.Sprintf(format, args...), Code: CodeMalformed, IAMMessage: iam,
	})
}

func isAlphanumeric(r rune) bool {
	return r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z'
}

// isPartition accepts every name of the form that AWS gives partitions, so that new ones need no release, and patterns.
func isPartition(name string) bool {
	if strings.ContainsAny(name, "*?") || name == "aws" {
		return true
	}
	rest, ok := strings.CutPrefix(name, "aws-")
	return ok && rest != "" && strings.Trim(rest, "abcdefghijklmnopqrstuvwxyz0123456789-") == ""
}
