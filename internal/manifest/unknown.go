// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package manifest

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	structuralschema "k8s.io/apiextensions-apiserver/pkg/apiserver/schema"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/pruning"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/util/validation/field"
)

// unknownFields removes the fields that the schema does not have and reports each with the name that was meant, if one
// is near. An API server drops such fields unless the client asks it to be strict, as kubectl does.
func (s *resourceSchema) unknownFields(object *unstructured.Unstructured) field.ErrorList {
	paths := pruning.PruneWithOptions(object.Object, s.structural, true,
		structuralschema.UnknownFieldPathOptions{TrackUnknownFieldPaths: true})
	errs := make(field.ErrorList, 0, len(paths))
	for _, path := range paths {
		detail := "unknown field"
		if meant := nearest(path[strings.LastIndex(path, ".")+1:], s.siblings(path)); meant != "" {
			detail += fmt.Sprintf(", did you mean %s?", meant)
		}
		errs = append(errs, field.Forbidden(field.NewPath(path), detail))
	}
	return errs
}

// siblings are the names of the fields beside the one at a path such as spec.statements[0].condtion. It gives none
// when the path leads through a map, whose keys may hold dots.
func (s *resourceSchema) siblings(path string) []string {
	at := s.structural
	parents := strings.Split(path, ".")
	for _, parent := range parents[:len(parents)-1] {
		name, _, isItem := strings.Cut(parent, "[")
		child, ok := at.Properties[name]
		if !ok {
			return nil
		}
		at = &child
		if isItem && at.Items != nil {
			at = at.Items
		}
	}
	return slices.Sorted(maps.Keys(at.Properties))
}

// nearest is the one of the names that differs least, if it differs by case or by a third of its letters at most.
func nearest(name string, names []string) string {
	best, bestDistance := "", len(name)
	for _, candidate := range names {
		d := distance(strings.ToLower(name), strings.ToLower(candidate))
		if d < bestDistance && 3*d <= max(len(name), len(candidate)) {
			best, bestDistance = candidate, d
		}
	}
	return best
}

// distance is Levenshtein's: the insertions, deletions and replacements of bytes between two words.
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := diagonal
			if a[i] != b[j] {
				cost++
			}
			diagonal = row[j+1]
			row[j+1] = min(cost, diagonal+1, row[j]+1)
		}
	}
	return row[len(b)]
}
