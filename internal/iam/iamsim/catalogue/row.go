// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package catalogue

// row is a managed policy of AWS.
type row struct {
	path    string // with both slashes
	name    string
	version int
	updated string // day of the version
}
