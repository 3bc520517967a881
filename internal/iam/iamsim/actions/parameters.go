// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package actions

import "github.com/ecsiam/ecs-iam-controller/internal/iam/iamsim/wire"

const (
	nameAdvice = "It must contain only alphanumeric characters and/or the following: +=,.@_-"
	pathAdvice = "It must begin and end with / and contain only alphanumeric characters and/or / characters."
)

var (
	namePattern        = wire.ModelPattern(`[\w+=,.@-]+`)
	pathPattern        = wire.ModelPattern(`(\u002F)|(\u002F[\u0021-\u007E]+\u002F)`)
	policyPathPattern  = wire.ModelPattern(`((/[A-Za-z0-9\.,\+@=_-]+)*)/`)
	pathPrefixPattern  = wire.ModelPattern(`\u002F[\u0021-\u007F]*`)
	documentPattern    = wire.ModelPattern(`[\u0009\u000A\u000D\u0020-\u00FF]+`)
	descriptionPattern = wire.ModelPattern(`[\u0009\u000A\u000D\u0020-\u007E\u00A1-\u00FF]*`)
	versionPattern     = wire.ModelPattern(`v[1-9][0-9]*(\.[A-Za-z0-9-]*)?`)
	markerPattern      = wire.ModelPattern(`[\u0020-\u00FF]+`)
	sessionNamePattern = wire.ModelPattern(`[\w+=,.@-]*`)
	externalIDPattern  = wire.ModelPattern(`[\w+=,.@:\/-]*`)
)

// The parameters that several actions share. The API model gives existing users longer names than new ones, but not in
// the calls for attachments and boundaries.
var (
	roleName      = name("RoleName", 64)
	newUserName   = name("UserName", 64)
	userName      = name("UserName", 128)
	groupName     = name("GroupName", 128)
	policyName    = name("PolicyName", 128)
	profileName   = name("InstanceProfileName", 128)
	entityPath    = wire.Constraint{Name: "Path", Min: 1, Max: 512, Pattern: pathPattern, Advice: pathAdvice}
	policyPath    = wire.Constraint{Name: "Path", Min: 1, Max: 512, Pattern: policyPathPattern, Advice: pathAdvice}
	pathPrefix    = wire.Constraint{Name: "PathPrefix", Min: 1, Max: 512, Pattern: pathPrefixPattern}
	policyPrefix  = wire.Constraint{Name: "PathPrefix", Min: 1, Max: 512, Pattern: policyPathPattern, Advice: pathAdvice}
	entityPrefix  = wire.Constraint{Name: "PathPrefix", Min: 1, Max: 512, Pattern: pathPattern, Advice: pathAdvice}
	trustDocument = document("AssumeRolePolicyDocument")
	policyDoc     = document("PolicyDocument")
	description   = wire.Constraint{Name: "Description", Max: 1000, Pattern: descriptionPattern}
	freeText      = wire.Constraint{Name: "Description", Max: 1000}
	maxSession    = wire.Constraint{Name: "MaxSessionDuration", Min: 3600, Max: 43200, Kind: wire.NumberKind}
	policyARN     = wire.Constraint{Name: "PolicyArn", Min: 20, Max: 2048}
	boundaryARN   = wire.Constraint{Name: "PermissionsBoundary", Min: 20, Max: 2048}
	versionID     = wire.Constraint{Name: "VersionId", Min: 1, Max: 128, Pattern: versionPattern}
	tagList       = wire.Constraint{Name: "Tags", Max: 50, Kind: wire.TagsKind}
	tagKeys       = wire.Constraint{Name: "TagKeys", Max: 50, Kind: wire.KeysKind}
	maxItems      = wire.Constraint{Name: "MaxItems", Min: 1, Max: 1000, Kind: wire.NumberKind}
	marker        = wire.Constraint{Name: "Marker", Min: 1, Max: 320, Pattern: markerPattern}
	policyUsage   = wire.Enum("PolicyUsageFilter", "PermissionsPolicy", "PermissionsBoundary")
)

func name(parameter string, limit int) wire.Constraint {
	return wire.Constraint{Name: parameter, Min: 1, Max: limit, Pattern: namePattern, Advice: nameAdvice}
}

func document(parameter string) wire.Constraint {
	return wire.Constraint{Name: parameter, Min: 1, Max: 131072, Pattern: documentPattern}
}
