// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package awsiam

import (
	"context"
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

// Factory makes one Account for each AWSAccount and keeps it for as long as its configuration stays the same. It is
// safe for concurrent use.
type Factory struct {
	base    aws.Config
	options FactoryOptions

	mu       sync.Mutex
	accounts map[string]madeAccount
}

type madeAccount struct {
	config  iam.AccountConfig
	account *Account
}

var _ iam.Accounts = (*Factory)(nil)

// NewFactory returns a factory whose accounts are reached with the credentials, endpoints and HTTP client of base.
func NewFactory(base aws.Config, options FactoryOptions) *Factory {
	return &Factory{base: base, options: options, accounts: map[string]madeAccount{}}
}

// ForAccount implements iam.Accounts. It makes no call.
func (f *Factory) ForAccount(_ context.Context, config iam.AccountConfig) iam.Account {
	f.mu.Lock()
	defer f.mu.Unlock()
	if made, ok := f.accounts[config.Name]; ok && made.config == config {
		return made.account
	}
	cfg := f.base.Copy()
	if config.Region != "" {
		cfg.Region = config.Region
	}
	account := New(cfg, Options{
		Name: config.Name, RateLimit: RateLimit{QPS: config.QPS, Burst: config.Burst},
		Clock: f.options.Clock, Metrics: f.options.Metrics, Version: f.options.Version,
	})
	f.accounts[config.Name] = madeAccount{config: config, account: account}
	return account
}
