// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package awshttp_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/ecsiam/ecs-iam-controller/internal/iam/awshttp"
)

// closesEarly is the body that the SDK sends: reading after its end is clean, writing it out is not.
type closesEarly struct{ *strings.Reader }

func (closesEarly) Close() error                     { return nil }
func (closesEarly) WriteTo(io.Writer) (int64, error) { return 0, io.EOF }

func TestABodyIsReadEvenIfItRefusesToWriteItselfOut(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(w, r.Body)
	}))
	t.Cleanup(server.Close)
	body := closesEarly{strings.NewReader("Action=A")}
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, server.URL, body)
	if err != nil {
		t.Fatal(err)
	}
	reply, err := awshttp.New(nil).Do(request)
	if err != nil {
		t.Fatalf("sending: %v", err)
	}
	defer func() { _ = reply.Body.Close() }()
	if got, err := io.ReadAll(reply.Body); err != nil || string(got) != "Action=A" {
		t.Errorf("got %q, %v, want the body back", got, err)
	}
}
