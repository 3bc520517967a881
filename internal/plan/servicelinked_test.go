// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package plan_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/internal/desired"
	"github.com/ecsiam/ecs-iam-controller/internal/iam"
	"github.com/ecsiam/ecs-iam-controller/internal/plan"
)

const linkedRole = "AWSServiceRoleForECS"

func TestDiffServiceLinked(t *testing.T) {
	bare := desired.ServiceLinked{Service: "ecs.amazonaws.com", Role: linkedRole}
	full := bare
	full.Description, full.Tags = "for our clusters", map[string]string{"team": "platform"}
	role := func(description string, tags map[string]string) iam.Observation {
		return iam.Observation{Role: &iam.Role{Name: linkedRole, Description: description, Tags: tags}}
	}
	for name, e := range map[string]struct {
		want  desired.ServiceLinked
		got   iam.Observation
		lines []string
		needs [][]int
	}{
		"one that is missing is one call":               {bare, iam.Observation{}, []string{"create service-linked role " + linkedRole}, [][]int{nil}},
		"tags need a call of their own, after it":       {full, iam.Observation{}, []string{"create service-linked role " + linkedRole, "set tags team"}, [][]int{nil, {0}}},
		"one that exists is taken as it is":             {bare, role("made by ECS", map[string]string{"by": "others"}), nil, nil},
		"a description that is declared is set":         {full, role("made by ECS", full.Tags), []string{"change description"}, nil},
		"tags that are declared are set, others stay":   {full, role(full.Description, map[string]string{"team": "x", "by": "others"}), []string{"set tags team"}, nil},
		"an owner tag of somebody else does not matter": {bare, role("", map[string]string{v1alpha1.TagOwner: otherOwner}), nil, nil},
		"one that is held keeps its description":        {full, role("", map[string]string{"team": "platform", v1alpha1.TagHold: "x"}), []string{"change description (withheld: the tag ecsiam.dev/hold in AWS keeps it as it is)"}, nil},
		"a tag key in another case is spelt anew": {
			full, role(full.Description, map[string]string{"Team": "platform"}), []string{"set tags team"}, nil,
		},
	} {
		t.Run(name, func(t *testing.T) {
			p := plan.DiffServiceLinked(e.want, e.got)
			if diff := cmp.Diff(e.lines, p.Lines(), ignoreNil); diff != "" {
				t.Errorf("lines (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(e.needs, needs(p), ignoreNil); e.needs != nil && diff != "" {
				t.Errorf("needs (-want +got):\n%s", diff)
			}
		})
	}
}

func TestRemoveServiceLinked(t *testing.T) {
	exists := iam.Observation{Role: &iam.Role{Name: linkedRole}}
	if got, want := plan.RemoveServiceLinked(exists).Lines(), []string{"delete service-linked role " + linkedRole}; !cmp.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	if p := plan.RemoveServiceLinked(iam.Observation{}); !p.Empty() {
		t.Errorf("of a role that is gone the plan is %v", p.Lines())
	}
	exists.Role.Tags = map[string]string{v1alpha1.TagHold: ""}
	want := "DeletionBlocked: the tag ecsiam.dev/hold in AWS holds role AWSServiceRoleForECS as it is: remove the tag, or set deletionPolicy to Retain"
	if got := refusal(plan.RemoveServiceLinked(exists)); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}
