// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package access

// Missing are the condition keys that the statements of the set ask for and a request does not have.
func (s Set) Missing(context Context) []string {
	var missing []string
	for _, policy := range s {
		for _, statement := range policy.Document.Statements {
			for _, keys := range statement.Condition {
				for key := range keys {
					if _, ok := context.values(key); !ok {
						missing = append(missing, key)
					}
				}
			}
		}
	}
	return missing
}
