// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

func TestControlCharactersAreShownAndColoursOfThePaletteObeyed(t *testing.T) {
	coloured := palette{on: true}.paint(colourOfLoss, "gone")
	for text, want := range map[string]string{
		"two\nlines\tand é, ü, §, 漢\n": "two\nlines\tand é, ü, §, 漢\n",
		"a\x1b[2Kb\x1b]0;title\x07":    `a\u001b[2Kb\u001b]0;title\u0007`,
		"over\rwritten\x7f\x00":        `over\u000dwritten\u007f\u0000`,
		"c\u009b2K\u0085":              `c\u009b2K\u0085`,
		"hidden\x1b[8m":                `hidden\u001b[8m`,
		coloured:                       coloured,
	} {
		for _, size := range []int{1, 2, 3, len(text)} {
			if size < len(text) && text == coloured {
				continue // the palette writes a colour whole
			}
			var out bytes.Buffer
			s := &screen{Writer: &out}
			for rest := text; rest != ""; {
				n := min(size, len(rest))
				if written, err := s.Write([]byte(rest[:n])); err != nil || written != n {
					t.Fatalf("%q: wrote %d, error %v", text, written, err)
				}
				rest = rest[n:]
			}
			if out.String() != want {
				t.Errorf("%q in pieces of %d is shown as %q, want %q", text, size, out.String(), want)
			}
		}
	}
}

// A pull request can hold a name that erases what lint says of it from the screen of the one who reviews it.
func TestNothingInAManifestControlsTheTerminal(t *testing.T) {
	manifest := strings.ReplaceAll(`apiVersion: ecsiam.dev/v1alpha1
kind: ECSRole
metadata: {name: "appXx", namespace: shop}
spec:
  type: Task
  tags: {"keyX": "valueX"}
  statements: [{effect: Allow, sid: "sidX", actions: ["s3:GetX"], resources: ["arn:aws:s3:::bX"]}]
`, "X", `\e[2K\r\x9b1A\x7f`)
	file := filepath.Join(t.TempDir(), "evil.yaml")
	if err := os.WriteFile(file, []byte(manifest), 0o600); err != nil {
		t.Fatal(err)
	}
	control := regexp.MustCompile(`[\x00-\x08\x0b-\x1f\x7f\x{80}-\x{9f}]`)
	for _, args := range [][]string{{"lint", "-f", file}, {"lint", "-o", "sarif", "-f", file}, {"render", "-f", file}} {
		_, out, errs := execute(t.Context(), "", args...)
		if found := control.FindString(out + errs); found != "" {
			t.Errorf("%v prints the control character %q:\n%q\n%q", args, found, out, errs)
		}
		if !strings.Contains(out+errs, "Get") {
			t.Errorf("%v does not speak of the manifest: %s%s", args, out, errs)
		}
		if args[1] == "-o" && !json.Valid([]byte(out)) {
			t.Errorf("%v prints no JSON", args)
		}
	}
}
