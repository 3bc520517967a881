// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package glob

import (
	"slices"
	"strings"
)

// inclusionEffort bounds the states that deciding one inclusion visits; what takes more is not proved.
const inclusionEffort = 20000

// Includes reports whether a pattern matches all that another one matches. It is exact where Covers only proves what
// can be read off the two texts: ?* includes *?. A pair that would take too long counts as not included.
func Includes(wide, narrow string) bool {
	if Covers(wide, narrow) {
		return true
	}
	// Without a question mark beside an asterisk, Covers decides: an asterisk of the narrow pattern stands for a letter
	// that the wide one does not know.
	if !strings.Contains(wide, "?") || !strings.Contains(narrow, "*") {
		return false
	}
	i := inclusion{wide: []rune(wide), narrow: []rune(narrow), seen: map[string]bool{}, effort: inclusionEffort}
	return i.from(0, i.closure([]int{0}))
}

// inclusion follows the texts of the narrow pattern through the positions that the wide one may have reached.
type inclusion struct {
	wide, narrow []rune
	seen         map[string]bool
	effort       int
}

// unknown is a letter that no pattern spells: only wildcards match it.
const unknown = rune(-1)

// from reports whether the wide pattern, at any of the positions, matches all texts of the rest of the narrow one.
func (i *inclusion) from(at int, positions []int) bool {
	if len(positions) == 0 {
		return false
	}
	if at == len(i.narrow) {
		return slices.Contains(positions, len(i.wide))
	}
	key := string(rune(at)) + string(runes(positions))
	if i.seen[key] {
		return true // under way, or proved
	}
	i.seen[key] = true
	i.effort--
	if i.effort < 0 {
		return false
	}
	switch r := i.narrow[at]; r {
	case '*':
		// It stands for nothing, or for one more unknown letter.
		return i.from(at+1, positions) && i.from(at, i.step(positions, unknown))
	case '?':
		return i.from(at+1, i.step(positions, unknown))
	default:
		return i.from(at+1, i.step(positions, r))
	}
}

// step returns the positions after a letter.
func (i *inclusion) step(positions []int, r rune) []int {
	var next []int
	for _, p := range positions {
		if p == len(i.wide) {
			continue
		}
		switch {
		case i.wide[p] == '*':
			next = append(next, p)
		case i.wide[p] == '?' || i.wide[p] == r:
			next = append(next, p+1)
		}
	}
	return i.closure(next)
}

// closure adds the positions that are reached without a letter, and orders them.
func (i *inclusion) closure(positions []int) []int {
	for n := 0; n < len(positions); n++ {
		if p := positions[n]; p < len(i.wide) && i.wide[p] == '*' {
			positions = append(positions, p+1)
		}
	}
	slices.Sort(positions)
	return slices.Compact(positions)
}

func runes(positions []int) []rune {
	list := make([]rune, len(positions))
	for n, p := range positions {
		list[n] = rune(p)
	}
	return list
}

// Meets reports whether some text matches both patterns.
func Meets(a, b string) bool {
	x, y := []rune(a), []rune(b)
	for len(x) > 0 && len(y) > 0 && x[0] != '*' && y[0] != '*' {
		if !same(x[0], y[0]) {
			return false
		}
		x, y = x[1:], y[1:]
	}
	return meet(x, y)
}

// meet fills one row after another of the table that says whether the rest of a from i meets the rest of b from j.
func meet(a, b []rune) bool {
	row := make([]bool, len(b)+1)
	for i := len(a); i >= 0; i-- {
		next := make([]bool, len(b)+1)
		for j := len(b); j >= 0; j-- {
			next[j] = meetAt(a, b, i, j, row, next)
		}
		row = next
	}
	return row[0]
}

func meetAt(a, b []rune, i, j int, below, row []bool) bool {
	moreA, moreB := i < len(a), j < len(b)
	switch {
	case !moreA && !moreB:
		return true
	case moreA && a[i] == '*':
		return below[j] || moreB && row[j+1]
	case moreB && b[j] == '*':
		return row[j+1] || moreA && below[j]
	case moreA && moreB:
		return same(a[i], b[j]) && below[j+1]
	}
	return false
}

func same(a, b rune) bool { return a == b || a == '?' || b == '?' }
