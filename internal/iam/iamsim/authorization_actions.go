// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package iamsim

import (
	"maps"
	"slices"
)

var authorizationActions = []action{
	{name: "GetAccountAuthorizationDetails", takes: []constraint{maxItems, marker}, do: getAuthorizationDetails},
	{name: "GetAccountSummary", do: getAccountSummary},
}

// detailKinds are the values of Filter. The digit orders the kinds under the one marker.
var detailKinds = []string{"User", "Group", "Role", "LocalManagedPolicy", "AWSManagedPolicy"}

// getAuthorizationDetails shows everything of the wanted kinds, but neither description nor session duration of roles,
// and no tags of policies.
func getAuthorizationDetails(tx *transaction, p params) ([]node, error) {
	wanted := p.list("Filter")
	for _, filter := range wanted {
		if !slices.Contains(detailKinds, filter) {
			return nil, validationError("1 validation error detected: Value at 'filter' failed to satisfy constraint: "+
				"Member must satisfy enum value set: %v", detailKinds)
		}
	}
	if len(wanted) == 0 {
		wanted = detailKinds
	}
	var entries []listEntry
	for _, kind := range wanted {
		entries = append(entries, tx.details(kind)...)
	}
	return pagedEntries(p, entries, "UserDetailList", "GroupDetailList", "RoleDetailList", "Policies")
}

func (t *transaction) details(kind string) []listEntry {
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

func entries[T any](list, order string, items []T, key func(T) string, content func(T) []node) []listEntry {
	all := make([]listEntry, 0, len(items))
	for _, item := range items {
		all = append(all, listEntry{list: list, key: order + key(item), content: func() []node { return content(item) }})
	}
	return all
}

func (t *transaction) roleDetail(role *Role) []node {
	content := []node{
		text("Path", role.Path), text("RoleName", role.Name), text("RoleId", role.ID), text("Arn", role.ARN),
		timestamp("CreateDate", role.Created),
		document("AssumeRolePolicyDocument", t.sim.renderTrust(role.trust, true)),
		listOf("InstanceProfileList", t.state.profilesOf(role.Name), func(profile *InstanceProfile) []node {
			return t.profileContent(profile, true)
		}),
		inlineDetail("RolePolicyList", &role.Identity), attachedDetail(&role.Identity), element("RoleLastUsed"),
	}
	content = append(content, boundaryNodes(role.PermissionsBoundary)...)
	return append(content, tagNodes(role.Tags)...)
}

func (t *transaction) userDetail(user *User) []node {
	content := append(userContent(user, true),
		inlineDetail("UserPolicyList", &user.Identity), attachedDetail(&user.Identity))
	return append(content, textList("GroupList", user.Groups))
}

func (t *transaction) groupDetail(group *Group) []node {
	return append(groupContent(group), inlineDetail("GroupPolicyList", &group.Identity), attachedDetail(&group.Identity))
}

func inlineDetail(list string, identity *Identity) node {
	return listOf(list, slices.Sorted(maps.Keys(identity.InlinePolicies)), func(name string) []node {
		return []node{text("PolicyName", name), document("PolicyDocument", identity.InlinePolicies[name])}
	})
}

func attachedDetail(identity *Identity) node {
	return listOf("AttachedManagedPolicies", identity.AttachedPolicies, attachedContent)
}

// policyDetail carries the documents of all versions.
func (t *transaction) policyDetail(each *Policy) []node {
	return append(t.policyContent(each, policyView{description: true}),
		listOf("PolicyVersionList", each.Versions, func(version PolicyVersion) []node {
			return append([]node{document("Document", version.Document)}, each.versionContent(version)...)
		}))
}

// getAccountSummary reports the account's own quotas beside what is in use.
func getAccountSummary(tx *transaction, _ params) ([]node, error) {
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
	rows := make([]node, 0, len(summary))
	for _, key := range slices.Sorted(maps.Keys(summary)) {
		rows = append(rows, element("entry", text("key", key), number("value", summary[key])))
	}
	return []node{element("SummaryMap", rows...)}, nil
}
