// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package leader

import (
	"context"
	"errors"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/go-logr/logr/funcr"
	authorizationv1 "k8s.io/api/authorization/v1"
	coordinationv1 "k8s.io/api/coordination/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	authorizationclient "k8s.io/client-go/kubernetes/typed/authorization/v1"
	coordinationclient "k8s.io/client-go/kubernetes/typed/coordination/v1"
	"k8s.io/client-go/tools/leaderelection/resourcelock"
	testclock "k8s.io/utils/clock/testing"
)

const (
	name     = "controller.ecsiam.dev"
	duration = 15 * time.Second
	// serviceAccount is that of installations, in the namespaces a and b.
	serviceAccount = "ecs-iam-controller"
)

// cluster holds the leases of all namespaces, by namespace and name.
type cluster struct {
	leases  map[string]*coordinationv1.Lease
	lists   int
	refusal error // of a list
	// unreviewed is the refusal of a review.
	unreviewed error
	between    func() // is called before a list is answered
	version    int
}

// Leases are those of a namespace.
func (c *cluster) Leases(namespace string) coordinationclient.LeaseInterface {
	return leases{cluster: c, namespace: namespace}
}

type leases struct {
	coordinationclient.LeaseInterface
	cluster   *cluster
	namespace string
}

var resource = schema.GroupResource{Group: coordinationv1.GroupName, Resource: "leases"}

func (l leases) Get(_ context.Context, name string, _ metav1.GetOptions) (*coordinationv1.Lease, error) {
	if lease := l.cluster.leases[l.namespace+"/"+name]; lease != nil {
		return lease.DeepCopy(), nil
	}
	return nil, apierrors.NewNotFound(resource, name)
}

func (l leases) Create(_ context.Context, lease *coordinationv1.Lease, _ metav1.CreateOptions) (*coordinationv1.Lease, error) {
	if l.cluster.leases[lease.Namespace+"/"+lease.Name] != nil {
		return nil, apierrors.NewAlreadyExists(resource, lease.Name)
	}
	return l.cluster.put(lease), nil
}

func (l leases) Update(_ context.Context, lease *coordinationv1.Lease, _ metav1.UpdateOptions) (*coordinationv1.Lease, error) {
	if l.cluster.leases[lease.Namespace+"/"+lease.Name].ResourceVersion != lease.ResourceVersion {
		return nil, apierrors.NewConflict(resource, lease.Name, errors.New("it changed"))
	}
	return l.cluster.put(lease), nil
}

func (l leases) List(_ context.Context, options metav1.ListOptions) (*coordinationv1.LeaseList, error) {
	if l.namespace != metav1.NamespaceAll || options.FieldSelector != "metadata.name="+name {
		return nil, apierrors.NewForbidden(resource, "", errors.New("RBAC lets the one name be listed"))
	}
	l.cluster.lists++
	if l.cluster.between != nil {
		l.cluster.between()
	}
	list := &coordinationv1.LeaseList{}
	for _, key := range slices.Sorted(maps.Keys(l.cluster.leases)) {
		if strings.HasSuffix(key, "/"+name) {
			list.Items = append(list.Items, *l.cluster.leases[key].DeepCopy())
		}
	}
	return list, l.cluster.refusal
}

func (c *cluster) put(lease *coordinationv1.Lease) *coordinationv1.Lease {
	c.version++
	kept := lease.DeepCopy()
	kept.ResourceVersion = strconv.Itoa(c.version)
	c.leases[lease.Namespace+"/"+lease.Name] = kept
	return kept.DeepCopy()
}

// reviews let the service accounts of the installations set the status of AWSAccounts, and no other.
type reviews struct {
	authorizationclient.SubjectAccessReviewInterface
	cluster *cluster
}

func (r reviews) Create(
	_ context.Context, review *authorizationv1.SubjectAccessReview, _ metav1.CreateOptions,
) (*authorizationv1.SubjectAccessReview, error) {
	answer, asked := review.DeepCopy(), review.Spec.ResourceAttributes
	if len(review.Spec.User) > 1000 || strings.Contains(review.Spec.User, "\n") {
		return nil, apierrors.NewRequestEntityTooLargeError("as the API server does")
	}
	installation := strings.HasSuffix(review.Spec.User, ":a:"+serviceAccount) || strings.HasSuffix(review.Spec.User, ":b:"+serviceAccount)
	answer.Status.Allowed = installation && asked.Resource == "awsaccounts" && asked.Subresource == "status" && asked.Namespace == ""
	return answer, r.cluster.unreviewed
}

// replica contends as a LeaderElector does.
type replica struct {
	*Lock
	clock *testclock.FakeClock
	lines *[]string
}

func newCluster() (*cluster, *testclock.FakeClock) {
	return &cluster{leases: map[string]*coordinationv1.Lease{}}, testclock.NewFakeClock(time.Date(2026, 11, 26, 12, 0, 0, 0, time.UTC))
}

