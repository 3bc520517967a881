// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	rbacv1 "k8s.io/api/rbac/v1"
	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"sigs.k8s.io/yaml"
)

// project is what pages may name: everything of that kind that exists.
type project struct {
	root         string
	clusterRoles []string
	kinds        []apiextensionsv1.CustomResourceDefinitionNames
	flags        []string // of the manager, the plugin and the local environment
	metrics      []string
	targets      []string // of make
}

func readProject(t *testing.T) project {
	t.Helper()
	p := project{root: repository}
	for _, text := range read(t, "config/rbac/*.yaml") {
		var role rbacv1.ClusterRole
		if err := yaml.Unmarshal([]byte(text), &role); err == nil && role.Kind == "ClusterRole" {
			p.clusterRoles = append(p.clusterRoles, role.Name)
		}
	}
	for _, text := range read(t, "config/crd/bases/*.yaml") {
		var crd apiextensionsv1.CustomResourceDefinition
		if err := yaml.Unmarshal([]byte(text), &crd); err != nil {
			t.Fatal(err)
		}
		p.kinds = append(p.kinds, crd.Spec.Names)
	}
	definition := regexp.MustCompile(`(?:Var|VarP)\(&[\w.]+, "([a-z-]+)"`)
	for _, dir := range []string{"cmd/manager/*.go", "cmd/kubectl-ecsiam/*.go", "hack/local/*.go", "hack/local/*/*.go"} {
		for _, text := range read(t, dir) {
			p.flags = append(p.flags, all(definition, text)...)
		}
	}
	generatedFlags, err := flags(repository, "")
	if err != nil {
		t.Fatal(err)
	}
	p.flags = append(p.flags, all(regexp.MustCompile("`--([a-z-]+)`"), generatedFlags)...)
	table, err := metrics(repository, "")
	if err != nil {
		t.Fatal(err)
	}
	p.metrics = all(metricName, table)
	p.targets = all(regexp.MustCompile(`(?m)^([a-z-]+):`), read(t, "Makefile")[0])
	for name, list := range map[string]int{
		"ClusterRoles": len(p.clusterRoles), "kinds": len(p.kinds), "flags": len(p.flags), "metrics": len(p.metrics),
		"targets": len(p.targets),
	} {
		if list < 4 {
			t.Fatalf("found %d %s, which cannot be all", list, name)
		}
	}
	return p
}

func read(t *testing.T, pattern string) []string {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(repository, pattern))
	if err != nil || len(names) == 0 {
		t.Fatalf("no file matches %s, error %v", pattern, err)
	}
	var texts []string
	for _, name := range names {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		texts = append(texts, string(text))
	}
	return texts
}

// all gives the first group of every match.
func all(pattern *regexp.Regexp, text string) []string {
	var list []string
	for _, found := range pattern.FindAllStringSubmatch(text, -1) {
		list = append(list, found[1])
	}
	return list
}

var (
	clusterRoleName = regexp.MustCompile("[`\\s]((?:[a-z]+-)+(?:editor|viewer|reader|auth)(?:-role)?)[`\\s]")
	kindName        = regexp.MustCompile(`\b(ECS[A-Z]\w+|AWSAccount\w*)\b`)
	kubectlObject   = regexp.MustCompile(`kubectl (?:-n \S+ )?(?:get|describe|delete|wait|annotate|patch|explain) ([a-z]+)`)
	loneFlag        = regexp.MustCompile("`--([a-z][a-z-]+)")
	pluginFlag      = regexp.MustCompile(`(?m)kubectl ecsiam .*$`)
	anyFlag         = regexp.MustCompile(`\s--([a-z][a-z-]+)`)
	metricName      = regexp.MustCompile(`\b(ecsiam_[a-z_]+)`)
	makeTarget      = regexp.MustCompile("(?m)(?:`|^\\s*)make ((?:[a-z-]+ ?)+)")
	filePath        = regexp.MustCompile("`([a-z.][A-Za-z0-9_./*-]*/[A-Za-z0-9_./*-]*)`")
)

// known are words that look like a name of the project and are none.
var known = map[string][]string{
	// Kinds and their plurals of Kubernetes that commands on the pages name.
	"objects": {
		"configmap", "crd", "events", "namespace", "deployment", "leases", "pods", "rolebindings", "secret",
		"validatingwebhookconfiguration",
	},
	// Flags of kubectl, Helm, go, ginkgo and the AWS CLI that stand alone.
	"flags": {"server-side", "validate", "overwrite", "type", "set"},
	// Words of prose.
	"kinds": {"ECS"},
}

