// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package actions

import (
	"slices"
	"strconv"
	"strings"

	"github.com/ecsiam/ecs-iam-controller/internal/iam/iamsim/access"
	"github.com/ecsiam/ecs-iam-controller/internal/iam/iamsim/store"
	"github.com/ecsiam/ecs-iam-controller/internal/iam/iamsim/wire"
)

var simulationActions = []Action{
	{
		Name: "SimulatePrincipalPolicy", do: simulatePrincipal,
		needs: []wire.Constraint{
			{Name: "PolicySourceArn", Min: 20, Max: 2048}, {Name: "ActionNames", Max: 1000, Kind: wire.KeysKind},
		},
		takes: []wire.Constraint{maxItems, marker},
	},
}

// simulatePrincipal says for each action and resource what the policies of a role, user or group decide.
func simulatePrincipal(tx *Transaction, p wire.Params) ([]wire.Node, error) {
	policies, err := tx.policiesOf(p.Get("PolicySourceArn"))
	if err != nil {
		return nil, err
	}
	resources := p.List("ResourceArns")
	if len(resources) == 0 {
		resources = []string{"*"}
	}
	if err := alike(p.List("ActionNames")); err != nil {
		return nil, err
	}
	keys := contextEntries(p)
	var requests []access.Request
	for _, action := range p.List("ActionNames") {
		for _, resource := range resources {
			requests = append(requests, access.Request{Action: action, Resource: resource, Context: keys})
		}
	}
	number := map[string]int{}
	for i, request := range requests {
		number[request.Action+" "+request.Resource] = i
	}
	key := func(r access.Request) string { return padded(number[r.Action+" "+r.Resource]) }
	return wire.PagedList(p, "EvaluationResults", requests, key, func(r access.Request) []wire.Node {
		return evaluation(policies, r)
	})
}

// alike refuses actions of IAM that are about different kinds of entities. IAM judges together only what needs the same
// information, and does not document what that is; the simulator is stricter than IAM may be.
func alike(actions []string) error {
	first, kind := "", ""
	for _, action := range actions {
		about := entityKind(action)
		if about == "" {
			continue
		}
		if kind != "" && about != kind {
			return wire.Failure("InvalidInput",
				"Invalid Input Actions: [%s] and [%s] require different authorization information.", first, action)
		}
		first, kind = action, about
	}
	return nil
}

// entityKind is the kind of entity that an action of IAM is about, by its name.
func entityKind(action string) string {
	name, ours := strings.CutPrefix(action, "iam:")
	if !ours {
		return ""
	}
	for _, kind := range []string{
		"Account", "ListRoles", "ListPolicies", "InstanceProfile", "ServiceLinked", "Role", "Policy",
	} {
		if strings.Contains(name, kind) {
			return strings.TrimPrefix(kind, "List")
		}
	}
	return name
}

func padded(n int) string { return strconv.Itoa(1_000_000 + n) }

// policiesOf are the policies of a role, user or group by its ARN.
func (t *Transaction) policiesOf(arn string) (access.Policies, error) {
	name := store.NameIn(arn)
	var identity *store.Identity
	if role, ok := t.state.Roles.Get(name); ok && role.ARN == arn {
		identity = &role.Identity
	} else if user, ok := t.state.Users.Get(name); ok && user.ARN == arn {
		identity = &user.Identity
	} else if group, ok := t.state.Groups.Get(name); ok && group.ARN == arn {
		identity = &group.Identity
	} else {
		return access.Policies{}, wire.NoSuchEntity("The entity with ARN %s cannot be found.", arn)
	}
	return access.Policies{
		Identity: t.identityPolicies(t.Account.ID, identity), Boundary: t.boundaryOf(t.Account.ID, identity),
	}, nil
}

// contextEntries are the condition keys of a call.
func contextEntries(p wire.Params) access.Context {
	keys := access.Context{}
	for i, entry := range p.Structs("ContextEntries", "ContextKeyName", "ContextKeyType") {
		keys.Set(entry["ContextKeyName"],
			p.List("ContextEntries.member."+strconv.Itoa(i+1)+".ContextKeyValues")...)
	}
	return keys
}

func evaluation(policies access.Policies, r access.Request) []wire.Node {
	decision := policies.Decide(r)
	missing := slices.Concat(policies.Identity.Missing(r.Context), policies.Boundary.Missing(r.Context))
	slices.Sort(missing)
	verdict := []wire.Node{
		wire.Text("EvalDecision", string(decision.Effect)), wire.Element("EvalDecisionDetails"),
		wire.ListOf("MatchedStatements", decision.Matched, matchedStatement),
		wire.TextList("MissingContextValues", slices.Compact(missing)),
	}
	if policies.Boundary != nil {
		effect, _ := policies.Boundary.Decide(r)
		verdict = append(verdict, wire.Element("PermissionsBoundaryDecisionDetail",
			wire.Boolean("AllowedByPermissionsBoundary", effect == access.Allowed)))
	}
	specific := append([]wire.Node{
		wire.Text("EvalResourceName", r.Resource), wire.Text("EvalResourceDecision", string(decision.Effect)),
	}, verdict[1:]...)
	content := []wire.Node{wire.Text("EvalActionName", r.Action), wire.Text("EvalResourceName", r.Resource)}
	content = append(content, verdict...)
	return append(content,
		wire.Element("OrganizationsDecisionDetail", wire.Boolean("AllowedByOrganizations", true)),
		wire.Element("ResourceSpecificResults", wire.Element("member", specific...)))
}

func matchedStatement(m access.Match) []wire.Node {
	return []wire.Node{
		wire.Text("SourcePolicyId", m.Policy.Name), wire.Text("SourcePolicyType", "IAM Policy"),
		position("StartPosition", m.Policy.Text, m.Statement.Start),
		position("EndPosition", m.Policy.Text, m.Statement.End),
	}
}

// position counts lines and columns from one.
func position(name, text string, offset int) wire.Node {
	before := text[:min(offset, len(text))]
	line := strings.Count(before, "\n")
	column := len(before) - strings.LastIndex(before, "\n")
	return wire.Element(name, wire.Number("Line", line+1), wire.Number("Column", column))
}
