// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package wire

import (
	"net/url"
	"strconv"
)

// Params are the form values of one call. The Query protocol flattens lists: TagKeys.member.1, TagKeys.member.2.
type Params url.Values

// Get is the value of a parameter, empty when it is absent.
func (p Params) Get(name string) string { return url.Values(p).Get(name) }

// Has tells an empty value from an absent one: UpdateRole clears a description that is sent empty.
func (p Params) Has(name string) bool { return url.Values(p).Has(name) }

// Integer is the value of a numeric parameter that its constraint has already accepted, or otherwise.
func (p Params) Integer(name string, otherwise int) int {
	n, err := strconv.Atoi(p.Get(name))
	if err != nil {
		return otherwise
	}
	return n
}

// Flag reports whether a Boolean parameter is true.
func (p Params) Flag(name string) bool { return p.Get(name) == "true" }

// List are the members of a list of strings.
func (p Params) List(name string) []string {
	var items []string
	for i := 1; ; i++ {
		key := member(name, i)
		if !p.Has(key) {
			return items
		}
		items = append(items, p.Get(key))
	}
}

// Structs are the members of a list of structures, each with those of the fields that were sent.
func (p Params) Structs(name string, fields ...string) []map[string]string {
	var items []map[string]string
	for i := 1; ; i++ {
		item := map[string]string{}
		for _, field := range fields {
			if key := member(name, i) + "." + field; p.Has(key) {
				item[field] = p.Get(key)
			}
		}
		if len(item) == 0 {
			return items
		}
		items = append(items, item)
	}
}

func member(list string, number int) string { return list + ".member." + strconv.Itoa(number) }
