// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package iamsim

import (
	"slices"
	"strings"

	"github.com/ecsiam/ecs-iam-controller/internal/iam/iamsim/wire"
)

var attachmentActions = forEachKind(func(k *identityKind) []action {
	return []action{
		{name: "Attach" + k.label + "Policy", write: true, needs: []wire.Constraint{k.nameParam, policyARN}, do: k.attach},
		{name: "Detach" + k.label + "Policy", write: true, needs: []wire.Constraint{k.nameParam, policyARN}, do: k.detach},
		{
			name: "ListAttached" + k.label + "Policies", do: k.listAttached,
			needs: []wire.Constraint{k.nameParam}, takes: []wire.Constraint{policyPrefix, maxItems, marker},
		},
	}
})

// attach is idempotent.
func (k *identityKind) attach(tx *transaction, p wire.Params) ([]wire.Node, error) {
	return nil, k.modify(tx, p.Get(k.nameParam.Name), func(identity *Identity) error {
		attached, err := tx.attachable(p.Get("PolicyArn"))
		if err != nil {
			return err
		}
		if attached.serviceLinkedOnly() {
			return wire.Failure("PolicyNotAttachable", "Cannot attach a Service Role Policy to a Customer Role.")
		}
		if slices.Contains(identity.AttachedPolicies, attached.ARN) {
			return nil
		}
		if limit := k.attachLimit(tx.sim.quotas); len(identity.AttachedPolicies) >= limit {
			return wire.QuotaExceeded(k.attachQuota, limit)
		}
		identity.AttachedPolicies = append(identity.AttachedPolicies, attached.ARN)
		return nil
	})
}

func (k *identityKind) detach(tx *transaction, p wire.Params) ([]wire.Node, error) {
	return nil, k.modify(tx, p.Get(k.nameParam.Name), func(identity *Identity) error {
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

func (k *identityKind) listAttached(tx *transaction, p wire.Params) ([]wire.Node, error) {
	identity, err := k.find(tx, p.Get(k.nameParam.Name))
	if err != nil {
		return nil, err
	}
	arns := slices.DeleteFunc(slices.Clone(identity.AttachedPolicies), func(arn string) bool {
		return !strings.HasPrefix(policyPathOf(arn), p.Get("PathPrefix"))
	})
	slices.Sort(arns)
	return wire.PagedList(p, "AttachedPolicies", arns, func(arn string) string { return arn }, attachedContent)
}

func attachedContent(arn string) []wire.Node {
	return []wire.Node{wire.Text("PolicyName", policyNameOf(arn)), wire.Text("PolicyArn", arn)}
}

// policyNameOf is the last part of a policy ARN.
func policyNameOf(arn string) string { return arn[strings.LastIndex(arn, "/")+1:] }

// policyPathOf is the part of a policy ARN between the word policy and the name, with both slashes.
func policyPathOf(arn string) string {
	_, rest, _ := strings.Cut(arn, ":policy")
	return rest[:strings.LastIndex(rest, "/")+1]
}
