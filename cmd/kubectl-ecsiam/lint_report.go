// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/url"
	"path/filepath"
	"strings"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/internal/authz"
)

// lintFormats write a report.
var lintFormats = map[string]func(io.Writer, linted) error{
	"table": writeLintTable, "json": writeLintJSON, "yaml": writeLintYAML, "sarif": writeSARIF,
}

// message is what a reader needs in one line.
func (f *finding) message() string {
	text := f.Reason
	if f.Field != "" {
		text = f.Field + ": " + text
	}
	if f.Correction != "" {
		text += ": " + f.Correction
	}
	return text
}

// place is what editors and terminals open with a click.
func (f *finding) place() string {
	switch {
	case f.Line == 0:
		return f.File
	case f.Column == 0:
		return fmt.Sprintf("%s:%d", f.File, f.Line)
	}
	return fmt.Sprintf("%s:%d:%d", f.File, f.Line, f.Column)
}

// writeLintTable writes one line a finding, and what they come to.
func writeLintTable(w io.Writer, found linted) error {
	var out strings.Builder
	for i := range found.findings {
		f := &found.findings[i]
		fmt.Fprintf(&out, "%s: %s: %s: %s\n", f.place(), f.Severity, f.Code, f.message())
	}
	fmt.Fprintf(&out, "%s in %s: %s, %s\n", counted(found.objects, "object"), counted(found.files, "file"),
		counted(found.count(authz.Error), "error"), counted(found.count(authz.Warning), "warning"))
	_, err := io.WriteString(w, out.String())
	return err
}

func counted(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	if stem, ends := strings.CutSuffix(noun, "y"); ends {
		noun = stem + "ie"
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// lintReport is the form of the report for programs. It only grows.
type lintReport struct {
	APIVersion string    `json:"apiVersion"`
	Kind       string    `json:"kind"`
	Files      int       `json:"files"`
	Objects    int       `json:"objects"`
	Errors     int       `json:"errors"`
	Warnings   int       `json:"warnings"`
	Findings   []finding `json:"findings"`
}

func writeLintJSON(w io.Writer, found linted) error {
	return writeIndented(w, lintReport{
		APIVersion: "cli.ecsiam.dev/v1alpha1", Kind: "LintReport", Files: found.files, Objects: found.objects,
		Errors: found.count(authz.Error), Warnings: found.count(authz.Warning),
		Findings: append([]finding{}, found.findings...),
	})
}

func writeLintYAML(w io.Writer, found linted) error {
	var text bytes.Buffer
	if err := writeLintJSON(&text, found); err != nil {
		return err
	}
	return writeYAML(w, text.Bytes())
}

func writeIndented(w io.Writer, value any) error {
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	return encoder.Encode(value)
}

// The parts of SARIF 2.1.0 that code reviews show. Source: OASIS, "Static Analysis Results Interchange Format (SARIF)
// Version 2.1.0".
type (
	sarifLog struct {
		Schema  string     `json:"$schema"`
		Version string     `json:"version"`
		Runs    []sarifRun `json:"runs"`
	}
	sarifRun struct {
		Tool    sarifTool     `json:"tool"`
		Results []sarifResult `json:"results"`
	}
	sarifTool struct {
		Driver sarifDriver `json:"driver"`
	}
	sarifDriver struct {
		Name    string      `json:"name"`
		Version string      `json:"version"`
		Rules   []sarifRule `json:"rules"`
	}
	sarifRule struct {
		ID               v1alpha1.WarningCode `json:"id"`
		ShortDescription sarifText            `json:"shortDescription"`
		Help             *sarifText           `json:"help,omitempty"`
	}
	sarifText struct {
		Text string `json:"text"`
	}
	sarifResult struct {
		RuleID    v1alpha1.WarningCode `json:"ruleId"`
		Level     authz.Severity       `json:"level"`
		Message   sarifText            `json:"message"`
		Locations []sarifLocation      `json:"locations"`
	}
	sarifLocation struct {
		PhysicalLocation sarifPhysical `json:"physicalLocation"`
	}
	sarifPhysical struct {
		ArtifactLocation sarifArtifact `json:"artifactLocation"`
		Region           *sarifRegion  `json:"region,omitempty"`
	}
	sarifArtifact struct {
		URI string `json:"uri"`
	}
	sarifRegion struct {
		StartLine   int `json:"startLine"`
		StartColumn int `json:"startColumn,omitempty"`
	}
)

func writeSARIF(w io.Writer, found linted) error {
	run := sarifRun{
		Tool:    sarifTool{sarifDriver{Name: "kubectl-ecsiam", Version: version, Rules: sarifRules(found)}},
		Results: []sarifResult{},
	}
	for i := range found.findings {
		f := &found.findings[i]
		at := sarifPhysical{ArtifactLocation: sarifArtifact{URI: uriOf(f.File)}}
		if f.Line > 0 {
			at.Region = &sarifRegion{f.Line, f.Column}
		}
		run.Results = append(run.Results, sarifResult{
			RuleID: f.Code, Level: f.Severity, Message: sarifText{f.message()}, Locations: []sarifLocation{{at}},
		})
	}
	return writeIndented(w, sarifLog{
		Schema: "https://json.schemastore.org/sarif-2.1.0.json", Version: "2.1.0", Runs: []sarifRun{run},
	})
}

// uriOf is a reference to a file, relative where the file was named so: viewers look it up in the repository.
func uriOf(file string) string {
	return (&url.URL{Path: filepath.ToSlash(file)}).String()
}

// sarifRules are the rules that the findings refer to.
func sarifRules(found linted) []sarifRule {
	rules, listed := []sarifRule{}, map[v1alpha1.WarningCode]bool{}
	known := map[v1alpha1.WarningCode]authz.Rule{}
	for _, rule := range authz.Rules() {
		known[rule.Code] = rule
	}
	for i := range found.findings {
		code := found.findings[i].Code
		if listed[code] {
			continue
		}
		listed[code] = true
		rule := sarifRule{ID: code, ShortDescription: sarifText{string(code)}}
		if k, ok := known[code]; ok {
			rule.ShortDescription.Text, rule.Help = k.Meaning, &sarifText{k.Advice}
		}
		rules = append(rules, rule)
	}
	return rules
}