// wrongNames are the names on a page that nothing of the project has, each with what it was taken for.
func (p project) wrongNames(text string) []string {
	var wrong []string
	report := func(what, name string) { wrong = append(wrong, what+" "+name) }
	for _, name := range all(clusterRoleName, text) {
		if !slices.Contains(p.clusterRoles, name) {
			report("ClusterRole", name)
		}
	}
	for _, name := range all(kindName, prose(text)) {
		if !p.hasKind(name) && !slices.Contains(known["kinds"], name) {
			report("kind", name)
		}
	}
	for _, name := range all(kubectlObject, text) {
		if !p.hasResource(name) && !slices.Contains(known["objects"], name) {
			report("kind", name)
		}
	}
	named := all(loneFlag, text)
	for _, command := range pluginFlag.FindAllString(text, -1) {
		named = append(named, all(anyFlag, command)...)
	}
	for _, name := range named {
		if !slices.Contains(p.flags, name) && !slices.Contains(known["flags"], name) {
			report("flag", "--"+name)
		}
	}
	for _, name := range all(metricName, text) {
		series := regexp.MustCompile(`_(bucket|sum|count)$`).ReplaceAllString(name, "")
		if !slices.Contains(p.metrics, name) && !slices.Contains(p.metrics, series) {
			report("metric", name)
		}
	}
	for _, targets := range all(makeTarget, text) {
		for name := range strings.FieldsSeq(targets) {
			if !slices.Contains(p.targets, name) {
				report("target of make", name)
			}
		}
	}
	for _, name := range all(filePath, text) {
		if !p.hasFile(name) {
			report("file", name)
		}
	}
	return wrong
}

func (p project) hasKind(name string) bool {
	return slices.ContainsFunc(p.kinds, func(n apiextensionsv1.CustomResourceDefinitionNames) bool {
		return name == n.Kind || name == n.Kind+"s" || name == strings.TrimSuffix(n.Kind, "y")+"ies"
	})
}

func (p project) hasResource(name string) bool {
	return slices.ContainsFunc(p.kinds, func(n apiextensionsv1.CustomResourceDefinitionNames) bool {
		return name == n.Plural || name == n.Singular || slices.Contains(n.ShortNames, name)
	})
}

// hasFile says whether a file of the repository has the path. What begins with no folder of the repository is no path
// in it, and bin/ and dist/ are made.
func (p project) hasFile(name string) bool {
	first, _, _ := strings.Cut(name, "/")
	if slices.Contains([]string{"bin", "dist", ".", ".."}, first) {
		return true
	}
	if _, err := os.Stat(filepath.Join(p.root, first)); err != nil {
		return true
	}
	found, err := filepath.Glob(filepath.Join(p.root, name))
	return err == nil && len(found) > 0
}

func TestEveryNameOnAPageExists(t *testing.T) {
	p := readProject(t)
	for name, text := range pages(t) {
		if name == "CHANGELOG.md" || strings.HasPrefix(name, "docs/decisions/") {
			continue // they speak of what was
		}
		if strings.HasPrefix(name, "docs/reference/") {
			continue // they are generated, and name types of Go too
		}
		for _, wrong := range p.wrongNames(text) {
			t.Errorf("%s: there is no %s", name, wrong)
		}
	}
}

func TestANameThatDoesNotExistIsFound(t *testing.T) {
	p := readProject(t)
	for text, want := range map[string]string{
		"bind `metrics-reader` to":                            "ClusterRole metrics-reader",
		"`ecs-iam-controller-ecsrole-editor-role` must be":    "ClusterRole ecs-iam-controller-ecsrole-editor-role",
		"an ECSTask is":                                       "kind ECSTask",
		"two AWSAccounts, ECSPolicies":                        "",
		"```sh\nkubectl get ecsusers -A\n```":                 "kind ecsusers",
		"`kubectl get ecsrole`, `kubectl get ecsroles`":       "",
		"set `--cluster-name`":                                "flag --cluster-name",
		"`kubectl ecsiam render --filename x --account x`":    "flag --account",
		"`ecsiam_calls_total` and `ecsiam_operations_total`":  "metric ecsiam_calls_total",
		"run `make tests`":                                    "target of make tests",
		"```sh\nmake generate manifests docs   # and so on\n": "",
		"see `internal/nothing/x.go`":                         "file internal/nothing/x.go",
		"see `config/crd`, `s3:Get*`, `application/json`":     "",
	} {
		if got := strings.Join(p.wrongNames(text), ", "); got != want {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
}

func TestEveryClusterRoleForPeopleIsOnThePageOfInstalling(t *testing.T) {
	text := pages(t)["docs/installing.md"]
	for _, name := range readProject(t).clusterRoles {
		forTheController := name == "ecs-iam-controller" || name == "ecs-iam-controller-metrics-auth"
		if !forTheController && !strings.Contains(text, "| `"+name+"` |") {
			t.Errorf("docs/installing.md does not say whom ClusterRole %s is for", name)
		}
	}
}

// TestWhatComesWithTheRoleViewIsSaid holds the page against the labels by which Kubernetes aggregates ClusterRoles.
func TestWhatComesWithTheRoleViewIsSaid(t *testing.T) {
	text := pages(t)["docs/installing.md"]
	for _, manifest := range read(t, "config/rbac/*.yaml") {
		var role rbacv1.ClusterRole
		if err := yaml.Unmarshal([]byte(manifest), &role); err != nil || role.Kind != "ClusterRole" {
			continue
		}
		row := regexp.MustCompile("(?m)^\\| `" + role.Name + "` \\|.*$").FindString(text)
		said := strings.Contains(row, "aggregated into `view`")
		if is := role.Labels["rbac.authorization.k8s.io/aggregate-to-view"] == "true"; is != said {
			t.Errorf("ClusterRole %s is aggregated into view: %t; docs/installing.md says: %q", role.Name, is, row)
		}
		for _, other := range []string{"edit", "admin"} {
			if _, ok := role.Labels["rbac.authorization.k8s.io/aggregate-to-"+other]; ok {
				t.Errorf("ClusterRole %s is aggregated into %s, which docs/installing.md denies", role.Name, other)
			}
		}
	}
}
