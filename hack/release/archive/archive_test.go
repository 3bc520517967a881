// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package archive_test

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ecsiam/ecs-iam-controller/hack/release/archive"
)

var at = time.Date(2026, 11, 26, 12, 0, 0, 5, time.FixedZone("east", 3600))

func files() []archive.File {
	return []archive.File{
		{Name: "b/tool", Content: []byte("binary"), Executable: true},
		{Name: "a.txt", Content: []byte("text")},
	}
}

var writers = map[string]func(io.Writer, time.Time, []archive.File) error{
	"tar": archive.Tar, "tar.gz": archive.TarGz, "zip": archive.Zip,
}

func TestTheBytesFollowFromContentsAloneInWhateverOrderTheyAreGiven(t *testing.T) {
	for name, write := range writers {
		var first, second bytes.Buffer
		turned := files()
		slices.Reverse(turned)
		if err := write(&first, at, files()); err != nil {
			t.Fatal(err)
		}
		if err := write(&second, at.UTC().Add(time.Nanosecond), turned); err != nil {
			t.Fatal(err)
		}
		if first.Len() == 0 || !bytes.Equal(first.Bytes(), second.Bytes()) {
			t.Errorf("%s: %d and %d bytes differ", name, first.Len(), second.Len())
		}
	}
}

func TestTwoFilesOfOneNameAreRefused(t *testing.T) {
	for name, write := range writers {
		err := write(io.Discard, at, append(files(), archive.File{Name: "a.txt"}))
		if err == nil || !strings.Contains(err.Error(), "a.txt twice") {
			t.Errorf("%s: got error %v", name, err)
		}
	}
}

func TestATarHoldsSortedFilesOfNobodyAtTheGivenTime(t *testing.T) {
	var out bytes.Buffer
	if err := archive.TarGz(&out, at, files()); err != nil {
		t.Fatal(err)
	}
	unzipped, err := gzip.NewReader(&out)
	if err != nil {
		t.Fatal(err)
	}
	if !unzipped.ModTime.IsZero() || unzipped.Name != "" {
		t.Errorf("gzip's own header has %v and %q", unzipped.ModTime, unzipped.Name)
	}
	in := tar.NewReader(unzipped)
	for _, want := range []struct {
		name, content string
		mode          int64
	}{{"a.txt", "text", 0o644}, {"b/tool", "binary", 0o755}} {
		header, err := in.Next()
		if err != nil {
			t.Fatal(err)
		}
		content, err := io.ReadAll(in)
		if err != nil {
			t.Fatal(err)
		}
		if header.Name != want.name || string(content) != want.content || header.Mode != want.mode ||
			header.Uid != 0 || header.Uname != "" || !header.ModTime.Equal(at.Truncate(time.Second)) {
			t.Errorf("got %+v with %q, want %+v", header, content, want)
		}
	}
	if _, err := in.Next(); err != io.EOF {
		t.Errorf("after the last file: %v", err)
	}
}

func TestAZipKeepsWhatIsExecutable(t *testing.T) {
	var out bytes.Buffer
	if err := archive.Zip(&out, at, files()); err != nil {
		t.Fatal(err)
	}
	in, err := zip.NewReader(bytes.NewReader(out.Bytes()), int64(out.Len()))
	if err != nil {
		t.Fatal(err)
	}
	if len(in.File) != 2 || in.File[0].Mode() != 0o644 || in.File[1].Mode() != 0o755 ||
		!in.File[0].Modified.Equal(at.Truncate(time.Second)) {
		t.Errorf("got %+v and %+v", in.File[0].FileHeader, in.File[1].FileHeader)
	}
}
