// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package roletype

import (
	"slices"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
)

// ServiceLinked is one service-linked role that Amazon ECS, or the instances of its clusters, need. AWS fixes all of
// it.
type ServiceLinked struct {
	// Service is the service in a manifest.
	Service v1alpha1.LinkedService
	// Principal is the service that AWS creates the role for, and that it trusts. It is the same in every partition.
	Principal string
	// RoleName is the name of the role in IAM.
	RoleName string
}

// serviceLinked is the catalogue. Sources: Amazon ECS Developer Guide, "Using service-linked roles for Amazon ECS" and
// its pages on the two roles; Application Auto Scaling User Guide, "Service-linked roles" (_ECSService is part of the
// name, no suffix); Amazon EC2 Auto Scaling User Guide, "Service-linked roles for Amazon EC2 Auto Scaling" (which may
// have a suffix that the API here does not offer); Amazon EC2 User Guide, "Service-linked role for Spot Instance
// requests".
var serviceLinked = []ServiceLinked{
	{Service: v1alpha1.LinkedServiceECS, Principal: "ecs.amazonaws.com", RoleName: "AWSServiceRoleForECS"},
	{
		Service: v1alpha1.LinkedServiceECSCompute, Principal: "ecs-compute.amazonaws.com",
		RoleName: "AWSServiceRoleForECSCompute",
	},
	{
		Service: v1alpha1.LinkedServiceApplicationAutoScaling, Principal: "ecs.application-autoscaling.amazonaws.com",
		RoleName: "AWSServiceRoleForApplicationAutoScaling_ECSService",
	},
	{
		Service: v1alpha1.LinkedServiceAutoScaling, Principal: "autoscaling.amazonaws.com",
		RoleName: "AWSServiceRoleForAutoScaling",
	},
	{Service: v1alpha1.LinkedServiceEC2Spot, Principal: "spot.amazonaws.com", RoleName: "AWSServiceRoleForEC2Spot"},
}

// Path is the path of the role in IAM.
func (r ServiceLinked) Path() string { return "/aws-service-role/" + r.Principal + "/" }

// ServiceLinkedRoles lists the catalogue.
func ServiceLinkedRoles() []ServiceLinked { return slices.Clone(serviceLinked) }

// LookupServiceLinked finds the role of a service.
func LookupServiceLinked(service v1alpha1.LinkedService) (ServiceLinked, bool) {
	i := slices.IndexFunc(serviceLinked, func(r ServiceLinked) bool { return r.Service == service })
	if i < 0 {
		return ServiceLinked{}, false
	}
	return serviceLinked[i], true
}
