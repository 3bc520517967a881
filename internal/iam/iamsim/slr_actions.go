// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package iamsim

import (
	"fmt"
	"strings"
)

var serviceLinkedActions = []action{
	{
		name: "CreateServiceLinkedRole", write: true, do: createServiceLinkedRole,
		needs: []constraint{name("AWSServiceName", 128)}, takes: []constraint{description, name("CustomSuffix", 64)},
	},
	{name: "DeleteServiceLinkedRole", write: true, needs: []constraint{roleName}, do: deleteServiceLinkedRole},
	{
		name: "GetServiceLinkedRoleDeletionStatus", do: getDeletionStatus,
		needs: []constraint{{name: "DeletionTaskId", min: 1, max: 1000}},
	},
}

// createServiceLinkedRole answers InvalidInput, not EntityAlreadyExists, when the role is there.
func createServiceLinkedRole(tx *transaction, p params) ([]node, error) {
	service := p.get("AWSServiceName")
	made, ok := serviceLinkedRoles[service]
	if !ok {
		return nil, invalidInput("%s is not the name of a service with service-linked roles.", service)
	}
	roleName := made.roleName
	if suffix := p.get("CustomSuffix"); suffix != "" {
		if !made.suffix {
			return nil, invalidInput("Custom suffix is not allowed for %s", service)
		}
		roleName += "_" + suffix
	}
	if tx.state.roles.taken(roleName) {
		return nil, invalidInput("Service role name %s has been taken in this account, please try a different suffix.",
			roleName)
	}
	role := &Role{
		Identity: Identity{
			Entity: tx.create("role", "AROA", roleName, "/aws-service-role/"+service+"/", nil),
			AttachedPolicies: []string{
				"arn:" + tx.sim.options.Partition + ":iam::aws:policy/aws-service-role/" + made.policy,
			},
		},
		Description: p.get("Description"), MaxSessionDuration: defaultMaxSession,
		trust: trustPolicy{Version: "2012-10-17", Statements: []trustStatement{{
			Effect: "Allow", Principal: principals{"Service": {service}}, Action: values{"sts:AssumeRole"},
		}}},
	}
	tx.state.roles.put(role)
	return []node{element("Role", tx.roleContent(role, roleView{})...)}, nil
}

// deleteServiceLinkedRole only begins: the role stays until the task has ended. A repeated call names the same task.
func deleteServiceLinkedRole(tx *transaction, p params) ([]node, error) {
	role, err := tx.role(p.get("RoleName"))
	if err != nil {
		return nil, err
	}
	if !role.serviceLinked() {
		return nil, invalidInput("Role %s is not a service-linked role.", role.Name)
	}
	for _, task := range tx.account.deletions {
		if task.role == role.Name && task.status == "" {
			return []node{text("DeletionTaskId", task.id)}, nil
		}
	}
	number := len(tx.account.deletions) + 1
	task := &deletionTask{
		id:   fmt.Sprintf("task%s%s/%08x-0000-4000-8000-000000000000", role.Path, role.Name, number),
		role: role.Name,
	}
	tx.account.deletions = append(tx.account.deletions, task)
	return []node{text("DeletionTaskId", task.id)}, nil
}

func getDeletionStatus(tx *transaction, p params) ([]node, error) {
	id := p.get("DeletionTaskId")
	if !strings.HasPrefix(id, "task/aws-service-role/") {
		return nil, invalidInput("Invalid deletion task id: %s", id)
	}
	for _, task := range tx.account.deletions {
		if task.id != id {
			continue
		}
		answer := []node{text("Status", task.poll(tx))}
		if task.status == "FAILED" {
			answer = append(answer, task.reason())
		}
		return answer, nil
	}
	return nil, noSuchEntity("The deletion task with id %s cannot be found.", id)
}

func (d *deletionTask) reason() node {
	return element("Reason",
		text("Reason", "A service-linked role cannot be deleted while resources of the service use it."),
		listOf("RoleUsageList", d.usage, func(usage RegionUsage) []node {
			return []node{text("Region", usage.Region), textList("Resources", usage.Resources)}
		}))
}
