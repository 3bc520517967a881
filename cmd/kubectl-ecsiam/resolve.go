// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"errors"
	"fmt"
	"strings"

	utilerrors "k8s.io/apimachinery/pkg/util/errors"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/internal/desired"
	"github.com/ecsiam/ecs-iam-controller/internal/manifest"
)

// objects are those of the files that others may refer to. Roles and policies are keyed by namespace and name.
type objects struct {
	accounts map[string]*v1alpha1.AWSAccount
	roles    map[string]*v1alpha1.ECSRole
	policies map[string]*v1alpha1.ECSPolicy
	// order has the roles as they come.
	order []*v1alpha1.ECSRole
}

func newObjects(documents []manifest.Document) objects {
	o := objects{
		accounts: map[string]*v1alpha1.AWSAccount{}, roles: map[string]*v1alpha1.ECSRole{},
		policies: map[string]*v1alpha1.ECSPolicy{},
	}
	for _, d := range documents {
		switch {
		case d.Account != nil:
			o.accounts[d.Account.Name] = d.Account
		case d.Role != nil:
			o.roles[d.Role.Namespace+"/"+d.Role.Name] = d.Role
			o.order = append(o.order, d.Role)
		case d.Policy != nil:
			o.policies[d.Policy.Namespace+"/"+d.Policy.Name] = d.Policy
		}
	}
	return o
}

// resolve gives the inputs what the role refers to, as far as the files have it.
func (t *target) resolve(in *desired.Inputs, all objects) {
	refs, namespace := desired.ReferencesOf(*in), in.Role.Namespace
	in.RoleRefs, in.PolicyRefs = map[string]desired.RoleRef{}, map[string]desired.PolicyRef{}
	for _, name := range refs.Roles {
		if role := all.roles[namespace+"/"+name]; role != nil {
			in.RoleRefs[name] = t.roleRef(role, all)
		}
	}
	for _, role := range all.roles {
		for _, name := range refs.RoleNames {
			known := desired.RoleName(role, all.accounts[role.SharedSpec().AccountName])
			if role.Namespace == namespace && strings.EqualFold(known, name) {
				in.RoleRefs[role.Name] = t.roleRef(role, all)
			}
		}
	}
	for _, name := range refs.Policies {
		if object := all.policies[namespace+"/"+name]; object != nil {
			account, id := t.accountOf(object.SharedSpec().AccountName, all)
			in.PolicyRefs[name] = desired.ReferredPolicy{
				Policy: object, Account: account, AccountID: id, Partition: t.partition, Planned: true,
			}.Judge()
		}
	}
}

// roleRef judges a role as the controller does, as long as IAM knows nothing of it.
func (t *target) roleRef(role *v1alpha1.ECSRole, all objects) desired.RoleRef {
	account, id := t.accountOf(role.SharedSpec().AccountName, all)
	return desired.ReferredRole{Inputs: desired.Inputs{
		Role: role, Account: account, AccountID: id, Partition: t.partition,
	}}.Judge()
}

// accountOf is the account of a name, and its id: that of the flags when the files do not have it.
func (t *target) accountOf(name string, all objects) (*v1alpha1.AWSAccount, string) {
	if account := all.accounts[name]; account != nil {
		return account, account.Spec.AccountID
	}
	if t.accountID == "" && t.assumed {
		return nil, assumedAccount
	}
	return nil, t.accountID
}

// offline says of references that nothing is known of but the files.
func offline(err error) error {
	var unresolved *desired.UnresolvedError
	if !errors.As(err, &unresolved) {
		return err
	}
	list := make([]error, len(unresolved.References))
	for i, ref := range unresolved.References {
		list[i] = fmt.Errorf("%s: no %s %s is in the files in this namespace: add its manifest, or correct the name",
			ref.Field, ref.Kind, ref.Name)
	}
	return utilerrors.NewAggregate(list)
}
