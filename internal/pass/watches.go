// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package pass

import (
	"context"
	"fmt"
	"maps"

	"github.com/go-logr/logr"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/equality"
	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/runtime"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/builder"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/controller"
	"sigs.k8s.io/controller-runtime/pkg/controller/controllerutil"
	"sigs.k8s.io/controller-runtime/pkg/event"
	"sigs.k8s.io/controller-runtime/pkg/handler"
	"sigs.k8s.io/controller-runtime/pkg/manager"
	"sigs.k8s.io/controller-runtime/pkg/predicate"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"
	"sigs.k8s.io/controller-runtime/pkg/source"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
)

// SetupWithManager registers the reconciler, its indices and its watches.
func (r *Reconciler) SetupWithManager(ctx context.Context, mgr ctrl.Manager, options controller.Options) error {
	// A standby begins to work long after it was started.
	begin := func(context.Context) error { r.beliefs.Begin(r.Clock.Now()); return nil }
	if err := mgr.Add(manager.RunnableFunc(begin)); err != nil {
		return r.setupError(err)
	}
	if err := r.index(ctx, mgr.GetFieldIndexer()); err != nil {
		return r.setupError(err)
	}
	r.gate.workers = options.MaxConcurrentReconciles
	own := r.kind.new()
	options.LogConstructor = r.logger(mgr)
	b := ctrl.NewControllerManagedBy(mgr).Named(r.kind.name()).WithOptions(options).
		Watches(own, ownEvents{r}, builder.WithPredicates(ownChanges(&r.written, r.statusOf))).
		Watches(own, handler.EnqueueRequestsFromMapFunc(r.rivals), builder.WithPredicates(Deletions())).
		Watches(&v1alpha1.AWSAccount{}, handler.EnqueueRequestsFromMapFunc(r.ofAccount),
			builder.WithPredicates(r.accountEvents())).
		Watches(&corev1.Namespace{}, handler.EnqueueRequestsFromMapFunc(r.ofNamespace),
			builder.WithPredicates(predicate.LabelChangedPredicate{})).
		Watches(&v1alpha1.ECSChangeApproval{}, handler.EnqueueRequestsFromMapFunc(r.ofApproval))
	b = b.WatchesRawSource(source.Func(func(ctx context.Context, q queue) error {
		if r.Drift != nil {
			r.Drift.serve(looking{r, q})
		}
		go r.raiseOverdue(ctx, q)
		go r.watchDocuments(ctx, q)
		return nil
	}))
	for _, watch := range r.kind.Watches {
		requests := func(ctx context.Context, o client.Object) []reconcile.Request {
			return watch.Requests(ctx, r.Client, o)
		}
		b = b.Watches(watch.Object, handler.EnqueueRequestsFromMapFunc(requests), builder.WithPredicates(watch.When))
	}
	if err := b.Complete(r); err != nil {
		return r.setupError(err)
	}
	return nil
}

// logger gives every line of a pass the object, under the names that controllers of one kind use.
func (r *Reconciler) logger(mgr ctrl.Manager) func(*reconcile.Request) logr.Logger {
	log := mgr.GetLogger().WithValues("controller", r.kind.name(), "controllerGroup", v1alpha1.GroupName,
		"controllerKind", r.kind.Kind)
	return func(request *reconcile.Request) logr.Logger {
		if request == nil {
			return log
		}
		return log.WithValues(r.kind.Kind, request.NamespacedName,
			"namespace", request.Namespace, "name", request.Name)
	}
}

func (r *Reconciler) setupError(err error) error {
	return fmt.Errorf("setting up the %s controller: %w", r.kind.Kind, err)
}

// index adds the indices to a cache.
func (r *Reconciler) index(ctx context.Context, indexer client.FieldIndexer) error {
	for name := range r.indices() {
		extract := func(o client.Object) []string {
			object, ok := o.(Object)
			if !ok {
				return nil
			}
			return r.Keys(name, object)
		}
		if err := indexer.IndexField(ctx, r.kind.new(), name, extract); err != nil {
			return fmt.Errorf("indexing by %s: %w", name, err)
		}
	}
	return nil
}

// Keys are the values of an object in an index of the cache.
func (r *Reconciler) Keys(index string, object Object) []string {
	if keys := r.indices()[index]; keys != nil {
		return keys(object)
	}
	return nil
}

func (r *Reconciler) indices() map[string]func(Object) []string {
	indices := map[string]func(Object) []string{
		indexAccount: func(o Object) []string { return []string{o.SharedSpec().AccountName} },
		indexClaim:   r.claimKeys,
	}
	maps.Copy(indices, r.kind.Indices)
	return indices
}

func (r *Reconciler) claimKeys(object Object) []string {
	var keys []string
	for _, name := range r.kind.names(object, nil) {
		keys = append(keys, claimKey(name))
		if name.Object != "" {
			keys = append(keys, defaultKey(name.Entity, name.Namespace, name.Object))
		}
	}
	return keys
}

