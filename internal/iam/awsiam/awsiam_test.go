// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package awsiam_test

import (
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"

	"github.com/ecsiam/ecs-iam-controller/internal/iam"
	"github.com/ecsiam/ecs-iam-controller/internal/iam/awsiam"
	"github.com/ecsiam/ecs-iam-controller/internal/iam/iamsim"
)

const (
	trust = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow",` +
		`"Principal":{"Service":"ecs-tasks.amazonaws.com"},"Action":"sts:AssumeRole"}]}`
	// document holds what wrong decoding would corrupt.
	document = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:Get*",` +
		`"Resource":"arn:aws:s3:::a+b/50%25/x%20y/*"}]}`
	denial = `{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"*","Resource":"*"}]}`

	execution = "arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy"
	instance  = "arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore"
	account   = "111122223333"
)

var noon = time.Date(2026, 1, 1, 12, 0, 0, 0, time.UTC)

// newSim is an empty AWS account, served over HTTP.
func newSim(t *testing.T) *iamsim.Sim {
	t.Helper()
	sim := iamsim.New(iamsim.Options{AccountID: account}).Start()
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

// fast is a rate limit that no test feels.
var fast = awsiam.RateLimit{QPS: 1e6, Burst: 1e6}

func newAccount(t *testing.T, sim *iamsim.Sim) *awsiam.Account {
	t.Helper()
	return awsiam.New(config(sim.URL()), awsiam.Options{RateLimit: fast})
}

// newStub is an account whose endpoint answers every call alike.
func newStub(t *testing.T, status int, body string) *awsiam.Account {
	t.Helper()
	return serve(t, func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(status)
		fmt.Fprint(w, body)
	})
}

// newRoleStub is an account that has one role: the given XML, with nothing attached.
func newRoleStub(t *testing.T, role string) *awsiam.Account {
	t.Helper()
	return serve(t, func(w http.ResponseWriter, r *http.Request) {
		action := r.FormValue("Action")
		result := ""
		if action == "GetRole" {
			result = role
		}
		fmt.Fprintf(w, "<%[1]sResponse><%[1]sResult>%[2]s</%[1]sResult></%[1]sResponse>", action, result)
	})
}

func serve(t *testing.T, handler http.HandlerFunc) *awsiam.Account {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	return awsiam.New(config(server.URL), awsiam.Options{RateLimit: fast})
}

// direct is an HTTP client that hands requests to a handler without a network, for tests in which time is simulated.
type direct struct{ handler http.Handler }

func (d direct) Do(request *http.Request) (*http.Response, error) {
	recorder := httptest.NewRecorder()
	d.handler.ServeHTTP(recorder, request)
	if err := request.Context().Err(); err != nil {
		return nil, err
	}
	return recorder.Result(), nil
}

// newDirect reaches a handler on the clock of the test, which a bubble of testing/synctest simulates.
func newDirect(handler http.Handler, options awsiam.Options) *awsiam.Account {
	cfg := config("http://aws.invalid")
	cfg.HTTPClient = direct{handler}
	return awsiam.New(cfg, options)
}

// checkoutRole has one of everything.
func checkoutRole() iam.Role {
	return iam.Role{
		Name: "payments_checkout", Path: "/ecs/", Description: "reads a bucket", MaxSessionSeconds: 7200, Trust: trust,
		InlinePolicies: map[string]string{"ecsiam": document}, Attached: []string{instance, execution},
		Tags: map[string]string{"team": "payments", "ecsiam.dev/owner": "local/payments/checkout"},
	}
}

// create makes the role and what hangs on it.
func create(t *testing.T, a iam.Account, role iam.Role) {
	t.Helper()
	_, _, err := a.CreateRole(t.Context(), role)
	must(t, err)
	for name, document := range role.InlinePolicies {
		must(t, a.PutRolePolicy(t.Context(), role.Name, name, document))
	}
	for _, arn := range role.Attached {
		must(t, a.AttachRolePolicy(t.Context(), role.Name, arn))
	}
}

// errorOf is the *iam.Error that err has to be.
func errorOf(t *testing.T, err error) *iam.Error {
	t.Helper()
	var e *iam.Error
	if !errors.As(err, &e) {
		t.Fatalf("error is %T: %v; want an *iam.Error", err, err)
	}
	return e
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
