// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package catalogue

// ServiceLinkedRole is what AWS makes for one service. Names: "Using service-linked roles for Amazon ECS",
// "Service-linked roles for Application Auto Scaling", the IAM page "AWS services that work with IAM".
type ServiceLinkedRole struct {
	RoleName string
	Policy   string // under /aws-service-role/
	Suffix   bool   // whether CustomSuffix is allowed
}

// Name is the name of the role with a suffix; the empty suffix is none.
func (r ServiceLinkedRole) Name(suffix string) string {
	if suffix == "" {
		return r.RoleName
	}
	return r.RoleName + "_" + suffix
}

// ServiceLinkedRoles are those that ECS needs, by the name of the service.
var ServiceLinkedRoles = map[string]ServiceLinkedRole{
	"ecs.amazonaws.com":         {RoleName: "AWSServiceRoleForECS", Policy: "AmazonECSServiceRolePolicy"},
	"ecs-compute.amazonaws.com": {RoleName: "AWSServiceRoleForECSCompute", Policy: "AmazonECSComputeServiceRolePolicy"},
	"ecs.application-autoscaling.amazonaws.com": {
		RoleName: "AWSServiceRoleForApplicationAutoScaling_ECSService", Policy: "AWSApplicationAutoscalingECSServicePolicy",
	},
	"autoscaling.amazonaws.com": {
		RoleName: "AWSServiceRoleForAutoScaling", Policy: "AutoScalingServiceRolePolicy", Suffix: true,
	},
	"spot.amazonaws.com": {RoleName: "AWSServiceRoleForEC2Spot", Policy: "AWSEC2SpotServiceRolePolicy"},
}
