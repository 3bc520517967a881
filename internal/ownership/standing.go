// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package ownership

import (
	"cmp"
	"strings"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
)

// Relation says what an observed entity is to the object that claims it.
type Relation int

// The values of Relation.
const (
	// Unowned has no owner tag.
	Unowned Relation = iota
	// Ours carries our owner tag.
	Ours
	// FormerlyOurs carries the owner tag of this object under a former cluster id.
	FormerlyOurs
	// ReleasedByUs has no owner tag, and its tag ecsiam.dev/released names this very object.
	ReleasedByUs
	// Foreign carries the owner tag of someone else.
	Foreign
	// Protected belongs to AWS, to a CloudFormation stack, or to what Protection says: it is never written, whatever its
	// other tags.
	Protected
)

// Standing is what is known of whose an entity is. It is computed once for each observed entity.
type Standing struct {
	Relation Relation
	// Held says that the tag ecsiam.dev/hold keeps the entity as it is.
	Held bool
	// Released says that some object let go of the entity.
	Released bool

	// owner is the value of the owner tag, protector who a protected entity belongs to.
	owner, protector string
}

// Standing judges an entity by its path and its tags.
func (c Claim) Standing(path string, tags map[string]string) Standing {
	return c.StandingOf(Entity{Path: path, Tags: tags})
}

// StandingOf judges an entity by all that says whose it is.
func (c Claim) StandingOf(e Entity) Standing {
	s := c.standingByTags(e)
	if s.protector == "" && !s.Owned() {
		s.protector = c.keeps(e)
	}
	if s.protector != "" {
		s.Relation = Protected
	}
	return s
}

func (c Claim) standingByTags(e Entity) Standing {
	tags := e.Tags
	s := Standing{
		Held: Held(tags), Released: Released(tags), protector: cmp.Or(protector(e.Path, tags), c.Protects(e)),
	}
	owner, tagged := Tag(tags, v1alpha1.TagOwner)
	s.owner = owner
	switch by, _ := Tag(tags, v1alpha1.TagReleased); {
	case tagged && owner != "" && owner == c.Owner:
		s.Relation = Ours
	case tagged && c.names(owner):
		s.Relation = FormerlyOurs
	case tagged:
		s.Relation = Foreign
	case c.names(by):
		s.Relation = ReleasedByUs
	}
	return s
}

// Owned tells whether the entity belongs to the object, under this or a former cluster id.
func (s Standing) Owned() bool { return s.Relation == Ours || s.Relation == FormerlyOurs }

// Held tells whether the tags hold the tag ecsiam.dev/hold.
func Held(tags map[string]string) bool {
	_, held := Tag(tags, v1alpha1.TagHold)
	return held
}

// Released tells whether the tags say that an object let go of the entity.
func Released(tags map[string]string) bool {
	_, released := Tag(tags, v1alpha1.TagReleased)
	return released
}

// protector says who a protected entity belongs to, or nothing.
func protector(path string, tags map[string]string) string {
	for _, prefix := range []string{"/aws-service-role/", "/aws-reserved/"} {
		if strings.HasPrefix(path, prefix) {
			return "AWS (path " + prefix + ")"
		}
	}
	for k := range tags {
		if strings.HasPrefix(strings.ToLower(k), v1alpha1.TagAWSPrefix+"cloudformation:") {
			return "a CloudFormation stack"
		}
	}
	return ""
}
