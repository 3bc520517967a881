// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package events_test

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ecsiam/ecs-iam-controller/internal/iam"
	"github.com/ecsiam/ecs-iam-controller/internal/iam/events"
)

// heard is a hearer and the queue that it opens.
type heard struct {
	mu                       sync.Mutex
	waiting, bodies, deleted []string
	opened, received, failed int
	changed                  []string
	broken, deaf             error
	impatient                bool
}

func (h *heard) Open(context.Context, events.Source) iam.Queue {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.opened++
	return h
}

func (h *heard) Heard(_ context.Context, _ events.Source, messages []iam.Message) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, m := range messages {
		h.bodies = append(h.bodies, m.Body)
	}
	return h.deaf
}

func (h *heard) Changed(name string) { h.changed = append(h.changed, name) }
func (h *heard) Failed(string)       { h.failed++ }

func (h *heard) Receive(ctx context.Context) ([]iam.Message, error) {
	h.mu.Lock()
	h.received++
	messages, broken := make([]iam.Message, 0, len(h.waiting)), h.broken
	for _, body := range h.waiting {
		messages = append(messages, iam.Message{Body: body, Receipt: body})
	}
	impatient := h.impatient
	h.mu.Unlock()
	if broken != nil || len(messages) > 0 || impatient {
		return messages, broken
	}
	select {
	case <-time.After(20 * time.Second):
	case <-ctx.Done():
	}
	return nil, ctx.Err()
}

func (h *heard) Delete(_ context.Context, messages []iam.Message) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, m := range messages {
		h.deleted = append(h.deleted, m.Body)
		h.waiting = slices.DeleteFunc(h.waiting, func(body string) bool { return body == m.Body })
	}
	return nil
}

// serve runs a listener until the test ends.
func serve(t *testing.T, h *heard) *events.Listener {
	t.Helper()
	listener := events.NewListener()
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() {
		listener.Serve(ctx, h)
		close(ended)
	}()
	t.Cleanup(func() {
		cancel()
		<-ended
	})
	return listener
}

var errBroken = errors.New("broken")

func TestMessagesAreDeletedOnceTheyWereHandedOver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := &heard{waiting: []string{"a", "b"}, deaf: errBroken}
		listener := serve(t, h)
		listener.Listen(events.Source{Name: "default", URL: "x"})
		wait(500 * time.Millisecond)
		if len(h.bodies) != 2 || len(h.deleted) != 0 {
			t.Fatalf("after an error %v were handed over and %v deleted", h.bodies, h.deleted)
		}
		h.mu.Lock()
		h.deaf = nil
		h.mu.Unlock()
		wait(2 * time.Second)
		if len(h.bodies) != 4 || len(h.deleted) != 2 {
			t.Errorf("%v were handed over and %v deleted", h.bodies, h.deleted)
		}
	})
}

func TestAQueueThatFailsIsLeftAloneForLongerAndLongerAndSaidOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := &heard{broken: errBroken}
		listener := serve(t, h)
		listener.Listen(events.Source{Name: "default", URL: "x"})
		wait(10 * time.Minute)
		if h.received > 12 || h.failed != h.received {
			t.Errorf("in ten minutes it was asked %d times, and %d failures were told of", h.received, h.failed)
		}
		if !slices.Equal(h.changed, []string{"default"}) || !errors.Is(listener.Failing("default"), errBroken) {
			t.Errorf("it was said %v, and the error is %v", h.changed, listener.Failing("default"))
		}
		h.mu.Lock()
		h.broken = nil
		h.mu.Unlock()
		wait(6 * time.Minute)
		if len(h.changed) != 2 || listener.Failing("default") != nil {
			t.Errorf("it was said %v, and the error is %v", h.changed, listener.Failing("default"))
		}
	})
}

func TestAQueueIsReadOnlyWhileItIsWanted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := &heard{}
		listener := serve(t, h)
		source := events.Source{Name: "default", URL: "x"}
		wait(time.Minute)
		if h.received != 0 {
			t.Errorf("without a source %d calls were made", h.received)
		}
		for range 5 { // each pass of the account says it again
			listener.Listen(source)
			wait(time.Second)
		}
		if h.opened != 1 || h.received != 1 {
			t.Errorf("one source was opened %d times and asked %d times", h.opened, h.received)
		}
		source.URL = "y"
		listener.Listen(source)
		wait(time.Second)
		if h.opened != 2 {
			t.Errorf("another queue was opened %d times", h.opened)
		}
		listener.Stop("default")
		wait(time.Second)
		before := h.received
		wait(time.Minute)
		if h.received != before {
			t.Errorf("after the end %d calls were made", h.received-before)
		}
	})
}

func TestAnEndpointThatDoesNotWaitIsNotAskedWithoutEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := &heard{impatient: true}
		serve(t, h).Listen(events.Source{Name: "default", URL: "x"})
		wait(time.Minute)
		if h.received > 61 {
			t.Errorf("in a minute it was asked %d times", h.received)
		}
	})
}

// wait lets simulated time go by, and what happens then come to its end.
func wait(d time.Duration) {
	time.Sleep(d)
	synctest.Wait()
}
