// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package plan

import (
	"cmp"
	"fmt"
	"slices"
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

// AttachmentLimit holds back attachments while the role would have more managed policies than the account allows, so
// that the message can say what takes the places.
func AttachmentLimit(want desired.Role, got iam.Observation, quotas iam.Quotas) Filter {
	kept := sortedSet(want.Role.Attached)
	declared := len(kept)
	if got.Role != nil {
		for _, arn := range sortedSet(got.Role.Attached) {
			deny := policy.NewContent(got.PolicyDocuments[arn]).OnlyDenies()
			if !slices.Contains(kept, arn) && (deny || desired.MatchesAny(want.Ignore.ManagedPolicyARNs, arn)) {
				kept = append(kept, arn)
			}
		}
	}
	others := make([]string, 0, len(kept)-declared)
	for _, arn := range kept[declared:] {
		others = append(others, policyName(arn))
	}
	return func(op Operation) (bool, v1alpha1.Reason, string) {
		_, attaches := op.(AttachRolePolicy)
		limit := quotas.AttachedPoliciesPerRole
		if !attaches || limit <= 0 || len(kept) <= limit {
			return true, "", ""
		}
		message := fmt.Sprintf("the role would have %d managed policies, and the account allows %d (quota "+
			"\"Managed policies attached to an IAM role\"): %d are declared", len(kept), limit, declared)
		if len(others) > 0 {
			message += ", and others attached " + strings.Join(others, ", ")
		}
		return false, v1alpha1.ReasonLimitExceeded, message + "; declare fewer, or have AWS raise the quota"
	}
}

// TrustLimit holds back a trust policy that is longer than the account allows, so that the message can say whose
// denials take the room.
func TrustLimit(want desired.Role, got iam.Observation, quotas iam.Quotas) Filter {
	return func(op Operation) (bool, v1alpha1.Reason, string) {
		update, ok := op.(UpdateTrustPolicy)
		size := policy.Size([]byte(update.New))
		if !ok || quotas.TrustPolicySize <= 0 || size <= quotas.TrustPolicySize || got.Role == nil {
			return true, "", ""
		}
		message := fmt.Sprintf("the trust policy would have %d counted characters, and the account allows %d (quota "+
			"\"Role trust policy length\")", size, quotas.TrustPolicySize)
		var sids []string
		for _, c := range trustOf(want, got, quotas).foreign {
			sids = append(sids, cmp.Or(c.Sid, "one without a Sid"))
		}
		if len(sids) > 0 {
			message += "; Deny statements that others added take some of the room: " + strings.Join(sids, ", ") +
				"; remove those that are not needed"
		}
		return false, v1alpha1.ReasonLimitExceeded, message + "; shorten spec.trust, or have AWS raise the quota"
	}
}
