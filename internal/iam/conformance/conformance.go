// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

// Package conformance states how IAM and STS behave, as far as the controller relies on it, and checks it through the
// real SDK against any endpoint: the simulator, a third-party emulator, AWS itself. It keeps the simulator honest.
package conformance

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/sts"
)

// Target is an endpoint under test.
type Target struct {
	IAM *iam.Client
	STS *sts.Client
	// Prefix begins the name of everything that the suite makes, so that runs do not meet each other.
	Prefix string
	// Disposable says that the account is nobody's: the suite may make and delete service-linked roles in it.
	Disposable bool
	// Deviations are behaviours that the target is known not to have, each with the difference. A listed behaviour that
	// the target does have fails the suite: the list is stale.
	Deviations map[string]string
}

// behaviour is one row of the suite: a sentence about IAM and its proof.
type behaviour struct {
	name string
	// disposable marks what may only be tried in an account that nobody uses.
	disposable bool
	prove      func(s *scenario)
}

var behaviours = join(
	roleBehaviours, roleNameBehaviours, trustBehaviours, inlineBehaviours, attachmentBehaviours, boundaryBehaviours,
	tagBehaviours, profileBehaviours, policyBehaviours, versionBehaviours, identityBehaviours, pagingBehaviours,
	accountBehaviours, serviceLinkedBehaviours, stsBehaviours, sessionBehaviours, refusalBehaviours, replyBehaviours,
	referenceBehaviours,
)

func join(groups ...[]behaviour) []behaviour {
	var all []behaviour
	for _, group := range groups {
		all = append(all, group...)
	}
	return all
}

// Run checks every behaviour as a subtest and removes what it made.
func Run(t *testing.T, target Target) {
	t.Helper()
	if target.Prefix == "" {
		t.Fatal("a target needs a Prefix, or runs against a shared account would meet each other")
	}
	for name := range target.Deviations {
		if !listed(name) {
			t.Errorf("the deviation %q names no behaviour of the suite; correct or remove it", name)
		}
	}
	caller, err := target.STS.GetCallerIdentity(t.Context(), &sts.GetCallerIdentityInput{})
	if err != nil {
		t.Fatalf("asking STS who we are; is the endpoint up and are credentials set? %v", err)
	}
	for i, b := range behaviours {
		t.Run(strings.ReplaceAll(b.name, " ", "_"), func(t *testing.T) {
			if b.disposable && !target.Disposable {
				t.Skip("only tried in a disposable account")
			}
			report(t, b.name, attempt(t.Context(), target, caller, i, b), target.Deviations)
		})
	}
}

func listed(name string) bool {
	for _, b := range behaviours {
		if b.name == name {
			return true
		}
	}
	return false
}

// attempt proves one behaviour and returns what was found wrong.
func attempt(
	ctx context.Context, target Target, caller *sts.GetCallerIdentityOutput, number int, b behaviour,
) (problems []string) {
	s := &scenario{
		ctx: ctx, iam: target.IAM, sts: target.STS, account: aws.ToString(caller.Account),
		partition: strings.Split(aws.ToString(caller.Arn), ":")[1],
		prefix:    fmt.Sprintf("%s%02d-", target.Prefix, number),
	}
	// Cleaning up outlives the deadline of the test, for a real account must not keep what a slow run made.
	defer func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Minute)
		defer cancel()
		s.ctx = ctx
		s.cleanUp()
		problems = s.problems
	}()
	defer func() {
		if r := recover(); r != nil && r != stopped {
			panic(r)
		}
	}()
	b.prove(s)
	return nil
}

// reporter is the part of testing.T that a verdict needs.
type reporter interface {
	Helper()
	Error(args ...any)
	Skip(args ...any)
}

// report turns the problems of a behaviour into a verdict, in view of the known deviations.
func report(t reporter, name string, problems []string, deviations map[string]string) {
	t.Helper()
	reason, known := deviations[name]
	text := strings.Join(problems, "\n")
	switch {
	case known && len(problems) == 0:
		t.Error("listed as a deviation, but the target behaves as IAM does: remove it from the list")
	case known:
		t.Skip("known deviation: " + name + ": " + reason + "\nobserved: " + text)
	case len(problems) > 0:
		t.Error(text)
	}
}
