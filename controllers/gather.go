// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"context"
	"errors"
	"fmt"
	"strings"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/types"
	utilerrors "k8s.io/apimachinery/pkg/util/errors"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/internal/desired"
	"github.com/ecsiam/ecs-iam-controller/internal/iam"
)

// access is the account of a pass and who we are in it.
type access struct {
	account  *v1alpha1.AWSAccount
	aws      iam.Account
	identity iam.Identity
	quotas   iam.Quotas
}

// inputs is everything that one pass over a role decides from, gathered before anything is decided.
type inputs struct {
	access
	role *v1alpha1.ECSRole
	// contest is the object's claim to its names beside those of others.
	contest contest
	// references are the objects that the role refers to.
	references references
}

// gather collects the inputs. What is missing ends the pass as a problem; an error is one of the Kubernetes API.
func (r *RoleReconciler) gather(ctx context.Context, role *v1alpha1.ECSRole) (inputs, *problem, error) {
	in := inputs{role: role}
	account, p, err := r.admit(ctx, role, accountName(role))
	in.account = account
	if p != nil || err != nil {
		return in, p, err
	}
	if role.DeletionTimestamp.IsZero() {
		if in.contest, err = r.contestRole(ctx, role, account); err != nil {
			return in, nil, err
		}
	}
	in.aws = r.Accounts.ForAccount(ctx, accountConfig(account))
	if p = in.identify(ctx); p != nil || !role.DeletionTimestamp.IsZero() {
		return in, p, nil
	}
	in.references, p, err = r.refer(ctx, in)
	return in, p, err
}

// admit returns the account that an object names, if its namespace may use it. An object that is being deleted may.
func (r *Environment) admit(
	ctx context.Context, object client.Object, name string,
) (*v1alpha1.AWSAccount, *problem, error) {
	account, p, err := r.account(ctx, name)
	if p != nil || err != nil || !object.GetDeletionTimestamp().IsZero() {
		return account, p, err
	}
	allowed, err := r.allows(ctx, account, object.GetNamespace())
	if err == nil && !allowed {
		p = problemf(v1alpha1.ReasonNamespaceNotAllowed, byObject,
			"AWSAccount %s does not allow namespace %s: ask its owner to add the namespace to spec.allowedNamespaces",
			account.Name, object.GetNamespace())
	}
	return account, p, err
}

func (r *Environment) account(ctx context.Context, name string) (*v1alpha1.AWSAccount, *problem, error) {
	account := &v1alpha1.AWSAccount{}
	err := r.Client.Get(ctx, types.NamespacedName{Name: name}, account)
	switch {
	case apierrors.IsNotFound(err):
		return nil, problemf(v1alpha1.ReasonAccountNotFound, byObject,
			"AWSAccount %s does not exist: create it, or name another in spec.accountRef of a new object", name), nil
	case err != nil:
		return nil, nil, fmt.Errorf("reading AWSAccount %s: %w", name, err)
	}
	return account, nil, nil
}

func accountConfig(a *v1alpha1.AWSAccount) iam.AccountConfig {
	return iam.AccountConfig{
		Name: a.Name, AccountID: a.Spec.AccountID, Region: string(a.Spec.Region),
		QPS: float64(a.Spec.RateLimit.QPS), Burst: int(a.Spec.RateLimit.Burst),
	}
}

// identify asks AWS who we are: nothing is written into an account whose id is not the declared one.
func (in *access) identify(ctx context.Context) *problem {
	var err error
	if in.identity, err = in.aws.Identity(ctx); err != nil {
		return readProblem(err)
	}
	if in.identity.AccountID != in.account.Spec.AccountID {
		return problemf(v1alpha1.ReasonReferenceNotReady, byObject,
			"AWSAccount %s is not Ready: the controller's credentials belong to another account than its spec.accountID; "+
				"nothing is read or written", in.account.Name)
	}
	if in.quotas, err = in.aws.Quotas(ctx); err != nil {
		return readProblem(err)
	}
	return nil
}

// build turns the inputs into what should be. Field errors are all reported at once.
func (r *RoleReconciler) build(in inputs) (desired.Role, *problem) {
	from := r.desiredInputs(in)
	if !in.role.DeletionTimestamp.IsZero() {
		return desired.Absent(from), nil
	}
	want, err := desired.Build(from)
	if unresolved, ok := errors.AsType[*desired.UnresolvedError](err); ok {
		return want, problemf(v1alpha1.ReasonReferenceNotReady, byObject, "%s", unresolved)
	}
	switch {
	case errors.Is(err, desired.ErrQuota):
		return want, problemf(v1alpha1.ReasonLimitExceeded, byPerson, "%s", fieldErrors(err))
	case err != nil:
		return want, problemf(v1alpha1.ReasonInvalidSpec, bySpec, "%s", fieldErrors(err))
	}
	return want, nil
}

// fieldErrors lists the fields that are wrong, one a line.
func fieldErrors(err error) string {
	var all utilerrors.Aggregate
	if !errors.As(err, &all) || len(all.Errors()) == 1 {
		return err.Error()
	}
	lines := []string{fmt.Sprintf("%d fields are wrong:", len(all.Errors()))}
	for _, e := range all.Errors() {
		lines = append(lines, "- "+e.Error())
	}
	return strings.Join(lines, "\n")
}

func (r *RoleReconciler) desiredInputs(in inputs) desired.Inputs {
	return desired.Inputs{
		Role: in.role, Account: in.account, AccountID: in.identity.AccountID, Partition: in.identity.Partition,
		Region: r.Region, ClusterID: r.ClusterID, Quotas: in.quotas,
		RoleRefs: in.references.roles, PolicyRefs: in.references.policies,
	}
}

// allows tells whether an account may be used from a namespace.
func (r *Environment) allows(ctx context.Context, account *v1alpha1.AWSAccount, namespace string) (bool, error) {
	allowed := account.Spec.AllowedNamespaces
	switch allowed.From {
	case v1alpha1.NamespacesFromAll:
		return true, nil
	case v1alpha1.NamespacesFromNames:
		for _, name := range allowed.Names {
			if string(name) == namespace {
				return true, nil
			}
		}
		return false, nil
	case v1alpha1.NamespacesFromSelector:
		return r.selects(ctx, allowed.Selector, namespace)
	case v1alpha1.NamespacesFromNone:
	}
	return false, nil
}

func (r *Environment) selects(ctx context.Context, selector *metav1.LabelSelector, namespace string) (bool, error) {
	s, err := metav1.LabelSelectorAsSelector(selector)
	if err != nil {
		return false, nil //nolint:nilerr // a selector that cannot be read selects nothing; the account's own status says so
	}
	ns := &corev1.Namespace{}
	if err := r.Client.Get(ctx, types.NamespacedName{Name: namespace}, ns); err != nil {
		if apierrors.IsNotFound(err) {
			return false, nil
		}
		return false, fmt.Errorf("reading namespace %s: %w", namespace, err)
	}
	return s.Matches(labels.Set(ns.Labels)), nil
}
