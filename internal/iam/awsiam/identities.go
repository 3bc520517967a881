// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package awsiam

import (
	"sync"

	"k8s.io/utils/clock"

	"github.com/ecsiam/ecs-iam-controller/internal/iam"
)

// identities keep who credentials belong to.
type identities struct {
	*cached[iam.Identity]

	mu  sync.Mutex
	key string // the access key id that the kept one was asked with
}

func newIdentities(c clock.PassiveClock) *identities {
	return &identities{cached: newCached[iam.Identity](c)}
}

// of forgets what is known of other credentials.
func (i *identities) of(accessKeyID string) {
	i.mu.Lock()
	defer i.mu.Unlock()
	if i.key != accessKeyID {
		i.key = accessKeyID
		i.drop()
	}
}
