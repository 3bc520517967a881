// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package manifests

import (
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	lua "github.com/yuin/gopher-lua"
	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/yaml"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
)

// actionsOfArgoCD begins the keys of the actions of a kind.
const actionsOfArgoCD = "resource.customizations.actions."

// actions are what Argo CD reads of one kind.
type actions struct {
	Discovery   string `json:"discovery.lua"`
	Definitions []struct {
		Name   string `json:"name"`
		Action string `json:"action.lua"`
	} `json:"definitions"`
}

func (a actions) named(t *testing.T, name string) string {
	t.Helper()
	for _, definition := range a.Definitions {
		if definition.Name == name {
			return definition.Action
		}
	}
	t.Fatalf("there is no action %s", name)
	return ""
}

func argoCD(t *testing.T) map[string]string {
	t.Helper()
	return decode(t, read(t, filepath.Join(root, "config", "argocd", "argocd-cm.yaml")))[0].(*corev1.ConfigMap).Data
}

// actionsByKind are the actions by kind.
func actionsByKind(t *testing.T) map[string]actions {
	t.Helper()
	found := map[string]actions{}
	for key, text := range argoCD(t) {
		kind, isActions := strings.CutPrefix(key, actionsOfArgoCD+"ecsiam.dev_")
		if !isActions {
			continue
		}
		var of actions
		if err := yaml.UnmarshalStrict([]byte(text), &of); err != nil {
			t.Fatalf("%s: %v", key, err)
		}
		found[kind] = of
	}
	return found
}

// runLua runs a script as Argo CD runs actions: with the base and table libraries, and of os no more than the date.
func runLua(t *testing.T, script string, object map[string]any) *lua.LTable {
	t.Helper()
	state := lua.NewState(lua.Options{SkipOpenLibs: true})
	t.Cleanup(state.Close)
	for name, open := range map[string]lua.LGFunction{
		lua.BaseLibName: lua.OpenBase, lua.TabLibName: lua.OpenTable, lua.OsLibName: lua.OpenOs,
	} {
		if err := state.CallByParam(lua.P{Fn: state.NewFunction(open), Protect: true}, lua.LString(name)); err != nil {
			t.Fatal(err)
		}
	}
	safe := state.NewTable()
	safe.RawSetString("date", state.GetField(state.GetGlobal("os"), "date"))
	state.SetGlobal("os", safe)
	state.SetGlobal("obj", toLua(state, object))
	if err := state.DoString(script); err != nil {
		t.Fatalf("running the script: %v", err)
	}
	result, ok := state.Get(-1).(*lua.LTable)
	if !ok {
		t.Fatalf("the script returned %v, want a table", state.Get(-1))
	}
	return result
}

// annotationsAfter are the annotations that an action leaves.
func annotationsAfter(t *testing.T, script string, annotations map[string]any) map[string]string {
	t.Helper()
	metadata := map[string]any{}
	if annotations != nil {
		metadata["annotations"] = annotations
	}
	result := runLua(t, script, object(metadata, lastGeneration))
	left := map[string]string{}
	if table, ok := result.RawGetString("metadata").(*lua.LTable).RawGetString("annotations").(*lua.LTable); ok {
		table.ForEach(func(key, value lua.LValue) { left[key.String()] = value.String() })
	}
	return left
}

func TestArgoCDHasTheActionsOfThePluginForEveryKindThatItPauses(t *testing.T) {
	kinds := slices.Sorted(maps.Keys(actionsByKind(t)))
	want := []string{
		v1alpha1.KindAWSAccount, v1alpha1.KindECSPolicy, v1alpha1.KindECSRole, v1alpha1.KindECSServiceLinkedRole,
	}
	if !slices.Equal(kinds, want) {
		t.Fatalf("got actions for %v, want them for %v", kinds, want)
	}
	for kind, of := range actionsByKind(t) {
		if diff := cmp.Diff(actionsByKind(t)[v1alpha1.KindECSRole], of); diff != "" {
			t.Errorf("%s has other actions than ECSRole (-ECSRole +%s):\n%s", kind, kind, diff)
		}
	}
}

func TestArgoCDOffersTheActionsThatChangeSomething(t *testing.T) {
	of := actionsByKind(t)[v1alpha1.KindECSRole]
	for paused, disabled := range map[string]map[string]string{
		"true":  {"reconcile": "true", "pause": "true", "resume": "false"},
		"false": {"reconcile": "false", "pause": "false", "resume": "true"},
	} {
		metadata := map[string]any{"annotations": map[string]any{v1alpha1.AnnotationPaused: paused}}
		offered := runLua(t, of.Discovery, object(metadata, lastGeneration))
		got := map[string]string{}
		offered.ForEach(func(name, action lua.LValue) {
			got[name.String()] = action.(*lua.LTable).RawGetString("disabled").String()
			of.named(t, name.String())
		})
		if diff := cmp.Diff(disabled, got); diff != "" {
			t.Errorf("paused %s: disabled actions (-want +got):\n%s", paused, diff)
		}
	}
	unmarked := runLua(t, of.Discovery, object(nil, lastGeneration))
	if got := unmarked.RawGetString("pause").(*lua.LTable).RawGetString("disabled"); got != lua.LFalse {
		t.Errorf("an object without annotations cannot be paused: %v", got)
	}
}

func TestTheActionsOfArgoCDSetWhatTheControllerLooksAtAndNothingElse(t *testing.T) {
	of := actionsByKind(t)[v1alpha1.KindECSRole]
	kept := map[string]any{"team": "payments"}
	for _, before := range []map[string]any{nil, kept} {
		paused := annotationsAfter(t, of.named(t, "pause"), before)
		if paused[v1alpha1.AnnotationPaused] != "true" || len(paused) != len(before)+1 {
			t.Errorf("pause leaves %v", paused)
		}
		forced := annotationsAfter(t, of.named(t, "reconcile"), before)
		if _, err := time.Parse(time.RFC3339, forced[v1alpha1.AnnotationReconcileAt]); err != nil || len(forced) != len(before)+1 {
			t.Errorf("reconcile leaves %v: %v", forced, err)
		}
		if resumed := annotationsAfter(t, of.named(t, "resume"), before); len(resumed) != len(before) {
			t.Errorf("resume leaves %v", resumed)
		}
	}
	both := map[string]any{"team": "payments", v1alpha1.AnnotationPaused: "true"}
	if diff := cmp.Diff(map[string]string{"team": "payments"}, annotationsAfter(t, of.named(t, "resume"), both)); diff != "" {
		t.Errorf("resume (-want +got):\n%s", diff)
	}
}

func TestTheValuesForTheChartOfArgoCDAreThoseOfTheConfigMap(t *testing.T) {
	var values struct {
		Configs struct {
			CM map[string]string `json:"cm"`
		} `json:"configs"`
	}
	if err := yaml.UnmarshalStrict(read(t, filepath.Join(root, "config", "argocd", "values.yaml")), &values); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(argoCD(t), values.Configs.CM); diff != "" {
		t.Errorf("values (-argocd-cm.yaml +values.yaml):\n%s", diff)
	}
}
