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
)

// Indices of ECSRoles by what they refer to in their namespace.
const (
	// indexPassedRole has the names of ECSRoles, and names in IAM in lower case behind a slash.
	indexPassedRole = "passed-role"
	// indexPolicyRef has the names of ECSPolicies.
	indexPolicyRef = "policy-ref"
)

// references are the objects that a role refers to, as far as they exist.
type references struct {
	roles    map[string]desired.RoleRef
	policies map[string]desired.PolicyRef
}

// refer looks up what the role refers to. Whether that will do is for desired.Build to say.
func (r *RoleReconciler) refer(ctx context.Context, in inputs) (references, *problem, error) {
	found := references{map[string]desired.RoleRef{}, map[string]desired.PolicyRef{}}
	refs := desired.ReferencesOf(r.desiredInputs(in))
	others, err := r.passed(ctx, in.role.Namespace, refs)
	if err != nil {
		return found, nil, err
	}
	for _, other := range others {
		ref, p, err := r.roleRef(ctx, in, other)
		if p != nil || err != nil {
			return found, p, err
		}
		found.roles[other.Name] = ref
	}
	for _, name := range refs.Policies {
		ref, err := r.policyRef(ctx, in, types.NamespacedName{Namespace: in.role.Namespace, Name: name})
		if err != nil {
			return found, nil, err
		}
		if ref != nil {
			found.policies[name] = *ref
		}
	}
	return found, nil, nil
}

// passed are the ECSRoles of a namespace that grants.passRoles names.
func (r *RoleReconciler) passed(
	ctx context.Context, namespace string, refs desired.References,
) ([]*v1alpha1.ECSRole, error) {
	if len(refs.Roles)+len(refs.RoleNames) == 0 {
		return nil, nil
	}
	var list v1alpha1.ECSRoleList
	if err := r.Client.List(ctx, &list, client.InNamespace(namespace)); err != nil {
		return nil, fmt.Errorf("listing the ECSRoles that may be passed: %w", err)
	}
	var roles []*v1alpha1.ECSRole
	for i := range list.Items {
		other := &list.Items[i]
		named := func(name string) bool { return strings.EqualFold(name, desired.RoleName(other)) }
		if slices.Contains(refs.Roles, other.Name) || slices.ContainsFunc(refs.RoleNames, named) {
			roles = append(roles, other)
		}
	}
	return roles, nil
}

// roleRef says where the role of another object is. An object of an account that is not there has no ARN yet.
func (r *RoleReconciler) roleRef(
	ctx context.Context, in inputs, other *v1alpha1.ECSRole,
) (desired.RoleRef, *problem, error) {
	ref := desired.RoleRef{Type: other.Spec.Type}
	account, p, err := r.account(ctx, accountName(other))
	if err != nil {
		return ref, nil, err
	}
	from := desired.Inputs{
		Role: other, Account: account, AccountID: in.identity.AccountID, Partition: in.identity.Partition,
		ClusterID: r.ClusterID,
	}
	if account != nil {
		from.AccountID = account.Spec.AccountID
	}
	ref.ARN = desired.RoleARN(from)
	switch {
	case p != nil:
		ref.Unready = "is not ready: " + p.message
	case !other.DeletionTimestamp.IsZero():
		ref.Unready = "is being deleted: name another one"
	case from.AccountID == in.identity.AccountID:
		ref.Unready, p, err = r.disowned(ctx, in, from)
		ref.Disowned = ref.Unready != ""
		return ref, p, err
	}
	return ref, nil, nil
}

// disowned says why the role of another object may not be passed, if anything does. Whoever may pass a role can act as
// it, so that naming somebody else's role in spec.roleName must not be enough. A name that begins with the namespace is
// the namespace's own; of any other name IAM is asked. A role that is not there yet is nobody's.
func (r *RoleReconciler) disowned(ctx context.Context, in inputs, other desired.Inputs) (string, *problem, error) {
	if desired.OwnName(other.Role) {
		return "", nil, nil
	}
	contest, err := r.contestRole(ctx, other.Role, other.Account)
	if err != nil {
		return "", nil, err
	}
	got, err := in.aws.ObserveBareRole(ctx, desired.RoleName(other.Role))
	if err != nil {
		return "", readProblem(err), nil
	}
	owned := got.Role != nil && desired.Absent(other).Standing(got.Role.Path, got.Role.Tags).Owned()
	if p := contest.verdict(owned); p != nil {
		return "does not own its role: " + p.message, nil, nil
	}
	if got.Role != nil && !owned {
		return fmt.Sprintf("does not own its role: %s exists in AWS and belongs to somebody else",
			desired.RoleName(other.Role)), nil, nil
	}
	return "", nil, nil
}

