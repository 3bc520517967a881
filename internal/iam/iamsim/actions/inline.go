// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package actions

import (
	"maps"
	"slices"
	"strings"

	"github.com/ecsiam/ecs-iam-controller/internal/iam/iamsim/store"
	"github.com/ecsiam/ecs-iam-controller/internal/iam/iamsim/wire"
	"github.com/ecsiam/ecs-iam-controller/internal/policy"
)

var inlinePolicyActions = forEachKind(func(k *identityKind) []Action {
	return []Action{
		{
			Name: "Put" + k.label + "Policy", Write: true, do: k.putInline,
			needs: []wire.Constraint{k.nameParam, policyName, policyDoc},
		},
		{Name: "Get" + k.label + "Policy", needs: []wire.Constraint{k.nameParam, policyName}, do: k.getInline},
		{
			Name: "Delete" + k.label + "Policy", Write: true, do: k.deleteInline,
			needs: []wire.Constraint{k.nameParam, policyName},
		},
		{
			Name: "List" + k.label + "Policies", do: k.listInline,
			needs: []wire.Constraint{k.nameParam}, takes: []wire.Constraint{maxItems, marker},
		},
	}
})

// putInline keeps the document as text and overwrites one of the same name.
func (k *identityKind) putInline(tx *Transaction, p wire.Params) ([]wire.Node, error) {
	owner, name, doc := p.Get(k.nameParam.Name), p.Get("PolicyName"), p.Get("PolicyDocument")
	return nil, k.modify(tx, owner, func(identity *store.Identity) error {
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
		if limit := k.inlineLimit(tx.World.Quotas); total > limit {
			return wire.LimitExceeded("Maximum policy size of %d bytes exceeded for %s %s",
				limit, strings.ToLower(k.label), owner)
		}
		return nil
	})
}

func (k *identityKind) getInline(tx *Transaction, p wire.Params) ([]wire.Node, error) {
	identity, err := k.find(tx, p.Get(k.nameParam.Name))
	if err != nil {
		return nil, err
	}
	doc, ok := identity.InlinePolicies[p.Get("PolicyName")]
	if !ok {
		return nil, k.noSuchInline(p)
	}
	return []wire.Node{
		wire.Text(k.nameParam.Name, identity.Name), wire.Text("PolicyName", p.Get("PolicyName")),
		wire.Document("PolicyDocument", doc),
	}, nil
}

func (k *identityKind) deleteInline(tx *Transaction, p wire.Params) ([]wire.Node, error) {
	return nil, k.modify(tx, p.Get(k.nameParam.Name), func(identity *store.Identity) error {
		if _, ok := identity.InlinePolicies[p.Get("PolicyName")]; !ok {
			return k.noSuchInline(p)
		}
		delete(identity.InlinePolicies, p.Get("PolicyName"))
		return nil
	})
}

// listInline shows names only.
func (k *identityKind) listInline(tx *Transaction, p wire.Params) ([]wire.Node, error) {
	identity, err := k.find(tx, p.Get(k.nameParam.Name))
	if err != nil {
		return nil, err
	}
	all := slices.Sorted(maps.Keys(identity.InlinePolicies))
	names, tail, err := wire.Page(p, all, func(name string) string { return name })
	if err != nil {
		return nil, err
	}
	return append([]wire.Node{wire.TextList("PolicyNames", names)}, tail...), nil
}

func (k *identityKind) noSuchInline(p wire.Params) error {
	return wire.NoSuchEntity("The %s policy with name %s cannot be found.", strings.ToLower(k.label), p.Get("PolicyName"))
}
