// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package desired

import (
	"fmt"
	"unicode"
	"unicode/utf8"

	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/ecsiam/ecs-iam-controller/internal/lazyregexp"
)

// IAM's limits of a role's description, in characters, and of its sessions, in seconds.
const (
	descriptionLength     = 1000
	defaultSessionSeconds = 3600
	minSessionSeconds     = 3600
	maxSessionSeconds     = 43200
)

// descriptionText is IAM's pattern of the parameter Description of roles.
var descriptionText = lazyregexp.New(`^[\t\n\r\x20-\x7E\x{A1}-\x{FF}]*$`)

func (b *builder) description() string { return b.checkedDescription(b.spec.Description) }

func (b *base) checkedDescription(text string) string {
	path := specPath.Child("description")
	if n := utf8.RuneCountInString(text); n > descriptionLength {
		b.refuse(field.Invalid(path, field.OmitValueType{}, fmt.Sprintf(
			"is %d characters long, IAM's limit is %d: shorten it", n, descriptionLength)))
	} else if !descriptionText.MatchString(text) {
		b.refuse(field.Invalid(path, text, descriptionAdvice(text)))
	}
	return text
}

// descriptionAdvice names the first character that IAM does not take.
func descriptionAdvice(text string) string {
	for _, r := range text {
		switch {
		case descriptionText.MatchString(string(r)):
		case unicode.IsControl(r) || r == '\u00a0':
			return fmt.Sprintf("holds the character %U, which does not print and which IAM does not take: remove it", r)
		default:
			return fmt.Sprintf("holds %q, and IAM takes only Latin-1 characters in a description: replace curly quotes, dashes "+
				"and the like", r)
		}
	}
	return ""
}

func (b *builder) maxSession() int32 {
	seconds := b.spec.MaxSessionDurationSeconds
	if seconds == 0 {
		return defaultSessionSeconds
	}
	if seconds < minSessionSeconds || seconds > maxSessionSeconds {
		b.refuse(field.Invalid(specPath.Child("maxSessionDurationSeconds"), seconds, fmt.Sprintf(
			"IAM takes %d (one hour) to %d (twelve hours) seconds: choose a value between them",
			minSessionSeconds, maxSessionSeconds)))
	}
	return seconds
}

func (b *builder) ignore() Ignore {
	if b.spec.Ignore == nil {
		return Ignore{}
	}
	return Ignore{
		Tags:              plain(b.spec.Ignore.Tags),
		InlinePolicies:    plain(b.spec.Ignore.InlinePolicies),
		ManagedPolicyARNs: expandAll(&b.base, specPath.Child("ignore", "managedPolicyARNs"), b.spec.Ignore.ManagedPolicyARNs),
	}
}
