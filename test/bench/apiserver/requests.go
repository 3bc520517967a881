// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package apiserver

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/types"
)

// request is what a path asks for.
type request struct {
	kind   *kind
	key    types.NamespacedName
	status bool
}

// parse reads a path such as /apis/ecsiam.dev/v1alpha1/namespaces/team/ecsroles/app/status.
func (s *Server) parse(path string) (request, bool) {
	parts := strings.Split(strings.Trim(path, "/"), "/")
	at := 2
	if parts[0] == "apis" {
		at = 3
	}
	if len(parts) <= at {
		return request{}, false
	}
	root, rest, asked := strings.Join(parts[:at], "/"), parts[at:], request{}
	if rest[0] == "namespaces" && len(rest) > 2 {
		asked.key.Namespace, rest = rest[1], rest[2:]
	}
	if len(rest) > 1 {
		asked.key.Name = rest[1]
	}
	asked.status = len(rest) > 2 && rest[2] == "status"
	asked.kind = s.kinds[root+"/"+rest[0]]
	return asked, asked.kind != nil
}

// ServeHTTP answers a request of the Kubernetes API.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	asked, found := s.parse(r.URL.Path)
	switch {
	case !found:
		s.discover(w, strings.Trim(r.URL.Path, "/"))
	case r.Method == http.MethodGet && asked.key.Name != "":
		s.get(w, asked)
	case r.Method == http.MethodGet && r.URL.Query().Get("watch") != "":
		s.watch(w, r, asked)
	case r.Method == http.MethodGet:
		s.list(w, asked)
	case r.Method == http.MethodPost:
		s.create(w, r, asked)
	case r.Method == http.MethodPatch:
		s.patch(w, r, asked)
	default:
		fail(w, http.StatusMethodNotAllowed, metav1.StatusReasonMethodNotAllowed)
	}
}

func send(w http.ResponseWriter, status int, body []byte) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, _ = w.Write(body) // a client that is gone needs no answer
}

func fail(w http.ResponseWriter, code int, reason metav1.StatusReason) {
	status := metav1.Status{
		TypeMeta: metav1.TypeMeta{Kind: "Status", APIVersion: "v1"}, Status: metav1.StatusFailure, Reason: reason,
		Code: int32(code), Message: string(reason),
	}
	send(w, code, encode(status))
}

// discover says which kinds there are.
func (s *Server) discover(w http.ResponseWriter, path string) {
	groups, resources := metav1.APIGroupList{}, metav1.APIResourceList{}
	groups.Kind, groups.APIVersion, resources.Kind, resources.APIVersion = "APIGroupList", "v1", "APIResourceList", "v1"
	for _, k := range s.kinds {
		group, version := k.resource.group()
		is := func(g metav1.APIGroup) bool { return g.Name == group }
		if group != "" && !slices.ContainsFunc(groups.Groups, is) {
			shown := metav1.GroupVersionForDiscovery{GroupVersion: k.resource.GroupVersion, Version: version}
			groups.Groups = append(groups.Groups, metav1.APIGroup{
				Name: group, Versions: []metav1.GroupVersionForDiscovery{shown}, PreferredVersion: shown,
			})
		}
		if k.resource.root() == path {
			resources.GroupVersion = k.resource.GroupVersion
			resources.APIResources = append(resources.APIResources, k.resource.discovered()...)
		}
	}
	switch {
	case path == "api":
		send(w, http.StatusOK, encode(metav1.APIVersions{
			TypeMeta: metav1.TypeMeta{Kind: "APIVersions", APIVersion: "v1"}, Versions: []string{"v1"},
		}))
	case path == "apis":
		send(w, http.StatusOK, encode(groups))
	case resources.GroupVersion != "":
		send(w, http.StatusOK, encode(resources))
	default:
		fail(w, http.StatusNotFound, metav1.StatusReasonNotFound)
	}
}

func (s *Server) get(w http.ResponseWriter, asked request) {
	s.mu.Lock()
	object := asked.kind.objects[asked.key]
	s.mu.Unlock()
	if object == nil {
		fail(w, http.StatusNotFound, metav1.StatusReasonNotFound)
		return
	}
	send(w, http.StatusOK, encode(object.Object))
}

func (s *Server) list(w http.ResponseWriter, asked request) {
	s.mu.Lock()
	items, version := []any{}, s.version
	for key, object := range asked.kind.objects {
		if asked.key.Namespace == "" || key.Namespace == asked.key.Namespace {
			items = append(items, object.Object)
		}
	}
	s.mu.Unlock()
	send(w, http.StatusOK, encode(map[string]any{
		"apiVersion": asked.kind.resource.GroupVersion, "kind": asked.kind.resource.Kind + "List", "items": items,
		"metadata": map[string]any{"resourceVersion": strconv.Itoa(version)},
	}))
}

// create takes an object of a client; events are counted and not kept.
func (s *Server) create(w http.ResponseWriter, r *http.Request, asked request) {
	object, err := read(r)
	if err != nil {
		fail(w, http.StatusBadRequest, metav1.StatusReasonBadRequest)
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.requests["create "+asked.kind.resource.Plural]++
	if asked.kind.resource.Kind != "Event" {
		s.store(asked.kind, "ADDED", object)
	}
	send(w, http.StatusCreated, encode(object.Object))
}

func read(r *http.Request) (*unstructured.Unstructured, error) {
	object := &unstructured.Unstructured{}
	if err := json.NewDecoder(r.Body).Decode(&object.Object); err != nil {
		return nil, fmt.Errorf("reading a body: %w", err)
	}
	return object, nil
}

// patch merges a patch into the metadata of an object, or applies its status.
func (s *Server) patch(w http.ResponseWriter, r *http.Request, asked request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		fail(w, http.StatusBadRequest, metav1.StatusReasonBadRequest)
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	what := asked.kind.resource.Plural
	if asked.status {
		what += "/status"
	}
	s.requests["patch "+what]++
	old := asked.kind.objects[asked.key]
	if old == nil {
		fail(w, http.StatusNotFound, metav1.StatusReasonNotFound)
		return
	}
	next, code := patched(old, body, asked.status)
	if code != http.StatusOK {
		fail(w, code, metav1.StatusReasonConflict)
		return
	}
	s.keep(asked.kind, next)
	send(w, http.StatusOK, encode(next.Object))
}

// patched is an object after a patch, and the HTTP status. A resource version in the patch must be the object's.
func patched(old *unstructured.Unstructured, body []byte, status bool) (*unstructured.Unstructured, int) {
	patch := &unstructured.Unstructured{}
	if err := json.Unmarshal(body, &patch.Object); err != nil {
		return nil, http.StatusBadRequest
	}
	if version := patch.GetResourceVersion(); version != "" && version != old.GetResourceVersion() {
		return nil, http.StatusConflict
	}
	if status {
		next := old.DeepCopy()
		next.Object["status"] = patch.Object["status"]
		return next, http.StatusOK
	}
	next := old.DeepCopy()
	merge(next.Object, patch.Object)
	return next, http.StatusOK
}

// merge is a merge patch: null removes.
func merge(into, patch map[string]any) {
	for key, value := range patch {
		below, nested := value.(map[string]any)
		target, there := into[key].(map[string]any)
		switch {
		case value == nil:
			delete(into, key)
		case nested && there:
			merge(target, below)
		default:
			into[key] = value
		}
	}
}
