// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package guardrail

import (
	"fmt"
	"strings"
)

// Values is where the guardrails of an account are applied: what their placeholders stand for, and what the account is
// called. A value that is not known is empty; a pattern that needs it is then read in the strictest way.
type Values struct {
	// Account is the name of the AWSAccount.
	Account string
	// Namespace is that of the object.
	Namespace string
	// AccountID, Partition and Region are those of the account.
	AccountID, Partition, Region string
}

// The placeholders of patterns.
const (
	placeholderNamespace = "{namespace}"
	placeholderAccountID = "{accountID}"
	placeholderPartition = "{partition}"
	placeholderRegion    = "{region}"
)

const delimitedAdvice = "{namespace} must stand between two of / : . _ or at an end, because the names of namespaces " +
	"may begin alike: write {namespace}/* or {namespace}.*"

// patternAdvice says what is wrong with the placeholders of a pattern, or nothing.
func patternAdvice(pattern string) string {
	rest := pattern
	for {
		before, after, found := strings.Cut(rest, placeholderNamespace)
		if !found {
			break
		}
		if !atDelimiter(before, len(before)-1) || !atDelimiter(after, 0) {
			return delimitedAdvice
		}
		rest = after
	}
	rest = strings.NewReplacer(placeholderNamespace, "", placeholderAccountID, "", placeholderPartition, "",
		placeholderRegion, "").Replace(pattern)
	for _, variable := range variables(rest) {
		rest = strings.Replace(rest, variable, "", 1)
	}
	if strings.ContainsAny(rest, "{}") {
		return "the placeholders are {namespace}, {accountID}, {partition} and {region}"
	}
	return ""
}

// atDelimiter reports whether a text ends, or has one of the delimiters, at a place.
func atDelimiter(text string, at int) bool {
	return text == "" || strings.IndexByte("/:._", text[at]) >= 0
}

// variables are the policy variables of IAM in a text.
func variables(text string) []string {
	var list []string
	for {
		_, after, found := strings.Cut(text, "${")
		name, rest, closed := strings.Cut(after, "}")
		if !found || !closed {
			return list
		}
		list, text = append(list, "${"+name+"}"), rest
	}
}

// expand replaces the placeholders of a pattern. It fails where the pattern is malformed or a value is not known.
func (p Values) expand(pattern string) (string, error) {
	if advice := patternAdvice(pattern); advice != "" {
		return "", fmt.Errorf("%s", advice)
	}
	for placeholder, value := range map[string]string{
		placeholderNamespace: p.Namespace, placeholderAccountID: p.AccountID, placeholderPartition: p.Partition,
		placeholderRegion: p.Region,
	} {
		if !strings.Contains(pattern, placeholder) {
			continue
		}
		if value == "" {
			return "", fmt.Errorf("%s has no value here", placeholder)
		}
		pattern = strings.ReplaceAll(pattern, placeholder, value)
	}
	return pattern, nil
}
