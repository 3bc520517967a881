// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package scale_test

import (
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/internal/iam/iamsim"
	"github.com/ecsiam/ecs-iam-controller/internal/iam/snapshot"
)

// policy is an ECSPolicy with one statement, which nobody has attached.
func policy(i int) *v1alpha1.ECSPolicy {
	return &v1alpha1.ECSPolicy{
		TypeMeta:   typeOf(v1alpha1.KindECSPolicy),
		ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: nameOf(i)},
		Spec: v1alpha1.ECSPolicySpec{
			AccountRef: v1alpha1.AccountReference{Name: "default"},
			Statements: []v1alpha1.Statement{{
				Effect: v1alpha1.EffectAllow, Actions: []v1alpha1.Action{"s3:GetObject"},
				Resources: []v1alpha1.ResourcePattern{v1alpha1.ResourcePattern("arn:{partition}:s3:::config-" + nameOf(i) + "/*")},
			}},
		},
	}
}

// policyARN is that of a policy.
func policyARN(i int) *string {
	return aws.String("arn:aws:iam::" + accountID + ":policy/" + inIAM(i))
}

// policyCalls is how many more calls a look at a whole account takes with policies in it: their pages, and tags in turn.
func policyCalls(policies int) int { return policyPages(policies) + min(policies, snapshot.TagReads) }

func policyPages(policies int) int { return (policies + 99) / 100 }

func TestUnchangedPoliciesCostTheirPagesAndAFixedNumberOfReads(t *testing.T) {
	roles := sized(1000, 50)
	for _, policies := range []int{sized(100, 10), sized(1000, 130)} {
		synctest.Test(t, func(t *testing.T) {
			w := newWorld(t)
			for i := range roles {
				w.apply(role(i))
			}
			for i := range policies {
				w.apply(policy(i))
			}
			w.start()
			w.until("all is Ready", 2*time.Hour, 5*time.Second, func() bool {
				return w.ready() == roles && w.readyOf(v1alpha1.KindECSPolicy) == policies
			})
			time.Sleep(2*interval + interval/2)
			what := fmt.Sprintf("one resync of %d unchanged roles and %d unchanged policies", roles, policies)
			w.forget()
			time.Sleep(interval)
			figure(t, what, float64(len(w.calls(quiet))), float64(bulkCalls(roles)+policyCalls(policies)), "calls")
			figure(t, what, float64(w.writes()), 0, "writes to Kubernetes")
			w.policyChangedByHand(roles, policies)
			if policies <= 5*snapshot.TagReads { // more take as many turns more
				w.tagChangedByHand(policies)
			}
			w.restartedOver(fmt.Sprintf("%d unchanged roles and %d unchanged policies", roles, policies),
				bulkCalls(roles)+policyPages(policies))
			w.stop()
		})
	}
}

// policyChangedByHand measures the repair of one policy of many: of its document, and of a tag, which is read in turn.
func (w *world) policyChangedByHand(roles, policies int) {
	w.t.Helper()
	hand, changed := sdk.NewFromConfig(w.aws()), policies/2
	_, err := hand.CreatePolicyVersion(w.t.Context(), &sdk.CreatePolicyVersionInput{
		PolicyArn: policyARN(changed), SetAsDefault: true,
		PolicyDocument: aws.String(`{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}`),
	})
	if err != nil {
		w.t.Fatal(err)
	}
	w.forget()
	took := w.until("the policy is repaired", 2*interval, 5*time.Second, func() bool {
		return iamsim.Count(w.sim.Calls(), "CreatePolicyVersion") > 0
	})
	what := fmt.Sprintf("one of %d policies changed by hand: until it is repaired", policies)
	figure(w.t, what, took.Seconds(), (interval+interval/10).Seconds()+10, "s")
	time.Sleep(2 * window)
	figure(w.t, what, float64(len(w.calls(quiet))), float64(bulkCalls(roles)+policyCalls(policies)+6), "calls")
}

// tagChangedByHand measures the repair of a tag of one policy of many. Tags are read in turn.
func (w *world) tagChangedByHand(policies int) {
	w.t.Helper()
	hand, changed := sdk.NewFromConfig(w.aws()), policies/2
	_, err := hand.TagPolicy(w.t.Context(), &sdk.TagPolicyInput{
		PolicyArn: policyARN(changed), Tags: []types.Tag{{Key: aws.String("by-hand"), Value: aws.String("x")}},
	})
	if err != nil {
		w.t.Fatal(err)
	}
	w.forget()
	turns := (policies + snapshot.TagReads - 1) / snapshot.TagReads
	took := w.until("the tags of the policy are repaired", time.Duration(turns+1)*(interval+interval/10), 5*time.Second,
		func() bool { return iamsim.Count(w.sim.Calls(), "UntagPolicy") > 0 })
	figure(w.t, fmt.Sprintf("a tag of one of %d policies changed by hand: until it is repaired", policies),
		took.Seconds(), float64(turns)*(interval+interval/10).Seconds()+10, "s")
	time.Sleep(2 * window)
}
