// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package controllerpolicy

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// unconfined replaces what the member policy says of the session's namespace by what holds for all of them: a
// controller with its own credentials has no session of a namespace.
var unconfined = strings.NewReplacer(
	"${aws:PrincipalTag/ecsiam-cluster}/${aws:PrincipalTag/ecsiam-namespace}/*", "CLUSTER_ID/*",
	"${aws:PrincipalTag/ecsiam-namespace}_*", "*", "${aws:PrincipalTag/ecsiam-namespace}/*", "*",
)

// RenderConfined renders controller-confined-policy.json from member-policy.json.
func RenderConfined() ([]byte, error) {
	var document map[string]any
	if err := json.Unmarshal(member, &document); err != nil {
		return nil, fmt.Errorf("reading member-policy.json: %w", err)
	}
	text, err := json.MarshalIndent(forAll(document), "", "  ")
	if err != nil {
		return nil, fmt.Errorf("writing controller-confined-policy.json: %w", err)
	}
	return append(text, '\n'), nil
}

// forAll replaces what depends on the namespace of a session, and drops the conditions that there is none.
func forAll(value any) any {
	switch value := value.(type) {
	case map[string]any:
		for key, inner := range value {
			value[key] = forAll(inner)
		}
		dropUntagged(value)
	case []any:
		for i, inner := range value {
			value[i] = forAll(inner)
		}
		return unique(value)
	case string:
		return unconfined.Replace(value)
	}
	return value
}

func dropUntagged(node map[string]any) {
	if null, ok := node["Null"].(map[string]any); ok {
		delete(null, "aws:PrincipalTag/ecsiam-namespace")
		if len(null) == 0 {
			delete(node, "Null")
		}
	}
	if condition, ok := node["Condition"].(map[string]any); ok && len(condition) == 0 {
		delete(node, "Condition")
	}
}

// unique leaves out the texts of a list that come a second time.
func unique(list []any) []any {
	var kept []any
	for _, item := range list {
		text, isText := item.(string)
		if !isText || !slices.ContainsFunc(kept, func(k any) bool { return k == any(text) }) {
			kept = append(kept, item)
		}
	}
	return kept
}
