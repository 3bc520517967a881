// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package v1alpha1

import (
	"fmt"
	"strconv"
)

const (
	// AnnotationSchemaVersion on a CustomResourceDefinition of this group says which version its schema has.
	AnnotationSchemaVersion = GroupName + "/schema-version"

	// SchemaVersion is the version of the schemas that this code needs. It is raised with a released schema's next field
	// whose absence permits more: a definition of before would drop the field, and the controller would widen what the
	// manifest bounds.
	SchemaVersion = 1
)

// SchemaOutdated judges a CustomResourceDefinition by its annotations. It returns why the definition is older than this
// code, or nothing. A newer one is none: fields are added, never removed.
func SchemaOutdated(annotations map[string]string) string {
	text, found := annotations[AnnotationSchemaVersion]
	if !found {
		return fmt.Sprintf("it has no annotation %s, and the controller needs schema version %d", AnnotationSchemaVersion,
			SchemaVersion)
	}
	version, err := strconv.Atoi(text)
	if err != nil {
		return fmt.Sprintf("its annotation %s is %q and not a number, and the controller needs schema version %d",
			AnnotationSchemaVersion, text, SchemaVersion)
	}
	if version < SchemaVersion {
		return fmt.Sprintf("its schema version is %d, and the controller needs %d", version, SchemaVersion)
	}
	return ""
}
