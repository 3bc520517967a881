// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

// Package structure_test holds how the code is laid out.
package structure_test

import (
	"go/ast"
	"go/types"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/go/packages"
)

// laid are the packages whose files are rooms one above the other. In commands and lists of behaviours the files stand
// side by side, and the kinds of the API name each other.
var laid = []string{
	"github.com/ecsiam/ecs-iam-controller/controllers",
	"github.com/ecsiam/ecs-iam-controller/internal/...",
}

// aside is the list of IAM's behaviours, which one file holds together.
const aside = "github.com/ecsiam/ecs-iam-controller/internal/iam/conformance"

// uses is which files of a package a file uses, and by which names.
type uses map[string]map[string][]string

// TestTheFilesOfAPackageDependOneWay keeps files from using each other in a circle: who reads one file needs to read
// only those below it, and what a package does first stands at the top.
func TestTheFilesOfAPackageDependOneWay(t *testing.T) {
	loaded, err := packages.Load(&packages.Config{
		Mode: packages.NeedName | packages.NeedImports | packages.NeedSyntax | packages.NeedTypes | packages.NeedTypesInfo,
	}, laid...)
	if err != nil {
		t.Fatal(err)
	}
	if len(loaded) < 20 {
		t.Fatalf("%d packages were found", len(loaded))
	}
	for _, p := range loaded {
		for _, err := range p.Errors {
			t.Fatal(err)
		}
		if p.PkgPath == aside {
			continue
		}
		all := usesOf(p)
		for _, from := range sorted(all) {
			for _, to := range sorted(all[from]) {
				if all.reaches(to, from, map[string]bool{}) {
					t.Errorf("%s: %s uses %s of %s, which uses it in turn: move what both need into one of them, or into a "+
						"file below both", p.PkgPath, from, strings.Join(all[from][to], ", "), to)
				}
			}
		}
	}
}

func TestACircleOfFilesIsFound(t *testing.T) {
	all := uses{"a.go": {"b.go": {"B"}}, "b.go": {"c.go": {"C"}}, "c.go": {"a.go": {"A"}, "d.go": {"D"}}}
	if !all.reaches("b.go", "a.go", map[string]bool{}) {
		t.Error("a circle over three files is not found")
	}
	if all.reaches("d.go", "c.go", map[string]bool{}) {
		t.Error("a file that uses nothing is taken for one of a circle")
	}
}

func usesOf(p *packages.Package) uses {
	all := uses{}
	for _, file := range p.Syntax {
		from := filepath.Base(p.Fset.Position(file.Package).Filename)
		if ast.IsGenerated(file) {
			continue
		}
		ast.Inspect(file, func(n ast.Node) bool {
			if name, ok := n.(*ast.Ident); ok {
				all.add(p, from, p.TypesInfo.Uses[name])
			}
			return true
		})
	}
	return all
}

// add notes the use of what another file of the package declares: its types, functions, methods, fields and variables.
func (u uses) add(p *packages.Package, from string, object types.Object) {
	if object == nil || object.Pkg() != p.Types {
		return
	}
	if v, ok := object.(*types.Var); ok && !v.IsField() && v.Parent() != p.Types.Scope() {
		return
	}
	to := filepath.Base(p.Fset.Position(object.Pos()).Filename)
	if to == from {
		return
	}
	if u[from] == nil {
		u[from] = map[string][]string{}
	}
	if !slices.Contains(u[from][to], object.Name()) {
		u[from][to] = append(u[from][to], object.Name())
	}
}

// reaches reports whether a file uses another one, over whatever files.
func (u uses) reaches(from, to string, seen map[string]bool) bool {
	if from == to {
		return true
	}
	if seen[from] {
		return false
	}
	seen[from] = true
	for next := range u[from] {
		if u.reaches(next, to, seen) {
			return true
		}
	}
	return false
}

func sorted[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for key := range m {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	return keys
}
