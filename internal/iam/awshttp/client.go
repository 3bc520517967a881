// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

// Package awshttp holds the HTTP client that the AWS SDK is given.
package awshttp

import (
	"io"
	"net/http"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsdefault "github.com/aws/aws-sdk-go-v2/aws/transport/http"
)

// New returns a client that hides the io.WriterTo of request bodies from net/http, or base so wrapped. The SDK closes
// the body as soon as a reply begins; its WriteTo then fails with io.EOF, where its Read ends cleanly, and net/http,
// which may still be looking for the end of the body, takes that for a failed request and closes the connection under
// the reply. Replies of more than a few kilobytes from a near endpoint got lost that way.
func New(base aws.HTTPClient) aws.HTTPClient {
	if base == nil {
		base = awsdefault.NewBuildableClient()
	}
	return client{base}
}

type client struct{ base aws.HTTPClient }

// readOnly has no method but Read and Close.
type readOnly struct{ io.ReadCloser }

// Do implements aws.HTTPClient.
func (c client) Do(r *http.Request) (*http.Response, error) {
	if r.Body != nil && r.Body != http.NoBody {
		r = r.Clone(r.Context())
		r.Body = readOnly{r.Body}
	}
	return c.base.Do(r) //nolint:wrapcheck // a transparent client
}
