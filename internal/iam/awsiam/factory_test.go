// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package awsiam_test

import (
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/ecsiam/ecs-iam-controller/internal/iam"
	"github.com/ecsiam/ecs-iam-controller/internal/iam/awsiam"
)

func TestAnAccountIsMadeOnceForEachConfiguration(t *testing.T) {
	accounts := awsiam.NewFactory(aws.Config{Region: "eu-west-1"}, awsiam.FactoryOptions{})
	base := iam.AccountConfig{Name: "production", AccountID: account, Region: "eu-west-1", QPS: 50, Burst: 100}
	first := accounts.ForAccount(t.Context(), base)

	var callers sync.WaitGroup
	for range 20 {
		callers.Go(func() {
			if accounts.ForAccount(t.Context(), base) != first {
				t.Error("equal configurations have different accounts, and so different rate limits")
			}
		})
	}
	callers.Wait()

	for name, change := range map[string]func(*iam.AccountConfig){
		"name":   func(c *iam.AccountConfig) { c.Name = "staging" },
		"id":     func(c *iam.AccountConfig) { c.AccountID = "444455556666" },
		"region": func(c *iam.AccountConfig) { c.Region = "us-east-1" },
		"rate":   func(c *iam.AccountConfig) { c.QPS = 5 },
		"burst":  func(c *iam.AccountConfig) { c.Burst = 5 },
	} {
		changed := base
		change(&changed)
		if accounts.ForAccount(t.Context(), changed) == first {
			t.Errorf("another %s has the same account", name)
		}
	}
}

func TestTheRegionOfAnAccountDecidesItsEndpoints(t *testing.T) {
	for name, tc := range map[string]struct {
		config           iam.AccountConfig
		wantIAM, wantSTS string
	}{
		"the controller's own": {iam.AccountConfig{Name: "a"}, "iam.amazonaws.com", "sts.eu-west-1.amazonaws.com"},
		"another of the partition": {
			iam.AccountConfig{Name: "a", Region: "us-west-2"}, "iam.amazonaws.com", "sts.us-west-2.amazonaws.com",
		},
		"China": {
			iam.AccountConfig{Name: "a", Region: "cn-north-1"},
			"iam.cn-north-1.amazonaws.com.cn", "sts.cn-north-1.amazonaws.com.cn",
		},
		"GovCloud": {
			iam.AccountConfig{Name: "a", Region: "us-gov-west-1"},
			"iam.us-gov.amazonaws.com", "sts.us-gov-west-1.amazonaws.com",
		},
	} {
		t.Run(name, func(t *testing.T) {
			var hosts []string
			cfg := config("")
			cfg.BaseEndpoint = nil
			cfg.HTTPClient = client(func(r *http.Request) (*http.Response, error) {
				hosts = append(hosts, r.URL.Host)
				return direct{answer(http.StatusForbidden, "AccessDenied", "")}.Do(r)
			})
			a := awsiam.NewFactory(cfg, awsiam.FactoryOptions{}).ForAccount(t.Context(), tc.config)
			_, _ = a.Observe(t.Context(), iam.Query{RoleName: "r"})
			_, _ = a.Identity(t.Context())
			if got, want := strings.Join(hosts, " "), tc.wantIAM+" "+tc.wantSTS; got != want {
				t.Errorf("endpoints are %s, want %s", got, want)
			}
		})
	}
}
