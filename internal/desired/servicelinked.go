// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package desired

import (
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/internal/roletype"
)

// ServiceLinked is what one ECSServiceLinkedRole stands for: a role that AWS creates for one of its services. It has no
// owner, the account shares it.
type ServiceLinked struct {
	// Service is the service that AWS creates the role for, such as ecs.amazonaws.com.
	Service string
	// Role is the name of the role, which follows from the service.
	Role string
	// Description is left alone when empty.
	Description string
	// Tags are set; others are left alone.
	Tags map[string]string
}

// BuildServiceLinked gives the role that the object stands for, and what a person should know of the spec. The error is
// a
// *field.Error.
func BuildServiceLinked(object *v1alpha1.ECSServiceLinkedRole) (ServiceLinked, []v1alpha1.Warning, error) {
	kind, known := roletype.LookupServiceLinked(object.Spec.Service)
	if !known {
		all := roletype.ServiceLinkedRoles()
		services := make([]v1alpha1.LinkedService, 0, len(all))
		for _, role := range all {
			services = append(services, role.Service)
		}
		return ServiceLinked{}, nil, field.NotSupported(specPath.Child("service"), object.Spec.Service, services)
	}
	var warnings []v1alpha1.Warning
	if object.Spec.DeletionPolicy == v1alpha1.DeletionDelete {
		warnings = append(warnings, warning(v1alpha1.WarningSharedDeletion, "spec.deletionPolicy",
			"deletionPolicy Delete removes the role from the whole account when this object is deleted: other clusters may "+
				"rely on it"))
	}
	return ServiceLinked{
		Service: kind.Principal, Role: kind.RoleName, Description: object.Spec.Description, Tags: object.Spec.Tags,
	}, warnings, nil
}

// ServiceLinkedRoleName is the name of the role that an object stands for, empty for a service that is not known.
func ServiceLinkedRoleName(object *v1alpha1.ECSServiceLinkedRole) string {
	kind, _ := roletype.LookupServiceLinked(object.Spec.Service)
	return kind.RoleName
}
