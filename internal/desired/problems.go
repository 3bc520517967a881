// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package desired

import (
	"strings"

	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/ecsiam/ecs-iam-controller/internal/policy"
)

// fieldNames maps elements of the policy grammar to fields of a statement.
var fieldNames = map[string][]string{
	"Sid":                 {"sid"},
	"Effect":              {"effect"},
	"Action":              {"actions"},
	"NotAction":           {"notActions"},
	"Resource":            {"resources"},
	"NotResource":         {"notResources"},
	"Principal":           {"principals"},
	"Principal.AWS":       {"principals", "aws"},
	"Principal.Service":   {"principals", "services"},
	"Principal.Federated": {"principals", "federated"},
}

// problemPath is the field of a statement that a problem is about.
func problemPath(statement *field.Path, p policy.Problem, st *policy.Statement) *field.Path {
	if rest, ok := strings.CutPrefix(p.Element, "Condition."); ok {
		operator, key, hasKey := strings.Cut(rest, "[")
		path := statement.Child("condition").Key(operator)
		if hasKey {
			path = path.Key(strings.TrimSuffix(key, "]"))
		}
		return indexed(path, p.Index, 0)
	}
	names, ok := fieldNames[p.Element]
	if !ok {
		return statement
	}
	return indexed(statement.Child(names[0], names[1:]...), p.Index, len(elementValues(st, p.Element)))
}

// indexed adds the index of a value. A problem in a list of one value comes without.
func indexed(path *field.Path, index, length int) *field.Path {
	switch {
	case index >= 0:
		return path.Index(index)
	case length == 1:
		return path.Index(0)
	}
	return path
}

func elementValues(st *policy.Statement, element string) []string {
	if st.Principal == nil && strings.HasPrefix(element, "Principal.") {
		return nil
	}
	switch element {
	case "Action":
		return st.Actions
	case "NotAction":
		return st.NotActions
	case "Resource":
		return st.Resources
	case "NotResource":
		return st.NotResources
	case "Principal.AWS":
		return st.Principal.AWS
	case "Principal.Service":
		return st.Principal.Service
	case "Principal.Federated":
		return st.Principal.Federated
	}
	return nil
}
