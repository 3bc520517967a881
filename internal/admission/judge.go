// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package admission

import "slices"

// judge refuses what is wrong with an object alone and was not wrong with the stored one, and warns of the rest. The
// stored one is nil when the object is created.
func judge[O any](
	object, stored *O, s Surroundings,
	alone func(*O, Surroundings) ([]problem, []string), among func(*O, Surroundings, []problem) []string,
) Verdict {
	found, warnings := alone(object, s)
	var before []problem
	if stored != nil && len(found) > 0 {
		before, _ = alone(stored, s)
	}
	return hideAccounts(verdict(found, before, slices.Concat(among(object, s, found), warnings)), s)
}

// elsewhere are the problems of fields with which nothing is wrong as far as the object alone tells.
func elsewhere(problems, known []problem) []string {
	var others []string
	for _, p := range problems {
		if !slices.ContainsFunc(known, func(k problem) bool { return k.field == p.field }) {
			others = append(others, p.text)
		}
	}
	return others
}
