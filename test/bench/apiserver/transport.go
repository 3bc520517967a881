// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package apiserver

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
)

// Transport reaches the server without a network, so that a test whose time is simulated can.
func (s *Server) Transport() http.RoundTripper { return transport{s} }

type transport struct{ handler http.Handler }

// RoundTrip implements http.RoundTripper.
func (t transport) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.URL.Query().Get("watch") == "" {
		recorder := httptest.NewRecorder()
		t.handler.ServeHTTP(recorder, r)
		return recorder.Result(), nil
	}
	reader, writer := io.Pipe()
	go func() {
		t.handler.ServeHTTP(streamed{writer}, r)
		writer.Close() //nolint:errcheck // a pipe's never fails
	}()
	context.AfterFunc(r.Context(), func() { reader.CloseWithError(r.Context().Err()) })
	header := http.Header{"Content-Type": {"application/json"}}
	return &http.Response{StatusCode: http.StatusOK, Header: header, Body: reader, Request: r}, nil
}

// streamed is an answer that is read while it is written.
type streamed struct{ io.Writer }

func (streamed) Header() http.Header { return http.Header{} }
func (streamed) WriteHeader(int)     {}
