// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package admission

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"
)

// Verdict is what is said of an object.
type Verdict struct {
	// Refusals say why the object is refused, each with its field; none admits it.
	Refusals []string
	// Warnings are what its author should know, at most [WarningLength] bytes each and [WarningsLength] together.
	Warnings []string
}

const (
	// WarningLength bounds a warning; longer ones may be cut. Source: Kubernetes documentation, "Dynamic Admission
	// Control".
	WarningLength = 256
	// WarningsLength bounds all warnings of an answer: the API server drops those beyond it.
	WarningsLength = 4096
)

// verdict refuses with what is new, and warns of the rest.
func verdict(found, before []problem, warnings []string) Verdict {
	var v Verdict
	var old []string
	for _, p := range found {
		if slices.ContainsFunc(before, p.same) {
			old = append(old, p.text)
		} else {
			v.Refusals = append(v.Refusals, p.text)
		}
	}
	v.Warnings = bounded(slices.Concat(old, warnings))
	return v
}

// bounded cuts warnings to what an API server passes on, and says how many are left out.
func bounded(warnings []string) []string {
	var kept []string
	total := 0
	for i, w := range warnings {
		w = cut(w)
		room := WarningsLength
		if i < len(warnings)-1 {
			room -= WarningLength // for how many are left out
		}
		if total+len(w) > room {
			return append(kept, fmt.Sprintf("%d more warnings are left out: see the object's status.warnings, or kubectl "+
				"ecsiam lint", len(warnings)-i))
		}
		kept, total = append(kept, w), total+len(w)
	}
	return kept
}

const ellipsis = "…"

func cut(text string) string {
	text = strings.Join(strings.Fields(text), " ")
	if len(text) <= WarningLength {
		return text
	}
	end := WarningLength - len(ellipsis)
	for !utf8.RuneStart(text[end]) {
		end--
	}
	return text[:end] + ellipsis
}
