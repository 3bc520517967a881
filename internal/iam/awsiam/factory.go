// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package awsiam

import (
	"cmp"
	"context"
	"reflect"
	"sync"

	"github.com/aws/aws-sdk-go-v2/aws"
	"k8s.io/utils/clock"

	"github.com/ecsiam/ecs-iam-controller/internal/iam"
)

// FactoryOptions are what the accounts of a Factory have in common. The zero value works.
type FactoryOptions struct {
	Clock   clock.Clock
	Metrics *Metrics
	Version string
}

// Factory makes one Account for each AWSAccount and keeps it for as long as its configuration stays the same. Those of
// one account id share one rate limit, for AWS counts their calls together. It is safe for concurrent use.
type Factory struct {
	base    aws.Config
	options FactoryOptions

	mu       sync.Mutex
	accounts map[string]madeAccount // by the name of the AWSAccount
	limiters map[string]*limiter    // by account id
}

type madeAccount struct {
	config  iam.AccountConfig
	account *Account
}

var _ iam.Accounts = (*Factory)(nil)

// NewFactory returns a factory whose accounts are reached with the credentials, endpoints and HTTP client of base.
func NewFactory(base aws.Config, options FactoryOptions) *Factory {
	return &Factory{
		base: base, options: options, accounts: map[string]madeAccount{}, limiters: map[string]*limiter{},
	}
}

// ForAccount implements iam.Accounts. It makes no call.
func (f *Factory) ForAccount(_ context.Context, config iam.AccountConfig) iam.Account {
	f.mu.Lock()
	defer f.mu.Unlock()
	if made, ok := f.accounts[config.Name]; ok && reflect.DeepEqual(made.config, config) {
		return made.account
	}
	cfg := f.base.Copy()
	if config.Region != "" {
		cfg.Region = config.Region
	}
	before := f.accounts[config.Name].config
	f.accounts[config.Name] = madeAccount{config: config}
	account := New(cfg, Options{
		Name: config.Name, AssumeRole: config.AssumeRole, limiter: f.limiterOf(config),
		Clock: f.options.Clock, Metrics: f.options.Metrics, Version: f.options.Version,
	})
	f.accounts[config.Name] = madeAccount{config: config, account: account}
	f.settle(before)
	return account
}

// Forget implements iam.Accounts.
func (f *Factory) Forget(name string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	before := f.accounts[name].config
	delete(f.accounts, name)
	f.settle(before)
}

// limiterOf is the limiter of an account id, held to the lowest ceiling of those who share it.
func (f *Factory) limiterOf(config iam.AccountConfig) *limiter {
	key := limiterKey(config)
	ceiling, _ := f.lowest(key)
	shared, ok := f.limiters[key]
	if !ok {
		shared = newLimiter(ceiling)
		f.limiters[key] = shared
	}
	shared.setCeiling(ceiling)
	return shared
}

// settle gives those that a configuration shared its account id with what it left, and forgets a limiter of nobody.
func (f *Factory) settle(before iam.AccountConfig) {
	key := limiterKey(before)
	ceiling, used := f.lowest(key)
	shared, ok := f.limiters[key]
	switch {
	case ok && used:
		shared.setCeiling(ceiling)
	case ok:
		delete(f.limiters, key)
	}
}

// lowest is the lowest ceiling of the AWSAccounts that share a limiter, and whether there are any.
func (f *Factory) lowest(key string) (RateLimit, bool) {
	var lowest RateLimit
	used := false
	for _, made := range f.accounts {
		if limiterKey(made.config) != key {
			continue
		}
		limit := RateLimit{QPS: made.config.QPS, Burst: made.config.Burst}.withDefaults()
		if !used {
			lowest, used = limit, true
		}
		lowest = RateLimit{QPS: min(lowest.QPS, limit.QPS), Burst: min(lowest.Burst, limit.Burst)}
	}
	return lowest, used
}

func limiterKey(config iam.AccountConfig) string { return cmp.Or(config.AccountID, config.Name) }
