// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package actions

import (
	"github.com/ecsiam/ecs-iam-controller/internal/iam/iamsim/store"
	"github.com/ecsiam/ecs-iam-controller/internal/iam/iamsim/wire"
)

var boundaryActions = []Action{
	{
		Name: "PutRolePermissionsBoundary", Write: true, needs: []wire.Constraint{roleName, boundaryARN},
		do: func(tx *Transaction, p wire.Params) ([]wire.Node, error) { return nil, tx.setBoundary(roleKind, p) },
	},
	{
		Name: "DeleteRolePermissionsBoundary", Write: true, needs: []wire.Constraint{roleName},
		do: func(tx *Transaction, p wire.Params) ([]wire.Node, error) { return nil, tx.clearBoundary(roleKind, p) },
	},
	{
		Name: "PutUserPermissionsBoundary", Write: true, needs: []wire.Constraint{newUserName, boundaryARN},
		do: func(tx *Transaction, p wire.Params) ([]wire.Node, error) { return nil, tx.setBoundary(userKind, p) },
	},
	{
		Name: "DeleteUserPermissionsBoundary", Write: true, needs: []wire.Constraint{newUserName},
		do: func(tx *Transaction, p wire.Params) ([]wire.Node, error) { return nil, tx.clearBoundary(userKind, p) },
	},
}

func (t *Transaction) setBoundary(k *identityKind, p wire.Params) error {
	return k.modify(t, p.Get(k.nameParam.Name), func(identity *store.Identity) error {
		identity.PermissionsBoundary = p.Get("PermissionsBoundary")
		return t.checkBoundary(identity.PermissionsBoundary)
	})
}

func (t *Transaction) clearBoundary(k *identityKind, p wire.Params) error {
	return k.modify(t, p.Get(k.nameParam.Name), func(identity *store.Identity) error {
		if identity.PermissionsBoundary == "" {
			return wire.NoSuchEntity("%s %s does not have a permissions boundary.", k.label, identity.Name)
		}
		identity.PermissionsBoundary = ""
		return nil
	})
}
