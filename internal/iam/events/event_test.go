// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package events_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ecsiam/ecs-iam-controller/internal/iam/events"
)

// attach is an event as EventBridge sends it.
const attach = `{"version":"0","id":"1","detail-type":"AWS API Call via CloudTrail","source":"aws.iam",
"account":"111122223333","time":"2026-01-02T03:04:05Z","region":"us-east-1","resources":[],"detail":{
"eventVersion":"1.11","userIdentity":{"type":"AssumedRole","arn":"arn:aws:sts::111122223333:assumed-role/admin/jane",
"accountId":"111122223333"},"eventTime":"2026-01-02T03:04:05Z","eventSource":"iam.amazonaws.com",
"eventName":"AttachRolePolicy","awsRegion":"us-east-1","sourceIPAddress":"203.0.113.7","userAgent":"aws-cli/2",
"requestParameters":{"roleName":"payments_app","policyArn":"arn:aws:iam::111122223333:policy/ecs/payments_data"},
"responseElements":null,"readOnly":false,"eventType":"AwsApiCall","recipientAccountId":"111122223333"}}`

func TestAnEventSaysWhichEntitiesACallChangedAndWhoMadeIt(t *testing.T) {
	got, ok := events.Decode(attach)
	want := events.Event{
		Account: "111122223333", Call: "iam:AttachRolePolicy", Role: "payments_app", Policy: "payments_data",
		By: "arn:aws:sts::111122223333:assumed-role/admin/jane", From: "203.0.113.7", At: "2026-01-02T03:04:05Z",
		Agent: "aws-cli/2",
	}
	if diff := cmp.Diff(want, got); !ok || diff != "" {
		t.Errorf("ok is %t, event (-want +got):\n%s", ok, diff)
	}
}

func TestThePolicyThatIsCreatedIsKnownByItsName(t *testing.T) {
	created := strings.NewReplacer("AttachRolePolicy", "CreatePolicy",
		`"roleName":"payments_app",`, `"policyName":"data",`, "policyArn", "path").Replace(attach)
	if got, ok := events.Decode(created); !ok || got.Policy != "data" || got.Role != "" {
		t.Errorf("got %+v, %t", got, ok)
	}
}

func TestThePoliciesOfOthersAreNotNamed(t *testing.T) {
	for _, owner := range []string{"aws", "444455556666"} {
		other := strings.Replace(attach, "arn:aws:iam::111122223333:policy", "arn:aws:iam::"+owner+":policy", 1)
		if got, ok := events.Decode(other); !ok || got.Policy != "" || got.Role == "" {
			t.Errorf("%s: got %+v, %t", owner, got, ok)
		}
	}
}

func TestWhatIsNoChangeOfIAMIsNoEvent(t *testing.T) {
	replaced := func(old, with string) string {
		t.Helper()
		if !strings.Contains(attach, old) {
			t.Fatalf("%q is not in the event", old)
		}
		return strings.Replace(attach, old, with, 1)
	}
	for name, message := range map[string]string{
		"nothing":              "",
		"no JSON":              "{",
		"a list":               "[]",
		"null":                 "null",
		"another type of name": replaced(`"roleName":"payments_app"`, `"roleName":["payments_app"]`),
		"another source":       replaced(`"source":"aws.iam"`, `"source":"mine"`),
		"another service":      replaced("iam.amazonaws.com", "s3.amazonaws.com"),
		"a console sign-in":    replaced("AWS API Call via CloudTrail", "AWS Console Sign In via CloudTrail"),
		"a reading":            replaced(`"readOnly":false`, `"readOnly":true`),
		"a call that failed":   replaced(`"eventName"`, `"errorCode":"AccessDenied","eventName"`),
		"a sentence as a name": replaced("AttachRolePolicy", "the role is fine, says AWS"),
		"a user's call":        replaced(`"roleName":"payments_app","policyArn":"`, `"userName":"jane","x":"`),
		"a name without end":   replaced("payments_app\",\"policyArn\":\"arn", strings.Repeat("x", 100_000)+"\",\"x\":\""),
	} {
		if got, ok := events.Decode(message); ok {
			t.Errorf("%s: got %+v", name, got)
		}
	}
}
