// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package authz

import (
	"bytes"
	"compress/gzip"
	_ "embed"
	"fmt"
	"io"
	"strings"
	"sync"
)

// compressed is written by `make authz-data`. Its text is the header of [Provenance], an empty line, the global
// condition keys, and one section a service; see decode.go.
//
//go:embed data/authorization.gz
var compressed []byte

// Provenance says where the data is from.
type Provenance struct {
	// Package, Version and Updated name the input: an npm package and when it was read from AWS.
	Package, Version, Updated string
	// Integrity is npm's digest of the package; Content is the digest of what was made of it.
	Integrity, Content string
	// License is the package's; its text is in data/LICENSE.
	License string
}

// Source says where the data is from.
func Source() Provenance { return loaded().source }

// Content is the text of the data without its header, for the proof that it is fresh.
func Content() string { return loaded().content }

// Services are the prefixes of all services, sorted.
func Services() []string { return loaded().prefixes }

// FindService returns what is known of a service prefix, in any case; nil if nothing is.
func FindService(prefix string) *Service {
	if service, ok := loaded().services[strings.ToLower(prefix)]; ok {
		return service()
	}
	return nil
}

// library is the data with its services not yet read.
type library struct {
	source     Provenance
	content    string
	prefixes   []string
	services   map[string]func() *Service
	globalKeys []ConditionKey
}

// loaded unpacks the data once. What is embedded is tested to be readable, so that a failure is a fault of the build.
var loaded = sync.OnceValue(func() *library {
	text, err := decompress()
	if err != nil {
		panic(fmt.Sprintf("authz: unpacking the embedded data: %v", err))
	}
	header, content, _ := strings.Cut(text, "\n\n")
	globals, rest, _ := strings.Cut(content, "\n"+serviceMark)
	l := &library{source: decodeProvenance(header), content: content, services: map[string]func() *Service{}}
	l.globalKeys = decode(globals).ConditionKeys
	for section := range strings.SplitSeq(rest, "\n"+serviceMark) {
		prefix, _, _ := strings.Cut(section, "\t")
		l.prefixes = append(l.prefixes, prefix)
		l.services[prefix] = sync.OnceValue(func() *Service { return decode(serviceMark + section) })
	}
	return l
})

func decompress() (string, error) {
	unpacked, err := gzip.NewReader(bytes.NewReader(compressed))
	if err != nil {
		return "", err
	}
	var text strings.Builder
	_, err = io.Copy(&text, unpacked) //nolint:gosec // our own data
	return text.String(), err
}

func decodeProvenance(header string) Provenance {
	fields := map[string]string{}
	for line := range strings.SplitSeq(header, "\n") {
		name, value, _ := strings.Cut(line, ": ")
		fields[name] = value
	}
	return Provenance{
		Package: fields["package"], Version: fields["version"], Updated: fields["updated"],
		Integrity: fields["integrity"], Content: fields["content"], License: fields["license"],
	}
}

// Header is the first part of the data's text.
func (p Provenance) Header() string {
	return fmt.Sprintf("package: %s\nversion: %s\nupdated: %s\nintegrity: %s\ncontent: %s\nlicense: %s\n\n",
		p.Package, p.Version, p.Updated, p.Integrity, p.Content, p.License)
}
