// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package desired

import (
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/internal/authz"
)

var specPath = field.NewPath("spec")

// accountPath begins the paths of fields of the AWSAccount.
var accountPath = field.NewPath(v1alpha1.KindAWSAccount, "spec")

// base is what the builders of all kinds have: it replaces placeholders, checks what the kinds share, and collects
// field errors.
type base struct {
	namespace, accountID, partition string

	// account is the spec of the AWSAccount, the zero value for one without settings.
	account v1alpha1.AWSAccountSpec
	values  placeholders
	errs    field.ErrorList
	// findings are what checks say of the statements.
	findings []Finding
}

func newBase(at place) base {
	b := base{
		namespace: at.namespace, accountID: at.accountID, partition: at.partition, values: newPlaceholders(at),
	}
	if at.account != nil {
		b.account = at.account.Spec
	}
	return b
}

// refuse records that a field is wrong.
func (b *base) refuse(err *field.Error) { b.errs = append(b.errs, err) }

// refuseOnce records an error unless one was recorded for the field already, for something that holds it, or for
// something in it: later checks are coarser and would say the same in other words.
func (b *base) refuseOnce(err *field.Error) {
	said := func(e *field.Error) bool { return within(e.Field, err.Field) || within(err.Field, e.Field) }
	if !slices.ContainsFunc(b.errs, said) {
		b.refuse(err)
	}
}

// within reports whether one field path is another or lies below it.
func within(path, parent string) bool {
	rest, ok := strings.CutPrefix(path, parent)
	return ok && (rest == "" || rest[0] == '.' || rest[0] == '[')
}

// oneOf gives an enumerated value, or the default for an empty one.
func oneOf[T ~string](b *base, path *field.Path, value, fallback T, others ...T) T {
	if value == "" || value == fallback {
		return fallback
	}
	if !slices.Contains(others, value) {
		b.refuse(field.NotSupported(path, value, append([]T{fallback}, others...)))
	}
	return value
}

func plain[T ~string](list []T) []string {
	out := make([]string, len(list))
	for i, value := range list {
		out[i] = string(value)
	}
	return out
}

// refused keeps the finding for what a document is refused for.
func (b *base) refused(at *field.Path, f authz.Finding) {
	b.findings = append(b.findings, Finding{Field: at.String(), Finding: f})
}

// expanded replaces the placeholders of a field.
func (b *base) expanded(path *field.Path, text string) string {
	out, err := b.values.expand(text)
	if err != nil {
		b.refuse(field.Invalid(path, text, err.Error()))
	}
	return out
}

// expandAll replaces the placeholders in each value of a list.
func expandAll[T ~string](b *base, path *field.Path, list []T) []string {
	out := make([]string, 0, len(list))
	for i, value := range list {
		out = append(out, b.expanded(path.Index(i), string(value)))
	}
	return slices.Clip(out)
}
