// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package nearmiss_test

import (
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"sigs.k8s.io/yaml"

	"github.com/ecsiam/ecs-iam-controller/api/nearmiss"
	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/config/crd"
	"github.com/ecsiam/ecs-iam-controller/internal/golden"
)

type schema = apiextensionsv1.JSONSchemaProps

// objects are the objects of the schemas, those of status left out, by their place.
func objects(t *testing.T) map[string]schema {
	t.Helper()
	found := map[string]schema{}
	for _, d := range definitions(t) {
		for _, version := range d.Spec.Versions {
			walk(d.Spec.Names.Kind, *version.Schema.OpenAPIV3Schema, found)
		}
	}
	return found
}

func definitions(t *testing.T) []apiextensionsv1.CustomResourceDefinition {
	t.Helper()
	var list []apiextensionsv1.CustomResourceDefinition
	files, err := fs.Glob(crd.Bases, "bases/*.yaml")
	if err != nil || len(files) == 0 {
		t.Fatalf("no definitions: %v", err)
	}
	for _, file := range files {
		text, err := crd.Bases.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var d apiextensionsv1.CustomResourceDefinition
		if err := yaml.UnmarshalStrict(text, &d); err != nil {
			t.Fatal(err)
		}
		list = append(list, d)
	}
	return list
}

func walk(place string, s schema, found map[string]schema) {
	for s.Type == "array" {
		place, s = place+"[]", *s.Items.Schema
	}
	if len(s.Properties) == 0 || strings.HasSuffix(place, ".status") {
		return
	}
	found[place] = s
	for name, property := range s.Properties {
		walk(place+"."+name, property, found)
	}
}

func TestEveryDefinitionCarriesTheVersionOfItsSchema(t *testing.T) {
	for _, d := range definitions(t) {
		if why := v1alpha1.SchemaOutdated(d.Annotations); why != "" {
			t.Errorf("%s: %s; run make manifests", d.Name, why)
		}
	}
}

// A controller must know that a definition lacks a restricting field. Until the first release, the list is only kept:
// rewrite it with -update.
func TestANewRestrictingFieldOfAReleasedSchemaRaisesItsVersion(t *testing.T) {
	const file = "testdata/restricting-fields.golden"
	lines := []string{fmt.Sprintf("schema version %d", v1alpha1.SchemaVersion)}
	for _, row := range nearmiss.Table {
		for _, place := range row.At {
			for _, f := range row.Restricting {
				lines = append(lines, place+"."+f.Name)
			}
		}
	}
	slices.Sort(lines[1:])
	got := strings.Join(lines, "\n") + "\n"
	golden.Check(t, file, got, "raise SchemaVersion in api/v1alpha1 if the version in the file was released")
}

func buried(property schema) bool {
	rules := property.XValidations
	return len(rules) == 1 && rules[0].Rule == "false"
}

func TestEveryFieldIsEitherRestrictingOrFree(t *testing.T) {
	for place, s := range objects(t) {
		for name, property := range s.Properties {
			if !buried(property) && !nearmiss.IsField(place, name) {
				t.Errorf("%s.%s is missing in Table (api/nearmiss/table.go): it is Restricting where its absence permits more, "+
					"so that its near misses are refused, and Free otherwise; then run make manifests", place, name)
			}
		}
	}
}

func TestTheTableNamesWhatTheSchemasHave(t *testing.T) {
	schemas, seen := objects(t), map[string]bool{}
	for _, row := range nearmiss.Table {
		for _, place := range row.At {
			if seen[place] {
				t.Errorf("%s has two rows", place)
			}
			seen[place] = true
			names := slices.Clone(row.Free)
			for _, f := range row.Restricting {
				names = append(names, f.Name)
				if f.Lost == "" {
					t.Errorf("%s.%s does not say what is lost", place, f.Name)
				}
			}
			for _, name := range names {
				if _, found := schemas[place].Properties[name]; !found {
					t.Errorf("%s has no field %s", place, name)
				}
			}
		}
	}
}

