// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package pass

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
)

// Fingerprint identifies what is wanted, and what it follows from, so that a difference can be put down to its cause: a
// digest each. What is wanted may change although neither spec, account nor references did: then the controller's own
// catalogue did.
type Fingerprint struct{ Wanted, Spec, Account, References string }

// Causes is the fingerprint of what follows from a spec, an account and what the spec refers to; Of completes it.
func Causes(spec any, account *v1alpha1.AWSAccount, references any) Fingerprint {
	f := Fingerprint{Spec: digest(spec), References: digest(references)}
	if account != nil {
		f.Account = digest(account.Spec)
	}
	return f
}

// Of returns the fingerprint of what is wanted.
func (f Fingerprint) Of(parts ...any) Fingerprint {
	f.Wanted = digest(parts)
	return f
}

// digest is short enough to be kept of ten thousand objects and long enough never to collide by chance.
func digest(part any) string {
	text, err := json.Marshal(part)
	if err != nil { // what cannot be told apart is taken for changed
		return ""
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:16])
}
