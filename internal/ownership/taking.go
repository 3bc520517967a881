// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package ownership

import (
	"slices"
	"strings"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
)

// Taking says how an entity that exists and is not ours yet may become ours.
type Taking struct {
	// Refusal says why it may not, and what to do; empty when it may. It completes "role x …".
	Refusal string
	// OnlyEqual says that it may when it differs in nothing but the controller's own tags, else Differs is the refusal.
	OnlyEqual bool
	// Differs completes "role x …" as well; what the difference is may be added to it.
	Differs string
}

const (
	anotherName = "choose another name in a new object"
	accountRule = "a rule in spec.adoption.allow"
)

// Taking judges whether an entity of a standing may become ours. What is ours needs no consent.
func (c Claim) Taking(s Standing) Taking {
	consented := c.Adoption != AdoptNever && c.AdoptionAllowed
	switch s.Relation {
	case Ours, FormerlyOurs:
		return Taking{}
	case Foreign:
		return Taking{Refusal: c.foreign(s)}
	case Protected:
		return Taking{Refusal: c.protected(s)}
	case ReleasedByUs:
		if !consented || c.Adoption != AdoptAny {
			return Taking{OnlyEqual: true, Differs: "was released by this object and differs from the spec by now: make them " +
				"equal, or set adoptionPolicy to Adopt and ask the owner of the AWSAccount for " + accountRule}
		}
		return Taking{}
	case Unowned:
	}
	if !consented {
		return Taking{Refusal: c.unconsented()}
	}
	return Taking{
		OnlyEqual: c.Adoption == AdoptIfEqual,
		Differs:   "exists already and differs from the spec, and adoptionPolicy is IfEqual: make them equal, or set Adopt",
	}
}

// unconsented says what is missing for the adoption of an entity that has no owner tag: it may be anyone's, or ours if
// someone removed the tag.
func (c Claim) unconsented() string {
	advice := ". If it is this object's and the tag was removed, set the tag to " + c.Owner + " again"
	if c.Adoption == AdoptNever {
		return "exists already without the tag " + v1alpha1.TagOwner + ": " + anotherName + ", delete it in AWS, or set " +
			"adoptionPolicy to IfEqual or Adopt" + advice
	}
	return "exists already, and the AWSAccount does not allow this namespace to adopt it: ask the owner of the " +
		"AWSAccount " +
		"for " + accountRule + advice
}

// protected says that nobody may have the entity. One that carries our owner tag was ours before.
func (c Claim) protected(s Standing) string {
	if c.names(s.owner) {
		return "carries this object's tag " + v1alpha1.TagOwner + " and is never changed, because it belongs to " +
			s.protector + ": take it out of there, or " + anotherName
	}
	return "exists already and is never adopted, because it belongs to " + s.protector + ": " + anotherName
}

// foreign says whose the entity is, as far as this namespace may know: an owner in another namespace or cluster is no
// affair of it. Whether an owner of its own still exists is not known here, hence both ways out.
func (c Claim) foreign(s Standing) string {
	owner, known := split(s.owner)
	us, _ := split(c.Owner)
	whose := s.owner
	switch {
	case !known:
		whose = "an unknown owner"
	case owner.cluster != us.cluster || owner.namespace != us.namespace:
		return "is not available: " + anotherName + ", or ask the operator of the controller, whose log names the owner"
	}
	return "belongs to " + whose + " (its tag " + v1alpha1.TagOwner + "): " + anotherName +
		", or, if that owner no longer exists, remove the tag in AWS and adopt it with adoptionPolicy"
}

// owner is a value of the owner tag in its parts.
type owner struct{ cluster, namespace, name string }

// split takes a value of the owner tag apart. No part holds a slash.
func split(value string) (owner, bool) {
	parts := strings.Split(value, "/")
	if len(parts) != 3 || slices.Contains(parts, "") {
		return owner{}, false
	}
	return owner{parts[0], parts[1], parts[2]}, true
}
