// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package guardrail_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/internal/guardrail"
)

var arnInMessage = regexp.MustCompile(`arn:[^ ,;]+`)

// TestTheRuleThatARefusalAdvisesLetsTheStatementPass does what the message says: it writes the rule, and names the
// resources as advised.
func TestTheRuleThatARefusalAdvisesLetsTheStatementPass(t *testing.T) {
	for name, c := range map[string]struct{ action, resource, advised string }{
		"every role":        {"iam:PassRole", "*", "arn:{partition}:iam::{accountID}:role/{namespace}_*"},
		"the account's":     {"iam:PassRole", "arn:aws:iam::111122223333:role/*", "arn:{partition}:iam::111122223333:role/{namespace}_*"},
		"one role":          {"iam:PassRole", "arn:aws:iam::111122223333:role/billing", "arn:aws:iam::111122223333:role/billing"},
		"every bucket":      {"s3:PutBucketPolicy", "arn:aws:s3:::*", "arn:{partition}:s3:::{namespace}.*"},
		"every function":    {"lambda:AddPermission", "arn:aws:lambda:*:111122223333:function:*", "arn:{partition}:lambda:*:111122223333:function:{namespace}_*"},
		"keys by the dozen": {"kms:CreateGrant", "arn:aws:kms:*:111122223333:key/*", "arn:{partition}:kms:*:111122223333:key/{namespace}_*"},
	} {
		t.Run(name, func(t *testing.T) {
			message := guardrail.Messages(bounds(nil).Judge(role(allow(c.action, c.resource))))
			advice := message[strings.Index(message, c.resource)+len(c.resource):]
			if found := arnInMessage.FindString(advice); found != c.advised {
				t.Fatalf("%q advises %q, want %q", message, found, c.advised)
			}
			resource := strings.NewReplacer("{partition}", place.Partition, "{accountID}", place.AccountID,
				"{namespace}", place.Namespace).Replace(c.advised)
			ruled := bounds(guardrails(v1alpha1.PermissionGuardrails{Allow: []v1alpha1.PermissionRule{{
				Actions: []v1alpha1.ActionPattern{v1alpha1.ActionPattern(c.action)}, Resources: []v1alpha1.ResourcePattern{v1alpha1.ResourcePattern(c.advised)},
			}}}))
			passes(t, ruled.Judge(role(allow(c.action, resource))))
		})
	}
}

func TestAResourceOfAnUnknownKindIsAdvisedWithoutAnExample(t *testing.T) {
	for action, resource := range map[string]string{"iam:CreateUser": "*", "kms:CreateGrant": "arn:aws:kms:*:111122223333:*"} {
		message := guardrail.Messages(bounds(nil).Judge(role(allow(action, resource))))
		if !strings.Contains(message, "name the resources by ARNs, without a wildcard at the beginning of their name") ||
			strings.Contains(message, "such as") {
			t.Errorf("%s on %s: %s", action, resource, message)
		}
	}
}
