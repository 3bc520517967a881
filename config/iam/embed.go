// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

// Package controllerpolicy holds the IAM policies that the controller needs in an AWS account, so that tests can
// compare them with the calls that were made.
package controllerpolicy

import (
	_ "embed"
	"fmt"
	"slices"

	"github.com/ecsiam/ecs-iam-controller/internal/policy"
)

//go:embed controller-policy.json
var document []byte

//go:embed user-group-policy.json
var usersAndGroups []byte

//go:embed events-policy.json
var eventsPolicy []byte

//go:embed preflight-policy.json
var preflightPolicy []byte

//go:embed member-policy.json
var member []byte

//go:embed member-trust-policy.json
var memberTrust []byte

//go:embed guard-policy.json
var guard []byte

//go:embed organization-policy.json
var organization []byte

//go:embed controller-team-policy.json
var team []byte

//go:embed controller-confined-policy.json
var confined []byte

// Team is controller-team-policy.json, for a controller that watches one namespace. CLUSTER_ID and NAMESPACE in it are
// to be replaced.
func Team() []byte { return slices.Clone(team) }

// Guard is guard-policy.json, which denies beside any of the other policies. BOUNDARY_ARN in it is to be replaced.
func Guard() []byte { return slices.Clone(guard) }

// Organization is organization-policy.json, a service control policy for all principals but the controller.
func Organization() []byte { return slices.Clone(organization) }

// Confined is controller-confined-policy.json, for a controller that works with its own credentials. CLUSTER_ID in it
// is to be replaced.
func Confined() []byte { return slices.Clone(confined) }

// Preflight is preflight-policy.json, which only `preflight` needs, and only to check writes too.
func Preflight() []byte { return slices.Clone(preflightPolicy) }

// Document is controller-policy.json.
func Document() []byte { return slices.Clone(document) }

// Member is member-policy.json, which confines sessions to their namespaces.
func Member() []byte { return slices.Clone(member) }

// MemberTrust is member-trust-policy.json. CONTROLLER_ROLE_ARN, EXTERNAL_ID and CLUSTER_ID in it are to be replaced.
func MemberTrust() []byte { return slices.Clone(memberTrust) }

// MemberActions are the actions that member-policy.json allows, sorted.
func MemberActions() ([]string, error) { return actions("member-policy.json", member) }

// Actions are the actions that controller-policy.json allows, sorted, such as iam:CreateRole. It holds no wildcards.
func Actions() ([]string, error) { return actions("controller-policy.json", document) }

// UserGroupActions are the actions that user-group-policy.json allows, which only those need who attach ECSPolicies
// to users or groups.
func UserGroupActions() ([]string, error) { return actions("user-group-policy.json", usersAndGroups) }

// Events is events-policy.json, which only those need whose AWSAccounts set spec.events.
func Events() []byte { return slices.Clone(eventsPolicy) }

// EventsActions are the actions that events-policy.json allows.
func EventsActions() ([]string, error) { return actions("events-policy.json", eventsPolicy) }

func actions(name string, text []byte) ([]string, error) {
	parsed, err := policy.Parse(text)
	if err != nil {
		return nil, fmt.Errorf("parsing config/iam/%s: %w", name, err)
	}
	var list []string
	for _, statement := range parsed.Statements {
		list = append(list, statement.Actions...)
	}
	slices.Sort(list)
	return slices.Compact(list), nil
}
