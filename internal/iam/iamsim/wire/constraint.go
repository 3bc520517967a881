// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package iamsim

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// constraint is what the API model says of one parameter: lengths, range, pattern.
type constraint struct {
	name     string
	min, max int
	kind     kind
	pattern  *regexp.Regexp
	// advice is IAM's own sentence for a pattern that is not met, where it has one.
	advice string
	values []string // of an enumeration
}

type kind int

const (
	textKind   kind = iota // min and max are lengths in characters
	numberKind             // min and max are the value's range
	tagsKind               // max is the number of tags
	keysKind               // max is the number of keys
)

const (
	nameAdvice = "It must contain only alphanumeric characters and/or the following: +=,.@_-"
	pathAdvice = "It must begin and end with / and contain only alphanumeric characters and/or / characters."
)

var (
	namePattern        = regexp.MustCompile(`^[\w+=,.@-]+$`)
	pathPattern        = regexp.MustCompile(`^(/|/[\x21-\x7E]+/)$`)
	policyPathPattern  = regexp.MustCompile(`^((/[A-Za-z0-9.,+@=_-]+)*)/$`)
	pathPrefixPattern  = regexp.MustCompile(`^/[\x21-\x7F]*$`)
	documentPattern    = regexp.MustCompile(`^[\t\n\r\x{20}-\x{FF}]+$`)
	descriptionPattern = regexp.MustCompile(`^[\t\n\r\x{20}-\x{7E}\x{A1}-\x{FF}]*$`)
	tagKeyPattern      = regexp.MustCompile(`^[\p{L}\p{Z}\p{N}_.:/=+\-@]+$`)
	tagValuePattern    = regexp.MustCompile(`^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$`)
	versionPattern     = regexp.MustCompile(`^v[1-9][0-9]*(\.[A-Za-z0-9-]*)?$`)
	markerPattern      = regexp.MustCompile(`^[\x{20}-\x{FF}]+$`)
	sessionNamePattern = regexp.MustCompile(`^[\w+=,.@-]*$`)
)

// The parameters that several actions share.
var (
	roleName      = name("RoleName", 64)
	userName      = name("UserName", 64)
	groupName     = name("GroupName", 128)
	policyName    = name("PolicyName", 128)
	profileName   = name("InstanceProfileName", 128)
	entityPath    = constraint{name: "Path", min: 1, max: 512, pattern: pathPattern, advice: pathAdvice}
	policyPath    = constraint{name: "Path", min: 1, max: 512, pattern: policyPathPattern, advice: pathAdvice}
	pathPrefix    = constraint{name: "PathPrefix", min: 1, max: 512, pattern: pathPrefixPattern}
	policyPrefix  = constraint{name: "PathPrefix", min: 1, max: 512, pattern: policyPathPattern, advice: pathAdvice}
	trustDocument = constraint{name: "AssumeRolePolicyDocument", min: 1, max: 131072, pattern: documentPattern}
	policyDoc     = constraint{name: "PolicyDocument", min: 1, max: 131072, pattern: documentPattern}
	description   = constraint{name: "Description", max: 1000, pattern: descriptionPattern}
	freeText      = constraint{name: "Description", max: 1000}
	maxSession    = constraint{name: "MaxSessionDuration", min: 3600, max: 43200, kind: numberKind}
	policyARN     = constraint{name: "PolicyArn", min: 20, max: 2048}
	boundaryARN   = constraint{name: "PermissionsBoundary", min: 20, max: 2048}
	versionID     = constraint{name: "VersionId", min: 1, max: 128, pattern: versionPattern}
	tagList       = constraint{name: "Tags", max: 50, kind: tagsKind}
	tagKeys       = constraint{name: "TagKeys", max: 50, kind: keysKind}
	maxItems      = constraint{name: "MaxItems", min: 1, max: 1000, kind: numberKind}
	marker        = constraint{name: "Marker", min: 1, max: 320, pattern: markerPattern}
)

func name(parameter string, limit int) constraint {
	return constraint{name: parameter, min: 1, max: limit, pattern: namePattern, advice: nameAdvice}
}

func enum(parameter string, values ...string) constraint {
	return constraint{name: parameter, max: 1 << 16, values: values}
}

