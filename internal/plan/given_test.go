// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package plan_test

import (
	"testing"

	"github.com/ecsiam/ecs-iam-controller/internal/iam"
	"github.com/ecsiam/ecs-iam-controller/internal/plan"
)

func TestOperationsAskForWhatWidensButForWhatTheAccountGives(t *testing.T) {
	given := plan.Given{Tags: map[string]string{"cost-center": "42"}, Boundary: arn("boundary1")}
	both, denies := rules("s3:*", "-sqs:*"), rules("-s3:*")
	for name, c := range map[string]struct {
		op   plan.Operation
		asks bool
	}{
		"a role":                               {plan.CreateRole{}, true},
		"a description":                        {plan.UpdateRole{OldDescription: "x"}, false},
		"longer sessions":                      {plan.UpdateRole{OldSessionSeconds: 3600, SessionSeconds: 7200}, true},
		"wider trust":                          {plan.UpdateTrustPolicy{Old: trustsTasks, New: trustsBoth}, true},
		"narrower trust":                       {plan.UpdateTrustPolicy{Old: trustsBoth, New: trustsTasks}, false},
		"the boundary of the account":          {plan.SetBoundary{Old: arn("boundary2"), New: arn("boundary1")}, false},
		"another boundary":                     {plan.SetBoundary{Old: arn("boundary1"), New: arn("boundary2")}, true},
		"a boundary where none was":            {plan.SetBoundary{New: arn("boundary2")}, false},
		"no boundary":                          {plan.DeleteBoundary{Old: arn("boundary1")}, true},
		"the owner tag and the account's":      {plan.TagRole{Tags: map[string]string{"ecsiam.dev/owner": owner, "cost-center": "42"}}, false},
		"another value of an account's tag":    {plan.TagPolicy{Tags: map[string]string{"cost-center": "7"}}, true},
		"a tag of a profile":                   {plan.TagInstanceProfile{Tags: map[string]string{"team": "a"}}, true},
		"a tag that goes":                      {plan.UntagRole{Keys: []string{"team"}}, false},
		"an inline policy that allows":         {plan.PutRolePolicy{New: both}, true},
		"an inline policy that only denies":    {plan.PutRolePolicy{New: denies}, false},
		"an inline policy with a denial goes":  {plan.DeleteRolePolicy{Old: both}, false},
		"an inline policy of denials goes":     {plan.DeleteRolePolicy{Old: denies}, true},
		"a policy that is attached":            {plan.AttachRolePolicy{New: both}, true},
		"a policy of denials that is attached": {plan.AttachRolePolicy{New: denies}, false},
		"a policy that is detached":            {plan.DetachRolePolicy{Old: both}, false},
		"a policy of denials that is detached": {plan.DetachRolePolicy{Old: denies}, true},
		"a policy of denials from a user":      {plan.DetachUserPolicy{Old: denies}, false},
		"a policy of denials from a group":     {plan.DetachGroupPolicy{Old: denies}, false},
		"a policy of denials from its roles":   {plan.WithdrawFromRole{Old: denies}, false},
		"a policy for a user":                  {plan.AttachUserPolicy{}, true},
		"a role for instances":                 {plan.AddRoleToInstanceProfile{}, true},
		"a service-linked role":                {plan.CreateServiceLinkedRole{}, true},
		"a version with more":                  {plan.CreatePolicyVersion{Old: denies, New: both}, true},
		"an old version goes":                  {plan.DeletePolicyVersion{}, false},
		"an unknown policy":                    {plan.CreatePolicy{Policy: iam.Policy{Document: "%7B"}}, true},
	} {
		t.Run(name, func(t *testing.T) {
			if got := c.op.Asks(given); got != c.asks {
				t.Errorf("%q asks: %v, want %v", c.op, got, c.asks)
			}
		})
	}
}
