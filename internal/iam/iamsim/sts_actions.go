// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package iamsim

import (
	"slices"
	"strings"
	"time"

	"github.com/ecsiam/ecs-iam-controller/internal/iam/iamsim/wire"
)

var stsActions = []action{
	{name: "GetCallerIdentity", service: wire.STS, do: getCallerIdentity},
	{
		name: "AssumeRole", service: wire.STS, do: assumeRole,
		needs: []wire.Constraint{
			{Name: "RoleArn", Min: 20, Max: 2048},
			{Name: "RoleSessionName", Min: 2, Max: 64, Pattern: sessionNamePattern},
		},
		takes: []wire.Constraint{
			{Name: "DurationSeconds", Min: 900, Max: 43200, Kind: wire.NumberKind},
			{Name: "ExternalId", Min: 2, Max: 1224},
		},
	},
}

func getCallerIdentity(tx *transaction, _ wire.Params) ([]wire.Node, error) {
	return []wire.Node{wire.Text("Arn", tx.caller.arn), wire.Text("UserId", tx.caller.userID), wire.Text("Account", tx.caller.account)}, nil
}

// assumeRole issues credentials when the role's trust policy allows the caller: an Allow statement for sts:AssumeRole
// that names its account, its ARN or everyone, with the external id that the condition asks for.
func assumeRole(tx *transaction, p wire.Params) ([]wire.Node, error) {
	arn := p.Get("RoleArn")
	refused := wire.Failure("AccessDenied", "User: %s is not authorized to perform: sts:AssumeRole on resource: %s",
		tx.caller.arn, arn)
	parsed, ok := parseARN(arn)
	if !ok {
		return nil, wire.ValidationError("%s is invalid", arn)
	}
	target, ok := tx.sim.accounts[parsed.account]
	if !ok {
		return nil, refused
	}
	role, ok := target.state.roles.get(arn[strings.LastIndex(arn, "/")+1:])
	if !ok || role.ARN != arn || !tx.trusted(role, p.Get("ExternalId")) {
		return nil, refused
	}
	seconds := p.Integer("DurationSeconds", defaultMaxSession)
	if seconds > role.MaxSessionDuration {
		return nil, wire.ValidationError("The requested DurationSeconds exceeds the MaxSessionDuration set for this role.")
	}
	return tx.issue(role, target.id, p.Get("RoleSessionName"), seconds), nil
}

func (t *transaction) issue(role *Role, accountID, name string, seconds int) []wire.Node {
	issued := session{
		caller: caller{
			account: accountID, accessKeyID: t.sim.uniqueID("ASIA"), userID: role.ID + ":" + name, roleARN: role.ARN,
			arn: "arn:" + t.sim.options.Partition + ":sts::" + accountID + ":assumed-role/" + role.Name + "/" + name,
		},
		expires: t.now.Add(time.Duration(seconds) * time.Second),
	}
	t.sim.credentials[issued.caller.accessKeyID] = issued
	return []wire.Node{
		wire.Element("Credentials",
			wire.Text("AccessKeyId", issued.caller.accessKeyID), wire.Text("SecretAccessKey", "simulated-secret"),
			wire.Text("SessionToken", "simulated-session-token"), wire.Timestamp("Expiration", issued.expires)),
		wire.Element("AssumedRoleUser", wire.Text("AssumedRoleId", issued.caller.userID), wire.Text("Arn", issued.caller.arn)),
		wire.Number("PackedPolicySize", 0),
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
