// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"errors"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/internal/guardrail"
	"github.com/ecsiam/ecs-iam-controller/internal/manifest"
)

// outOfBounds says which bounds of the AWSAccount, if the files have it, an object breaks: of names, paths and number.
// The roles before it in the files count as the older ones.
func (*target) outOfBounds(d manifest.Document, all objects) []error {
	var account *v1alpha1.AWSAccount
	var place guardrail.Place
	switch {
	case d.Role != nil:
		account = all.accounts[d.Role.SharedSpec().AccountName]
		place = guardrail.Place{Names: guardrail.RoleNames(d.Role, account), Older: all.before(d.Role)}
	case d.Policy != nil:
		account = all.accounts[d.Policy.SharedSpec().AccountName]
		place.Names = guardrail.PolicyNames(d.Policy, account)
	}
	if account == nil {
		return nil
	}
	var errs []error
	for _, why := range place.Outside(account) {
		errs = append(errs, errors.New(why))
	}
	return errs
}

// before is how many roles of the same namespace and AWSAccount come before a role in the files.
func (o objects) before(role *v1alpha1.ECSRole) int {
	n := 0
	for _, other := range o.order {
		if other == role {
			break
		}
		if other.Namespace == role.Namespace && other.SharedSpec().AccountName == role.SharedSpec().AccountName {
			n++
		}
	}
	return n
}
