// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers_test

import (
	"context"
	"errors"
	"slices"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/internal/changelog"
	"github.com/ecsiam/ecs-iam-controller/internal/iam/iamsim"
)

// kept is a change log in memory. broken is what the next lines of a result meet.
type kept struct {
	entries []changelog.Entry
	broken  map[string]error
}

func (k *kept) Append(entry changelog.Entry) error {
	if err := k.broken[entry.Result]; err != nil {
		return err
	}
	k.entries = append(k.entries, entry)
	return nil
}

// of are the entries with a result.
func (k *kept) of(result string) []changelog.Entry {
	var found []changelog.Entry
	for _, entry := range k.entries {
		if entry.Result == result {
			found = append(found, entry)
		}
	}
	return found
}

func actionsOf(entries []changelog.Entry) []string {
	var names []string
	for _, entry := range entries {
		names = append(names, entry.Action)
	}
	return names
}

// written are the calls that AWS carried out, as actions of IAM.
func written(w *world) []string {
	var names []string
	for _, name := range iamsim.ActionNames(iamsim.Writes(w.sim.Calls())) {
		names = append(names, "iam:"+name)
	}
	return names
}

// keeping is a world with a change log.
func keeping(ctx context.Context) (*world, *kept) {
	GinkgoHelper()
	w, log := newWorld(ctx), &kept{broken: map[string]error{}}
	w.changes = log
	w.restart()
	w.clock.Step(time.Minute)
	return w, log
}

var _ = Describe("The change log", func() {
	It("has two lines of each call that writes, with what asked for it and what it did", func(ctx context.Context) {
		w, log := keeping(ctx)
		role := w.create(ctx, w.role("checkout", v1alpha1.RoleTypeContainerInstance, full))
		Expect(actionsOf(log.of(changelog.Began))).To(Equal(written(w)))
		Expect(actionsOf(log.of(changelog.Done))).To(Equal(written(w)))
		requests := map[string]bool{}
		for i, done := range log.of(changelog.Done) {
			began := log.of(changelog.Began)[i]
			Expect(done.Call).To(Equal(began.Call))
			Expect(done.OldDigest).To(Equal(began.OldDigest))
			Expect(done.Name).To(Equal("checkout"))
			Expect(done.Namespace).To(Equal(w.namespace))
			Expect(done.Kind).To(Equal("ECSRole"))
			Expect(done.Generation).To(Equal(role.Generation))
			Expect(done.Account).To(Equal(w.account.Name))
			Expect(done.FieldManager).NotTo(BeEmpty())
			Expect(done.RequestID).NotTo(BeEmpty())
			requests[done.RequestID] = true
			if i > 0 {
				Expect(done.OldDigest).To(Equal(log.of(changelog.Done)[i-1].NewDigest), "the chain of digests")
			}
		}
		Expect(requests).To(HaveLen(len(written(w))))
		Expect(log.entries[0].Effect).To(Equal("Widens"))
		before := len(log.entries)
		w.settle(ctx, role)
		w.expectNothingToDo(ctx, role)
		Expect(log.entries).To(HaveLen(before), "a line though nothing was written")
	})

	It("says what narrows, what failed, and that a deletion asked for it", func(ctx context.Context) {
		w, log := keeping(ctx)
		role := w.ready(ctx, w.role("checkout", v1alpha1.RoleTypeTask, withStatement))
		w.sim.Fail("DeleteRolePolicy", "AccessDenied", 1, nil)
		w.update(ctx, role, func(r *v1alpha1.ECSRole) { r.Spec.Statements = nil })
		log.entries = nil
		w.pass(ctx, role)
		failed := log.of(changelog.Failed)
		Expect(actionsOf(failed)).To(Equal([]string{"iam:DeleteRolePolicy"}))
		Expect(failed[0].Error).To(Equal("AccessDenied"))
		Expect(failed[0].Effect).To(Equal("Narrows"))
		Expect(failed[0].NewDigest).To(Equal(failed[0].OldDigest))
		w.settle(ctx, role)
		log.entries = nil
		Expect(api.Delete(ctx, role)).To(Succeed())
		w.passesUntilGone(ctx, role)
		Expect(log.entries).NotTo(BeEmpty())
		for _, entry := range log.entries {
			Expect(entry.Cause).To(Equal(string(v1alpha1.CauseDeletion)))
		}
	})

	It("stops every write to AWS while it cannot be written, says so, and lets the rest follow", func(ctx context.Context) {
		w, log := keeping(ctx)
		log.broken[changelog.Began] = errors.New("no space left on device")
		role := w.create(ctx, w.role("checkout", v1alpha1.RoleTypeTask, withStatement))
		Expect(written(w)).To(BeEmpty())
		ready := condition(role, v1alpha1.ConditionReady)
		Expect(ready.Reason).To(Equal(string(v1alpha1.ReasonUnavailable)))
		Expect(ready.Message).To(And(ContainSubstring("no space left on device"), ContainSubstring("--change-log")))
		delete(log.broken, changelog.Began)
		w.settle(ctx, role)
		expectReady(role)
	})

	It("shows the calls that a dying controller left without a result", func(ctx context.Context) {
		w, log := keeping(ctx)
		log.broken[changelog.Done] = errors.New("the process is gone")
		role := w.create(ctx, w.role("checkout", v1alpha1.RoleTypeTask, withStatement))
		Expect(written(w)).NotTo(BeEmpty())
		Expect(actionsOf(log.entries)).To(Equal(written(w)), "a call that no line tells of")
		Expect(slices.ContainsFunc(log.entries, func(e changelog.Entry) bool { return e.Result != changelog.Began })).
			To(BeFalse())
		delete(log.broken, changelog.Done)
		w.restart()
		w.settle(ctx, role)
		expectReady(role)
	})
})
