// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package guardrail

import (
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
)

// Check returns what is wrong with the rules of an account, all of it. A rule that is malformed gives nothing.
func Check(account *v1alpha1.AWSAccountSpec) field.ErrorList {
	var errs field.ErrorList
	if account.Guardrails == nil {
		return nil
	}
	path := field.NewPath("spec", "guardrails", "names")
	for i, rule := range account.Guardrails.Names {
		if advice := NamePatternAdvice(string(rule.NamePattern)); advice != "" {
			errs = append(errs, field.Invalid(path.Index(i).Child("namePattern"), string(rule.NamePattern), advice))
		}
	}
	return errs
}
