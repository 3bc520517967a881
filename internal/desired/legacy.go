// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package desired

import (
	"fmt"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/internal/roletype"
)

// successor is the manifest, in one line of YAML, of the service-linked role that replaces a legacy one.
func (b *builder) successor() string {
	for _, role := range roletype.ServiceLinkedRoles() {
		if role.RoleName == b.kind.Successor {
			return serviceLinkedManifest(role.Service, b.in.Role.Spec.AccountRef.Name)
		}
	}
	return ""
}

func serviceLinkedManifest(service v1alpha1.LinkedService, account string) string {
	name, ref := manifestNames[service], ""
	if account != "" && account != "default" {
		name, ref = name+"-"+account, ", accountRef: {name: "+account+"}"
	}
	return fmt.Sprintf("{apiVersion: %s, kind: %s, metadata: {name: %s}, spec: {service: %s%s}}",
		v1alpha1.GroupVersion, v1alpha1.KindECSServiceLinkedRole, name, service, ref)
}

// manifestNames are the names that the manifests in warnings propose.
var manifestNames = map[v1alpha1.LinkedService]string{
	v1alpha1.LinkedServiceECS: "ecs", v1alpha1.LinkedServiceECSCompute: "ecs-compute",
	v1alpha1.LinkedServiceApplicationAutoScaling: "application-auto-scaling",
	v1alpha1.LinkedServiceAutoScaling:            "auto-scaling", v1alpha1.LinkedServiceEC2Spot: "ec2-spot",
}
