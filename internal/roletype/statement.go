// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package roletype

import (
	"slices"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/internal/policy"
)

// sid names a statement that the controller makes.
func sid(name string) string { return v1alpha1.ReservedSidPrefix + name }

// allow is a statement that allows actions on resources.
func allow(sid string, resources []string, actions ...string) policy.Statement {
	return policy.Statement{Sid: sid, Effect: policy.Allow, Actions: actions, Resources: resources}
}

// present drops the statements without resources: what a grant does not list it does not allow.
func present(statements ...policy.Statement) []policy.Statement {
	return slices.DeleteFunc(statements, func(st policy.Statement) bool { return len(st.Resources) == 0 })
}

// anything is the resource of actions without resource-level permissions.
var anything = []string{"*"}

// texts are the values as plain text, each once.
func texts[T ~string](list []T) []string {
	var out []string
	for _, value := range list {
		if !slices.Contains(out, string(value)) {
			out = append(out, string(value))
		}
	}
	return out
}
