// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package authz

import "strings"

// Access is the set of access levels of an action. AWS gives one or two, such as "Tagging, Write".
type Access uint8

// The access levels of the Service Authorization Reference.
const (
	List Access = 1 << iota
	Read
	Write
	Tagging
	PermissionsManagement
)

// accessLevels gives each level its letter in the data and its name in AWS's tables.
var accessLevels = []struct {
	level  Access
	letter byte
	name   string
}{
	{List, 'L', "List"},
	{PermissionsManagement, 'P', "Permissions management"},
	{Read, 'R', "Read"},
	{Tagging, 'T', "Tagging"},
	{Write, 'W', "Write"},
}

// Has tells whether all given levels are among those of the action.
func (a Access) Has(levels Access) bool { return a&levels == levels }

// String lists the levels as AWS's tables do.
func (a Access) String() string {
	var names []string
	for _, l := range accessLevels {
		if a.Has(l.level) {
			names = append(names, l.name)
		}
	}
	return strings.Join(names, ", ")
}

// Letters is the form of the data, one letter a level.
func (a Access) Letters() string {
	var letters []byte
	for _, l := range accessLevels {
		if a.Has(l.level) {
			letters = append(letters, l.letter)
		}
	}
	return string(letters)
}

// ParseAccess reads what String writes.
func ParseAccess(text string) (access Access, ok bool) {
	for name := range strings.SplitSeq(text, ", ") {
		before := access
		for _, l := range accessLevels {
			if l.name == name {
				access |= l.level
			}
		}
		if access == before {
			return 0, false
		}
	}
	return access, true
}

func accessOf(letters string) (access Access, ok bool) {
	for i := range len(letters) {
		before := access
		for _, l := range accessLevels {
			if l.letter == letters[i] {
				access |= l.level
			}
		}
		if access == before {
			return 0, false
		}
	}
	return access, access != 0
}
