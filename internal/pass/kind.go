// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package pass

import (
	"context"

	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/internal/belief"
	"github.com/ecsiam/ecs-iam-controller/internal/guardrail"
)

// Kind is what differs between the kinds that stand for something in AWS. All else is the same pass.
type Kind[O Object] interface {
	// Describe says what the kind is called and which optional contracts it has. It MUST NOT depend on anything.
	Describe() Description
	// New returns an empty object to read into, NewList an empty list of them.
	New() O
	NewList() client.ObjectList
	// Names are the names in IAM that the object asks for in its account, that of its main entity first. The account is
	// nil where the name that it gives by default is not asked for. It MUST be pure, and MUST NOT rely on the spec being
	// valid. The order of claims is decided by them.
	Names(object O, account *v1alpha1.AWSAccount) []guardrail.Name
	// Gather reads from Kubernetes what Facts.Want decides from. It MUST NOT decide anything and MUST NOT ask AWS. An
	// error is one of the Kubernetes API.
	Gather(ctx context.Context, by *Reconciler, scope Scope, object O) (Facts, error)
	// Identify puts into the object's status what is known of its entities; it MUST write nothing else.
	Identify(object O, seen Seen)
	// Status is the whole status, to be compared and written.
	Status(object O) any
}

// New returns the reconciler of a kind.
func New[O Object](env Environment, kind Kind[O]) *Reconciler {
	return &Reconciler{Environment: env, kind: erase(kind), beliefs: belief.NewStore(env.Clock.Now())}
}

// erase is the one place where an object is taken for what it is: the reconciler of a kind sees only objects that New
// made.
func erase[O Object](kind Kind[O]) anyKind {
	as := func(object Object) O { return object.(O) } //nolint:forcetypeassert // see above
	return anyKind{
		Description: kind.Describe(),
		new:         func() Object { return kind.New() },
		newList:     kind.NewList,
		names: func(object Object, account *v1alpha1.AWSAccount) []guardrail.Name {
			return kind.Names(as(object), account)
		},
		gather: func(ctx context.Context, by *Reconciler, scope Scope, object Object) (Facts, error) {
			return kind.Gather(ctx, by, scope, as(object))
		},
		identify: func(object Object, seen Seen) { kind.Identify(as(object), seen) },
		status:   func(object Object) any { return kind.Status(as(object)) },
	}
}
