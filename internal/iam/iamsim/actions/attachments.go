// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package actions

import (
	"slices"
	"strings"

	"github.com/ecsiam/ecs-iam-controller/internal/iam/iamsim/store"
	"github.com/ecsiam/ecs-iam-controller/internal/iam/iamsim/wire"
)

var attachmentActions = forEachKind(func(k *identityKind) []Action {
	return []Action{
		{Name: "Attach" + k.label + "Policy", Write: true, needs: []wire.Constraint{k.attachParam, policyARN}, do: k.attach},
		{Name: "Detach" + k.label + "Policy", Write: true, needs: []wire.Constraint{k.attachParam, policyARN}, do: k.detach},
		{
			Name: "ListAttached" + k.label + "Policies", do: k.listAttached,
			needs: []wire.Constraint{k.attachParam}, takes: []wire.Constraint{policyPrefix, maxItems, marker},
		},
	}
})

// attach is idempotent.
func (k *identityKind) attach(tx *Transaction, p wire.Params) ([]wire.Node, error) {
	return nil, k.modify(tx, p.Get(k.nameParam.Name), func(identity *store.Identity) error {
		attached, err := tx.attachable(p.Get("PolicyArn"))
		if err != nil {
			return err
		}
		if slices.Contains(identity.AttachedPolicies, attached.ARN) {
			return nil
		}
		if limit := k.attachLimit(tx.World.Quotas); len(identity.AttachedPolicies) >= limit {
			return wire.QuotaExceeded(k.attachQuota, limit)
		}
		identity.AttachedPolicies = append(identity.AttachedPolicies, attached.ARN)
		return nil
	})
}

func (k *identityKind) detach(tx *Transaction, p wire.Params) ([]wire.Node, error) {
	return nil, k.modify(tx, p.Get(k.nameParam.Name), func(identity *store.Identity) error {
		if err := tx.checkPolicyARN(p.Get("PolicyArn")); err != nil {
			return err
		}
		at := slices.Index(identity.AttachedPolicies, p.Get("PolicyArn"))
		if at < 0 {
			return wire.NoSuchEntity("Policy %s was not found.", p.Get("PolicyArn"))
		}
		identity.AttachedPolicies = slices.Delete(identity.AttachedPolicies, at, at+1)
		return nil
	})
}

func (k *identityKind) listAttached(tx *Transaction, p wire.Params) ([]wire.Node, error) {
	identity, err := k.find(tx, p.Get(k.nameParam.Name))
	if err != nil {
		return nil, err
	}
	arns := slices.DeleteFunc(slices.Clone(identity.AttachedPolicies), func(arn string) bool {
		return !strings.HasPrefix(store.PathIn(arn), p.Get("PathPrefix"))
	})
	slices.Sort(arns)
	return wire.PagedList(p, "AttachedPolicies", arns, func(arn string) string { return arn }, attachedContent)
}

func attachedContent(arn string) []wire.Node {
	return []wire.Node{wire.Text("PolicyName", store.NameIn(arn)), wire.Text("PolicyArn", arn)}
}