func TestEveryNearMissIsRefusedByItsTombstone(t *testing.T) {
	for place, s := range objects(t) {
		want, got := map[string]string{}, map[string]string{}
		for _, tombstone := range nearmiss.At(place) {
			want[tombstone.Name] = tombstone.Message
		}
		for name, property := range s.Properties {
			if buried(property) {
				got[name] = property.XValidations[0].Message
			}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("tombstones of %s; run make manifests (-table +schema):\n%s", place, diff)
		}
	}
}

func TestFieldsAreMissedInTheSpellingsOfOtherTools(t *testing.T) {
	cases := map[string][]string{
		"ECSRole.spec": {
			"PermissionsBoundary", "permissionsboundary", "permissions_boundary", "permissionBoundary", "PermissionBoundary",
			"ManagedPolicyArns", "managed_policy_arns", "AssumeRolePolicyDocument", "assume_role_policy", "Trust",
			"deletionpolicy", "boundaryArn", "BoundaryARN", "ReconcilePolicy", "DefaultManagedPolicies", "defaultManagedPolicy", "account",
		},
		"ECSRole.spec.trust": {
			"sourceArns", "sourceArn", "SourceArn", "SourceArns", "sourceARN", "source_arns", "region", "Region", "Regions",
		},
		"ECSRole.spec.statements[]": {
			"Condition", "Conditions", "conditions", "condtion", "NotAction", "notAction", "NotResource", "notResource",
			"Resource", "resource", "Action", "action", "not_actions",
		},
		"ECSRole.spec.trust.additionalStatements[]": {
			"Condition", "Principal", "principal", "NotPrincipal", "Action", "externalID", "ExternalId", "external_id",
			"sourceAccount", "SourceArn", "sourceARNs",
		},
		"ECSRole.spec.trust.additionalStatements[].principals": {"AWS", "Service", "Federated"},
		"ECSPolicy.spec":          {"AttachTo", "DeletionPolicy"},
		"AWSAccount.spec":         {"Guardrails", "guardRails"},
		"ECSRole.spec.grants.ecr": {"vpcEndpointIds", "VpcEndpointIds", "vpcId", "vpc_ids"},
	}
	for place, want := range cases {
		names := map[string]bool{}
		for _, tombstone := range nearmiss.At(place) {
			names[tombstone.Name] = true
		}
		for _, name := range want {
			if !names[name] {
				t.Errorf("%s.%s is not refused; refused are %v", place, name, slices.Sorted(maps.Keys(names)))
			}
		}
	}
}

func TestAFieldOneLevelTooHighIsRefusedWithItsPath(t *testing.T) {
	cases := map[string]map[string]string{
		"ECSRole":      {"permissionsBoundary": "spec.permissionsBoundary"},
		"ECSRole.spec": {"sourceARNs": "trust.sourceARNs", "condition": "statements[].condition", "Conditions": "statements[].condition"},
		"ECSRole.spec.trust": {
			"condition": "additionalStatements[].condition", "externalID": "additionalStatements[].condition",
			"ExternalId": "additionalStatements[].condition", "conditions": "additionalStatements[].condition",
		},
	}
	for place, want := range cases {
		for name, path := range want {
			i := slices.IndexFunc(nearmiss.At(place), func(t nearmiss.Tombstone) bool { return t.Name == name })
			if i < 0 {
				t.Errorf("%s.%s is not refused", place, name)
				continue
			}
			if got := nearmiss.At(place)[i]; got.Field != path || !strings.Contains(got.Message, "the field is "+path+";") {
				t.Errorf("%s.%s: got %+v, want a pointer to %s", place, name, got, path)
			}
		}
	}
}

func TestAFieldIsNeverItsOwnNearMiss(t *testing.T) {
	for _, row := range nearmiss.Table {
		for _, place := range row.At {
			for _, tombstone := range nearmiss.At(place) {
				if nearmiss.IsField(place, tombstone.Name) {
					t.Errorf("%s.%s is a field", place, tombstone.Name)
				}
			}
		}
	}
}
