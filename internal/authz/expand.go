// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package authz

import (
	"strings"

	"github.com/ecsiam/ecs-iam-controller/internal/glob"
)

// FindAction returns the action of that name, such as "ecs:RunTask" in any case; nil if none is known.
func FindAction(name string) *Action {
	prefix, action, _ := strings.Cut(name, ":")
	if service := FindService(prefix); service != nil {
		return service.Action(action)
	}
	return nil
}

// Actions returns the known actions that a pattern of a statement matches, sorted by service and name. Case does not
// matter; an asterisk may stand for the colon too.
func Actions(pattern string) []*Action {
	var actions []*Action
	eachMatch(pattern, func(a *Action) bool {
		actions = append(actions, a)
		return true
	})
	return actions
}

// MatchesAny tells whether a pattern of a statement matches a known action.
func MatchesAny(pattern string) bool {
	found := false
	eachMatch(pattern, func(*Action) bool {
		found = true
		return false
	})
	return found
}

// WithAccess returns the known actions that have all given access levels, sorted by service and name.
func WithAccess(levels Access) []*Action {
	var actions []*Action
	eachMatch("*", func(a *Action) bool {
		if a.Access.Has(levels) {
			actions = append(actions, a)
		}
		return true
	})
	return actions
}

// eachMatch reads no more services than the pattern names.
func eachMatch(pattern string, yield func(*Action) bool) {
	pattern = strings.ToLower(pattern)
	prefix, name, colon := strings.Cut(pattern, ":")
	if !colon || strings.ContainsAny(prefix, "*?") {
		eachOfAll(pattern, yield)
		return
	}
	service := FindService(prefix)
	if service == nil {
		return
	}
	if !strings.ContainsAny(name, "*?") {
		if a := service.Action(name); a != nil {
			yield(a)
		}
		return
	}
	matching(service, pattern, yield)
}

func eachOfAll(pattern string, yield func(*Action) bool) {
	for _, prefix := range Services() {
		if !matching(FindService(prefix), pattern, yield) {
			return
		}
	}
}

// matching yields the actions of one service that match; false once yield wants no more.
func matching(service *Service, pattern string, yield func(*Action) bool) bool {
	for i := range service.Actions {
		a := &service.Actions[i]
		if glob.Matches(pattern, a.folded) && !yield(a) {
			return false
		}
	}
	return true
}

// prefixOf is the service prefix of an action pattern, empty if it has none.
func prefixOf(pattern string) string {
	prefix, _, colon := strings.Cut(pattern, ":")
	if !colon {
		return ""
	}
	return prefix
}

// isExact tells whether an action pattern names one action.
func isExact(pattern string) bool { return !strings.ContainsAny(pattern, "*?") }
