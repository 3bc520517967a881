// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package webhook

import (
	"context"
	"fmt"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/log"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	judgement "github.com/ecsiam/ecs-iam-controller/internal/admission"
	"github.com/ecsiam/ecs-iam-controller/internal/guardrail"
)

// declared is an object of a namespace and an account.
type declared interface {
	client.Object
	SharedSpec() v1alpha1.SharedSpec
}

// neighbourhood is where the objects are that one depends on.
type neighbourhood struct {
	reader client.Reader
	// region is the value of {region} where an account sets none.
	region string
}

// surroundings are the other objects that one is judged with. What cannot be read is taken for unknown: it could only
// warn.
func (n neighbourhood) surroundings(ctx context.Context, object declared) judgement.Surroundings {
	s := judgement.Surroundings{Region: n.region}
	note := func(err error) {
		if client.IgnoreNotFound(err) != nil {
			log.FromContext(ctx).Error(err, "reading what the object depends on")
		}
	}
	account := &v1alpha1.AWSAccount{}
	if err := n.reader.Get(ctx, types.NamespacedName{Name: object.SharedSpec().AccountName}, account); err == nil {
		s.Account, s.Closed = account, n.closed(ctx, account, object.GetNamespace())
	} else {
		note(err)
	}
	var roles v1alpha1.ECSRoleList
	note(n.reader.List(ctx, &roles, client.InNamespace(object.GetNamespace())))
	var policies v1alpha1.ECSPolicyList
	note(n.reader.List(ctx, &policies, client.InNamespace(object.GetNamespace())))
	s.Roles, s.Policies = roles.Items, policies.Items
	return s
}

// closed says why an account takes no objects of a namespace.
func (n neighbourhood) closed(ctx context.Context, account *v1alpha1.AWSAccount, namespace string) string {
	if !account.DeletionTimestamp.IsZero() {
		return fmt.Sprintf("AWSAccount %s is being deleted and takes no new objects: name another", account.Name)
	}
	ns := &corev1.Namespace{}
	if account.Spec.AllowedNamespaces.From == v1alpha1.NamespacesFromSelector {
		if err := n.reader.Get(ctx, types.NamespacedName{Name: namespace}, ns); err != nil && !apierrors.IsNotFound(err) {
			return ""
		}
	}
	if guardrail.AllowsNamespace(account.Spec.AllowedNamespaces, namespace, ns.Labels) {
		return ""
	}
	return fmt.Sprintf("AWSAccount %s does not allow namespace %s: ask its owner to add the namespace to "+
		"spec.allowedNamespaces", account.Name, namespace)
}
