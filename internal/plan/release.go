// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package plan

import (
	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/internal/desired"
	"github.com/ecsiam/ecs-iam-controller/internal/iam"
	"github.com/ecsiam/ecs-iam-controller/internal/ownership"
)

// Release plans to let go of the entities and leave them in AWS: the tag ecsiam.dev/released takes the place of the
// owner tag. Entities that are not ours are not touched. The tag ecsiam.dev/hold does not keep an object from letting
// go.
func Release(want desired.Role, got iam.Observation) Plan {
	mark := map[string]string{v1alpha1.TagReleased: want.Owner}
	standings := standingsOf(want, got)
	var steps []Step
	if role := got.Role; standings.role.Owned() {
		steps = release(steps, tagsDiff(mark, role.Tags, everyTag, true),
			TagRole{Role: role.Name, Tags: mark},
			UntagRole{Role: role.Name, Keys: ownership.Spellings(role.Tags, v1alpha1.TagOwner)})
	}
	if profile := got.Profile; standings.profile.Owned() {
		steps = release(steps, tagsDiff(mark, profile.Tags, everyTag, false),
			TagInstanceProfile{Profile: profile.Name, Tags: mark},
			UntagInstanceProfile{Profile: profile.Name, Keys: ownership.Spellings(profile.Tags, v1alpha1.TagOwner)})
	}
	return Plan{Steps: steps}
}

var everyTag = desired.Ignore{Tags: []string{"*"}}

// release marks before it removes the owner tag, so that a crash in between leaves an entity that is still ours. Only
// at IAM's limit of tags the owner tag makes room first.
func release(steps []Step, change tagChange, mark, unmark Operation) []Step {
	n := len(steps)
	switch {
	case len(change.set) == 0:
		return append(steps, Step{Op: unmark})
	case change.full:
		return append(steps, Step{Op: unmark, Note: noteTags}, Step{Op: mark, Needs: []int{n}})
	default:
		return append(steps, Step{Op: mark}, Step{Op: unmark, Needs: []int{n}})
	}
}
