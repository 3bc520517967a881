// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package roletype

import (
	"slices"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/internal/policy"
)

// GrantSettings are what the statements of grants depend on beside the grants.
type GrantSettings struct {
	// Partition and AccountID are where the role lives.
	Partition, AccountID string
	// Regions are those of grants that name none.
	Regions []string
	// PassedRoles are the ARNs of grants.passRoles.
	PassedRoles []string
	// Defaults says whether AWS's policies are attached; empty is Auto.
	Defaults v1alpha1.DefaultManagedPolicies
	// CodeDeploy chooses between Full and Limited; empty is Full.
	CodeDeploy v1alpha1.CodeDeployManagedPolicy
}

// Statements are the least-privilege statements of the grants of a role of the type, placeholders replaced, in a fixed
// order and with Sids of the reserved prefix, each once. Grants that the type does not have give none.
func (t Type) Statements(g v1alpha1.Grants, s GrantSettings) []policy.Statement {
	var list []policy.Statement
	for _, name := range t.Grants {
		if known := grants[name]; known.statements != nil && known.given(g) {
			list = append(list, known.statements(g, s)...)
		}
	}
	if t.Passes.Service != "" && len(s.PassedRoles) > 0 {
		list = append(list, t.Passes.statement(sid("PassRoles"), s.PassedRoles))
	}
	if t.Name == v1alpha1.RoleTypeCodeDeploy && t.Replaces(g) && auto(s.Defaults) {
		list = append(list, codeDeployStatements(s)...)
	}
	return list
}

// Replaces reports whether the grants take the place of AWS's policies under Auto.
func (t Type) Replaces(g v1alpha1.Grants) bool {
	return t.Replacement != "" && slices.Contains(Given(g), t.Replacement)
}

// Given are the names of the grants that are given, in the order of the documentation.
func Given(g v1alpha1.Grants) []string {
	var names []string
	for _, name := range grantOrder {
		if grants[name].given(g) {
			names = append(names, name)
		}
	}
	return names
}

// TypesWithGrant are the types that have a grant.
func TypesWithGrant(name string) []v1alpha1.RoleType {
	var types []v1alpha1.RoleType
	for i := range catalogue {
		if slices.Contains(catalogue[i].Grants, name) {
			types = append(types, catalogue[i].Name)
		}
	}
	return types
}

// grant says whether a grant is given and what it becomes. A grant without statements of its own is made elsewhere.
type grant struct {
	given      func(v1alpha1.Grants) bool
	statements func(v1alpha1.Grants, GrantSettings) []policy.Statement
}

// The names of grants as they are in a manifest.
const (
	grantSecrets          = "secrets"
	grantPrivateRegistry  = "privateRegistry"
	grantECR              = "ecr"
	grantEnvironmentFiles = "environmentFiles"
	grantLogs             = "logs"
	grantFireLens         = "fireLens"
	grantGMSA             = "gmsa"
	grantFSx              = "fsx"
	grantExecCommand      = "execCommand"
	grantEFS              = "efs"
	grantXRay             = "xray"
	grantTrunking         = "trunking"
	grantAgentConfig      = "agentConfig"
	grantSystemLogs       = "systemLogs"
	grantClusters         = "clusters"
	grantRunTask          = "runTask"
	grantPassRoles        = "passRoles"
	grantInvokeFunctions  = "invokeFunctions"
)

// The grants of each type that has some.
var (
	executionGrants = []string{
		grantSecrets, grantPrivateRegistry, grantECR, grantEnvironmentFiles, grantLogs, grantFireLens, grantGMSA, grantFSx,
	}
	taskGrants     = []string{grantExecCommand, grantEFS, grantXRay}
	instanceGrants = []string{grantTrunking, grantAgentConfig, grantSystemLogs, grantClusters}
	eventGrants    = []string{grantRunTask, grantPassRoles}
	passingGrants  = []string{grantPassRoles}
	hookGrants     = []string{grantInvokeFunctions}
	grantOrder     = slices.Concat(executionGrants, taskGrants, instanceGrants, eventGrants, hookGrants)
)

var grants = map[string]grant{
	grantSecrets:          {func(g v1alpha1.Grants) bool { return g.Secrets != nil }, secretStatements},
	grantPrivateRegistry:  {func(g v1alpha1.Grants) bool { return g.PrivateRegistry != nil }, registryStatements},
	grantECR:              {func(g v1alpha1.Grants) bool { return g.ECR != nil }, ecrStatements},
	grantEnvironmentFiles: {func(g v1alpha1.Grants) bool { return g.EnvironmentFiles != nil }, environmentStatements},
	grantLogs:             {func(g v1alpha1.Grants) bool { return g.Logs != nil }, logStatements},
	grantFireLens:         {func(g v1alpha1.Grants) bool { return g.FireLens != nil }, fireLensStatements},
	grantGMSA:             {func(g v1alpha1.Grants) bool { return g.GMSA != nil }, gmsaStatements},
	grantFSx:              {func(g v1alpha1.Grants) bool { return g.FSx != nil }, fsxStatements},
	grantExecCommand:      {func(g v1alpha1.Grants) bool { return g.ExecCommand != nil }, execStatements},
	grantEFS:              {func(g v1alpha1.Grants) bool { return g.EFS != nil }, efsStatements},
	grantXRay:             {func(g v1alpha1.Grants) bool { return g.XRay != nil }, xrayStatements},
	grantTrunking:         {func(g v1alpha1.Grants) bool { return g.Trunking != nil }, trunkingStatements},
	grantAgentConfig:      {func(g v1alpha1.Grants) bool { return g.AgentConfig != nil }, agentConfigStatements},
	grantSystemLogs:       {func(g v1alpha1.Grants) bool { return g.SystemLogs != nil }, systemLogStatements},
	grantClusters:         {func(g v1alpha1.Grants) bool { return g.Clusters != nil }, clusterStatements},
	grantRunTask:          {func(g v1alpha1.Grants) bool { return g.RunTask != nil }, runTaskStatements},
	grantPassRoles:        {func(g v1alpha1.Grants) bool { return len(g.PassRoles) > 0 }, nil},
	grantInvokeFunctions:  {func(g v1alpha1.Grants) bool { return g.InvokeFunctions != nil }, hookStatements},
}

func auto(d v1alpha1.DefaultManagedPolicies) bool {
	return d == "" || d == v1alpha1.DefaultManagedPoliciesAuto
}

// sid names a statement that the controller makes.
func sid(name string) string { return v1alpha1.ReservedSidPrefix + name }

// allow is a statement that allows actions on resources.
func allow(sid string, resources []string, actions ...string) policy.Statement {
	return policy.Statement{Sid: sid, Effect: policy.Allow, Actions: actions, Resources: resources}
}

// present drops the statements without resources: what a grant does not list it does not allow.
func present(statements ...policy.Statement) []policy.Statement {
	return slices.DeleteFunc(statements, func(st policy.Statement) bool { return len(st.Resources) == 0 })
}

// anything is the resource of actions without resource-level permissions.
var anything = []string{"*"}
