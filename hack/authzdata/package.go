// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"archive/tar"
	"bytes"
	"cmp"
	"compress/gzip"
	"crypto/sha512"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/ecsiam/ecs-iam-controller/internal/authz"
)

// input is a package as it is read.
type input struct {
	source  authz.Provenance
	license []byte
	files   map[string][]byte
}

// readPackage reads the files that are of use.
func readPackage(name string) (*input, error) {
	packed, err := os.ReadFile(name)
	if err != nil {
		return nil, fmt.Errorf("reading the package: %w", err)
	}
	in := &input{files: map[string][]byte{}}
	if err := in.unpack(packed); err != nil {
		return nil, fmt.Errorf("unpacking %s: %w", name, err)
	}
	var about struct{ Name, Version, UpdatedAt, License string }
	if err := in.decode("package.json", &about); err != nil {
		return nil, err
	}
	sum := sha512.Sum512(packed)
	in.license = in.files["LICENSE.txt"]
	in.source = authz.Provenance{
		Package: about.Name, Version: about.Version, Updated: about.UpdatedAt, License: about.License,
		Integrity: "sha512-" + base64.StdEncoding.EncodeToString(sum[:]),
	}
	if len(in.license) == 0 {
		return nil, errors.New("the package holds no LICENSE.txt")
	}
	return in, nil
}

func (in *input) unpack(packed []byte) error {
	unpacked, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		return err
	}
	archive := tar.NewReader(unpacked)
	for {
		header, err := archive.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		content, err := io.ReadAll(archive)
		if err != nil {
			return err
		}
		in.files[strings.TrimPrefix(header.Name, "package/")] = content
	}
}

func (in *input) decode(name string, into any) error {
	if err := json.Unmarshal(in.files[name], into); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return nil
}

// The shapes of the package's files, which are maps with lower-case names as keys.
type (
	actionEntry struct {
		Name, AccessLevel string
		ResourceTypes     []struct {
			Name          string
			Required      bool
			ConditionKeys []string
		}
		ConditionKeys []string
	}
	typeEntry struct {
		Key, ARN      string
		ConditionKeys []string
	}
	keyEntry struct{ Key, Type string }
)

// text is the data of all services.
func (in *input) text() (string, error) {
	var prefixes []string
	names := map[string]string{}
	err := errors.Join(in.decode("data/services.json", &prefixes), in.decode("data/serviceNames.json", &names))
	if err != nil {
		return "", err
	}
	globals, err := in.globalKeys()
	if err != nil {
		return "", err
	}
	slices.Sort(prefixes)
	services, actions := []*authz.Service{{ConditionKeys: globals}}, 0
	for _, prefix := range prefixes {
		service, err := in.service(prefix, names[prefix])
		if err != nil {
			return "", fmt.Errorf("service %s: %w", prefix, err)
		}
		services, actions = append(services, service), actions+len(service.Actions)
	}
	if actions < minActions {
		return "", fmt.Errorf("the package has %d actions, AWS has more than %d", actions, minActions)
	}
	return textOf(in.source, services), nil
}

func (in *input) service(prefix, name string) (*authz.Service, error) {
	actions, types, keys := map[string]actionEntry{}, map[string]typeEntry{}, map[string]keyEntry{}
	err := in.decode(path.Join("data/actions", prefix+".json"), &actions)
	for folder, into := range map[string]any{"data/resourceTypes": &types, "data/conditionKeys": &keys} {
		if file := path.Join(folder, prefix+".json"); in.files[file] != nil {
			err = errors.Join(err, in.decode(file, into))
		}
	}
	if err != nil {
		return nil, err
	}
	s := &authz.Service{Prefix: prefix, Name: name}
	for _, k := range slices.Sorted(maps.Keys(keys)) {
		s.ConditionKeys = append(s.ConditionKeys, authz.ConditionKey{Name: keys[k].Key, Type: keys[k].Type})
	}
	for _, t := range slices.Sorted(maps.Keys(types)) {
		s.ResourceTypes = append(s.ResourceTypes, authz.ResourceType{
			Name: types[t].Key, ARNs: formats(types[t].ARN), ConditionKeys: sorted(types[t].ConditionKeys),
		})
	}
	for _, a := range slices.Sorted(maps.Keys(actions)) {
		action, err := actionOf(s, actions[a])
		if err != nil {
			return nil, fmt.Errorf("action %s: %w", a, err)
		}
		s.Actions = append(s.Actions, action)
	}
	return s, nil
}

func actionOf(s *authz.Service, entry actionEntry) (authz.Action, error) {
	access, ok := authz.ParseAccess(entry.AccessLevel)
	if !ok {
		return authz.Action{}, fmt.Errorf("unknown access level %q", entry.AccessLevel)
	}
	a := authz.Action{
		Service: s.Prefix, Name: entry.Name, Access: access, ConditionKeys: sorted(entry.ConditionKeys),
	}
	for _, r := range entry.ResourceTypes {
		i := slices.IndexFunc(s.ResourceTypes, func(t authz.ResourceType) bool { return t.Name == r.Name })
		if i < 0 {
			return authz.Action{}, fmt.Errorf("unknown resource type %q", r.Name)
		}
		t := &s.ResourceTypes[i]
		own := slices.DeleteFunc(sorted(r.ConditionKeys), func(key string) bool {
			return slices.Contains(t.ConditionKeys, key) || slices.Contains(a.ConditionKeys, key)
		})
		a.Resources = append(a.Resources, authz.ResourceUse{Type: t, Required: r.Required, ConditionKeys: own})
	}
	slices.SortFunc(a.Resources, func(x, y authz.ResourceUse) int { return cmp.Compare(x.Type.Name, y.Type.Name) })
	return a, nil
}

func sorted(list []string) []string { return slices.Compact(slices.Sorted(slices.Values(list))) }

// formats takes the ARN formats apart, which the package joins with commas.
func formats(arn string) []string {
	list := strings.Split(arn, ",")
	for i := range list {
		list[i] = strings.TrimSpace(list[i])
	}
	return list
}

var globalKey = regexp.MustCompile(`key: '([^']+)',\s*category: '[^']+',\s*type: '([^']+)'`)

// globalKeys reads the global condition keys, which the package has in its code.
func (in *input) globalKeys() ([]authz.ConditionKey, error) {
	const file = "dist/esm/globalConditionKeys.js"
	matches := globalKey.FindAllSubmatch(in.files[file], -1)
	keys := make([]authz.ConditionKey, len(matches))
	for i, match := range matches {
		keys[i] = authz.ConditionKey{Name: string(match[1]), Type: string(match[2])}
	}
	slices.SortFunc(keys, func(a, b authz.ConditionKey) int {
		return cmp.Compare(strings.ToLower(a.Name), strings.ToLower(b.Name))
	})
	if len(keys) < 40 {
		return nil, fmt.Errorf("%s holds %d global condition keys, AWS has more than 40", file, len(keys))
	}
	return keys, nil
}
