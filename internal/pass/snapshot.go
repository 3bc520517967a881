// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package pass

import (
	"context"
	"fmt"
	"strings"
	"time"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	logf "sigs.k8s.io/controller-runtime/pkg/log"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/internal/desired"
	"github.com/ecsiam/ecs-iam-controller/internal/iam"
	"github.com/ecsiam/ecs-iam-controller/internal/iam/snapshot"
)

// snapshotPatience is how long a pass waits for the first snapshot of an account before it asks again.
const snapshotPatience = 2 * time.Second

// inBulk is what the pass wants, where snapshots of the account show it; nil where they do not.
func (r *Reconciler) inBulk(o outcome) InBulk {
	if r.Snapshots == nil || r.kind.InBulk == nil || o.want == nil || o.scope.Account == nil {
		return nil
	}
	return r.kind.InBulk(o.want)
}

// recognised returns the state that the snapshot of the account shows of an entity which no pass looked at since the
// controller started. Only when that is as declared is it taken: what differs is read directly, because a snapshot is
// no consistent cut. While the first snapshot is awaited the pass is a Problem.
func (t *turn) recognised(forced bool) (iam.Observation, bool, error) {
	bulk := t.inBulk(t.out)
	if bulk == nil || forced || t.mem.Applied().Wanted != "" || !settledBefore(t.object) {
		return iam.Observation{}, false, nil
	}
	name := t.out.scope.Account.Name
	if t.Snapshots.Awaited(name) && t.mem.Failures() < quietFailures {
		return iam.Observation{}, false, NewProblem(v1alpha1.ReasonProgressing, ByTime,
			"waiting for the first reading of the whole account").NotBefore(snapshotPatience)
	}
	shown, found := t.Snapshots.Recognise(name, t.kind.Shown, bulk.Name(), bulk.Profile())
	if !found || shown.EntityID() != t.kind.uniqueID(t.object) {
		return iam.Observation{}, false, nil
	}
	got := bulk.Presumed(shown)
	if !bulk.Whole(got) || !t.out.want.Diff(got, t.answers).Empty() {
		return iam.Observation{}, false, nil
	}
	return got, true, nil
}

// watchOver leaves an object that is as declared to the snapshots of its account, and reports whether they will tell
// when that changes. An object that is not as declared asks for its passes itself.
func (r *Reconciler) watchOver(object Object, o outcome) bool {
	bulk := r.inBulk(o)
	if bulk == nil {
		return false
	}
	account := o.scope.Account
	if !o.shownWhole() || !bulk.Whole(o.observed) {
		r.unwatch(client.ObjectKeyFromObject(object))
		return false
	}
	at := o.observed.BegunAt
	if o.wroteAt.After(at) {
		at = o.wroteAt
	}
	r.Snapshots.Settle(account.Name, snapshot.Settled{
		Object: r.watched(client.ObjectKeyFromObject(object)), Seen: o.observed, Compare: bulk.Compare(), WroteAt: at,
	})
	return r.Snapshots.Covers(account.Name, r.kind.Shown, r.Clock.Now(), resync(account))
}

// shownWhole reports whether the object is as declared, and a reading of its entity shows all that could change that.
// What is left because it only denies, and principals that do not exist, must be looked at: the document of an attached
// policy may change, and a principal may come, without a change of the role.
func (o outcome) shownWhole() bool {
	return !o.deleting && o.seen && o.settled() && o.observed.EntityID() != "" &&
		len(o.plan.Restrictions) == 0 && len(o.observed.MissingPrincipals) == 0
}

// watched is an object of the kind as snapshots know it.
func (r *Reconciler) watched(object types.NamespacedName) snapshot.Object {
	return snapshot.Object{Entity: r.kind.Shown, NamespacedName: object}
}

// unwatch has snapshots forget an object that is not as declared, or another installation's.
func (r *Reconciler) unwatch(object types.NamespacedName) {
	if r.Snapshots != nil && r.kind.InBulk != nil {
		r.Snapshots.Unsettle(r.watched(object))
	}
}

