// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package actions

import (
	"fmt"
	"strings"

	"github.com/ecsiam/ecs-iam-controller/internal/iam/iamsim/access"
	"github.com/ecsiam/ecs-iam-controller/internal/iam/iamsim/catalogue"
	"github.com/ecsiam/ecs-iam-controller/internal/iam/iamsim/store"
	"github.com/ecsiam/ecs-iam-controller/internal/iam/iamsim/wire"
)

var serviceLinkedActions = []Action{
	{
		Name: "CreateServiceLinkedRole", Write: true, do: createServiceLinkedRole,
		needs: []wire.Constraint{name("AWSServiceName", 128)},
		takes: []wire.Constraint{description, name("CustomSuffix", 64)},
	},
	{Name: "DeleteServiceLinkedRole", Write: true, needs: []wire.Constraint{roleName}, do: deleteServiceLinkedRole},
	{
		Name: "GetServiceLinkedRoleDeletionStatus", do: getDeletionStatus,
		needs: []wire.Constraint{{Name: "DeletionTaskId", Min: 1, Max: 1000}},
	},
}

// createServiceLinkedRole answers InvalidInput, not EntityAlreadyExists, when the role is there.
func createServiceLinkedRole(tx *Transaction, p wire.Params) ([]wire.Node, error) {
	service := p.Get("AWSServiceName")
	made, ok := catalogue.ServiceLinkedRoles[service]
	if !ok {
		return nil, wire.InvalidInput("%s is not the name of a service with service-linked roles.", service)
	}
	if p.Get("CustomSuffix") != "" && !made.Suffix {
		return nil, wire.InvalidInput("Custom suffix is not allowed for %s", service)
	}
	roleName := made.Name(p.Get("CustomSuffix"))
	if tx.state.Roles.Taken(roleName) {
		return nil, wire.InvalidInput("Service role name %s has been taken in this account, please try a different suffix.",
			roleName)
	}
	trust := serviceTrust(service)
	role := &store.Role{
		Identity: store.Identity{
			Entity: tx.create("role", "AROA", roleName, "/aws-service-role/"+service+"/", nil),
			AttachedPolicies: []string{
				"arn:" + tx.World.Partition + ":iam::aws:policy/aws-service-role/" + made.Policy,
			},
		},
		Description: p.Get("Description"), Described: p.Has("Description"), MaxSessionDuration: defaultMaxSession,
		Trust: trust,
	}
	tx.state.Roles.Put(role)
	view := roleView{trust: serviceTrustAsSent(service), description: true}
	return []wire.Node{wire.Element("Role", tx.roleContent(role, view)...)}, nil
}

func serviceTrust(service string) access.Document {
	return access.Document{Version: access.Version2012, Statements: []access.Statement{{
		Effect: "Allow", Principal: access.Principals{"Service": {service}}, Action: access.Values{"sts:AssumeRole"},
	}}}
}

// serviceTrustAsSent is the trust policy as the reply to the creation repeats it: AWS's own services send lists of one
// value. Source: the example in "CreateServiceLinkedRole" of the IAM API Reference.
func serviceTrustAsSent(service string) string {
	return `{"Version":"2012-10-17","Statement":[{"Action":["sts:AssumeRole"],"Principal":{"Service":["` + service +
		`"]},"Effect":"Allow"}]}`
}

// deleteServiceLinkedRole only begins: the role stays until the task has ended. A repeated call names the same task.
func deleteServiceLinkedRole(tx *Transaction, p wire.Params) ([]wire.Node, error) {
	role, err := tx.role(p.Get("RoleName"))
	if err != nil {
		return nil, err
	}
	if !role.ServiceLinked() {
		return nil, wire.NoSuchEntity("The role with name %s is not a service-linked role.", role.Name)
	}
	for _, task := range tx.Account.Deletions {
		if task.Role == role.Name && !task.Ended() {
			return []wire.Node{wire.Text("DeletionTaskId", task.ID)}, nil
		}
	}
	number := len(tx.Account.Deletions) + 1
	task := &store.Deletion{
		ID:   fmt.Sprintf("task%s%s/%08x-0000-4000-8000-000000000000", role.Path, role.Name, number),
		Role: role.Name,
	}
	tx.Account.Deletions = append(tx.Account.Deletions, task)
	return []wire.Node{wire.Text("DeletionTaskId", task.ID)}, nil
}

func getDeletionStatus(tx *Transaction, p wire.Params) ([]wire.Node, error) {
	id := p.Get("DeletionTaskId")
	if !strings.HasPrefix(id, "task/aws-service-role/") {
		return nil, wire.InvalidInput("Invalid deletion task id: %s", id)
	}
	for _, task := range tx.Account.Deletions {
		if task.ID != id {
			continue
		}
		status := task.Poll(tx.Account.State, tx.Account.Usage[task.Role], tx.DeletionPolls)
		answer := []wire.Node{wire.Text("Status", status)}
		if status == store.Failed {
			answer = append(answer, failureReason(task.Usage))
		}
		return answer, nil
	}
	return nil, wire.NoSuchEntity("The deletion task with id %s cannot be found.", id)
}

func failureReason(usage []store.RegionUsage) wire.Node {
	return wire.Element("Reason",
		wire.Text("Reason", "A service-linked role cannot be deleted while resources of the service use it."),
		wire.ListOf("RoleUsageList", usage, func(usage store.RegionUsage) []wire.Node {
			return []wire.Node{wire.Text("Region", usage.Region), wire.TextList("Resources", usage.Resources)}
		}))
}
