// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package guardrail

import (
	"slices"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
)

// AllowsNamespace reports whether an account may be used from a namespace with the given labels, which count only where
// a selector chooses. An object without a namespace is an administrator's. A selector that cannot be read selects
// nothing; the account's own status says so.
func AllowsNamespace(allowed v1alpha1.AllowedNamespaces, name string, of map[string]string) bool {
	switch {
	case name == "" || allowed.From == v1alpha1.NamespacesFromAll:
		return true
	case allowed.From == v1alpha1.NamespacesFromNames:
		return slices.ContainsFunc(allowed.Names, func(n v1alpha1.NamespaceName) bool { return string(n) == name })
	case allowed.From == v1alpha1.NamespacesFromSelector:
		s, err := metav1.LabelSelectorAsSelector(allowed.Selector)
		return err == nil && s.Matches(labels.Set(of))
	}
	return false
}
