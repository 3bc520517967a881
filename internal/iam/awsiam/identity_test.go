// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package awsiam_test

import (
	"context"
	"errors"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/google/go-cmp/cmp"

	"github.com/ecsiam/ecs-iam-controller/internal/iam"
	"github.com/ecsiam/ecs-iam-controller/internal/iam/awsiam"
	"github.com/ecsiam/ecs-iam-controller/internal/iam/iamsim"
)

func TestIdentityIsTheAccountAndPartitionOfTheCaller(t *testing.T) {
	for _, partition := range []string{"aws", "aws-cn", "aws-us-gov", "aws-iso-z"} {
		t.Run(partition, func(t *testing.T) {
			sim := iamsim.New(iamsim.Options{AccountID: "444455556666", Partition: partition}).Start()
			t.Cleanup(sim.Close)
			got, err := newAccount(t, sim).Identity(t.Context())
			must(t, err)
			want := iam.Identity{
				AccountID: "444455556666", Partition: partition,
				CallerARN: "arn:" + partition + ":iam::444455556666:user/operator",
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("identity (-want +got):\n%s", diff)
			}
		})
	}
}

func TestIdentityIsAskedOnceForAsLongAsTheCredentialsStayTheSame(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sim := iamsim.New(iamsim.Options{AccountID: account})
		key, cfg := account, config("http://aws.invalid")
		cfg.HTTPClient = direct{sim}
		cfg.Credentials = aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return aws.Credentials{AccessKeyID: key, SecretAccessKey: "secret"}, nil
		})
		a := awsiam.New(cfg, awsiam.Options{})
		for range 59 {
			_, err := a.Identity(t.Context())
			must(t, err)
			time.Sleep(time.Minute)
		}
		if n := iamsim.Count(sim.Calls(), "GetCallerIdentity"); n != 1 {
			t.Errorf("%d calls in an hour, want 1", n)
		}
		key = "444455556666"
		got, err := a.Identity(t.Context())
		must(t, err)
		if got.AccountID != key {
			t.Errorf("with credentials of account %s it is %s", key, got.AccountID)
		}
	})
}

func TestAFailedIdentityIsNotKept(t *testing.T) {
	sim := newSim(t)
	a := newAccount(t, sim)
	sim.Deny("GetCallerIdentity")
	_, err := a.Identity(t.Context())
	if e := errorOf(t, err); e.Class != iam.ClassDenied || e.Action != "sts:GetCallerIdentity" {
		t.Errorf("error is %+v, want sts:GetCallerIdentity denied", e)
	}
	sim.Allow()
	got, err := a.Identity(t.Context())
	must(t, err)
	if got.AccountID != account {
		t.Errorf("account is %s, want %s", got.AccountID, account)
	}
}

func TestThoseWhoAskTogetherShareOneCall(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var calls atomic.Int32
		sim := iamsim.New(iamsim.Options{})
		a := newDirect(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			calls.Add(1)
			time.Sleep(time.Second)
			sim.ServeHTTP(w, r)
		}), awsiam.Options{})

		first, leave := context.WithTimeout(t.Context(), 100*time.Millisecond)
		defer leave()
		var callers sync.WaitGroup
		callers.Go(func() {
			if _, err := a.Identity(first); !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("a caller that left got %v, want deadline exceeded", err)
			}
		})
		synctest.Wait()
		for range 10 {
			callers.Go(func() {
				if _, err := a.Identity(t.Context()); err != nil {
					t.Errorf("a caller that stayed got %v", err)
				}
			})
		}
		callers.Wait()
		if n := calls.Load(); n != 1 {
			t.Errorf("%d calls, want 1", n)
		}
	})
}

func TestQuotasAreTheAccountsOwnAndAskedOnceAnHour(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sim := iamsim.New(iamsim.Options{})
		quotas := iamsim.DefaultQuotas()
		quotas.AttachedPoliciesPerRole, quotas.TrustPolicySize = 25, 8192
		sim.SetQuotas(quotas)
		a := newDirect(sim, awsiam.Options{})
		for range 12 {
			got, err := a.Quotas(t.Context())
			must(t, err)
			if diff := cmp.Diff(iam.Quotas{AttachedPoliciesPerRole: 25, TrustPolicySize: 8192}, got); diff != "" {
				t.Fatalf("quotas (-want +got):\n%s", diff)
			}
			time.Sleep(10 * time.Minute)
		}
		if n := iamsim.Count(sim.Calls(), "GetAccountSummary"); n != 2 {
			t.Errorf("%d calls in two hours, want 2", n)
		}
	})
}

func TestWithoutPermissionTheDefaultQuotasHoldForAWhile(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sim := iamsim.New(iamsim.Options{})
		sim.Deny("GetAccountSummary")
		a := newDirect(sim, awsiam.Options{})
		for range 10 {
			got, err := a.Quotas(t.Context())
			must(t, err)
			if diff := cmp.Diff(iam.DefaultQuotas(), got); diff != "" {
				t.Fatalf("quotas (-want +got):\n%s", diff)
			}
			time.Sleep(time.Second)
		}
		if n := len(sim.Calls()); n != 1 {
			t.Errorf("%d calls in ten seconds, want 1", n)
		}
		time.Sleep(5 * time.Minute)
		_, err := a.Quotas(t.Context())
		must(t, err)
		if n := len(sim.Calls()); n != 2 {
			t.Errorf("%d calls after five minutes more, want 2", n)
		}
	})
}

func TestQuotasThatCannotBeHadAreAnError(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sim := iamsim.New(iamsim.Options{})
		sim.Fail("GetAccountSummary", "ServiceFailure", -1, nil)
		if _, err := newDirect(sim, awsiam.Options{}).Quotas(t.Context()); iam.Classify(err) != iam.ClassUnavailable {
			t.Errorf("error is %v, want unavailable", err)
		}
	})
}

func TestASummaryWithoutTheQuotasMeansTheDefaults(t *testing.T) {
	a := newStub(t, http.StatusOK,
		`<GetAccountSummaryResponse><GetAccountSummaryResult/></GetAccountSummaryResponse>`)
	got, err := a.Quotas(t.Context())
	must(t, err)
	if diff := cmp.Diff(iam.DefaultQuotas(), got); diff != "" {
		t.Errorf("quotas (-want +got):\n%s", diff)
	}
}
