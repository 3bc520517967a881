// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package policy

// IsUniqueID reports whether a principal is the unique id of a role or user (AROA…, AIDA…).
func IsUniqueID(principal string) bool { return false }

// OrphanedPrincipals lists the unique ids among the AWS principals, sorted and without duplicates. It is empty for nil.
func (d *Document) OrphanedPrincipals() []string { return nil }
