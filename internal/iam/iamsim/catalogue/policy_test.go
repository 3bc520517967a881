// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package catalogue_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/ecsiam/ecs-iam-controller/internal/iam/iamsim/catalogue"
)

func TestEveryPolicyHasADocumentAndADate(t *testing.T) {
	policies := catalogue.Policies("aws")
	for arn, policy := range policies {
		if !json.Valid([]byte(policy.Document())) {
			t.Errorf("%s has no document in JSON", arn)
		}
		if policy.Updated.IsZero() {
			t.Errorf("%s has no date", arn)
		}
	}
	if len(policies) < 40 {
		t.Errorf("got %d policies, want each of the table under an ARN of its own", len(policies))
	}
}

func TestDocumentsNameThePartition(t *testing.T) {
	for arn, policy := range catalogue.Policies("aws-cn") {
		if strings.Contains(policy.Document(), "arn:aws:") {
			t.Errorf("%s names partition aws", arn)
		}
	}
}

func TestEveryServiceLinkedRoleHasItsPolicy(t *testing.T) {
	policies := catalogue.Policies("aws")
	for service, role := range catalogue.ServiceLinkedRoles {
		if _, ok := policies["arn:aws:iam::aws:policy/aws-service-role/"+role.Policy]; !ok {
			t.Errorf("%s: the policy %s is missing", service, role.Policy)
		}
	}
}

func TestServicesAreKnownByNameRegionAndPartition(t *testing.T) {
	for _, c := range []struct {
		principal, partition string
		want                 bool
	}{
		{"ecs-tasks.amazonaws.com", "aws", true},
		{"ecs-tasks.amazonaws.com.cn", "aws-cn", false},
		{"ecs-taskz.amazonaws.com", "aws", false},
		{"ec2.amazonaws.com.cn", "aws-cn", true},
		{"ec2.amazonaws.com.cn", "aws", false},
		{"codedeploy.us-gov-west-1.amazonaws.com", "aws-us-gov", true},
		{"codedeploy.cn-north-1.amazonaws.com.cn", "aws-cn", true},
		{"ecs.application-autoscaling.amazonaws.com", "aws", true},
		{"ecs-tasks.example.com", "aws", false},
		{"ecs.amazonaws.cn", "aws-cn", false},
		{"amazonaws.com", "aws", false},
	} {
		if got := catalogue.IsServicePrincipal(c.principal, c.partition); got != c.want {
			t.Errorf("IsServicePrincipal(%s, %s) = %t, want %t", c.principal, c.partition, got, c.want)
		}
	}
}
