// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package manifests

import (
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"k8s.io/apimachinery/pkg/runtime"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/internal/desired"
	"github.com/ecsiam/ecs-iam-controller/internal/iam"
	"github.com/ecsiam/ecs-iam-controller/internal/plan"
)

// recipe is the roles of one way to use ECS, and the JSON that names them.
type recipe struct {
	roles []*v1alpha1.ECSRole
	json  string
}

// recipes are those of config/samples/recipes, by the first part of their files' names.
func recipes(t *testing.T) map[string]recipe {
	t.Helper()
	all := map[string]recipe{}
	for file, objects := range readFolder(t, recipesFolder) {
		name := strings.TrimSuffix(file, ".yaml")
		if roles := only[*v1alpha1.ECSRole](objects); len(roles) > 0 {
			all[name] = recipe{roles: roles, json: namingJSON(t, name)}
		}
	}
	if len(all) < 5 {
		t.Fatalf("found the recipes %v", slices.Sorted(maps.Keys(all)))
	}
	return all
}

func namingJSON(t *testing.T, name string) string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(root, "config", recipesFolder, name+".*.json"))
	if err != nil || len(files) == 0 {
		t.Fatalf("nothing names the roles of %s: %v", name, err)
	}
	var all strings.Builder
	for _, file := range files {
		all.Write(read(t, file))
	}
	return all.String()
}

// recipeInputs are those of a role in the account of the page of installing.
func recipeInputs(role *v1alpha1.ECSRole, others []*v1alpha1.ECSRole) desired.Inputs {
	account := &v1alpha1.AWSAccount{}
	account.Spec.AccountID, account.Spec.Region = "111122223333", "eu-west-1"
	account.Spec.Defaults = &v1alpha1.AccountDefaults{Path: "/ecs/"}
	in := desired.Inputs{
		Role: role, Account: account, AccountID: account.Spec.AccountID, Partition: "aws", Region: "eu-west-1", ClusterID: "test",
		Quotas: iam.DefaultQuotas(), RoleRefs: map[string]desired.RoleRef{},
	}
	for _, other := range others {
		if other != role {
			alone := in
			alone.Role = other
			in.RoleRefs[other.Name] = desired.RoleRef{ARN: desired.RoleARN(alone), Type: other.Spec.Type}
		}
	}
	return in
}

func TestTheRolesOfTheRecipesAreWhatIAMAccepts(t *testing.T) {
	_, account := newAccount(t)
	for name, r := range recipes(t) {
		for _, role := range r.roles {
			want, err := desired.Build(recipeInputs(role, r.roles))
			if err != nil {
				t.Errorf("%s: %s: %v", name, role.Name, err)
				continue
			}
			for _, warning := range want.Warnings {
				// The role of the instances cannot know that another role passes it, which the page says.
				if warning.Code != v1alpha1.WarningNamingConvention || role.Spec.Type != "ManagedInstance" {
					t.Errorf("%s: %s warns: %v", name, role.Name, warning)
				}
			}
			create(t, account, want)
			query := iam.Query{RoleName: want.Role.Name, Expected: want.Role.Attached}
			if want.Profile != nil {
				query.ProfileName = want.Profile.Name
			}
			got, err := account.Observe(t.Context(), query)
			succeed(t, err)
			if rest := plan.Diff(want, got, iam.DefaultQuotas()); !rest.Empty() {
				t.Errorf("%s: %s in IAM differs: %v", name, role.Name, rest)
			}
		}
	}
}

var namedEntity = regexp.MustCompile(`arn:aws:iam::[0-9]{12}:(?:role|instance-profile)/[^"]+`)

// A task definition, a service or a schedule names the roles by their ARNs; a recipe has all of them, and no other.
func TestWhatNamesTheRolesOfARecipeNamesThemAll(t *testing.T) {
	for name, r := range recipes(t) {
		made := map[string]string{}
		for _, role := range r.roles {
			in := recipeInputs(role, r.roles)
			arn := desired.RoleARN(in)
			made[arn] = role.Name
			made[strings.Replace(arn, ":role/", ":instance-profile/", 1)] = role.Name
		}
		named := map[string]bool{}
		for _, arn := range namedEntity.FindAllString(r.json, -1) {
			if made[arn] == "" {
				t.Errorf("%s: %s is none of its roles", name, arn)
			}
			named[made[arn]] = true
		}
		for _, role := range r.roles {
			byName := role.Spec.Type == "ExternalInstance" // an activation names it
			if !named[role.Name] && !byName {
				t.Errorf("%s: nothing names %s", name, role.Name)
			}
		}
	}
}

func TestThePageOfRecipesShowsEveryFileOfThem(t *testing.T) {
	page := string(read(t, filepath.Join(root, "docs", "recipes.md")))
	entries, err := os.ReadDir(filepath.Join(root, "config", recipesFolder))
	succeed(t, err)
	kustomization := string(read(t, filepath.Join(root, "config", recipesFolder, "kustomization.yaml")))
	for _, entry := range entries {
		name := entry.Name()
		shown := strings.Contains(page, "("+"../config/samples/recipes/"+name+")")
		if !shown && name != "kustomization.yaml" && name != "namespace.yaml" {
			t.Errorf("docs/recipes.md does not link to %s", name)
		}
		if filepath.Ext(name) == ".yaml" && name != "kustomization.yaml" && !strings.Contains(kustomization, "- "+name+"\n") {
			t.Errorf("%s is not applied", name)
		}
	}
	for name, r := range recipes(t) {
		for _, role := range r.roles {
			if !strings.Contains(page, "`"+role.Name+"`") {
				t.Errorf("%s: docs/recipes.md does not say what %s is for", name, role.Name)
			}
		}
	}
}

// recipeObjects are all objects of the recipes.
func recipeObjects(t *testing.T) []runtime.Object {
	t.Helper()
	var all []runtime.Object
	for _, objects := range readFolder(t, recipesFolder) {
		all = append(all, objects...)
	}
	return all
}
