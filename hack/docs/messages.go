// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"sigs.k8s.io/yaml"
)

// messages are all texts that users read, by where they come from.
type messages map[string][]string

// speaking are the folders whose text users read. The simulator speaks in AWS's words.
var speaking = []string{"api", "cmd", "controllers", "hack/local", "internal"}

var silent = []string{"internal/iam/iamsim", "internal/iam/conformance", "internal/laws", "internal/golden"}

// collectMessages reads them: reasons with their advice, messages of CEL rules, flags, metrics, and the sentences in
// the Go code, of which errors, conditions, events, plans and the help of commands are made.
func collectMessages(root string) (messages, error) {
	found := messages{}
	for name, read := range map[string]func(string) ([]string, error){
		"reasons": reasonTexts, "flags of the manager": tableOf(flags), "metrics": tableOf(metrics),
	} {
		texts, err := read(root)
		if err != nil {
			return nil, fmt.Errorf("reading %s: %w", name, err)
		}
		found[name] = texts
	}
	if err := found.addRules(root); err != nil {
		return nil, err
	}
	for _, dir := range speaking {
		if err := found.addCode(root, dir); err != nil {
			return nil, err
		}
	}
	return found, nil
}

func reasonTexts(root string) ([]string, error) {
	constants, err := apiConstants(root, conditionsFile)
	texts := make([]string, len(constants))
	for i, c := range constants {
		texts[i] = c.kind + " " + c.value + ": " + c.comment
	}
	return texts, err
}

// tableOf makes lines of the rows of a generated table.
func tableOf(section func(root, argument string) (string, error)) func(string) ([]string, error) {
	return func(root string) ([]string, error) {
		text, err := section(root, "")
		rows := strings.Split(strings.TrimSpace(text), "\n")
		return rows[min(2, len(rows)):], err
	}
}

// addRules adds the messages of the CEL rules, by kind.
func (m messages) addRules(root string) error {
	files, err := filepath.Glob(filepath.Join(root, "config", "crd", "bases", "*.yaml"))
	if err != nil {
		return fmt.Errorf("listing the CustomResourceDefinitions: %w", err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			return fmt.Errorf("reading a CustomResourceDefinition: %w", err)
		}
		var crd apiextensionsv1.CustomResourceDefinition
		if err := yaml.Unmarshal(text, &crd); err != nil {
			return fmt.Errorf("reading %s: %w", file, err)
		}
		name := "rules of " + crd.Spec.Names.Kind
		m[name] = unique(ruleMessages(crd.Spec.Versions[0].Schema.OpenAPIV3Schema))
	}
	return nil
}

func ruleMessages(s *apiextensionsv1.JSONSchemaProps) []string {
	var texts []string
	for _, rule := range s.XValidations {
		texts = append(texts, strings.TrimSpace(rule.Message+" "+rule.MessageExpression))
	}
	for name := range s.Properties {
		inner := s.Properties[name]
		texts = append(texts, ruleMessages(&inner)...)
	}
	if s.Items != nil && s.Items.Schema != nil {
		texts = append(texts, ruleMessages(s.Items.Schema)...)
	}
	if s.AdditionalProperties != nil && s.AdditionalProperties.Schema != nil {
		texts = append(texts, ruleMessages(s.AdditionalProperties.Schema)...)
	}
	return texts
}

// addCode adds the sentences in the Go files of a folder, by package and without their lines, so that code can move.
func (m messages) addCode(root, dir string) error {
	return filepath.WalkDir(filepath.Join(root, dir), func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name, err := filepath.Rel(root, path)
		name = filepath.ToSlash(name)
		if entry.IsDir() && slices.Contains(silent, name) {
			return filepath.SkipDir
		}
		if err != nil || !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") ||
			strings.HasPrefix(entry.Name(), "zz_generated") {
			return err
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
		if err != nil {
			return fmt.Errorf("reading messages: %w", err)
		}
		key := "package " + name[:strings.LastIndexByte(name, '/')]
		m[key] = unique(append(m[key], sentences(parsed)...))
		return nil
	})
}

// severalWords matches a text of at least two words, which is neither a document, a pattern, nor a path.
var severalWords = regexp.MustCompile(`^[^{\[^(].*[A-Za-z%}][^ ]* [^ ]`)

// sentences are the texts in a file that look like one: string literals, and sums of them.
func sentences(file *ast.File) []string {
	var texts []string
	ast.Inspect(file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.ImportSpec, *ast.StructType:
			return false // import paths and tags of fields
		case *ast.CallExpr:
			return !isLogLine(n)
		case *ast.BinaryExpr, *ast.BasicLit:
			text := strings.Join(strings.Fields(folded(n.(ast.Expr))), " ")
			if severalWords.MatchString(text) {
				texts = append(texts, text)
			}
			_, sum := n.(*ast.BinaryExpr)
			return !sum || text == ""
		}
		return true
	})
	return texts
}

// isLogLine says whether a call writes a log, which is for operators of the controller and not for its users.
func isLogLine(call *ast.CallExpr) bool {
	callee, ok := call.Fun.(*ast.SelectorExpr)
	return ok && callee.Sel.Name == "Info"
}

// folded is the text of a literal or of a sum; what is no literal in it is an ellipsis.
func folded(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.BasicLit:
		if e.Kind == token.STRING {
			return literal(e)
		}
	case *ast.ParenExpr:
		return folded(e.X)
	case *ast.BinaryExpr:
		if e.Op != token.ADD {
			return ""
		}
		left, right := folded(e.X), folded(e.Y)
		if left == "" && right == "" {
			return ""
		}
		return orEllipsis(left) + orEllipsis(right)
	}
	return ""
}

func orEllipsis(text string) string {
	if text == "" {
		return "…"
	}
	return text
}

func unique(texts []string) []string {
	slices.Sort(texts)
	return slices.Compact(texts)
}
