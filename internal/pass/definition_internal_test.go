// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package pass

import (
	"context"
	"errors"
	"strconv"
	"strings"
	"testing"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
)

// definitionReader answers with one CustomResourceDefinition, or with an error.
type definitionReader struct {
	client.Reader
	annotations map[string]string
	err         error
}

func (r definitionReader) Get(_ context.Context, key client.ObjectKey, o client.Object, _ ...client.GetOption) error {
	o.(*metav1.PartialObjectMetadata).Name = key.Name
	o.SetAnnotations(r.annotations)
	return r.err
}

func TestAnOlderDefinitionIsAProblemForAPerson(t *testing.T) {
	gone := apierrors.NewNotFound(schema.GroupResource{}, "ecsroles.ecsiam.dev")
	current := map[string]string{v1alpha1.AnnotationSchemaVersion: strconv.Itoa(v1alpha1.SchemaVersion)}
	cases := map[string]struct {
		reader   definitionReader
		outdated bool
		fails    bool
	}{
		"of this version": {definitionReader{annotations: current}, false, false},
		"older":           {definitionReader{}, true, false},
		"gone":            {definitionReader{err: gone}, false, false},
		"unreadable":      {definitionReader{err: errors.New("broken")}, false, true},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			e := Environment{APIReader: c.reader}
			p, err := e.CRDOutdated(t.Context(), "ecsroles")
			if (p != nil) != c.outdated || (err != nil) != c.fails {
				t.Fatalf("problem %v, error %v", p, err)
			}
			if p != nil && (p.Reason() != v1alpha1.ReasonCRDOutdated || p.Healing() != ByPerson ||
				!strings.Contains(p.Error(), "ecsroles.ecsiam.dev")) {
				t.Errorf("got %v, %v: %s", p.Reason(), p.Healing(), p)
			}
		})
	}
}
