// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/event"
	"sigs.k8s.io/controller-runtime/pkg/predicate"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/internal/desired"
	"github.com/ecsiam/ecs-iam-controller/internal/guardrail"
	"github.com/ecsiam/ecs-iam-controller/internal/pass"
	"github.com/ecsiam/ecs-iam-controller/internal/plan"
)

// references are the objects that a role refers to, as far as they exist, by their names.
type references struct {
	roles    map[string]desired.ReferredRole
	policies map[string]desired.ReferredPolicy
}

// referencesOf looks up what the role refers to. Whether that will do is judged later, from what AWS shows of it.
func referencesOf(ctx context.Context, by *pass.Reconciler, in desired.Inputs) (references, error) {
	found := references{map[string]desired.ReferredRole{}, map[string]desired.ReferredPolicy{}}
	refs := desired.ReferencesOf(in)
	roles, err := passedRoles(ctx, by, in, refs)
	if err != nil {
		return found, err
	}
	for _, role := range roles {
		if found.roles[role.Name], err = referredRole(ctx, by, in, role); err != nil {
			return found, err
		}
	}
	for _, name := range refs.Policies {
		policy := &v1alpha1.ECSPolicy{}
		key := types.NamespacedName{Namespace: in.Role.Namespace, Name: name}
		if err := by.Client.Get(ctx, key, policy); client.IgnoreNotFound(err) != nil {
			return found, fmt.Errorf("reading ECSPolicy %s: %w", key, err)
		} else if err != nil {
			continue
		}
		if found.policies[name], err = referredPolicy(ctx, by, in, policy); err != nil {
			return found, err
		}
	}
	return found, nil
}

// passedRoles are the ECSRoles of a namespace that grants.passRoles names, by object or by name in IAM.
func passedRoles(
	ctx context.Context, by *pass.Reconciler, in desired.Inputs, refs desired.References,
) (map[string]*v1alpha1.ECSRole, error) {
	roles, namespace := map[string]*v1alpha1.ECSRole{}, in.Role.Namespace
	for _, name := range refs.Roles {
		role := &v1alpha1.ECSRole{}
		key := types.NamespacedName{Namespace: namespace, Name: name}
		if err := by.Client.Get(ctx, key, role); client.IgnoreNotFound(err) != nil {
			return nil, fmt.Errorf("reading ECSRole %s: %w", key, err)
		} else if err == nil {
			roles[name] = role
		}
	}
	for _, name := range refs.RoleNames {
		asked := guardrail.Name{Entity: guardrail.EntityRole, Value: name}
		asking, err := by.RolesAskingFor(ctx, asked, in.Account, client.InNamespace(namespace))
		if err != nil {
			return nil, fmt.Errorf("looking for the ECSRoles that may be passed: %w", err)
		}
		for i := range asking {
			roles[asking[i].Name] = &asking[i]
		}
	}
	return roles, nil
}

// referredRole collects what judging a referred role needs. An object of an account that is not there has no ARN yet.
func referredRole(
	ctx context.Context, by *pass.Reconciler, in desired.Inputs, role *v1alpha1.ECSRole,
) (desired.ReferredRole, error) {
	referred := desired.ReferredRole{Inputs: desired.Inputs{
		Role: role, AccountID: in.AccountID, Partition: in.Partition, ClusterID: in.ClusterID,
	}}
	account, missing, err := accountOf(ctx, by, role)
	if err != nil || account == nil {
		referred.AccountMissing = missing
		return referred, err
	}
	referred.Inputs.Account, referred.Inputs.AccountID = account, account.Spec.AccountID
	referred.SameAccount = account.Spec.AccountID == in.AccountID
	if referred.AsksForOwner() {
		referred.Refused, err = by.Refusal(ctx, role, account)
	}
	return referred, err
}

func referredPolicy(
	ctx context.Context, by *pass.Reconciler, in desired.Inputs, policy *v1alpha1.ECSPolicy,
) (desired.ReferredPolicy, error) {
	referred := desired.ReferredPolicy{Policy: policy, AccountID: in.AccountID, Partition: in.Partition}
	account, missing, err := accountOf(ctx, by, policy)
	if err != nil || account == nil {
		referred.AccountMissing = missing
		return referred, err
	}
	referred.Account, referred.AccountID = account, account.Spec.AccountID
	return referred, nil
}

// accountOf returns the AWSAccount of an object, or why there is none.
func accountOf(ctx context.Context, by *pass.Reconciler, object pass.Object) (*v1alpha1.AWSAccount, string, error) {
	account, err := by.Account(ctx, object.SharedSpec().AccountName)
	if p, err := pass.AsProblem(err); p != nil || err != nil {
		return nil, messageOf(p), err
	}
	return account, "", nil
}

func messageOf(p *pass.Problem) string {
	if p == nil {
		return ""
	}
	return p.Error()
}

