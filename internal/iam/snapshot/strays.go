// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package snapshot

import (
	"maps"
	"strings"
	"time"

	"k8s.io/apimachinery/pkg/types"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/internal/belief"
)

// Stray is an entity of ours that no object has settled: its object was not looked at since the start, is not as
// declared, or is gone.
type Stray struct {
	Entity Entity
	// Name is that of the entity, Owner the object that its owner tag names.
	Name  string
	Owner types.NamespacedName
}

// Strays are the strays of an account, as far as its last snapshot showed them.
func (s *Snapshots) Strays(name string) []Stray {
	s.mu.Lock()
	defer s.mu.Unlock()
	var strays []Stray
	a := s.of(name)
	for _, shown := range a.areas[Role].strange {
		if object, ours := s.ownerOf(Role, shown.Role.Tags); ours {
			strays = append(strays, Stray{Role, shown.Role.Name, object.NamespacedName})
		}
	}
	if a.areas[Policy].names == nil { // the last snapshot left policies out
		return strays
	}
	for _, c := range a.unclaimed {
		if object, ours := s.named(Policy, c.owner); ours {
			strays = append(strays, Stray{Policy, c.name, object.NamespacedName})
		}
	}
	return strays
}

// ownerOf is the object that the tags of an entity name as its owner, if it is one of ours.
func (s *Snapshots) ownerOf(entity Entity, tags map[string]string) (Object, bool) {
	return s.named(entity, tags[v1alpha1.TagOwner])
}

// named is the object that an owner tag names.
func (s *Snapshots) named(entity Entity, owner string) (Object, bool) {
	rest, ours := strings.CutPrefix(owner, s.owner)
	namespace, object, complete := strings.Cut(rest, "/")
	return Object{entity, types.NamespacedName{Namespace: namespace, Name: object}}, ours && complete
}

// mourned is how long it is remembered when an object went: longer than any snapshot takes.
const mourned = time.Hour

// Gone forgets an object that does not exist any more. A snapshot that began before it went, or shortly after, may show
// its entity, which is no stray for that.
func (s *Snapshots) Gone(object Object, now time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.unsettle(object)
	for _, a := range s.accounts {
		a.bury(s, object)
	}
	s.gone[object] = now
}

// bury takes what the last snapshot showed of the entity of an object that is gone for not shown.
func (a *account) bury(s *Snapshots, object Object) {
	for key, shown := range a.areas[object.Entity].strange {
		if shown.Role == nil {
			continue
		}
		if owner, _ := s.ownerOf(Role, shown.Role.Tags); owner == object {
			delete(a.areas[object.Entity].strange, key)
		}
	}
	for _, c := range a.unclaimed {
		if owner, _ := s.named(Policy, c.owner); owner == object {
			c.owner, c.read = "", time.Time{}
		}
	}
}

// forgetGone drops the objects that went so long ago that no reading still under way began before.
func (s *Snapshots) forgetGone(now time.Time) {
	maps.DeleteFunc(s.gone, func(_ Object, at time.Time) bool { return now.Sub(at) >= mourned })
}

// justGone reports whether an object went so shortly before a reading that IAM may still have shown its entity.
func (s *Snapshots) justGone(object Object, began time.Time) bool {
	at, gone := s.gone[object]
	return gone && began.Sub(at) < belief.Suspicion
}
