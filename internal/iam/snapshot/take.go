// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package snapshot

import (
	"context"
	"time"

	"github.com/ecsiam/ecs-iam-controller/internal/iam"
)

// Take reads an account and returns the objects to look at. After an error it returns none, and the last whole snapshot
// stays in force.
func (s *Snapshots) Take(
	ctx context.Context, name string, reader iam.BulkReader, wanted Wanted, now func() time.Time,
) ([]Object, error) {
	t := s.begin(name, wanted, now())
	if err := t.read(ctx, reader); err != nil {
		s.failed(name, err)
		return nil, err
	}
	t.conclude()
	t.lookBeyond(ctx, reader)
	return t.changed, nil
}

// failed counts an attempt that failed.
func (s *Snapshots) failed(name string, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	a := s.of(name)
	a.failures++
	a.denied = iam.Classify(err) == iam.ClassDenied
	a.given = a.given || a.failures >= attempts || a.denied
}
