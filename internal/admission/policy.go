// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package admission

import (
	"fmt"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/internal/desired"
	"github.com/ecsiam/ecs-iam-controller/internal/guardrail"
	"github.com/ecsiam/ecs-iam-controller/internal/policy"
)

// Policy judges an ECSPolicy. The stored one is nil when it is created.
func Policy(object, stored *v1alpha1.ECSPolicy, s Surroundings) Verdict {
	return judge(object, stored, s, policyAlone, policyAmong)
}

func policyAlone(object *v1alpha1.ECSPolicy, s Surroundings) (problems []problem, warnings []string) {
	return inBest(worlds(&object.Spec, s), func(w world) ([]problem, []string) {
		in := desired.PolicyInputs{
			Policy: object, Account: attachesAnywhere(), AccountID: w.accountID, Partition: w.partition, Region: w.region,
			ClusterID: clusterID,
		}
		_, err := desired.BuildPolicy(in)
		return withFindings(problemsOf(err), desired.PolicyFindings(in), object.Spec.Checks)
	})
}

// attachesAnywhere is an account whose users and groups are open to every policy.
func attachesAnywhere() *v1alpha1.AWSAccount {
	return &v1alpha1.AWSAccount{Spec: v1alpha1.AWSAccountSpec{Guardrails: &v1alpha1.Guardrails{
		AttachTo: &v1alpha1.AttachToGuardrail{
			Users: []v1alpha1.EntityNamePattern{"*"}, Groups: []v1alpha1.EntityNamePattern{"*"},
		},
	}}}
}

func policyAmong(object *v1alpha1.ECSPolicy, s Surroundings, known []problem) []string {
	if s.Account == nil || s.Account.Spec.AccountID == "" {
		return []string{missingAccount(object.SharedSpec().AccountName)}
	}
	in := desired.PolicyInputs{
		Policy: object, Account: s.Account, AccountID: s.Account.Spec.AccountID, Partition: s.partition(),
		Region: s.region(), ClusterID: clusterID,
	}
	built, err := desired.BuildPolicy(in)
	warnings := append(s.closed(), elsewhere(problemsOf(err), known)...)
	warnings = append(warnings, guardrail.Place{Names: guardrail.PolicyNames(object, s.Account)}.Outside(s.Account)...)
	if err != nil {
		return warnings
	}
	violations := append(s.bounds(object.Namespace).JudgePolicy(s.judgedPolicy(in, built)),
		guardrail.Unattachable(built.Forbidden)...)
	return append(warnings, texts(violations)...)
}

// judgedPolicy is the policy as it is declared.
func (s Surroundings) judgedPolicy(in desired.PolicyInputs, built desired.Policy) guardrail.Policy {
	spec := &in.Policy.Spec
	judged := guardrail.Policy{
		Document: guardrail.Document{
			Field: "spec.statements", Content: policy.NewContent(built.Policy.Document),
			At: func(i int) string { return fmt.Sprintf("spec.statements[%d]", i) },
		},
		Users: built.Policy.Users, Groups: built.Policy.Groups, Tags: declaredTags(built.Policy.Tags, spec.Tags),
		DeletionPolicy: spec.DeletionPolicy, Passes: among(s.ownRoles(in.Policy.Spec.AccountRef, nil)),
	}
	if spec.Ignore != nil {
		judged.IgnoredAttachments, judged.IgnoredTags = plain(spec.Ignore.Attachments), plain(spec.Ignore.Tags)
	}
	return judged
}

func plain[T ~string](list []T) []string {
	texts := make([]string, len(list))
	for i, text := range list {
		texts[i] = string(text)
	}
	return texts
}
