// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package plan

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/internal/iam"
	"github.com/ecsiam/ecs-iam-controller/internal/policy"
)

// limits are the calls that a limit of IAM or a quota of the account is known to refuse, each with a message that says
// what takes the room. They are judged by what the role would have in the end. The limit of tags is apart, because no
// permission waits for them.
func (u *updating) limits() []Filter {
	return []Filter{u.inlineLimit(), u.attachmentLimit(), u.trustLimit()}
}

// inlineLimit counts what is declared together with the policies of others that stay.
func (u *updating) inlineLimit() Filter {
	total, declared := 0, u.want.Role.InlinePolicies
	for _, document := range declared {
		total += policy.Size([]byte(document))
	}
	var others []string
	for _, name := range keys(u.role.InlinePolicies) {
		if _, ours := declared[name]; !ours && keepsInline(u.want, name, u.inline[name]) {
			total += u.inline[name].Size()
			others = append(others, name)
		}
	}
	return exceeding(total > iam.InlinePoliciesSize, func(op Operation) bool {
		put, ok := op.(PutRolePolicy)
		_, ours := declared[put.Policy]
		return ok && ours
	}, func() string {
		message := fmt.Sprintf("the inline policies of the role would have %d counted characters", total)
		if len(others) > 0 {
			message += " together with " + strings.Join(others, ", ") + ", which others added"
		}
		message += fmt.Sprintf(", and IAM allows %d: ", iam.InlinePoliciesSize)
		if len(others) > 0 {
			message += "remove those, "
		}
		return message + "shorten the statements, or move some into an ECSPolicy"
	})
}

// attachmentLimit counts what is declared together with what is attached and stays.
func (u *updating) attachmentLimit() Filter {
	declared, limit := len(sortedSet(u.want.Role.Attached)), u.quotas.AttachedPoliciesPerRole
	stay := slices.DeleteFunc(sortedSet(u.role.Attached), func(arn string) bool {
		return slices.Contains(u.want.Role.Attached, arn) || slices.Contains(u.attach.leave, arn) && !u.unreadable[arn]
	})
	total := declared + len(stay)
	return exceeding(limit > 0 && total > limit, func(op Operation) bool {
		_, ok := op.(AttachRolePolicy)
		return ok
	}, func() string {
		message := fmt.Sprintf("the role would have %d managed policies, and the account allows %d (quota "+
			"\"Managed policies per role\"): %d are declared", total, limit, declared)
		if len(stay) > 0 {
			message += ", and others attached " + strings.Join(policyNames(stay), ", ")
		}
		return message + "; declare fewer, detach what is not needed, or have AWS raise the quota"
	})
}

func policyNames(arns []string) []string {
	names := make([]string, 0, len(arns))
	for _, arn := range arns {
		names = append(names, policyName(arn))
	}
	return names
}

// trustLimit counts what is declared together with the denials of others that stay.
func (u *updating) trustLimit() Filter {
	size, limit := u.trust.target.Size(), u.quotas.TrustPolicySize
	return exceeding(limit > 0 && size > limit, func(op Operation) bool {
		return policy.Size([]byte(op.Trust())) > limit
	}, func() string {
		message := fmt.Sprintf("the trust policy would have %d counted characters, and the account allows %d (quota "+
			"\"Role trust policy length\")", size, limit)
		sids := make([]string, 0, len(u.trust.foreign))
		for _, c := range u.trust.foreign {
			sids = append(sids, cmp.Or(c.Sid, "one without a Sid"))
		}
		if len(sids) > 0 {
			message += "; Deny statements that others added take some of the room: " + strings.Join(sids, ", ") +
				"; remove those that are not needed"
		}
		return message + "; shorten spec.trust, or have AWS raise the quota"
	})
}

func (u *updating) tagLimit() Filter {
	return tagsDiff(u.want.Role.Tags, u.role.Tags, u.want.Ignore, true).limit("the role", func(op Operation) bool {
		_, ok := op.(TagRole)
		return ok
	})
}

// limit counts the tags that are declared together with those that stay.
func (c tagChange) limit(entity string, sets func(Operation) bool) Filter {
	total := c.declared + len(c.stay)
	return exceeding(total > iam.TagsPerRole, sets, func() string {
		return fmt.Sprintf("%s would have %d tags, and IAM allows %d: %d are declared, and others set %s; declare fewer, "+
			"or remove what is not needed", entity, total, iam.TagsPerRole, c.declared, strings.Join(c.stay, ", "))
	})
}

// exceeding holds back the operations that a limit refuses, if it does.
func exceeding(exceeds bool, refused func(Operation) bool, message func() string) Filter {
	return func(op Operation) (bool, v1alpha1.Reason, string) {
		if !exceeds || !refused(op) {
			return true, "", ""
		}
		return false, v1alpha1.ReasonLimitExceeded, message()
	}
}
