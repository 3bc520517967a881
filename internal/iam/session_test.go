// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package iam_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ecsiam/ecs-iam-controller/internal/iam"
)

func TestTheCallerIsKnownWithoutTheNameOfItsSession(t *testing.T) {
	for arn, want := range map[string]string{
		"arn:aws:sts::111122223333:assumed-role/ecsiam/1764111122223333": "arn:aws:sts::111122223333:assumed-role/ecsiam",
		"arn:aws-cn:sts::111122223333:assumed-role/ecsiam/eks-a-b":       "arn:aws-cn:sts::111122223333:assumed-role/ecsiam",
		"arn:aws:iam::111122223333:user/operator":                        "arn:aws:iam::111122223333:user/operator",
		"": "",
	} {
		if got := (iam.Identity{CallerARN: arn}).Caller(); got != want {
			t.Errorf("caller of %q is %q, want %q", arn, got, want)
		}
	}
}

func TestASessionThatSTSTakesHasNothingToCorrect(t *testing.T) {
	role := iam.AssumeRole{
		Hop:         iam.Hop{RoleARN: "arn:aws-us-gov:iam::111122223333:role/path/ecsiam", ExternalID: "tenant:42/a"},
		SessionName: "ecs_iam=1+2,3.4@prod-x", SessionTags: map[string]string{"team": "platform"},
		Via: []iam.Hop{{RoleARN: "arn:aws-us-gov:iam::444455556666:role/hub"}},
	}
	if problems := role.Check(); len(problems) > 0 {
		t.Errorf("problems are %v", problems)
	}
}

func TestASessionOfANamespaceHasTheTagsOfBoth(t *testing.T) {
	role := iam.AssumeRole{SessionTags: map[string]string{"team": "platform"}}
	if diff := cmp.Diff(map[string]string{"team": "platform"}, role.Tags()); diff != "" {
		t.Errorf("tags of the account's session (-want +got):\n%s", diff)
	}
	role.Owner = &iam.SessionOwner{Cluster: "prod", Namespace: "payments"}
	want := map[string]string{"team": "platform", "ecsiam-cluster": "prod", "ecsiam-namespace": "payments"}
	if diff := cmp.Diff(want, role.Tags()); diff != "" {
		t.Errorf("tags of the namespace's session (-want +got):\n%s", diff)
	}
	if len(role.SessionTags) != 1 {
		t.Errorf("the tags of the spec became %v", role.SessionTags)
	}
}
