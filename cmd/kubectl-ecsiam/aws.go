// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/spf13/cobra"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/internal/iam"
	"github.com/ecsiam/ecs-iam-controller/internal/iam/awsiam"
	"github.com/ecsiam/ecs-iam-controller/internal/pass"
)

// errNoCredentials says that no AWS credentials were found.
var errNoCredentials = errors.New("no AWS credentials were found: sign in, or set AWS_PROFILE, or AWS_ACCESS_KEY_ID " +
	"and AWS_SECRET_ACCESS_KEY")

// credentialsPatience is how long the sources of credentials may take: one of them asks the network.
const credentialsPatience = 5 * time.Second

// awsAccess is how a command reaches AWS: by the credentials of whoever runs it, and for reading alone.
type awsAccess struct {
	profile    string
	region     string
	assumeRole bool
}

func (a *awsAccess) addFlags(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.StringVar(&a.profile, "profile", "", "profile of the AWS configuration; default is what AWS_PROFILE says")
	flags.StringVar(&a.region, "region", "", "AWS region, and the value of {region} where the AWSAccount sets none")
	flags.BoolVar(&a.assumeRole, "assume-role", false,
		"reach each account as the controller does, by spec.assumeRole of the AWSAccount, instead of directly")
}

// open returns accounts that can be read and not written. That there are no credentials is errNoCredentials.
func (a *awsAccess) open(ctx context.Context) (*readAccounts, error) {
	var options []func(*config.LoadOptions) error
	if a.profile != "" {
		options = append(options, config.WithSharedConfigProfile(a.profile))
	}
	if a.region != "" {
		options = append(options, config.WithRegion(a.region))
	}
	cfg, err := config.LoadDefaultConfig(ctx, options...)
	if err != nil {
		return nil, fmt.Errorf("reading the AWS configuration: %w", err)
	}
	if cfg.Credentials == nil {
		return nil, errNoCredentials
	}
	bounded, cancel := context.WithTimeout(ctx, credentialsPatience)
	defer cancel()
	if _, err := cfg.Credentials.Retrieve(bounded); err != nil {
		return nil, fmt.Errorf("%w (%s)", errNoCredentials, firstLine(err))
	}
	return newReadAccounts(cfg, a.assumeRole), nil
}

func firstLine(err error) string {
	line, _, _ := strings.Cut(err.Error(), "\n")
	return line
}

// readAccounts are AWS accounts to read from, which show what earlier plans are about to make as well.
type readAccounts struct {
	factory    iam.Accounts
	region     string
	assumeRole bool
	// known are the AWSAccounts by name, whose statuses say who the controller is.
	known map[string]*v1alpha1.AWSAccount

	mu       sync.Mutex
	policies map[string]*iam.Policy // those that plans are about to make, by ARN
	roles    map[string]*iam.Role   // likewise, by account and name
	reached  map[string]error       // by name of the AWSAccount
}

func newReadAccounts(cfg aws.Config, assumeRole bool) *readAccounts {
	cfg.Region = cmp.Or(cfg.Region, "us-east-1") // IAM has one endpoint a partition
	return &readAccounts{
		factory: awsiam.NewFactory(awsiam.ReadOnly(cfg), awsiam.FactoryOptions{Version: version}),
		region:  cfg.Region, assumeRole: assumeRole, known: map[string]*v1alpha1.AWSAccount{},
		policies: map[string]*iam.Policy{}, roles: map[string]*iam.Role{}, reached: map[string]error{},
	}
}

// ForAccount implements iam.Accounts.
func (r *readAccounts) ForAccount(ctx context.Context, account iam.AccountConfig) iam.Account {
	if !r.assumeRole {
		account.AssumeRole = nil
	}
	return readAccount{Account: r.factory.ForAccount(ctx, account), name: account.Name, all: r}
}

// Forget implements iam.Accounts.
func (r *readAccounts) Forget(name string) { r.factory.Forget(name) }

// reach returns why an account cannot be read with the credentials that are there, if anything.
func (r *readAccounts) reach(ctx context.Context, account *v1alpha1.AWSAccount) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if err, asked := r.reached[account.Name]; asked {
		return err
	}
	r.reached[account.Name] = r.ask(ctx, account)
	return r.reached[account.Name]
}

func (r *readAccounts) ask(ctx context.Context, account *v1alpha1.AWSAccount) error {
	identity, err := r.ForAccount(ctx, pass.AccountConfig(account)).Identity(ctx)
	switch {
	case iam.Classify(err) == iam.ClassCredentials:
		return fmt.Errorf("AWS does not accept the credentials (%w): sign in again, or choose others by --profile", err)
	case err != nil:
		return fmt.Errorf("asking AWS whose the credentials are: %w", err)
	case identity.AccountID != account.Spec.AccountID:
		return fmt.Errorf("the AWS credentials are of account %s, and AWSAccount %s is account %s: choose others by "+
			"--profile, or give --assume-role", identity.AccountID, account.Name, account.Spec.AccountID)
	}
	return nil
}

// expect has what a plan leads to shown from now on, for the plans of objects that refer to it.
func (r *readAccounts) expect(p pass.Preview) {
	end := p.Plan.End(p.Observed)
	r.mu.Lock()
	defer r.mu.Unlock()
	if end.Policy != nil && p.Observed.Policy == nil {
		r.policies[end.Policy.ARN] = end.Policy
	}
	if end.Role != nil && p.Observed.Role == nil {
		r.roles[p.AccountID+"/"+end.Role.Name] = end.Role
	}
}

// readAccount is one account of them.
type readAccount struct {
	iam.Account

	name string
	all  *readAccounts
}

// Identity says who the controller is, as far as the AWSAccount knows: what it protects is not ours.
func (a readAccount) Identity(ctx context.Context) (iam.Identity, error) {
	identity, err := a.Account.Identity(ctx)
	if account := a.all.known[a.name]; account != nil && account.Status.CallerARN != "" {
		identity.CallerARN = account.Status.CallerARN
	}
	return identity, err //nolint:wrapcheck // an *iam.Error says it all
}

// LookUpPolicy also knows policies that plans are about to make.
func (a readAccount) LookUpPolicy(ctx context.Context, arn string, document bool) (*iam.Policy, error) {
	a.all.mu.Lock()
	planned := a.all.policies[arn]
	a.all.mu.Unlock()
	if planned != nil {
		return planned, nil
	}
	return a.Account.LookUpPolicy(ctx, arn, document) //nolint:wrapcheck // an *iam.Error says it all
}

// ObserveBareRole also knows roles that plans are about to make.
func (a readAccount) ObserveBareRole(ctx context.Context, name string) (iam.Observation, error) {
	got, err := a.Account.ObserveBareRole(ctx, name)
	if err != nil || got.Role != nil {
		return got, err //nolint:wrapcheck // an *iam.Error says it all
	}
	identity, err := a.Account.Identity(ctx)
	if err != nil {
		return got, err //nolint:wrapcheck // an *iam.Error says it all
	}
	a.all.mu.Lock()
	defer a.all.mu.Unlock()
	if planned := a.all.roles[identity.AccountID+"/"+name]; planned != nil {
		role := *planned
		role.ARN = "arn:" + identity.Partition + ":iam::" + identity.AccountID + ":role" + role.Path + role.Name
		got.Role = &role
	}
	return got, nil
}
