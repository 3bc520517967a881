// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package awsiam_test

import (
	"context"
	"strings"
	"testing"

	"github.com/ecsiam/ecs-iam-controller/internal/iam"
	"github.com/ecsiam/ecs-iam-controller/internal/iam/awsiam"
)

func TestEachCallNamesTheManifestInItsUserAgent(t *testing.T) {
	for name, tc := range map[string]struct {
		with func(context.Context) context.Context
		want string
	}{
		"an object of a namespace": {
			func(ctx context.Context) context.Context {
				return iam.WithObject(ctx, "ECSRole", "payments", "checkout.v2")
			},
			" ecs-iam-controller/v0.1.0 ECSRole/payments/checkout.v2",
		},
		"an object of the cluster": {
			func(ctx context.Context) context.Context { return iam.WithObject(ctx, "AWSAccount", "", "production") },
			" ecs-iam-controller/v0.1.0 AWSAccount/production",
		},
		"no object": {
			func(ctx context.Context) context.Context { return ctx },
			" ecs-iam-controller/v0.1.0",
		},
		"characters that a header does not allow": {
			func(ctx context.Context) context.Context {
				return iam.WithObject(ctx, "ECSRole", "a b", "c\r\nX: (é)/")
			},
			" ecs-iam-controller/v0.1.0 ECSRole/a-b/c--X------",
		},
	} {
		t.Run(name, func(t *testing.T) {
			sim := newSim(t)
			a := awsiam.New(config(sim.URL()), awsiam.Options{RateLimit: fast, Version: "v0.1.0"})
			ctx := tc.with(t.Context())
			_, err := a.Observe(ctx, iam.Query{RoleName: "absent", ProfileName: "absent"})
			must(t, err)
			_, err = a.Identity(ctx)
			must(t, err)
			for _, call := range sim.Calls() {
				if !strings.HasPrefix(call.UserAgent, "aws-sdk-go-v2/") || !strings.HasSuffix(call.UserAgent, tc.want) {
					t.Errorf("user agent of %s is %q, want the SDK's, then %q", call.Action, call.UserAgent, tc.want)
				}
			}
			if len(sim.Calls()) != 3 {
				t.Errorf("%d calls, want 3", len(sim.Calls()))
			}
		})
	}
}
