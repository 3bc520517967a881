// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package admission

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/internal/iam"
	"github.com/ecsiam/ecs-iam-controller/internal/lazyregexp"
)

// world is an account that an object might be for. What is wrong in each of them is wrong with the object.
type world struct{ partition, accountID, region string }

// assumedAccount is taken for the account where none is known. Messages have the placeholder instead.
const assumedAccount = "123456789012"

// clusterID is any: no judgement depends on it.
const clusterID = "cluster"

// maxQuotas are the most that AWS raises quotas to. Source: IAM user guide, "IAM and AWS STS quotas".
var maxQuotas = iam.Quotas{AttachedPoliciesPerRole: 25, TrustPolicySize: 8192}

var (
	partitionIn = lazyregexp.New(`arn:(aws(?:-[a-z]+)*):`)
	accountIn   = lazyregexp.New(`:([0-9]{12}):`)
	regionIn    = lazyregexp.New(`\b(us-gov|cn|us-iso|us-isob|eu-isoe|us-isof|eusc)-[a-z]+-[0-9]\b`)
)

// regionsOf are a region of each partition whose regions have names of their own.
var regionsOf = map[string]string{
	"aws-cn": "cn-north-1", "aws-us-gov": "us-gov-west-1", "aws-iso": "us-iso-east-1", "aws-iso-b": "us-isob-east-1",
	"aws-iso-e": "eu-isoe-west-1", "aws-iso-f": "us-isof-south-1", "aws-eusc": "eusc-de-east-1",
}

// maxNamed bounds how many partitions and accounts an object is tried with.
const maxNamed = 4

// worlds are the accounts that a spec may be for: that of its AWSAccount, the common one, and what the spec names.
func worlds(spec any, s Surroundings) []world {
	text, err := json.Marshal(spec)
	if err != nil {
		text = nil // a spec that came as JSON can be written as JSON
	}
	partitions := append([]string{s.partition()}, groups(partitionIn, text)...)
	accounts := append([]string{assumedAccount}, groups(accountIn, text)...)
	if s.Account != nil && s.Account.Spec.AccountID != "" {
		accounts = append([]string{s.Account.Spec.AccountID}, accounts...)
	}
	for _, prefix := range groups(regionIn, text) {
		for partition, region := range regionsOf {
			if strings.HasPrefix(region, prefix+"-") {
				partitions = append(partitions, partition)
			}
		}
	}
	partitions, accounts = named(append(partitions, DefaultPartition)), named(accounts)
	list := make([]world, 0, len(partitions)*len(accounts))
	for _, partition := range partitions {
		for _, account := range accounts {
			region := "eu-west-1"
			if own := regionsOf[partition]; own != "" {
				region = own
			}
			list = append(list, world{partition: partition, accountID: account, region: region})
		}
	}
	return list
}

// groups are what the first group of a pattern matches in a text.
func groups(pattern *lazyregexp.Regexp, text []byte) []string {
	matches := pattern.FindAllSubmatch(text, -1)
	list := make([]string, len(matches))
	for i, m := range matches {
		list[i] = string(m[1])
	}
	return list
}

// named are the first of a list, each once.
func named(list []string) []string {
	var kept []string
	for _, text := range list {
		if !slices.Contains(kept, text) && len(kept) < maxNamed {
			kept = append(kept, text)
		}
	}
	return kept
}

// inBest judges an object in each world, and returns what is wrong in the one that it fits best.
func inBest[T any](list []world, judge func(world) ([]problem, T)) (problems []problem, rest T) {
	for i, w := range list {
		found, more := judge(w)
		if i == 0 || len(found) < len(problems) {
			problems, rest = found, more
		}
		if len(problems) == 0 {
			break
		}
	}
	return problems, rest
}

// DefaultPartition is that of accounts of which nothing else is known.
const DefaultPartition = "aws"

// Surroundings is what is known of other objects. Nothing in it refuses an object.
type Surroundings struct {
	// Account is the AWSAccount that the object names, nil when it does not exist. Closed says why it does not take the
	// object, empty when it does.
	Account *v1alpha1.AWSAccount
	Closed  string
	// Region is the value of {region} where the account sets none.
	Region string
	// Roles and Policies are those of the object's namespace.
	Roles    []v1alpha1.ECSRole
	Policies []v1alpha1.ECSPolicy
}

// partition is what the account's status says, or the common one.
func (s Surroundings) partition() string {
	if s.Account != nil {
		if m := partitionIn.FindStringSubmatch(s.Account.Status.CallerARN); m != nil {
			return m[1]
		}
	}
	return DefaultPartition
}

// region is the account's.
func (s Surroundings) region() string {
	if s.Account != nil && s.Account.Spec.Region != "" {
		return string(s.Account.Spec.Region)
	}
	return s.Region
}
