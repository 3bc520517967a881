// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package plan

import (
	"slices"
	"strings"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/internal/desired"
)

// ownership says whose an observed entity is.
type ownership int

const (
	// unowned has no owner tag.
	unowned ownership = iota
	// ours carries our owner tag.
	ours
	// formerlyOurs carries the owner tag of this object under a former cluster id.
	formerlyOurs
	// foreign carries somebody else's owner tag.
	foreign
)

// tag returns the value of a tag without regard to the case of its key, as IAM compares the keys of role tags.
func tag(tags map[string]string, key string) (string, bool) {
	if v, ok := tags[key]; ok {
		return v, true
	}
	if same := spelt(tags, key); len(same) > 0 {
		return tags[same[0]], true
	}
	return "", false
}

// spelt returns the keys as AWS spells them, sorted.
func spelt(tags map[string]string, key string) []string {
	return slices.DeleteFunc(keys(tags), func(k string) bool { return !strings.EqualFold(k, key) })
}

func ownerOf(tags map[string]string, want desired.Role) ownership {
	owner, tagged := tag(tags, v1alpha1.TagOwner)
	if !tagged {
		return unowned
	}
	switch {
	case owner == "":
		return foreign
	case owner == want.Owner:
		return ours
	case slices.Contains(want.FormerOwners, owner):
		return formerlyOurs
	}
	return foreign
}

// Owned tells whether the tags of an entity prove that it belongs to the object, under this or a former cluster id.
func Owned(tags map[string]string, want desired.Role) bool {
	o := ownerOf(tags, want)
	return o == ours || o == formerlyOurs
}

// Held tells whether the tags hold the tag ecsiam.dev/hold.
func Held(tags map[string]string) bool {
	_, held := tag(tags, v1alpha1.TagHold)
	return held
}

// Released tells whether the tags say that an object let go of the entity, which is nobody's since.
func Released(tags map[string]string) bool {
	_, released := tag(tags, v1alpha1.TagReleased)
	return released
}

// protected says why an entity is never adopted, or nothing.
func protected(path string, tags map[string]string) string {
	for _, prefix := range []string{"/aws-service-role/", "/aws-reserved/"} {
		if strings.HasPrefix(path, prefix) {
			return "it belongs to AWS (path " + prefix + ")"
		}
	}
	for k := range tags {
		if strings.HasPrefix(strings.ToLower(k), v1alpha1.TagAWSPrefix+"cloudformation:") {
			return "it belongs to a CloudFormation stack"
		}
	}
	return ""
}

// mayTake judges whether an entity that is not ours may be adopted. It returns the refusal, or nothing.
func mayTake(kind, name, path string, tags map[string]string, want desired.Role) *Refusal {
	conflict := func(message string) *Refusal {
		return &Refusal{Reason: v1alpha1.ReasonOwnershipConflict, Message: kind + " " + name + " " + message}
	}
	if ownerOf(tags, want) == foreign {
		owner, _ := tag(tags, v1alpha1.TagOwner)
		if owner == "" {
			owner = "an unknown owner"
		}
		return conflict("belongs to " + owner + " (its tag " + v1alpha1.TagOwner +
			"): choose another name in a new object, or delete the other owner first")
	}
	if why := protected(path, tags); why != "" {
		return conflict("exists already and is never adopted, since " + why + ": choose another name in a new object")
	}
	if want.Adoption == desired.AdoptNever {
		return conflict("exists already and is not ours: choose another name in a new object, delete it in AWS, " +
			"or set adoptionPolicy to IfEqual or Adopt")
	}
	if !want.AdoptionAllowed {
		return conflict("exists already, and the AWSAccount does not allow this namespace to adopt it: " +
			"ask the owner of the AWSAccount for a rule in spec.adoption.allow")
	}
	return nil
}
