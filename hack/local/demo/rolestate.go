// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package demo

import (
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/ecsiam/ecs-iam-controller/internal/iam/iamsim"
	"github.com/ecsiam/ecs-iam-controller/internal/policy"
)

// roleState is what of a role is broken and repaired.
type roleState struct {
	name     string
	attached []string // ARNs, sorted
	inline   map[string]*policy.Document
	trust    *policy.Document
}

func stateOf(role iamsim.Role) (roleState, error) {
	state := roleState{
		name: role.Name, attached: slices.Sorted(slices.Values(role.AttachedPolicies)),
		inline: map[string]*policy.Document{},
	}
	var err error
	if state.trust, err = policy.Parse([]byte(role.TrustPolicy)); err != nil {
		return state, fmt.Errorf("reading the trust policy of %s: %w", role.Name, err)
	}
	for name, text := range role.InlinePolicies {
		if state.inline[name], err = policy.Parse([]byte(text)); err != nil {
			return state, fmt.Errorf("reading inline policy %s of %s: %w", name, role.Name, err)
		}
	}
	return state, nil
}

// difference says how another state differs; empty when it does not. Documents are compared by meaning.
func (s roleState) difference(other roleState) string {
	var lines []string
	if !slices.Equal(s.attached, other.attached) {
		lines = append(lines, fmt.Sprintf("attached are %v, not %v", other.attached, s.attached))
	}
	for _, name := range slices.Sorted(maps.Keys(union(s.inline, other.inline))) {
		if delta := policy.Diff(s.inline[name], other.inline[name]); !delta.Empty() {
			lines = append(lines, fmt.Sprintf("inline policy %s: %s", name, delta))
		}
	}
	if delta := policy.Diff(s.trust, other.trust); !delta.Empty() {
		lines = append(lines, fmt.Sprintf("trust policy: %s", delta))
	}
	return strings.Join(lines, "; ")
}

func union(a, b map[string]*policy.Document) map[string]*policy.Document {
	both := maps.Clone(a)
	maps.Copy(both, b)
	return both
}

// compare lays states side by side.
func compare(states ...roleState) [][]string {
	rows := [][]string{{"attached policies"}, {"inline policies"}, {"trusted"}}
	for _, s := range states {
		var attached []string
		for _, arn := range s.attached {
			attached = append(attached, path.Base(arn))
		}
		rows[0] = append(rows[0], strings.Join(attached, ", "))
		rows[1] = append(rows[1], strings.Join(slices.Sorted(maps.Keys(s.inline)), ", "))
		rows[2] = append(rows[2], strings.Join(trusted(s.trust), ", "))
	}
	return rows
}

// trusted names who may assume the role, in short.
func trusted(trust *policy.Document) []string {
	var names []string
	for _, statement := range trust.Statements {
		if statement.Principal == nil || statement.Effect != policy.Allow {
			continue
		}
		names = append(names, statement.Principal.Service...)
		names = append(names, statement.Principal.Federated...)
		for _, arn := range statement.Principal.AWS {
			_, short, isARN := strings.Cut(arn, "::")
			switch {
			case arn == "*":
				short = "anybody"
			case !isARN:
				short = arn
			}
			names = append(names, short)
		}
	}
	return slices.Compact(slices.Sorted(slices.Values(names)))
}
