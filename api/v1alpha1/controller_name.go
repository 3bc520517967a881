// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package v1alpha1

import "strings"

// ControllerName is the name of an installation of the controller, a label behind a domain as in an IngressClass or a
// GatewayClass.
//
// +kubebuilder:validation:MinLength=1
// +kubebuilder:validation:MaxLength=128
// +kubebuilder:validation:XValidation:rule="self.matches('^[a-z0-9]([-a-z0-9]*[a-z0-9])?([.][a-z0-9]([-a-z0-9]*[a-z0-9])?)*/[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$')",message="a controller name is a domain, a slash and a label, in lower case, such as ecsiam.dev/controller or example.com/team-a"
type ControllerName string

// DefaultControllerName is the name of an installation that was given none, and the one that an AWSAccount names which
// names none.
const DefaultControllerName ControllerName = GroupName + "/controller"

// LeaseName is the name of the lease that the replicas of an installation compete for: no two names share one.
func (n ControllerName) LeaseName() string {
	domain, label, _ := strings.Cut(string(n), "/")
	return label + "." + domain
}
