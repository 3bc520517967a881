// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package apiserver

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"sync"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// Server holds the objects. It is safe for concurrent use.
type Server struct {
	mu       sync.Mutex
	version  int
	kinds    map[string]*kind // by the path of the resource, such as apis/ecsiam.dev/v1alpha1/ecsroles
	requests map[string]int
}

// kind is one resource and its objects.
type kind struct {
	resource Resource
	objects  map[types.NamespacedName]*unstructured.Unstructured
	// log has what changed, oldest first; watches read it from where they are. grown is closed when it grows.
	log   []change
	grown chan struct{}
}

// change is an event of a watch.
type change struct {
	version int
	event   []byte
}

// New returns a server without objects.
func New(resources ...Resource) *Server {
	s := &Server{kinds: map[string]*kind{}, requests: map[string]int{}}
	for _, r := range resources {
		s.kinds[r.path()] = &kind{
			resource: r, objects: map[types.NamespacedName]*unstructured.Unstructured{}, grown: make(chan struct{}),
		}
	}
	return s
}

// Writes are the writes of clients by verb and resource, such as "patch ecsroles/status", since the last Reset.
func (s *Server) Writes() map[string]int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return maps.Clone(s.requests)
}

// Reset forgets the writes.
func (s *Server) Reset() {
	s.mu.Lock()
	defer s.mu.Unlock()
	clear(s.requests)
}

// Apply creates an object, or changes its metadata and spec, as a user does: that is no write of Writes.
func (s *Server) Apply(object client.Object) error {
	content, err := runtime.DefaultUnstructuredConverter.ToUnstructured(object)
	if err != nil {
		return fmt.Errorf("converting an object: %w", err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	next := &unstructured.Unstructured{Object: content}
	k := s.ofKind(next.GetKind())
	if k == nil {
		return fmt.Errorf("kind %s is not served", next.GetKind())
	}
	if old := k.objects[keyOf(next)]; old != nil {
		return s.respecify(k, old, next)
	}
	delete(next.Object, "status")
	next.SetUID(types.UID(fmt.Sprintf("00000000-0000-4000-8000-%012d", s.version+1)))
	next.SetGeneration(1)
	next.SetCreationTimestamp(metav1.NewTime(time.Now().Truncate(time.Second)))
	s.store(k, "ADDED", next)
	return nil
}

// respecify gives an object another spec.
func (s *Server) respecify(k *kind, old, next *unstructured.Unstructured) error {
	changed := old.DeepCopy()
	changed.Object["spec"] = next.Object["spec"]
	changed.SetAnnotations(next.GetAnnotations())
	changed.SetGeneration(old.GetGeneration() + 1)
	s.store(k, "MODIFIED", changed)
	return nil
}

// Delete deletes an object, as a user does.
func (s *Server) Delete(object client.Object, kindName string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	k := s.ofKind(kindName)
	old := k.objects[client.ObjectKeyFromObject(object)]
	if old == nil {
		return
	}
	next := old.DeepCopy()
	now := metav1.NewTime(time.Now().Truncate(time.Second))
	next.SetDeletionTimestamp(&now)
	s.keep(k, next)
}

// Get reads an object, and reports whether it exists.
func (s *Server) Get(kindName string, key types.NamespacedName, into client.Object) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	found := s.ofKind(kindName).objects[key]
	return found != nil && runtime.DefaultUnstructuredConverter.FromUnstructured(found.Object, into) == nil
}

// Each calls visit for all objects of a kind, which must not keep or change them.
func (s *Server) Each(kindName string, visit func(map[string]any)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, object := range s.ofKind(kindName).objects {
		visit(object.Object)
	}
}

func (s *Server) ofKind(name string) *kind {
	for _, k := range s.kinds {
		if k.resource.Kind == name {
			return k
		}
	}
	return nil
}

// keep stores a changed object, or drops one that is being deleted and that nothing holds.
func (s *Server) keep(k *kind, next *unstructured.Unstructured) {
	if next.GetDeletionTimestamp() != nil && len(next.GetFinalizers()) == 0 {
		s.store(k, "DELETED", next)
		return
	}
	s.store(k, "MODIFIED", next)
}

// store gives an object its version, and tells of it.
func (s *Server) store(k *kind, event string, next *unstructured.Unstructured) {
	s.version++
	next.SetAPIVersion(k.resource.GroupVersion)
	next.SetKind(k.resource.Kind)
	next.SetResourceVersion(strconv.Itoa(s.version))
	next.SetManagedFields(managedFields(next))
	k.objects[keyOf(next)] = next
	if event == "DELETED" {
		delete(k.objects, keyOf(next))
	}
	k.log = append(k.log, change{s.version, encode(map[string]any{"type": event, "object": next.Object})})
	if len(k.log) > logKept {
		k.log = slices.Clone(k.log[len(k.log)-logKept/2:])
	}
	close(k.grown)
	k.grown = make(chan struct{})
}

// logKept is how many changes are kept for watches that are behind.
const logKept = 40_000

func keyOf(object client.Object) types.NamespacedName { return client.ObjectKeyFromObject(object) }

// encode is JSON of what was read from JSON.
func encode(value any) []byte {
	text, err := json.Marshal(value)
	if err != nil {
		panic(err)
	}
	return text
}
