// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package iamsim

import (
	"slices"
	"strings"
	"time"
)

var stsActions = []action{
	{name: "GetCallerIdentity", service: stsService, do: getCallerIdentity},
	{
		name: "AssumeRole", service: stsService, do: assumeRole,
		needs: []constraint{
			{name: "RoleArn", min: 20, max: 2048},
			{name: "RoleSessionName", min: 2, max: 64, pattern: sessionNamePattern},
		},
		takes: []constraint{
			{name: "DurationSeconds", min: 900, max: 43200, kind: numberKind},
			{name: "ExternalId", min: 2, max: 1224},
		},
	},
}

func getCallerIdentity(tx *transaction, _ params) ([]node, error) {
	return []node{text("Arn", tx.caller.arn), text("UserId", tx.caller.userID), text("Account", tx.caller.account)}, nil
}

// assumeRole issues credentials when the role's trust policy allows the caller: an Allow statement for sts:AssumeRole
// that names its account, its ARN or everyone, with the external id that the condition asks for.
func assumeRole(tx *transaction, p params) ([]node, error) {
	arn := p.get("RoleArn")
	refused := failure("AccessDenied", "User: %s is not authorized to perform: sts:AssumeRole on resource: %s",
		tx.caller.arn, arn)
	parsed, ok := parseARN(arn)
	if !ok {
		return nil, validationError("%s is invalid", arn)
	}
	target, ok := tx.sim.accounts[parsed.account]
	if !ok {
		return nil, refused
	}
	role, ok := target.state.roles.get(arn[strings.LastIndex(arn, "/")+1:])
	if !ok || role.ARN != arn || !tx.trusted(role, p.get("ExternalId")) {
		return nil, refused
	}
	seconds := p.integer("DurationSeconds", defaultMaxSession)
	if seconds > role.MaxSessionDuration {
		return nil, validationError("The requested DurationSeconds exceeds the MaxSessionDuration set for this role.")
	}
	return tx.issue(role, target.id, p.get("RoleSessionName"), seconds), nil
}

func (t *transaction) issue(role *Role, accountID, name string, seconds int) []node {
	issued := session{
		caller: caller{
			account: accountID, accessKeyID: t.sim.uniqueID("ASIA"), userID: role.ID + ":" + name, roleARN: role.ARN,
			arn: "arn:" + t.sim.options.Partition + ":sts::" + accountID + ":assumed-role/" + role.Name + "/" + name,
		},
		expires: t.now.Add(time.Duration(seconds) * time.Second),
	}
	t.sim.credentials[issued.caller.accessKeyID] = issued
	return []node{
		element("Credentials",
			text("AccessKeyId", issued.caller.accessKeyID), text("SecretAccessKey", "simulated-secret"),
			text("SessionToken", "simulated-session-token"), timestamp("Expiration", issued.expires)),
		element("AssumedRoleUser", text("AssumedRoleId", issued.caller.userID), text("Arn", issued.caller.arn)),
		number("PackedPolicySize", 0),
	}
}

func (t *transaction) trusted(role *Role, externalID string) bool {
	allowed := false
	for _, statement := range role.trust.Statements {
		if !t.matches(statement, externalID) {
			continue
		}
		if statement.Effect == "Deny" {
			return false
		}
		allowed = true
	}
	return allowed
}

// matches knows the one condition that matters to a caller without tags: sts:ExternalId.
func (t *transaction) matches(statement trustStatement, externalID string) bool {
	assumes := slices.ContainsFunc(statement.Action, func(action string) bool {
		return strings.EqualFold(action, "sts:AssumeRole") || strings.EqualFold(action, "sts:*") || action == "*"
	})
	if !assumes || !slices.ContainsFunc(statement.Principal["AWS"], t.isCaller) {
		return false
	}
	for operator, keys := range statement.Condition {
		for key, accepted := range keys {
			if operator != "StringEquals" || !strings.EqualFold(key, "sts:ExternalId") ||
				!slices.Contains(accepted, externalID) {
				return false
			}
		}
	}
	return true
}

func (t *transaction) isCaller(principal string) bool {
	if arn, ok := t.sim.principalByID(principal); ok {
		principal = arn
	}
	return slices.Contains([]string{"*", t.sim.arn(t.caller.account, "root"), t.caller.arn}, principal) ||
		principal != "" && principal == t.caller.roleARN
}
