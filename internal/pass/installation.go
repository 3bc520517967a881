// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package pass

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
)

// Serves reports whether this installation of the controller is the one that works on an account.
func (e *Environment) Serves(account *v1alpha1.AWSAccount) bool {
	return serves(e.ControllerName, account)
}

// serves reports whether the installation of a name is the one that works on an account; empty is the default name.
func serves(name v1alpha1.ControllerName, account *v1alpha1.AWSAccount) bool {
	return cmp.Or(name, v1alpha1.DefaultControllerName) ==
		cmp.Or(account.Spec.ControllerName, v1alpha1.DefaultControllerName)
}

// ServesUserOf reports whether this installation works on the objects of an AWSAccount. Of an account that does not
// exist every installation says so, in the same words: nobody else would.
func (e *Environment) ServesUserOf(ctx context.Context, name string) (bool, error) {
	account := &v1alpha1.AWSAccount{}
	err := e.Client.Get(ctx, types.NamespacedName{Name: name}, account, client.UnsafeDisableDeepCopy)
	switch {
	case apierrors.IsNotFound(err):
		return true, nil
	case err != nil:
		return false, fmt.Errorf("reading AWSAccount %s: %w", name, err)
	}
	return e.Serves(account), nil
}

// LooksAt reports whether this installation looks at the objects of a namespace; at those without one every one does.
func (e *Environment) LooksAt(namespace string) bool {
	return namespace == "" || len(e.Namespaces) == 0 || slices.Contains(e.Namespaces, namespace)
}