// mourn has snapshots forget an object that is gone.
func (r *Reconciler) mourn(object types.NamespacedName) {
	if r.Snapshots != nil && r.kind.InBulk != nil {
		r.Snapshots.Gone(r.watched(object), r.Clock.Now())
	}
}

// next is when an object is looked at again: not before something changes, when snapshots watch over it.
func (r *Reconciler) next(req ctrl.Request, object Object, o outcome, failures int, urgent bool) ctrl.Result {
	after, watched := r.schedule(failures).next(o), r.watchOver(object, o)
	if len(o.problems) == 0 && !o.propagateUntil.After(r.Clock.Now()) {
		switch {
		case watched:
			after = 0
		case r.looksForItself(o):
			after = inTurn(req, r.Clock.Now(), r.directInterval(o.scope.Account))
		}
	}
	return r.again(req, o, after, urgent)
}

// looksForItself reports whether an object would be left to snapshots, and none watches over its account.
func (r *Reconciler) looksForItself(o outcome) bool {
	account := o.scope.Account
	return r.inBulk(o) != nil &&
		!r.Snapshots.Covers(account.Name, r.kind.Shown, r.Clock.Now(), resync(account))
}

// KnowsRoles reports whether the roles of an account were read together within its interval.
func (e *Environment) KnowsRoles(account *v1alpha1.AWSAccount) bool {
	return e.Snapshots == nil || e.Snapshots.Covers(account.Name, snapshot.Role, e.Clock.Now(), resync(account))
}

// LookForDrift takes a snapshot of an account that is due for one, and has the objects looked at whose entities differ.
// reached says whether the account can be read now. It returns how the drift of the account's roles is looked for, and
// when the account must be looked at again for it, zero for not before its interval.
func (e *Environment) LookForDrift(
	ctx context.Context, account *v1alpha1.AWSAccount, reached bool,
) (v1alpha1.DriftDetection, time.Duration) {
	if e.Snapshots == nil {
		return v1alpha1.DriftDetection{}, 0
	}
	interval, detection := resync(account), account.Status.DriftDetection // what was said last stands until the next look
	var again time.Duration
	if reached && e.Snapshots.Due(account.Name, e.Clock.Now(), interval) {
		detection, again = e.takeSnapshot(ctx, account)
	}
	e.Drift.lookInTurn(e.Snapshots.Lapsed(account.Name, e.Clock.Now(), interval), e.directInterval(account))
	return e.spread(account, detection), again
}

// spread adds how long an interval is where objects look for themselves and it is longer than asked for.
func (e *Environment) spread(account *v1alpha1.AWSAccount, d v1alpha1.DriftDetection) v1alpha1.DriftDetection {
	d.Message, _, _ = strings.Cut(d.Message, spreadOver)
	interval := e.directInterval(account)
	if interval > resync(account) && d.Message != "" {
		d.Message += fmt.Sprintf("%s%d seconds in place of resyncIntervalSeconds, to stay below a fifth of rateLimit.qps",
			spreadOver, int(interval.Seconds()))
	}
	return d
}

const spreadOver = "; these reads are spread over "

