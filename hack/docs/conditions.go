// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"strconv"
	"strings"
)

// constant is one constant of the API with its comment.
type constant struct {
	kind, value, comment string
	// group is the comment of the const declaration that it stands in.
	group string
}

// apiConstants reads the constants of a file of the API, whose comments the pages repeat.
func apiConstants(root, file string) ([]constant, error) {
	parsed, err := parser.ParseFile(token.NewFileSet(), filepath.Join(root, file), nil, parser.ParseComments)
	if err != nil {
		return nil, fmt.Errorf("reading constants: %w", err)
	}
	var list []constant
	for _, decl := range parsed.Decls {
		d, ok := decl.(*ast.GenDecl)
		if !ok || d.Tok != token.CONST {
			continue
		}
		for _, spec := range d.Specs {
			s := spec.(*ast.ValueSpec)
			kind, _ := s.Type.(*ast.Ident)
			value, _ := s.Values[0].(*ast.BasicLit)
			if kind == nil || value == nil {
				continue
			}
			text, err := strconv.Unquote(value.Value)
			if err != nil {
				return nil, fmt.Errorf("reading the value of %s: %w", s.Names[0], err)
			}
			comment := strings.Join(strings.Fields(s.Doc.Text()), " ")
			comment = strings.TrimPrefix(comment, s.Names[0].Name+" ")
			list = append(list, constant{kind.Name, text, comment, d.Doc.Text()})
		}
	}
	return list, nil
}

const conditionsFile = "api/v1alpha1/conditions.go"

func conditionTypes(root, _ string) (string, error) {
	constants, err := apiConstants(root, conditionsFile)
	if err != nil {
		return "", err
	}
	var rows [][]string
	for _, c := range constants {
		if c.kind == "ConditionType" {
			rows = append(rows, []string{code(c.value), cell(c.comment)})
		}
	}
	return table([]string{"Type", "Meaning"}, rows), nil
}

// reasons is the table of the reasons whose group of constants begins with the words "Reasons of <what>".
func reasons(root, what string) (string, error) {
	constants, err := apiConstants(root, conditionsFile)
	if err != nil {
		return "", err
	}
	var rows [][]string
	for _, c := range constants {
		if c.kind != "Reason" || !strings.HasPrefix(c.group, "Reasons of "+what) {
			continue
		}
		meaning, cure, ok := strings.Cut(c.comment, "To do:")
		if !ok {
			return "", fmt.Errorf("the comment of reason %s has no line that begins with To do", c.value)
		}
		meaning = strings.TrimPrefix(strings.TrimSpace(meaning), "means that ")
		rows = append(rows, []string{code(c.value), cell(sentence(meaning)), cell(sentence(strings.TrimSpace(cure)))})
	}
	return table([]string{"Reason", "Meaning", "What to do"}, rows), nil
}

// sentence begins with a capital letter.
func sentence(text string) string {
	if text == "" {
		return text
	}
	return strings.ToUpper(text[:1]) + text[1:]
}
