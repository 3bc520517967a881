// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package iamsim

import (
	"fmt"
	"net/http/httptest"
	"sync"

	"github.com/ecsiam/ecs-iam-controller/internal/iam/iamsim/calls"
	"github.com/ecsiam/ecs-iam-controller/internal/iam/iamsim/catalogue"
	"github.com/ecsiam/ecs-iam-controller/internal/iam/iamsim/levers"
	"github.com/ecsiam/ecs-iam-controller/internal/iam/iamsim/queue"
	"github.com/ecsiam/ecs-iam-controller/internal/iam/iamsim/store"
)

// Sim is the simulator: an http.Handler with any number of accounts behind it. It is safe for concurrent use.
type Sim struct {
	options Options
	levers  levers.Levers
	calls   calls.Log
	queues  queue.Queues

	mu            sync.Mutex // guards all below
	world         *store.World
	requests      int
	deletionPolls int
	server        *httptest.Server
}

// New makes a simulator with one empty account.
func New(options Options) *Sim {
	options = options.withDefaults()
	world := store.NewWorld(options.Partition, catalogue.Policies(options.Partition), options.Quotas, options.Seed)
	world.Operator = options.CallerARN
	sim := &Sim{options: options, world: world, deletionPolls: 2}
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
	s.world.Account(id)
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
	s.levers.End(func(levers.Fault) bool { return true })
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
	s.world.Quotas = quotas
}

// SetServiceLinkedRoleUsage makes the deletion of a service-linked role of the default account fail with this usage;
// none makes it succeed again.
func (s *Sim) SetServiceLinkedRoleUsage(roleName string, usage ...RegionUsage) {
	s.mu.Lock()
	defer s.mu.Unlock()
	a := s.world.Account(s.options.AccountID)
	if a.Usage == nil {
		a.Usage = map[string][]RegionUsage{}
	}
	a.Usage[roleName] = usage
}

// SetServiceLinkedRoleDeletionPolls sets how many status reads see the deletion of a service-linked role under way,
// NOT_STARTED first and IN_PROGRESS from the second on, before it ends. Default 2. A large number holds deletions back;
// lowering it lets them end at the next read.
func (s *Sim) SetServiceLinkedRoleDeletionPolls(n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.deletionPolls = n
}

// forgetPast makes every write visible when the consistency lag has ended.
func (s *Sim) forgetPast() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.levers.Settings().ConsistencyLag().Enabled() {
		s.world.Forget()
	}
}

func (s *Sim) nextRequestID() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.requests++
	return fmt.Sprintf("00000000-0000-4000-8000-%012x", s.requests)
}
