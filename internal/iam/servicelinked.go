// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package iam

import (
	"context"
	"fmt"
	"strings"
)

// ServiceLinkedReader reads what there is to know of service-linked roles, under the rules of Observer.
type ServiceLinkedReader interface {
	// ObserveBareRole is one GetRole, of a service-linked role or any other. The role of the observation has neither
	// trust policy, permissions nor session.
	ObserveBareRole(ctx context.Context, name string) (Observation, error)
	// ServiceLinkedRoleDeletion is one GetServiceLinkedRoleDeletionStatus.
	ServiceLinkedRoleDeletion(ctx context.Context, taskID string) (Deletion, error)
}

// ServiceLinkedWriter makes the mutating calls that only service-linked roles have. Description and tags are changed as
// those of other roles are.
type ServiceLinkedWriter interface {
	// CreateServiceLinkedRole returns the role without its tags. The error is of ClassConflict when the role exists.
	CreateServiceLinkedRole(ctx context.Context, service, description string) (Role, error)
	// DeleteServiceLinkedRole asks AWS to begin; the role exists until the task has succeeded. A repeated call returns
	// the task that is under way.
	DeleteServiceLinkedRole(ctx context.Context, name string) (taskID string, err error)
}

// DeletionStatus says how far the deletion of a service-linked role is, in the words of the API.
type DeletionStatus string

// The values of DeletionStatus.
const (
	DeletionNotStarted DeletionStatus = "NOT_STARTED"
	DeletionInProgress DeletionStatus = "IN_PROGRESS"
	DeletionSucceeded  DeletionStatus = "SUCCEEDED"
	DeletionFailed     DeletionStatus = "FAILED"
)

// Deletion is the deletion of a service-linked role.
type Deletion struct {
	Status DeletionStatus
	// Reason is AWS's text on a failure.
	Reason string
	// Usage is where the role is in use. AWS may leave out some of it, or all.
	Usage []RegionUsage
}

// RegionUsage is what uses a service-linked role in one region.
type RegionUsage struct {
	Region string
	// Resources are ARNs.
	Resources []string
}

// resourcesShown bounds how many resources of a region are shown.
const resourcesShown = 10

// Failure says why the deletion failed, in one line without account ids.
func (d Deletion) Failure() string {
	reason := strings.TrimSuffix(strings.TrimSpace(d.Reason), ".")
	if reason == "" {
		reason = "AWS gives no reason"
	}
	if len(d.Usage) == 0 {
		return WithoutAccounts(reason) + "; AWS names no resources"
	}
	regions := make([]string, len(d.Usage))
	for i, usage := range d.Usage {
		regions[i] = usage.String()
	}
	return WithoutAccounts(reason + "; in use: " + strings.Join(regions, "; "))
}

// String names region and resources, such as "eu-west-1 cluster/a, service/a/web".
func (u RegionUsage) String() string {
	names := make([]string, 0, len(u.Resources))
	for _, arn := range u.Resources[:min(len(u.Resources), resourcesShown)] {
		names = append(names, resourceOf(arn))
	}
	if more := len(u.Resources) - resourcesShown; more > 0 {
		names = append(names, fmt.Sprintf("%d more", more))
	}
	if len(names) == 0 {
		names = []string{"resources that AWS does not name"}
	}
	return u.Region + " " + strings.Join(names, ", ")
}

// resourceOf is the part of an ARN that has the type and the name.
func resourceOf(arn string) string {
	if parts := strings.SplitN(arn, ":", 6); len(parts) == 6 {
		return parts[5]
	}
	return arn
}
