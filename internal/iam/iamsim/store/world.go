// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package store

import "math/rand/v2"

// World is all accounts, and what they share. It is not safe for concurrent use: whoever holds it locks it.
type World struct {
	Partition string
	Quotas    Quotas
	Managed   map[string]*Policy // AWS's, by ARN
	// Operator is the ARN of the default account's long-term credentials: a principal that needs no user.
	Operator string

	accounts map[string]*Account
	sessions map[string]Caller // by access key id
	random   *rand.Rand
}

// NewWorld makes a world without accounts. The seed fixes the unique ids and the order of principals.
func NewWorld(partition string, managed map[string]*Policy, quotas Quotas, seed uint64) *World {
	return &World{
		Partition: partition, Quotas: quotas, Managed: managed,
		accounts: map[string]*Account{}, sessions: map[string]Caller{},
		random: rand.New(rand.NewPCG(seed, 0x1A3)), //nolint:gosec // ids are to be repeatable
	}
}

// Account finds an account and makes it when it is new.
func (w *World) Account(id string) *Account {
	a, ok := w.accounts[id]
	if !ok {
		a = &Account{ID: id, State: newState()}
		w.accounts[id] = a
	}
	return a
}

// Known finds an account that was made.
func (w *World) Known(id string) (*Account, bool) {
	a, ok := w.accounts[id]
	return a, ok
}

// Forget makes every write visible in all accounts.
func (w *World) Forget() {
	for _, a := range w.accounts {
		a.Forget()
	}
}

// Issue makes an access key for a session.
func (w *World) Issue(caller Caller) Caller {
	caller.AccessKeyID = w.UniqueID("ASIA")
	w.sessions[caller.AccessKeyID] = caller
	return caller
}

// Issued finds the session of an access key.
func (w *World) Issued(accessKeyID string) (Caller, bool) {
	caller, ok := w.sessions[accessKeyID]
	return caller, ok
}

// ARN builds the ARN of an IAM resource.
func (w *World) ARN(account, resource string) string {
	return "arn:" + w.Partition + ":iam::" + account + ":" + resource
}

const idAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"

// UniqueID makes an id as IAM does, for instance AROA and 17 letters or digits.
func (w *World) UniqueID(prefix string) string {
	id := []byte(prefix)
	for range 17 {
		id = append(id, idAlphabet[w.random.IntN(len(idAlphabet))])
	}
	return string(id)
}
