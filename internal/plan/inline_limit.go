// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package plan

import (
	"fmt"
	"strings"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/internal/desired"
	"github.com/ecsiam/ecs-iam-controller/internal/iam"
	"github.com/ecsiam/ecs-iam-controller/internal/policy"
)

// DiffInline is the part of Diff that changes inline policies, of a role that exists and is ours.
func DiffInline(want desired.Role, got iam.Observation, quotas iam.Quotas) Plan {
	if !standingsOf(want, got).role.Owned() {
		return Plan{}
	}
	inline := want.Role.InlinePolicies
	want.Role, want.Profile = *got.Role, nil
	want.Role.InlinePolicies = inline
	return Diff(want, got, quotas)
}

// InlineLimit holds back what is declared when it exceeds IAM's limit of all inline policies of a role together with
// those of others that stay, so that the message can say whose they are.
func InlineLimit(want desired.Role, got iam.Observation) Filter {
	total := 0
	for _, document := range want.Role.InlinePolicies {
		total += policy.Size([]byte(document))
	}
	var others []string
	if got.Role != nil {
		for _, name := range keys(got.Role.InlinePolicies) {
			document := policy.NewContent(got.Role.InlinePolicies[name])
			_, declared := want.Role.InlinePolicies[name]
			if !declared && keepsInline(want, name, document) {
				total += document.Size()
				others = append(others, name)
			}
		}
	}
	return func(op Operation) (bool, v1alpha1.Reason, string) {
		put, ok := op.(PutRolePolicy)
		if !ok || total <= iam.InlinePoliciesSize || len(others) == 0 {
			return true, "", ""
		}
		if _, declared := want.Role.InlinePolicies[put.Policy]; !declared {
			return true, "", ""
		}
		return false, v1alpha1.ReasonLimitExceeded, fmt.Sprintf("the inline policies of the role would have %d counted "+
			"characters together with %s, which others added, and IAM allows %d: remove those, shorten the statements, "+
			"or move some into an ECSPolicy", total, strings.Join(others, ", "), iam.InlinePoliciesSize)
	}
}
