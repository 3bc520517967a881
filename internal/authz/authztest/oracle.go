// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

// Package authztest decides by trying. It expands patterns over every known action and over invented ones, which stand
// for what AWS adds tomorrow, with a matcher that shares no code with package glob. Only tests import it.
package authztest

import (
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/ecsiam/ecs-iam-controller/internal/authz"
)

// FutureService is the prefix of a service that does not exist yet.
const FutureService = "newsvc"

// futureNames are names of actions that no service has. Each verb that stands for reading is followed by what is none,
// and names begin as those of actions that pass roles or manage permissions.
var futureNames = []string{
	"GetFuture", "GetFutureAndDelete", "Get", "ListFuture", "DescribeFuture", "BatchGetFuture", "HeadFuture",
	"PutFuture", "CreateFuture", "DeleteFuture", "UpdateFuture", "TagFuture", "FutureGet", "PassRoleFuture",
	"AttachFuturePolicy", "PutFuturePolicy", "F", "getfuture9",
}

// Universe is every action of the given services, all services if none is given, with invented ones in each and in a
// service that does not exist. Names are as AWS writes them.
func Universe(prefixes ...string) []string {
	if len(prefixes) == 0 {
		prefixes = authz.Services()
	}
	var actions []string
	for _, prefix := range prefixes {
		if service := authz.FindService(prefix); service != nil {
			for i := range service.Actions {
				actions = append(actions, service.Actions[i].String())
			}
		}
	}
	for _, prefix := range append(slices.Clone(prefixes), FutureService) {
		for _, name := range futureNames {
			actions = append(actions, prefix+":"+name)
		}
	}
	slices.Sort(actions)
	return slices.Compact(actions)
}

// Expand returns the actions of a universe that a pattern of a statement matches.
func Expand(pattern string, universe []string) []string {
	matches := matcher(strings.ToLower(pattern))
	var actions []string
	for _, action := range universe {
		if matches.MatchString(strings.ToLower(action)) {
			actions = append(actions, action)
		}
	}
	return actions
}

// Matches tells whether a pattern matches a text, with regard to case as IAM matches resources.
func Matches(pattern, text string) bool { return matcher(pattern).MatchString(text) }

// Texts are texts that a pattern matches: each wildcard is replaced by several fillings, the same for all asterisks.
func Texts(pattern string) []string {
	fillings := []string{"", "x", "zz9", "a/b", "a:b", "*", "future"}
	texts := make([]string, len(fillings))
	for i, filling := range fillings {
		texts[i] = strings.ReplaceAll(strings.ReplaceAll(pattern, "*", filling), "?", "q")
	}
	slices.Sort(texts)
	return slices.Compact(texts)
}

var matchers sync.Map

func matcher(pattern string) *regexp.Regexp {
	if found, ok := matchers.Load(pattern); ok {
		return found.(*regexp.Regexp)
	}
	var expression strings.Builder
	expression.WriteString(`(?s)\A`)
	for _, r := range pattern {
		switch r {
		case '*':
			expression.WriteString(`.*`)
		case '?':
			expression.WriteString(`.`)
		default:
			expression.WriteString(regexp.QuoteMeta(string(r)))
		}
	}
	compiled := regexp.MustCompile(expression.String() + `\z`)
	matchers.Store(pattern, compiled)
	return compiled
}
