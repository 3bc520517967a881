// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package policy

import (
	"net/netip"
	"strings"

	"github.com/ecsiam/ecs-iam-controller/internal/glob"
)

// containment says which of two values contains the other.
type containment int

const (
	neither containment = iota
	first
	second
	unknown
)

func containing(operator, x, y string) containment {
	if x == y {
		return first
	}
	switch operator {
	case "StringLike", "ArnLike", "ArnEquals":
		switch {
		case patternCovers(x, y):
			return first
		case patternCovers(y, x):
			return second
		case !disjoint(x, y):
			return unknown
		}
	case "StringEqualsIgnoreCase":
		if strings.EqualFold(x, y) {
			return first
		}
		fallthrough
	case "StringEquals":
		if isVariable(x) || isVariable(y) {
			return unknown
		}
	case "IpAddress":
		return containingNetwork(x, y)
	case "Bool", "Null", "BinaryEquals":
	default: // of numbers and dates only equal values are joined
		return unknown
	}
	return neither
}

func containingNetwork(x, y string) containment {
	a, okA := network(x)
	b, okB := network(y)
	switch {
	case !okA || !okB:
		return unknown
	case !a.Overlaps(b):
		return neither
	case a.Bits() <= b.Bits():
		return first
	}
	return second
}

func network(text string) (netip.Prefix, bool) {
	if prefix, err := netip.ParsePrefix(text); err == nil {
		return prefix.Masked(), true
	}
	if addr, err := netip.ParseAddr(text); err == nil {
		return netip.PrefixFrom(addr, addr.BitLen()), true
	}
	return netip.Prefix{}, false
}

// disjoint reports whether no text matches both patterns, provably. A policy variable may stand for any text.
func disjoint(a, b string) bool {
	a, b = variablesWild(a), variablesWild(b)
	i := 0
	for i < len(a) && i < len(b) && a[i] == b[i] && a[i] != '*' {
		i++
	}
	a, b = a[i:], b[i:]
	if a == "" || b == "" {
		return strings.Trim(a+b, "*") != ""
	}
	if !wild(a[0]) && !wild(b[0]) {
		return true
	}
	if len(a)*len(b) > maxPatternPairs {
		return false
	}
	return !glob.Meets(a, b)
}

func wild(c byte) bool { return c == '*' || c == '?' }

// variablesWild puts an asterisk for each policy variable.
func variablesWild(pattern string) string {
	for {
		start := strings.Index(pattern, "${")
		if start < 0 {
			return pattern
		}
		end := strings.IndexByte(pattern[start:], '}')
		if end < 0 {
			return pattern[:start] + "*"
		}
		pattern = pattern[:start] + "*" + pattern[start+end+1:]
	}
}
