// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package access

import "slices"

// MapAWS returns the document with each AWS principal replaced. The receiver keeps its own lists.
func (d Document) MapAWS(replace func(principal string) (string, error)) (Document, error) {
	d.Statements = slices.Clone(d.Statements)
	for i, statement := range d.Statements {
		kinds := Principals{}
		for kind, list := range statement.Principal {
			list = slices.Clone(list)
			for j, principal := range list {
				if kind != "AWS" {
					continue
				}
				replaced, err := replace(principal)
				if err != nil {
					return Document{}, err
				}
				list[j] = replaced
			}
			kinds[kind] = list
		}
		d.Statements[i].Principal = kinds
	}
	return d, nil
}
