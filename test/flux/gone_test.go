// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package flux

import (
	"context"
	"fmt"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/ecsiam/ecs-iam-controller/internal/iam/iamsim"
)

// gone waits until an object is deleted.
func (c *cluster) gone(object client.Object) {
	c.Helper()
	c.eventually(object.GetName()+" being deleted", func(ctx context.Context) error {
		err := c.refresh(ctx, object)
		switch {
		case apierrors.IsNotFound(err):
			return nil
		case err != nil:
			return err
		}
		return fmt.Errorf("it is there, with the finalizers %v; is it being deleted: %v",
			object.GetFinalizers(), object.GetDeletionTimestamp() != nil)
	})
}

// untouched fails when an object is deleted, or is being deleted.
func (c *cluster) untouched(object client.Object) {
	c.Helper()
	c.must(c.refresh(c.Context(), object))
	if object.GetDeletionTimestamp() != nil {
		c.Errorf("%s is being deleted", object.GetName())
	}
}

// hasRole returns a role of the account, which must be there or not.
func (c *cluster) hasRole(name string, want bool) iamsim.Role {
	c.Helper()
	role, found := c.sim.Role(name)
	if found != want {
		c.Errorf("role %s is in IAM: %v, want %v", name, found, want)
	}
	return role
}
