// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package pass

import (
	"fmt"
	"slices"
	"strings"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
)

// Bounds of lists in the status, as the schema has them.
const (
	planLimit    = 50
	warningLimit = 20
	lineLimit    = 512
)

// Bounded cuts a list and its lines to what the schema allows, and says that something is missing.
func Bounded(lines []string, limit int) []string {
	var kept []string
	for i, line := range lines {
		if i == limit-1 && len(lines) > limit {
			return append(kept, "… and more")
		}
		kept = append(kept, shortened(line))
	}
	return kept
}

func shortened(line string) string {
	if len(line) > lineLimit {
		return strings.ToValidUTF8(line[:lineLimit], "") + "…"
	}
	return line
}

// boundedWarnings cuts remarks to what the schema allows; the last place says how many there are beyond it.
func boundedWarnings(warnings []v1alpha1.Warning) []v1alpha1.Warning {
	kept := slices.Clone(warnings)
	if n := len(kept) - warningLimit; n > 0 {
		kept = append(kept[:warningLimit-1], v1alpha1.Warning{Message: fmt.Sprintf("… and %d more", n+1)})
	}
	for i := range kept {
		kept[i].Message = shortened(kept[i].Message)
	}
	return kept
}
