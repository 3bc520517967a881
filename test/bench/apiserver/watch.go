// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package apiserver

import (
	"net/http"
	"slices"
	"strconv"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// watch sends what changes until the client is gone, all objects first where it asks for them.
func (s *Server) watch(w http.ResponseWriter, r *http.Request, asked request) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(http.StatusOK)
	flush := func() {
		if flusher, can := w.(http.Flusher); can {
			flusher.Flush()
		}
	}
	seen, err := strconv.Atoi(r.URL.Query().Get("resourceVersion"))
	if initial := r.URL.Query().Get("sendInitialEvents") == "true"; initial || err != nil {
		var events []byte
		events, seen = s.initial(asked, initial)
		_, _ = w.Write(events) // a client that is gone ends the watch below
	}
	flush()
	for {
		events, last, grown := s.since(asked, seen)
		if seen = last; len(events) > 0 {
			if _, err := w.Write(events); err != nil {
				return
			}
			flush()
		}
		select {
		case <-r.Context().Done():
			return
		case <-grown:
		}
	}
}

// initial are the events of the objects that there are, and of their end.
func (s *Server) initial(asked request, bookmark bool) (events []byte, version int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for key, object := range asked.kind.objects {
		if asked.key.Namespace == "" || key.Namespace == asked.key.Namespace {
			events = append(events, encode(map[string]any{"type": "ADDED", "object": object.Object})...)
		}
	}
	if bookmark {
		events = append(events, encode(map[string]any{"type": "BOOKMARK", "object": map[string]any{
			"apiVersion": asked.kind.resource.GroupVersion, "kind": asked.kind.resource.Kind,
			"metadata": map[string]any{
				"resourceVersion": strconv.Itoa(s.version),
				"annotations":     map[string]any{metav1.InitialEventsAnnotationKey: "true"},
			},
		}})...)
	}
	return events, s.version
}

// since are the events after a version, the version that they lead to, and what is closed when there are more.
func (s *Server) since(asked request, seen int) (events []byte, last int, grown <-chan struct{}) {
	s.mu.Lock()
	defer s.mu.Unlock()
	log := asked.kind.log
	from, _ := slices.BinarySearchFunc(log, seen+1, func(c change, version int) int { return c.version - version })
	for _, each := range log[from:] {
		events, seen = append(events, each.event...), each.version
	}
	return events, seen, asked.kind.grown
}
