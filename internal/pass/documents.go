// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package pass

import (
	"context"
	"sync"
	"time"

	"github.com/ecsiam/ecs-iam-controller/internal/iam"
	"github.com/ecsiam/ecs-iam-controller/internal/plan"
)

// documentsKeptFor is how long the document of a managed policy is taken for the one in force. A look at a role of
// which nothing changed asks for none; a new version is seen, judged and reported within this time.
const documentsKeptFor = time.Hour

// documentCache keeps the documents of managed policies. The zero value is ready.
type documentCache struct {
	mu   sync.Mutex
	kept map[documentKey]keptDocument
}

type documentKey struct{ account, arn string }

type keptDocument struct {
	answer plan.Answer
	until  time.Time
}

// mostDocuments bounds the documents that are kept; most have a few thousand characters.
const mostDocuments = 1024

func (c *documentCache) get(key documentKey, now time.Time) (plan.Answer, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	kept, ok := c.kept[key]
	return kept.answer, ok && now.Before(kept.until)
}

func (c *documentCache) put(key documentKey, answer plan.Answer, until time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.kept == nil || len(c.kept) >= mostDocuments {
		c.kept = map[documentKey]keptDocument{}
	}
	c.kept[key] = keptDocument{answer, until}
}

// document answers AskDocument.
func (t *turn) document(ctx context.Context, arn string) (plan.Answer, error) {
	key := documentKey{t.out.scope.Account.Name, arn}
	if answer, ok := t.documents.get(key, t.Clock.Now()); ok {
		return answer, nil
	}
	got, err := t.aws.LookUpPolicy(ctx, arn, true)
	answer := plan.Answer{Missing: got == nil, Policy: got}
	if err != nil {
		return answer, ReadProblem(err)
	}
	if got != nil {
		t.documents.put(key, answer, t.Clock.Now().Add(documentsKeptFor))
	}
	return answer, nil
}

// holder answers AskHolder: a role that has a policy, with all that it has beside it.
func (t *turn) holder(ctx context.Context, name string) (plan.Answer, error) {
	got, err := t.aws.Observe(ctx, iam.Query{RoleName: name})
	return plan.Answer{Missing: got.Role == nil, Role: got.Role, Documents: got.PolicyDocuments}, readError(err)
}
