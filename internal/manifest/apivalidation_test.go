// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package manifest_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ecsiam/ecs-iam-controller/internal/manifest"
)

// cases are the manifests that a real API server was shown, which the offline answers must equal.
const cases = "../../test/apivalidation"

func readCase(t *testing.T, folder, name string) ([]manifest.Document, string) {
	t.Helper()
	file := filepath.Join(cases, folder, name)
	content, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return manifest.Reader{Namespace: "default"}.Read(t.Context(), file), string(content)
}

func names(t *testing.T, folder string) []string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(cases, folder, "*.yaml"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no manifests in %s/%s: %v", cases, folder, err)
	}
	for i := range files {
		files[i] = filepath.Base(files[i])
	}
	return files
}

func TestWhatTheAPIServerAcceptsIsAccepted(t *testing.T) {
	for _, name := range names(t, "valid") {
		t.Run(name, func(t *testing.T) {
			documents, _ := readCase(t, "valid", name)
			if len(documents) == 0 {
				t.Fatal("no documents")
			}
			for _, d := range documents {
				known := d.Role != nil || d.Policy != nil || d.Account != nil || d.ServiceLinkedRole != nil || d.Approval != nil
				if len(d.Errors) > 0 || !known {
					t.Errorf("%s: %v", d.Place(), d.Errors)
				}
			}
		})
	}
}

func TestWhatTheAPIServerRefusesIsRefusedInTheSameWords(t *testing.T) {
	for _, name := range names(t, "invalid") {
		t.Run(name, func(t *testing.T) {
			documents, content := readCase(t, "invalid", name)
			var got strings.Builder
			for _, d := range documents {
				for _, err := range d.Errors {
					got.WriteString(err.Error() + "\n")
				}
			}
			if got.Len() == 0 {
				t.Fatal("accepted")
			}
			for line := range strings.Lines(content) {
				want, found := strings.CutPrefix(strings.TrimSpace(line), "# want: ")
				if found && !strings.Contains(got.String(), want) {
					t.Errorf("the errors lack %q:\n%s", want, got.String())
				}
			}
		})
	}
}
