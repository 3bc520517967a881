// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package desired

import (
	"slices"

	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/internal/ownership"
)

// claim says whose the entities of a role are, and what the object and the account consent to.
func (b *builder) claim() ownership.Claim {
	owner, former := owners(b.in)
	b.checkFormerClusters(b.in.ClusterID)
	consent := oneOf(&b.base, specPath.Child("adoptionPolicy"), b.spec.AdoptionPolicy,
		v1alpha1.AdoptionNever, v1alpha1.AdoptionIfEqual, v1alpha1.AdoptionAdopt)
	return ownership.Claim{
		Owner: owner, FormerOwners: former,
		Adoption: adoptionOf(consent), AdoptionAllowed: b.adoptionAllowed(),
	}
}

// checkFormerClusters refuses the id of this cluster among those that it had before: two clusters that each name the
// other would take each other's entities in turn, and one that names itself hides which of the two is meant.
func (b *base) checkFormerClusters(cluster string) {
	for i, id := range b.account.FormerClusterIDs {
		if string(id) == cluster {
			b.refuse(field.Invalid(accountPath.Child("formerClusterIDs").Index(i), string(id),
				"is the controller's current --cluster-id: list only ids that are no longer in use"))
		}
	}
}

func adoptionOf(consent v1alpha1.AdoptionPolicy) ownership.Adoption {
	switch consent {
	case v1alpha1.AdoptionIfEqual:
		return ownership.AdoptIfEqual
	case v1alpha1.AdoptionAdopt:
		return ownership.AdoptAny
	case v1alpha1.AdoptionNever:
	}
	return ownership.AdoptNever
}

// adoptionAllowed reports whether the account lets the namespace adopt every name that the object stands for, that of
// the instance profile included.
func (b *builder) adoptionAllowed() bool {
	if !b.mayAdopt(RoleName(b.in.Role, b.in.Account)) {
		return false
	}
	profile := ProfileName(b.in.Role, b.in.Account)
	return profile == "" || b.mayAdopt(profile)
}

func (b *base) mayAdopt(name string) bool {
	return b.account.Adoption != nil && slices.ContainsFunc(b.account.Adoption.Allow, func(r v1alpha1.AdoptionRule) bool {
		return slices.Contains(r.Namespaces, v1alpha1.NamespaceName(b.namespace)) && MatchesFold(r.NamePattern, name)
	})
}
