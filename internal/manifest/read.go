// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package manifest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/json"
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
	// Approval is the object where it is one.
	Approval *v1alpha1.ECSChangeApproval
	// Errors are what an API server would refuse. Those of fields are of type *field.Error.
	Errors []error
	// Other is apiVersion and kind of an object of another group, or of a document without them; only Reader.Others has
	// such documents.
	Other string

	text []byte
	line int // of the file, in which the document begins, counted from 0
	item int // place in a List, -1 for none
}

// Place names the document and, where it is known, the object.
func (d *Document) Place() string {
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
	// Others keeps the documents that are not of this project's API group.
	Others bool
}

// Read gives the documents of this project's API group in the order of the files. Objects of other groups are passed
// over, so that a file may hold them as well. What is wrong is in the documents.
func (r Reader) Read(ctx context.Context, files ...string) []Document {
	var documents []Document
	for _, file := range files {
		content, err := ReadFile(file, r.Stdin)
		if err != nil {
			documents = append(documents, Document{File: file, Errors: []error{err}})
			continue
		}
		documents = append(documents, r.Documents(ctx, file, content)...)
	}
	return documents
}

// ReadFile reads a file, or standard input for the name "-".
func ReadFile(file string, stdin io.Reader) ([]byte, error) {
	if file == Stdin {
		content, err := io.ReadAll(stdin)
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

// Documents reads the documents of one file, as Read does.
func (r Reader) Documents(ctx context.Context, file string, content []byte) []Document {
	var documents []Document
	number := 1
	for _, part := range split(content) {
		at := Document{File: file, Number: number, text: part.text, line: part.line, item: -1}
		objects, isList, err := decode(part.text)
		if err != nil {
			at.Errors = []error{part.inFile(err)}
			documents = append(documents, at)
		}
		for i, object := range objects {
			if d, ours := r.document(ctx, object); ours || r.Others {
				d.File, d.Number, d.text, d.line, d.item = at.File, at.Number, at.text, at.line, -1
				if isList {
					d.item = i
				}
				documents = append(documents, d)
			}
		}
		if err != nil || len(objects) > 0 {
			number++
		}
	}
	return documents
}

// mostBytes is what an API server takes as one request. Source: k8s.io/apiserver, MaxRequestBodyBytes.
const mostBytes = 3 << 20

// decode reads one YAML or JSON document, of which keys may not appear twice. A List gives its items.
func decode(text []byte) (objects []map[string]any, isList bool, err error) {
	data, err := yaml.YAMLToJSONStrict(text)
	if err != nil {
		return nil, false, fmt.Errorf("reading YAML: %s", strings.TrimPrefix(err.Error(), "yaml: "))
	}
	var value any
	if err := json.Unmarshal(data, &value); err != nil {
		return nil, false, fmt.Errorf("reading JSON: %w", err)
	}
	if value == nil {
		return nil, false, nil
	}
	object, ok := value.(map[string]any)
	if !ok {
		return nil, false, errors.New("the document is not an object: it must begin with apiVersion and kind")
	}
	list := unstructured.Unstructured{Object: object}
	if list.GetAPIVersion() != "v1" || list.GetKind() != "List" {
		if len(data) > mostBytes {
			return nil, false, fmt.Errorf("the object has %d bytes, and an API server takes at most %d: split it", len(data),
				mostBytes)
		}
		return []map[string]any{object}, false, nil
	}
	items, _, err := unstructured.NestedSlice(object, "items")
	if err != nil {
		return nil, false, fmt.Errorf("reading the items of a List: %w", err)
	}
	objects = make([]map[string]any, 0, len(items))
	for _, item := range items {
		object, ok := item.(map[string]any)
		if !ok {
			return nil, false, errors.New("an item of the List is not an object")
		}
		objects = append(objects, object)
	}
	return objects, true, nil
}

// document checks and decodes one object, unless it belongs to another API group.
func (r Reader) document(ctx context.Context, content map[string]any) (d Document, ours bool) {
	object := &unstructured.Unstructured{Object: content}
	if object.GetAPIVersion() == "" || object.GetKind() == "" {
		if r.Others {
			return Document{Other: "a document without apiVersion and kind"}, false
		}
		return Document{Errors: []error{errors.New("apiVersion and kind are required, such as ecsiam.dev/v1alpha1 and " +
			v1alpha1.KindECSRole)}}, true
	}
	if object.GroupVersionKind().Group != v1alpha1.GroupName {
		return Document{Other: object.GetAPIVersion() + " " + object.GetKind()}, false
	}
	s, err := schemaFor(object.GroupVersionKind())
	if err != nil {
		return Document{Errors: []error{err}}, true
	}
	wrong := textual(object)
	s.setNamespace(object, r.Namespace)
	d.Object = strings.TrimSpace(object.GetKind() + " " + strings.Trim(object.GetNamespace()+"/"+object.GetName(), "/"))
	for _, e := range s.apply(ctx, object, wrong) {
		d.Errors = append(d.Errors, e)
	}
	switch object.GetKind() {
	case v1alpha1.KindECSRole:
		d.Role, err = typed[v1alpha1.ECSRole](object)
	case v1alpha1.KindECSPolicy:
		d.Policy, err = typed[v1alpha1.ECSPolicy](object)
	case v1alpha1.KindAWSAccount:
		d.Account, err = typed[v1alpha1.AWSAccount](object)
	case v1alpha1.KindECSChangeApproval:
		d.Approval, err = typed[v1alpha1.ECSChangeApproval](object)
	case v1alpha1.KindECSServiceLinkedRole:
		d.ServiceLinkedRole, err = typed[v1alpha1.ECSServiceLinkedRole](object)
	}
	if err != nil && len(d.Errors) == 0 {
		d.Errors = []error{err}
	}
	return d, true
}

// typed decodes the object. What does not fit the type has been reported by the schema.
func typed[T any](object *unstructured.Unstructured) (*T, error) {
	value := new(T)
	if err := runtime.DefaultUnstructuredConverter.FromUnstructured(object.Object, value); err != nil {
		return nil, fmt.Errorf("decoding the object: %w", err)
	}
	return value, nil
}
