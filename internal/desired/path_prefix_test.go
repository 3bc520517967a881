// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package desired_test

import (
	"testing"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/internal/desired"
)

func TestThePrefixOfRolePathsIsWhatAllNamespacesHaveInCommon(t *testing.T) {
	if got := desired.RolePathPrefix(&v1alpha1.AWSAccountSpec{}); got != "" {
		t.Errorf("got %q without guardrails, want none", got)
	}
	for pattern, want := range map[v1alpha1.RolePathPattern]string{
		"": "", "/": "", "/{namespace}/": "", "/ecs/": "/ecs/", "/ecs/{namespace}/": "/ecs/",
		"/ecs/team.{namespace}/x/": "/ecs/team.", "/ecs/{namespace}-x/": "",
	} {
		account := &v1alpha1.AWSAccountSpec{Guardrails: &v1alpha1.Guardrails{}}
		account.Guardrails.RolePath = pattern
		if got := desired.RolePathPrefix(account); got != want {
			t.Errorf("got %q for %q, want %q", got, pattern, want)
		}
	}
}
