// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package plan

import (
	"slices"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
)

// narrowed is the plan to an end that a limit keeps out of reach by refusing a call: what narrows and waits for nothing
// is done, all else is withheld. To give before what goes has gone would be half of a change, and where it stops would
// depend on the calls that fail. So the plan rests where its first pass ends, whichever of its calls fail before.
func (u *updating) narrowed(items []*item, refused Operation) Plan {
	list := sorted(items)
	p := Plan{Steps: order(items), Restrictions: u.restrictions, Gaps: u.gaps}
	fits := u.fits(slices.DeleteFunc(slices.Clone(list), func(it *item) bool { return !it.narrowsAtOnce() }))
	return p.withhold(func(i int) *Withheld {
		it := list[i]
		if w := heldBack(it.op, u.limits()); w != nil {
			return w
		}
		if it.narrowsAtOnce() && (it.stageOf == nil || fits) {
			return nil
		}
		return &Withheld{
			Op: it.op, Reason: v1alpha1.ReasonProgressing, Message: "nothing is given or taken before: " + refused.String(),
		}
	})
}

// narrowsAtOnce tells whether an item takes permission away in favour of nothing else, or changes none.
func (it *item) narrowsAtOnce() bool {
	switch it.place {
	case claim:
		_, creates := it.op.(CreateRole)
		return !creates
	case restrict, neutral:
		return !it.takes
	default:
		return false
	}
}
