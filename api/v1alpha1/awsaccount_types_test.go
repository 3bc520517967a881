// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package v1alpha1_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
)

func TestEffectiveSettingsAreThoseOfTheSpecOrTheDefaults(t *testing.T) {
	cases := map[string]struct {
		spec v1alpha1.AWSAccountSpec
		want v1alpha1.EffectiveSettings
	}{
		"nothing set": {v1alpha1.AWSAccountSpec{}, v1alpha1.EffectiveSettings{
			ResyncIntervalSeconds: 600, RateLimit: v1alpha1.RateLimit{QPS: 50, Burst: 100},
		}},
		"all set": {
			v1alpha1.AWSAccountSpec{ResyncIntervalSeconds: 60, RateLimit: v1alpha1.RateLimit{QPS: 5, Burst: 7}},
			v1alpha1.EffectiveSettings{ResyncIntervalSeconds: 60, RateLimit: v1alpha1.RateLimit{QPS: 5, Burst: 7}},
		},
		"half of the limit set": {
			v1alpha1.AWSAccountSpec{RateLimit: v1alpha1.RateLimit{QPS: 5}},
			v1alpha1.EffectiveSettings{ResyncIntervalSeconds: 600, RateLimit: v1alpha1.RateLimit{QPS: 5, Burst: 100}},
		},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(c.want, c.spec.Effective()); diff != "" {
				t.Errorf("settings (-want +got):\n%s", diff)
			}
		})
	}
}