func (c *cluster) replica(clock *testclock.FakeClock, namespace, identity string) replica {
	own := &resourcelock.LeaseLock{
		LeaseMeta: metav1.ObjectMeta{Namespace: namespace, Name: name}, Client: c,
		LockConfig: resourcelock.ResourceLockConfig{Identity: Identity(identity, serviceAccount)},
	}
	var lines []string
	log := funcr.New(func(_, args string) { lines = append(lines, args) }, funcr.Options{})
	rivals := &Rivals{Leases: c, Reviews: reviews{cluster: c}, Name: name, Namespace: namespace, Clock: clock}
	return replica{&Lock{Interface: own, Rivals: rivals, Log: log}, clock, &lines}
}

func (r replica) record(holder string) resourcelock.LeaderElectionRecord {
	now := metav1.NewTime(r.clock.Now())
	return resourcelock.LeaderElectionRecord{
		HolderIdentity: holder, LeaseDurationSeconds: int(duration / time.Second), RenewTime: now, AcquireTime: now,
	}
}

// try takes the lease if it looks free, as an elector without an earlier observation does.
func (r replica) try(t *testing.T) bool {
	t.Helper()
	record, _, err := r.Get(t.Context())
	switch {
	case apierrors.IsNotFound(err):
		return r.Create(t.Context(), r.record(r.Identity())) == nil
	case err != nil || record.HolderIdentity != "" && record.HolderIdentity != r.Identity():
		return false
	}
	return r.Update(t.Context(), r.record(r.Identity())) == nil
}

func (r replica) mustTake(t *testing.T) {
	t.Helper()
	if !r.try(t) {
		t.Fatalf("%s does not take the lease: %v", r.Describe(), r.Problem())
	}
}

