// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package pass

import (
	"context"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/internal/iam"
	"github.com/ecsiam/ecs-iam-controller/internal/plan"
)

// lookAgain goes on with an entity that AWS itself created after it was looked for: that it exists is what was wanted.
// Where it does not exist either, the refusal stands.
func (t *turn) lookAgain(ctx context.Context) error {
	if t.kind.Autonomous == nil || !t.out.execution.creationRefused() {
		return nil
	}
	conflict := t.out.execution.failedWith(iam.ClassConflict)
	got, err := t.out.want.Observe(ctx, t.aws, false)
	switch {
	case err != nil:
		t.out.problems = nil
		return ReadProblem(err)
	case got.Role != nil:
		t.out.problems = nil
		return t.ensure(ctx, got, t.standing(got))
	case conflict:
		t.out.problems = nil
		return NewProblem(v1alpha1.ReasonProgressing, ByTime,
			"role %s exists already and AWS does not show it yet; looking again", t.out.want.Name())
	}
	return nil
}

// creationRefused reports whether AWS refused to create an entity, which may be because it did so itself.
func (e execution) creationRefused() bool {
	for _, r := range e.results {
		if r.err == nil || r.op.Verb() != plan.Creates {
			continue
		}
		switch iam.Classify(r.err) {
		case iam.ClassConflict, iam.ClassRejected:
			return true
		default:
		}
	}
	return false
}

// finalizeAutonomous lets go of an entity that nobody owns, or has AWS delete it and follows that.
func (t *turn) finalizeAutonomous(ctx context.Context, autonomous Autonomous, retain bool, why string) error {
	t.out.underWay = autonomous.UnderWay(t.object)
	switch {
	case retain && t.out.underWay != "":
		return t.letGo(ctx, why+"; the deletion that AWS has begun cannot be called off")
	case retain:
		return t.letGo(ctx, "left the role in AWS: "+why)
	}
	p, err := AsProblem(t.gatherAbsent(ctx))
	switch {
	case err != nil:
		return err
	case p != nil:
		return deletionProblem(p)
	case t.contest.winner != nil:
		return t.letGo(ctx, "left the role in AWS: it is that of "+t.kind.Kind+" "+t.contest.winner.Name)
	case t.out.underWay != "":
		return t.follow(ctx, autonomous)
	default:
		return t.begin(ctx, autonomous)
	}
}

// begin has AWS begin the deletion. Its id goes into the status before it is asked for, so that a restarted controller
// asks for the same.
func (t *turn) begin(ctx context.Context, autonomous Autonomous) error {
	t.out.underWay = ""
	got, err := t.observeForDeletion(ctx)
	if err != nil {
		return err
	}
	p := autonomous.Begin(got)
	if err := t.unprotected(ctx, got, p); err != nil {
		return err
	}
	t.carryOut(ctx, got, p)
	if len(t.out.problems) > 0 {
		return nil
	}
	for _, r := range t.out.execution.results {
		if op, deletes := r.op.(plan.DeleteServiceLinkedRole); deletes {
			t.out.underWay = op.TaskID
		}
	}
	if t.out.underWay == "" {
		return t.done(ctx)
	}
	return t.deletionUnderWay()
}

// follow asks how far the deletion is. One that AWS does not know, or not any more, says nothing of the role: it is
// looked at again.
func (t *turn) follow(ctx context.Context, autonomous Autonomous) error {
	deletion, err := t.aws.ServiceLinkedRoleDeletion(ctx, t.out.underWay)
	if err != nil {
		switch iam.Classify(err) {
		case iam.ClassNotFound, iam.ClassRejected:
			return t.begin(ctx, autonomous)
		default:
			return ReadProblem(err)
		}
	}
	switch deletion.Status {
	case iam.DeletionSucceeded:
		t.mem.Deleted(t.Clock.Now())
		t.event(t.object, normal, v1alpha1.ReasonDeleted, "Delete", "deleted role "+t.out.want.Name())
		return t.done(ctx)
	case iam.DeletionFailed:
		t.out.underWay = ""
		return NewProblem(v1alpha1.ReasonDeletionBlocked, ByPerson,
			"AWS does not delete role %s: %s. Remove what uses it in every region, or set deletionPolicy to Retain; "+
				"the deletion is tried again every five minutes", t.out.want.Name(), deletion.Failure())
	case iam.DeletionNotStarted, iam.DeletionInProgress:
	}
	return t.deletionUnderWay()
}

func (t *turn) deletionUnderWay() error {
	return NewProblem(v1alpha1.ReasonDeleting, ByTime, "AWS is deleting role %s", t.out.want.Name())
}
