// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package pass

import (
	"context"
	"fmt"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"
	logf "sigs.k8s.io/controller-runtime/pkg/log"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/internal/guardrail"
	"github.com/ecsiam/ecs-iam-controller/internal/iam"
	"github.com/ecsiam/ecs-iam-controller/internal/plan"
)

// operationLimit bounds status.operations of an approval, as the schema has it. What has no room is not approved after
// a crash.
const operationLimit = 200

// unprotected ends the deletion of a role that is in use, unless it was approved. The plan is shown as withheld.
func (t *turn) unprotected(ctx context.Context, got iam.Observation, p plan.Plan) error {
	why, ops := t.inUse(p)
	if why == "" {
		return nil
	}
	approved, err := t.approved(ctx, v1alpha1.ApproveDelete, planDigest(ops), ops)
	if approved || err != nil {
		return err
	}
	t.out.plan, t.out.observed, t.out.seen = p.Permit(plan.Protected(why)), got, true
	t.out.cause = v1alpha1.CauseDeletion
	return NewProblem(v1alpha1.ReasonRecentlyUsed, ByPerson, "%s", why)
}

// inUse says why a role may not be deleted without an approval, if anything does, and what the approval is for.
func (t *turn) inUse(p plan.Plan) (why string, ops []plan.Operation) {
	if !p.DeletesRole() {
		return "", nil
	}
	for _, step := range p.Steps {
		ops = append(ops, step.Op)
	}
	return guardrail.InUse(t.out.want.Name(), t.out.use, t.out.scope.Account, t.Clock.Now()), ops
}

// approved reports whether an approval lets a plan go ahead. It is recorded as used before that.
func (t *turn) approved(
	ctx context.Context, operation v1alpha1.ApprovedOperation, digest string, ops []plan.Operation,
) (bool, error) {
	request := t.request(t.object, operation, digest, ops)
	approval, err := t.approvalFor(ctx, request)
	if approval == nil || err != nil {
		return false, err
	}
	if approval.Status.ConsumedTime == nil {
		if err := t.consume(ctx, approval, request); err != nil {
			return false, err
		}
	}
	note := fmt.Sprintf("%s %s approves %s for the plan %s", v1alpha1.KindECSChangeApproval, approval.Name, operation,
		digest)
	t.event(t.object, normal, v1alpha1.ReasonApprovalUsed, string(operation), note)
	logf.FromContext(ctx).Info("approval used", "approval", approval.Name, "operation", operation, "digest", digest)
	return true, nil
}

// abandons reports whether an approval lets go of an object without AWS, which it does although the object is paused.
func (r *Reconciler) abandons(ctx context.Context, object Object) (bool, error) {
	if object.GetDeletionTimestamp().IsZero() {
		return false, nil
	}
	digest := object.Shared().Plan.Digest
	approval, err := r.approvalFor(ctx, r.request(object, v1alpha1.ApproveAbandon, digest, nil))
	return approval != nil, err
}

func (r *Reconciler) request(
	object Object, operation v1alpha1.ApprovedOperation, digest string, ops []plan.Operation,
) guardrail.Request {
	request := guardrail.Request{
		Kind: r.kind.Kind, Namespace: object.GetNamespace(), Name: object.GetName(), UID: object.GetUID(),
		Operation: operation, Digest: digest,
	}
	for _, op := range ops {
		request.Operations = append(request.Operations, planDigest([]plan.Operation{op}))
	}
	return request
}

// approvalFor returns an approval that lets the plan go ahead, or nil.
func (r *Reconciler) approvalFor(
	ctx context.Context, request guardrail.Request,
) (*v1alpha1.ECSChangeApproval, error) {
	var list v1alpha1.ECSChangeApprovalList
	if err := r.Client.List(ctx, &list); err != nil {
		return nil, fmt.Errorf("listing the approvals: %w", err)
	}
	for i := range list.Items {
		if guardrail.Approves(&list.Items[i], request, r.Clock.Now()) {
			return &list.Items[i], nil
		}
	}
	return nil, nil //nolint:nilnil // none is no error
}

// consume records that an approval is used for a plan. It fails when the approval changed since it was read, so that
// none is used twice.
func (t *turn) consume(ctx context.Context, approval *v1alpha1.ECSChangeApproval, request guardrail.Request) error {
	before := approval.DeepCopy()
	now := metav1.NewTime(t.Clock.Now())
	approval.Status.ConsumedTime = &now
	approval.Status.Operations = request.Operations[:min(len(request.Operations), operationLimit)]
	approval.Status.Conditions = ReadyConditions(approval.Status.Conditions, approval.Generation,
		v1alpha1.ReasonConsumed, "used for the plan "+request.Digest, now.Time)
	return t.PatchStatus(ctx, approval, before)
}

// PatchStatus writes a status, and fails when the object changed since it was read.
func (e *Environment) PatchStatus(ctx context.Context, object, before client.Object) error {
	patch := client.MergeFromWithOptions(before, client.MergeFromWithOptimisticLock{})
	if err := e.Client.Status().Patch(ctx, object, patch, client.FieldOwner(v1alpha1.FieldOwner)); err != nil {
		return fmt.Errorf("recording an approval: %w", err)
	}
	return nil
}

// ofApproval is the object that an approval is for.
func (r *Reconciler) ofApproval(_ context.Context, o client.Object) []reconcile.Request {
	approval, ok := o.(*v1alpha1.ECSChangeApproval)
	if !ok || string(approval.Spec.TargetRef.Kind) != r.kind.Kind {
		return nil
	}
	target := approval.Spec.TargetRef
	return []reconcile.Request{{NamespacedName: types.NamespacedName{
		Namespace: string(target.Namespace), Name: target.Name,
	}}}
}
