// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

// Package spelling finds the name that was meant. Standard library only.
package spelling

import "strings"

// Nearest is the one of the names that differs least, if it differs by case or by a third of its letters at most; empty
// if there is none.
func Nearest(name string, names []string) string {
	best, bestDistance := "", len(name)
	for _, candidate := range names {
		longer, shorter := max(len(name), len(candidate)), min(len(name), len(candidate))
		if 3*(longer-shorter) > longer || longer-shorter >= bestDistance {
			continue // the distance is at least the difference in length
		}
		d := distance(strings.ToLower(name), strings.ToLower(candidate))
		if d < bestDistance && 3*d <= longer {
			best, bestDistance = candidate, d
		}
	}
	return best
}

// distance is Levenshtein's: the insertions, deletions and replacements of bytes between two words.
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := diagonal
			if a[i] != b[j] {
				cost++
			}
			diagonal = row[j+1]
			row[j+1] = min(cost, diagonal+1, row[j]+1)
		}
	}
	return row[len(b)]
}
