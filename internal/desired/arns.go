// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package desired

import (
	"regexp"
	"strings"

	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/ecsiam/ecs-iam-controller/internal/roletype"
)

// roleForm is the ARN of one role. A variable of IAM would be replaced only when AWS judges a request, by what the
// caller's tags say.
var roleForm = roletype.ARNForm{
	Pattern: regexp.MustCompile(`^arn:[^:*?]+:iam::[0-9]+:role/[^*?${}]+$`), Own: true,
	Advice: "the ARN of one role looks like arn:{partition}:iam::{accountID}:role/{namespace}_name and has neither " +
		"wildcards nor variables",
}

// arn replaces the placeholders of an ARN and refuses what is none of the form. It is empty beside an error.
func (b *base) arn(path *field.Path, raw string, form roletype.ARNForm) string {
	text := b.expanded(path, raw)
	if advice := b.arnAdvice(text, form); advice != "" {
		b.refuseOnce(field.Invalid(path, raw, advice))
		return ""
	}
	return text
}

func (b *base) arnAdvice(text string, form roletype.ARNForm) string {
	if !form.Pattern.MatchString(text) {
		return form.Advice
	}
	if advice := b.partitionAdvice(text); advice != "" {
		return advice
	}
	if parts := strings.SplitN(text, ":", 6); form.Own && !Matches(parts[4], b.accountID) {
		return "is of another account, which must be the role's own: write {accountID}"
	}
	return ""
}
