// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package guardrail_test

import (
	"fmt"
	"testing"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/internal/policy"
)

// A document as long as IAM takes, all of it allowed by the last of as many rules as an account may have.
func BenchmarkJudgingALongDocument(b *testing.B) {
	doc := &policy.Document{Version: policy.Version2012}
	for i := 0; policy.Size(doc.Render()) < 10_000; i++ {
		doc.Statements = append(doc.Statements, policy.Statement{
			Effect: policy.Allow, Actions: []string{"s3:GetObject", "s3:GetObjectVersion"},
			Resources: []string{fmt.Sprintf("arn:aws:s3:::payments.data-%d/*", i), "arn:aws:s3:::payments.shared/x*"},
		})
	}
	var rules []v1alpha1.PermissionRule
	for i := range 50 {
		rules = append(rules, v1alpha1.PermissionRule{
			Actions:   []v1alpha1.ActionPattern{"dynamodb:Get*", "s3:Get*", "sqs:Send*"},
			Resources: []v1alpha1.ResourcePattern{v1alpha1.ResourcePattern(fmt.Sprintf("arn:aws:s3:::team%d.*", i))},
		})
	}
	rules[49].Resources = []v1alpha1.ResourcePattern{"arn:aws:s3:::payments.*"}
	judge := bounds(guardrails(v1alpha1.PermissionGuardrails{Allow: rules}))
	r := role(policy.ContentOf(doc))
	if list := judge.Judge(r); len(list) > 0 {
		b.Fatal(list[0])
	}
	b.ReportMetric(float64(policy.Size(doc.Render())), "characters")
	for b.Loop() {
		judge.Judge(r)
	}
}
