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

func absent(w *desired.Role) { w.Absent = true }

func absentWithProfile(w *desired.Role) {
	w.Absent = true
	w.Profile = &iam.InstanceProfile{Name: "checkout", Tags: map[string]string{v1alpha1.TagOwner: owner}}
}

func TestDeletion(t *testing.T) {
	check(t, map[string]example{
		"the role is taken out of the profile, stripped and deleted, the boundary stays to the end": {
			want: absentWithProfile,
			got: func(o *iam.Observation) {
				o.Role.Boundary = arn("boundary1")
				undeclared(o, map[string]string{arn("m1"): managed[arn("m1")], arn("m2"): managed[arn("m2")]})
				o.Role.InlinePolicies = map[string]string{"ecsiam": rules("s3:GetObject")}
			},
			lines: []string{
				"remove the role from instance profile checkout", "delete instance profile checkout",
				"detach policy m1", "detach policy m2", "delete inline policy ecsiam", "delete role payments_checkout",
			},
			needs: [][]int{nil, {0}, nil, nil, nil, {0, 2, 3, 4}},
		},
		"denials go last, those of others too": {
			want: absent,
			got: func(o *iam.Observation) {
				o.Role.InlinePolicies = map[string]string{"a-denies": rules("-*"), "b-both": rules("sqs:*", "-s3:*"), "c-allows": rules("s3:*")}
				undeclared(o, map[string]string{arn("m1"): managed[arn("m1")], arn("a"): managed[arn("quarantine")]})
			},
			lines: []string{
				"detach policy m1", "delete inline policy c-allows", "delete inline policy b-both",
				"detach policy a", "delete inline policy a-denies", "delete role payments_checkout",
			},
			needs: [][]int{nil, nil, {0, 1}, {0, 1, 2}, {0, 1, 2}, {0, 1, 2, 3, 4}},
		},
		"of several policies that allow and deny none lifts a denial before all allowing is gone": {
			want: absent,
			got: func(o *iam.Observation) {
				o.Role.InlinePolicies = map[string]string{"a": rules("sqs:*", "-s3:*"), "b": rules("s3:*", "-sqs:*")}
			},
			lines: []string{
				"change inline policy a: statement 1 removed: Allow sqs:* on *", "change inline policy b: statement 1 removed: Allow s3:* on *",
				"delete inline policy a", "delete inline policy b", "delete role payments_checkout",
			},
			needs: [][]int{nil, nil, {0, 1}, {0, 1}, {0, 1, 2, 3}},
		},
		"what cannot be read may deny, and goes after what only allows": {
			want: absent,
			got: func(o *iam.Observation) {
				o.Role.Attached = []string{arn("a-secret")}
				o.Role.InlinePolicies = map[string]string{"a-allows": rules("s3:*"), "b-denies": rules("-s3:*")}
				undeclared(o, map[string]string{arn("m1"): managed[arn("m1")]})
			},
			lines: []string{
				"detach policy m1", "delete inline policy a-allows", "detach policy a-secret", "delete inline policy b-denies",
				"delete role payments_checkout",
			},
			needs: [][]int{nil, nil, {0, 1}, {0, 1, 2}, {0, 1, 2, 3}},
		},
		"several that cannot be read go while nobody is trusted": {
			want: absent,
			got: func(o *iam.Observation) {
				o.Role.Attached = []string{arn("secret")}
				o.Role.InlinePolicies = map[string]string{"opaque": "%7B"}
			},
			lines: []string{
				"change the trust policy: statement EcsIamNobody added: Deny sts:AssumeRole to *; statement 1 removed: Allow " +
					"sts:AssumeRole to ecs-tasks.amazonaws.com (first, because policies that allow and deny hold each other down)",
				"detach policy secret", "delete inline policy opaque", "delete role payments_checkout",
			},
		},
		"an object that never owned the role deletes nothing": {
			want: absentWithProfile,
			got: func(o *iam.Observation) {
				o.Role.Tags[v1alpha1.TagOwner] = otherOwner
				delete(o.Profile.Tags, v1alpha1.TagOwner)
			},
		},
		"nothing is left to delete": {
			want: absentWithProfile,
			got:  func(o *iam.Observation) { o.Role, o.Profile = nil, nil },
		},
		"a role of a former cluster id is ours to delete": {
			want:  absent,
			got:   func(o *iam.Observation) { o.Role.Tags[v1alpha1.TagOwner] = formerOwner },
			lines: []string{"delete role payments_checkout"},
		},
		"the hold tag blocks": {
			want: absent,
			got:  func(o *iam.Observation) { o.Role.Tags["EcsIam.dev/Hold"] = "" },
			refusal: "DeletionBlocked: the tag ecsiam.dev/hold in AWS holds role payments_checkout as it is: remove the tag, " +
				"or set deletionPolicy to Retain",
		},
		"the hold tag of the instance profile blocks while the role is in it": {
			want: absentWithProfile,
			got:  func(o *iam.Observation) { o.Profile.Tags[v1alpha1.TagHold] = "" },
			refusal: "DeletionBlocked: the tag ecsiam.dev/hold in AWS holds instance profile checkout, which has the role in it, " +
				"as it is: remove the tag, or set deletionPolicy to Retain",
		},
		"an empty instance profile that is held does not keep the role": {
			want: absentWithProfile,
			got: func(o *iam.Observation) {
				o.Profile.RoleName, o.Profile.Tags[v1alpha1.TagHold] = "", ""
			},
			lines: []string{
				"delete role payments_checkout",
				"delete instance profile checkout (withheld: the tag ecsiam.dev/hold in AWS keeps it as it is)",
			},
			needs: [][]int{nil},
		},
		"a role in the instance profiles of others is not stripped": {
			want: absentWithProfile,
			got: func(o *iam.Observation) {
				o.OtherProfiles, o.Profile.Tags = []string{"by-hand"}, nil
			},
			refusal: "DeletionBlocked: role payments_checkout is in instance profiles that this object does not own: take it out of " +
				"by-hand, checkout, or set deletionPolicy to Retain",
		},
		"a role of others that is held does not keep our empty profile": {
			want: absentWithProfile,
			got: func(o *iam.Observation) {
				o.Role.Tags = map[string]string{v1alpha1.TagOwner: otherOwner, v1alpha1.TagHold: ""}
				o.Profile.RoleName = ""
			},
			lines: []string{"delete instance profile checkout"},
		},
		"a stranger in our profile is not taken out of it, and our role goes": {
			want: absentWithProfile,
			got:  func(o *iam.Observation) { o.Profile.RoleName = "stranger" },
			lines: []string{
				"delete role payments_checkout",
				"delete instance profile checkout (withheld: it holds the role stranger, which this object does not own: take the role out of it in AWS)",
			},
		},
	})
}

