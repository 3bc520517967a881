// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package guardrail

import (
	"strings"

	"github.com/ecsiam/ecs-iam-controller/internal/glob"
)

// Protected are patterns of the last part of ARNs, such as role/ecs/app, of entities in the account that nothing is
// written to: those that the account protects, and those of ARNs that are protected anyway.
func (b *Bounds) Protected(always ...string) []string {
	var patterns []string
	for _, arn := range always {
		if resource := ResourceOf(arn); resource != "" {
			patterns = append(patterns, resource)
			patterns = append(patterns, byName(resource)...)
		}
	}
	for _, pattern := range b.protected {
		fields := strings.SplitN(pattern.String(), ":", arnFields)
		if len(fields) == arnFields && glob.Matches(fields[4], b.values.AccountID) {
			patterns = append(patterns, fields[5])
			patterns = append(patterns, byName(fields[5])...)
		}
	}
	return patterns
}

// byName is a pattern of the same name under every path, for a name without wildcards: IAM has each name once.
func byName(resource string) []string {
	kind, rest, found := strings.Cut(resource, "/")
	name := rest[strings.LastIndexByte(rest, '/')+1:]
	if !found || name == "" || strings.ContainsAny(kind+name, "*?") {
		return nil
	}
	return []string{kind + "/" + name, kind + "/*/" + name}
}

// ResourceOf is the last part of an ARN of IAM, such as role/ecs/app. That of a session is its role, without a path.
func ResourceOf(arn string) string {
	fields := strings.SplitN(arn, ":", arnFields)
	if len(fields) < arnFields {
		return ""
	}
	kind, rest, _ := strings.Cut(fields[5], "/")
	switch kind {
	case "assumed-role":
		name, _, _ := strings.Cut(rest, "/")
		return "role/" + name
	case "role", "policy", "instance-profile":
		return fields[5]
	}
	return ""
}

// RoleNameOf is the name of the role of an ARN, that of a session's role too, or nothing.
func RoleNameOf(arn string) string {
	rest, ok := strings.CutPrefix(ResourceOf(arn), "role/")
	if !ok {
		return ""
	}
	return rest[strings.LastIndexByte(rest, '/')+1:]
}

// InAccount reports whether an ARN is one of an account.
func InAccount(arn, accountID string) bool {
	return accountID != "" && AccountOf(arn) == accountID
}

// AccountOf is the account id in an ARN, empty where there is none.
func AccountOf(arn string) string {
	fields := strings.SplitN(arn, ":", arnFields)
	if len(fields) < arnFields {
		return ""
	}
	return fields[4]
}
