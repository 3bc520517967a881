// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"sync"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/internal/pass"
)

// errNoAccounts says that the cluster does not let its AWSAccounts be read.
var errNoAccounts = errors.New("the AWSAccounts of the cluster may not be read")

// view is the cluster as it would be with the objects of files applied. It answers what a pass asks of the controller's
// cache. The objects of each kind are read once; a preview writes nothing, so that nothing beside reading is there.
type view struct {
	client.Client

	// cluster is read from; nil means that the files are all there is.
	cluster client.Reader
	// namespaces are those that are read where the whole cluster may not be.
	namespaces []string
	// keys are the values of an object in an index of the controller's cache.
	keys func(object pass.Object, index string) []string

	mu     sync.Mutex
	known  map[string][]client.Object // by kind
	placed map[string][]client.Object // those of the files, by kind
	notes  []string
}

func newView(cluster client.Reader, namespaces ...string) *view {
	return &view{
		cluster: cluster, namespaces: namespaces, known: map[string][]client.Object{},
		placed: map[string][]client.Object{},
	}
}

// listOf makes an empty list of a kind; nil for a kind that is not this project's.
func listOf(kind string) client.ObjectList {
	switch kind {
	case v1alpha1.KindAWSAccount:
		return &v1alpha1.AWSAccountList{}
	case v1alpha1.KindECSRole:
		return &v1alpha1.ECSRoleList{}
	case v1alpha1.KindECSPolicy:
		return &v1alpha1.ECSPolicyList{}
	case v1alpha1.KindECSServiceLinkedRole:
		return &v1alpha1.ECSServiceLinkedRoleList{}
	case v1alpha1.KindECSChangeApproval:
		return &v1alpha1.ECSChangeApprovalList{}
	}
	return nil
}

// kindOf is the kind of an object or list, which clients leave out.
func kindOf(object runtime.Object) string {
	switch object.(type) {
	case *v1alpha1.AWSAccount, *v1alpha1.AWSAccountList:
		return v1alpha1.KindAWSAccount
	case *v1alpha1.ECSRole, *v1alpha1.ECSRoleList:
		return v1alpha1.KindECSRole
	case *v1alpha1.ECSPolicy, *v1alpha1.ECSPolicyList:
		return v1alpha1.KindECSPolicy
	case *v1alpha1.ECSServiceLinkedRole, *v1alpha1.ECSServiceLinkedRoleList:
		return v1alpha1.KindECSServiceLinkedRole
	case *v1alpha1.ECSChangeApproval, *v1alpha1.ECSChangeApprovalList:
		return v1alpha1.KindECSChangeApproval
	}
	return ""
}

// place puts an object of a file over that of the cluster, if there is one.
func (v *view) place(object client.Object) {
	v.mu.Lock()
	defer v.mu.Unlock()
	kind := kindOf(object)
	v.placed[kind] = append(besides(v.placed[kind], object), object)
	if known, read := v.known[kind]; read {
		v.known[kind] = append(besides(known, object), object)
	}
}

func besides(list []client.Object, object client.Object) []client.Object {
	var rest []client.Object
	for _, other := range list {
		if client.ObjectKeyFromObject(other) != client.ObjectKeyFromObject(object) {
			rest = append(rest, other)
		}
	}
	return rest
}

// all are the objects of a kind.
func (v *view) all(ctx context.Context, kind string) ([]client.Object, error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if known, read := v.known[kind]; read {
		return known, nil
	}
	found, err := v.read(ctx, kind)
	if err != nil {
		return nil, err
	}
	for _, object := range v.placed[kind] {
		found = append(besides(found, object), object)
	}
	v.known[kind] = found
	return found, nil
}

// read lists the objects of a kind in the cluster, or in some namespaces where that is all that is allowed.
func (v *view) read(ctx context.Context, kind string) ([]client.Object, error) {
	if v.cluster == nil {
		return nil, nil
	}
	found, err := listed(ctx, v.cluster, kind)
	switch {
	case err == nil:
		return found, nil
	case !apierrors.IsForbidden(err):
		return nil, unreadableKind(kind, err)
	case kind == v1alpha1.KindAWSAccount:
		return nil, fmt.Errorf("%w: %w", errNoAccounts, err)
	case kind == v1alpha1.KindECSChangeApproval || kind == v1alpha1.KindECSServiceLinkedRole:
		return nil, nil
	}
	v.notes = append(v.notes, fmt.Sprintf("Note: the %ss of other namespaces may not be read: whether one of them has "+
		"the better claim to a name is not known", kind))
	for _, namespace := range v.namespaces {
		some, err := listed(ctx, v.cluster, kind, client.InNamespace(namespace))
		if err != nil {
			return nil, unreadableKind(kind, err)
		}
		found = append(found, some...)
	}
	return found, nil
}

