// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package iamsim

import (
	"github.com/ecsiam/ecs-iam-controller/internal/iam/iamsim/wire"
)

var boundaryActions = []action{
	{
		name: "PutRolePermissionsBoundary", write: true, needs: []wire.Constraint{roleName, boundaryARN},
		do: func(tx *transaction, p wire.Params) ([]wire.Node, error) { return nil, tx.setBoundary(roleKind, p) },
	},
	{
		name: "DeleteRolePermissionsBoundary", write: true, needs: []wire.Constraint{roleName},
		do: func(tx *transaction, p wire.Params) ([]wire.Node, error) { return nil, tx.clearBoundary(roleKind, p) },
	},
	{
		name: "PutUserPermissionsBoundary", write: true, needs: []wire.Constraint{userName, boundaryARN},
		do: func(tx *transaction, p wire.Params) ([]wire.Node, error) { return nil, tx.setBoundary(userKind, p) },
	},
	{
		name: "DeleteUserPermissionsBoundary", write: true, needs: []wire.Constraint{userName},
		do: func(tx *transaction, p wire.Params) ([]wire.Node, error) { return nil, tx.clearBoundary(userKind, p) },
	},
}

func (t *transaction) setBoundary(k *identityKind, p wire.Params) error {
	return k.modify(t, p.Get(k.nameParam.Name), func(identity *Identity) error {
		identity.PermissionsBoundary = p.Get("PermissionsBoundary")
		return t.checkBoundary(identity.PermissionsBoundary)
	})
}

func (t *transaction) clearBoundary(k *identityKind, p wire.Params) error {
	return k.modify(t, p.Get(k.nameParam.Name), func(identity *Identity) error {
		if identity.PermissionsBoundary == "" {
			return wire.NoSuchEntity("%s %s does not have a permissions boundary.", k.label, identity.Name)
		}
		identity.PermissionsBoundary = ""
		return nil
	})
}

// checkBoundary refuses a boundary that does not exist; the empty ARN is none.
func (t *transaction) checkBoundary(arn string) error {
	if arn == "" {
		return nil
	}
	boundary, err := t.attachable(arn)
	if err != nil {
		return err
	}
	if boundary.serviceLinkedOnly() {
		return wire.Failure("PolicyNotAttachable", "Policy %s cannot be used as a permissions boundary.", arn)
	}
	return nil
}
