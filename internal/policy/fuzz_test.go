// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package policy

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
)

// corpus is the documents in testdata/documents: replies of IAM, policies of AWS, and broken text.
func corpus(tb testing.TB) [][]byte {
	tb.Helper()
	paths, err := filepath.Glob("testdata/documents/*")
	if err != nil || len(paths) == 0 {
		tb.Fatalf("no documents in testdata: %v", err)
	}
	var list [][]byte
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil {
			tb.Fatal(err)
		}
		list = append(list, text)
	}
	return list
}

// FuzzParse holds that whatever the bytes, nothing panics, what is read is JSON, and what is rendered reads the same.
func FuzzParse(f *testing.F) {
	for _, text := range corpus(f) {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		Size(text)
		_, _ = Decode(string(text))
		for _, kind := range []Kind{IdentityPolicy, ManagedPolicy, TrustPolicy} {
			if d, problems := Check(text, kind); d == nil && len(problems) == 0 {
				t.Error("Check gave neither document nor problem")
			}
		}
		d, err := Parse(text)
		if err != nil {
			return
		}
		if !json.Valid(text) {
			t.Errorf("read text that is no JSON: %q", text)
		}
		same, err := Equivalent(text, d.Render())
		if err != nil || !same {
			t.Errorf("rendered document differs: %v, %v\n%s\n%s", same, err, text, d.Render())
		}
		if Size(d.Render()) > Size(d.RenderIndent()) {
			t.Errorf("size %d grows with the indent to %d", Size(d.Render()), Size(d.RenderIndent()))
		}
	})
}

// FuzzEquivalent holds that equality is symmetric and that hash, difference and classification agree with it.
func FuzzEquivalent(f *testing.F) {
	documents := corpus(f)
	for i, text := range documents {
		f.Add(text, documents[(i+1)%len(documents)])
		f.Add(text, text)
	}
	f.Fuzz(func(t *testing.T, a, b []byte) {
		same, err := Equivalent(a, b)
		back, errBack := Equivalent(b, a)
		if same != back || (err == nil) != (errBack == nil) {
			t.Errorf("Equivalent = %v, %v, the other way round %v, %v", same, err, back, errBack)
		}
		if err != nil {
			return
		}
		x, y := fuzzDocument(t, a), fuzzDocument(t, b)
		if delta := Diff(x, y); same != delta.Empty() || same != (delta.String() == "") {
			t.Errorf("Equivalent = %v, Diff = %v", same, delta)
		}
		if same && x.Hash() != y.Hash() {
			t.Error("equivalent, but with different hashes")
		}
		if change := Compare(x, y); same && change != (Change{}) {
			t.Errorf("equivalent, but Compare = %q", change.short())
		}
	})
}

func fuzzDocument(t *testing.T, text []byte) *Document {
	t.Helper()
	d, err := Parse(text)
	if err != nil {
		t.Fatalf("Equivalent took what Parse refuses: %v", err)
	}
	return d
}
