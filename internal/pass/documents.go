// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package pass

import (
	"context"
	"maps"
	"slices"
	"sync"
	"time"

	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"
	logf "sigs.k8s.io/controller-runtime/pkg/log"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"

	"github.com/ecsiam/ecs-iam-controller/internal/iam"
	"github.com/ecsiam/ecs-iam-controller/internal/plan"
)

// documentsKeptFor is how long the document of a managed policy is taken for the one in force. A look at a role of
// which nothing changed asks for none; a new version is seen, judged and reported within this time and one refreshing.
const documentsKeptFor = time.Hour

// refreshing is how often documents are read again whose time has come. A pass may not come for long, where snapshots
// watch over the role.
const refreshing = 5 * time.Minute

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

// mostDocuments bounds the documents that are kept; most have a few thousand characters.
const mostDocuments = 1024

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

// document answers AskDocument.
func (t *turn) document(ctx context.Context, arn string) (plan.Answer, error) {
	key, user := documentKey{t.out.scope.Account.Name, arn}, client.ObjectKeyFromObject(t.object)
	if answer, ok := t.documents.get(key, user, t.Clock.Now()); ok {
		return answer, nil
	}
	got, err := t.whole.LookUpPolicy(ctx, arn, true)
	answer := plan.Answer{Missing: got == nil, Policy: got}
	if err != nil {
		return answer, ReadProblem(err)
	}
	if got != nil {
		now := t.Clock.Now()
		t.documents.put(key, answer, now.Add(documentsKeptFor))
		t.documents.get(key, user, now)
	}
	return answer, nil
}

// RefreshDocuments reads the documents again whose time has come: one call for each policy that has no new version. It
// returns the objects whose roles have a policy with a new one, to be judged again.
func (r *Reconciler) RefreshDocuments(ctx context.Context) []reconcile.Request {
	for key, users := range r.documents.due(r.Clock.Now()) {
		account, err := r.Account(ctx, key.account)
		if err != nil || !r.anyExists(ctx, users) {
			r.documents.forget(key)
			continue
		}
		got, err := r.Accounts.ForAccount(ctx, AccountConfig(account)).LookUpPolicy(ctx, key.arn, true)
		if err != nil {
			logf.FromContext(ctx).V(1).Info("a managed policy could not be read again", "reason", describeError(err))
			continue
		}
		r.documents.put(key, plan.Answer{Missing: got == nil, Policy: got}, r.Clock.Now().Add(documentsKeptFor))
	}
	stale := r.documents.drain()
	requests := make([]reconcile.Request, 0, len(stale))
	for _, user := range stale {
		requests = append(requests, reconcile.Request{NamespacedName: user})
	}
	return requests
}

// anyExists reports whether one of several objects is still there.
func (r *Reconciler) anyExists(ctx context.Context, objects []types.NamespacedName) bool {
	return slices.ContainsFunc(objects, func(key types.NamespacedName) bool {
		return r.Client.Get(ctx, key, r.kind.new()) == nil
	})
}

// watchDocuments has the objects looked at whose managed policies have new versions, until the context ends.
func (r *Reconciler) watchDocuments(ctx context.Context, q queue) {
	ticker := time.NewTicker(refreshing)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
			enqueue(q, priorityChange, r.RefreshDocuments(ctx)...)
		}
	}
}

// holder answers AskHolder: a role that has a policy, with all that it has beside it.
func (t *turn) holder(ctx context.Context, name string) (plan.Answer, error) {
	got, err := t.aws.Observe(ctx, iam.Query{RoleName: name})
	return plan.Answer{Missing: got.Role == nil, Role: got.Role, Documents: got.PolicyDocuments}, readError(err)
}
