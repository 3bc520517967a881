// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"k8s.io/utils/clock"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/internal/pass"
)

// indexers know the indices of each kind.
var indexers = func() map[string]*pass.Reconciler {
	env := pass.Environment{Clock: clock.RealClock{}}
	return map[string]*pass.Reconciler{
		v1alpha1.KindECSRole: NewRoleReconciler(env), v1alpha1.KindECSPolicy: NewPolicyReconciler(env),
		v1alpha1.KindECSServiceLinkedRole: NewServiceLinkedRoleReconciler(env),
	}
}()

// IndexKeys are the values of an object in an index of the cache.
func IndexKeys(index string, object pass.Object) []string {
	switch object.(type) {
	case *v1alpha1.ECSRole:
		return indexers[v1alpha1.KindECSRole].Keys(index, object)
	case *v1alpha1.ECSPolicy:
		return indexers[v1alpha1.KindECSPolicy].Keys(index, object)
	case *v1alpha1.ECSServiceLinkedRole:
		return indexers[v1alpha1.KindECSServiceLinkedRole].Keys(index, object)
	}
	return nil
}
