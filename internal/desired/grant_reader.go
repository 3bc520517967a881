// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package desired

import (
	"fmt"

	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/internal/roletype"
)

// grantReader reads the grants of an object for the table of grants.
type grantReader struct {
	*builder

	// passed are the ARNs of the roles that may be passed.
	passed []string
}

var _ roletype.Reader = &grantReader{}

// Type implements roletype.Reader.
func (r *grantReader) Type() v1alpha1.RoleType { return r.kind.Name }

// Expand implements roletype.Reader.
func (r *grantReader) Expand(path *field.Path, raw string) string { return r.expanded(path, raw) }

// ARN implements roletype.Reader.
func (r *grantReader) ARN(path *field.Path, raw string, form roletype.ARNForm) string {
	return r.arn(path, raw, form)
}

// OneOf implements roletype.Reader.
func (r *grantReader) OneOf(path *field.Path, value string, options ...string) string {
	return oneOf(&r.base, path, value, options[0], options[1:]...)
}

// Regions implements roletype.Reader.
func (r *grantReader) Regions(path *field.Path, list []v1alpha1.Region, needed bool) {
	if needed && len(list) == 0 && r.values[placeholderRegion] == "" {
		r.refuse(field.Required(path, "the AWSAccount names no region to fall back on: list the regions, or set spec.region "+
			"of the AWSAccount, or --region offline"))
	}
	for i, region := range list {
		r.checkRegion(path.Index(i), region)
	}
}

// PassedRoles implements roletype.Reader.
func (r *grantReader) PassedRoles(path *field.Path, list []v1alpha1.PassedRole) {
	if !r.passes() {
		r.refuse(field.Forbidden(path, fmt.Sprintf("belongs to the capability %s: add it to spec.capabilities, or remove "+
			"passRoles", r.kind.Passes.Capability)))
	}
	r.passed = r.passedRoles(path, list)
}

// Refuse implements roletype.Reader.
func (r *grantReader) Refuse(err *field.Error) { r.refuse(err) }

// RefuseOnce implements roletype.Reader.
func (r *grantReader) RefuseOnce(err *field.Error) { r.refuseOnce(err) }