func (r replica) release(t *testing.T) {
	t.Helper()
	if _, _, err := r.Get(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := r.Update(t.Context(), r.record("")); err != nil {
		t.Fatal(err)
	}
}

func (c *cluster) holder(namespace string) string {
	lease := c.leases[namespace+"/"+name]
	if lease == nil || lease.Spec.HolderIdentity == nil {
		return ""
	}
	return *lease.Spec.HolderIdentity
}

func TestAnInstallationWaitsWhileAnotherOfItsNameWorksAndNamesIt(t *testing.T) {
	c, clock := newCluster()
	first, second := c.replica(clock, "a", "pod-a"), c.replica(clock, "b", "pod-b")
	first.mustTake(t)
	for range 20 { // longer than any lease lasts
		if second.try(t) {
			t.Fatal("both work")
		}
		clock.Step(2 * time.Second)
		first.mustTake(t)
	}
	if c.holder("b") != "" {
		t.Errorf("who waits holds its lease as %s, and would keep the other from it", c.holder("b"))
	}
	if problem := second.Problem(); problem == nil || !strings.Contains(problem.Error(), "namespace a (pod-a_ecs-iam-controller)") ||
		!strings.Contains(problem.Error(), "--controller-name") {
		t.Errorf("got problem %v", problem)
	}
	if first.Problem() != nil {
		t.Errorf("the one that works has the problem %v", first.Problem())
	}
	if len(*second.lines) != 1 || !strings.Contains((*second.lines)[0], "namespace a") {
		t.Errorf("logged %v, want one line", *second.lines)
	}
}

func TestAnInstallationTakesOverFromOneThatIsGone(t *testing.T) {
	for how, end := range map[string]func(replica){
		"it gave its lease back": func(r replica) { r.release(t) }, "it was killed": func(replica) {},
	} {
		c, clock := newCluster()
		first, second := c.replica(clock, "a", "pod-a"), c.replica(clock, "b", "pod-b")
		first.mustTake(t)
		if second.try(t) {
			t.Fatalf("%s: both work", how)
		}
		end(first)
		clock.Step(duration - time.Second)
		if second.try(t) {
			t.Errorf("%s: taken over before the lease has run out", how)
		}
		clock.Step(2 * time.Second)
		second.mustTake(t)
		if second.Problem() != nil {
			t.Errorf("%s: who works has the problem %v", how, second.Problem())
		}
	}
}

func TestARollingUpdateOfTheOtherInstallationIsNoOpening(t *testing.T) {
	c, clock := newCluster()
	leaving, coming, second := c.replica(clock, "a", "old"), c.replica(clock, "a", "new"), c.replica(clock, "b", "pod-b")
	leaving.mustTake(t)
	if coming.try(t) || coming.Problem() != nil {
		t.Errorf("a replica of the one that works took the lease, or has the problem %v", coming.Problem())
	}
	if second.try(t) {
		t.Fatal("both work")
	}
	leaving.release(t)
	if second.try(t) {
		t.Fatal("the other installation went between two replicas of one")
	}
	coming.mustTake(t)
	if second.try(t) {
		t.Fatal("both work")
	}
}

func TestOfTwoThatTakeTheirLeasesAtOnceNoneWorksBeforeItKnowsThatTheOtherDoesNot(t *testing.T) {
	c, clock := newCluster()
	first, second := c.replica(clock, "a", "pod-a"), c.replica(clock, "b", "pod-b")
	var alsoTook bool
	looks := 0
	c.between = func() {
		looks++
		if looks == 2 { // the first one has its lease and looks for others
			c.between = nil
			alsoTook = second.Create(t.Context(), second.record(second.Identity())) == nil
		}
	}
	took := first.try(t)
	if took && alsoTook {
		t.Error("both work")
	}
	if !took && c.holder("a") != "" || !alsoTook && c.holder("b") != "" {
		t.Errorf("who does not work holds a lease: %q and %q", c.holder("a"), c.holder("b"))
	}
	clock.Step(duration + time.Second)
	first.mustTake(t)
	if second.try(t) {
		t.Error("both work")
	}
}

func TestWhatCannotBeLookedForIsNotTaken(t *testing.T) {
	c, clock := newCluster()
	c.refusal = apierrors.NewForbidden(resource, "", errors.New("no rule"))
	r := c.replica(clock, "a", "pod-a")
	if r.try(t) {
		t.Error("taken without a look for others")
	}
	if problem := r.Problem(); problem == nil || !strings.Contains(problem.Error(), "a ClusterRole has to allow the verb list on leases") {
		t.Errorf("got problem %v", problem)
	}
	c.refusal = nil
	r.mustTake(t)
	if r.Problem() != nil {
		t.Errorf("got problem %v", r.Problem())
	}
}

func TestALeaseThatAnyoneMayWriteIntoTheirNamespaceKeepsNobodyFromWorking(t *testing.T) {
	for what, holder := range map[string]string{
		"a name":                       "anyone",
		"no service account":           Identity("pod", ""),
		"a service account of theirs":  Identity("pod", "default"),
		"a text too long for a review": Identity("pod", strings.Repeat("<", 1<<20)),
		"no name of a service account": Identity("pod", "a:b\n"),
		"that of the installation, which this namespace does not have": Identity("pod", serviceAccount),
	} {
		c, clock := newCluster()
		now := metav1.NewMicroTime(clock.Now())
		c.put(&coordinationv1.Lease{
			ObjectMeta: metav1.ObjectMeta{Namespace: "tenant", Name: name},
			Spec: coordinationv1.LeaseSpec{
				HolderIdentity: &holder, LeaseDurationSeconds: new(int32(math.MaxInt32)), AcquireTime: &now, RenewTime: &now,
			},
		})
		r := c.replica(clock, "a", "pod-a")
		if !r.try(t) || r.Problem() != nil {
			t.Errorf("%s: the lease is not taken: %v", what, r.Problem())
		}
		// The one that is an installation is found beside it.
		if other := c.replica(clock, "b", "pod-b"); other.try(t) {
			t.Errorf("%s: both work", what)
		}
	}
}

func TestALeaseThatCannotBeJudgedIsWaitedFor(t *testing.T) {
	c, clock := newCluster()
	first, second := c.replica(clock, "a", "pod-a"), c.replica(clock, "b", "pod-b")
	first.mustTake(t)
	c.unreviewed = apierrors.NewForbidden(resource, "", errors.New("no rule"))
	if second.try(t) {
		t.Error("both work")
	}
	if problem := second.Problem(); problem == nil || !strings.Contains(problem.Error(), "create on subjectaccessreviews") {
		t.Errorf("got problem %v", problem)
	}
}

func TestRenewingLooksForNobody(t *testing.T) {
	c, clock := newCluster()
	r, standby := c.replica(clock, "a", "pod-a"), c.replica(clock, "a", "standby")
	r.mustTake(t)
	c.lists = 0
	for range 10 {
		clock.Step(2 * time.Second)
		r.mustTake(t)
		standby.try(t)
	}
	if c.lists != 0 {
		t.Errorf("%d lists for ten renewals", c.lists)
	}
	r.release(t)
	standby.mustTake(t)
	if c.lists == 0 {
		t.Error("a new leader looked for nobody")
	}
}

func TestALeaderThatLostItsLeaseLooksAgainBeforeItLeads(t *testing.T) {
	c, clock := newCluster()
	first, second := c.replica(clock, "a", "pod-a"), c.replica(clock, "b", "pod-b")
	first.mustTake(t)
	first.release(t)
	second.mustTake(t)
	if err := first.Update(t.Context(), first.record(first.Identity())); err == nil {
		t.Error("both work")
	}
	if c.holder("a") != "" {
		t.Errorf("it keeps its lease as %s", c.holder("a"))
	}
}
