// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package iamsim

import (
	"maps"
	"slices"
	"strings"

	"github.com/ecsiam/ecs-iam-controller/internal/policy"
)

var inlinePolicyActions = forEachKind(func(k *identityKind) []action {
	return []action{
		{
			name: "Put" + k.label + "Policy", write: true, do: k.putInline,
			needs: []constraint{k.nameParam, policyName, policyDoc},
		},
		{name: "Get" + k.label + "Policy", needs: []constraint{k.nameParam, policyName}, do: k.getInline},
		{
			name: "Delete" + k.label + "Policy", write: true, do: k.deleteInline,
			needs: []constraint{k.nameParam, policyName},
		},
		{
			name: "List" + k.label + "Policies", do: k.listInline,
			needs: []constraint{k.nameParam}, takes: []constraint{maxItems, marker},
		},
	}
})

// putInline keeps the document as text and overwrites one of the same name.
func (k *identityKind) putInline(tx *transaction, p params) ([]node, error) {
	owner, name, doc := p.get(k.nameParam.name), p.get("PolicyName"), p.get("PolicyDocument")
	return nil, k.modify(tx, owner, func(identity *Identity) error {
		if err := checkDocument(doc, policy.IdentityPolicy); err != nil {
			return err
		}
		if identity.InlinePolicies == nil {
			identity.InlinePolicies = map[string]string{}
		}
		identity.InlinePolicies[name] = doc
		total := 0
		for _, each := range identity.InlinePolicies {
			total += countedSize(each)
		}
		if limit := k.inlineLimit(tx.sim.quotas); total > limit {
			return limitExceeded("Maximum policy size of %d bytes exceeded for %s %s",
				limit, strings.ToLower(k.label), owner)
		}
		return nil
	})
}

func (k *identityKind) getInline(tx *transaction, p params) ([]node, error) {
	identity, err := k.find(tx, p.get(k.nameParam.name))
	if err != nil {
		return nil, err
	}
	doc, ok := identity.InlinePolicies[p.get("PolicyName")]
	if !ok {
		return nil, k.noSuchInline(p)
	}
	return []node{
		text(k.nameParam.name, identity.Name), text("PolicyName", p.get("PolicyName")), document("PolicyDocument", doc),
	}, nil
}

func (k *identityKind) deleteInline(tx *transaction, p params) ([]node, error) {
	return nil, k.modify(tx, p.get(k.nameParam.name), func(identity *Identity) error {
		if _, ok := identity.InlinePolicies[p.get("PolicyName")]; !ok {
			return k.noSuchInline(p)
		}
		delete(identity.InlinePolicies, p.get("PolicyName"))
		return nil
	})
}

// listInline shows names only.
func (k *identityKind) listInline(tx *transaction, p params) ([]node, error) {
	identity, err := k.find(tx, p.get(k.nameParam.name))
	if err != nil {
		return nil, err
	}
	all := slices.Sorted(maps.Keys(identity.InlinePolicies))
	names, tail, err := page(p, all, func(name string) string { return name })
	if err != nil {
		return nil, err
	}
	return append([]node{textList("PolicyNames", names)}, tail...), nil
}

func (k *identityKind) noSuchInline(p params) error {
	return noSuchEntity("The %s policy with name %s cannot be found.", strings.ToLower(k.label), p.get("PolicyName"))
}
