// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package guardrail

import "github.com/ecsiam/ecs-iam-controller/internal/policy"

// action is what is known of a pattern of actions.
func (b *Bounds) action(text string) *known {
	if k := b.known[text]; k != nil {
		return k
	}
	k := &known{term: policy.ActionTerm(text), formed: text != everything && actionForm.MatchString(text)}
	k.raises = b.managing.escalates(k.term)
	for i := range b.allow {
		if policy.CoversAny(b.allow[i].actions, k.term) {
			k.allowing = append(k.allowing, i)
		}
	}
	for _, p := range paths {
		for _, group := range p.groups {
			for _, member := range group {
				if k.term.Covers(member) {
					k.members = append(k.members, member.Key())
				}
			}
		}
	}
	b.known[text] = k
	return k
}
