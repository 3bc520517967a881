// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package guardrail

import (
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/internal/desired"
)

// Check returns what is wrong with the rules of an account, all of it. A rule that is malformed gives nothing.
func Check(account *v1alpha1.AWSAccountSpec) field.ErrorList {
	var errs field.ErrorList
	if account.Guardrails == nil {
		return nil
	}
	path := field.NewPath("spec", "guardrails")
	check := func(at *field.Path, pattern string, advice func(string) string) {
		if text := advice(pattern); pattern != "" && text != "" {
			errs = append(errs, field.Invalid(at, pattern, text))
		}
	}
	for i, rule := range account.Guardrails.Names {
		check(path.Child("names").Index(i).Child("namePattern"), string(rule.NamePattern), NamePatternAdvice)
	}
	check(path.Child("defaultNamePattern"), string(account.Guardrails.DefaultNamePattern),
		desired.DefaultNamePatternAdvice)
	check(path.Child("rolePath"), string(account.Guardrails.RolePath), desired.RolePathAdvice)
	if to := account.Guardrails.AttachTo; to != nil {
		for i, pattern := range to.Users {
			check(path.Child("attachTo", "users").Index(i), string(pattern), desired.AttachToAdvice)
		}
		for i, pattern := range to.Groups {
			check(path.Child("attachTo", "groups").Index(i), string(pattern), desired.AttachToAdvice)
		}
	}
	return append(errs, checkPermissions(account.Guardrails)...)
}
