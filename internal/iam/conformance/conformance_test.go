// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package conformance

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/sts"

	"github.com/ecsiam/ecs-iam-controller/internal/iam/awshttp"
	"github.com/ecsiam/ecs-iam-controller/internal/iam/iamsim"
)

func TestSimulatorBehavesAsIAM(t *testing.T) {
	for _, partition := range []string{"aws", "aws-cn"} {
		t.Run(partition, func(t *testing.T) {
			sim := iamsim.New(iamsim.Options{Partition: partition}).Start()
			t.Cleanup(sim.Close)
			cfg := aws.Config{
				HTTPClient: awshttp.New(nil),
				Region:     "us-east-1", BaseEndpoint: aws.String(sim.URL()), RetryMaxAttempts: 1,
				Credentials: credentials.NewStaticCredentialsProvider(sim.AccountID(), "secret", ""),
			}
			Run(t, Target{IAM: iam.NewFromConfig(cfg), STS: sts.NewFromConfig(cfg), Prefix: "conf-", Disposable: true})
			if account := sim.In(sim.AccountID()); !account.Empty() {
				t.Errorf("the suite left behind roles %v, policies %v, profiles %v, users %v, groups %v",
					account.Roles(), account.Policies(), account.InstanceProfiles(), account.Users(), account.Groups())
			}
		})
	}
}

func TestEndpointBehavesAsIAM(t *testing.T) {
	target, ok, err := FromEnvironment(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if !ok {
		t.Skip(EndpointVariable + " names no endpoint") // the suite against another endpoint is run where one is named
	}
	Run(t, target)
}

// verdict records what report says.
type verdict struct{ failed, skipped []any }

func (v *verdict) Helper()           {}
func (v *verdict) Error(args ...any) { v.failed = append(v.failed, args...) }
func (v *verdict) Skip(args ...any)  { v.skipped = append(v.skipped, args...) }

func TestKnownDeviationsAreToleratedAndStaleOnesAreNot(t *testing.T) {
	deviations := map[string]string{"listed": "it differs"}
	for name, test := range map[string]struct {
		behaviour    string
		problems     []string
		fails, skips bool
	}{
		"a behaviour that holds passes":           {"unlisted", nil, false, false},
		"a behaviour that does not hold fails":    {"unlisted", []string{"wrong"}, true, false},
		"a known deviation is skipped":            {"listed", []string{"wrong"}, false, true},
		"a deviation that is none any more fails": {"listed", nil, true, false},
	} {
		t.Run(name, func(t *testing.T) {
			var got verdict
			report(&got, test.behaviour, test.problems, deviations)
			if (len(got.failed) > 0) != test.fails || (len(got.skipped) > 0) != test.skips {
				t.Errorf("got failures %v and skips %v, want failing %t, skipping %t",
					got.failed, got.skipped, test.fails, test.skips)
			}
		})
	}
}

func TestBehavioursHaveDistinctNames(t *testing.T) {
	seen := map[string]bool{}
	for _, b := range behaviours {
		if seen[b.name] {
			t.Errorf("two behaviours are named %q", b.name)
		}
		seen[b.name] = true
	}
}
