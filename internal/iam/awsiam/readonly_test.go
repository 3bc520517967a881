// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package awsiam_test

import (
	"strings"
	"testing"

	"github.com/ecsiam/ecs-iam-controller/internal/iam"
	"github.com/ecsiam/ecs-iam-controller/internal/iam/awsiam"
)

func TestACallThatWritesIsNotSentWithAConfigurationForReading(t *testing.T) {
	sim := newSim(t)
	reader := awsiam.New(awsiam.ReadOnly(config(sim.URL())), awsiam.Options{RateLimit: fast})
	if _, _, err := reader.CreateRole(t.Context(), iam.Role{Name: "new", Path: "/", Trust: trust}); err == nil {
		t.Error("a role was created")
	}
	_, err := reader.CreateServiceLinkedRole(t.Context(), "ecs.amazonaws.com", "")
	if err == nil || strings.Contains(err.Error(), "Unavailable") {
		t.Errorf("a service-linked role was created, or the error is %v", err)
	}
	if len(sim.Calls()) > 0 {
		t.Errorf("calls were sent: %v", sim.Calls())
	}
	if _, err := reader.Identity(t.Context()); err != nil {
		t.Errorf("reading is refused: %v", err)
	}
}
