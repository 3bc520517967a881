// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package pass

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/uuid"
	"k8s.io/utils/clock"
	"sigs.k8s.io/controller-runtime/pkg/client"
	logf "sigs.k8s.io/controller-runtime/pkg/log"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/internal/changelog"
	"github.com/ecsiam/ecs-iam-controller/internal/iam"
	"github.com/ecsiam/ecs-iam-controller/internal/plan"
)

// changes writes the calls of a pass down. The zero value writes nothing.
type changes struct {
	log   ChangeLog
	clock clock.PassiveClock
	// of is what the lines of the pass have in common.
	of changelog.Entry
}

// changesOf says whose calls are written down, and why they are made.
func changesOf(e *Environment, kind string, object client.Object, account *v1alpha1.AWSAccount, cause string) changes {
	if e.Changes == nil {
		return changes{}
	}
	c := changes{log: e.Changes, clock: e.Clock, of: changelog.Entry{
		Kind: kind, Namespace: object.GetNamespace(), Name: object.GetName(), UID: string(object.GetUID()),
		Generation: object.GetGeneration(), FieldManager: specManager(object.GetManagedFields()), Cause: cause,
	}}
	if account != nil {
		c.of.Account = account.Name
	}
	return c
}

// recorded makes a call between the two lines that say so. Where the first cannot be written, the call is not made:
// nothing is written to AWS that no line tells of. The second one cannot undo the call, and ends the plan in that case.
func (c changes) recorded(
	ctx context.Context, op plan.Operation, before iam.Observation, makes func(context.Context) (plan.Operation, error),
) (plan.Operation, error) {
	if c.log == nil {
		return makes(ctx)
	}
	entry := c.entry(op, before)
	if err := c.log.Append(entry); err != nil {
		return op, unlogged(op, err)
	}
	ctx, receipt := iam.WithReceipt(ctx)
	made, err := makes(ctx)
	entry.Time, entry.Result, entry.RequestID = c.clock.Now().UTC(), changelog.Done, receipt.RequestID
	entry.NewDigest = digestOf(plan.After(before, made))
	if err != nil {
		entry.Result, entry.Error, entry.NewDigest = changelog.Failed, errorCode(err), entry.OldDigest
	}
	if failed := c.log.Append(entry); failed != nil {
		logf.FromContext(ctx).Error(failed, "the result of a call is not in the change log", "action", op.Action(),
			"call", entry.Call, "result", entry.Result, "requestID", entry.RequestID)
	}
	return made, err
}

func (c changes) entry(op plan.Operation, before iam.Observation) changelog.Entry {
	entry := c.of
	entry.Time, entry.Call, entry.Result = c.clock.Now().UTC(), string(uuid.NewUUID()), changelog.Began
	entry.Action, entry.Field, entry.Operation = op.Action(), op.Field(), op.String()
	entry.Effect = op.Effect().String()
	entry.OldDigest, entry.NewDigest = digestOf(before), digestOf(plan.After(before, op))
	return entry
}

// unlogged is why a call was not made.
func unlogged(op plan.Operation, err error) *Problem {
	return NewProblem(v1alpha1.ReasonUnavailable, ByTime,
		"%s: it is not done, because the change log cannot be written (%s); "+
			"make room for it or correct --change-log of the controller", op, err)
}

func errorCode(err error) string {
	if e, ok := errors.AsType[*iam.Error](err); ok && e.Code != "" {
		return e.Code
	}
	return "NoAnswer"
}

// digestOf is a digest of all that is known of an object's entities in AWS.
func digestOf(got iam.Observation) string {
	got.BegunAt, got.Use = time.Time{}, nil
	text, err := json.Marshal(got) //nolint:musttag // nobody reads the text, its digest alone
	if err != nil {
		return ""
	}
	sum := sha256.Sum256(text)
	return "sha256:" + hex.EncodeToString(sum[:])
}

// specManager is who wrote the spec last, as far as Kubernetes keeps it.
func specManager(managers []metav1.ManagedFieldsEntry) string {
	if last := SpecWriter(managers); len(last) > 0 {
		return last[0].Manager
	}
	return ""
}

// SpecWriter is what the change log needs of the managed fields of an object: who wrote the spec last, and not which
// part of it.
func SpecWriter(managers []metav1.ManagedFieldsEntry) []metav1.ManagedFieldsEntry {
	var last []metav1.ManagedFieldsEntry
	for _, entry := range managers {
		if entry.Subresource != "" || entry.FieldsV1 == nil || entry.Time == nil {
			continue
		}
		var owned map[string]json.RawMessage
		if err := json.Unmarshal(entry.FieldsV1.GetRawBytes(), &owned); err != nil || owned["f:spec"] == nil {
			continue
		}
		if len(last) == 0 || entry.Time.After(last[0].Time.Time) {
			entry.FieldsV1 = metav1.NewFieldsV1(`{"f:spec":{}}`)
			last = []metav1.ManagedFieldsEntry{entry}
		}
	}
	return last
}
