// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package pass

import (
	"context"
	"fmt"
	"strings"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/types"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/internal/guardrail"
	"github.com/ecsiam/ecs-iam-controller/internal/iam"
)

// admit returns the account that an object names, if its namespace may use it. An object that is being deleted may, and
// so may one without a namespace, which is an administrator's.
func (e *Environment) admit(ctx context.Context, object Object) (*v1alpha1.AWSAccount, error) {
	account, err := e.Account(ctx, object.SharedSpec().AccountName)
	if err != nil || !object.GetDeletionTimestamp().IsZero() {
		return account, err
	}
	if !takes(account, object) {
		return account, NewProblem(v1alpha1.ReasonReferenceNotReady, ByObject,
			"AWSAccount %s is being deleted and takes no new objects: name another in spec.accountRef of a new object",
			account.Name)
	}
	allowed, err := e.allows(ctx, account, object.GetNamespace())
	if err == nil && !allowed {
		err = NewProblem(v1alpha1.ReasonNamespaceNotAllowed, ByObject,
			"AWSAccount %s does not allow namespace %s: ask its owner to add the namespace to spec.allowedNamespaces",
			account.Name, object.GetNamespace())
	}
	return account, err
}

// takes reports whether an account is open to an object. One that is being deleted takes no new ones.
func takes(account *v1alpha1.AWSAccount, object Object) bool {
	return account.DeletionTimestamp.IsZero() || isUser(object)
}

// Account returns the AWSAccount of a name. That there is none is a Problem.
func (e *Environment) Account(ctx context.Context, name string) (*v1alpha1.AWSAccount, error) {
	account := &v1alpha1.AWSAccount{}
	err := e.Client.Get(ctx, types.NamespacedName{Name: name}, account)
	switch {
	case apierrors.IsNotFound(err):
		return nil, NewProblem(v1alpha1.ReasonAccountNotFound, ByObject,
			"AWSAccount %s does not exist: create it, or name another in spec.accountRef of a new object", name)
	case err != nil:
		return nil, fmt.Errorf("reading AWSAccount %s: %w", name, err)
	}
	return account, nil
}

// AccountConfig is what access to AWS needs to know of an account.
func AccountConfig(a *v1alpha1.AWSAccount) iam.AccountConfig {
	limit := a.Spec.Effective().RateLimit
	return iam.AccountConfig{
		Name: a.Name, AccountID: a.Spec.AccountID, Region: string(a.Spec.Region),
		QPS: float64(limit.QPS), Burst: int(limit.Burst), AssumeRole: assumeRoleOf(a.Spec.AssumeRole),
	}
}

// sessionConfig is AccountConfig for what concerns the entities of a namespace, which may have a session of its own.
func (e *Environment) sessionConfig(a *v1alpha1.AWSAccount, namespace string) iam.AccountConfig {
	config, role := AccountConfig(a), a.Spec.AssumeRole
	if role != nil && role.SessionScope == v1alpha1.SessionScopeNamespace && namespace != "" {
		config.AssumeRole.Owner = &iam.SessionOwner{Cluster: e.ClusterID, Namespace: namespace}
	}
	return config
}

func assumeRoleOf(spec *v1alpha1.AssumeRole) *iam.AssumeRole {
	if spec == nil {
		return nil
	}
	role := &iam.AssumeRole{
		Hop: iam.Hop(spec.AssumeRoleHop), SessionName: spec.SessionName, SessionTags: map[string]string{},
	}
	for key, value := range spec.SessionTags {
		role.SessionTags[key] = string(value)
	}
	for _, hop := range spec.Via {
		role.Via = append(role.Via, iam.Hop(hop))
	}
	return role
}

