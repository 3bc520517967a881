// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package awsiam_test

import (
	"net/http/httptest"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"

	"github.com/ecsiam/ecs-iam-controller/internal/iam"
	"github.com/ecsiam/ecs-iam-controller/internal/iam/awsiam"
	"github.com/ecsiam/ecs-iam-controller/internal/iam/iamsim"
)

const (
	trust    = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"ecs-tasks.amazonaws.com"},"Action":"sts:AssumeRole"}]}`
	document = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:Get*","Resource":"arn:aws:s3:::a+b/50%25/*"}]}`
	readOnly = "arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore"
	execute  = "arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy"
)

// newSim is an empty AWS account served over HTTP.
func newSim(t *testing.T) *iamsim.Sim {
	t.Helper()
	sim := iamsim.New(iamsim.Options{}).Start()
	t.Cleanup(sim.Close)
	return sim
}

// config reaches an endpoint with made-up credentials.
func config(endpoint string) aws.Config {
	return aws.Config{
		Region:       "eu-west-1",
		BaseEndpoint: aws.String(endpoint),
		Credentials:  credentials.NewStaticCredentialsProvider("AKIAEXAMPLE", "secret", ""),
	}
}

func newAccount(t *testing.T, sim *iamsim.Sim) *awsiam.Account {
	t.Helper()
	return awsiam.New(config(sim.URL()), awsiam.Options{})
}

// checkoutRole has one of everything.
func checkoutRole() iam.Role {
	return iam.Role{
		Name: "payments_checkout", Path: "/ecs/", Description: "reads a bucket", MaxSessionSeconds: 7200, Trust: trust,
		InlinePolicies: map[string]string{"ecsiam": document}, Attached: []string{readOnly, execute},
		Tags: map[string]string{"team": "payments", "ecsiam.dev/owner": "local/payments/checkout"},
	}
}

// create makes the role and what hangs on it, then forgets the calls.
func create(t *testing.T, sim *iamsim.Sim, account iam.Account, role iam.Role) {
	t.Helper()
	must(t, second(account.CreateRole(t.Context(), role)))
	for name, document := range role.InlinePolicies {
		must(t, account.PutRolePolicy(t.Context(), role.Name, name, document))
	}
	for _, arn := range role.Attached {
		must(t, account.AttachRolePolicy(t.Context(), role.Name, arn))
	}
	sim.ResetCalls()
}

func second(_, _ string, err error) error { return err }

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

var _ = httptest.NewServer
