// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package manifests

import (
	"testing"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/internal/desired"
	"github.com/ecsiam/ecs-iam-controller/internal/iam"
	"github.com/ecsiam/ecs-iam-controller/internal/plan"
)

func TestTheSamplesBecomePoliciesThatIAMAccepts(t *testing.T) {
	_, account := newAccount(t)
	policies := ofType[*v1alpha1.ECSPolicy](t, "samples")
	if own := len(policies) - len(policySamples(t)); own != 2 {
		t.Errorf("got %d samples beside those of the guide, want a minimal and a full one", own)
	}
	for _, sample := range policies {
		t.Run(sample.Name, func(t *testing.T) {
			name := sample.Spec.AccountRef.Name
			if name == "" {
				name = "default"
			}
			settings := sampleAccounts(t)[name]
			want, err := desired.BuildPolicy(desired.PolicyInputs{
				Policy: sample, Account: settings, AccountID: settings.Spec.AccountID, Partition: "aws", ClusterID: "test",
			})
			if err != nil {
				t.Fatal(err)
			}
			want.Policy.Users, want.Policy.Groups = nil, nil
			if _, _, _, err := account.CreatePolicy(t.Context(), want.Policy); err != nil {
				t.Fatal(err)
			}
			got, err := account.ObservePolicy(t.Context(), iam.PolicyQuery{
				ARN: want.Policy.ARN, Name: want.Policy.Name, Document: want.Policy.Document,
			})
			if err != nil {
				t.Fatal(err)
			}
			if rest := plan.DiffPolicy(want, got); !rest.Empty() {
				t.Errorf("the policy in IAM differs from the sample: %v", rest)
			}
		})
	}
}