func TestLettingGo(t *testing.T) {
	profile := func(w *desired.Role) {
		w.Profile = &iam.InstanceProfile{Name: "checkout", Tags: map[string]string{v1alpha1.TagOwner: owner}}
	}
	for name, e := range map[string]example{
		"the mark comes before the owner tag goes": {
			want: profile,
			lines: []string{
				"set tags ecsiam.dev/released", "remove tags ecsiam.dev/owner",
				"set tags ecsiam.dev/released of instance profile checkout", "remove tags ecsiam.dev/owner of instance profile checkout",
			},
			needs: [][]int{nil, {0}, nil, {2}},
		},
		"the owner tag goes as AWS spells it, and a hold does not keep it": {
			got: func(o *iam.Observation) {
				o.Role.Tags = map[string]string{"EcsIam.Dev/Owner": formerOwner, v1alpha1.TagHold: ""}
			},
			lines: []string{"set tags ecsiam.dev/released", "remove tags EcsIam.Dev/Owner"},
			needs: [][]int{nil, {0}},
		},
		"what was marked already is only let go": {
			got:   func(o *iam.Observation) { o.Role.Tags["EcsIam.dev/Released"] = owner },
			lines: []string{"remove tags ecsiam.dev/owner"},
			needs: [][]int{nil},
		},
		"at the limit of tags the owner tag makes room": {
			got: func(o *iam.Observation) { fill(o.Role.Tags, iam.TagsPerRole) },
			lines: []string{
				"remove tags ecsiam.dev/owner (first, because the tags are at IAM's limit)", "set tags ecsiam.dev/released",
			},
			needs: [][]int{nil, {0}},
		},
		"what is not ours is left alone": {
			want: profile,
			got: func(o *iam.Observation) {
				o.Role.Tags[v1alpha1.TagOwner] = otherOwner
				o.Profile.Tags = nil
			},
		},
	} {
		t.Run(name, func(t *testing.T) {
			want, got, _ := e.inputs()
			p := plan.Release(want, got)
			if diff := cmp.Diff(e.lines, p.Lines(), ignoreNil); diff != "" {
				t.Errorf("lines (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(e.needs, needs(p), ignoreNil); diff != "" {
				t.Errorf("needs (-want +got):\n%s", diff)
			}
		})
	}
}
