// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package demo

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	eventsv1 "k8s.io/api/events/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/hack/local/console"
	"github.com/ecsiam/ecs-iam-controller/hack/local/environment"
	"github.com/ecsiam/ecs-iam-controller/hack/local/view"
	"github.com/ecsiam/ecs-iam-controller/internal/iam/iamsim"
)

// The sample that is broken and repaired.
const (
	victimNamespace = "ecs-samples"
	victimName      = "task-full"
)

// What the intruder writes.
const (
	breakGlassName   = "break-glass"
	breakGlassPolicy = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}`
	openTrust        = `{"Version":"2012-10-17","Statement":[` +
		`{"Effect":"Allow","Principal":{"AWS":"*"},"Action":"sts:AssumeRole"}]}`
)

// lookAgain forces a pass over every role and counts writes.
func (d *demonstration) lookAgain(ctx context.Context) error {
	roles, err := d.List(ctx, view.Kind{Name: v1alpha1.KindECSRole})
	if err != nil {
		return err
	}
	d.takeCalls()
	if err := d.force(ctx, "unchanged", roles...); err != nil {
		return err
	}
	calls := d.takeCalls()
	writes := iamsim.Writes(calls)
	d.Printf("  %d roles, %d reads, %d writes\n", len(roles), len(iamsim.Reads(calls)), len(writes))
	if len(writes) > 0 {
		return fmt.Errorf("a pass over unchanged roles wrote to IAM: %s", strings.Join(iamsim.ActionNames(writes), ", "))
	}
	return nil
}

// breakRole changes a role as somebody with access to the account could.
func (d *demonstration) breakRole(ctx context.Context) error {
	before, err := d.victim(ctx)
	if err != nil {
		return err
	}
	d.declared = before
	for _, arn := range before.attached {
		_, err := d.intruder.DetachRolePolicy(ctx, &iam.DetachRolePolicyInput{RoleName: &before.name, PolicyArn: &arn})
		if err != nil {
			return fmt.Errorf("taking a policy away: %w", err)
		}
		d.Printf("  DetachRolePolicy         %s\n", arn)
	}
	_, err = d.intruder.PutRolePolicy(ctx, &iam.PutRolePolicyInput{
		RoleName: &before.name, PolicyName: aws.String(breakGlassName), PolicyDocument: aws.String(breakGlassPolicy),
	})
	if err != nil {
		return fmt.Errorf("adding an inline policy: %w", err)
	}
	d.Printf("  PutRolePolicy            %s: allow everything\n", breakGlassName)
	_, err = d.intruder.UpdateAssumeRolePolicy(ctx, &iam.UpdateAssumeRolePolicyInput{
		RoleName: &before.name, PolicyDocument: aws.String(openTrust),
	})
	if err != nil {
		return fmt.Errorf("changing the trust policy: %w", err)
	}
	d.Printf("  UpdateAssumeRolePolicy   trust anybody\n\n")
	if d.broken, err = d.victim(ctx); err != nil {
		return err
	}
	d.Table([]string{before.name, "AS DECLARED", "NOW"}, compare(before, d.broken))
	return nil
}

// repairRole has the controller look at the role and shows what it did.
func (d *demonstration) repairRole(ctx context.Context) error {
	d.takeCalls()
	if err := d.force(ctx, "repair", view.New(v1alpha1.KindECSRole, victimNamespace, victimName)); err != nil {
		return err
	}
	repaired, err := d.victim(ctx)
	if err != nil {
		return err
	}
	d.Printf("\n")
	d.Table([]string{repaired.name, "AS DECLARED", "BROKEN", "NOW"}, compare(d.declared, d.broken, repaired))
	if difference := d.declared.difference(repaired); difference != "" {
		return fmt.Errorf("the role is not as it was declared: %s", difference)
	}
	event, err := d.waitForEvent(ctx, victimNamespace, victimName, v1alpha1.ReasonDriftCorrected)
	if err != nil {
		return err
	}
	d.Printf("\n  Event %s on ECSRole %s/%s:\n", event.Reason, victimNamespace, victimName)
	for line := range strings.SplitSeq(event.Note, "; ") {
		d.Printf("    %s\n", line)
	}
	d.Printf("\n")
	d.Table(callHeadings, callRows(d.takeCalls()))
	return nil
}

// victim is the state in IAM of the role that is broken and repaired.
func (d *demonstration) victim(ctx context.Context) (roleState, error) {
	object, err := d.sample(ctx, v1alpha1.KindECSRole, victimName)
	if err != nil {
		return roleState{}, err
	}
	role, ok := d.Sim.Role(view.Text(object, "status", "roleName"))
	if !ok {
		return roleState{}, fmt.Errorf("the role of %s is not in IAM", view.Name(object))
	}
	return stateOf(role)
}

// force has the controller look at objects now, and waits until it has and they are Ready.
func (d *demonstration) force(ctx context.Context, token string, objects ...*unstructured.Unstructured) error {
	limited, cancel := context.WithTimeoutCause(ctx, d.Timeout, fmt.Errorf("it took longer than %s", d.Timeout))
	defer cancel()
	patch := fmt.Sprintf(`{"metadata":{"annotations":{%q:%q}}}`, v1alpha1.AnnotationReconcileAt, token)
	for _, object := range objects {
		if err := d.Kube.Patch(limited, object, client.RawPatch(types.MergePatchType, []byte(patch))); err != nil {
			return fmt.Errorf("annotating %s: %w", view.Name(object), err)
		}
	}
	return d.Step("look again", func(say console.Say) (string, error) {
		waiting := objects
		err := environment.Poll(limited, func() (bool, error) {
			var still []*unstructured.Unstructured
			for _, object := range waiting {
				if err := d.Kube.Get(limited, client.ObjectKeyFromObject(object), object); err != nil {
					return false, fmt.Errorf("reading %s: %w", view.Name(object), err)
				}
				if view.Text(object, "status", "lastHandledReconcileAt") != token || !view.IsReady(object) {
					still = append(still, object)
				}
			}
			waiting = still
			say("%d of %d objects are done", len(objects)-len(waiting), len(objects))
			return len(waiting) == 0, nil
		})
		if err != nil {
			return "", fmt.Errorf("%w; not done:%s", err, view.Explain(waiting))
		}
		return fmt.Sprintf("%s on %d objects, all are Ready", v1alpha1.AnnotationReconcileAt, len(objects)), nil
	})
}

// waitForEvent waits for an event on an object of the ECSRole kind; events are written behind the passes.
func (d *demonstration) waitForEvent(
	ctx context.Context, namespace, name string, reason v1alpha1.Reason,
) (eventsv1.Event, error) {
	limited, cancel := context.WithTimeoutCause(ctx, d.Timeout, errors.New("no such event was recorded"))
	defer cancel()
	var found eventsv1.Event
	err := environment.Poll(limited, func() (bool, error) {
		var events eventsv1.EventList
		if err := d.Kube.List(limited, &events, client.InNamespace(namespace)); err != nil {
			return false, fmt.Errorf("listing events: %w", err)
		}
		for i := range events.Items {
			event := &events.Items[i]
			if event.Reason == string(reason) && event.Regarding.Name == name {
				found = *event
				return true, nil
			}
		}
		return false, nil
	})
	if err != nil {
		return found, fmt.Errorf("waiting for event %s on ECSRole %s/%s: %w", reason, namespace, name, err)
	}
	return found, nil
}
