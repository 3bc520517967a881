// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package plan

import (
	"slices"
	"strings"

	"github.com/ecsiam/ecs-iam-controller/internal/policy"
)

// dependence is something that a call names and that must exist, with the question that asks for it.
type dependence struct {
	Question
	arn string
}

// missing tells whether an answer says that it does not exist. A role of the name under another path is another role.
func (d dependence) missing(a Answer) bool {
	return a.Missing || d.Kind == AskRole && (a.Role == nil || a.Role.ARN != d.arn)
}

// dependsOnPolicy asks for a managed policy.
func dependsOnPolicy(arn string) []dependence {
	return []dependence{{Question{AskPolicy, arn}, arn}}
}

// dependsOnPrincipals asks for the roles of the same account that a trust policy names and did not name before. Those
// of other accounts cannot be asked for.
func dependsOnPrincipals(role, old, new, account string) []dependence {
	before := arnPrincipals(old)
	var list []dependence
	for _, arn := range arnPrincipals(new) {
		name := arn[strings.LastIndexByte(arn, '/')+1:]
		own := strings.Contains(arn, ":role/") && account != "" && accountOf(arn) == account && name != role
		if own && !slices.Contains(before, arn) {
			list = append(list, dependence{Question{AskRole, name}, arn})
		}
	}
	return list
}

// arnPrincipals are the roles and users that a trust policy names, sorted.
func arnPrincipals(text string) []string {
	doc := policy.NewContent(text).Document()
	if doc == nil {
		return nil
	}
	var list []string
	for _, s := range doc.Statements {
		for _, arn := range awsPrincipals(s) {
			if strings.Contains(arn, ":role/") || strings.Contains(arn, ":user/") {
				list = append(list, arn)
			}
		}
	}
	return sortedSet(list)
}

func awsPrincipals(s policy.Statement) []string {
	if s.Principal == nil {
		return nil
	}
	return s.Principal.AWS
}

// accountOf is the account of an ARN, empty where it has none.
func accountOf(arn string) string {
	if fields := strings.SplitN(arn, ":", 6); len(fields) == 6 {
		return fields[4]
	}
	return ""
}
