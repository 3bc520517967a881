// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package belief

import (
	"crypto/sha256"
	"maps"
	"slices"

	"github.com/ecsiam/ecs-iam-controller/internal/iam"
)

// Digest stands for all of an observation that a reading shows, however it was made. Documents that say the same have
// the same digest.
type Digest digest

// DigestOf returns the digest of an observation, and of what else is to be told apart.
func DigestOf(o iam.Observation, beside ...string) Digest {
	all, sum := partsOf(o), sha256.New()
	for _, key := range slices.Sorted(maps.Keys(all)) {
		value := all[key]
		sum.Write([]byte(key))
		sum.Write([]byte{0})
		sum.Write(value[:])
	}
	for _, text := range beside {
		sum.Write([]byte(text))
		sum.Write([]byte{0})
	}
	return Digest(sum.Sum(nil)[:len(Digest{})])
}
