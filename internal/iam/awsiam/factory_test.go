// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package awsiam_test

import (
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/ecsiam/ecs-iam-controller/internal/iam"
	"github.com/ecsiam/ecs-iam-controller/internal/iam/awsiam"
	"github.com/ecsiam/ecs-iam-controller/internal/iam/iamsim"
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
		"role":   func(c *iam.AccountConfig) { c.AssumeRole = &iam.AssumeRole{Hop: iam.Hop{RoleARN: memberRole}} },
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

// spend makes calls as fast as the rate limit lets them through, and returns how many were made in a time.
func spend(t *testing.T, a iam.Account, during time.Duration) int {
	t.Helper()
	made := 0
	for end := time.Now().Add(during); time.Now().Before(end); {
		if err := a.TagRole(t.Context(), "app", map[string]string{"a": "b"}); err == nil {
			made++
		} else {
			time.Sleep(errorOf(t, err).RetryAfter)
		}
	}
	return made
}

func TestTwoAccountsOfOneIDShareTheLowestRateLimit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sim := iamsim.New(iamsim.Options{})
		cfg := config("http://aws.invalid")
		cfg.HTTPClient = direct{sim}
		accounts := awsiam.NewFactory(cfg, awsiam.FactoryOptions{})
		fast := accounts.ForAccount(t.Context(), iam.AccountConfig{Name: "a", AccountID: account, QPS: 100, Burst: 1})
		create(t, fast, iam.Role{Name: "app", Trust: trust})
		if n := spend(t, fast, 10*time.Second); n < 900 {
			t.Errorf("%d calls in ten seconds alone, want about 1000", n)
		}
		slow := accounts.ForAccount(t.Context(), iam.AccountConfig{Name: "b", AccountID: account, QPS: 5, Burst: 1})
		both := make(chan int, 2)
		for _, a := range []iam.Account{fast, slow} {
			go func() { both <- spend(t, a, 20*time.Second) }()
		}
		if n := <-both + <-both; n > 110 {
			t.Errorf("%d calls in twenty seconds together, want at most about 100", n)
		}
		accounts.ForAccount(t.Context(), iam.AccountConfig{Name: "c", AccountID: member, QPS: 100, Burst: 1})
		accounts.Forget("b")
		if n := spend(t, fast, 10*time.Second); n < 900 {
			t.Errorf("%d calls in ten seconds after the slower one is gone, want about 1000", n)
		}
	})
}
