// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package pass

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/controller/controllerutil"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
)

// userPatience is how long an account waits before it looks for its users again. Each that goes says so at once, unless
// the CustomResourceDefinition of its kind goes with it.
const userPatience = 15 * time.Second

// namedUsers is how many users of an account of each kind are named.
const namedUsers = 3

// users are the objects that use an account: those with the finalizer, which each has before AWS is asked for it the
// first time. Objects that the account refuses have none and hold nothing.
type users struct {
	kind  string
	names []string // sorted
}

// usersOf lists the users of an account, kind by kind. The cache is not asked: it may not know the latest, and keeps
// what it had when the CustomResourceDefinition of a kind goes, with which its objects have gone.
func usersOf(ctx context.Context, reader client.Reader, account string) ([]users, error) {
	var all []users
	for _, kind := range []struct {
		name string
		list client.ObjectList
	}{
		{v1alpha1.KindECSRole, &v1alpha1.ECSRoleList{}},
		{v1alpha1.KindECSPolicy, &v1alpha1.ECSPolicyList{}},
		{v1alpha1.KindECSServiceLinkedRole, &v1alpha1.ECSServiceLinkedRoleList{}},
	} {
		err := reader.List(ctx, kind.list)
		if meta.IsNoMatchError(err) || apierrors.IsNotFound(err) {
			continue
		}
		if err != nil {
			return nil, fmt.Errorf("listing the %s objects of AWSAccount %s: %w", kind.name, account, err)
		}
		if names := usersIn(kind.list, account); len(names) > 0 {
			all = append(all, users{kind: kind.name, names: names})
		}
	}
	return all, nil
}

func usersIn(list client.ObjectList, account string) []string {
	var names []string
	_ = meta.EachListItem(list, func(item runtime.Object) error { // the function never fails, and lists have items
		object, ok := item.(Object)
		if ok && object.SharedSpec().AccountName == account && isUser(object) {
			names = append(names, strings.TrimPrefix(client.ObjectKeyFromObject(object).String(), "/"))
		}
		return nil
	})
	slices.Sort(names)
	return names
}

// isUser reports whether AWS may have been asked for an object.
func isUser(object Object) bool { return controllerutil.ContainsFinalizer(object, v1alpha1.Finalizer) }

// FinalizeAccount lets go of an AWSAccount that is being deleted once no object uses it. While some do it returns a
// Problem that names them.
func (e *Environment) FinalizeAccount(ctx context.Context, account *v1alpha1.AWSAccount) error {
	found, err := usersOf(ctx, e.APIReader, account.Name)
	switch {
	case err != nil:
		return err
	case len(found) > 0:
		return NewProblem(v1alpha1.ReasonDeletionBlocked, ByPerson,
			"objects still use the account: %s; delete them, or let them keep what is in AWS with deletionPolicy: Retain and "+
				"delete them then. No new object may use the account", named(found)).NotBefore(userPatience)
	}
	return e.removeFinalizer(ctx, account)
}

// named tells how many users there are and the first names of each kind.
func named(found []users) string {
	parts := make([]string, 0, len(found))
	for _, u := range found {
		first := u.names[:min(len(u.names), namedUsers)]
		more := ""
		if rest := len(u.names) - len(first); rest > 0 {
			more = fmt.Sprintf(" and %d more", rest)
		}
		parts = append(parts, fmt.Sprintf("%d %s (%s%s)", len(u.names), u.kind, strings.Join(first, ", "), more))
	}
	return strings.Join(parts, ", ")
}

// KeepAccount has an AWSAccount wait for its users when it is deleted.
func (e *Environment) KeepAccount(ctx context.Context, account *v1alpha1.AWSAccount) error {
	return e.addFinalizer(ctx, account)
}

// UserOfAccount maps an object that is gone to its account, whose deletion may have waited for it.
func UserOfAccount(_ context.Context, object client.Object) []reconcile.Request {
	user, ok := object.(Object)
	if !ok {
		return nil
	}
	return []reconcile.Request{{NamespacedName: types.NamespacedName{Name: user.SharedSpec().AccountName}}}
}
