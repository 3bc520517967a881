// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package pass

import (
	"maps"
	"slices"
	"sync"
	"time"

	"k8s.io/apimachinery/pkg/types"

	"github.com/ecsiam/ecs-iam-controller/internal/plan"
)

// documentsKeptFor is how long the document of a managed policy is taken for the one in force. A look at a role of
// which nothing changed asks for none; a new version is seen, judged and reported within this time and one refreshing.
const documentsKeptFor = time.Hour

// documentCache keeps the documents of managed policies. The zero value is ready.
type documentCache struct {
	mu   sync.Mutex
	kept map[documentKey]keptDocument
	// stale are the objects that were judged by a document of which a pass or a refreshing found a new version.
	stale map[types.NamespacedName]bool
}

type documentKey struct{ account, arn string }

type keptDocument struct {
	answer plan.Answer
	until  time.Time
	// users are the objects whose passes asked for it.
	users map[types.NamespacedName]bool
}

// get returns a document that is taken for the one in force, and remembers who asked.
func (c *documentCache) get(key documentKey, user types.NamespacedName, now time.Time) (plan.Answer, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	kept, ok := c.kept[key]
	if ok {
		kept.users[user] = true
	}
	return kept.answer, ok && now.Before(kept.until)
}

// put keeps a document, and remembers the objects that used another one.
func (c *documentCache) put(key documentKey, answer plan.Answer, until time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	old, known := c.kept[key]
	if c.kept == nil || !known && len(c.kept) >= mostDocuments {
		c.kept = map[documentKey]keptDocument{}
	}
	if !known {
		old.users = map[types.NamespacedName]bool{}
	}
	c.kept[key] = keptDocument{answer, until, old.users}
	if known && documentIn(old.answer) != documentIn(answer) {
		if c.stale == nil {
			c.stale = map[types.NamespacedName]bool{}
		}
		maps.Copy(c.stale, old.users)
	}
}

// drain returns the objects that were judged by an older document than is known, each once.
func (c *documentCache) drain() []types.NamespacedName {
	c.mu.Lock()
	defer c.mu.Unlock()
	stale := slices.Collect(maps.Keys(c.stale))
	c.stale = nil
	return stale
}

// forget forgets a document that no object uses.
func (c *documentCache) forget(key documentKey) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.kept, key)
}

// due are the documents whose time has come, with those that use them.
func (c *documentCache) due(now time.Time) map[documentKey][]types.NamespacedName {
	c.mu.Lock()
	defer c.mu.Unlock()
	found := map[documentKey][]types.NamespacedName{}
	for key, kept := range c.kept {
		if !now.Before(kept.until) {
			found[key] = slices.Collect(maps.Keys(kept.users))
		}
	}
	return found
}

func documentIn(answer plan.Answer) string {
	if answer.Policy == nil {
		return ""
	}
	return answer.Policy.Document
}

// mostDocuments bounds the documents that are kept; most have a few thousand characters.
const mostDocuments = 1024
