// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package roletype_test

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"sigs.k8s.io/yaml"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/internal/golden"
	"github.com/ecsiam/ecs-iam-controller/internal/roletype"
)

const (
	crdFile    = "../../config/crd/bases/ecsiam.dev_ecsroles.yaml"
	markerFile = "../../api/v1alpha1/ecsrole_types.go"
	marker     = "// +kubebuilder:validation:XValidation:"
	grantRule  = "!has(self.grants) ||"
)

// rule is one validation of the schema.
type rule struct {
	Rule      string `json:"rule"`
	FieldPath string `json:"fieldPath"`
	Message   string `json:"message"`
}

// schema is as much of a CustomResourceDefinition as the tests read.
type schema struct {
	Description string            `json:"description"`
	Properties  map[string]schema `json:"properties"`
	Rules       []rule            `json:"x-kubernetes-validations"`
}

// specSchema is the schema of the spec of an ECSRole.
func specSchema(tb testing.TB) schema {
	tb.Helper()
	text, err := os.ReadFile(crdFile)
	if err != nil {
		tb.Fatal(err)
	}
	var crd struct {
		Spec struct {
			Versions []struct {
				Schema struct {
					OpenAPI schema `json:"openAPIV3Schema"`
				} `json:"schema"`
			} `json:"versions"`
		} `json:"spec"`
	}
	if err := yaml.Unmarshal(text, &crd); err != nil {
		tb.Fatal(err)
	}
	return crd.Spec.Versions[0].Schema.OpenAPI.Properties["spec"]
}

// grantRules are the validations that the table of grants asks for: one for each set of types that have the same grants.
func grantRules() []rule {
	var groups []*[]roletype.Grant
	for _, grant := range roletype.Grants() {
		i := slices.IndexFunc(groups, func(g *[]roletype.Grant) bool {
			return slices.Equal((*g)[0].Types, grant.Types) && capability(&(*g)[0]) == capability(&grant)
		})
		if i < 0 {
			groups, i = append(groups, &[]roletype.Grant{}), len(groups)
		}
		*groups[i] = append(*groups[i], grant)
	}
	rules := make([]rule, len(groups))
	for i, group := range groups {
		rules[i] = groupRule(*group)
	}
	return rules
}

// capability is the one that passRoles needs of a type that has capabilities.
func capability(grant *roletype.Grant) v1alpha1.InfrastructureCapability {
	for _, name := range grant.Types {
		if kind, _ := roletype.Lookup(name); grant.Field == "passRoles" && kind.Passes.Capability != "" {
			return kind.Passes.Capability
		}
	}
	return ""
}

func groupRule(group []roletype.Grant) rule {
	absent, names := make([]string, len(group)), make([]string, len(group))
	for i := range group {
		names[i] = group[i].Field
		absent[i] = "!has(self.grants." + names[i] + ")"
	}
	types := slices.Clone(group[0].Types)
	condition, to := grantRule+" ", ""
	if needed := capability(&group[0]); needed != "" {
		types = slices.DeleteFunc(types, func(t v1alpha1.RoleType) bool { return t == v1alpha1.RoleTypeInfrastructure })
		condition += fmt.Sprintf("(self.type == 'Infrastructure' && has(self.capabilities) && '%s' in self.capabilities) || ",
			needed)
		to = ", and to Infrastructure with the capability " + string(needed)
	}
	if len(types) == 1 {
		condition += "self.type == '" + string(types[0]) + "' || "
	} else {
		condition += "self.type in ['" + strings.Join(texts(types), "', '") + "'] || "
	}
	belong, them := "belong", "them"
	if len(group) == 1 {
		belong, them = "belongs", "it"
	}
	plural := map[bool]string{true: "types", false: "type"}[len(types) > 1]
	return rule{
		Rule: condition + "(" + strings.Join(absent, " && ") + ")", FieldPath: ".grants",
		Message: fmt.Sprintf("%s %s to the %s %s%s: remove %s",
			enumerated(names), belong, plural, enumerated(texts(types)), to, them),
	}
}

func texts(types []v1alpha1.RoleType) []string {
	out := make([]string, len(types))
	for i, t := range types {
		out[i] = string(t)
	}
	return out
}

// enumerated is a list in English.
func enumerated(list []string) string {
	if len(list) < 2 {
		return strings.Join(list, "")
	}
	return strings.Join(list[:len(list)-1], ", ") + " and " + list[len(list)-1]
}

func TestTheSchemaGivesEachGrantToTheTypesOfTheTable(t *testing.T) {
	want := grantRules()
	if golden.Updating() {
		writeMarkers(t, want)
		t.Log("now run make manifests docs")
	}
	got := slices.DeleteFunc(specSchema(t).Rules, func(r rule) bool { return !strings.HasPrefix(r.Rule, grantRule) })
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("rules of the schema (-want +got), run with -update and then make manifests docs:\n%s", diff)
	}
}

// writeMarkers replaces the markers of the rules in the API.
func writeMarkers(tb testing.TB, rules []rule) {
	tb.Helper()
	text, err := os.ReadFile(markerFile)
	if err != nil {
		tb.Fatal(err)
	}
	var out []string
	written := false
	for line := range strings.Lines(string(text)) {
		if !strings.HasPrefix(line, marker+`rule="`+grantRule) {
			out = append(out, line)
			continue
		}
		if written {
			continue
		}
		written = true
		for _, r := range rules {
			out = append(out, fmt.Sprintf("%srule=%q,fieldPath=%q,message=%q\n", marker, r.Rule, r.FieldPath, r.Message))
		}
	}
	if err := os.WriteFile(markerFile, []byte(strings.Join(out, "")), 0o600); err != nil {
		tb.Fatal(err)
	}
}

func TestTheSchemaHasExactlyTheGrantsOfTheTableAndNamesTheirTypes(t *testing.T) {
	fields := specSchema(t).Properties["grants"].Properties
	for _, grant := range roletype.Grants() {
		property, ok := fields[grant.Field]
		if !ok {
			t.Errorf("the schema lacks grants.%s", grant.Field)
		}
		for _, kind := range grant.Types {
			if !slices.Contains(words(property.Description), string(kind)) {
				t.Errorf("the description of grants.%s does not name the type %s: %s", grant.Field, kind, property.Description)
			}
		}
		delete(fields, grant.Field)
	}
	for name, property := range fields {
		if rules := property.Rules; len(rules) == 1 && rules[0].Rule == "false" {
			continue // a near miss, which is there to be refused
		}
		t.Errorf("the table lacks grants.%s", name)
	}
}

func words(text string) []string {
	return strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune(" \n\t.,:;`", r) })
}

func TestEveryGrantHasTypesOfTheCatalogueAndASource(t *testing.T) {
	for _, grant := range roletype.Grants() {
		if len(grant.Types) == 0 || !strings.Contains(grant.Source, `"`) {
			t.Errorf("grants.%s has the types %v and the source %s", grant.Field, grant.Types, grant.Source)
		}
		for _, name := range grant.Types {
			kind, ok := roletype.Lookup(name)
			if !ok || !slices.Contains(kind.Grants, grant.Field) {
				t.Errorf("the type %s of grants.%s does not have it", name, grant.Field)
			}
		}
		if !slices.IsSortedFunc(grant.Types, byCatalogue) {
			t.Errorf("the types of grants.%s are not in the order of the catalogue: %v", grant.Field, grant.Types)
		}
	}
}

func byCatalogue(a, b v1alpha1.RoleType) int {
	names := roletype.Names()
	return slices.Index(names, a) - slices.Index(names, b)
}
