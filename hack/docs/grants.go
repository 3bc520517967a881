// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"github.com/ecsiam/ecs-iam-controller/internal/roletype"
)

// grants is the table of all grants: who takes them, and where AWS documents them.
func grants(string, string) (string, error) {
	list := roletype.Grants()
	rows := make([][]string, len(list))
	for i := range list {
		types := make([]string, len(list[i].Types))
		for j, name := range list[i].Types {
			types[j] = string(name)
		}
		rows[i] = []string{code(list[i].Field), codes(types), cell(list[i].Source)}
	}
	return table([]string{"Grant", "Types", "AWS's page"}, rows), nil
}

// grantsOfTypes is the same by type.
func grantsOfTypes(string, string) (string, error) {
	var rows [][]string
	for _, t := range roletype.All() {
		if len(t.Grants) == 0 {
			continue
		}
		name := code(string(t.Name))
		if capability := t.Passes.Capability; capability != "" {
			name += " with " + code(string(capability))
		}
		rows = append(rows, []string{name, codes(t.Grants)})
	}
	return table([]string{"Type", "Grants"}, rows), nil
}
