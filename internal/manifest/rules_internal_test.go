// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package manifest

import (
	"os"
	"path/filepath"
	"slices"
	"testing"

	. "github.com/onsi/gomega"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/cel"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/defaulting"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
)

// objectsOf are the objects of this project's kinds in all files of some directories.
func objectsOf(t *testing.T, patterns ...string) []*unstructured.Unstructured {
	t.Helper()
	var objects []*unstructured.Unstructured
	for _, pattern := range patterns {
		files, err := filepath.Glob(pattern)
		if err != nil || len(files) == 0 {
			t.Fatalf("no files %s: %v", pattern, err)
		}
		for _, file := range files {
			content, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			for _, part := range split(content) {
				decoded, _, _ := decode(part.text) // what cannot be read has no rules
				for _, content := range decoded {
					object := &unstructured.Unstructured{Object: content}
					if object.GroupVersionKind().GroupVersion() == v1alpha1.GroupVersion {
						objects = append(objects, object)
					}
				}
			}
		}
	}
	return objects
}

func sortedTexts(errs field.ErrorList) []string {
	list := make([]string, len(errs))
	for i, err := range errs {
		list[i] = err.Error()
	}
	slices.Sort(list)
	return list
}

func TestRulesOfEachFieldSayWhatTheAPIServersValidatorSaysOfTheWhole(t *testing.T) {
	g := NewWithT(t)
	whole, refused := map[string]*cel.Validator{}, 0
	for _, object := range objectsOf(t, "../../test/apivalidation/*/*.yaml", "../../config/samples/*.yaml",
		"../../config/samples/policies/*.yaml") {
		s, err := schemaFor(object.GroupVersionKind())
		if err != nil {
			continue // a kind that is refused as a whole
		}
		if whole[object.GetKind()] == nil {
			whole[object.GetKind()] = cel.NewValidator(s.structural, true, celRuleLimit)
		}
		defaulting.Default(object.Object, s.structural)
		want, _ := whole[object.GetKind()].Validate(t.Context(), nil, s.structural, object.Object, nil, celObjectBudget)
		got, left := s.rules.check(t.Context(), nil, object.Object, nil, celObjectBudget)
		g.Expect(sortedTexts(got)).To(Equal(sortedTexts(want)), "%s %s", object.GetKind(), object.GetName())
		g.Expect(left).To(BeNumerically("<", celObjectBudget), "the budget of %s %s", object.GetKind(), object.GetName())
		over, _ := s.rules.check(t.Context(), nil, object.Object, nil, 1)
		g.Expect(sortedTexts(over)).To(ContainElement(ContainSubstring("running out of cost budget")))
		refused += len(want)
	}
	g.Expect(refused).To(BeNumerically(">", 100), "rules that refuse something")
}

func TestRulesOfFieldsThatNoObjectHasAreNotCompiled(t *testing.T) {
	g := NewWithT(t)
	s, err := schemaFor(v1alpha1.GroupVersion.WithKind(v1alpha1.KindECSRole))
	g.Expect(err).NotTo(HaveOccurred())
	trust := s.rules.properties["spec"].properties["trust"]
	compiled := false
	of := trust.own
	trust.own = func() *cel.Validator { compiled = true; return of() }
	defer func() { trust.own = of }()
	check := func(spec map[string]any) {
		s.rules.check(t.Context(), nil, map[string]any{
			"apiVersion": v1alpha1.GroupVersion.String(), "kind": v1alpha1.KindECSRole,
			"metadata": map[string]any{"name": "x"}, "spec": spec,
		}, nil, celObjectBudget)
	}
	check(map[string]any{"type": "Task"})
	g.Expect(compiled).To(BeFalse())
	check(map[string]any{"type": "Task", "trust": map[string]any{}})
	g.Expect(compiled).To(BeTrue())
}
