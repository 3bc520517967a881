// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"runtime"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"golang.org/x/sync/errgroup"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/internal/authz"
	"github.com/ecsiam/ecs-iam-controller/internal/desired"
	"github.com/ecsiam/ecs-iam-controller/internal/guardrail"
	"github.com/ecsiam/ecs-iam-controller/internal/manifest"
)

// The codes of findings that are not about statements.
const (
	codeInvalidManifest v1alpha1.WarningCode = "InvalidManifest"
	codeInvalidSpec     v1alpha1.WarningCode = "InvalidSpec"
	codeUnreadable      v1alpha1.WarningCode = "Unreadable"
)

// What is taken for the account and the region where the files do not say: lint judges manifests, not an account.
const assumedAccount = "123456789012"

// asWritten puts the placeholder back for the account that was made up.
var asWritten = strings.NewReplacer(assumedAccount, "{accountID}")

// finding is one line of a report.
type finding struct {
	File       string               `json:"file"`
	Line       int                  `json:"line,omitempty"`
	Column     int                  `json:"column,omitempty"`
	Object     string               `json:"object,omitempty"`
	Field      string               `json:"field,omitempty"`
	Code       v1alpha1.WarningCode `json:"code"`
	Severity   authz.Severity       `json:"severity"`
	Reason     string               `json:"reason"`
	Correction string               `json:"correction,omitempty"`
}

// linted is what was found in files.
type linted struct {
	files    int
	objects  int
	findings []finding
	notes    []string
}

func newLintCommand(s streams) *cobra.Command {
	t := target{assumed: true}
	output := "table"
	cmd := &cobra.Command{
		Use:   "lint -f FILE|DIRECTORY|-...",
		Short: "Check manifests and IAM policy documents, offline",
		Long: "Check ECSRoles, ECSPolicies and the other kinds as the API server and the controller check them, and\n" +
			"their statements against the actions, resource types and condition keys of all AWS services. Plain IAM\n" +
			"policy documents in JSON are checked as well. Nothing is asked of a cluster or of AWS.\n\n" +
			"A directory is searched for .yaml, .yml and .json files. Objects of other kinds are passed over with a note.\n" +
			"spec.checks.ignore of an object silences findings by code; docs/checks.md explains each code.\n\n" +
			"The exit code is 1 when there is an error, when a file cannot be read and when there is nothing to check;\n" +
			"warnings alone leave it 0.",
		Example: "  # Everything below a directory\n" +
			"  kubectl ecsiam lint -f manifests/\n\n" +
			"  # What kustomize makes\n" +
			"  kubectl kustomize . | kubectl ecsiam lint -f -\n\n" +
			"  # For the code review of a pull request\n" +
			"  kubectl ecsiam lint -f manifests/ -o sarif > ecsiam.sarif\n\n" +
			"  # A policy document of IAM\n" +
			"  aws iam get-policy-version --policy-arn ARN --version-id v1 --query PolicyVersion.Document |\n" +
			"    kubectl ecsiam lint -f -",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			write, known := lintFormats[output]
			if !known {
				return fmt.Errorf("-o %s is unknown: give table, json, yaml or sarif", output)
			}
			found := t.lint(cmd.Context(), s, cmd.Flags().Changed("partition"))
			for _, note := range found.notes {
				fmt.Fprintln(s.err, note)
			}
			if found.objects == 0 && len(found.findings) == 0 {
				return report(s.err, []string{"nothing to check in " + strings.Join(t.files, ", ") +
					": give files with ECSRoles, ECSPolicies or IAM policy documents"})
			}
			if err := write(s.out, found); err != nil && !isClosedPipe(err) {
				return fmt.Errorf("writing the report: %w", err)
			}
			return found.verdict()
		},
	}
	t.addFlags(cmd)
	cmd.Flags().StringVarP(&output, "output", "o", output, "format: table, json, yaml or sarif")
	return cmd
}

// verdict is the error that makes the exit code 1.
func (l *linted) verdict() error {
	if l.count(authz.Error) > 0 {
		return errReported
	}
	return nil
}

func (l *linted) count(severity authz.Severity) int {
	n := 0
	for i := range l.findings {
		if l.findings[i].Severity == severity {
			n++
		}
	}
	return n
}

