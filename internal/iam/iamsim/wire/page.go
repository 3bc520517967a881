// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package wire

import (
	"encoding/base64"
	"net/url"
	"strconv"
	"strings"
)

const defaultPage = 100

// LimitPage makes a call ask for no more items than limit, as IAM may cut pages; zero does not limit.
func (p Params) LimitPage(limit int) {
	if limit > 0 && limit < p.Integer("MaxItems", defaultPage) {
		url.Values(p).Set("MaxItems", strconv.Itoa(limit))
	}
}

// Page cuts the part of a sorted list that Marker and MaxItems ask for. The marker carries the key of the last item
// that was sent, so that it stays good while items come and go.
func Page[T any](p Params, items []T, key func(T) string) ([]T, []Node, error) {
	if p.Has("Marker") {
		after, err := readMarker(p.Get("Marker"))
		if err != nil {
			return nil, nil, err
		}
		for len(items) > 0 && key(items[0]) <= after {
			items = items[1:]
		}
	}
	size := p.Integer("MaxItems", defaultPage)
	if len(items) <= size {
		return items, []Node{Boolean("IsTruncated", false)}, nil
	}
	items = items[:size]
	return items, []Node{Boolean("IsTruncated", true), Text("Marker", writeMarker(key(items[size-1])))}, nil
}

const markerPrefix = "after:"

func writeMarker(key string) string {
	return base64.RawURLEncoding.EncodeToString([]byte(markerPrefix + key))
}

func readMarker(marker string) (string, error) {
	raw, err := base64.RawURLEncoding.DecodeString(marker)
	key, ok := strings.CutPrefix(string(raw), markerPrefix)
	if err != nil || !ok {
		return "", ValidationError("Invalid Marker: %s", marker)
	}
	return key, nil
}

// PagedList answers a list action: one page of items under a list element.
func PagedList[T any](p Params, list string, items []T, key func(T) string, content func(T) []Node) ([]Node, error) {
	items, tail, err := Page(p, items, key)
	if err != nil {
		return nil, err
	}
	return append([]Node{ListOf(list, items, content)}, tail...), nil
}
