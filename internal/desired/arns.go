// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package desired

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/ecsiam/ecs-iam-controller/internal/iam"
	"github.com/ecsiam/ecs-iam-controller/internal/lazyregexp"
	"github.com/ecsiam/ecs-iam-controller/internal/roletype"
)

// roleForm is the ARN of one role. A variable of IAM would be replaced only when AWS judges a request, by what the
// caller's tags say.
var roleForm = roletype.ARNForm{
	Pattern: lazyregexp.New(`^arn:[^:*?]+:iam::[0-9]+:role/[^*?${}]+$`), Own: true,
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

// IAM's limits of an ARN, in characters.
const (
	minARNLength = 20
	maxARNLength = 2048
)

// policyARN replaces placeholders and refuses what is not the ARN of a managed policy that the account can use.
func (b *base) policyARN(path *field.Path, raw string) string {
	if raw == "" {
		b.refuse(field.Required(path, policyARNForm))
		return ""
	}
	arn := b.expanded(path, raw)
	if advice := b.policyARNAdvice(arn); advice != "" {
		b.refuseOnce(field.Invalid(path, raw, advice))
	}
	return arn
}

// policyResource is IAM's pattern of the path and name of a managed policy.
var policyResource = lazyregexp.New(`^policy/([A-Za-z0-9.,+@=_-]+/)*[\w+=,.@-]+$`)

const policyARNForm = "the ARN of a managed policy looks like arn:{partition}:iam::{accountID}:policy/name, or " +
	"arn:{partition}:iam::aws:policy/name for AWS's own"

func (b *base) policyARNAdvice(arn string) string {
	parts := strings.SplitN(arn, ":", 6)
	n := utf8.RuneCountInString(arn)
	switch {
	case len(parts) < 6 || !strings.HasPrefix(parts[5], "policy/") || parts[5] == "policy/" || parts[0] != "arn" ||
		parts[2] != "iam" || parts[3] != "":
		return policyARNForm
	case n < minARNLength || n > maxARNLength:
		return fmt.Sprintf("is %d characters long, the ARN of a policy has %d to %d", n, minARNLength, maxARNLength)
	case tooLong(parts[5]) != "":
		return tooLong(parts[5])
	case !policyResource.MatchString(parts[5]):
		return "path and name of a policy hold letters, digits and _+=,.@- between single slashes, without wildcards, " +
			"variables and spaces: name one policy"
	case parts[1] != b.partition:
		return fmt.Sprintf("is an ARN of partition %s, the account is in %s: write arn:{partition}:iam::…",
			parts[1], b.partition)
	case parts[4] != "aws" && parts[4] != b.accountID:
		return "is a policy of another account, a role can use only policies of its own account and of AWS: " +
			"write {accountID}, or aws for AWS's own"
	case hasPrefixFold(parts[5], "policy/aws-service-role/"):
		return "is a policy of a service-linked role, which IAM attaches to no other role: copy what is needed to " +
			"spec.statements"
	}
	return ""
}

// tooLong says that the name or the path in a policy's ARN is longer than IAM's are, or nothing.
func tooLong(resource string) string {
	resource = strings.TrimPrefix(resource, "policy")
	slash := strings.LastIndexByte(resource, '/') + 1
	switch path, name := utf8.RuneCountInString(resource[:slash]), utf8.RuneCountInString(resource[slash:]); {
	case name > iam.PolicyNameLength:
		return fmt.Sprintf("its name is %d characters long, that of a policy has at most %d", name, iam.PolicyNameLength)
	case path > pathLength:
		return fmt.Sprintf("its path is %d characters long, that of a policy has at most %d", path, pathLength)
	}
	return ""
}
