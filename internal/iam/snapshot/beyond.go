// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package snapshot

import (
	"cmp"
	"context"
	"slices"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/internal/iam"
)

// TagReads is how many entities a snapshot reads the tags of by themselves, because no bulk reading shows them. It
// takes those first whose tags were not read for longest, so that all are read within as many snapshots as that takes.
const TagReads = 20

// OrphanReads is how many of TagReads are kept for policies that may have lost their object, as long as there are any.
const OrphanReads = 5

// lookBeyond reads in turn what no bulk reading shows. Where AWS cannot be asked now, the next snapshot goes on.
func (t *taking) lookBeyond(ctx context.Context, reader iam.BulkReader) {
	settled, candidates := t.inTurn()
	for _, object := range settled {
		tags, err := object.beyond.read(ctx, reader)
		if notNow(err) {
			return
		}
		if err != nil || object.beyond.digest(tags, object.compare) != object.beyond.tags {
			t.changed = append(t.changed, object.object)
		}
		t.check(object)
	}
	for _, c := range candidates {
		tags, err := reader.PolicyTags(ctx, c.arn)
		if notNow(err) {
			return
		}
		t.learn(c, tags, err)
		if iam.Classify(err) == iam.ClassDenied {
			return // the others may be denied as well: one refused call a snapshot is enough
		}
	}
}

func notNow(err error) bool {
	switch iam.Classify(err) {
	case iam.ClassThrottled, iam.ClassUnavailable, iam.ClassCredentials:
		return true
	default:
		return false
	}
}

// inTurn shares TagReads out.
func (t *taking) inTurn() ([]settled, []*candidate) {
	settled, candidates := t.unchecked(), t.candidates()
	settled = settled[:min(len(settled), TagReads-min(len(candidates), OrphanReads))]
	return settled, candidates[:min(len(candidates), TagReads-len(settled))]
}

// candidates are the policies that may have lost their object, where policies were read.
func (t *taking) candidates() []*candidate {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.policies == nil {
		return nil
	}
	return t.of(t.name).unclaimed.next()
}

// learn notes whose a policy is. What AWS does not tell leaves what is known.
func (t *taking) learn(c *candidate, tags map[string]string, err error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	owner, ours := t.ownerOf(Policy, tags)
	if ours && t.justGone(owner, t.began) {
		return // the next snapshot shows what is left
	}
	c.read, c.untold = t.began, err != nil && !iam.IsNotFound(err)
	switch {
	case iam.Classify(err) == iam.ClassNotFound, err == nil && !ours:
		c.owner = ""
	case err == nil:
		c.owner = tags[v1alpha1.TagOwner]
	}
}

func (b *beyond) read(ctx context.Context, reader iam.BulkReader) (map[string]string, error) {
	if b.policy != "" {
		return reader.PolicyTags(ctx, b.policy) //nolint:wrapcheck // only its class is asked for
	}
	return reader.ProfileTags(ctx, b.profile) //nolint:wrapcheck // only its class is asked for
}

// unchecked are the objects whose tags were not read for longest, but for those that are looked at anyway. Those whose
// tags were read at one time come in another order after each start, so that none is always the last.
func (t *taking) unchecked() []settled {
	looked := make(map[Object]bool, len(t.changed))
	for _, object := range t.changed {
		looked[object] = true
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	var found []settled
	for _, area := range t.of(t.name).areas {
		for _, object := range area.settled {
			if object.beyond != nil && !area.direct && !looked[object.object] && object.told(t.began) {
				found = append(found, object)
			}
		}
	}
	slices.SortFunc(found, func(a, b settled) int {
		return cmp.Or(a.beyond.checked.Compare(b.beyond.checked),
			cmp.Compare(t.hash(a.beyond.policy+a.beyond.profile), t.hash(b.beyond.policy+b.beyond.profile)))
	})
	return found
}

// check notes that the tags of an entity were read.
func (t *taking) check(object settled) {
	t.mu.Lock()
	defer t.mu.Unlock()
	object.beyond.checked = t.began
}
