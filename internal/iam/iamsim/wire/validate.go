// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package wire

import (
	"fmt"
	"slices"
	"strings"
)

// in is the sentence for a violation. STS repeats the value, IAM does not.
func (v violation) in(service Service) string {
	value := "Value"
	if service == STS && v.value != "" {
		value += " '" + v.value + "'"
	}
	return fmt.Sprintf("%s at '%s' failed to satisfy constraint: %s", value, v.parameter, v.demand)
}

// Validate checks all parameters of a call and reports every violation at once, as AWS does. What is not in one of the
// lists is ignored.
func (s Service) Validate(p Params, needs, takes []Constraint) *Error {
	var violations []string
	for _, c := range needs {
		if !c.present(p) {
			violations = append(violations, c.absent().in(s))
		}
	}
	all := slices.Concat(needs, takes)
	for _, c := range all {
		for _, v := range c.violations(p) {
			violations = append(violations, v.in(s))
		}
	}
	switch n := len(violations); n {
	case 0:
		return checkAdvice(p, all)
	case 1:
		return ValidationError("1 validation error detected: %s", violations[0])
	default:
		return ValidationError("%d validation errors detected: %s", n, strings.Join(violations, "; "))
	}
}

// checkAdvice refuses the first value that does not match a pattern for which the service has its own sentence.
func checkAdvice(p Params, constraints []Constraint) *Error {
	for _, c := range constraints {
		if c.Advice != "" && p.Has(c.Name) && !c.Pattern.accepts(p.Get(c.Name)) {
			return ValidationError("The specified value for %s is invalid. %s", lowerFirst(c.Name), c.Advice)
		}
	}
	return nil
}
