// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package actions

import "github.com/ecsiam/ecs-iam-controller/internal/iam/iamsim/wire"

var stsActions = []Action{
	{Name: "GetCallerIdentity", Service: wire.STS, do: getCallerIdentity},
	{
		Name: "AssumeRole", Service: wire.STS, do: assumeRole,
		needs: []wire.Constraint{
			{Name: "RoleArn", Min: 20, Max: 2048},
			{Name: "RoleSessionName", Min: 2, Max: 64, Pattern: sessionNamePattern},
		},
		takes: []wire.Constraint{
			{Name: "DurationSeconds", Min: 900, Max: 43200, Kind: wire.NumberKind},
			{Name: "ExternalId", Min: 2, Max: 1224, Pattern: externalIDPattern},
			{Name: "Policy", Min: 1, Max: 131072, Pattern: documentPattern},
			{Name: "SourceIdentity", Min: 2, Max: 64, Pattern: sessionNamePattern},
			tagList,
			{Name: "TransitiveTagKeys", Max: 50, Kind: wire.KeysKind},
		},
	},
}

func getCallerIdentity(tx *Transaction, _ wire.Params) ([]wire.Node, error) {
	return []wire.Node{
		wire.Text("Arn", tx.Caller.ARN), wire.Text("UserId", tx.Caller.UserID), wire.Text("Account", tx.Caller.Account),
	}, nil
}
