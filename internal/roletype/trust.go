// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package roletype

import (
	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/internal/policy"
)

const (
	// AssumeRole is the one action of every trust policy that AWS documents for ECS; none has sts:TagSession.
	AssumeRole = "sts:AssumeRole"
	// TrustSid names the statement that follows from the type.
	TrustSid = v1alpha1.ReservedSidPrefix + "Trust"
)

// TrustSettings are what a trust policy depends on beside the type.
type TrustSettings struct {
	// Partition and AccountID are where the role lives.
	Partition, AccountID string
	// Service replaces the service principal of the type when it is not empty.
	Service string
	// Protection overrules the type's default; empty is Default.
	Protection v1alpha1.ConfusedDeputyProtection
	// Regions narrow aws:SourceArn; empty means all regions. IAM is global: with one region ECS could not use the role
	// in the others.
	Regions []string
	// SourceARNs replace aws:SourceArn when there are any.
	SourceARNs []string
}

// Protects reports whether the trust policy of the type carries the condition against a confused deputy.
func (t Type) Protects(p v1alpha1.ConfusedDeputyProtection) bool {
	switch p {
	case v1alpha1.ConfusedDeputyEnabled:
		return t.ConfusedDeputy.When != Never
	case v1alpha1.ConfusedDeputyDisabled:
		return false
	default:
		return t.ConfusedDeputy.When == ByDefault
	}
}

// TrustPolicy is the trust policy of a role of the type: one statement that lets the service assume the role.
func (t Type) TrustPolicy(s TrustSettings) policy.Document {
	service := s.Service
	if service == "" {
		service = t.Principal.In(s.Partition)
	}
	st := policy.Statement{
		Sid:       TrustSid,
		Effect:    policy.Allow,
		Principal: &policy.Principal{Service: []string{service}},
		Actions:   []string{AssumeRole},
	}
	if t.Protects(s.Protection) {
		st.Condition = t.condition(s)
	}
	return policy.Document{Version: policy.Version2012, Statements: []policy.Statement{st}}
}

// condition uses ArnLike throughout: it is the same operator as ArnEquals in IAM and says that wildcards are meant.
func (t Type) condition(s TrustSettings) policy.Condition {
	return policy.Condition{
		"ArnLike":      {"aws:SourceArn": t.sourceARNs(s)},
		"StringEquals": {"aws:SourceAccount": {s.AccountID}},
	}
}

func (t Type) sourceARNs(s TrustSettings) []string {
	if len(s.SourceARNs) > 0 {
		return s.SourceARNs
	}
	regions := s.Regions
	if len(regions) == 0 {
		regions = []string{"*"}
	}
	arns := make([]string, len(regions))
	for i, region := range regions {
		arns[i] = "arn:" + s.Partition + ":" + t.ConfusedDeputy.Service + ":" + region + ":" + s.AccountID + ":" +
			t.ConfusedDeputy.Resource
	}
	return arns
}
