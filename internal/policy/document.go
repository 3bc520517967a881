// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

// Package policy holds IAM policy documents: parsing with exact errors, validation by IAM's grammar, rendering, the
// canonical form with its hash, equality, a readable difference, and the size that IAM counts. It is pure: standard
// library only, no clock, no network. Every function is total, whatever bytes or documents it is given.
package policy

// Versions of the policy language. A document without a version is of [Version2008], in which policy variables such
// as ${aws:username} are plain text.
const (
	Version2008 = "2008-10-17"
	Version2012 = "2012-10-17"
)

// Effect is what a statement does to a request that it matches; IAM takes the two values in exactly this case.
type Effect string

// The effects of the grammar.
const (
	Allow Effect = "Allow"
	Deny  Effect = "Deny"
)

// Document is an IAM policy document. An empty Version or ID is an absent one.
type Document struct {
	Version    string
	ID         string
	Statements []Statement
}

// Statement is one statement of a document. An empty list is an absent element, whatever the element.
type Statement struct {
	Sid          string
	Effect       Effect
	Principal    *Principal
	NotPrincipal *Principal
	Actions      []string
	NotActions   []string
	Resources    []string
	NotResources []string
	Condition    Condition
}

// Principal is the principal element of a statement; nil is an absent one. The bare "*" is AWS ["*"].
type Principal struct {
	AWS           []string
	Service       []string
	Federated     []string
	CanonicalUser []string
}

// Condition maps operator to condition key to values. Operators and keys are all to hold, values are alternatives.
type Condition map[string]map[string][]string

// OnlyDenies reports whether the document holds statements and each of them denies. It is false for nil.
func (d *Document) OnlyDenies() bool {
	if d == nil || len(d.Statements) == 0 {
		return false
	}
	for i := range d.Statements {
		if d.Statements[i].Effect != Deny {
			return false
		}
	}
	return true
}