// policyRef says where the policy of an object is, nil when there is no such object. The policy must exist in IAM
// before it can be attached; while its object is being deleted it does.
func (r *RoleReconciler) policyRef(
	ctx context.Context, in inputs, name types.NamespacedName,
) (*desired.PolicyRef, error) {
	object := &v1alpha1.ECSPolicy{}
	if err := r.Client.Get(ctx, name, object); err != nil {
		if client.IgnoreNotFound(err) == nil {
			return nil, nil //nolint:nilnil // no such object is no error
		}
		return nil, fmt.Errorf("reading ECSPolicy %s: %w", name, err)
	}
	accountName := object.Spec.AccountRef.Name
	if accountName == "" {
		accountName = "default"
	}
	account, p, err := r.account(ctx, accountName)
	if err != nil {
		return nil, err
	}
	ref, id := &desired.PolicyRef{}, in.identity.AccountID
	if account != nil {
		id = account.Spec.AccountID
	}
	ref.ARN = desired.PolicyARN(object, account, id, in.identity.Partition)
	switch {
	case p != nil:
		ref.Unready = "is not ready: " + p.message
	case object.Status.PolicyARN != ref.ARN:
		ref.Unready = "is not in AWS yet: see its own conditions"
	}
	return ref, nil
}

// indexReferences adds the indices by reference to a cache.
func indexReferences(ctx context.Context, indexer client.FieldIndexer) error {
	for name, keys := range map[string]func(desired.References) []string{
		indexPassedRole: func(refs desired.References) []string {
			names := slices.Clone(refs.Roles)
			for _, name := range refs.RoleNames {
				names = append(names, inIAM(name))
			}
			return names
		},
		indexPolicyRef: func(refs desired.References) []string { return refs.Policies },
	} {
		extract := func(o client.Object) []string {
			role, ok := o.(*v1alpha1.ECSRole)
			if !ok {
				return nil
			}
			// The account plays no part in the name of a role.
			return keys(desired.ReferencesOf(desired.Inputs{Role: role, AccountID: "*", Partition: "*", Region: "*"}))
		}
		if err := indexer.IndexField(ctx, &v1alpha1.ECSRole{}, name, extract); err != nil {
			return fmt.Errorf("indexing ECSRoles by %s: %w", name, err)
		}
	}
	return nil
}

// inIAM marks a name as one in IAM, which objects' names cannot be mistaken for.
func inIAM(name string) string { return "/" + strings.ToLower(name) }

// passers are the ECSRoles that pass the role of an object.
func (r *RoleReconciler) passers(ctx context.Context, o client.Object) []reconcile.Request {
	role, ok := o.(*v1alpha1.ECSRole)
	if !ok {
		return nil
	}
	within := client.InNamespace(role.Namespace)
	return append(r.requests(ctx, within, client.MatchingFields{indexPassedRole: role.Name}),
		r.requests(ctx, within, client.MatchingFields{indexPassedRole: inIAM(desired.RoleName(role))})...)
}

// attachers are the ECSRoles that have the policy of an object attached.
func (r *RoleReconciler) attachers(ctx context.Context, o client.Object) []reconcile.Request {
	return r.requests(ctx, client.InNamespace(o.GetNamespace()), client.MatchingFields{indexPolicyRef: o.GetName()})
}

// referable lets through what others see of an object: that it is there, whether it goes, and where its entity is.
func referable() predicate.Predicate {
	seen := func(o client.Object) string {
		switch o := o.(type) {
		case *v1alpha1.ECSRole:
			return o.Status.RoleARN + " " + readyReason(o)
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
