// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package pass

import "context"

// gather reads all that the decision needs from Kubernetes, and who we are in the account.
func (t *turn) gather(ctx context.Context) error {
	account, err := t.admit(ctx, t.object)
	if err != nil {
		return err
	}
	t.out.scope = Scope{Account: account, Deleting: t.out.deleting}
	t.whole = t.Accounts.ForAccount(ctx, AccountConfig(account))
	t.aws = t.Accounts.ForAccount(ctx, t.sessionConfig(account, t.object.GetNamespace()))
	if err := t.room(ctx); err != nil {
		return err
	}
	if err := t.enter(ctx, account); err != nil {
		return err
	}
	if t.contest, err = t.contestOf(ctx, t.object, account); err != nil {
		return err
	}
	if t.out.scope.Identity, t.out.scope.Quotas, err = t.identify(ctx, account, t.whole); err != nil {
		return err
	}
	t.facts, err = t.kind.gather(ctx, t.Reconciler, t.out.scope, t.object)
	return err
}

// want builds what should be. A question that cannot be answered ends the pass, for what is wanted depends on it.
func (t *turn) want(ctx context.Context) error {
	if err := t.inquire(ctx, t.facts.Questions()); err != nil {
		return err
	}
	want, err := t.facts.Want(t.answers)
	t.out.want = want
	return err
}
