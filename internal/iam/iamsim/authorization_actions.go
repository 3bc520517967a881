// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package iamsim

import (
	"maps"
	"slices"

	"github.com/ecsiam/ecs-iam-controller/internal/iam/iamsim/wire"
)

var authorizationActions = []action{
	{name: "GetAccountAuthorizationDetails", takes: []wire.Constraint{maxItems, marker}, do: getAuthorizationDetails},
	{name: "GetAccountSummary", do: getAccountSummary},
}

// detailKinds are the values of Filter. The digit orders the kinds under the one marker.
var detailKinds = []string{"User", "Group", "Role", "LocalManagedPolicy", "AWSManagedPolicy"}

// getAuthorizationDetails shows everything of the wanted kinds, but neither description nor session duration of roles,
// and no tags of policies.
func getAuthorizationDetails(tx *transaction, p wire.Params) ([]wire.Node, error) {
	wanted := p.List("Filter")
	for _, filter := range wanted {
		if !slices.Contains(detailKinds, filter) {
			return nil, wire.ValidationError("1 validation error detected: Value at 'filter' failed to satisfy wire.Constraint: "+
				"Member must satisfy enum value set: %v", detailKinds)
		}
	}
	if len(wanted) == 0 {
		wanted = detailKinds
	}
	var entries []wire.Entry
	for _, kind := range wanted {
		entries = append(entries, tx.details(kind)...)
	}
	return wire.PagedLists(p, entries, "UserDetailList", "GroupDetailList", "RoleDetailList", "Policies")
}

func (t *transaction) details(kind string) []wire.Entry {
	switch kind {
	case "User":
		return entries("UserDetailList", "1", t.state.users.sorted(), nameKey[*User], t.userDetail)
	case "Group":
		return entries("GroupDetailList", "2", t.state.groups.sorted(), nameKey[*Group], t.groupDetail)
	case "Role":
		return entries("RoleDetailList", "3", t.state.roles.sorted(), nameKey[*Role], t.roleDetail)
	case "LocalManagedPolicy":
		return entries("Policies", "4", t.state.policies.sorted(), nameKey[*Policy], t.policyDetail)
	default:
		managed := slices.Collect(maps.Values(t.sim.managed))
		return entries("Policies", "5", managed, func(each *Policy) string { return each.ARN }, t.policyDetail)
	}
}

func entries[T any](list, order string, items []T, key func(T) string, content func(T) []wire.Node) []wire.Entry {
	all := make([]wire.Entry, 0, len(items))
	for _, item := range items {
		all = append(all, wire.Entry{List: list, Key: order + key(item), Content: func() []wire.Node { return content(item) }})
	}
	return all
}

func (t *transaction) roleDetail(role *Role) []wire.Node {
	content := []wire.Node{
		wire.Text("Path", role.Path), wire.Text("RoleName", role.Name), wire.Text("RoleId", role.ID), wire.Text("Arn", role.ARN),
		wire.Timestamp("CreateDate", role.Created),
		wire.Document("AssumeRolePolicyDocument", t.sim.renderTrust(role.trust, true)),
		wire.ListOf("InstanceProfileList", t.state.profilesOf(role.Name), func(profile *InstanceProfile) []wire.Node {
			return t.profileContent(profile, true)
		}),
		inlineDetail("RolePolicyList", &role.Identity), attachedDetail(&role.Identity), wire.Element("RoleLastUsed"),
	}
	content = append(content, boundaryNodes(role.PermissionsBoundary)...)
	return append(content, tagNodes(role.Tags)...)
}

func (t *transaction) userDetail(user *User) []wire.Node {
	content := append(userContent(user, true),
		inlineDetail("UserPolicyList", &user.Identity), attachedDetail(&user.Identity))
	return append(content, wire.TextList("GroupList", user.Groups))
}

func (t *transaction) groupDetail(group *Group) []wire.Node {
	return append(groupContent(group), inlineDetail("GroupPolicyList", &group.Identity), attachedDetail(&group.Identity))
}

func inlineDetail(list string, identity *Identity) wire.Node {
	return wire.ListOf(list, slices.Sorted(maps.Keys(identity.InlinePolicies)), func(name string) []wire.Node {
		return []wire.Node{wire.Text("PolicyName", name), wire.Document("PolicyDocument", identity.InlinePolicies[name])}
	})
}

func attachedDetail(identity *Identity) wire.Node {
	return wire.ListOf("AttachedManagedPolicies", identity.AttachedPolicies, attachedContent)
}

// policyDetail carries the documents of all versions.
func (t *transaction) policyDetail(each *Policy) []wire.Node {
	return append(t.policyContent(each, policyView{description: true}),
		wire.ListOf("PolicyVersionList", each.Versions, func(version PolicyVersion) []wire.Node {
			return append([]wire.Node{wire.Document("Document", version.Document)}, each.versionContent(version)...)
		}))
}

// getAccountSummary reports the account's own quotas beside what is in use.
func getAccountSummary(tx *transaction, _ wire.Params) ([]wire.Node, error) {
	quotas, versions := tx.sim.quotas, 0
	for _, each := range tx.state.policies {
		versions += len(each.Versions)
	}
	summary := map[string]int{
		"Roles": len(tx.state.roles), "RolesQuota": quotas.Roles,
		"Users": len(tx.state.users), "UsersQuota": quotas.Users,
		"Groups": len(tx.state.groups), "GroupsQuota": quotas.Groups,
		"InstanceProfiles": len(tx.state.profiles), "InstanceProfilesQuota": quotas.InstanceProfiles,
		"Policies": len(tx.state.policies), "PoliciesQuota": quotas.Policies,
		"PolicyVersionsInUse": versions, "PolicyVersionsInUseQuota": 10000,
		"AssumeRolePolicySizeQuota": quotas.TrustPolicySize, "PolicySizeQuota": quotas.PolicySize,
		"RolePolicySizeQuota": quotas.RoleInlineSize, "UserPolicySizeQuota": quotas.UserInlineSize,
		"GroupPolicySizeQuota": quotas.GroupInlineSize, "VersionsPerPolicyQuota": quotas.VersionsPerPolicy,
		"AttachedPoliciesPerRoleQuota":  quotas.AttachedPoliciesPerRole,
		"AttachedPoliciesPerUserQuota":  quotas.AttachedPoliciesPerUser,
		"AttachedPoliciesPerGroupQuota": quotas.AttachedPoliciesPerGroup,
		"GroupsPerUserQuota":            quotas.GroupsPerUser, "AccountMFAEnabled": 1, "GlobalEndpointTokenVersion": 1,
	}
	rows := make([]wire.Node, 0, len(summary))
	for _, key := range slices.Sorted(maps.Keys(summary)) {
		rows = append(rows, wire.Element("entry", wire.Text("key", key), wire.Number("value", summary[key])))
	}
	return []wire.Node{wire.Element("SummaryMap", rows...)}, nil
}
