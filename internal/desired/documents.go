// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package desired

import (
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/ecsiam/ecs-iam-controller/internal/authz"
	"github.com/ecsiam/ecs-iam-controller/internal/iam"
	"github.com/ecsiam/ecs-iam-controller/internal/policy"
)

// find checks a document of which some statements, from the index first on, are the object's own. The others, which are
// ours, only count for what they allow.
//
// A document that is far too long is refused for its size alone.
func (b *base) find(doc *policy.Document, kind policy.Kind, first, own int, path *field.Path) {
	if farTooLong(doc) {
		return
	}
	for _, f := range authz.Check(doc, kind) {
		if i := f.Statement - first; i >= 0 && i < own {
			at := problemPath(path.Index(i), f.Problem(), &doc.Statements[f.Statement])
			b.findings = append(b.findings, Finding{Field: at.String(), Finding: f})
		}
	}
}

// checkedSize is how many counted characters a document may have to be looked through: twice as many as the largest
// that IAM takes, so that one which is somewhat too long is checked too.
const checkedSize = 2 * iam.InlinePoliciesSize

// farTooLong reports whether a document is so far beyond every size that IAM takes that nothing else is said of it. An
// object holds a hundred times as much, and the checks hold each pattern against all the actions of its service,
// against the others, and what they find against what was found: minutes of work for who may write one object.
func farTooLong(doc *policy.Document) bool { return policy.Size(doc.Render()) > checkedSize }

// checkDocument reports what IAM would refuse in a document, at the field that locate gives. The document may be partly
// unreadable; what has been reported of a field is not said twice.
func (b *base) checkDocument(doc *policy.Document, kind policy.Kind, locate func(policy.Problem) *field.Path) {
	if farTooLong(doc) {
		return
	}
	for _, problem := range doc.Validate(kind) {
		b.refused(locate(problem), authz.Refused(problem))
		b.refuseOnce(field.Invalid(locate(problem), field.OmitValueType{}, problem.Message))
	}
	b.checkPartitions(doc, locate)
}
