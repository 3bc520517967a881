// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package iamsim

var boundaryActions = []action{
	{
		name: "PutRolePermissionsBoundary", write: true, needs: []constraint{roleName, boundaryARN},
		do: func(tx *transaction, p params) ([]node, error) { return nil, tx.setBoundary(roleKind, p) },
	},
	{
		name: "DeleteRolePermissionsBoundary", write: true, needs: []constraint{roleName},
		do: func(tx *transaction, p params) ([]node, error) { return nil, tx.clearBoundary(roleKind, p) },
	},
	{
		name: "PutUserPermissionsBoundary", write: true, needs: []constraint{userName, boundaryARN},
		do: func(tx *transaction, p params) ([]node, error) { return nil, tx.setBoundary(userKind, p) },
	},
	{
		name: "DeleteUserPermissionsBoundary", write: true, needs: []constraint{userName},
		do: func(tx *transaction, p params) ([]node, error) { return nil, tx.clearBoundary(userKind, p) },
	},
}

func (t *transaction) setBoundary(k *identityKind, p params) error {
	return k.modify(t, p.get(k.nameParam.name), func(identity *Identity) error {
		identity.PermissionsBoundary = p.get("PermissionsBoundary")
		return t.checkBoundary(identity.PermissionsBoundary)
	})
}

func (t *transaction) clearBoundary(k *identityKind, p params) error {
	return k.modify(t, p.get(k.nameParam.name), func(identity *Identity) error {
		if identity.PermissionsBoundary == "" {
			return noSuchEntity("%s %s does not have a permissions boundary.", k.label, identity.Name)
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
		return failure("PolicyNotAttachable", "Policy %s cannot be used as a permissions boundary.", arn)
	}
	return nil
}
