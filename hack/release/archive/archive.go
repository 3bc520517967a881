// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

// Package archive writes archives whose bytes follow from their contents alone: files are sorted, belong to nobody, have
// one time, and nothing of the machine gets in.
package archive

import (
	"archive/tar"
	"archive/zip"
	"cmp"
	"compress/gzip"
	"fmt"
	"io"
	"io/fs"
	"slices"
	"time"
)

// File is a file of an archive. Its name is a slash-separated path without a leading slash.
type File struct {
	Name       string
	Content    []byte
	Executable bool
}

func (f File) mode() fs.FileMode {
	if f.Executable {
		return 0o755
	}
	return 0o644
}

// Tar writes the files as a tar archive. Two files of one name are an error.
func Tar(w io.Writer, at time.Time, files []File) error {
	sorted, err := inOrder(files)
	if err != nil {
		return err
	}
	out := tar.NewWriter(w)
	for _, file := range sorted {
		header := &tar.Header{
			Typeflag: tar.TypeReg, Name: file.Name, Mode: int64(file.mode()), Size: int64(len(file.Content)),
			ModTime: at.UTC().Truncate(time.Second), Format: tar.FormatUSTAR,
		}
		if err := out.WriteHeader(header); err != nil {
			return fmt.Errorf("writing the header of %s: %w", file.Name, err)
		}
		if _, err := out.Write(file.Content); err != nil {
			return fmt.Errorf("writing %s: %w", file.Name, err)
		}
	}
	return out.Close()
}

// TarGz writes the files as a compressed tar archive.
func TarGz(w io.Writer, at time.Time, files []File) error {
	out, err := gzip.NewWriterLevel(w, gzip.BestCompression)
	if err != nil {
		return err
	}
	if err := Tar(out, at, files); err != nil {
		return err
	}
	return out.Close()
}

// Zip writes the files as a zip archive.
func Zip(w io.Writer, at time.Time, files []File) error {
	sorted, err := inOrder(files)
	if err != nil {
		return err
	}
	out := zip.NewWriter(w)
	for _, file := range sorted {
		header := &zip.FileHeader{Name: file.Name, Method: zip.Deflate, Modified: at.UTC().Truncate(time.Second)}
		header.SetMode(file.mode())
		content, err := out.CreateHeader(header)
		if err != nil {
			return fmt.Errorf("writing the header of %s: %w", file.Name, err)
		}
		if _, err := content.Write(file.Content); err != nil {
			return fmt.Errorf("writing %s: %w", file.Name, err)
		}
	}
	return out.Close()
}

func inOrder(files []File) ([]File, error) {
	sorted := slices.SortedFunc(slices.Values(files), func(a, b File) int { return cmp.Compare(a.Name, b.Name) })
	for i, file := range sorted {
		if i > 0 && sorted[i-1].Name == file.Name {
			return nil, fmt.Errorf("the archive would hold %s twice", file.Name)
		}
	}
	return sorted, nil
}
