// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"time"

	"k8s.io/apimachinery/pkg/api/equality"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/validation/field"
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

// apply puts the objects of files into the view as the API server would have them, and returns those to plan for: those
// of the files, and those of the cluster whose AWSAccount changes.
func apply(ctx context.Context, v *view, documents []manifest.Document, now time.Time) ([]*planned, error) {
	var objects []*planned
	var changed []string // AWSAccounts
	for i := range documents {
		d := &documents[i]
		object := objectOf(d)
		if object == nil {
			continue
		}
		live, err := v.find(ctx, object)
		if errors.Is(err, errNoAccounts) {
			continue // the plan is that of the status, which knows the account
		}
		if err != nil {
			return nil, err
		}
		one := &planned{kind: kindOf(object), file: shownFile(d.File)}
		if one.refused, err = refusedChange(ctx, live, object); err != nil {
			return nil, err
		}
		result := applied(object, live, now)
		if len(one.refused) == 0 {
			v.place(result) // else the cluster keeps what it has
		}
		switch of := result.(type) {
		case pass.Object:
			one.object = of
			objects = append(objects, one)
		case *v1alpha1.AWSAccount:
			if one.account = of; len(one.refused) > 0 {
				objects = append(objects, one)
			} else if live == nil || live.GetGeneration() != of.Generation {
				changed = append(changed, of.Name)
			}
		}
	}
	more, err := v.affected(ctx, changed, objects)
	return append(objects, more...), err
}

func refusedChange(ctx context.Context, live, declared client.Object) (field.ErrorList, error) {
	if live == nil {
		return nil, nil
	}
	return manifest.RefusedChange(ctx, kindOf(declared), live, declared) //nolint:wrapcheck // it says what was done
}

// affected are the objects of the cluster that are in one of these accounts and not planned for yet.
func (v *view) affected(ctx context.Context, accounts []string, besides []*planned) ([]*planned, error) {
	if len(accounts) == 0 {
		return nil, nil
	}
	known := map[string]bool{}
	for _, one := range besides {
		if one.object != nil {
			known[titleOf(one.object)] = true
		}
	}
	var found []*planned
	for _, kind := range []string{v1alpha1.KindECSServiceLinkedRole, v1alpha1.KindECSPolicy, v1alpha1.KindECSRole} {
		all, err := v.all(ctx, kind)
		if err != nil {
			return nil, err
		}
		for _, object := range all {
			of, ok := object.(pass.Object)
			if !ok || known[titleOf(object)] || !slices.Contains(accounts, of.SharedSpec().AccountName) {
				continue
			}
			found = append(found, &planned{
				object: of, kind: kind, affectedBy: v1alpha1.KindAWSAccount + " " + of.SharedSpec().AccountName,
			})
		}
	}
	return found, nil
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
