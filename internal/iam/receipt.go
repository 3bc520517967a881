// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package iam

import "context"

// Receipt is what AWS says of a call beside its answer.
type Receipt struct {
	// RequestID is AWS's id of the last request of the call; empty where AWS did not answer.
	RequestID string
}

type receiptKey struct{}

// WithReceipt returns a context in which the receipt of the one call that is made with it is kept.
func WithReceipt(ctx context.Context) (context.Context, *Receipt) {
	receipt := &Receipt{}
	return context.WithValue(ctx, receiptKey{}, receipt), receipt
}

// KeepReceipt keeps the id of a request where the context has a place for it.
func KeepReceipt(ctx context.Context, requestID string) {
	if receipt, ok := ctx.Value(receiptKey{}).(*Receipt); ok {
		receipt.RequestID = requestID
	}
}
