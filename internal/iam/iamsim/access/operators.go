// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package access

import (
	"net/netip"
	"strconv"
	"strings"
	"time"

	"github.com/ecsiam/ecs-iam-controller/internal/glob"
)

// operator is a condition operator without its prefix and suffix ("IAM JSON policy elements: Condition operators").
type operator struct {
	negated   bool // it holds when no value matches
	variables bool // variables are replaced in its values
	wildcards bool // its values are patterns
	matches   func(policy, request string) bool
}

var operators = map[string]operator{
	"StringEquals":              onText(equal),
	"StringNotEquals":           onText(equal).not(),
	"StringEqualsIgnoreCase":    onText(strings.EqualFold),
	"StringNotEqualsIgnoreCase": onText(strings.EqualFold).not(),
	"StringLike":                onPattern(glob.Matches),
	"StringNotLike":             onPattern(glob.Matches).not(),
	"ArnEquals":                 onPattern(arnMatches),
	"ArnLike":                   onPattern(arnMatches),
	"ArnNotEquals":              onPattern(arnMatches).not(),
	"ArnNotLike":                onPattern(arnMatches).not(),
	"NumericEquals":             onNumber(func(c int) bool { return c == 0 }),
	"NumericNotEquals":          onNumber(func(c int) bool { return c == 0 }).not(),
	"NumericLessThan":           onNumber(func(c int) bool { return c < 0 }),
	"NumericLessThanEquals":     onNumber(func(c int) bool { return c <= 0 }),
	"NumericGreaterThan":        onNumber(func(c int) bool { return c > 0 }),
	"NumericGreaterThanEquals":  onNumber(func(c int) bool { return c >= 0 }),
	"DateEquals":                onDate(func(c int) bool { return c == 0 }),
	"DateNotEquals":             onDate(func(c int) bool { return c == 0 }).not(),
	"DateLessThan":              onDate(func(c int) bool { return c < 0 }),
	"DateLessThanEquals":        onDate(func(c int) bool { return c <= 0 }),
	"DateGreaterThan":           onDate(func(c int) bool { return c > 0 }),
	"DateGreaterThanEquals":     onDate(func(c int) bool { return c >= 0 }),
	"Bool":                      {matches: strings.EqualFold},
	"BinaryEquals":              {matches: equal},
	"IpAddress":                 {matches: inNetwork},
	"NotIpAddress":              operator{matches: inNetwork}.not(),
}

func onText(matches func(string, string) bool) operator {
	return operator{variables: true, matches: matches}
}

func onPattern(matches func(string, string) bool) operator {
	return operator{variables: true, wildcards: true, matches: matches}
}

func onNumber(holds func(int) bool) operator {
	return operator{matches: func(policy, request string) bool {
		p, errP := strconv.ParseFloat(policy, 64)
		r, errR := strconv.ParseFloat(request, 64)
		return errP == nil && errR == nil && holds(compare(r < p, r > p))
	}}
}

func onDate(holds func(int) bool) operator {
	return operator{matches: func(policy, request string) bool {
		p, okP := moment(policy)
		r, okR := moment(request)
		return okP && okR && holds(r.Compare(p))
	}}
}

func (o operator) not() operator {
	o.negated = true
	return o
}

func equal(policy, request string) bool { return policy == request }

func compare(less, more bool) int {
	switch {
	case less:
		return -1
	case more:
		return 1
	}
	return 0
}

// moment reads a date of the W3C profile of ISO 8601, or seconds since 1970.
func moment(text string) (time.Time, bool) {
	if seconds, err := strconv.ParseInt(text, 10, 64); err == nil && len(text) > 4 {
		return time.Unix(seconds, 0), true
	}
	for _, layout := range []string{time.RFC3339, "2006-01-02T15:04Z07:00", time.DateOnly, "2006-01", "2006"} {
		if t, err := time.Parse(layout, text); err == nil {
			return t, true
		}
	}
	return time.Time{}, false
}

func inNetwork(network, address string) bool {
	a, err := netip.ParseAddr(address)
	if err != nil {
		return false
	}
	if prefix, err := netip.ParsePrefix(network); err == nil {
		return prefix.Contains(a)
	}
	single, err := netip.ParseAddr(network)
	return err == nil && single == a
}

// arnMatches compares the six parts of ARNs one by one: an asterisk stays in its part.
func arnMatches(pattern, arn string) bool {
	p, a := strings.SplitN(pattern, ":", 6), strings.SplitN(arn, ":", 6)
	if len(p) != 6 || len(a) != 6 {
		return pattern == "*" || pattern == arn
	}
	for i := range p {
		if !glob.Matches(p[i], a[i]) {
			return false
		}
	}
	return true
}
