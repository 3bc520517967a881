// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"fmt"
	"io"
	"maps"
	"time"

	"k8s.io/apimachinery/pkg/api/equality"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/internal/manifest"
	"github.com/ecsiam/ecs-iam-controller/internal/pass"
)

// declaredIn are the documents of files and directories, with what is wrong in them and notes on what was passed over.
func declaredIn(
	ctx context.Context, names []string, stdin io.Reader, namespace string,
) (documents []manifest.Document, problems, notes []string) {
	files, unreadable := lintFiles(names)
	for i := range unreadable {
		problems = append(problems, unreadable[i].place()+": "+unreadable[i].message())
	}
	reader := manifest.Reader{Stdin: stdin, Namespace: namespace, Others: true}
	for _, d := range reader.Read(ctx, files...) {
		switch {
		case d.Other != "":
			notes = append(notes, "Note: "+d.Place()+": passed over "+d.Other)
		case len(d.Errors) > 0:
			problems = append(problems, positioned(&d)...)
		default:
			documents = append(documents, d)
		}
	}
	return documents, problems, notes
}

// positioned are the errors of a document, each with file, line and column.
func positioned(d *manifest.Document) []string {
	l := newLinter(d)
	for _, err := range d.Errors {
		l.put(refusal(err, codeInvalidManifest))
	}
	lines := make([]string, len(l.findings))
	for i := range l.findings {
		lines[i] = l.findings[i].place() + ": " + l.findings[i].message()
	}
	return lines
}

// apply puts the objects of files into the view as the API server would have them, and returns those to plan for.
func apply(ctx context.Context, v *view, documents []manifest.Document, now time.Time) ([]*planned, error) {
	var objects []*planned
	for i := range documents {
		d := &documents[i]
		object := objectOf(d)
		if object == nil {
			continue
		}
		live, err := v.find(ctx, object)
		if err != nil {
			return nil, err
		}
		applied := applied(object, live, now)
		v.place(applied)
		if of, ok := applied.(pass.Object); ok {
			objects = append(objects, &planned{object: of, kind: kindOf(applied), file: shownFile(d.File)})
		}
	}
	return objects, nil
}

func objectOf(d *manifest.Document) client.Object {
	switch {
	case d.Role != nil:
		return d.Role
	case d.Policy != nil:
		return d.Policy
	case d.ServiceLinkedRole != nil:
		return d.ServiceLinkedRole
	case d.Account != nil:
		return d.Account
	}
	return nil
}

// find is the object of the cluster that has the kind and name of another, nil when there is none.
func (v *view) find(ctx context.Context, object client.Object) (client.Object, error) {
	all, err := v.all(ctx, kindOf(object))
	if err != nil {
		return nil, err
	}
	for _, other := range all {
		if client.ObjectKeyFromObject(other) == client.ObjectKeyFromObject(object) {
			return other, nil
		}
	}
	return nil, nil //nolint:nilnil // none is an answer
}

// applied is a declared object as it would be in the cluster: with the status and the age of the one that is there.
func applied(object, live client.Object, now time.Time) client.Object {
	if live == nil {
		object.SetUID(types.UID(kindOf(object) + "/" + object.GetNamespace() + "/" + object.GetName()))
		object.SetCreationTimestamp(metav1.NewTime(now.Truncate(time.Second)))
		object.SetGeneration(1)
		return object
	}
	merged, _ := live.DeepCopyObject().(client.Object)
	merged.SetLabels(overlaid(live.GetLabels(), object.GetLabels()))
	merged.SetAnnotations(overlaid(live.GetAnnotations(), object.GetAnnotations()))
	if !takeSpec(merged, object) {
		merged.SetGeneration(live.GetGeneration() + 1)
	}
	return merged
}

// takeSpec gives an object the spec of another of its kind, and reports whether it had it already.
func takeSpec(into, from client.Object) (same bool) {
	switch into := into.(type) {
	case *v1alpha1.ECSRole:
		of, _ := from.(*v1alpha1.ECSRole)
		same, into.Spec = equality.Semantic.DeepEqual(into.Spec, of.Spec), of.Spec
	case *v1alpha1.ECSPolicy:
		of, _ := from.(*v1alpha1.ECSPolicy)
		same, into.Spec = equality.Semantic.DeepEqual(into.Spec, of.Spec), of.Spec
	case *v1alpha1.ECSServiceLinkedRole:
		of, _ := from.(*v1alpha1.ECSServiceLinkedRole)
		same, into.Spec = equality.Semantic.DeepEqual(into.Spec, of.Spec), of.Spec
	case *v1alpha1.AWSAccount:
		of, _ := from.(*v1alpha1.AWSAccount)
		same, into.Spec = equality.Semantic.DeepEqual(into.Spec, of.Spec), of.Spec
	}
	return same
}

func overlaid(below, above map[string]string) map[string]string {
	all := maps.Clone(below)
	if all == nil {
		all = map[string]string{}
	}
	maps.Copy(all, above)
	return all
}

// twice says which objects are declared more than once.
func twice(documents []manifest.Document) []string {
	var problems []string
	first := map[string]string{}
	for i := range documents {
		d := &documents[i]
		if at, again := first[d.Object]; again {
			problems = append(problems, fmt.Sprintf("%s: %s is declared in %s already: remove one of the two", d.Place(),
				d.Object, at))
			continue
		}
		first[d.Object] = d.Place()
	}
	return problems
}
