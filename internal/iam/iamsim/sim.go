// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package iamsim

import (
	"fmt"
	"math/rand/v2"
	"net/http/httptest"
	"regexp"
	"sync"

	"github.com/ecsiam/ecs-iam-controller/internal/iam/iamsim/calls"
	"github.com/ecsiam/ecs-iam-controller/internal/iam/iamsim/levers"
)

// Sim is the simulator: an http.Handler with any number of accounts behind it. It is safe for concurrent use.
type Sim struct {
	options Options
	levers  levers.Levers
	calls   calls.Log
	managed map[string]*Policy // AWS's, by ARN

	mu          sync.Mutex // guards all below
	quotas      Quotas
	accounts    map[string]*account
	credentials map[string]session // issued by AssumeRole, by access key id
	rng         *rand.Rand
	requests    int
	// deletionPolls is how many status reads see the deletion of a service-linked role under way.
	deletionPolls int
	server        *httptest.Server
}

// New makes a simulator with one empty account.
func New(options Options) *Sim {
	options = options.withDefaults()
	sim := &Sim{
		options:       options,
		managed:       buildAWSPolicies(options.Partition),
		quotas:        options.Quotas,
		accounts:      map[string]*account{},
		credentials:   map[string]session{},
		deletionPolls: 2,
		rng:           rand.New(rand.NewPCG(options.Seed, 0x1A3)), //nolint:gosec // ids are to be repeatable
	}
	sim.calls.Limit(options.CallLogLimit)
	sim.AddAccount(options.AccountID)
	for _, id := range options.AccessKeys {
		sim.AddAccount(id)
	}
	return sim
}

// AddAccount makes an account known: its principals must exist to be trusted. Accounts of callers are added by
// themselves.
func (s *Sim) AddAccount(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.accountLocked(id)
}

func (s *Sim) accountLocked(id string) *account {
	a, ok := s.accounts[id]
	if !ok {
		a = &account{id: id, state: newState()}
		s.accounts[id] = a
	}
	return a
}

// Start serves on a free port of the loopback interface until Close.
func (s *Sim) Start() *Sim {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.server == nil {
		s.server = httptest.NewServer(s)
	}
	return s
}

// URL is the endpoint after Start.
func (s *Sim) URL() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.server == nil {
		return ""
	}
	return s.server.URL
}

// Close stops the server that Start began and waits for its requests to end. Calls that hang are let go.
func (s *Sim) Close() {
	s.EndFaults(func(Fault) bool { return true })
	s.mu.Lock()
	server := s.server
	s.server = nil
	s.mu.Unlock()
	if server != nil {
		server.Close()
	}
}

// AccountID is the default account.
func (s *Sim) AccountID() string { return s.options.AccountID }

// SetQuotas replaces the quotas of all accounts; what exceeds them already stays.
func (s *Sim) SetQuotas(quotas Quotas) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.quotas = quotas
}

// forgetPast makes every write visible when the consistency lag has ended.
func (s *Sim) forgetPast() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.levers.Settings().ConsistencyLag().Enabled() {
		return
	}
	for _, a := range s.accounts {
		a.past = nil
	}
}

func (s *Sim) arn(accountID, resource string) string {
	return "arn:" + s.options.Partition + ":iam::" + accountID + ":" + resource
}

const idAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"

// uniqueIDPattern matches the unique ids of principals that IAM shows in place of a deleted one.
var uniqueIDPattern = regexp.MustCompile(`^A(ROA|IDA)[A-Z0-9]{16,}$`)

// uniqueID makes an id as IAM does, for instance AROA and 17 letters or digits.
func (s *Sim) uniqueID(prefix string) string {
	id := []byte(prefix)
	for range 17 {
		id = append(id, idAlphabet[s.rng.IntN(len(idAlphabet))])
	}
	return string(id)
}

func (s *Sim) nextRequestID() string {
	s.requests++
	return fmt.Sprintf("00000000-0000-4000-8000-%012x", s.requests)
}