// ownChanges lets through what a user changed: the spec, an annotation of ours, the finalizer that he took away, and a
// status that is not what the controller wrote. Labels and the annotations of others concern nobody here.
func ownChanges(written *writtenStatuses, status func(client.Object) any) predicate.Predicate {
	return predicate.Funcs{
		UpdateFunc: func(e event.UpdateEvent) bool {
			before, after := e.ObjectOld, e.ObjectNew
			return before.GetGeneration() != after.GetGeneration() ||
				before.GetDeletionTimestamp().IsZero() != after.GetDeletionTimestamp().IsZero() ||
				!equality.Semantic.DeepEqual(ownAnnotations(before), ownAnnotations(after)) ||
				lostFinalizer(before, after) || written.foreign(after.GetUID(), status(before), status(after))
		},
		DeleteFunc: func(e event.DeleteEvent) bool {
			written.forget(e.Object.GetUID())
			return true
		},
	}
}

// statusOf is the status of an object of the kind.
func (r *Reconciler) statusOf(o client.Object) any {
	if object, ok := o.(Object); ok {
		return r.kind.status(object)
	}
	return nil
}

func ownAnnotations(object client.Object) [2]string {
	all := object.GetAnnotations()
	return [2]string{
		all[v1alpha1.AnnotationPaused], all[v1alpha1.AnnotationReconcileAt],
	}
}

func lostFinalizer(before, after client.Object) bool {
	return controllerutil.ContainsFinalizer(before, v1alpha1.Finalizer) &&
		!controllerutil.ContainsFinalizer(after, v1alpha1.Finalizer)
}

// accountEvents lets through what changes an account, and gives the workers of one that is gone to the others.
func (r *Reconciler) accountEvents() predicate.Predicate {
	return predicate.And(predicate.Funcs{DeleteFunc: func(e event.DeleteEvent) bool {
		r.gate.forget(e.Object.GetName())
		return true
	}}, accountChanges())
}

// accountChanges lets through changes of the spec, and of the account's conditions, which tell whether it can be
// reached.
func accountChanges() predicate.Predicate {
	ready := func(o client.Object) string {
		account, ok := o.(*v1alpha1.AWSAccount)
		if !ok {
			return ""
		}
		for _, c := range account.Status.Conditions {
			if c.Type == v1alpha1.ConditionReady {
				return string(c.Status) + c.Reason
			}
		}
		return ""
	}
	return predicate.Or(predicate.GenerationChangedPredicate{}, predicate.Funcs{
		UpdateFunc: func(e event.UpdateEvent) bool { return ready(e.ObjectOld) != ready(e.ObjectNew) },
	})
}

// Deletions lets through that an object is gone.
func Deletions() predicate.Predicate {
	never := func() bool { return false }
	return predicate.Funcs{
		CreateFunc:  func(event.CreateEvent) bool { return never() },
		UpdateFunc:  func(event.UpdateEvent) bool { return never() },
		GenericFunc: func(event.GenericEvent) bool { return never() },
	}
}

// rivals are the other objects that ask for the same names, one of which may have waited for this one to be deleted,
// and those of its namespace that were not admitted beside it.
func (r *Reconciler) rivals(ctx context.Context, o client.Object) []reconcile.Request {
	object, ok := o.(Object)
	if !ok {
		return nil
	}
	account, err := r.Account(ctx, object.SharedSpec().AccountName)
	if err != nil {
		return nil
	}
	var requests []reconcile.Request
	for _, name := range r.kind.names(object, account) {
		selectors, err := r.AskingFor(ctx, name, account)
		if err != nil {
			return nil
		}
		for _, selector := range selectors {
			requests = append(requests, r.requests(ctx, selector)...)
		}
	}
	return append(requests, r.notAdmitted(ctx, object, account)...)
}

func (r *Reconciler) ofAccount(ctx context.Context, o client.Object) []reconcile.Request {
	return r.requests(ctx, OfAccount(o.GetName()))
}

func (r *Reconciler) ofNamespace(ctx context.Context, o client.Object) []reconcile.Request {
	return r.requests(ctx, client.InNamespace(o.GetName()))
}

func (r *Reconciler) requests(ctx context.Context, options ...client.ListOption) []reconcile.Request {
	return Requests(ctx, r.Client, r.kind.newList(), options...)
}

// Requests are the requests for the objects of a list.
func Requests(
	ctx context.Context, reader client.Reader, list client.ObjectList, options ...client.ListOption,
) []reconcile.Request {
	if err := reader.List(ctx, list, options...); err != nil {
		return nil
	}
	var requests []reconcile.Request
	_ = meta.EachListItem(list, func(item runtime.Object) error { // the function never fails, and lists have items
		if object, ok := item.(client.Object); ok {
			requests = append(requests, reconcile.Request{NamespacedName: client.ObjectKeyFromObject(object)})
		}
		return nil
	})
	return requests
}
