// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package plan_test

import (
	"fmt"
	"testing"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/internal/desired"
	"github.com/ecsiam/ecs-iam-controller/internal/iam"
)

// fill adds tags until there are n.
func fill(tags map[string]string, n int) {
	for i := 0; len(tags) < n; i++ {
		tags[fmt.Sprintf("filler-%02d", i)] = "x"
	}
}

func TestTags(t *testing.T) {
	ignoreFillers := func(w *desired.Role) { w.Ignore.Tags = []string{"filler-*"} }
	check(t, map[string]example{
		"a key of a role that is spelt in another case is spelt anew, and not removed": {
			want: func(w *desired.Role) { w.Role.Tags["Cost-Center"] = "1" },
			got: func(o *iam.Observation) {
				o.Role.Tags = map[string]string{v1alpha1.TagOwner: owner, "team": "payments", "cost-center": "1"}
			},
			lines: []string{"set tags Cost-Center"},
		},
		"an owner tag that is spelt in another case is ours and left alone": {
			got: func(o *iam.Observation) {
				o.Role.Tags = map[string]string{"ECSIAM.dev/owner": owner, "team": "payments"}
			},
		},
		"a key that is spelt anew needs no room at the limit of tags": {
			want: ignoreFillers,
			got: func(o *iam.Observation) {
				o.Role.Tags = map[string]string{v1alpha1.TagOwner: owner, "Team": "payments"}
				fill(o.Role.Tags, iam.TagsPerRole)
			},
			lines: []string{"set tags team"},
		},
		"keys of instance profiles are compared with regard to case": {
			want: func(w *desired.Role) {
				w.Profile = &iam.InstanceProfile{Name: roleName, Tags: map[string]string{v1alpha1.TagOwner: owner, "team": "payments"}}
			},
			got: func(o *iam.Observation) {
				o.Profile.Tags = map[string]string{v1alpha1.TagOwner: owner, "Team": "payments"}
			},
			lines: []string{
				"set tags team of instance profile payments_checkout", "remove tags Team of instance profile payments_checkout",
			},
		},
		"tags of AWS and marks of the controller are left alone": {
			got: func(o *iam.Observation) {
				o.Role.Tags["aws:servicecatalog:x"], o.Role.Tags["ecsiam.dev/future"] = "x", "y"
			},
		},
		"the owner tag of a former cluster id is rewritten, and the role is not adopted by that": {
			got:   func(o *iam.Observation) { o.Role.Tags[v1alpha1.TagOwner] = formerOwner },
			lines: []string{"set tags ecsiam.dev/owner"},
		},
		"what is new and what goes are two calls that do not wait for each other": {
			got:   func(o *iam.Observation) { o.Role.Tags = map[string]string{v1alpha1.TagOwner: owner, "left": "x"} },
			lines: []string{"set tags team", "remove tags left"},
			needs: [][]int{nil, nil},
		},
		"at the limit of tags those that go make room first": {
			want: ignoreFillers,
			got: func(o *iam.Observation) {
				o.Role.Tags = map[string]string{v1alpha1.TagOwner: owner, "left": "x"}
				fill(o.Role.Tags, iam.TagsPerRole)
			},
			lines: []string{"remove tags left (first, because the tags are at IAM's limit)", "set tags team"},
		},
		"a changed value needs no room": {
			want: ignoreFillers,
			got: func(o *iam.Observation) {
				o.Role.Tags = map[string]string{v1alpha1.TagOwner: owner, "team": "other", "left": "x"}
				fill(o.Role.Tags, iam.TagsPerRole)
			},
			lines: []string{"set tags team", "remove tags left"},
		},
		"tags of AWS do not count towards the limit": {
			want: ignoreFillers,
			got: func(o *iam.Observation) {
				o.Role.Tags = map[string]string{v1alpha1.TagOwner: owner, "left": "x", "aws:a": "x", "aws:b": "x"}
				fill(o.Role.Tags, iam.TagsPerRole+1)
			},
			lines: []string{"set tags team", "remove tags left"},
		},
		"an instance profile at the limit of tags makes room as well": {
			want: func(w *desired.Role) {
				ignoreFillers(w)
				w.Profile = &iam.InstanceProfile{Name: roleName, Tags: map[string]string{v1alpha1.TagOwner: owner, "team": "payments"}}
			},
			got: func(o *iam.Observation) {
				o.Profile.Tags = map[string]string{v1alpha1.TagOwner: owner, "left": "x"}
				fill(o.Profile.Tags, iam.TagsPerRole)
			},
			lines: []string{
				"remove tags left of instance profile payments_checkout (first, because the tags are at IAM's limit)",
				"set tags team of instance profile payments_checkout",
			},
		},
	})
}
