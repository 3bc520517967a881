// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package guardrail

import (
	"strings"

	"github.com/ecsiam/ecs-iam-controller/internal/glob"
)

// Protected are patterns of the path and name of entities of a sort, EntityRole or EntityPolicy, that nothing is
// written to: those that the account protects, and those of ARNs that are protected anyway. Of the latter the name
// decides, because IAM has each name once, whatever the path.
func (b *Bounds) Protected(entity Entity, always ...string) []string {
	var patterns []string
	for _, arn := range always {
		if kind, name := entityOf(arn); kind == entity && name != "" {
			patterns = append(patterns, "*/"+name)
		}
	}
	for _, pattern := range b.protected {
		fields := strings.SplitN(pattern.String(), ":", arnFields)
		if len(fields) < arnFields || !glob.Matches(fields[4], b.values.AccountID) {
			continue
		}
		if path, ok := strings.CutPrefix(fields[5], string(entity)); ok {
			patterns = append(patterns, path)
		} else if strings.HasPrefix(fields[5], "*") {
			patterns = append(patterns, fields[5])
		}
	}
	return patterns
}

// entityOf is the sort and the name of the entity of an ARN; that of a session is its role.
func entityOf(arn string) (Entity, string) {
	fields := strings.SplitN(arn, ":", arnFields)
	if len(fields) < arnFields {
		return "", ""
	}
	kind, rest, _ := strings.Cut(fields[5], "/")
	switch kind {
	case "assumed-role":
		name, _, _ := strings.Cut(rest, "/")
		return EntityRole, name
	case "role", "policy":
		return Entity(kind), rest[strings.LastIndexByte(rest, '/')+1:]
	}
	return "", ""
}

// InAccount reports whether an ARN is one of an account.
func InAccount(arn, accountID string) bool {
	fields := strings.SplitN(arn, ":", arnFields)
	return len(fields) == arnFields && fields[4] == accountID
}