// questions asks IAM whose the referred roles are of which that is not known.
func (r references) questions() []plan.Question {
	var questions []plan.Question
	for _, role := range r.roles {
		if role.AsksForOwner() {
			questions = append(questions, ownerOf(role))
		}
	}
	return questions
}

func ownerOf(role desired.ReferredRole) plan.Question {
	return plan.Question{Kind: plan.AskRole, Subject: desired.RoleName(role.Inputs.Role, role.Inputs.Account)}
}

// judge says of each reference what it is, by what AWS shows.
func (r references) judge(answers plan.Answers) (map[string]desired.RoleRef, map[string]desired.PolicyRef) {
	roles, policies := map[string]desired.RoleRef{}, map[string]desired.PolicyRef{}
	for name, role := range r.roles {
		role.Seen = answers[ownerOf(role)].Role
		roles[name] = role.Judge()
	}
	for name, policy := range r.policies {
		policies[name] = policy.Judge()
	}
	return roles, policies
}

// Indices of ECSRoles by what they refer to in their namespace.
const (
	// indexPassedRole has the names of ECSRoles, and names in IAM in lower case behind a slash.
	indexPassedRole = "passed-role"
	// indexPolicyRef has the names of ECSPolicies.
	indexPolicyRef = "policy-ref"
	// indexTrusted has the names in IAM, in lower case, of the roles that the trust policy names.
	indexTrusted = "trusted-role"
)

var roleIndices = map[string]func(pass.Object) []string{
	indexPassedRole: func(object pass.Object) []string {
		refs := referencesIn(object)
		names := slices.Clone(refs.Roles)
		for _, name := range refs.RoleNames {
			names = append(names, inIAM(name))
		}
		return names
	},
	indexPolicyRef: func(object pass.Object) []string { return referencesIn(object).Policies },
	indexTrusted: func(object pass.Object) []string {
		names := referencesIn(object).Trusted
		for i, name := range names {
			names[i] = strings.ToLower(name)
		}
		return names
	},
}

// referencesIn are what a role refers to. The account plays no part in the names.
func referencesIn(object pass.Object) desired.References {
	role, ok := object.(*v1alpha1.ECSRole)
	if !ok {
		return desired.References{}
	}
	return desired.ReferencesOf(desired.Inputs{Role: role, AccountID: "*", Partition: "*", Region: "*"})
}

// inIAM marks a name as one in IAM, which objects' names cannot be mistaken for.
func inIAM(name string) string { return "/" + strings.ToLower(name) }

var roleWatches = []pass.Watch{
	{Object: &v1alpha1.ECSRole{}, Requests: passers, When: referable()},
	{Object: &v1alpha1.ECSPolicy{}, Requests: attachers, When: referable()},
}

// passers are the ECSRoles that pass the role of an object, and those of any namespace that trust it: IAM takes only
// principals that exist.
func passers(ctx context.Context, reader client.Reader, changed client.Object) []reconcile.Request {
	role, ok := changed.(*v1alpha1.ECSRole)
	if !ok {
		return nil
	}
	within := client.InNamespace(role.Namespace)
	naming := func(key string) []reconcile.Request {
		return pass.Requests(ctx, reader, &v1alpha1.ECSRoleList{}, within, client.MatchingFields{indexPassedRole: key})
	}
	account := &v1alpha1.AWSAccount{}
	if err := reader.Get(ctx, types.NamespacedName{Name: role.SharedSpec().AccountName}, account); err != nil {
		account = nil
	}
	name := desired.RoleName(role, account)
	trusting := pass.Requests(ctx, reader, &v1alpha1.ECSRoleList{},
		client.MatchingFields{indexTrusted: strings.ToLower(name)})
	return slices.Concat(naming(role.Name), naming(inIAM(name)), trusting)
}

// attachers are the ECSRoles that have the policy of an object attached.
func attachers(ctx context.Context, reader client.Reader, changed client.Object) []reconcile.Request {
	return pass.Requests(ctx, reader, &v1alpha1.ECSRoleList{}, client.InNamespace(changed.GetNamespace()),
		client.MatchingFields{indexPolicyRef: changed.GetName()})
}

// referable lets through what others see of an object: that it is there, whether it goes, and where its entity is.
func referable() predicate.Predicate {
	seen := func(o client.Object) string {
		switch o := o.(type) {
		case *v1alpha1.ECSRole:
			return o.Status.RoleARN + " " + pass.ReadyReason(o)
		case *v1alpha1.ECSPolicy:
			return o.Status.PolicyARN + " " + o.Status.PolicyID
		}
		return ""
	}
	return predicate.Funcs{
		GenericFunc: func(event.GenericEvent) bool { return false },
		UpdateFunc: func(e event.UpdateEvent) bool {
			return seen(e.ObjectOld) != seen(e.ObjectNew) ||
				e.ObjectOld.GetDeletionTimestamp().IsZero() != e.ObjectNew.GetDeletionTimestamp().IsZero()
		},
	}
}
