// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package actions

import "github.com/ecsiam/ecs-iam-controller/internal/iam/iamsim/wire"

// Run carries the action out, when the caller may.
func (a *Action) Run(tx *Transaction, p wire.Params) ([]wire.Node, error) {
	if err := a.authorize(tx, p); err != nil {
		return nil, err
	}
	p.LimitPage(tx.PageLimit)
	var result []wire.Node
	err := tx.see(a.Write, func() (err error) {
		result, err = a.do(tx, p)
		return err
	})
	return result, err
}
