// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package iam

import "context"

// QueueReader opens queues with the credentials of an account.
type QueueReader interface {
	// Queue opens the queue of a URL, in the region that the URL names. It makes no call.
	Queue(url string) Queue
}

// Queue holds messages that others send.
type Queue interface {
	// Receive waits for messages up to 20 seconds, and returns those that arrived. They come again unless they are
	// deleted.
	Receive(ctx context.Context) ([]Message, error)
	// Delete takes messages out of the queue.
	Delete(ctx context.Context, messages []Message) error
}

// Message is a message that was received.
type Message struct {
	// Body is what was sent, Receipt what it is deleted by.
	Body, Receipt string
}
