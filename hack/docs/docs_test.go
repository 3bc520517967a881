// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"errors"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ecsiam/ecs-iam-controller/internal/desired"
	"github.com/ecsiam/ecs-iam-controller/internal/iam"
	"github.com/ecsiam/ecs-iam-controller/internal/manifest"
)

const repository = "../.."

// pages are the Markdown files of the repository by their path in it.
func pages(t *testing.T) map[string]string {
	t.Helper()
	all := map[string]string{}
	err := filepath.WalkDir(repository, func(path string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && slices.Contains([]string{".git", "bin", "dist"}, entry.Name()):
			return filepath.SkipDir
		case entry.IsDir() || filepath.Ext(path) != ".md":
			return nil
		}
		text, err := os.ReadFile(path)
		name, _ := filepath.Rel(repository, path)
		all[filepath.ToSlash(name)] = string(text)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func TestTheGeneratedSectionsAreFresh(t *testing.T) {
	for name, text := range pages(t) {
		if filepath.Dir(name) != "docs" {
			continue
		}
		fresh, err := generated(repository, text)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if diff := cmp.Diff(text, fresh); diff != "" {
			t.Errorf("%s is stale, run `make docs` (-is +should be):\n%s", name, diff)
		}
	}
}

var (
	link    = regexp.MustCompile(`\]\(([^)\s]+)\)`)
	fence   = regexp.MustCompile("(?s)(?:^|\n)[> ]*```.*?\n[> ]*```")
	heading = regexp.MustCompile(`(?m)^#+ +(.+)$`)
	inCode  = regexp.MustCompile("`[^`\n]*`")
)

// anchors are the places of a page that links can name, as GitHub names them.
func anchors(text string) []string {
	var list []string
	for _, found := range heading.FindAllStringSubmatch(fence.ReplaceAllString(text, ""), -1) {
		anchor := strings.ToLower(strings.ReplaceAll(found[1], " ", "-"))
		list = append(list, regexp.MustCompile(`[^\p{L}\p{N}_-]`).ReplaceAllString(anchor, ""))
	}
	return list
}

func TestEveryRelativeLinkLeadsSomewhere(t *testing.T) {
	all, places := pages(t), map[string][]string{}
	for name, text := range all {
		places[name] = anchors(text)
	}
	for name, text := range all {
		if name == "docs/reference/api.md" {
			continue // crd-ref-docs links to the names of maps, which have no heading
		}
		prose := inCode.ReplaceAllString(fence.ReplaceAllString(text, ""), "")
		for _, found := range link.FindAllStringSubmatch(prose, -1) {
			target, anchor, _ := strings.Cut(found[1], "#")
			if strings.Contains(target, "://") || strings.HasPrefix(target, "mailto:") {
				continue
			}
			path := name
			if target != "" {
				path = filepath.ToSlash(filepath.Join(filepath.Dir(name), target))
			}
			if _, err := os.Stat(filepath.Join(repository, path)); err != nil {
				t.Errorf("%s: the link %s leads nowhere", name, found[1])
			} else if anchor != "" && !slices.Contains(places[path], anchor) {
				t.Errorf("%s: %s has no heading for the link %s", name, path, found[1])
			}
		}
	}
}

var yamlBlock = regexp.MustCompile("(?s)```yaml\n(.*?)\n```")

func TestEveryManifestInThePagesIsValid(t *testing.T) {
	count := 0
	for name, text := range pages(t) {
		for _, block := range yamlBlock.FindAllStringSubmatch(text, -1) {
			if strings.Contains(block[1], "apiVersion: ecsiam.dev/") {
				count++
				checkManifest(t, name, block[1])
			}
		}
	}
	if count < 5 {
		t.Errorf("found %d manifests in all pages, which cannot be all", count)
	}
}

func checkManifest(t *testing.T, page, text string) {
	t.Helper()
	reader := manifest.Reader{Stdin: strings.NewReader(text), Namespace: "default"}
	for _, d := range reader.Read(t.Context(), manifest.Stdin) {
		for _, err := range d.Errors {
			t.Errorf("%s: %s: %v", page, d.Object, err)
		}
		if d.Role == nil || len(d.Errors) > 0 {
			continue
		}
		_, err := desired.Build(desired.Inputs{
			Role: d.Role, AccountID: "111122223333", Partition: "aws", Region: "eu-west-1", ClusterID: "example",
			Quotas: iam.DefaultQuotas(),
		})
		// Other objects that an example refers to are in no page.
		if unresolved, ok := errors.AsType[*desired.UnresolvedError](err); err != nil && !ok {
			t.Errorf("%s: %s: %v", page, d.Object, err)
		} else if ok && len(unresolved.References) == 0 {
			t.Errorf("%s: %s: is unresolved and names no reference", page, d.Object)
		}
	}
}

func TestEveryReasonIsExplained(t *testing.T) {
	constants, err := apiConstants(repository, conditionsFile)
	if err != nil {
		t.Fatal(err)
	}
	text := pages(t)["docs/conditions.md"]
	for _, c := range constants {
		if !strings.Contains(text, "| `"+c.value+"` |") {
			t.Errorf("docs/conditions.md does not explain %s %s", c.kind, c.value)
		}
	}
}

// kindPages are the pages that explain each field of a spec, by the plural of the kind.
var kindPages = map[string]string{
	"ecsroles": "docs/ecsrole.md", "ecspolicies": "docs/ecspolicy.md", "awsaccounts": "docs/awsaccount.md",
	"ecsservicelinkedroles": "docs/ecsservicelinkedrole.md", "ecschangeapprovals": "docs/ecschangeapproval.md",
}

func TestEveryKindHasAPage(t *testing.T) {
	for _, names := range readProject(t).kinds {
		if kindPages[names.Plural] == "" {
			t.Errorf("no page explains the fields of %s", names.Kind)
		}
	}
}

func TestEveryFieldOfASpecIsExplained(t *testing.T) {
	all := pages(t)
	for plural, name := range kindPages {
		spec := definition(t, plural).Properties["spec"]
		for _, field := range slices.Sorted(maps.Keys(spec.Properties)) {
			if !strings.Contains(all[name], "\n### "+field+"\n") && !strings.Contains(all[name], "\n| `"+field+"` |") {
				t.Errorf("%s has neither a section nor a row on %s", name, field)
			}
		}
		for _, path := range fieldPaths(&spec, "") {
			field := path[strings.LastIndexByte(path, '.')+1:]
			if !strings.Contains(all["docs/reference/api.md"], "| `"+field+"` ") {
				t.Errorf("docs/reference/api.md does not have %s of %s: run `make docs`", path, plural)
			}
		}
	}
}

func TestEveryFlagOfTheManagerIsExplained(t *testing.T) {
	var source strings.Builder
	for _, file := range managerSources {
		content, err := os.ReadFile(filepath.Join(repository, file))
		if err != nil {
			t.Fatal(err)
		}
		source.Write(content)
	}
	text := pages(t)["docs/flags-and-metrics.md"]
	definitions := regexp.MustCompile(`\.\w+Var\(&[\w.]+, "([a-z-]+)"`).FindAllStringSubmatch(source.String(), -1)
	if len(definitions) < 4 {
		t.Fatalf("found %d flags in the source, which cannot be all", len(definitions))
	}
	for _, found := range definitions {
		if !strings.Contains(text, "| `--"+found[1]+"` |") {
			t.Errorf("docs/flags-and-metrics.md does not explain --%s", found[1])
		}
	}
}

func TestASectionWithoutEndIsRefused(t *testing.T) {
	if _, err := generated(repository, "# Page\n\n"+beginMark+"metrics -->\n\ntext\n"); err == nil {
		t.Error("generated took a page whose section has no end")
	}
}

func TestAnUnknownSectionIsRefused(t *testing.T) {
	if _, err := generated(repository, beginMark+"weather -->\n"+endMark); err == nil {
		t.Error("generated took a section that nothing makes")
	}
}
