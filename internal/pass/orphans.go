// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package pass

import (
	"context"
	"fmt"

	"k8s.io/apimachinery/pkg/api/meta"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/internal/desired"
	"github.com/ecsiam/ecs-iam-controller/internal/guardrail"
	"github.com/ecsiam/ecs-iam-controller/internal/iam/snapshot"
)

// Orphans are entities of ours in an account whose object does not exist, as far as that is known.
type Orphans struct{ Roles, Policies int32 }

// Orphans counts the orphans of an account that its last snapshot showed, in the namespaces that this installation
// looks at: of the others it does not know whether the object exists.
func (e *Environment) Orphans(ctx context.Context, account *v1alpha1.AWSAccount) (Orphans, error) {
	var found Orphans
	if e.Snapshots == nil {
		return found, nil
	}
	for _, stray := range e.Snapshots.Strays(account.Name) {
		if !e.LooksAt(stray.Owner.Namespace) {
			continue
		}
		orphaned, err := e.orphaned(ctx, stray, account)
		switch {
		case err != nil:
			return Orphans{}, err
		case !orphaned:
		case stray.Entity == snapshot.Policy:
			found.Policies++
		default:
			found.Roles++
		}
	}
	return found, nil
}

// orphaned reports whether neither the object exists that the owner tag of an entity names, nor another that asks for
// the entity's name: that one says itself what is in its way.
func (e *Environment) orphaned(
	ctx context.Context, stray snapshot.Stray, account *v1alpha1.AWSAccount,
) (bool, error) {
	object, list := client.Object(&v1alpha1.ECSRole{}), client.ObjectList(&v1alpha1.ECSRoleList{})
	name := guardrail.Name{Entity: guardrail.EntityRole, Value: stray.Name}
	if stray.Entity == snapshot.Policy {
		object, list, name.Entity = &v1alpha1.ECSPolicy{}, &v1alpha1.ECSPolicyList{}, guardrail.EntityPolicy
	}
	err := e.Client.Get(ctx, stray.Owner, object)
	if client.IgnoreNotFound(err) != nil {
		return false, fmt.Errorf("looking for the object %s of %s %s: %w", stray.Owner, name.Entity, name.Value, err)
	}
	if err == nil {
		return false, nil
	}
	selectors, err := e.AskingFor(ctx, name, account)
	for i := 0; err == nil && i < len(selectors); i++ {
		if err = e.Client.List(ctx, list, selectors[i], client.UnsafeDisableDeepCopy); meta.LenList(list) > 0 {
			return false, nil
		}
	}
	if err != nil {
		return false, fmt.Errorf("looking for objects that ask for the %s %s: %w", name.Entity, name.Value, err)
	}
	return true, nil
}

// namedByDefault reports whether a policy has a name that an ECSPolicy may have by default.
func namedByDefault(account *v1alpha1.AWSAccount) func(policy string) bool {
	naming := desired.NamingOf(&account.Spec)
	return func(policy string) bool {
		_, _, found := naming.Object(policy)
		return found
	}
}
