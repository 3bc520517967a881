// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package iamsim

import (
	"strings"

	"github.com/ecsiam/ecs-iam-controller/internal/iam/iamsim/wire"
)

// tagged is one kind of entity with tags.
type tagged struct {
	label string // as in the names of actions
	id    wire.Constraint
	same  sameKey
	tags  func(t *transaction, id string) ([]Tag, error)
	set   func(t *transaction, id string, tags []Tag) error
}

var taggedKinds = []tagged{
	{
		label: "Role", id: roleName, same: strings.EqualFold,
		tags: func(t *transaction, id string) ([]Tag, error) { return tagsOf(t.role(id)) },
		set: func(t *transaction, id string, tags []Tag) error {
			// Service-linked roles may be tagged.
			return setTags(t.state.roles, id, func(r *Role) *Role { c := r.clone(); c.Tags = tags; return c })
		},
	},
	{
		label: "User", id: userName, same: strings.EqualFold,
		tags: func(t *transaction, id string) ([]Tag, error) { return tagsOf(t.user(id)) },
		set: func(t *transaction, id string, tags []Tag) error {
			return setTags(t.state.users, id, func(u *User) *User { c := u.clone(); c.Tags = tags; return c })
		},
	},
	{
		label: "InstanceProfile", id: profileName, same: exactKey,
		tags: func(t *transaction, id string) ([]Tag, error) { return tagsOf(t.profile(id)) },
		set: func(t *transaction, id string, tags []Tag) error {
			return setTags(t.state.profiles, id, func(p *InstanceProfile) *InstanceProfile {
				c := p.clone()
				c.Tags = tags
				return c
			})
		},
	},
	{
		label: "Policy", id: policyARN, same: exactKey,
		tags: func(t *transaction, id string) ([]Tag, error) { return tagsOf(t.policy(id)) },
		set: func(t *transaction, id string, tags []Tag) error {
			if _, err := t.ownPolicy(id, "iam:TagPolicy"); err != nil {
				return err
			}
			return setTags(t.state.policies, policyNameOf(id), func(p *Policy) *Policy {
				c := p.clone()
				c.Tags = tags
				return c
			})
		},
	},
}

func (e *Entity) tags() []Tag { return e.Tags }

func tagsOf[T interface{ tags() []Tag }](entity T, err error) ([]Tag, error) {
	if err != nil {
		return nil, err
	}
	return entity.tags(), nil
}

func setTags[T interface{ name() string }](entities index[T], name string, with func(T) T) error {
	entity, ok := entities.get(name)
	if !ok {
		return wire.NoSuchEntity("%s cannot be found.", name)
	}
	entities.put(with(entity))
	return nil
}

var tagActions = buildTagActions()

func buildTagActions() []action {
	all := make([]action, 0, 3*len(taggedKinds))
	for _, k := range taggedKinds {
		all = append(all,
			action{name: "Tag" + k.label, write: true, needs: []wire.Constraint{k.id, tagList}, do: k.add},
			action{name: "Untag" + k.label, write: true, needs: []wire.Constraint{k.id, tagKeys}, do: k.remove},
			action{
				name: "List" + k.label + "Tags", do: k.list,
				needs: []wire.Constraint{k.id}, takes: []wire.Constraint{maxItems, marker},
			},
		)
	}
	return all
}

func (k tagged) add(tx *transaction, p wire.Params) ([]wire.Node, error) {
	current, err := k.tags(tx, p.Get(k.id.Name))
	if err != nil {
		return nil, err
	}
	tags, err := tx.withTags(current, tagsIn(p), k.same)
	if err != nil {
		return nil, err
	}
	return nil, k.set(tx, p.Get(k.id.Name), tags)
}

func (k tagged) remove(tx *transaction, p wire.Params) ([]wire.Node, error) {
	current, err := k.tags(tx, p.Get(k.id.Name))
	if err != nil {
		return nil, err
	}
	return nil, k.set(tx, p.Get(k.id.Name), withoutTags(current, p.List("TagKeys"), k.same))
}

func (k tagged) list(tx *transaction, p wire.Params) ([]wire.Node, error) {
	tags, err := k.tags(tx, p.Get(k.id.Name))
	if err != nil {
		return nil, err
	}
	return wire.PagedList(p, "Tags", sortedTags(tags), func(tag Tag) string { return tag.Key }, tagContent)
}
