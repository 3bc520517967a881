// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers_test

import (
	"regexp"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil/promlint"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
)

var nameInDescription = regexp.MustCompile(`fqName: "([^"]+)"`)

// samples are what a scrape shows: the values of all series, of a histogram the counts.
func samples(t *testing.T, registry *prometheus.Registry) map[string]float64 {
	t.Helper()
	families, err := registry.Gather()
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]float64{}
	for _, family := range families {
		for _, m := range family.GetMetric() {
			labels := make([]string, 0, len(m.GetLabel()))
			for _, label := range m.GetLabel() {
				labels = append(labels, label.GetName()+"="+label.GetValue())
			}
			found[family.GetName()+"{"+strings.Join(labels, ",")+"}"] =
				m.GetCounter().GetValue() + m.GetGauge().GetValue() + float64(m.GetHistogram().GetSampleCount())
		}
	}
	return found
}

// registered are the names of all metrics, counted yet or not.
func registered(registry *prometheus.Registry) map[string]bool {
	descriptions, names := make(chan *prometheus.Desc), map[string]bool{}
	go func() { defer close(descriptions); registry.Describe(descriptions) }()
	for d := range descriptions {
		names[nameInDescription.FindStringSubmatch(d.String())[1]] = true
	}
	return names
}

func TestEveryMetricTellsWhatHappened(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const roles = 30
		registry, sim, api := prometheus.NewRegistry(), loadedAccount(), loadedAPI(t, roles)
		hand := sdk.NewFromConfig(awsConfig(sim))
		_, err := hand.CreateRole(t.Context(), &sdk.CreateRoleInput{
			RoleName: aws.String("lost"), AssumeRolePolicyDocument: aws.String(trustedBy(loadHub, "x")),
			Tags: []types.Tag{{Key: aws.String(v1alpha1.TagOwner), Value: aws.String(clusterID + "/team/lost")}},
		})
		if err != nil {
			t.Fatal(err)
		}
		losePolicy(t, hand, api)
		account := &v1alpha1.AWSAccount{}
		if err := api.Get(t.Context(), client.ObjectKey{Name: "default"}, account); err != nil {
			t.Fatal(err)
		}
		account.Spec.RateLimit = v1alpha1.RateLimit{QPS: 5, Burst: 5} // less than the workers ask for
		queue := "https://sqs.us-east-1.amazonaws.com/" + account.Spec.AccountID + "/events"
		account.Spec.Events = &v1alpha1.AccountEvents{QueueURL: queue}
		sim.SetEventQueue(queue, time.Second)
		if err := api.Update(t.Context(), account); err != nil {
			t.Fatal(err)
		}
		sim.FailNth("CreateRole", 5, "Throttling")
		_, stop := manageCounted(t, awsConfig(sim), api, registry)
		defer stop()
		waitUntilReady(t, api)
		time.Sleep(2 * resync) // of simulated time
		retagByHand(t, sim, "team_app-7")
		time.Sleep(resync + time.Minute)
		for range 8 { // until the controller leaves the tag alone
			retagByHand(t, sim, "team_app-9")
			time.Sleep(resync)
		}
		sim.Fail("ListRoles", "ServiceFailure", 8, nil)
		sim.Fail("ReceiveMessage", "ServiceFailure", 3, nil)
		time.Sleep(2 * resync)
		got := samples(t, registry)
		for what, want := range map[string]float64{
			"ecsiam_iam_calls_total{account=default,code=OK,operation=CreateRole}": roles,
			"ecsiam_orphaned_roles{account=default}":                               1,
			"ecsiam_orphaned_policies{account=default}":                            1,
			"ecsiam_snapshot_roles{account=default}":                               roles + 1,
			"ecsiam_operations_total{action=iam:CreateRole,result=done}":           roles,
		} {
			if got[what] != want {
				t.Errorf("%s is %v, want %v", what, got[what], want)
			}
		}
		for _, what := range []string{"found_total", "fields_corrected_total"} {
			if series := "ecsiam_drift_" + what + "{field=tags}"; got[series] == 0 {
				t.Errorf("%s is 0 although a tag was changed by hand", series)
			}
		}
		for name := range registered(registry) {
			if !hasSample(got, name) {
				t.Errorf("%s tells nothing although it should", name)
			}
		}
		families, err := registry.Gather()
		if err != nil {
			t.Fatal(err)
		}
		problems, err := promlint.NewWithMetricFamilies(families).Lint()
		if err != nil || len(problems) > 0 {
			t.Errorf("the metrics are not named as is usual: %v %v", problems, err)
		}
	})
}

// losePolicy leaves a policy without its object, beside one that has its own.
func losePolicy(t *testing.T, hand *sdk.Client, api client.Client) {
	t.Helper()
	_, err := hand.CreatePolicy(t.Context(), &sdk.CreatePolicyInput{
		PolicyName: aws.String("lost"), PolicyDocument: aws.String(someDocument),
		Tags: []types.Tag{{Key: aws.String(v1alpha1.TagOwner), Value: aws.String(clusterID + "/team/lost")}},
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := api.Create(t.Context(), loadPolicy(0)); err != nil {
		t.Fatal(err)
	}
}

func hasSample(got map[string]float64, name string) bool {
	for series, value := range got {
		if strings.HasPrefix(series, name+"{") && value > 0 {
			return true
		}
	}
	return false
}
