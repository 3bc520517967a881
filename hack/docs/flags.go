// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"flag"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"strconv"

	"sigs.k8s.io/controller-runtime/pkg/log/zap"
)

// managerSources define the flags of the manager.
var managerSources = []string{
	filepath.Join("cmd", "manager", "main.go"), filepath.Join("cmd", "manager", "installation.go"),
	filepath.Join("cmd", "manager", "webhook.go"),
}

// preflightSource defines the flags of preflight.
var preflightSource = filepath.Join("cmd", "manager", "preflight.go")

// flags is the table of the manager's flags. The logger is asked for its own.
func flags(root, _ string) (string, error) {
	rows, err := flagRows(root, managerSources...)
	if err != nil {
		return "", err
	}
	set := flag.NewFlagSet("zap", flag.ContinueOnError)
	(&zap.Options{}).BindFlags(set)
	set.VisitAll(func(f *flag.Flag) {
		rows = append(rows, []string{code("--" + f.Name), code(f.DefValue), cell(sentence(f.Usage))})
	})
	return flagTable(rows), nil
}

// preflightFlags is the table of the flags of preflight.
func preflightFlags(root, _ string) (string, error) {
	rows, err := flagRows(root, preflightSource)
	return flagTable(rows), err
}

func flagTable(rows [][]string) string {
	for _, row := range rows {
		if row[1] == "``" {
			row[1] = ""
		}
	}
	return table([]string{"Flag", "Default", "Meaning"}, rows)
}

// flagRows reads flags from the source, since a command cannot be imported.
func flagRows(root string, sources ...string) ([][]string, error) {
	var rows [][]string
	for _, source := range sources {
		parsed, err := parser.ParseFile(token.NewFileSet(), filepath.Join(root, source), nil, 0)
		if err != nil {
			return nil, fmt.Errorf("reading the flags: %w", err)
		}
		ast.Inspect(parsed, func(n ast.Node) bool {
			if call, ok := n.(*ast.CallExpr); ok {
				if row := flagRow(call); row != nil {
					rows = append(rows, row)
				}
			}
			return true
		})
	}
	return rows, nil
}

// flagRow reads a call such as flags.StringVar(&o.name, "name", "default", "usage"), or one with a shorthand.
func flagRow(call *ast.CallExpr) []string {
	callee, ok := call.Fun.(*ast.SelectorExpr)
	if !ok || len(call.Args) < 4 {
		return nil
	}
	if on, ok := callee.X.(*ast.Ident); !ok || on.Name != "flags" {
		return nil
	}
	name, rest := literal(call.Args[1]), call.Args[len(call.Args)-2:]
	return []string{code("--" + name), code(literal(rest[0])), cell(sentence(literal(rest[1])))}
}

// literal is the text of a constant expression.
func literal(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.BasicLit:
		if text, err := strconv.Unquote(e.Value); err == nil {
			return text
		}
		return e.Value
	case *ast.BinaryExpr:
		if e.Op == token.MUL { // a number of seconds
			return literal(e.X) + "s"
		}
		return literal(e.X) + literal(e.Y)
	case *ast.Ident:
		if e.Name == "nil" {
			return ""
		}
		return e.Name
	}
	return ""
}
