// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package actions

import (
	"maps"
	"slices"

	"github.com/ecsiam/ecs-iam-controller/internal/iam/iamsim/store"
	"github.com/ecsiam/ecs-iam-controller/internal/iam/iamsim/wire"
)

var authorizationActions = []Action{
	{Name: "GetAccountAuthorizationDetails", takes: []wire.Constraint{maxItems, marker}, do: getAuthorizationDetails},
	{Name: "GetAccountSummary", do: getAccountSummary},
}

// detailKinds are the values of Filter. The digit orders the kinds under the one marker.
var detailKinds = []string{"User", "Group", "Role", "LocalManagedPolicy", "AWSManagedPolicy"}

// getAuthorizationDetails shows everything of the wanted kinds, but neither description nor session duration of roles,
// and no tags of policies.
func getAuthorizationDetails(tx *Transaction, p wire.Params) ([]wire.Node, error) {
	wanted := p.List("Filter")
	for _, filter := range wanted {
		if !slices.Contains(detailKinds, filter) {
			return nil, wire.ValidationError("1 validation error detected: Value at 'filter' failed to satisfy " +
				"constraint: Member must satisfy enum value set")
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

func (t *Transaction) details(kind string) []wire.Entry {
	switch kind {
	case "User":
		return entries("UserDetailList", "1", t.state.Users.Sorted(), store.Key[*store.User], t.userDetail)
	case "Group":
		return entries("GroupDetailList", "2", t.state.Groups.Sorted(), store.Key[*store.Group], t.groupDetail)
	case "Role":
		return entries("RoleDetailList", "3", t.state.Roles.Sorted(), store.Key[*store.Role], t.roleDetail)
	case "LocalManagedPolicy":
		return entries("Policies", "4", t.state.Policies.Sorted(), store.Key[*store.Policy], t.policyDetail)
	default:
		managed := slices.Collect(maps.Values(t.World.Managed))
		return entries("Policies", "5", managed, func(each *store.Policy) string { return each.ARN }, t.policyDetail)
	}
}

func entries[T any](list, order string, items []T, key func(T) string, content func(T) []wire.Node) []wire.Entry {
	all := make([]wire.Entry, 0, len(items))
	for _, item := range items {
		shown := func() []wire.Node { return content(item) }
		all = append(all, wire.Entry{List: list, Key: order + key(item), Content: shown})
	}
	return all
}

// roleDetail and the others always have the tags, be they none.
func (t *Transaction) roleDetail(role *store.Role) []wire.Node {
	content := append(t.roleContent(role, roleView{lastUsed: true}),
		wire.ListOf("InstanceProfileList", t.state.ProfilesOf(role.Name), func(p *store.InstanceProfile) []wire.Node {
			return t.profileContent(p, true)
		}),
		inlineDetail("RolePolicyList", &role.Identity), attachedDetail(&role.Identity),
		wire.ListOf("Tags", role.Tags, tagContent))
	return append(content, boundaryNodes(role.PermissionsBoundary)...)
}

// userDetail has the inline policies only where there are some.
func (t *Transaction) userDetail(user *store.User) []wire.Node {
	content := append(userContent(user, false), attachedDetail(&user.Identity),
		wire.TextList("GroupList", user.Groups), wire.ListOf("Tags", user.Tags, tagContent))
	if len(user.InlinePolicies) > 0 {
		content = append(content, inlineDetail("UserPolicyList", &user.Identity))
	}
	return append(content, boundaryNodes(user.PermissionsBoundary)...)
}

func (t *Transaction) groupDetail(group *store.Group) []wire.Node {
	return append(groupContent(group), inlineDetail("GroupPolicyList", &group.Identity), attachedDetail(&group.Identity))
}

func inlineDetail(list string, identity *store.Identity) wire.Node {
	return wire.ListOf(list, slices.Sorted(maps.Keys(identity.InlinePolicies)), func(name string) []wire.Node {
		return []wire.Node{wire.Text("PolicyName", name), wire.Document("PolicyDocument", identity.InlinePolicies[name])}
	})
}

func attachedDetail(identity *store.Identity) wire.Node {
	return wire.ListOf("AttachedManagedPolicies", identity.AttachedPolicies, attachedContent)
}

// policyDetail carries the documents of all versions.
func (t *Transaction) policyDetail(each *store.Policy) []wire.Node {
	return append(t.policyContent(each, policyView{description: true}),
		wire.ListOf("PolicyVersionList", each.Versions, func(version store.PolicyVersion) []wire.Node {
			return append([]wire.Node{wire.Document("Document", version.Document)}, versionContent(each, version)...)
		}))
}

// getAccountSummary reports the account's own quotas beside what is in use.
func getAccountSummary(tx *Transaction, _ wire.Params) ([]wire.Node, error) {
	quotas, versions := tx.World.Quotas, 0
	for _, each := range tx.state.Policies {
		versions += len(each.Versions)
	}
	summary := map[string]int{
		"Roles": len(tx.state.Roles), "RolesQuota": quotas.Roles,
		"Users": len(tx.state.Users), "UsersQuota": quotas.Users,
		"Groups": len(tx.state.Groups), "GroupsQuota": quotas.Groups,
		"InstanceProfiles": len(tx.state.Profiles), "InstanceProfilesQuota": quotas.InstanceProfiles,
		"Policies": len(tx.state.Policies), "PoliciesQuota": quotas.Policies,
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
