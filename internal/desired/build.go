// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package desired

import (
	"errors"
	"strings"

	utilerrors "k8s.io/apimachinery/pkg/util/errors"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/internal/iam"
	"github.com/ecsiam/ecs-iam-controller/internal/roletype"
)

// ErrQuota says that a spec is valid and needs more than the account's quotas, which AWS may raise.
var ErrQuota = errors.New("a quota of the account is too low")

// quotaError is field errors that are ErrQuota.
type quotaError struct{ utilerrors.Aggregate }

// Is implements the interface of errors.Is.
func (e quotaError) Is(target error) bool {
	return target == ErrQuota || e.Aggregate.Is(target)
}

// Build gives the entities that the object stands for. The error is an aggregate of one *field.Error for each thing
// that is wrong, in a fixed order, or an *UnresolvedError when nothing is wrong and something that the object refers
// to is not there yet; the Role is what is left without that. It does not rely on the API server having validated the
// object: objects may be older than a rule, and manifests are rendered without one. The error wraps ErrQuota when all
// that is wrong is that a quota of the account is too low.
func Build(in Inputs) (Role, error) {
	if in.Role == nil || in.AccountID == "" || in.Partition == "" || in.ClusterID == "" {
		return Role{}, errors.New("building the desired role: object, account id, partition and cluster id must be known")
	}
	b := newBuilder(in)
	role := b.build()
	switch {
	case len(b.errs) > 0:
		return Role{}, append(b.errs, b.exceeded...).ToAggregate()
	case len(b.exceeded) > 0:
		return Role{}, quotaError{b.exceeded.ToAggregate()}
	}
	if len(b.unresolved) > 0 {
		return role, &UnresolvedError{References: b.unresolved}
	}
	return role, nil
}

// Absent is what a deleted object stands for: nothing under its names. It asks for no valid spec, since an object that
// never became valid must be deletable too.
func Absent(in Inputs) Role {
	role := Role{Absent: true}
	if in.Role == nil {
		return role
	}
	role.Role.Name = RoleName(in.Role, in.Account)
	if name := ProfileName(in.Role, in.Account); name != "" {
		role.Profile = &iam.InstanceProfile{Name: name}
	}
	role.Owner, role.FormerOwners = owners(in)
	return role
}

func (b *builder) build() Role {
	b.checkType()
	role := iam.Role{
		Name:              b.roleName(),
		Path:              b.path(),
		Description:       b.description(),
		MaxSessionSeconds: b.maxSession(),
		Boundary:          b.boundary(),
		Tags:              b.tags(),
		Trust:             b.trust(),
		Attached:          b.attached(),
		InlinePolicies:    b.inlinePolicies(),
	}
	desired := Role{
		Role:        role,
		AccountTags: b.accountTags(),
		PathFixed:   b.spec.Path != "",
		Profile:     b.profile(role),
		Claim:       b.claim(),
		Ignore:      b.ignore(),

		InlinePolicyName: b.inlinePolicyName(),
	}
	b.checkPolicies()
	desired.Warnings, desired.Findings = b.warnings(desired), b.findings
	return desired
}

func (b *builder) checkType() {
	path, names := specPath.Child("type"), roletype.Names()
	switch {
	case b.spec.Type == "":
		b.refuse(field.Required(path, "name the role that ECS expects, one of "+strings.Join(plain(names), ", ")))
	case !b.known:
		b.refuse(field.NotSupported(path, b.spec.Type, names))
	}
}

// checkPolicies covers the enumerations that the desired role does not hold.
func (b *builder) checkPolicies() {
	oneOf(&b.base, specPath.Child("deletionPolicy"), b.spec.DeletionPolicy,
		v1alpha1.DeletionDelete, v1alpha1.DeletionRetain)
	oneOf(&b.base, specPath.Child("reconcilePolicy"), b.spec.ReconcilePolicy,
		v1alpha1.ReconcileEnforce, v1alpha1.ReconcileObserve)
}
