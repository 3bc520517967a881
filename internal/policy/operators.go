// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package policy

import (
	"maps"
	"slices"
)

// Operators are the condition operators that IAM knows, sorted, without ForAllValues:, ForAnyValue: and IfExists.
func Operators() []string { return slices.Sorted(maps.Keys(conditionOperators)) }

// SplitOperator takes an operator apart: set is ForAllValues:, ForAnyValue: or empty, ifExists the suffix or empty.
func SplitOperator(name string) (set, base, ifExists string) { return splitOperator(name) }
