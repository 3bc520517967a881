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

// forOneTeam says in words what the member policy reads from the session: a controller that watches one namespace.
var forOneTeam = strings.NewReplacer(
	"${aws:PrincipalTag/ecsiam-cluster}", "CLUSTER_ID", "${aws:PrincipalTag/ecsiam-namespace}", "NAMESPACE",
)

// RenderConfined renders controller-confined-policy.json from member-policy.json.
func RenderConfined() ([]byte, error) { return renderConfined(unconfined, everyStatement) }

// RenderTeam renders controller-team-policy.json from member-policy.json. Service-linked roles belong to no namespace.
func RenderTeam() ([]byte, error) {
	return renderConfined(forOneTeam, func(sid string) bool { return !strings.Contains(sid, "ServiceLinked") })
}

func everyStatement(string) bool { return true }

func renderConfined(words *strings.Replacer, keep func(sid string) bool) ([]byte, error) {
	var document map[string]any
	if err := json.Unmarshal(member, &document); err != nil {
		return nil, fmt.Errorf("reading member-policy.json: %w", err)
	}
	document["Statement"] = slices.DeleteFunc(document["Statement"].([]any), func(statement any) bool {
		return !keep(statement.(map[string]any)["Sid"].(string))
	})
	text, err := json.MarshalIndent(reworded(document, words), "", "  ")
	if err != nil {
		return nil, fmt.Errorf("writing a policy: %w", err)
	}
	return append(text, '\n'), nil
}

// reworded replaces what depends on the namespace of a session, and drops the conditions that there is none.
func reworded(value any, words *strings.Replacer) any {
	switch value := value.(type) {
	case map[string]any:
		for key, inner := range value {
			value[key] = reworded(inner, words)
		}
		dropUntagged(value)
	case []any:
		for i, inner := range value {
			value[i] = reworded(inner, words)
		}
		return unique(value)
	case string:
		return words.Replace(value)
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
