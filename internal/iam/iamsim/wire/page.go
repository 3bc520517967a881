// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package iamsim

import (
	"encoding/base64"
	"net/url"
	"strconv"
	"strings"
)

const defaultPage = 100

// limitPage makes a call ask for no more items than the simulator's page limit.
func (t *transaction) limitPage(p params) {
	if limit := t.sim.pageLimit; limit > 0 && limit < p.integer("MaxItems", defaultPage) {
		url.Values(p).Set("MaxItems", strconv.Itoa(limit))
	}
}

// page cuts the part of a sorted list that Marker and MaxItems ask for. The marker carries the key of the last item
// that was sent, so that it stays good while items come and go.
func page[T any](p params, items []T, key func(T) string) ([]T, []node, error) {
	if p.has("Marker") {
		after, err := readMarker(p.get("Marker"))
		if err != nil {
			return nil, nil, err
		}
		for len(items) > 0 && key(items[0]) <= after {
			items = items[1:]
		}
	}
	size := p.integer("MaxItems", defaultPage)
	if len(items) <= size {
		return items, []node{boolean("IsTruncated", false)}, nil
	}
	items = items[:size]
	return items, []node{boolean("IsTruncated", true), text("Marker", writeMarker(key(items[size-1])))}, nil
}

const markerPrefix = "after:"

func writeMarker(key string) string {
	return base64.RawURLEncoding.EncodeToString([]byte(markerPrefix + key))
}

func readMarker(marker string) (string, error) {
	raw, err := base64.RawURLEncoding.DecodeString(marker)
	key, ok := strings.CutPrefix(string(raw), markerPrefix)
	if err != nil || !ok {
		return "", validationError("Invalid Marker: %s", marker)
	}
	return key, nil
}

// paged answers a list action: one page of items under a list element.
func paged[T any](p params, list string, items []T, key func(T) string, content func(T) []node) ([]node, error) {
	items, tail, err := page(p, items, key)
	if err != nil {
		return nil, err
	}
	return append([]node{listOf(list, items, content)}, tail...), nil
}

// nameKey sorts and marks entities as index.sorted does.
func nameKey[T interface{ name() string }](entity T) string { return strings.ToLower(entity.name()) }
