// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package awsiam

import (
	"context"
	"strconv"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"

	"github.com/ecsiam/ecs-iam-controller/internal/iam"
)

// What SQS allows at most. Source: Amazon SQS API reference, "ReceiveMessage".
const (
	longestWait  = 20 // seconds
	mostMessages = 10
)

// queue is one SQS queue.
type queue struct {
	client *sqs.Client
	url    string
}

// Queue implements iam.QueueReader.
func (a *Account) Queue(url string) iam.Queue {
	return queue{client: a.queues(regionOf(url)), url: url}
}

// regionOf is the region in the URL of a queue, as in https://sqs.us-east-1.amazonaws.com/111122223333/events.
func regionOf(url string) string {
	_, host, _ := strings.Cut(url, "://sqs.")
	region, _, _ := strings.Cut(host, ".")
	return region
}

// Receive implements iam.Queue.
func (q queue) Receive(ctx context.Context) ([]iam.Message, error) {
	out, err := q.client.ReceiveMessage(ctx, &sqs.ReceiveMessageInput{
		QueueUrl: aws.String(q.url), MaxNumberOfMessages: mostMessages, WaitTimeSeconds: longestWait,
	})
	if err != nil {
		return nil, classified(ctx, err)
	}
	messages := make([]iam.Message, 0, len(out.Messages))
	for _, m := range out.Messages {
		messages = append(messages, iam.Message{Body: aws.ToString(m.Body), Receipt: aws.ToString(m.ReceiptHandle)})
	}
	return messages, nil
}

// Delete implements iam.Queue.
func (q queue) Delete(ctx context.Context, messages []iam.Message) error {
	entries := make([]types.DeleteMessageBatchRequestEntry, 0, len(messages))
	for i, m := range messages {
		entries = append(entries, types.DeleteMessageBatchRequestEntry{
			Id: aws.String(strconv.Itoa(i)), ReceiptHandle: aws.String(m.Receipt),
		})
	}
	out, err := q.client.DeleteMessageBatch(ctx, &sqs.DeleteMessageBatchInput{
		QueueUrl: aws.String(q.url), Entries: entries,
	})
	if err != nil {
		return classified(ctx, err)
	}
	if len(out.Failed) > 0 {
		return &iam.Error{
			Action: "sqs:DeleteMessageBatch", Code: aws.ToString(out.Failed[0].Code), Class: iam.ClassUnavailable,
		}
	}
	return nil
}
