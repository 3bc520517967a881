// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package plan_test

import (
	"testing"

	"github.com/ecsiam/ecs-iam-controller/internal/desired"
	"github.com/ecsiam/ecs-iam-controller/internal/iam"
	"github.com/ecsiam/ecs-iam-controller/internal/plan"
)

const (
	trustService = `{"Effect":"Allow","Principal":{"Service":"ecs-tasks.amazonaws.com"},"Action":"sts:AssumeRole"}`
	trustItself  = `{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111122223333:role/ecs/app"},` +
		`"Action":"sts:AssumeRole"}`
)

func TestARoleThatTrustsItselfIsCreatedWithoutThatAndGetsItLast(t *testing.T) {
	want := desired.Role{Role: iam.Role{
		Name: "app", Path: "/ecs/", Trust: `{"Version":"2012-10-17","Statement":[` + trustService + `,` + trustItself + `]}`,
		Attached: []string{"arn:aws:iam::aws:policy/ReadOnlyAccess"},
	}}
	steps := plan.Diff(want, iam.Observation{}, iam.DefaultQuotas()).Steps
	if len(steps) != 3 {
		t.Fatalf("%d steps, want 3: %v", len(steps), steps)
	}
	create, isCreate := steps[0].Op.(plan.CreateRole)
	last, isTrust := steps[2].Op.(plan.UpdateTrustPolicy)
	if !isCreate || !isTrust {
		t.Fatalf("steps are %v, want the role created first and its trust policy changed last", steps)
	}
	if only := `{"Version":"2012-10-17","Statement":[` + trustService + `]}`; create.Role.Trust != only {
		t.Errorf("created with %s, want %s", create.Role.Trust, only)
	}
	if last.New != want.Role.Trust {
		t.Errorf("changed to %s, want %s", last.New, want.Role.Trust)
	}
}