// takeSnapshot takes a snapshot unless reading each role costs fewer calls.
func (e *Environment) takeSnapshot(
	ctx context.Context, account *v1alpha1.AWSAccount,
) (v1alpha1.DriftDetection, time.Duration) {
	roles, policies := e.Snapshots.Choose(account.Name)
	if !roles {
		return directly("reading each role takes fewer calls than reading the whole account"), 0
	}
	names, err := e.policyNames(ctx, account)
	var elsewhere []string
	if err == nil {
		elsewhere, err = e.policiesElsewhere(ctx, account)
	}
	if err != nil {
		logf.FromContext(ctx).Error(err, "looking for ECSPolicies before the account is read")
		return account.Status.DriftDetection, snapshotRetry
	}
	if !e.KnowsRoles(account) {
		ctx = iam.WithUrgency(ctx) // it waited for an interval behind what people wait for, or is the first
	}
	aws := e.Accounts.ForAccount(ctx, AccountConfig(account))
	began, wanted := e.Clock.Now(), snapshot.Wanted{
		Policies: policies, PolicyNames: names, Elsewhere: elsewhere, PathPrefix: desired.RolePathPrefix(&account.Spec),
		Orphans: account.Status.OrphanedPolicies > 0, Likely: namedByDefault(account),
	}
	changed, err := e.Snapshots.Take(ctx, account.Name, aws, wanted, e.Clock.Now)
	e.Metrics.tookSnapshot(account.Name, began, e.Clock.Since(began), e.Snapshots.Roles(account.Name), err)
	e.Drift.look(changed, resync(account))
	covered, shown := e.KnowsRoles(account), bySnapshot
	if !policies {
		shown = bySnapshotOfRoles
	}
	denied := iam.Classify(err) == iam.ClassDenied
	switch {
	case err == nil || covered && denied:
		return shown, 0
	case covered:
		return shown, e.retrySnapshot(account.Name, err)
	case denied:
		return directly("AWS does not allow the controller iam:ListRoles and iam:GetAccountAuthorizationDetails: each role " +
			"is read by itself, which takes about four calls a role and interval"), 0
	}
	return directly("the account could not be read as a whole: " + describeError(err)),
		e.retrySnapshot(account.Name, err)
}

// retrySnapshot is when a snapshot is tried again that could not be taken: later each time, for it is many calls in an
// account that may be throttled.
func (e *Environment) retrySnapshot(account string, err error) time.Duration {
	wait := snapshotRetry
	for range min(e.Snapshots.Failures(account)-1, 10) {
		wait = min(2*wait, lastRetry)
	}
	return max(retryAfter(err), wait)
}

func directly(why string) v1alpha1.DriftDetection {
	return v1alpha1.DriftDetection{Mode: v1alpha1.DriftByDirectReads, Message: why}
}

// snapshotRetry is how soon a snapshot is tried again for the first time.
const snapshotRetry = 5 * time.Second

// How drift is found where snapshots are taken.
var (
	bySnapshot = v1alpha1.DriftDetection{
		Mode: v1alpha1.DriftBySnapshot, Message: "the roles of the account are read together at each interval",
	}
	bySnapshotOfRoles = v1alpha1.DriftDetection{
		Mode: v1alpha1.DriftBySnapshot,
		Message: "the roles of the account are read together at each interval; each ECSPolicy is read by itself, which " +
			"takes fewer calls than reading all managed policies of the account",
	}
)

// SnapshotCondition adds to the conditions of an account that its roles cannot be read together, or takes that away.
func (e *Environment) SnapshotCondition(
	conditions []metav1.Condition, account *v1alpha1.AWSAccount, detection v1alpha1.DriftDetection,
) []metav1.Condition {
	now := e.Clock.Now()
	if e.Snapshots == nil || !e.Snapshots.Stale(account.Name, now, resync(account)) {
		meta.RemoveStatusCondition(&conditions, v1alpha1.ConditionSnapshotStale)
		return conditions
	}
	setCondition(&conditions, metav1.Condition{
		Type: v1alpha1.ConditionSnapshotStale, Status: metav1.ConditionTrue, Reason: string(v1alpha1.ReasonUnavailable),
		Message: readable(iam.WithoutAccounts(detection.Message)), ObservedGeneration: account.Generation,
	}, now)
	return conditions
}

// ForgetSnapshots drops what is kept of an account that is gone.
func (e *Environment) ForgetSnapshots(account string) {
	e.Metrics.forget(account)
	if e.Snapshots != nil {
		e.Snapshots.Forget(account)
	}
}
