// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package manifests

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"

	"github.com/ecsiam/ecs-iam-controller/internal/iam/iamsim"
)

// startIAM starts IAM for the time of a test. as configures a client with the credentials of an access key.
func startIAM(t *testing.T) (sim *iamsim.Sim, as func(key string) aws.Config) {
	t.Helper()
	sim = iamsim.New(iamsim.Options{}).Start()
	t.Cleanup(sim.Close)
	return sim, func(key string) aws.Config {
		return aws.Config{
			Region: "eu-west-1", BaseEndpoint: aws.String(sim.URL()),
			Credentials: credentials.NewStaticCredentialsProvider(key, "secret", ""),
		}
	}
}

func succeed(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
