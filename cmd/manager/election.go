// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"strings"
	"time"

	authenticationv1 "k8s.io/api/authentication/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/uuid"
	"k8s.io/client-go/kubernetes"
	clientgoscheme "k8s.io/client-go/kubernetes/scheme"
	authenticationclient "k8s.io/client-go/kubernetes/typed/authentication/v1"
	corev1client "k8s.io/client-go/kubernetes/typed/core/v1"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/leaderelection/resourcelock"
	"k8s.io/client-go/tools/record"
	"k8s.io/utils/clock"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/healthz"

	"github.com/ecsiam/ecs-iam-controller/internal/leader"
)

// newLock is the lock for which the replicas of this installation, and all installations of its name, contend. Without
// leader election nothing takes it.
func (o options) newLock(ctx context.Context, cluster *rest.Config, namespaceFile string) (*leader.Lock, error) {
	if !o.leaderElect {
		return &leader.Lock{}, nil
	}
	namespace, err := o.namespaceOfLease(namespaceFile)
	if err != nil {
		return nil, err
	}
	host, err := os.Hostname()
	if err != nil {
		return nil, fmt.Errorf("naming this replica: %w", err)
	}
	config := rest.AddUserAgent(rest.CopyConfig(cluster), "leader-election")
	config.Timeout = max(o.lease.renewDeadline/2, time.Second) // one request that hangs must not cost the lease
	client, err := kubernetes.NewForConfig(config)
	if err != nil {
		return nil, fmt.Errorf("creating a client for leader election: %w", err)
	}
	serviceAccount, err := ownServiceAccount(ctx, client.AuthenticationV1().SelfSubjectReviews(), namespace)
	if err != nil {
		return nil, err
	}
	name := o.installation.controllerName().LeaseName()
	identity := leader.Identity(host+"_"+string(uuid.NewUUID()), serviceAccount)
	broadcaster := record.NewBroadcaster()
	broadcaster.StartRecordingToSink(&corev1client.EventSinkImpl{Interface: client.CoreV1().Events(namespace)})
	events := broadcaster.NewRecorder(clientgoscheme.Scheme, corev1.EventSource{Component: identity})
	own, err := resourcelock.New(resourcelock.LeasesResourceLock, namespace, name,
		client.CoreV1(), client.CoordinationV1(),
		resourcelock.ResourceLockConfig{Identity: identity, EventRecorder: events})
	if err != nil {
		return nil, fmt.Errorf("creating the lock of the leader: %w", err)
	}
	return &leader.Lock{
		Interface: own,
		Rivals: &leader.Rivals{
			Leases: client.CoordinationV1(), Reviews: client.AuthorizationV1().SubjectAccessReviews(),
			Name: name, Namespace: namespace, Clock: clock.RealClock{},
		},
		Log: ctrl.Log.WithName("leader-election"),
	}, nil
}

// ownServiceAccount is the service account of the lease's namespace that this process works as, by which other
// installations know that the lease is one. Outside a cluster there is none, and no other installation waits for this.
func ownServiceAccount(
	ctx context.Context, self authenticationclient.SelfSubjectReviewInterface, namespace string,
) (string, error) {
	review, err := self.Create(ctx, &authenticationv1.SelfSubjectReview{}, metav1.CreateOptions{})
	if err != nil {
		return "", fmt.Errorf("asking the API server for the name of this service account: %w", err)
	}
	if name, found := strings.CutPrefix(review.Status.UserInfo.Username, "system:serviceaccount:"+namespace+":"); found {
		return name, nil
	}
	return "", nil
}

func (o options) namespaceOfLease(namespaceFile string) (string, error) {
	if o.leaseNamespace != "" {
		return o.leaseNamespace, nil
	}
	content, err := os.ReadFile(namespaceFile) //nolint:gosec // the file is Kubernetes', and a test's
	if err != nil {
		return "", fmt.Errorf("finding the namespace of the leader lease: %w", err)
	}
	return strings.TrimSpace(string(content)), nil
}

// alone is ready where no other installation keeps this one from working.
func alone(lock *leader.Lock) healthz.Checker {
	return func(*http.Request) error { return lock.Problem() }
}
