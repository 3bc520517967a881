// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package apivalidation

import (
	"fmt"
	"strings"
	"testing"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

func TestValidManifestsAreAcceptedWithTheirDefaults(t *testing.T) {
	for name, c := range readCases(t, "valid") {
		t.Run(name, func(t *testing.T) {
			namespace := newNamespace(t)
			for _, document := range c.documents {
				stored, err := apply(t.Context(), document, namespace)
				if err != nil {
					t.Fatalf("%s was refused: %v", document.GetName(), err)
				}
				t.Cleanup(func() { remove(t, document, namespace) })
				for _, want := range c.wants {
					path, value, _ := strings.Cut(want, " = ")
					if got := field(stored, path); got != value {
						t.Errorf("%s: got %q, want %q", path, got, value)
					}
				}
			}
		})
	}
}

func TestInvalidManifestsAreRefusedByStrictClients(t *testing.T) {
	for name, c := range readCases(t, "invalid") {
		t.Run(name, func(t *testing.T) {
			namespace := newNamespace(t)
			for _, document := range c.documents {
				_, err := apply(t.Context(), document, namespace)
				expectRefusal(t, "server-side apply", document, namespace, err, c.wants)
				_, err = create(t.Context(), document, namespace, metav1.FieldValidationStrict)
				expectRefusal(t, "strict create", document, namespace, err, c.strictWants())
			}
		})
	}
}

func TestInvalidManifestsAreRefusedByLenientClients(t *testing.T) {
	for name, c := range readCases(t, "invalid") {
		if c.strictOnly != "" {
			continue
		}
		t.Run(name, func(t *testing.T) {
			namespace := newNamespace(t)
			for _, document := range c.documents {
				_, err := create(t.Context(), document, namespace, metav1.FieldValidationIgnore)
				expectRefusal(t, "lenient create", document, namespace, err, c.wants)
			}
		})
	}
}

func TestUpdatesOfImmutableFieldsAreRefused(t *testing.T) {
	for name, c := range readCases(t, "update") {
		t.Run(name, func(t *testing.T) {
			namespace := newNamespace(t)
			before, after := c.documents[0], c.documents[1]
			stored, err := apply(t.Context(), before, namespace)
			if err != nil {
				t.Fatalf("the first manifest was refused: %v", err)
			}
			t.Cleanup(func() { remove(t, before, namespace) })
			_, err = apply(t.Context(), after, namespace)
			if c.replaceOnly == "" {
				expectMessages(t, "server-side apply", err, c.wants)
			} else if err == nil {
				t.Error("server-side apply was accepted, want a refusal")
			}
			replacement := after.DeepCopy()
			replacement.SetResourceVersion(stored.GetResourceVersion())
			_, err = client(after, namespace).Update(t.Context(), replacement,
				metav1.UpdateOptions{FieldValidation: metav1.FieldValidationIgnore})
			expectMessages(t, "replace", err, c.wants)
		})
	}
}

// strictWants are the expectations of a strict client other than server-side apply, whose wording of an unknown field
// differs: both name the field, so the last element of the path is compared.
func (c apiCase) strictWants() []string {
	if c.strictOnly == "" {
		return c.wants
	}
	return []string{"unknown field"}
}

func expectRefusal(
	t *testing.T, how string, document *unstructured.Unstructured, namespace string, err error, wants []string,
) {
	t.Helper()
	if err == nil {
		remove(t, document, namespace)
	}
	expectMessages(t, how, err, wants)
}

func expectMessages(t *testing.T, how string, err error, wants []string) {
	t.Helper()
	if err == nil {
		t.Errorf("%s was accepted, want a refusal with %q", how, wants)
		return
	}
	if apierrors.IsConflict(err) || apierrors.IsAlreadyExists(err) {
		t.Errorf("%s failed for another reason: %v", how, err)
	}
	for _, want := range wants {
		if !strings.Contains(inWordsOfToday(err.Error()), want) {
			t.Errorf("%s: the message\n\t%v\nlacks\n\t%s", how, err, want)
		}
	}
}

// inWordsOfToday has the API server's own sentence about a length as the newest server writes it: the oldest supported one
// says the same in other words.
func inWordsOfToday(message string) string {
	return strings.ReplaceAll(message, "may not be longer than", "may not be more than")
}

// field prints the value at a path such as spec.accountRef.name; absent fields are "<absent>".
func field(object *unstructured.Unstructured, path string) string {
	value, found, err := unstructured.NestedFieldNoCopy(object.Object, strings.Split(path, ".")...)
	if err != nil || !found {
		return "<absent>"
	}
	return fmt.Sprint(value)
}
