// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/go-logr/logr"
	"golang.org/x/sync/errgroup"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/validation/field"
	"k8s.io/utils/clock"
	"sigs.k8s.io/controller-runtime/pkg/client"
	logf "sigs.k8s.io/controller-runtime/pkg/log"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/controllers"
	"github.com/ecsiam/ecs-iam-controller/internal/pass"
)

// planned is one object, and what a pass over it would do.
type planned struct {
	object pass.Object // nil for an AWSAccount
	kind   string
	file   string // where it is declared, empty for one of the cluster
	// account is an AWSAccount whose change is refused; others are not planned for themselves.
	account *v1alpha1.AWSAccount
	// refused is why the API server does not take the object as it is declared.
	refused field.ErrorList
	// affectedBy is the AWSAccount of the files for whose change an object of the cluster is planned.
	affectedBy string
	preview    pass.Preview
	// err is why there is no preview.
	err error
	// stale says that the plan is the one in the status, made by the controller in the past.
	stale bool
}

// planner goes through the controllers' passes without writing.
type planner struct {
	view        *view
	accounts    *readAccounts
	reconcilers map[string]*pass.Reconciler // by kind
	// patience is how long the first of the waits is that a throttled account is given.
	patience time.Duration
}

// firstWait is how long a throttled account is left alone at first. Tests shorten it.
var firstWait = time.Second

func newPlanner(v *view, accounts *readAccounts, clusterID string) *planner {
	logf.SetLogger(logr.Discard())
	env := pass.Environment{
		Client: v, APIReader: v, Accounts: accounts, Recorder: silent{}, Clock: clock.RealClock{}, ClusterID: clusterID,
		Region: accounts.region, Jitter: rand.Float64,
	}
	p := &planner{view: v, accounts: accounts, patience: firstWait, reconcilers: map[string]*pass.Reconciler{
		v1alpha1.KindECSRole:              controllers.NewRoleReconciler(env),
		v1alpha1.KindECSPolicy:            controllers.NewPolicyReconciler(env),
		v1alpha1.KindECSServiceLinkedRole: controllers.NewServiceLinkedRoleReconciler(env),
	}}
	v.keys = func(object pass.Object, index string) []string {
		return p.reconcilers[kindOf(object)].Keys(index, object)
	}
	return p
}

// silent records no events: nothing happens that one could be about.
type silent struct{}

// Eventf implements events.EventRecorder.
func (silent) Eventf(runtime.Object, runtime.Object, string, string, string, string, ...any) {}

// atOnce is how many objects are looked at together; the rate limit of the account holds for all.
const atOnce = 4

// plan fills in the previews: those of policies first, because roles refer to them.
func (p *planner) plan(ctx context.Context, objects []*planned, done func(*planned)) error {
	for i, group := range byDependence(objects) {
		var workers errgroup.Group
		workers.SetLimit(atOnce)
		var mu sync.Mutex
		for _, one := range group {
			workers.Go(func() error {
				p.one(ctx, one)
				if i == 0 {
					p.foresee(one)
				}
				mu.Lock()
				defer mu.Unlock()
				done(one)
				return nil
			})
		}
		_ = workers.Wait() // what went wrong is in the objects
	}
	return ctx.Err() //nolint:wrapcheck // the user ended it
}

func byDependence(objects []*planned) [][]*planned {
	groups := make([][]*planned, 2)
	for _, o := range objects {
		at := 1
		if o.kind == v1alpha1.KindECSPolicy {
			at = 0
		}
		groups[at] = append(groups[at], o)
	}
	return groups
}

// one previews one object.
func (p *planner) one(ctx context.Context, o *planned) {
	account, err := p.accountOf(ctx, o.object)
	if err == nil && account != nil {
		err = p.accounts.reach(ctx, account)
	}
	if err != nil {
		o.err = err
		return
	}
	for wait := p.patience; ; wait *= 2 {
		o.preview, o.err = p.reconcilers[o.kind].Preview(ctx, o.object)
		if o.err != nil || !throttled(o.preview) || wait > 16*p.patience {
			return
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(wait):
		}
	}
}

func throttled(preview pass.Preview) bool {
	return slices.ContainsFunc(preview.Problems, func(problem *pass.Problem) bool {
		return problem.Reason() == v1alpha1.ReasonThrottled
	})
}

// accountOf is the AWSAccount of an object, nil when there is none of the name.
func (p *planner) accountOf(ctx context.Context, object pass.Object) (*v1alpha1.AWSAccount, error) {
	accounts, err := p.view.accounts(ctx)
	for _, account := range accounts {
		if account.Name == object.SharedSpec().AccountName {
			return account, nil
		}
	}
	return nil, err
}

// foresee has what is about to be made count as made for those that refer to it.
func (p *planner) foresee(o *planned) {
	if o.err != nil {
		return
	}
	p.accounts.expect(o.preview)
	end := o.preview.Plan.End(o.preview.Observed).Policy
	if object, ok := o.object.(*v1alpha1.ECSPolicy); ok && end != nil && object.Status.PolicyARN == "" {
		made := object.DeepCopy()
		made.Status.PolicyARN = end.ARN
		p.view.place(made)
	}
}

// clusterIDOf is the controller's cluster id, as its AWSAccounts tell it.
func clusterIDOf(accounts []*v1alpha1.AWSAccount, given string) (string, error) {
	if given != "" {
		return given, nil
	}
	for _, account := range accounts {
		if account.Status.ClusterID != "" {
			return account.Status.ClusterID, nil
		}
	}
	return "", errors.New("the controller's cluster id is not known, by which its entities are told from others: give " +
		"--cluster-id as the controller has it")
}

// objectNamed is an object that the command line names as KIND/NAME.
func objectNamed(ctx context.Context, v *view, argument, namespace string) (*planned, error) {
	typed, name, found := strings.Cut(argument, "/")
	kind := kindNamed(typed)
	if !found || kind == "" || name == "" {
		return nil, fmt.Errorf("%s is no object: give KIND/NAME, such as ecsrole/checkout; the kinds are ecsrole, ecspolicy "+
			"and ecsservicelinkedrole", argument)
	}
	key := client.ObjectKey{Namespace: namespace, Name: name}
	if kind == v1alpha1.KindECSServiceLinkedRole {
		key.Namespace = ""
	}
	all, err := v.all(ctx, kind)
	if err != nil {
		return nil, err
	}
	for _, object := range all {
		if of, ok := object.(pass.Object); ok && client.ObjectKeyFromObject(object) == key {
			return &planned{object: of, kind: kind}, nil
		}
	}
	return nil, fmt.Errorf("%s %s does not exist in the cluster: correct the name, or choose a namespace by -n", kind,
		strings.Trim(key.String(), "/"))
}

// kindNamed is the kind of a name as kubectl takes it, empty for another.
func kindNamed(name string) string {
	name, _, _ = strings.Cut(strings.ToLower(name), ".")
	switch name {
	case "ecsrole", "ecsroles", "ecsr":
		return v1alpha1.KindECSRole
	case "ecspolicy", "ecspolicies", "ecsp":
		return v1alpha1.KindECSPolicy
	case "ecsservicelinkedrole", "ecsservicelinkedroles", "ecsslr":
		return v1alpha1.KindECSServiceLinkedRole
	}
	return ""
}