// validate checks all parameters of a call and reports every violation at once, as AWS does.
func (a *action) validate(p params) *apiError {
	var violations []string
	for _, c := range a.needs {
		if !c.present(p) {
			violations = append(violations, c.at()+"Member must not be null")
		}
	}
	all := slices.Concat(a.needs, a.takes)
	for _, c := range all {
		violations = append(violations, c.violations(p)...)
	}
	switch n := len(violations); n {
	case 0:
	case 1:
		return validationError("1 validation error detected: %s", violations[0])
	default:
		return validationError("%d validation errors detected: %s", n, strings.Join(violations, "; "))
	}
	for _, c := range all {
		if c.advice != "" && p.has(c.name) && !c.pattern.MatchString(p.get(c.name)) {
			return validationError("The specified value for %s is invalid. %s", lowerFirst(c.name), c.advice)
		}
	}
	return nil
}

func (c constraint) present(p params) bool {
	switch c.kind {
	case tagsKind:
		return len(p.tags(c.name)) > 0
	case keysKind:
		return len(p.list(c.name)) > 0
	default:
		return p.has(c.name)
	}
}

func (c constraint) violations(p params) []string {
	switch c.kind {
	case tagsKind:
		return c.tagViolations(p.tags(c.name))
	case keysKind:
		return c.keyViolations(p.list(c.name))
	case numberKind, textKind:
	}
	if !p.has(c.name) {
		return nil
	}
	value := p.get(c.name)
	if c.kind == numberKind {
		return c.rangeViolations(value)
	}
	return c.textViolations(value)
}

func (c constraint) textViolations(value string) []string {
	length := utf8.RuneCountInString(value)
	switch {
	case c.values != nil && !slices.Contains(c.values, value):
		return []string{fmt.Sprintf("%sMember must satisfy enum value set: [%s]", c.at(), strings.Join(c.values, ", "))}
	case length > c.max:
		return []string{fmt.Sprintf("%sMember must have length less than or equal to %d", c.at(), c.max)}
	case length < c.min:
		return []string{fmt.Sprintf("%sMember must have length greater than or equal to %d", c.at(), c.min)}
	case c.pattern != nil && c.advice == "" && !c.pattern.MatchString(value):
		return []string{fmt.Sprintf("%sMember must satisfy regular expression pattern: %s", c.at(), unanchored(c.pattern))}
	}
	return nil
}

func (c constraint) rangeViolations(value string) []string {
	n, err := strconv.Atoi(value)
	switch {
	case err != nil:
		return []string{c.at() + "Member must be a number"}
	case n > c.max:
		return []string{fmt.Sprintf("%sMember must have value less than or equal to %d", c.at(), c.max)}
	case n < c.min:
		return []string{fmt.Sprintf("%sMember must have value greater than or equal to %d", c.at(), c.min)}
	}
	return nil
}

func (c constraint) tagViolations(tags []Tag) []string {
	if len(tags) > c.max {
		return []string{fmt.Sprintf("%sMember must have length less than or equal to %d", c.at(), c.max)}
	}
	var violations []string
	for i, tag := range tags {
		member := fmt.Sprintf("%s.%d.member.", c.name, i+1)
		key := constraint{name: member + "key", min: 1, max: 128, pattern: tagKeyPattern}
		value := constraint{name: member + "value", max: 256, pattern: tagValuePattern}
		violations = append(violations, key.textViolations(tag.Key)...)
		violations = append(violations, value.textViolations(tag.Value)...)
	}
	return violations
}

func (c constraint) keyViolations(keys []string) []string {
	if len(keys) > c.max {
		return []string{fmt.Sprintf("%sMember must have length less than or equal to %d", c.at(), c.max)}
	}
	var violations []string
	for i, key := range keys {
		member := constraint{name: fmt.Sprintf("%s.%d.member", c.name, i+1), min: 1, max: 128, pattern: tagKeyPattern}
		violations = append(violations, member.textViolations(key)...)
	}
	return violations
}

func (c constraint) at() string {
	return fmt.Sprintf("Value at '%s' failed to satisfy constraint: ", lowerFirst(c.name))
}

func lowerFirst(s string) string { return strings.ToLower(s[:1]) + s[1:] }

func unanchored(re *regexp.Regexp) string {
	return strings.TrimSuffix(strings.TrimPrefix(re.String(), "^"), "$")
}
