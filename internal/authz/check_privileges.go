// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package authz

import (
	"slices"
	"strings"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/internal/glob"
	"github.com/ecsiam/ecs-iam-controller/internal/policy"
)

const (
	passRole        = "iam:PassRole"
	passedToService = "iam:PassedToService"
)

// passRole asks which roles may be handed to which services.
func (c *checker) passRole(st *statement) {
	i := st.actionIndex(passRole)
	if !st.allows() || i < 0 || c.administers(st) >= 0 || !st.takesIn(someRole) {
		return
	}
	if element, at, list := st.anyRole(); at >= 0 {
		c.at(st, element, at, list, Finding{
			Code: v1alpha1.WarningPassesAnyRole,
			Reason: "the statement passes any role of the account, one with more permissions than its holder " +
				"included",
			Correction: "name the roles, or a path that only they have",
		})
	}
	if !slices.Contains(restrictingKeys(st.Condition), strings.ToLower(passedToService)) {
		c.at(st, elementAction, i, st.Actions, Finding{
			Code: v1alpha1.WarningPassRoleAnyService,
			Reason: "iam:PassRole without a condition on " + passedToService + " passes the role to every service that " +
				"it trusts",
			Correction: `add the condition StringEquals: {"iam:PassedToService": ["ecs-tasks.amazonaws.com"]}`,
		})
	}
}

// takesIn tells whether one of the resources is of a kind. NotResource takes in almost all, unless it leaves
// out every role.
func (st *statement) takesIn(kind func(resource string) bool) bool {
	if len(st.NotResources) > 0 {
		return !slices.ContainsFunc(st.NotResources, anyRole)
	}
	return slices.ContainsFunc(st.Resources, kind)
}

// anyRole is the place by which a statement takes in every role but those that it names; -1 if none does.
func (st *statement) anyRole() (element string, at int, list []string) {
	if len(st.NotResources) > 0 {
		return elementNotResource, 0, st.NotResources
	}
	return elementResource, slices.IndexFunc(st.Resources, anyRole), st.Resources
}

// someRole tells whether a resource takes in a role.
func someRole(resource string) bool {
	return resource == "*" || !policy.Disjoint("arn:*:iam:*:*:role/*", resource)
}

// anyRole tells whether a resource takes in every role of an account.
func anyRole(resource string) bool {
	parts := policy.SplitARN(resource)
	return resource == "*" || len(parts) == arnFields &&
		strings.Trim(strings.TrimPrefix(parts[arnResource], "role/"), "*?") == ""
}

// restrictingKeys are the keys, in lower case, whose absence or other value makes the condition fail.
func restrictingKeys(condition policy.Condition) []string {
	var keys []string
	for operator, key := range conditions(condition) {
		if !holdsWithout(operator, condition[operator][key]) {
			keys = append(keys, strings.ToLower(key))
		}
	}
	return keys
}

// administrative are actions that give their holder every permission. Source: IAM User Guide, "Access level summaries",
// level Permissions management.
var administrative = []string{
	"iam:PutRolePolicy", "iam:AttachRolePolicy", "iam:PutUserPolicy", "iam:AttachUserPolicy", "iam:PutGroupPolicy",
	"iam:AttachGroupPolicy", "iam:CreatePolicyVersion", "iam:SetDefaultPolicyVersion", "iam:UpdateAssumeRolePolicy",
}

// administration looks for wildcards that take in more than was thought of.
func (c *checker) administration(st *statement) {
	i := c.administers(st)
	if i < 0 {
		return
	}
	element, list := elementAction, st.Actions
	if len(list) == 0 {
		element, list = elementNotAction, st.NotActions
	}
	c.at(st, element, i, list, Finding{
		Code: v1alpha1.WarningAdministration,
		Reason: "the statement takes in the permissions to change permissions, so that it makes an administrator of " +
			"its holder",
		Correction: "name the actions that are needed",
	})
}

// administers is the place of the pattern by which a statement allows to change any permission; -1 if none does.
// Actions that are named one by one are meant.
func (c *checker) administers(st *statement) int {
	if !st.allows() || !st.takesIn(anyRole) || len(st.Condition) > 0 {
		return -1
	}
	if len(st.Actions) == 0 && len(st.NotActions) > 0 && !matchesAll(st.NotActions, administrative) {
		return 0
	}
	return slices.IndexFunc(st.Actions, func(pattern string) bool {
		return !isExact(pattern) && slices.ContainsFunc(administrative, func(action string) bool {
			return glob.MatchesFold(pattern, action)
		})
	})
}

// matchesAll tells whether each action is matched by some pattern.
func matchesAll(patterns, actions []string) bool {
	return !slices.ContainsFunc(actions, func(action string) bool {
		return !slices.ContainsFunc(patterns, func(pattern string) bool { return glob.MatchesFold(pattern, action) })
	})
}
