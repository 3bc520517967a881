// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package desired

import (
	"strings"

	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/internal/authz"
	"github.com/ecsiam/ecs-iam-controller/internal/policy"
)

// Finding is what a check says of a field of an object.
type Finding struct {
	// Field is the path of the field, such as spec.statements[0].actions[1].
	Field string
	authz.Finding
}

// Findings are those of a role's statements, also when its spec is refused. spec.checks is not obeyed.
func Findings(in Inputs) []Finding {
	b := newBuilder(in)
	b.build()
	return b.findings
}

// PolicyFindings are those of a policy's statements, also when its spec is refused. spec.checks is not obeyed.
func PolicyFindings(in PolicyInputs) []Finding {
	b := newPolicyBuilder(in)
	b.buildPolicy()
	return b.findings
}

// Warnings are findings as they stand in a status. An error is one of a reviewer: in the controller it stops nothing,
// because its data may be older than an action of AWS.
func Warnings(findings []Finding) []v1alpha1.Warning {
	warnings := make([]v1alpha1.Warning, len(findings))
	for i := range findings {
		warnings[i] = v1alpha1.Warning{
			Code: findings[i].Code, Field: findings[i].Field, Message: findings[i].Message(),
		}
	}
	return warnings
}

// find checks a document of which some statements, from the index first on, are the object's own. The others, which are
// ours, only count for what they allow.
func (b *base) find(doc *policy.Document, kind policy.Kind, first, own int, path *field.Path) {
	for _, f := range authz.Check(doc, kind) {
		if i := f.Statement - first; i >= 0 && i < own {
			at := problemPath(path.Index(i), f.Problem(), &doc.Statements[f.Statement])
			b.findings = append(b.findings, Finding{Field: at.String(), Finding: f})
		}
	}
}

// refused keeps the finding for what a document is refused for.
func (b *base) refused(at *field.Path, f authz.Finding) {
	b.findings = append(b.findings, Finding{Field: at.String(), Finding: f})
}

// executionPolicy is the name of AWS's policy for task execution roles.
const executionPolicy = ":policy/service-role/AmazonECSTaskExecutionRolePolicy"

// shared speaks of one role for the containers of a task and for the agent that starts them.
func (b *builder) shared(attached []string) v1alpha1.Warning {
	if b.spec.Type != v1alpha1.RoleTypeTask {
		return v1alpha1.Warning{}
	}
	for _, arn := range attached {
		if strings.HasSuffix(arn, executionPolicy) {
			return warning(v1alpha1.WarningSharedRole, "spec.managedPolicies",
				"the policy is for task execution roles: containers with this task role may pull every image and write every "+
					"log; declare a role of type %s, and remove the policy here", v1alpha1.RoleTypeTaskExecution)
		}
	}
	return v1alpha1.Warning{}
}
