// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package pass

import (
	"context"

	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/predicate"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/internal/guardrail"
	"github.com/ecsiam/ecs-iam-controller/internal/iam"
	"github.com/ecsiam/ecs-iam-controller/internal/iam/snapshot"
	"github.com/ecsiam/ecs-iam-controller/internal/ownership"
	"github.com/ecsiam/ecs-iam-controller/internal/plan"
)

// Object is what a pass asks of an object of any kind.
type Object interface {
	client.Object
	// Shared is the part of the status that all kinds have. It is the object's own, not a copy.
	Shared() *v1alpha1.SharedStatus
	// SharedSpec is what every pass asks of the spec.
	SharedSpec() v1alpha1.SharedSpec
}

// Description is what a kind is called, and its optional contracts.
type Description struct {
	// Kind is the kind, Plural the resource, Noun what its entity in AWS is called.
	Kind, Plural, Noun string
	// Succession says that objects stand for one entity in turn: one that lost to an older object follows it when that is
	// deleted. Otherwise a claim that lost is lost for good.
	Succession bool
	// Autonomous is set for entities that AWS creates and deletes on its own, too.
	Autonomous Autonomous
	// Shown is what the bulk reading of an account shows of the kind, zero where it shows none. InBulk is what it shows of
	// one object, nil where that is not all.
	Shown  snapshot.Entity
	InBulk func(Wanted) InBulk
	// UniqueID is what the status knows of the entity, its unique id in IAM, or nothing.
	UniqueID func(Object) string
	// NamedByID says that resource policies name the entity by its unique id, so that one which was deleted and made again
	// is another one to them.
	NamedByID bool
	// Indices are further ones of the cache, and Watches further reasons to look at objects.
	Indices map[string]func(Object) []string
	Watches []Watch
}

// Scope is where a pass takes place.
type Scope struct {
	// Account is the AWSAccount that the object names.
	Account *v1alpha1.AWSAccount
	// Identity is who we are in it, Quotas are its quotas.
	Identity iam.Identity
	Quotas   iam.Quotas
	// Deleting says that the object is being deleted.
	Deleting bool
}

// Facts are what Kubernetes says. What AWS says of them is asked for by Questions.
type Facts interface {
	// Questions are those that Want needs answered.
	Questions() []plan.Question
	// Want is what should be. It MUST be pure and total; no answer to a question means the stricter reading. An error is
	// a *Problem that names all fields that are wrong. Beside a Problem of references that are not ready, what is wanted
	// is the part that does not wait for them, nil when all of it waits; its fingerprint is another one than that of the
	// whole, so that the rest, once it can be, is no drift.
	Want(answers plan.Answers) (Wanted, error)
}

// Wanted is what an object stands for in AWS.
type Wanted interface {
	// Name is that of the main entity in IAM.
	Name() string
	// Fingerprint identifies what is wanted, to tell drift from a change of what is declared.
	Fingerprint() Fingerprint
	// Warnings are what a person should know of the spec.
	Warnings() []v1alpha1.Warning
	// Declared are the ARNs of the managed policies that are wanted attached.
	Declared() []string
	// Missing reports whether something that is wanted, or is to be deleted, was not observed.
	Missing(got iam.Observation) bool
	// Observe reads the entities. It MUST NOT take an error for absence.
	Observe(ctx context.Context, aws iam.Account, deleting bool) (iam.Observation, error)
	// Questions are those that Diff needs answered.
	Questions(got iam.Observation) []plan.Question
	// Diff is the difference to what was observed. It MUST be pure and total.
	Diff(got iam.Observation, answers plan.Answers) plan.Plan
	Guarded
	Owned
}

// Owned is what is asked of what is wanted about whose it is.
type Owned interface {
	// Standing is whose the main entity is, the zero value when it does not exist.
	Standing(got iam.Observation) ownership.Standing
	// Release lets go of the entities and leaves them in AWS.
	Release(got iam.Observation) plan.Plan
}

// Guarded is what applying the guardrails of an account asks of what is wanted.
type Guarded interface {
	// DiffRevokingFirst is Diff in the order in which nothing comes before all is gone that goes.
	DiffRevokingFirst(got iam.Observation, answers plan.Answers) plan.Plan
	// JudgeQuestions are those that Judge needs answered for a plan.
	JudgeQuestions(got iam.Observation, p plan.Plan) []plan.Question
	// Judge is what the guardrails do not allow of the entities as they would be. It MUST be pure and total; what is not
	// known is taken for the worst.
	Judge(would iam.Observation, answers plan.Answers) []guardrail.Violation
	// ForcedBoundary is the permissions boundary that the account gives every role, empty for none. had says that the role
	// was seen with it.
	ForcedBoundary() (arn string, had bool)
}

// Autonomous is the contract of an entity that AWS creates and deletes on its own, too, and whose deletion it carries
// out in its own time.
type Autonomous interface {
	// UnderWay is the deletion that was begun for the object, or nothing.
	UnderWay(object Object) string
	// Begin returns the plan that has AWS begin the deletion.
	Begin(got iam.Observation) plan.Plan
}

// Seen is what a pass learnt of the entities.
type Seen struct {
	// Wanted is what the object stands for, nil when that is not known.
	Wanted Wanted
	// Observed are the entities as the pass left them; Known says that they were looked at. Without that the status keeps
	// what it says of them.
	Observed iam.Observation
	Known    bool
	// Refused says that the plan was refused: what was observed is not the object's.
	Refused bool
	// UnderWay is a deletion that AWS carries out in its own time, and Deleting says that the object is being deleted.
	UnderWay string
	Deleting bool
}

// InBulk is the contract of an entity that the bulk reading of an account shows, so that no pass need look for its
// drift.
type InBulk interface {
	// Name is that of the entity, Profile that of the instance profile beside it, empty for none.
	Name() string
	Profile() string
	// Compare leaves out of an observation what may differ. It MUST be pure and hold nothing of the object but that.
	Compare() snapshot.Compare
	// Whole reports whether a bulk reading shows all that could change what is to be done about what was observed.
	Whole(got iam.Observation) bool
	// Presumed adds to what a bulk reading shows what it leaves out, as it should be.
	Presumed(shown iam.Observation) iam.Observation
}

// Watch has the objects of a kind looked at when an object of another changes.
type Watch struct {
	// Object is an empty one of the watched kind.
	Object client.Object
	// Requests are the objects that are concerned. The reader reads from the cache.
	Requests func(ctx context.Context, reader client.Reader, changed client.Object) []reconcile.Request
	// When lets through the changes that matter.
	When predicate.Predicate
}
