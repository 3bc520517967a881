// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package iamsim

import (
	"fmt"
	"strings"

	"github.com/ecsiam/ecs-iam-controller/internal/iam/iamsim/wire"
)

var serviceLinkedActions = []action{
	{
		name: "CreateServiceLinkedRole", write: true, do: createServiceLinkedRole,
		needs: []wire.Constraint{name("AWSServiceName", 128)}, takes: []wire.Constraint{description, name("CustomSuffix", 64)},
	},
	{name: "DeleteServiceLinkedRole", write: true, needs: []wire.Constraint{roleName}, do: deleteServiceLinkedRole},
	{
		name: "GetServiceLinkedRoleDeletionStatus", do: getDeletionStatus,
		needs: []wire.Constraint{{Name: "DeletionTaskId", Min: 1, Max: 1000}},
	},
}

// createServiceLinkedRole answers InvalidInput, not EntityAlreadyExists, when the role is there.
func createServiceLinkedRole(tx *transaction, p wire.Params) ([]wire.Node, error) {
	service := p.Get("AWSServiceName")
	made, ok := serviceLinkedRoles[service]
	if !ok {
		return nil, wire.InvalidInput("%s is not the name of a service with service-linked roles.", service)
	}
	roleName := made.roleName
	if suffix := p.Get("CustomSuffix"); suffix != "" {
		if !made.suffix {
			return nil, wire.InvalidInput("Custom suffix is not allowed for %s", service)
		}
		roleName += "_" + suffix
	}
	if tx.state.roles.taken(roleName) {
		return nil, wire.InvalidInput("Service role name %s has been taken in this account, please try a different suffix.",
			roleName)
	}
	role := &Role{
		Identity: Identity{
			Entity: tx.create("role", "AROA", roleName, "/aws-service-role/"+service+"/", nil),
			AttachedPolicies: []string{
				"arn:" + tx.sim.options.Partition + ":iam::aws:policy/aws-service-role/" + made.policy,
			},
		},
		Description: p.Get("Description"), MaxSessionDuration: defaultMaxSession,
		trust: trustPolicy{Version: "2012-10-17", Statements: []trustStatement{{
			Effect: "Allow", Principal: principals{"Service": {service}}, Action: values{"sts:AssumeRole"},
		}}},
	}
	tx.state.roles.put(role)
	return []wire.Node{wire.Element("Role", tx.roleContent(role, roleView{})...)}, nil
}

// deleteServiceLinkedRole only begins: the role stays until the task has ended. A repeated call names the same task.
func deleteServiceLinkedRole(tx *transaction, p wire.Params) ([]wire.Node, error) {
	role, err := tx.role(p.Get("RoleName"))
	if err != nil {
		return nil, err
	}
	if !role.serviceLinked() {
		return nil, wire.InvalidInput("Role %s is not a service-linked role.", role.Name)
	}
	for _, task := range tx.account.deletions {
		if task.role == role.Name && task.status == "" {
			return []wire.Node{wire.Text("DeletionTaskId", task.id)}, nil
		}
	}
	number := len(tx.account.deletions) + 1
	task := &deletionTask{
		id:   fmt.Sprintf("task%s%s/%08x-0000-4000-8000-000000000000", role.Path, role.Name, number),
		role: role.Name,
	}
	tx.account.deletions = append(tx.account.deletions, task)
	return []wire.Node{wire.Text("DeletionTaskId", task.id)}, nil
}

func getDeletionStatus(tx *transaction, p wire.Params) ([]wire.Node, error) {
	id := p.Get("DeletionTaskId")
	if !strings.HasPrefix(id, "task/aws-service-role/") {
		return nil, wire.InvalidInput("Invalid deletion task id: %s", id)
	}
	for _, task := range tx.account.deletions {
		if task.id != id {
			continue
		}
		answer := []wire.Node{wire.Text("Status", task.poll(tx))}
		if task.status == "FAILED" {
			answer = append(answer, task.reason())
		}
		return answer, nil
	}
	return nil, wire.NoSuchEntity("The deletion task with id %s cannot be found.", id)
}

func (d *deletionTask) reason() wire.Node {
	return wire.Element("Reason",
		wire.Text("Reason", "A service-linked role cannot be deleted while resources of the service use it."),
		wire.ListOf("RoleUsageList", d.usage, func(usage RegionUsage) []wire.Node {
			return []wire.Node{wire.Text("Region", usage.Region), wire.TextList("Resources", usage.Resources)}
		}))
}
