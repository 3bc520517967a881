// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package events

import (
	"context"
	"maps"
	"reflect"
	"sync"
	"time"

	"github.com/ecsiam/ecs-iam-controller/internal/iam"
)

// Source is where the events of an account come from.
type Source struct {
	// Name is that of the AWSAccount, Config how the account is reached, URL the queue.
	Name   string
	Config iam.AccountConfig
	URL    string
	// Self is who the controller is in the account.
	Self iam.Identity
}

// Hearer is told what is heard.
type Hearer interface {
	// Open opens the queue of a source. It makes no call.
	Open(ctx context.Context, s Source) iam.Queue
	// Heard is called with messages. After an error they come again.
	Heard(ctx context.Context, s Source, messages []iam.Message) error
	// Changed is called when a queue begins to fail, and when it can be read again. Failed is called for each failure.
	Changed(name string)
	Failed(name string)
}

// Listener reads the queues of accounts while it serves. It is safe for concurrent use.
type Listener struct {
	changed chan struct{}

	mu     sync.Mutex
	wanted map[string]Source // by Name
	errs   map[string]error  // by Name
}

// NewListener returns a listener without queues.
func NewListener() *Listener {
	return &Listener{changed: make(chan struct{}, 1), wanted: map[string]Source{}, errs: map[string]error{}}
}

// Listen has the queue of an account read, in place of another that it had.
func (l *Listener) Listen(s Source) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if known, ok := l.wanted[s.Name]; ok && reflect.DeepEqual(known, s) {
		return
	}
	l.wanted[s.Name] = s
	delete(l.errs, s.Name)
	l.wake()
}

// Stop has the queue of an account no longer read.
func (l *Listener) Stop(name string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if _, known := l.wanted[name]; known {
		delete(l.wanted, name)
		delete(l.errs, name)
		l.wake()
	}
}

func (l *Listener) wake() {
	select {
	case l.changed <- struct{}{}:
	default:
	}
}

// Failing is why the queue of an account cannot be read; nil when it can, or when none is.
func (l *Listener) Failing(name string) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.errs[name]
}

// Serve reads the queues until the context ends.
func (l *Listener) Serve(ctx context.Context, hearer Hearer) {
	running := map[string]func(){}
	at := map[string]Source{}
	var all sync.WaitGroup
	defer all.Wait()
	for {
		wanted := l.sources()
		for name, stop := range running {
			if !reflect.DeepEqual(wanted[name], at[name]) {
				stop()
				delete(running, name)
			}
		}
		for name, source := range wanted {
			if running[name] != nil {
				continue
			}
			one, stop := context.WithCancel(ctx)
			running[name], at[name] = stop, source
			all.Go(func() { l.listen(one, source, hearer) })
		}
		select {
		case <-l.changed:
		case <-ctx.Done():
			for _, stop := range running {
				stop()
			}
			return
		}
	}
}

func (l *Listener) sources() map[string]Source {
	l.mu.Lock()
	defer l.mu.Unlock()
	return maps.Clone(l.wanted)
}

const (
	// firstRetry and lastRetry bound how long a queue that cannot be read is left alone.
	firstRetry = time.Second
	lastRetry  = 5 * time.Minute
	// breath is the least time between two answers without messages: an endpoint that does not wait is not to be asked
	// without end.
	breath = time.Second
)

// listen reads one queue until the context ends.
func (l *Listener) listen(ctx context.Context, s Source, hearer Hearer) {
	queue, retry := hearer.Open(ctx, s), firstRetry
	for ctx.Err() == nil {
		began := time.Now()
		n, err := l.round(ctx, s, queue, hearer)
		switch {
		case ctx.Err() != nil:
			return
		case err != nil:
			hearer.Failed(s.Name)
			l.note(s, err, hearer)
			sleep(ctx, retry)
			retry = min(2*retry, lastRetry)
			continue
		case n == 0 && time.Since(began) < breath:
			sleep(ctx, breath)
		}
		retry = firstRetry
		l.note(s, nil, hearer)
	}
}

// round reads messages once, hands them over and deletes them. It returns how many there were.
func (*Listener) round(ctx context.Context, s Source, queue iam.Queue, hearer Hearer) (int, error) {
	messages, err := queue.Receive(ctx)
	if err != nil || len(messages) == 0 {
		return 0, err //nolint:wrapcheck // an *iam.Error says it all
	}
	if err := hearer.Heard(ctx, s, messages); err != nil {
		return 0, err //nolint:wrapcheck // says what for itself
	}
	return len(messages), queue.Delete(ctx, messages) //nolint:wrapcheck // an *iam.Error says it all
}

// note remembers whether a queue can be read.
func (l *Listener) note(s Source, err error, hearer Hearer) {
	l.mu.Lock()
	if !reflect.DeepEqual(l.wanted[s.Name], s) {
		l.mu.Unlock()
		return
	}
	before := l.errs[s.Name]
	l.errs[s.Name] = err
	l.mu.Unlock()
	if (before == nil) != (err == nil) {
		hearer.Changed(s.Name)
	}
}

func sleep(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}
