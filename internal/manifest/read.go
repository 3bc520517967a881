// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package manifest

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/json"
	"k8s.io/apimachinery/pkg/util/validation/field"
	utilyaml "k8s.io/apimachinery/pkg/util/yaml"
	"sigs.k8s.io/yaml"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
)

// Stdin is the file name that means standard input.
const Stdin = "-"

// Document is one object of a file, or the reason why there is none.
type Document struct {
	// File is the name as it was given, and Number counts the documents in it from 1, those without content left out.
	// The objects of a List have one number. Number is 0 for a file that cannot be read.
	File   string
	Number int
	// Object is kind, namespace and name as the document gives them, such as "ECSRole payments/checkout".
	Object string
	// Role, Policy or Account is the object, with defaults set. All are nil when the document holds none that can be
	// decoded.
	Role    *v1alpha1.ECSRole
	Policy  *v1alpha1.ECSPolicy
	Account *v1alpha1.AWSAccount
	// ServiceLinkedRole is the object where it is one.
	ServiceLinkedRole *v1alpha1.ECSServiceLinkedRole
	// Errors are what an API server would refuse. Those of fields are of type *field.Error.
	Errors []error
}

// Place names the document and, where it is known, the object.
func (d Document) Place() string {
	place := d.File
	if d.File == Stdin {
		place = "standard input"
	}
	if d.Number > 0 {
		place += fmt.Sprintf(", document %d", d.Number)
	}
	if d.Object != "" {
		place += ", " + d.Object
	}
	return place
}

// Reader reads files.
type Reader struct {
	// Stdin is read for the file name "-".
	Stdin io.Reader
	// Namespace is that of objects which name none.
	Namespace string
}

// Read gives the documents of this project's API group in the order of the files. Objects of other groups are passed
// over, so that a file may hold them as well. What is wrong is in the documents.
func (r Reader) Read(ctx context.Context, files ...string) []Document {
	var documents []Document
	for _, file := range files {
		content, err := r.content(file)
		if err != nil {
			documents = append(documents, Document{File: file, Errors: []error{err}})
			continue
		}
		documents = append(documents, r.documents(ctx, file, content)...)
	}
	return documents
}

func (r Reader) content(file string) ([]byte, error) {
	if file == Stdin {
		content, err := io.ReadAll(r.Stdin)
		if err != nil {
			return nil, fmt.Errorf("reading standard input: %w", err)
		}
		return content, nil
	}
	content, err := os.ReadFile(file) //nolint:gosec // the user names the files
	if err != nil {
		return nil, fmt.Errorf("reading the file: %w", errors.Unwrap(err))
	}
	return content, nil
}

// documents splits a file at the lines of three dashes.
func (r Reader) documents(ctx context.Context, file string, content []byte) []Document {
	var documents []Document
	reader := utilyaml.NewYAMLReader(bufio.NewReader(bytes.NewReader(content)))
	for number := 1; ; {
		text, err := reader.Read()
		if errors.Is(err, io.EOF) {
			return documents
		}
		if err != nil {
			err = fmt.Errorf("splitting the file into documents: %w", err)
			return append(documents, Document{File: file, Number: number, Errors: []error{err}})
		}
		objects, err := decode(text)
		if err != nil {
			documents = append(documents, Document{File: file, Number: number, Errors: []error{err}})
		}
		for _, object := range objects {
			if d, ours := r.document(ctx, object); ours {
				d.File, d.Number = file, number
				documents = append(documents, d)
			}
		}
		if err != nil || len(objects) > 0 {
			number++
		}
	}
}

// decode reads one YAML or JSON document, of which keys may not appear twice. A List gives its items.
func decode(text []byte) ([]map[string]any, error) {
	data, err := yaml.YAMLToJSONStrict(text)
	if err != nil {
		return nil, fmt.Errorf("reading YAML: %s", strings.TrimPrefix(err.Error(), "yaml: "))
	}
	var value any
	if err := json.Unmarshal(data, &value); err != nil {
		return nil, fmt.Errorf("reading JSON: %w", err)
	}
	if value == nil {
		return nil, nil
	}
	object, ok := value.(map[string]any)
	if !ok {
		return nil, errors.New("the document is not an object: it must begin with apiVersion and kind")
	}
	list := unstructured.Unstructured{Object: object}
	if list.GetAPIVersion() != "v1" || list.GetKind() != "List" {
		return []map[string]any{object}, nil
	}
	items, _, err := unstructured.NestedSlice(object, "items")
	if err != nil {
		return nil, fmt.Errorf("reading the items of a List: %w", err)
	}
	objects := make([]map[string]any, 0, len(items))
	for _, item := range items {
		object, ok := item.(map[string]any)
		if !ok {
			return nil, errors.New("an item of the List is not an object")
		}
		objects = append(objects, object)
	}
	return objects, nil
}

// document checks and decodes one object, unless it belongs to another API group.
func (r Reader) document(ctx context.Context, content map[string]any) (d Document, ours bool) {
	object := &unstructured.Unstructured{Object: content}
	if object.GetAPIVersion() == "" || object.GetKind() == "" {
		return Document{Errors: []error{errors.New("apiVersion and kind are required, such as ecsiam.dev/v1alpha1 and " +
			v1alpha1.KindECSRole)}}, true
	}
	if object.GroupVersionKind().Group != v1alpha1.GroupName {
		return Document{}, false
	}
	s, err := schemaFor(object.GroupVersionKind())
	if err != nil {
		return Document{Errors: []error{err}}, true
	}
	if err := textual(object); err != nil {
		return Document{Object: object.GetKind(), Errors: []error{err}}, true
	}
	s.setNamespace(object, r.Namespace)
	d.Object = strings.TrimSpace(object.GetKind() + " " + strings.Trim(object.GetNamespace()+"/"+object.GetName(), "/"))
	for _, e := range s.apply(ctx, object) {
		d.Errors = append(d.Errors, e)
	}
	switch object.GetKind() {
	case v1alpha1.KindECSRole:
		d.Role, err = typed[v1alpha1.ECSRole](object)
	case v1alpha1.KindECSPolicy:
		d.Policy, err = typed[v1alpha1.ECSPolicy](object)
	case v1alpha1.KindAWSAccount:
		d.Account, err = typed[v1alpha1.AWSAccount](object)
	case v1alpha1.KindECSServiceLinkedRole:
		d.ServiceLinkedRole, err = typed[v1alpha1.ECSServiceLinkedRole](object)
	}
	if err != nil && len(d.Errors) == 0 {
		d.Errors = []error{err}
	}
	return d, true
}

// textual refuses a name or namespace that YAML reads as something else than text. Taken for absent, the object would
// be one of another namespace.
func textual(object *unstructured.Unstructured) *field.Error {
	metadata, ok := object.Object["metadata"].(map[string]any)
	if !ok {
		return nil // the schema says so
	}
	for _, key := range []string{"namespace", "name"} {
		switch value := metadata[key].(type) {
		case nil, string:
		default:
			return field.TypeInvalid(field.NewPath("metadata", key), value, "must be text, and YAML reads numbers and words "+
				"such "+
				"as n, no, yes and on as other types: write the value in quotes")
		}
	}
	return nil
}

// typed decodes the object. What does not fit the type has been reported by the schema.
func typed[T any](object *unstructured.Unstructured) (*T, error) {
	value := new(T)
	if err := runtime.DefaultUnstructuredConverter.FromUnstructured(object.Object, value); err != nil {
		return nil, fmt.Errorf("decoding the object: %w", err)
	}
	return value, nil
}
