// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package desired

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
