// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package iamsim

import "strings"

// tagged is one kind of entity with tags.
type tagged struct {
	label string // as in the names of actions
	id    constraint
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
		return noSuchEntity("%s cannot be found.", name)
	}
	entities.put(with(entity))
	return nil
}

var tagActions = buildTagActions()

func buildTagActions() []action {
	all := make([]action, 0, 3*len(taggedKinds))
	for _, k := range taggedKinds {
		all = append(all,
			action{name: "Tag" + k.label, write: true, needs: []constraint{k.id, tagList}, do: k.add},
			action{name: "Untag" + k.label, write: true, needs: []constraint{k.id, tagKeys}, do: k.remove},
			action{
				name: "List" + k.label + "Tags", do: k.list,
				needs: []constraint{k.id}, takes: []constraint{maxItems, marker},
			},
		)
	}
	return all
}

func (k tagged) add(tx *transaction, p params) ([]node, error) {
	current, err := k.tags(tx, p.get(k.id.name))
	if err != nil {
		return nil, err
	}
	tags, err := tx.withTags(current, p.tags("Tags"), k.same)
	if err != nil {
		return nil, err
	}
	return nil, k.set(tx, p.get(k.id.name), tags)
}

func (k tagged) remove(tx *transaction, p params) ([]node, error) {
	current, err := k.tags(tx, p.get(k.id.name))
	if err != nil {
		return nil, err
	}
	return nil, k.set(tx, p.get(k.id.name), withoutTags(current, p.list("TagKeys"), k.same))
}

func (k tagged) list(tx *transaction, p params) ([]node, error) {
	tags, err := k.tags(tx, p.get(k.id.name))
	if err != nil {
		return nil, err
	}
	return paged(p, "Tags", sortedTags(tags), func(tag Tag) string { return tag.Key }, tagContent)
}
