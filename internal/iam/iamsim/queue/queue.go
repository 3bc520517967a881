// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

// Package queue holds SQS queues in memory, and what EventBridge would put into them.
package queue

import (
	"context"
	"crypto/md5" //nolint:gosec // SQS sends it, and the SDK compares it
	"encoding/hex"
	"fmt"
	"slices"
	"sync"
	"time"
)

// visibility is for how long a message that was received is not given to others, the default of SQS.
const visibility = 30 * time.Second

// most is how many messages one call receives at most.
const most = 10

// Message is one message as ReceiveMessage shows it.
type Message struct {
	ID      string `json:"MessageId"`
	Receipt string `json:"ReceiptHandle"`
	Digest  string `json:"MD5OfBody"`
	Body    string `json:"Body"`

	visibleAt time.Time
}

// Queues are standard queues by URL. The zero value has none; it is safe for concurrent use. They go by the time of the
// package time.
type Queues struct {
	mu    sync.Mutex
	all   map[string][]*Message
	sent  int
	woken chan struct{} // closed when a message arrives
}

// Send puts a message into a queue, which is made where there is none, from when it is received after a delay.
func (q *Queues) Send(url, body string, delay time.Duration) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.sent++
	sum := md5.Sum([]byte(body)) //nolint:gosec // see above
	id := fmt.Sprintf("00000000-0000-4000-9000-%012x", q.sent)
	q.create(url)
	q.all[url] = append(q.all[url], &Message{
		ID: id, Receipt: id, Digest: hex.EncodeToString(sum[:]), Body: body, visibleAt: time.Now().Add(delay),
	})
	if q.woken != nil {
		close(q.woken)
		q.woken = nil
	}
}

// Create makes an empty queue where there is none.
func (q *Queues) Create(url string) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.create(url)
}

func (q *Queues) create(url string) {
	if q.all == nil {
		q.all = map[string][]*Message{}
	}
	if _, exists := q.all[url]; !exists {
		q.all[url] = nil
	}
}

// Len is how many messages a queue holds, those that were received and not deleted included.
func (q *Queues) Len(url string) int {
	q.mu.Lock()
	defer q.mu.Unlock()
	return len(q.all[url])
}

// exists reports whether there is a queue of a URL.
func (q *Queues) exists(url string) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	_, exists := q.all[url]
	return exists
}

// receive waits for messages and hides them from others.
func (q *Queues) receive(ctx context.Context, url string, limit int, wait time.Duration) []Message {
	for until := time.Now().Add(wait); ; {
		found, next, woken := q.visible(url, limit)
		left := time.Until(until)
		if len(found) > 0 || left <= 0 {
			return found
		}
		if next > 0 {
			left = min(left, next)
		}
		timer := time.NewTimer(left)
		select {
		case <-timer.C:
		case <-woken:
		case <-ctx.Done():
			timer.Stop()
			return nil
		}
		timer.Stop()
	}
}

// visible takes what can be received now, and says when more can.
func (q *Queues) visible(url string, limit int) (found []Message, next time.Duration, woken <-chan struct{}) {
	q.mu.Lock()
	defer q.mu.Unlock()
	now := time.Now()
	for _, message := range q.all[url] {
		if wait := message.visibleAt.Sub(now); wait > 0 {
			if next == 0 || wait < next {
				next = wait
			}
			continue
		}
		if len(found) < limit {
			message.visibleAt = now.Add(visibility)
			found = append(found, *message)
		}
	}
	if q.woken == nil {
		q.woken = make(chan struct{})
	}
	return found, next, q.woken
}

// remove deletes a message by its receipt.
func (q *Queues) remove(url, receipt string) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.all[url] = slices.DeleteFunc(q.all[url], func(m *Message) bool { return m.Receipt == receipt })
}
