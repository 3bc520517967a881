// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package plan_test

import (
	"strings"
	"testing"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/internal/iam"
	"github.com/ecsiam/ecs-iam-controller/internal/plan"
)

func TestEffectSaysWhatAnOperationMayPermit(t *testing.T) {
	const both = plan.Widens | plan.Narrows
	for name, e := range map[string]struct {
		op   plan.Operation
		want plan.Effect
	}{
		"an added Allow widens": {
			plan.PutRolePolicy{Old: rules("s3:GetObject"), New: rules("s3:GetObject", "s3:PutObject")}, plan.Widens,
		},
		"a lost Deny widens": {
			plan.PutRolePolicy{Old: rules("s3:*", "-s3:PutObject"), New: rules("s3:*")}, plan.Widens,
		},
		"a Deny narrows":                      {plan.PutRolePolicy{New: rules("-s3:PutObject")}, plan.Narrows},
		"other notation is neutral":           {plan.PutRolePolicy{Old: rules("S3:getobject"), New: rules("s3:GetObject")}, plan.Neutral},
		"what goes for another does both":     {plan.PutRolePolicy{Old: rules("s3:*"), New: rules("sqs:*")}, both},
		"an unreadable document may do both":  {plan.DeleteRolePolicy{Old: "%7B"}, both},
		"a policy that only allows narrows":   {plan.DeleteRolePolicy{Old: rules("s3:*")}, plan.Narrows},
		"an unknown policy widens":            {plan.AttachRolePolicy{ARN: arn("m1")}, plan.Widens},
		"a policy that only denies narrows":   {plan.AttachRolePolicy{ARN: arn("m1"), New: rules("-s3:*")}, plan.Narrows},
		"an unknown policy may hold a Deny":   {plan.DetachRolePolicy{ARN: arn("m1")}, both},
		"a known policy narrows when it goes": {plan.DetachRolePolicy{ARN: arn("m1"), Old: rules("s3:*")}, plan.Narrows},
		"a boundary narrows":                  {plan.SetBoundary{New: arn("boundary1")}, plan.Narrows},
		"another boundary does both":          {plan.SetBoundary{Old: arn("boundary1"), New: arn("boundary2")}, both},
		"a boundary within the old one narrows": {
			plan.SetBoundary{Old: "a", New: "b", OldDocument: rules("s3:*"), NewDocument: rules("s3:GetObject")}, plan.Narrows,
		},
		"a wider boundary widens": {
			plan.SetBoundary{Old: "a", New: "b", OldDocument: rules("s3:GetObject"), NewDocument: rules("s3:*")}, plan.Widens,
		},
		"a boundary that cannot be read does both": {
			plan.SetBoundary{Old: "a", New: "b", OldDocument: "%7B", NewDocument: rules("s3:GetObject")}, both,
		},
		"no boundary widens":                 {plan.DeleteBoundary{Old: arn("boundary1")}, plan.Widens},
		"more trust widens":                  {plan.UpdateTrustPolicy{Old: trustsTasks, New: trustsBoth}, plan.Widens},
		"other trust does both":              {plan.UpdateTrustPolicy{Old: trustsTasks, New: trustsEC2}, both},
		"longer sessions widen":              {plan.UpdateRole{OldSessionSeconds: 3600, SessionSeconds: 7200}, plan.Widens},
		"shorter sessions narrow":            {plan.UpdateRole{OldSessionSeconds: 7200, SessionSeconds: 3600}, plan.Narrows},
		"a description is neutral":           {plan.UpdateRole{Description: "other"}, plan.Neutral},
		"a role into a profile widens":       {plan.AddRoleToInstanceProfile{}, plan.Widens},
		"a policy to a user widens":          {plan.AttachUserPolicy{User: "ada"}, plan.Widens},
		"a policy to a group widens":         {plan.AttachGroupPolicy{Group: "ops"}, plan.Widens},
		"a tag widens, policies grant on it": {plan.TagRole{Tags: map[string]string{"team": "a"}}, plan.Widens},
		"a tag that goes widens too":         {plan.UntagRole{Keys: []string{"team"}}, plan.Widens},
		"the controller's tags are neutral":  {plan.TagRole{Tags: map[string]string{v1alpha1.TagOwner: owner}}, plan.Neutral},
		"a tag of the account is neutral": {
			plan.TagRole{Tags: map[string]string{"cost-center": "42"}, AccountTags: []string{"cost-center"}}, plan.Neutral,
		},
		"a tag beside one of the account widens": {
			plan.TagPolicy{Tags: map[string]string{"cost-center": "42", "team": "a"}, AccountTags: []string{"cost-center"}}, plan.Widens,
		},
		"a tag of the account in other case widens": {
			plan.TagPolicy{Tags: map[string]string{"Cost-Center": "42"}, AccountTags: []string{"cost-center"}}, plan.Widens,
		},
		"the mark of a released entity is neutral": {plan.UntagRole{Keys: []string{"EcsIam.dev/Released"}}, plan.Neutral},
		"a profile with a tag widens": {
			plan.CreateInstanceProfile{Profile: iam.InstanceProfile{Tags: map[string]string{"team": "a"}}}, plan.Widens,
		},
		"tagged sessions widen": {
			plan.UpdateTrustPolicy{Old: trustsTasks, New: strings.ReplaceAll(trustsTasks, `"sts:AssumeRole"`, `["sts:AssumeRole","sts:TagSession"]`)},
			plan.Widens,
		},
		"a denial that leaves the trust policy widens": {plan.UpdateTrustPolicy{Old: trustsNoBreach, New: trustsTasks}, plan.Widens},
		"an unreadable trust policy does both":         {plan.UpdateTrustPolicy{Old: "%7B", New: trustsTasks}, both},
		"a role that leaves a profile narrows":         {plan.RemoveRoleFromInstanceProfile{}, plan.Narrows},
		"a policy that goes from a user narrows":       {plan.DetachUserPolicy{Old: rules("s3:*")}, plan.Narrows},
		"a denial that goes from a group widens":       {plan.DetachGroupPolicy{Old: rules("-s3:*")}, plan.Widens},
		"what a role loses unread does both":           {plan.WithdrawFromRole{}, both},
		"a policy that only denies and is tagged widens": {
			plan.CreatePolicy{Policy: iam.Policy{Document: rules("-s3:*"), Tags: map[string]string{"team": "a"}}}, both,
		},
		"an unreadable document that comes widens": {plan.PutRolePolicy{New: "%7B"}, plan.Widens},
		"a variable that comes to life does both": {
			plan.PutRolePolicy{
				Old: `{"Statement":{"Effect":"Allow","Action":"s3:*","Resource":"arn:aws:s3:::${aws:username}"}}`,
				New: `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"s3:*","Resource":"arn:aws:s3:::${aws:username}"}}`,
			}, both,
		},
		"a version without variables is neutral": {
			plan.PutRolePolicy{Old: `{"Statement":{"Effect":"Allow","Action":"s3:*","Resource":"*"}}`, New: rules("s3:*")}, plan.Neutral,
		},
		"another default version is judged by its document": {
			plan.CreatePolicyVersion{Old: rules("s3:*"), New: rules("s3:GetObject")}, plan.Narrows,
		},
		"a version that is not in force is neutral": {plan.DeletePolicyVersion{}, plan.Neutral},
		"a service-linked role widens":              {plan.CreateServiceLinkedRole{}, plan.Widens},
		"a new role widens":                         {plan.CreateRole{}, plan.Widens},
		"a new policy is judged by itself":          {plan.CreatePolicy{Policy: iam.Policy{Document: rules("s3:*")}}, plan.Widens},
		"an empty profile is neutral":               {plan.CreateInstanceProfile{}, plan.Neutral},
	} {
		t.Run(name, func(t *testing.T) {
			if got := e.op.Effect(); got != e.want {
				t.Errorf("the effect of %q is %s, want %s", e.op, got, e.want)
			}
		})
	}
}

func TestWhatIsNotFoundIsDoneForRemovalsOnly(t *testing.T) {
	for _, e := range []struct {
		op   plan.Operation
		want plan.Verb
	}{
		{plan.DetachRolePolicy{}, plan.Removes},
		{plan.DeleteBoundary{}, plan.Removes},
		{plan.RemoveRoleFromInstanceProfile{}, plan.Removes},
		{plan.UntagRole{}, plan.Changes},
		{plan.PutRolePolicy{}, plan.Changes},
		{plan.CreateInstanceProfile{}, plan.Creates},
	} {
		if got := e.op.Verb(); got != e.want {
			t.Errorf("the verb of %s is %d, want %d", e.op.Action(), got, e.want)
		}
	}
}
