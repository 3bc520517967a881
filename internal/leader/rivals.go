// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package leader

import (
	"context"
	"fmt"
	"strings"
	"time"

	authorizationv1 "k8s.io/api/authorization/v1"
	coordinationv1 "k8s.io/api/coordination/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/fields"
	"k8s.io/apimachinery/pkg/util/validation"
	authorizationclient "k8s.io/client-go/kubernetes/typed/authorization/v1"
	coordinationclient "k8s.io/client-go/kubernetes/typed/coordination/v1"
	"k8s.io/client-go/tools/leaderelection/resourcelock"
	"k8s.io/utils/clock"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
)

// Identity is what a lease says of its holder: a replica, which is unique, and the service account that it works as,
// which is one of the lease's namespace, or empty.
func Identity(replica, serviceAccount string) string { return replica + "_" + serviceAccount }

// serviceAccountIn is the service account that an identity names, or empty where it names none. Neither that nor a host
// may have an underscore. What no service account can be called is not asked about: a lease may hold a text of any
// size, and a review that the API server refuses for it would keep everyone waiting.
func serviceAccountIn(identity string) string {
	name := identity[strings.LastIndex(identity, "_")+1:]
	if len(validation.IsDNS1123Subdomain(name)) > 0 {
		return ""
	}
	return name
}

// Rivals are the installations of one name in other namespaces, known by their leases. Whoever may edit a namespace may
// write a lease into it, so that a lease counts only where its namespace has a service account that may do what an
// installation does.
type Rivals struct {
	Leases coordinationclient.LeasesGetter
	// Reviews say what a service account may do.
	Reviews authorizationclient.SubjectAccessReviewInterface
	// Name is that of the lease, which follows the name of the installation.
	Name string
	// Namespace is that of this installation, whose lease is no rival's.
	Namespace string
	Clock     clock.PassiveClock

	seen map[string]sighting
}

// sighting is a lease as it was last seen held. Clocks of other machines are not relied on: a lease counts as held for
// its duration after a change was seen here. That it was given back changes nothing, because a rolling update of the
// other installation gives it back, too, for a moment.
type sighting struct {
	record resourcelock.LeaderElectionRecord
	until  time.Time
}

// WorkingError says that another installation of this name is at work.
type WorkingError struct {
	namespace string
	record    resourcelock.LeaderElectionRecord
}

func (e *WorkingError) Error() string {
	return fmt.Sprintf("another installation with this --controller-name is at work in namespace %s (%s). Two "+
		"installations in one cluster need two names: change --controller-name of one of them, or remove one. This one "+
		"waits, and changes nothing", e.namespace, e.record.HolderIdentity)
}

// raw changes whenever the lease does.
func (e *WorkingError) raw() []byte {
	return []byte(e.namespace + "/" + e.record.HolderIdentity + "/" + e.record.RenewTime.UTC().Format(time.RFC3339Nano))
}

// working returns a *WorkingError while another installation of this name works, and another error when that cannot be
// known.
func (r *Rivals) working(ctx context.Context) error {
	// Neither a label nor a namespace, and the one name: the permission to list is given for that name alone.
	list, err := r.Leases.Leases(metav1.NamespaceAll).List(ctx, metav1.ListOptions{
		FieldSelector: fields.OneTermEqualSelector(metav1.ObjectNameField, r.Name).String(),
	})
	if err != nil {
		return fmt.Errorf("looking in all namespaces for a lease %s of another installation with this --controller-name, "+
			"for which a ClusterRole has to allow the verb list on leases with that resourceName: %w", r.Name, err)
	}
	var held []*WorkingError
	for i := range list.Items {
		lease := &list.Items[i]
		if lease.Name != r.Name || lease.Namespace == r.Namespace {
			continue
		}
		if last := r.note(lease); r.Clock.Now().Before(last.until) {
			held = append(held, &WorkingError{lease.Namespace, last.record})
		}
	}
	for _, lease := range held {
		if genuine, err := r.installed(ctx, lease.namespace, serviceAccountIn(lease.record.HolderIdentity)); err != nil {
			return err
		} else if genuine {
			return lease
		}
	}
	return nil
}

// installed reports whether a service account may do what only an installation may: set the status of AWSAccounts,
// which belong to the cluster.
func (r *Rivals) installed(ctx context.Context, namespace, serviceAccount string) (bool, error) {
	if serviceAccount == "" {
		return false, nil
	}
	asked := &authorizationv1.SubjectAccessReview{Spec: authorizationv1.SubjectAccessReviewSpec{
		User:   "system:serviceaccount:" + namespace + ":" + serviceAccount,
		Groups: []string{"system:serviceaccounts", "system:serviceaccounts:" + namespace, "system:authenticated"},
		ResourceAttributes: &authorizationv1.ResourceAttributes{
			Group: v1alpha1.GroupName, Resource: "awsaccounts", Subresource: "status", Verb: "patch",
		},
	}}
	review, err := r.Reviews.Create(ctx, asked, metav1.CreateOptions{})
	if err != nil {
		return false, fmt.Errorf("asking whether the lease %s in namespace %s is that of another installation, for which a "+
			"ClusterRole has to allow the verb create on subjectaccessreviews: %w", r.Name, namespace, err)
	}
	return review.Status.Allowed, nil
}

// note is the sighting of a lease with what it is now.
func (r *Rivals) note(lease *coordinationv1.Lease) sighting {
	last := r.seen[lease.Namespace]
	record := *resourcelock.LeaseSpecToLeaderElectionRecord(&lease.Spec)
	renewed := record.HolderIdentity != last.record.HolderIdentity || !record.RenewTime.Equal(&last.record.RenewTime)
	if record.HolderIdentity == "" || !renewed {
		return last
	}
	last = sighting{record, r.Clock.Now().Add(time.Duration(record.LeaseDurationSeconds) * time.Second)}
	if r.seen == nil {
		r.seen = map[string]sighting{}
	}
	r.seen[lease.Namespace] = last
	return last
}
