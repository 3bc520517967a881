// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package awsiam_test

import (
	"testing"

	"github.com/ecsiam/ecs-iam-controller/internal/iam"
	"github.com/ecsiam/ecs-iam-controller/internal/iam/awsiam"
	"github.com/ecsiam/ecs-iam-controller/internal/iam/iamsim"
)

const queueURL = "https://sqs.us-east-1.amazonaws.com/111122223333/events"

func TestMessagesAreReceivedAndDeleted(t *testing.T) {
	sim := iamsim.New(iamsim.Options{}).Start()
	t.Cleanup(sim.Close)
	for _, body := range []string{"a", "b"} {
		sim.Send(queueURL, body)
	}
	queue := awsiam.New(config(sim.URL()), awsiam.Options{}).Queue(queueURL)
	messages, err := queue.Receive(t.Context())
	if err != nil || len(messages) != 2 || messages[0].Body != "a" {
		t.Fatalf("got %v and error %v", messages, err)
	}
	if err := queue.Delete(t.Context(), messages); err != nil || sim.Queued(queueURL) != 0 {
		t.Errorf("%d messages are left, error %v", sim.Queued(queueURL), err)
	}
}

func TestWhyAQueueCannotBeReadIsToldApart(t *testing.T) {
	sim := iamsim.New(iamsim.Options{}).Start()
	t.Cleanup(sim.Close)
	queue := awsiam.New(config(sim.URL()), awsiam.Options{}).Queue(queueURL)
	if _, err := queue.Receive(t.Context()); iam.Classify(err) != iam.ClassNotFound {
		t.Errorf("without a queue the error is %v", err)
	}
	sim.Send(queueURL, "a")
	sim.Deny("ReceiveMessage")
	if _, err := queue.Receive(t.Context()); iam.Classify(err) != iam.ClassDenied {
		t.Errorf("denied, the error is %v", err)
	}
}
