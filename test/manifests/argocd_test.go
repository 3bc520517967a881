// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package manifests

import (
	"maps"
	"path/filepath"
	"strings"
	"testing"

	lua "github.com/yuin/gopher-lua"
	corev1 "k8s.io/api/core/v1"
)

const lastGeneration = 3

// ignoredByArgoCD is the key under which Argo CD keeps what is no difference of a kind.
const ignoredByArgoCD = "resource.customizations.ignoreDifferences.admissionregistration.k8s.io_" +
	"ValidatingWebhookConfiguration"

// healthChecks are the Lua checks by kind.
func healthChecks(t *testing.T) map[string]string {
	t.Helper()
	objects := decode(t, read(t, filepath.Join(root, "config", "argocd", "argocd-cm.yaml")))
	checks := map[string]string{}
	for key, script := range objects[0].(*corev1.ConfigMap).Data {
		kind, found := strings.CutPrefix(key, "resource.customizations.health.ecsiam.dev_")
		if key == ignoredByArgoCD || strings.HasPrefix(key, actionsOfArgoCD) {
			continue
		}
		if !found {
			t.Errorf("Argo CD does not know the key %s", key)
		}
		checks[kind] = script
	}
	return checks
}

// health runs a check as Argo CD does: with the base and table libraries only, the object as a global and numbers as
// floating points.
func health(t *testing.T, script string, object map[string]any) (status, message string) {
	t.Helper()
	state := lua.NewState(lua.Options{SkipOpenLibs: true})
	defer state.Close()
	for name, open := range map[string]lua.LGFunction{lua.BaseLibName: lua.OpenBase, lua.TabLibName: lua.OpenTable} {
		if err := state.CallByParam(lua.P{Fn: state.NewFunction(open), Protect: true}, lua.LString(name)); err != nil {
			t.Fatal(err)
		}
	}
	state.SetGlobal("obj", toLua(state, object))
	if err := state.DoString(script); err != nil {
		t.Fatalf("running the check: %v", err)
	}
	result, ok := state.Get(-1).(*lua.LTable)
	if !ok {
		t.Fatalf("the check returned %v, want a table", state.Get(-1))
	}
	return result.RawGetString("status").String(), result.RawGetString("message").String()
}

func toLua(state *lua.LState, value any) lua.LValue {
	switch value := value.(type) {
	case string:
		return lua.LString(value)
	case int:
		return lua.LNumber(value)
	case []any:
		table := state.NewTable()
		for _, item := range value {
			table.Append(toLua(state, item))
		}
		return table
	case map[string]any:
		table := state.NewTable()
		for key, item := range value {
			table.RawSetString(key, toLua(state, item))
		}
		return table
	}
	return lua.LNil
}

func object(metadata map[string]any, observed int, conditions ...any) map[string]any {
	fields := map[string]any{"name": "app", "generation": lastGeneration}
	maps.Copy(fields, metadata)
	return map[string]any{
		"metadata": fields,
		"status":   map[string]any{"observedGeneration": observed, "conditions": conditions},
	}
}

func condition(kind, status, reason, message string) map[string]any {
	return map[string]any{"type": kind, "status": status, "reason": reason, "message": message}
}

func TestArgoCDSeesTheHealthThatTheConditionsSay(t *testing.T) {
	ready := condition("Ready", "True", "Reconciled", "The role is as declared.")
	pending := condition("Ready", "Unknown", "Pending", "Waiting for the controller.")
	denied := condition("Ready", "False", "AccessDenied", "iam:CreateRole is not allowed.")
	paused := map[string]any{"annotations": map[string]any{"ecsiam.dev/paused": "true"}}
	deleted := map[string]any{"deletionTimestamp": "2026-11-23T00:00:00Z"}
	cases := map[string]struct {
		object          map[string]any
		status, message string
	}{
		"an object without status is progressing": {
			map[string]any{"metadata": map[string]any{"generation": 1}}, "Progressing", "Waiting for the controller",
		},
		"an object before the first pass is progressing": {
			object(nil, -1, pending), "Progressing", "Waiting for the controller",
		},
		"a change that was not seen yet is progressing": {
			object(nil, lastGeneration-1, ready), "Progressing", "to see the last change",
		},
		"what is ready is healthy": {
			object(nil, lastGeneration, ready), "Healthy", "Reconciled: The role is as declared.",
		},
		"what is ready and drifted is healthy and says so": {
			object(nil, lastGeneration, ready, condition("Drifted", "True", "Contested", "Tag team changes hourly.")),
			"Healthy", "Drifted, Contested: Tag team changes hourly.",
		},
		"what is stalled is degraded": {
			object(nil, lastGeneration, denied, condition("Stalled", "True", "AccessDenied", "iam:CreateRole is not allowed.")),
			"Degraded", "AccessDenied: iam:CreateRole is not allowed.",
		},
		"what waits for another object is progressing": {
			object(nil, lastGeneration, condition("Ready", "False", "AccountNotFound", ""),
				condition("Reconciling", "True", "AccountNotFound", "AWSAccount default does not exist.")),
			"Progressing", "AccountNotFound: AWSAccount default does not exist.",
		},
		"a repair under way is progressing": {
			object(nil, lastGeneration, ready, condition("Reconciling", "True", "Progressing", "Correcting drift.")),
			"Progressing", "Correcting drift.",
		},
		"what is not ready and says nothing more is progressing": {
			object(nil, lastGeneration, denied), "Progressing", "AccessDenied",
		},
		"an observed object with a difference is degraded": {
			object(nil, lastGeneration, condition("Ready", "False", "Drifted", "2 operations are withheld."),
				condition("Stalled", "True", "Drifted", "2 operations are withheld."),
				condition("Drifted", "True", "Drifted", "2 operations are withheld.")),
			"Degraded", "2 operations are withheld.",
		},
		"a paused object is suspended whatever its conditions": {
			object(paused, lastGeneration-1, denied), "Suspended", "ecsiam.dev/paused",
		},
		"another value of the annotation does not pause": {
			object(map[string]any{"annotations": map[string]any{"ecsiam.dev/paused": "false"}}, lastGeneration, ready),
			"Healthy", "Reconciled",
		},
		"a deleted object is progressing and says what blocks it": {
			object(deleted, lastGeneration, condition("Ready", "False", "DeletionBlocked", "Profile web holds the role."),
				condition("Stalled", "True", "DeletionBlocked", "Profile web holds the role.")),
			"Progressing", "Deleting. DeletionBlocked: Profile web holds the role.",
		},
		"an object without conditions is progressing": {
			object(nil, lastGeneration), "Progressing", "Waiting for the controller.",
		},
	}
	for kind, script := range healthChecks(t) {
		for name, c := range cases {
			t.Run(kind+": "+name, func(t *testing.T) {
				status, message := health(t, script, c.object)
				if status != c.status || !strings.Contains(message, c.message) {
					t.Errorf("got %s, %q, want %s, %q", status, message, c.status, c.message)
				}
			})
		}
	}
}

func TestArgoCDHasACheckForEveryKind(t *testing.T) {
	checks := healthChecks(t)
	for _, kind := range []string{"ECSRole", "ECSServiceLinkedRole", "AWSAccount"} {
		if checks[kind] == "" {
			t.Errorf("no check for %s", kind)
		}
	}
	for kind, check := range checks {
		if check != checks["AWSAccount"] {
			t.Errorf("%s has the same conditions as AWSAccount but another check", kind)
		}
	}
}
