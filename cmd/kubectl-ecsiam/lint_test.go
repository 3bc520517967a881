// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bytes"
	"encoding/json"
	"io"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/owenrumney/go-sarif/v3/pkg/report/v210/sarif"

	"github.com/ecsiam/ecs-iam-controller/internal/golden"
)

func TestLintReportsWhatItsGoldenFilesSay(t *testing.T) {
	for name, c := range map[string]struct {
		args []string
		code int
	}{
		"lint-table": {[]string{"lint", "-f", "testdata/lint"}, 1},
		"lint-json":  {[]string{"lint", "-f", "testdata/lint/document.json", "-o", "json"}, 1},
		"lint-yaml":  {[]string{"lint", "-f", "testdata/lint/sub/role.yml", "-o", "yaml"}, 1},
		"lint-sarif": {[]string{"lint", "-f", "testdata/lint/policies.yaml", "-o", "sarif"}, 1},
		"lint-china": {[]string{"lint", "-f", "testdata/lint/document.json", "--partition", "aws-cn"}, 1},
		"lint-help":  {[]string{"lint", "--help"}, 0},
	} {
		t.Run(name, func(t *testing.T) {
			code, out, errs := execute(t.Context(), "", c.args...)
			if code != c.code {
				t.Errorf("exit code %d, want %d", code, c.code)
			}
			golden.Check(t, filepath.Join("testdata", name+".golden"), out+errs, "the report changed")
		})
	}
}

func TestWarningsAloneLeaveTheExitCodeOfLintAtZero(t *testing.T) {
	const document = `{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}`
	code, out, _ := execute(t.Context(), document, "lint", "-f", "-")
	if code != 0 || !strings.HasPrefix(out, "standard input:1:") || !strings.Contains(out, "warning: Administration: ") {
		t.Errorf("exit code %d, report:\n%s", code, out)
	}
}

func TestLintSaysWhenThereIsNothingToCheck(t *testing.T) {
	dir := t.TempDir()
	code, out, errs := execute(t.Context(), "", "lint", "-f", dir)
	if code != 1 || out != "" || !strings.HasPrefix(errs, "nothing to check in "+dir) {
		t.Errorf("exit code %d, output %q, errors %q", code, out, errs)
	}
}

func TestLintNamesAFileThatCannotBeRead(t *testing.T) {
	code, out, _ := execute(t.Context(), "", "lint", "-f", "testdata/missing.yaml")
	if code != 1 || !strings.Contains(out, "testdata/missing.yaml: error: Unreadable: reading the file: no such file") {
		t.Errorf("exit code %d, report:\n%s", code, out)
	}
}

func TestLintEndsWithAFindingForWhatNobodyWouldWrite(t *testing.T) {
	const nested = 100_000
	brackets := strings.Repeat("[", nested) + strings.Repeat("]", nested)
	resources := strings.Repeat(`"arn:aws:s3:::orders/*",`, 450_000)
	for name, c := range map[string]struct{ text, says string }{
		"a policy of 10 MB": {
			`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":[` + resources +
				`"*"]}]}`, "RefusedDocument: the document has 10800",
		},
		"a policy of deep nesting":   {`{"Version":"2012-10-17","Statement":` + brackets + `}`, "exceeded max depth"},
		"a manifest of deep nesting": {"apiVersion: ecsiam.dev/v1alpha1\nkind: ECSPolicy\nspec: " + brackets, "max depth"},
		"an anchor in itself":        {"a: &a\n  <<: *a\n", "Unreadable"},
		"anchors that explode": {"a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\n" +
			"c: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]\nd: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c]\n" +
			"e: &e [*d,*d,*d,*d,*d,*d,*d,*d,*d]\nf: &f [*e,*e,*e,*e,*e,*e,*e,*e,*e]\n" +
			"g: [*f,*f,*f,*f,*f,*f,*f,*f,*f]\n", "excessive aliasing"},
	} {
		t.Run(name, func(t *testing.T) {
			code, out, errs := execute(t.Context(), c.text, "lint", "-f", "-")
			if code != 1 || !strings.Contains(out, c.says) {
				t.Errorf("exit code %d, report:\n%.300s%.300s", code, out, errs)
			}
		})
	}
}

// gone is the reading end of a pipe that was closed.
type gone struct{}

func (gone) Write([]byte) (int, error) { return 0, syscall.EPIPE }

func TestAReaderThatHasGoneIsNoErrorOfLint(t *testing.T) {
	var errs bytes.Buffer
	s := streams{in: strings.NewReader(""), out: io.Writer(gone{}), err: &errs}
	if code := run(t.Context(), s, []string{"lint", "-f", "testdata/lint/trust.json"}); code != 0 || errs.Len() > 0 {
		t.Errorf("exit code %d, errors %q", code, errs.String())
	}
}

func TestSARIFKeepsToItsSchema(t *testing.T) {
	odd := filepath.Join(t.TempDir(), "50% of: the [roles]?#1.yaml")
	content, err := os.ReadFile("testdata/lint/policies.yaml")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(odd, content, 0o600); err != nil {
		t.Fatal(err)
	}
	for name, args := range map[string][]string{
		"findings":         {"-f", "testdata/lint"},
		"an odd file name": {"-f", odd},
		"standard input":   {"-f", "-"},
		"no finding":       {"-f", "testdata/lint/trust.json"},
	} {
		t.Run(name, func(t *testing.T) {
			_, out, _ := execute(t.Context(), string(content), append([]string{"lint", "-o", "sarif"}, args...)...)
			decoder := json.NewDecoder(strings.NewReader(out))
			decoder.DisallowUnknownFields()
			var known sarif.Report
			if err := decoder.Decode(&known); err != nil {
				t.Fatal(err)
			}
			report, err := sarif.FromString(out)
			if err != nil {
				t.Fatal(err)
			}
			// The library has no way to leave these out, for which the schema has defaults.
			report.Runs[0].Language, report.Runs[0].Tool.Driver.Language = "en-US", "en-US"
			report.Runs[0].NewlineSequences = []string{"\r\n", "\n"}
			if err := report.Validate(); err != nil {
				t.Error(err)
			}
			for _, result := range known.Runs[0].Results {
				uri := *result.Locations[0].PhysicalLocation.ArtifactLocation.URI
				if parsed, err := url.Parse(uri); err != nil || parsed.Fragment+parsed.RawQuery != "" {
					t.Errorf("%q is no reference to a file: %v", uri, err)
				}
			}
		})
	}
}

func TestSARIFNamesARuleForEachResult(t *testing.T) {
	_, out, _ := execute(t.Context(), "", "lint", "-f", "testdata/lint", "-o", "sarif")
	var log sarifLog
	if err := json.Unmarshal([]byte(out), &log); err != nil {
		t.Fatal(err)
	}
	rules := map[string]bool{}
	for _, rule := range log.Runs[0].Tool.Driver.Rules {
		rules[string(rule.ID)] = true
	}
	if len(log.Runs[0].Results) < 5 {
		t.Errorf("%d results", len(log.Runs[0].Results))
	}
	for _, result := range log.Runs[0].Results {
		if !rules[string(result.RuleID)] || result.Locations[0].PhysicalLocation.ArtifactLocation.URI == "" {
			t.Errorf("result without rule or place: %+v", result)
		}
	}
}
