// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package roletype

import (
	"slices"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
)

// AttachSettings are what the attached policies of AWS depend on beside the type.
type AttachSettings struct {
	Partition string
	// Defaults says whether to attach; empty is Auto.
	Defaults v1alpha1.DefaultManagedPolicies
	// Capabilities choose the policies of an Infrastructure role.
	Capabilities []v1alpha1.InfrastructureCapability
	// CodeDeploy chooses between Full and Limited; empty is Full.
	CodeDeploy v1alpha1.CodeDeployManagedPolicy
	// Replaced says that grants take the place of the policies by default, but for those that are kept.
	Replaced bool
}

// PolicyARNs are the ARNs of AWS's managed policies that a role of the type gets, in the order of the catalogue.
// Capabilities that the type does not have are passed over.
func (t Type) PolicyARNs(s AttachSettings) []string {
	if s.Defaults == v1alpha1.DefaultManagedPoliciesOmit || t.Withheld && auto(s.Defaults) {
		return nil
	}
	policies := t.ManagedPolicies
	if len(t.Limited) > 0 && s.CodeDeploy == v1alpha1.CodeDeployLimited {
		policies = t.Limited
	}
	var arns []string
	for _, p := range policies {
		if p.Kept || !s.Replaced || !auto(s.Defaults) {
			arns = append(arns, p.ARN(s.Partition))
		}
	}
	for _, capability := range Capabilities() {
		if p, ok := t.Capabilities[capability]; ok && slices.Contains(s.Capabilities, capability) {
			arns = append(arns, p.ARN(s.Partition))
		}
	}
	return arns
}

// Capabilities lists the capabilities of an Infrastructure role in the order of the documentation.
func Capabilities() []v1alpha1.InfrastructureCapability {
	return []v1alpha1.InfrastructureCapability{
		v1alpha1.CapabilityVolumes,
		v1alpha1.CapabilityServiceConnectTLS,
		v1alpha1.CapabilityVPCLattice,
		v1alpha1.CapabilityManagedInstances,
		v1alpha1.CapabilityLoadBalancers,
		v1alpha1.CapabilityExpressGateway,
	}
}
