// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package apivalidation

import (
	"strings"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/ecsiam/ecs-iam-controller/api/nearmiss"
)

// A client that does not validate has unknown fields dropped. Each name of the table is put into a manifest that is
// valid without it.
func TestALenientClientCannotLoseARestrictingField(t *testing.T) {
	namespace := newNamespace(t)
	for _, row := range nearmiss.Table {
		for _, place := range row.At {
			tombstones := nearmiss.At(place)
			if len(tombstones) == 0 {
				continue
			}
			t.Run(place, func(t *testing.T) {
				valid, path := validWith(t, place)
				for _, tombstone := range tombstones {
					expectBuried(t, namespace, valid, path, tombstone)
				}
			})
		}
	}
}

// expectBuried puts a near miss into a valid object, with a value of each type until one is refused by the rule itself
// and not for its type.
func expectBuried(
	t *testing.T, namespace string, valid *unstructured.Unstructured, path []string, tombstone nearmiss.Tombstone,
) {
	t.Helper()
	var answers []string
	for _, value := range []any{"text", []any{"text"}, map[string]any{"a": "b"}, []any{map[string]any{"a": "b"}}, int64(1)} {
		object := valid.DeepCopy()
		inside(object.Object, path)[tombstone.Name] = value
		_, err := create(t.Context(), object, namespace, metav1.FieldValidationIgnore)
		if err == nil {
			remove(t, object, namespace)
			t.Errorf("%s: %v was accepted", tombstone.Name, value)
			return
		}
		if strings.Contains(err.Error(), tombstone.Message) && strings.Contains(err.Error(), "."+tombstone.Name) ||
			len(path) == 0 && strings.Contains(err.Error(), tombstone.Message) {
			return
		}
		answers = append(answers, err.Error())
	}
	t.Errorf("no refusal of %s says %q:\n%s", tombstone.Name, tombstone.Message, strings.Join(answers, "\n"))
}

// validWith finds a valid manifest that has the object at a place, and the path of fields to it; the first item is taken
// of a list.
func validWith(t *testing.T, place string) (*unstructured.Unstructured, []string) {
	t.Helper()
	kind, rest, _ := strings.Cut(place, ".")
	var path []string
	if rest != "" {
		path = strings.Split(rest, ".")
	}
	for _, c := range readCases(t, "valid") {
		for _, document := range c.documents {
			if document.GetKind() == kind && inside(document.Object, path) != nil {
				return document, path
			}
		}
	}
	t.Fatalf("no manifest under valid/ has %s: add it to the full one of its kind", place)
	return nil, nil
}

// inside follows a path to an object, or returns nil.
func inside(object map[string]any, path []string) map[string]any {
	for _, name := range path {
		name, isList := strings.CutSuffix(name, "[]")
		value := object[name]
		if list, ok := value.([]any); ok && isList && len(list) > 0 {
			value = list[0]
		}
		inner, ok := value.(map[string]any)
		if !ok {
			return nil
		}
		object = inner
	}
	return object
}