// Identify asks AWS who the controller is in an account. It returns a Problem of the AWSAccount itself.
func (e *Environment) Identify(ctx context.Context, account *v1alpha1.AWSAccount) (iam.Identity, error) {
	config := AccountConfig(account)
	if config.AssumeRole != nil {
		if wrong := config.AssumeRole.Check(); len(wrong) > 0 {
			return iam.Identity{}, NewProblem(v1alpha1.ReasonInvalidSpec, BySpec,
				"spec.assumeRole.%s", strings.Join(wrong, "; spec.assumeRole."))
		}
	}
	identity, err := e.Accounts.ForAccount(ctx, config).Identity(ctx)
	switch {
	case iam.Classify(err) == iam.ClassRejected:
		return identity, NewProblem(v1alpha1.ReasonInvalidSpec, BySpec,
			"spec.assumeRole: STS refuses its content: %s", describeError(err))
	case err != nil:
		return identity, ReadProblem(err)
	case identity.AccountID == account.Spec.AccountID:
		return identity, nil
	case config.AssumeRole != nil:
		return identity, NewProblem(v1alpha1.ReasonAccountMismatch, ByPerson,
			"the role of spec.assumeRole.roleARN belongs to another account than spec.accountID %s says; nothing is read or "+
				"written: correct the ARN, or create an AWSAccount with the right id", account.Spec.AccountID)
	}
	return identity, NewProblem(v1alpha1.ReasonAccountMismatch, ByPerson,
		"the controller's credentials belong to another account than spec.accountID %s says; nothing is read or written: "+
			"correct the credentials, or create an AWSAccount with the right id", account.Spec.AccountID)
}

// identify asks AWS who we are: nothing is written into an account whose id is not the declared one.
func (e *Environment) identify(
	ctx context.Context, account *v1alpha1.AWSAccount, whole iam.Account,
) (iam.Identity, iam.Quotas, error) {
	identity, err := e.Identify(ctx, account)
	if p, _ := AsProblem(err); p != nil && aboutAccount(p) {
		return identity, iam.Quotas{}, NewProblem(v1alpha1.ReasonReferenceNotReady, ByObject,
			"AWSAccount %s is not Ready: %s", account.Name, p.message)
	}
	if err != nil {
		return identity, iam.Quotas{}, err
	}
	quotas, err := whole.Quotas(ctx)
	if err != nil {
		return identity, quotas, ReadProblem(err)
	}
	return identity, quotas, nil
}

// aboutAccount reports whether a problem is one that the AWSAccount itself has, and its owner corrects.
func aboutAccount(p *Problem) bool {
	return p.reason == v1alpha1.ReasonAccountMismatch || p.reason == v1alpha1.ReasonInvalidSpec
}

// allows reports whether an account may be used from a namespace, whose labels are read where a selector chooses.
func (e *Environment) allows(ctx context.Context, account *v1alpha1.AWSAccount, namespace string) (bool, error) {
	allowed := account.Spec.AllowedNamespaces
	if namespace == "" || allowed.From != v1alpha1.NamespacesFromSelector {
		return guardrail.AllowsNamespace(allowed, namespace, nil), nil
	}
	ns := &corev1.Namespace{}
	if err := e.Client.Get(ctx, types.NamespacedName{Name: namespace}, ns); err != nil {
		if apierrors.IsNotFound(err) {
			return false, nil
		}
		return false, fmt.Errorf("reading namespace %s: %w", namespace, err)
	}
	return guardrail.AllowsNamespace(allowed, namespace, ns.Labels), nil
}

// Sharing returns the AWSAccount of another object if it is of the same AWS account and takes the object, else nil.
func (e *Environment) Sharing(
	ctx context.Context, other Object, account *v1alpha1.AWSAccount,
) (*v1alpha1.AWSAccount, error) {
	theirs, err := e.Account(ctx, other.SharedSpec().AccountName)
	if p, err := AsProblem(err); p != nil || err != nil {
		return nil, err
	}
	if theirs.Spec.AccountID != account.Spec.AccountID || !takes(theirs, other) {
		return nil, nil //nolint:nilnil // another account, or one that is closed to the object, is no error
	}
	allowed, err := e.allows(ctx, theirs, other.GetNamespace())
	if err != nil || !allowed {
		return nil, err
	}
	return theirs, nil
}
