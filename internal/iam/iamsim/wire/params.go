// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package iamsim

import (
	"net/url"
	"strconv"
)

// params are the form values of one call. The Query protocol flattens lists: TagKeys.member.1, TagKeys.member.2.
type params url.Values

func (p params) get(name string) string { return url.Values(p).Get(name) }

// has tells an empty value from an absent one: UpdateRole clears a description that is sent empty.
func (p params) has(name string) bool { return url.Values(p).Has(name) }

// integer is the value of a numeric parameter that its constraint has already accepted, or otherwise.
func (p params) integer(name string, otherwise int) int {
	n, err := strconv.Atoi(p.get(name))
	if err != nil {
		return otherwise
	}
	return n
}

func (p params) flag(name string) bool { return p.get(name) == "true" }

func (p params) list(name string) []string {
	var items []string
	for i := 1; ; i++ {
		key := name + ".member." + strconv.Itoa(i)
		if !p.has(key) {
			return items
		}
		items = append(items, p.get(key))
	}
}

func (p params) tags(name string) []Tag {
	var tags []Tag
	for i := 1; ; i++ {
		key := name + ".member." + strconv.Itoa(i)
		if !p.has(key+".Key") && !p.has(key+".Value") {
			return tags
		}
		tags = append(tags, Tag{Key: p.get(key + ".Key"), Value: p.get(key + ".Value")})
	}
}