// lint checks all files; ofPartition says that the partition was given and holds for plain documents too.
func (t *target) lint(ctx context.Context, s streams, ofPartition bool) linted {
	var found linted
	files, problems := lintFiles(t.files)
	found.findings, found.files = problems, len(files)
	partition := ""
	if ofPartition {
		partition = t.partition
	}
	contents := make([]lintedFile, len(files))
	var readers errgroup.Group
	readers.SetLimit(runtime.GOMAXPROCS(0))
	shown := newProgress(s.err, len(files))
	defer shown.end()
	for i, file := range files {
		readers.Go(func() error {
			contents[i] = t.readLinted(ctx, file, s.in, partition)
			shown.step("checked")
			return nil
		})
	}
	_ = readers.Wait() // what is wrong with a file is among its findings
	var documents []manifest.Document
	for i := range contents {
		found.objects += contents[i].documents
		found.findings = append(found.findings, contents[i].findings...)
		documents = append(documents, contents[i].objects...)
	}
	t.lintObjects(documents, &found)
	slices.SortStableFunc(found.findings, func(a, b finding) int {
		return cmp.Or(strings.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
	})
	return found
}

// lintedFile is what one file holds: objects, which are judged together with those of other files, or a policy
// document, which is judged by itself.
type lintedFile struct {
	objects   []manifest.Document
	documents int
	findings  []finding
}

func (t *target) readLinted(ctx context.Context, file string, stdin io.Reader, partition string) lintedFile {
	content, err := manifest.ReadFile(file, stdin)
	switch {
	case err != nil:
		return lintedFile{findings: []finding{unreadable(file, err)}}
	case isPolicyDocument(content):
		return lintedFile{documents: 1, findings: lintDocument(file, content, partition)}
	}
	reader := manifest.Reader{Namespace: t.namespace, Others: true}
	return lintedFile{objects: reader.Documents(ctx, file, content)}
}

func unreadable(file string, err error) finding {
	return finding{File: shownFile(file), Code: codeUnreadable, Severity: authz.Error, Reason: err.Error()}
}

// lintObjects checks the objects of all files, which may refer to each other.
func (t *target) lintObjects(documents []manifest.Document, found *linted) {
	all, used := newObjects(documents), names{}
	for i := range documents {
		d := &documents[i]
		if d.Other != "" {
			found.notes = append(found.notes, "Note: "+d.Place()+": passed over "+d.Other)
			continue
		}
		found.objects++
		l := newLinter(d)
		switch {
		case d.Role != nil:
			t.lintRole(l, all, used)
		case d.Policy != nil:
			t.lintPolicy(l, all)
		case d.Account != nil:
			for _, err := range guardrail.Check(&d.Account.Spec) {
				l.refuse(err, codeInvalidSpec)
			}
			fallthrough
		default:
			l.refuseAll(d.Errors, codeInvalidManifest)
		}
		found.findings = append(found.findings, l.findings...)
	}
}

func (t *target) lintRole(l *linter, all objects, used names) {
	role := l.document.Role
	in, err := t.inputs(role, all.accounts)
	if err != nil {
		l.refuse(err, codeInvalidSpec)
		return
	}
	t.resolve(&in, all)
	l.checks = role.Spec.Checks
	l.add(desired.Findings(in))
	built, err := desired.Build(in)
	l.refuseAll(merge(l.document.Errors, withoutReferences(err)), codeInvalidSpec)
	l.refuseAll(used.role(declared{document: *l.document, inputs: in}), codeInvalidSpec)
	for _, w := range built.Warnings {
		l.warn(w)
	}
}

func (t *target) lintPolicy(l *linter, all objects) {
	object := l.document.Policy
	in, err := t.policyInputs(object, all)
	if err != nil {
		l.refuse(err, codeInvalidSpec)
		return
	}
	l.checks = object.Spec.Checks
	l.add(desired.PolicyFindings(in))
	built, err := desired.BuildPolicy(in)
	if err == nil && len(built.Forbidden) > 0 {
		err = built.Forbidden.ToAggregate()
	}
	l.refuseAll(merge(l.document.Errors, err), codeInvalidSpec)
}

// withoutReferences leaves out what is not in the files, which need not be all that there are.
func withoutReferences(err error) error {
	if _, unresolved := errors.AsType[*desired.UnresolvedError](err); unresolved {
		return nil
	}
	return err
}

// linter collects the findings of one document, whose positions are looked for when there is the first one.
type linter struct {
	document *manifest.Document
	checks   *v1alpha1.Checks
	locator  *manifest.Locator
	findings []finding
}

func newLinter(d *manifest.Document) *linter { return &linter{document: d} }

func (l *linter) put(f finding) {
	f.Reason, f.Correction = asWritten.Replace(f.Reason), asWritten.Replace(f.Correction)
	f.File, f.Object = shownFile(l.document.File), l.document.Object
	if f.Line == 0 && f.Code != codeUnreadable {
		if l.locator == nil {
			locator := l.document.Locator()
			l.locator = &locator
		}
		at := l.locator.Find(f.Field)
		f.Line, f.Column = at.Line, at.Column
	}
	l.findings = append(l.findings, f)
}

// add takes the findings of statements, but for those that the object does not want.
func (l *linter) add(list []desired.Finding) {
	for i := range list {
		f := &list[i]
		if l.checks.Wants(f.Code) {
			l.put(finding{Field: f.Field, Code: f.Code, Severity: f.Severity, Reason: f.Reason, Correction: f.Correction})
		}
	}
}

func (l *linter) warn(w v1alpha1.Warning) {
	if l.checks.Wants(w.Code) {
		l.put(finding{Field: w.Field, Code: w.Code, Severity: authz.Warning, Reason: w.Message})
	}
}

func (l *linter) refuseAll(errs []error, code v1alpha1.WarningCode) {
	for _, err := range errs {
		l.refuse(err, code)
	}
}

// refuse reports what the API server or the controller refuses, unless a finding has said so in better words.
func (l *linter) refuse(err error, code v1alpha1.WarningCode) {
	f := refusal(err, code)
	said := func(other finding) bool {
		return f.Field != "" && other.Field == f.Field && other.Severity == authz.Error
	}
	if !slices.ContainsFunc(l.findings, said) {
		l.put(f)
	}
}

// refusal is the finding that an error is.
func refusal(err error, code v1alpha1.WarningCode) finding {
	f := finding{Code: code, Severity: authz.Error, Reason: err.Error()}
	if syntax, ok := errors.AsType[*manifest.SyntaxError](err); ok {
		f.Code, f.Line = codeUnreadable, syntax.Line
		f.Reason = strings.Join(strings.Fields(f.Reason), " ")
	}
	if e, ok := errors.AsType[*field.Error](err); ok {
		f.Field, f.Reason = e.Field, e.ErrorBody()
	}
	return f
}
