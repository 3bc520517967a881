// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package awsiam

import (
	"cmp"
	"context"
	"maps"
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

// Factory makes one Account for each AWSAccount, and one for each namespace that has a session of its own in it, and
// keeps it for as long as its configuration stays the same. Those of one account id share one rate limit, for AWS
// counts their calls together. It is safe for concurrent use.
type Factory struct {
	base    aws.Config
	options FactoryOptions
	hops    hops

	mu       sync.Mutex
	accounts map[accountKey]madeAccount
	limiters map[string]*limiter // by account id
}

// accountKey is an AWSAccount and the namespace that a session of it is for, if any.
type accountKey struct{ name, namespace string }

func keyOf(config iam.AccountConfig) accountKey {
	key := accountKey{name: config.Name}
	if config.AssumeRole != nil && config.AssumeRole.Owner != nil {
		key.namespace = config.AssumeRole.Owner.Namespace
	}
	return key
}

type madeAccount struct {
	config  iam.AccountConfig
	account *Account
}

var _ iam.Accounts = (*Factory)(nil)

// NewFactory returns a factory whose accounts are reached with the credentials, endpoints and HTTP client of base.
func NewFactory(base aws.Config, options FactoryOptions) *Factory {
	return &Factory{
		base: base, options: options, accounts: map[accountKey]madeAccount{}, limiters: map[string]*limiter{},
	}
}

// ForAccount implements iam.Accounts. It makes no call.
func (f *Factory) ForAccount(_ context.Context, config iam.AccountConfig) iam.Account {
	f.mu.Lock()
	defer f.mu.Unlock()
	key := keyOf(config)
	if made, ok := f.accounts[key]; ok && reflect.DeepEqual(made.config, config) {
		return made.account
	}
	f.forget(func(made iam.AccountConfig) bool {
		return made.Name == config.Name && !reflect.DeepEqual(ofAccount(made), ofAccount(config))
	})
	f.accounts[key] = madeAccount{config: config}
	f.settle()
	account := f.open(config)
	f.accounts[key] = madeAccount{config: config, account: account}
	return account
}

func (f *Factory) open(config iam.AccountConfig) *Account {
	cfg := f.base.Copy()
	cfg.Region = cmp.Or(config.Region, cfg.Region)
	options := Options{
		Name: config.Name, AssumeRole: config.AssumeRole, limiter: f.limiters[limiterKey(config)], hops: &f.hops,
		Clock: f.options.Clock, Metrics: f.options.Metrics, Version: f.options.Version,
	}
	for key, made := range f.accounts {
		if key.name == config.Name && made.account != nil {
			options.documents = made.account.documents
		}
	}
	return New(cfg, options)
}

// ofAccount is a configuration without what differs between the sessions of one AWSAccount.
func ofAccount(config iam.AccountConfig) iam.AccountConfig {
	if config.AssumeRole != nil {
		role := *config.AssumeRole
		role.Owner = nil
		config.AssumeRole = &role
	}
	return config
}

// Forget implements iam.Accounts.
func (f *Factory) Forget(name string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.forget(func(made iam.AccountConfig) bool { return made.Name == name })
	f.settle()
}

func (f *Factory) forget(which func(iam.AccountConfig) bool) {
	maps.DeleteFunc(f.accounts, func(_ accountKey, made madeAccount) bool { return which(made.config) })
}

// settle brings what accounts share to what they are: one limiter for each account id, held to the lowest ceiling of
// those who share it, and the sessions on the way to roles.
func (f *Factory) settle() {
	ceilings, ways := map[string]RateLimit{}, map[string]bool{}
	for _, made := range f.accounts {
		key, limit := limiterKey(made.config), RateLimit{QPS: made.config.QPS, Burst: made.config.Burst}.withDefaults()
		if lowest, shared := ceilings[key]; shared {
			limit = RateLimit{QPS: min(lowest.QPS, limit.QPS), Burst: min(lowest.Burst, limit.Burst)}
		}
		ceilings[key] = limit
		if made.config.AssumeRole != nil {
			for _, hop := range hopKeys(cmp.Or(made.config.Region, f.base.Region), *made.config.AssumeRole) {
				ways[hop] = true
			}
		}
	}
	f.hops.keep(ways)
	maps.DeleteFunc(f.limiters, func(key string, _ *limiter) bool { _, used := ceilings[key]; return !used })
	for key, ceiling := range ceilings {
		if shared, ok := f.limiters[key]; ok {
			shared.setCeiling(ceiling)
		} else {
			f.limiters[key] = newLimiter(ceiling)
		}
	}
}

func limiterKey(config iam.AccountConfig) string { return cmp.Or(config.AccountID, config.Name) }
