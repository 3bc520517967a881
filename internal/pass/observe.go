// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package pass

import (
	"context"

	logf "sigs.k8s.io/controller-runtime/pkg/log"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/internal/belief"
	"github.com/ecsiam/ecs-iam-controller/internal/iam"
	"github.com/ecsiam/ecs-iam-controller/internal/ownership"
)

// standing is whose the main entity of a pass is, judged once.
type standing struct {
	owned bool
	held  bool
}

// standing judges whose the entity is. One that is ours although the status knows of none was created by a pass that
// could not say so: its answer was lost, or the controller stopped.
func (t *turn) standing(got iam.Observation) standing {
	s := t.out.want.Standing(got)
	t.out.found = s.Relation == ownership.Ours && t.kind.uniqueID(t.object) == ""
	return standing{owned: s.Owned(), held: s.Held}
}

// observe returns the state of the entities: what our own writes left while IAM may not show it yet, else what IAM
// shows, unless that is older than our last write. A forced pass takes what IAM shows; one that an event asked for
// looks at it even if it may be too early.
func (t *turn) observe(ctx context.Context) (iam.Observation, error) {
	now, forced := t.Clock.Now(), forcedPass(t.object)
	direct := forced || t.out.said.any()
	if believed, ok := t.mem.Believes(now, propagationDelay(t.out.scope.Account)); ok && !direct {
		return believed, nil
	}
	got, found, err := t.recognised(direct)
	if err != nil {
		return got, err
	}
	if t.presumed = !found && t.presumesAbsent(direct); t.presumed {
		return iam.Observation{BegunAt: now}, nil
	}
	if !found {
		if got, err = t.out.want.Observe(t.reading(ctx), t.aws, false); err != nil {
			return got, ReadProblem(err)
		}
	}
	return t.judged(ctx, belief.Reading{Observation: got, Forced: forced})
}

// observeForDeletion is observe, except that absence is not taken from a reading that may be older than a write of
// ours: the entities would stay behind for good.
func (t *turn) observeForDeletion(ctx context.Context) (iam.Observation, error) {
	got, err := t.out.want.Observe(t.reading(ctx), t.aws, true)
	if err != nil {
		return got, ReadProblem(err)
	}
	t.out.use = got.Use
	return t.judged(ctx, belief.Reading{Observation: got, ForDeletion: true, Missing: t.out.want.Missing(got)})
}

// judged returns what to take for the state after a reading, or the problem that it must be read again.
func (t *turn) judged(ctx context.Context, reading belief.Reading) (iam.Observation, error) {
	state := t.mem.Judge(reading, t.Clock.Now())
	switch state.Judgement {
	case belief.Buried:
		return reading.Observation, NewProblem(v1alpha1.ReasonProgressing, ByTime,
			"AWS still shows what was deleted a moment ago under this name; it is read again")
	case belief.TooSoon:
		return reading.Observation, NewProblem(v1alpha1.ReasonDeleting, ByTime, "Waiting for IAM to become consistent").
			NotBefore(state.Wait)
	case belief.Keep:
		logf.FromContext(ctx).V(1).Info("reading is older than the last write; keeping to what was written")
	case belief.Take:
	}
	return state.Observation, nil
}
