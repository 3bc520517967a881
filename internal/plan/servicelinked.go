// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package plan

import (
	"fmt"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/internal/desired"
	"github.com/ecsiam/ecs-iam-controller/internal/iam"
	"github.com/ecsiam/ecs-iam-controller/internal/ownership"
)

// DiffServiceLinked plans what makes the role exist with the description and the tags that are declared. It removes
// nothing, and asks for no owner: a role that exists is taken as it is.
func DiffServiceLinked(want desired.ServiceLinked, got iam.Observation) Plan {
	if got.Role == nil {
		return createServiceLinked(want)
	}
	var p Plan
	role := got.Role
	if want.Description != "" && want.Description != role.Description {
		p.Steps = append(p.Steps, Step{Op: UpdateRole{
			Role: role.Name, OldDescription: role.Description, Description: want.Description,
		}})
	}
	if missing := tagsDiff(want.Tags, role.Tags, desired.Ignore{}, true).set; len(missing) > 0 {
		p.Steps = append(p.Steps, Step{Op: TagRole{Role: role.Name, Tags: missing}})
	}
	if ownership.Held(role.Tags) {
		return p.Permit(Hold)
	}
	return p
}

func createServiceLinked(want desired.ServiceLinked) Plan {
	p := Plan{Steps: []Step{{Op: CreateServiceLinkedRole{
		Service: want.Service, Description: want.Description,
		Role: iam.Role{Name: want.Role, Description: want.Description},
	}}}}
	if len(want.Tags) > 0 {
		p.Steps = append(p.Steps, Step{Op: TagRole{Role: want.Role, Tags: want.Tags}, Needs: []int{0}})
	}
	return p
}

// RemoveServiceLinked plans the deletion of a role that exists, which AWS only begins with it.
func RemoveServiceLinked(got iam.Observation) Plan {
	if got.Role == nil {
		return Plan{}
	}
	if ownership.Held(got.Role.Tags) {
		return Plan{Refusal: deletionBlocked(fmt.Sprintf(
			"the tag %s in AWS holds role %s as it is: remove the tag, or set deletionPolicy to Retain",
			v1alpha1.TagHold, got.Role.Name))}
	}
	return Plan{Steps: []Step{{Op: DeleteServiceLinkedRole{Role: got.Role.Name}}}}
}
