// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package nearmiss

import (
	"strings"
	"unicode"
)

// spellings are the near misses of a field: other ways to write its name and, for a list, the singular; and what the
// table names, each also with a capital.
func (f Field) spellings() []Spelling {
	var list []Spelling
	add := func(shape Shape, names ...string) {
		for _, name := range names {
			if name != f.Name {
				list = append(list, Spelling{Name: name, Shape: shape})
			}
		}
	}
	add(ShapeOfField, variants(f.Name)...)
	if one, isPlural := singular(f.Name); isPlural {
		add(ShapeOfItem, variants(one)...)
	}
	for _, s := range f.Also {
		if !s.Above {
			add(s.Shape, s.Name, capitalised(s.Name))
		}
	}
	return list
}

// above are the names that wrong indentation puts one object too high: the field's own, and what the table names.
func (f Field) above() []Spelling {
	list := []Spelling{{Name: f.Name}}
	for _, s := range f.Also {
		if s.Above {
			list = append(list, s, Spelling{Name: capitalised(s.Name), Shape: s.Shape})
		}
	}
	return list
}

// variants writes a name as IAM and CloudFormation do (PermissionsBoundary, SourceArns), as Terraform does
// (permissions_boundary), and without capitals.
func variants(name string) []string {
	plain := initialisms.Replace(name)
	return []string{name, plain, capitalised(name), capitalised(plain), strings.ToLower(name), snake(plain)}
}

// initialisms spells what Go writes in capitals as CloudFormation does.
var initialisms = strings.NewReplacer("ARN", "Arn", "IDs", "Ids", "ID", "Id", "VPC", "Vpc", "AWS", "Aws")

func capitalised(name string) string { return strings.ToUpper(name[:1]) + name[1:] }

func snake(name string) string {
	var b strings.Builder
	for i, r := range name {
		if unicode.IsUpper(r) && i > 0 {
			b.WriteByte('_')
		}
		b.WriteRune(unicode.ToLower(r))
	}
	return b.String()
}

// singular turns policies into policy and regions into region.
func singular(name string) (one string, isPlural bool) {
	if stem, found := strings.CutSuffix(name, "ies"); found {
		return stem + "y", true
	}
	if strings.HasSuffix(name, "ss") || strings.HasSuffix(name, "aws") {
		return name, false
	}
	return strings.CutSuffix(name, "s")
}
