// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package demo

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/hack/local/console"
	"github.com/ecsiam/ecs-iam-controller/hack/local/environment"
	"github.com/ecsiam/ecs-iam-controller/hack/local/view"
	"github.com/ecsiam/ecs-iam-controller/internal/iam/iamsim"
)

// deleteAll deletes every object of every kind, those that refer to others first.
func (d *demonstration) deleteAll(ctx context.Context) error {
	d.takeCalls()
	for _, k := range slices.Backward(view.Kinds) {
		err := d.Step(k.Name, func(say console.Say) (string, error) { return d.deleteKind(ctx, k, say) })
		if err != nil {
			return err
		}
	}
	d.Printf("\n")
	d.Table(callHeadings, callRows(d.takeCalls()))
	return nil
}

// deleteKind deletes the objects of a kind and waits until the controller has let them go.
func (d *demonstration) deleteKind(ctx context.Context, k view.Kind, say console.Say) (string, error) {
	limited, cancel := context.WithTimeoutCause(ctx, d.Timeout, fmt.Errorf("they were not gone after %s", d.Timeout))
	defer cancel()
	objects, err := d.List(limited, k)
	if err != nil {
		return "", err
	}
	for _, object := range objects {
		if err := client.IgnoreNotFound(d.Kube.Delete(limited, object)); err != nil {
			return "", fmt.Errorf("deleting %s: %w", view.Name(object), err)
		}
	}
	left := objects
	err = environment.Poll(limited, func() (bool, error) {
		current, err := d.List(limited, k)
		if err != nil {
			return false, err
		}
		left = current
		say("%d of %d objects are gone", len(objects)-len(left), len(objects))
		return len(left) == 0, nil
	})
	if err != nil {
		return "", fmt.Errorf("%w:%s", err, view.Explain(left))
	}
	return fmt.Sprintf("%d objects are deleted", len(objects)), nil
}

// showLeft shows that IAM holds no entity of ours. What an object with deletionPolicy Retain left is removed by hand.
func (d *demonstration) showLeft(ctx context.Context) error {
	account := d.Sim.In(environment.AccountID)
	if err := environment.RemoveMember(ctx, d.intruder); err != nil {
		return err
	}
	if left := d.Sim.In(environment.MemberID).Roles(); len(left) > 1 { // the controller's own
		return fmt.Errorf("account %s has %d roles, want 1", environment.MemberID, len(left))
	}
	var rows [][]string
	for _, role := range account.Roles() {
		row, err := leftBehind(role)
		if err != nil {
			return err
		}
		rows = append(rows, row)
	}
	if len(rows) > 0 {
		d.Printf("  deletionPolicy: Retain has left these roles, which are nobody's now. They are removed by hand.\n\n")
		d.Table([]string{"ROLE", "TAG", "VALUE"}, rows)
		d.Printf("\n")
		for _, role := range account.Roles() {
			if err := d.removeByHand(ctx, role); err != nil {
				return err
			}
		}
	}
	if err := environment.RemovePeople(ctx, d.intruder); err != nil {
		return err
	}
	d.Table([]string{"ROLES", "INSTANCE PROFILES", "POLICIES", "USERS", "GROUPS"}, [][]string{{
		count(account.Roles()), count(account.InstanceProfiles()), count(account.Policies()),
		count(account.Users()), count(account.Groups()),
	}})
	if !account.Empty() {
		return errors.New("IAM is not empty")
	}
	return nil
}

// leftBehind is the row of a role that is still there. Service-linked roles have no owner; ours are retained by
// default, all but one.
func leftBehind(role iamsim.Role) ([]string, error) {
	if strings.HasPrefix(role.Path, serviceLinkedPath) {
		if role.Name == deletedLinkedRole {
			return nil, fmt.Errorf("service-linked role %s is still there", role.Name)
		}
		return []string{role.Name, "-", "belongs to AWS"}, nil
	}
	if owner, ours := role.Tag(v1alpha1.TagOwner); ours {
		return nil, fmt.Errorf("role %s of %s is still there", role.Name, owner)
	}
	released, ok := role.Tag(v1alpha1.TagReleased)
	if !ok {
		return nil, fmt.Errorf("role %s is still there and does not say whose it was", role.Name)
	}
	return []string{role.Name, v1alpha1.TagReleased, released}, nil
}

const (
	// serviceLinkedPath begins the path of every service-linked role.
	serviceLinkedPath = "/aws-service-role/"
	// deletedLinkedRole is that of the sample with deletionPolicy Delete.
	deletedLinkedRole = "AWSServiceRoleForECSCompute"
)

func count[T any](entities []T) string { return strconv.Itoa(len(entities)) }

// removeByHand deletes a role as IAM wants it: what hangs on it first, and a service-linked role by a task.
func (d *demonstration) removeByHand(ctx context.Context, role iamsim.Role) error {
	if strings.HasPrefix(role.Path, serviceLinkedPath) {
		return d.removeServiceLinked(ctx, role.Name)
	}
	for _, arn := range role.AttachedPolicies {
		_, err := d.intruder.DetachRolePolicy(ctx, &iam.DetachRolePolicyInput{RoleName: &role.Name, PolicyArn: &arn})
		if err != nil {
			return fmt.Errorf("detaching %s from role %s: %w", arn, role.Name, err)
		}
	}
	for name := range maps.Keys(role.InlinePolicies) {
		_, err := d.intruder.DeleteRolePolicy(ctx, &iam.DeleteRolePolicyInput{RoleName: &role.Name, PolicyName: &name})
		if err != nil {
			return fmt.Errorf("deleting inline policy %s of role %s: %w", name, role.Name, err)
		}
	}
	if _, err := d.intruder.DeleteRole(ctx, &iam.DeleteRoleInput{RoleName: &role.Name}); err != nil {
		return fmt.Errorf("deleting role %s: %w", role.Name, err)
	}
	return nil
}

func (d *demonstration) removeServiceLinked(ctx context.Context, name string) error {
	task, err := d.intruder.DeleteServiceLinkedRole(ctx, &iam.DeleteServiceLinkedRoleInput{RoleName: &name})
	if err != nil {
		return fmt.Errorf("deleting role %s: %w", name, err)
	}
	err = environment.Poll(ctx, func() (bool, error) {
		out, err := d.intruder.GetServiceLinkedRoleDeletionStatus(ctx,
			&iam.GetServiceLinkedRoleDeletionStatusInput{DeletionTaskId: task.DeletionTaskId})
		if err != nil {
			return false, err //nolint:wrapcheck // wrapped below
		}
		return out.Status == types.DeletionTaskStatusTypeSucceeded, nil
	})
	if err != nil {
		return fmt.Errorf("waiting for the deletion of role %s: %w", name, err)
	}
	return nil
}
