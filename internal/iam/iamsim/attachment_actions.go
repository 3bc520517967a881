// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package iamsim

import (
	"slices"
	"strings"
)

var attachmentActions = forEachKind(func(k *identityKind) []action {
	return []action{
		{name: "Attach" + k.label + "Policy", write: true, needs: []constraint{k.nameParam, policyARN}, do: k.attach},
		{name: "Detach" + k.label + "Policy", write: true, needs: []constraint{k.nameParam, policyARN}, do: k.detach},
		{
			name: "ListAttached" + k.label + "Policies", do: k.listAttached,
			needs: []constraint{k.nameParam}, takes: []constraint{policyPrefix, maxItems, marker},
		},
	}
})

// attach is idempotent.
func (k *identityKind) attach(tx *transaction, p params) ([]node, error) {
	return nil, k.modify(tx, p.get(k.nameParam.name), func(identity *Identity) error {
		attached, err := tx.attachable(p.get("PolicyArn"))
		if err != nil {
			return err
		}
		if attached.serviceLinkedOnly() {
			return failure("PolicyNotAttachable", "Cannot attach a Service Role Policy to a Customer Role.")
		}
		if slices.Contains(identity.AttachedPolicies, attached.ARN) {
			return nil
		}
		if limit := k.attachLimit(tx.sim.quotas); len(identity.AttachedPolicies) >= limit {
			return quotaExceeded(k.attachQuota, limit)
		}
		identity.AttachedPolicies = append(identity.AttachedPolicies, attached.ARN)
		return nil
	})
}

func (k *identityKind) detach(tx *transaction, p params) ([]node, error) {
	return nil, k.modify(tx, p.get(k.nameParam.name), func(identity *Identity) error {
		if err := tx.checkPolicyARN(p.get("PolicyArn")); err != nil {
			return err
		}
		at := slices.Index(identity.AttachedPolicies, p.get("PolicyArn"))
		if at < 0 {
			return noSuchEntity("Policy %s was not found.", p.get("PolicyArn"))
		}
		identity.AttachedPolicies = slices.Delete(identity.AttachedPolicies, at, at+1)
		return nil
	})
}

func (k *identityKind) listAttached(tx *transaction, p params) ([]node, error) {
	identity, err := k.find(tx, p.get(k.nameParam.name))
	if err != nil {
		return nil, err
	}
	arns := slices.DeleteFunc(slices.Clone(identity.AttachedPolicies), func(arn string) bool {
		return !strings.HasPrefix(policyPathOf(arn), p.get("PathPrefix"))
	})
	slices.Sort(arns)
	return paged(p, "AttachedPolicies", arns, func(arn string) string { return arn }, attachedContent)
}

func attachedContent(arn string) []node {
	return []node{text("PolicyName", policyNameOf(arn)), text("PolicyArn", arn)}
}

// policyNameOf is the last part of a policy ARN.
func policyNameOf(arn string) string { return arn[strings.LastIndex(arn, "/")+1:] }

// policyPathOf is the part of a policy ARN between the word policy and the name, with both slashes.
func policyPathOf(arn string) string {
	_, rest, _ := strings.Cut(arn, ":policy")
	return rest[:strings.LastIndex(rest, "/")+1]
}
