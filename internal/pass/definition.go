// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package pass

import (
	"context"
	"fmt"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
)

// CRDTerminating reports whether the CustomResourceDefinition of a resource is being deleted, or is gone.
func (e *Environment) CRDTerminating(ctx context.Context, plural string) (bool, error) {
	crd, err := e.definition(ctx, plural)
	return err == nil && (crd == nil || !crd.DeletionTimestamp.IsZero()), err
}

// CRDOutdated returns a Problem when the CustomResourceDefinition of a resource is older than this code: it may have
// dropped fields that restrict permissions, so nothing may be written for an object that was read through it. A
// definition that is gone is none: nothing more is dropped.
func (e *Environment) CRDOutdated(ctx context.Context, plural string) (*Problem, error) {
	crd, err := e.definition(ctx, plural)
	if err != nil || crd == nil {
		return nil, err
	}
	why := v1alpha1.SchemaOutdated(crd.Annotations)
	if why == "" {
		return nil, nil
	}
	return NewProblem(v1alpha1.ReasonCRDOutdated, ByPerson,
		"the CustomResourceDefinition %s may drop fields that restrict permissions: %s. Nothing is written to AWS; apply "+
			"the CustomResourceDefinitions of the controller's version", crd.Name, why), nil
}

// definition reads the metadata of the CustomResourceDefinition of a resource, nil when there is none.
func (e *Environment) definition(ctx context.Context, plural string) (*metav1.PartialObjectMetadata, error) {
	crd := &metav1.PartialObjectMetadata{}
	crd.SetGroupVersionKind(schema.GroupVersionKind{
		Group: "apiextensions.k8s.io", Version: "v1", Kind: "CustomResourceDefinition",
	})
	err := e.APIReader.Get(ctx, types.NamespacedName{Name: plural + "." + v1alpha1.GroupName}, crd)
	switch {
	case apierrors.IsNotFound(err):
		return nil, nil //nolint:nilnil // none is an answer
	case err != nil:
		return nil, fmt.Errorf("reading the CustomResourceDefinition: %w", err)
	}
	return crd, nil
}
