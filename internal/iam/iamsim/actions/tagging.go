// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package actions

import (
	"strings"

	"github.com/ecsiam/ecs-iam-controller/internal/iam/iamsim/store"
	"github.com/ecsiam/ecs-iam-controller/internal/iam/iamsim/wire"
)

// tagged is one kind of entity with tags.
type tagged struct {
	label string // as in the names of actions
	id    wire.Constraint
	same  sameKey
	tags  func(t *Transaction, id string) ([]store.Tag, error)
	set   func(t *Transaction, id string, tags []store.Tag) error
}

var taggedKinds = []tagged{
	{
		label: "Role", id: roleName, same: strings.EqualFold,
		tags: func(t *Transaction, id string) ([]store.Tag, error) { return tagsOf(t.role(id)) },
		set: func(t *Transaction, id string, tags []store.Tag) error {
			// Service-linked roles may be tagged.
			return setTags(t.state.Roles, id, func(r *store.Role) *store.Role { c := r.Clone(); c.Tags = tags; return c })
		},
	},
	{
		label: "User", id: userName, same: strings.EqualFold,
		tags: func(t *Transaction, id string) ([]store.Tag, error) { return tagsOf(t.user(id)) },
		set: func(t *Transaction, id string, tags []store.Tag) error {
			return setTags(t.state.Users, id, func(u *store.User) *store.User { c := u.Clone(); c.Tags = tags; return c })
		},
	},
	{
		label: "InstanceProfile", id: profileName, same: exactKey,
		tags: func(t *Transaction, id string) ([]store.Tag, error) { return tagsOf(t.profile(id)) },
		set: func(t *Transaction, id string, tags []store.Tag) error {
			return setTags(t.state.Profiles, id, func(p *store.InstanceProfile) *store.InstanceProfile {
				c := p.Clone()
				c.Tags = tags
				return c
			})
		},
	},
	{
		label: "Policy", id: policyARN, same: exactKey,
		tags: func(t *Transaction, id string) ([]store.Tag, error) { return tagsOf(t.policy(id)) },
		set: func(t *Transaction, id string, tags []store.Tag) error {
			if _, err := t.ownPolicy(id, "iam:TagPolicy"); err != nil {
				return err
			}
			return setTags(t.state.Policies, store.NameIn(id), func(p *store.Policy) *store.Policy {
				c := p.Clone()
				c.Tags = tags
				return c
			})
		},
	},
}

func tagsOf[T store.Named](entity T, err error) ([]store.Tag, error) {
	if err != nil {
		return nil, err
	}
	return entity.Base().Tags, nil
}

func setTags[T store.Named](entities store.Index[T], name string, with func(T) T) error {
	entity, ok := entities.Get(name)
	if !ok {
		return wire.NoSuchEntity("%s cannot be found.", name)
	}
	entities.Put(with(entity))
	return nil
}

var tagActions = buildTagActions()

func buildTagActions() []Action {
	all := make([]Action, 0, 3*len(taggedKinds))
	for _, k := range taggedKinds {
		all = append(all,
			Action{Name: "Tag" + k.label, Write: true, needs: []wire.Constraint{k.id, tagList}, do: k.add},
			Action{Name: "Untag" + k.label, Write: true, needs: []wire.Constraint{k.id, tagKeys}, do: k.remove},
			Action{
				Name: "List" + k.label + "Tags", do: k.list,
				needs: []wire.Constraint{k.id}, takes: []wire.Constraint{maxItems, marker},
			},
		)
	}
	return all
}

func (k tagged) add(tx *Transaction, p wire.Params) ([]wire.Node, error) {
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

func (k tagged) remove(tx *Transaction, p wire.Params) ([]wire.Node, error) {
	current, err := k.tags(tx, p.Get(k.id.Name))
	if err != nil {
		return nil, err
	}
	return nil, k.set(tx, p.Get(k.id.Name), withoutTags(current, p.List("TagKeys"), k.same))
}

func (k tagged) list(tx *Transaction, p wire.Params) ([]wire.Node, error) {
	tags, err := k.tags(tx, p.Get(k.id.Name))
	if err != nil {
		return nil, err
	}
	return wire.PagedList(p, "Tags", sortedTags(tags), func(tag store.Tag) string { return tag.Key }, tagContent)
}
