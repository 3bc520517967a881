// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package policy_test

import (
	"testing"

	"github.com/ecsiam/ecs-iam-controller/internal/policy"
)

func TestAnActionIsCoveredWithoutRegardToCase(t *testing.T) {
	for _, c := range []struct {
		wide, narrow string
		want         bool
	}{
		{"s3:Get*", "S3:getObject*", true},
		{"s3:Get*", "s3:G*", false},
		{"iam:PassRole", "IAM:passrole", true},
		{"s3:?et*", "s3:Get*", true},
		{"s3:?*", "s3:*?", true},
		{"*", "newsvc:*", true},
	} {
		if got := policy.ActionTerm(c.wide).Covers(policy.ActionTerm(c.narrow)); got != c.want {
			t.Errorf("%s covers %s: %t, want %t", c.wide, c.narrow, got, c.want)
		}
	}
}

func TestAResourceIsCoveredFieldByField(t *testing.T) {
	for _, c := range []struct {
		wide, narrow string
		want         bool
	}{
		{"arn:aws:s3:::pay.*", "arn:aws:s3:::pay.data/*", true},
		{"arn:aws:s3:::pay.*", "arn:aws:s3:::pay.${aws:username}", true},
		{"arn:aws:s3:::pay.*/x", "arn:aws:s3:::pay.${aws:username}/x", false},
		{"arn:aws:sqs:*:1:pay.*", "arn:aws:sqs:eu-west-1:1:pay.q", true},
		{"arn:aws:sqs:*", "arn:aws:sqs:eu-west-1:1:q", false},
		{"arn:aws:sqs:*:1:q", "arn:aws:sqs:${aws:username}:1:q", false},
		{"arn:aws:s3:::Pay", "arn:aws:s3:::pay", false},
		{"arn:aws:s3:::*", "*", false},
		{"*", "arn:aws:s3:::x", true},
	} {
		if got := policy.ResourceTerm(c.wide).Covers(policy.ResourceTerm(c.narrow)); got != c.want {
			t.Errorf("%s covers %s: %t, want %t", c.wide, c.narrow, got, c.want)
		}
	}
}

func TestTermsMeetWhereATextMayMatchBoth(t *testing.T) {
	for _, c := range []struct {
		a, b policy.Term
		want bool
	}{
		{policy.ActionTerm("iam:*"), policy.ActionTerm("IAM:PassRole"), true},
		{policy.ActionTerm("iam:Get*"), policy.ActionTerm("iam:PassRole"), false},
		{policy.ActionTerm("*:PassRole"), policy.ActionTerm("iam:*"), true},
		{policy.ResourceTerm("arn:aws:iam::1:role/A*"), policy.ResourceTerm("arn:aws:iam::1:role/admin"), true},
		{policy.ResourceTerm("arn:aws:iam::1:role/${aws:username}"), policy.ResourceTerm("arn:aws:iam::1:role/x"), true},
		{policy.ResourceTerm("arn:aws:s3:::a/*"), policy.ResourceTerm("arn:aws:s3:::b/*"), false},
		{policy.ResourceTerm("arn:*"), policy.ResourceTerm("arn:aws:s3:::b/*"), true},
	} {
		if got := c.a.Meets(c.b); got != c.want {
			t.Errorf("%s meets %s: %t, want %t", c.a, c.b, got, c.want)
		}
	}
}

func TestAConditionIsDemandedOnlyWhereItCannotBeMissing(t *testing.T) {
	team := policy.Condition{"StringEquals": {"aws:ResourceTag/team": {"pay", "shop"}}}
	for name, c := range map[string]struct {
		has, required policy.Condition
		want          bool
	}{
		"the same":               {team, team, true},
		"fewer values":           {policy.Condition{"StringEquals": {"aws:resourcetag/Team": {"pay"}}}, team, true},
		"more values":            {policy.Condition{"StringEquals": {"aws:ResourceTag/team": {"pay", "x"}}}, team, false},
		"beside other keys":      {policy.Condition{"StringEquals": {"aws:ResourceTag/team": {"pay"}, "x:y": {"1"}}}, team, true},
		"IfExists":               {policy.Condition{"StringEqualsIfExists": {"aws:ResourceTag/team": {"pay"}}}, team, false},
		"ForAllValues":           {policy.Condition{"ForAllValues:StringEquals": {"aws:ResourceTag/team": {"pay"}}}, team, false},
		"another operator":       {policy.Condition{"StringLike": {"aws:ResourceTag/team": {"pay"}}}, team, false},
		"another key":            {policy.Condition{"StringEquals": {"aws:RequestTag/team": {"pay"}}}, team, false},
		"no values":              {policy.Condition{"StringEquals": {"aws:ResourceTag/team": {}}}, team, false},
		"none":                   {nil, team, false},
		"a variable for a value": {policy.Condition{"StringEquals": {"aws:ResourceTag/team": {"${aws:username}"}}}, team, false},
		"the other name":         {policy.Condition{"ArnEquals": {"ecs:cluster": {"arn:aws:ecs:*:1:cluster/a"}}}, policy.Condition{"ArnLike": {"ecs:cluster": {"arn:aws:ecs:*:1:cluster/*"}}}, true},
		"a narrower pattern":     {policy.Condition{"StringLike": {"k": {"pay-a*"}}}, policy.Condition{"StringLike": {"k": {"pay-*"}}}, true},
		"more refused":           {policy.Condition{"StringNotEquals": {"k": {"a", "b"}}}, policy.Condition{"StringNotEquals": {"k": {"a"}}}, true},
		"less refused":           {policy.Condition{"StringNotEquals": {"k": {"a"}}}, policy.Condition{"StringNotEquals": {"k": {"a", "b"}}}, false},
		"a narrower network":     {policy.Condition{"IpAddress": {"aws:SourceIp": {"10.0.0.0/16"}}}, policy.Condition{"IpAddress": {"aws:SourceIp": {"10.0.0.0/8"}}}, true},
		"nothing is required":    {nil, nil, true},
		"IfExists, even if so required": {
			policy.Condition{"BoolIfExists": {"k": {"true"}}}, policy.Condition{"BoolIfExists": {"k": {"true"}}}, false,
		},
	} {
		t.Run(name, func(t *testing.T) {
			if got := (&policy.Statement{Condition: c.has}).Demands(c.required); got != c.want {
				t.Errorf("got %t, want %t", got, c.want)
			}
		})
	}
}
