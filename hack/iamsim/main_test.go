// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bufio"
	"context"
	"io"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/sts"
)

func TestItServesUntilInterruptedAndSaysHowToReachIt(t *testing.T) {
	ctx, interrupt := context.WithCancel(t.Context())
	read, write := io.Pipe()
	cmd := command()
	cmd.SetArgs([]string{"--listen", "127.0.0.1:0", "--account-id", "444455556666", "--partition", "aws-us-gov"})
	cmd.SetOut(write)
	ended := make(chan error, 1)
	go func() { ended <- cmd.ExecuteContext(ctx); _ = write.Close() }()

	env := map[string]string{}
	for lines := bufio.NewScanner(read); env["AWS_DEFAULT_REGION"] == "" && lines.Scan(); {
		if key, value, ok := strings.Cut(strings.TrimPrefix(lines.Text(), "export "), "="); ok {
			env[key] = value
		}
	}
	go func() { _, _ = io.Copy(io.Discard, read) }()
	client := sts.NewFromConfig(aws.Config{
		Region: env["AWS_REGION"], BaseEndpoint: aws.String(env["AWS_ENDPOINT_URL"]),
		Credentials: credentials.NewStaticCredentialsProvider(env["AWS_ACCESS_KEY_ID"], env["AWS_SECRET_ACCESS_KEY"], ""),
	})
	out, err := client.GetCallerIdentity(ctx, &sts.GetCallerIdentityInput{})
	if err != nil {
		t.Fatalf("asking the server who we are: %v", err)
	}
	if got, want := aws.ToString(out.Arn), "arn:aws-us-gov:iam::444455556666:user/operator"; got != want {
		t.Errorf("got the caller %s, want %s", got, want)
	}
	interrupt()
	if err := <-ended; err != nil {
		t.Errorf("got %v after the interrupt, want no error", err)
	}
}

func TestAnAddressInUseIsAnErrorThatNamesTheFlag(t *testing.T) {
	cmd := command()
	cmd.SetArgs([]string{"--listen", "127.0.0.1:99999"})
	cmd.SetErr(io.Discard)
	err := cmd.ExecuteContext(t.Context())
	if err == nil || !strings.Contains(err.Error(), "--listen") {
		t.Errorf("got %v, want an error that names --listen", err)
	}
}
