// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package guardrail

import "k8s.io/apimachinery/pkg/util/validation/field"

// Unattachable are the attachments of a policy to users and groups that the account does not allow.
func Unattachable(errs field.ErrorList) []Violation {
	list := make([]Violation, 0, len(errs))
	for _, err := range errs {
		list = append(list, Violation{
			Field: err.Field, Rule: guardrailsPath.Child("attachTo").String(), What: err.Detail,
			Passes: "what a pattern of the rule matches passes", Parts: []string{partAttachTo}, Unmade: true,
		})
	}
	return list
}