func forbidden(err error) bool { return apierrors.IsForbidden(err) }

func unreadableKind(kind string, err error) error {
	if apierrors.IsNotFound(err) || meta.IsNoMatchError(err) {
		return fmt.Errorf("the cluster has no kind %s: install ecs-iam-controller, or choose another cluster by --context",
			kind)
	}
	return fmt.Errorf("listing the objects of kind %s: %w", kind, err)
}

func listed(ctx context.Context, reader client.Reader, kind string, options ...client.ListOption,
) ([]client.Object, error) {
	list := listOf(kind)
	if err := reader.List(ctx, list, options...); err != nil {
		return nil, err //nolint:wrapcheck // the caller says what for
	}
	var found []client.Object
	_ = meta.EachListItem(list, func(item runtime.Object) error { // the function never fails, and lists have items
		if object, ok := item.(client.Object); ok {
			found = append(found, object)
		}
		return nil
	})
	return found, nil
}

// Get implements client.Reader.
func (v *view) Get(ctx context.Context, key client.ObjectKey, into client.Object, options ...client.GetOption) error {
	kind := kindOf(into)
	if kind == "" {
		return v.getOther(ctx, key, into, options...)
	}
	all, err := v.all(ctx, kind)
	if err != nil {
		return err
	}
	for _, object := range all {
		if client.ObjectKeyFromObject(object) == key {
			reflect.ValueOf(into).Elem().Set(reflect.ValueOf(object.DeepCopyObject()).Elem())
			return nil
		}
	}
	return apierrors.NewNotFound(schema.GroupResource{Group: v1alpha1.GroupName, Resource: kind}, key.String())
}

// getOther reads an object of Kubernetes itself. Of a CustomResourceDefinition that may not be read it is taken that it
// stays.
func (v *view) getOther(
	ctx context.Context, key client.ObjectKey, into client.Object, options ...client.GetOption,
) error {
	definition, isDefinition := into.(*metav1.PartialObjectMetadata)
	if v.cluster == nil {
		if isDefinition {
			definition.Name = key.Name
			return nil
		}
		return fmt.Errorf("%s %s is in the cluster, which --no-cluster leaves out", "the object", key.Name)
	}
	err := v.cluster.Get(ctx, key, into, options...)
	if isDefinition && apierrors.IsForbidden(err) {
		definition.Name = key.Name
		return nil
	}
	return err //nolint:wrapcheck // the caller says what for
}

// List implements client.Reader.
func (v *view) List(ctx context.Context, list client.ObjectList, options ...client.ListOption) error {
	all, err := v.all(ctx, kindOf(list))
	if err != nil {
		return err
	}
	var chosen client.ListOptions
	chosen.ApplyOptions(options)
	var items []runtime.Object
	for _, object := range all {
		if v.chooses(&chosen, object) {
			items = append(items, object.DeepCopyObject())
		}
	}
	return meta.SetList(list, items) //nolint:wrapcheck // the items are of the list's kind
}

// chooses reports whether an object is one that the options select.
func (v *view) chooses(options *client.ListOptions, object client.Object) bool {
	if options.Namespace != "" && options.Namespace != object.GetNamespace() {
		return false
	}
	if options.FieldSelector == nil {
		return true
	}
	for _, wanted := range options.FieldSelector.Requirements() {
		if !slices.Contains(v.keysOf(object, wanted.Field), wanted.Value) {
			return false
		}
	}
	return true
}

// keysOf are the values of an object in an index of the controller's cache.
func (v *view) keysOf(object client.Object, index string) []string {
	switch object := object.(type) {
	case *v1alpha1.AWSAccount:
		return pass.AccountKeys(index, object)
	case pass.Object:
		return v.keys(object, index)
	}
	return nil
}

// accounts are the AWSAccounts.
func (v *view) accounts(ctx context.Context) ([]*v1alpha1.AWSAccount, error) {
	all, err := v.all(ctx, v1alpha1.KindAWSAccount)
	if err != nil {
		return nil, err
	}
	var accounts []*v1alpha1.AWSAccount
	for _, object := range all {
		if account, ok := object.(*v1alpha1.AWSAccount); ok {
			accounts = append(accounts, account)
		}
	}
	return accounts, nil
}
