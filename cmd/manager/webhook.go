// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"os"
	"strconv"
	"strings"

	"github.com/open-policy-agent/cert-controller/pkg/rotator"
	"github.com/spf13/pflag"
	"k8s.io/apimachinery/pkg/types"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/webhook"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	admission "github.com/ecsiam/ecs-iam-controller/internal/admission/webhook"
)

// webhookOptions are the flags of the validating webhook, which is off unless it has an address.
type webhookOptions struct {
	addr          string
	certDir       string
	certSecret    string
	service       string
	configuration string
	// namespace is that of the pod, in which the Secret and the Service are.
	namespace string
}

func (w *webhookOptions) addFlags(flags *pflag.FlagSet) {
	flags.StringVar(&w.addr, "webhook-bind-address", "0",
		"address of the validating webhook, such as :9443; 0 serves none. It serves in every replica, leader or not")
	flags.StringVar(&w.certDir, "webhook-cert-dir", "/etc/webhook/certs",
		"directory with tls.crt and tls.key of the webhook, which are read again when they change")
	flags.StringVar(&w.certSecret, "webhook-cert-secret", "",
		"name of a Secret of this namespace that the controller fills with certificates of its own, and renews, and that is "+
			"mounted at --webhook-cert-dir; empty leaves certificates to others, such as cert-manager")
	flags.StringVar(&w.service, "webhook-service", "ecs-iam-controller-webhook",
		"name of the webhook's Service, for which the controller's own certificates are made")
	flags.StringVar(&w.configuration, "webhook-configuration", "ecs-iam-controller",
		"name of the ValidatingWebhookConfiguration that gets the controller's own certificate authority")
}

func (w *webhookOptions) serves() bool { return w.addr != "0" && w.addr != "" }

// complete checks the flags, and finds the namespace.
func (w *webhookOptions) complete(namespaceFile string) error {
	if !w.serves() {
		return nil
	}
	if _, _, err := w.hostPort(); err != nil {
		return err
	}
	if w.certSecret == "" {
		return nil
	}
	content, err := os.ReadFile(namespaceFile) //nolint:gosec // the file is Kubernetes', and a test's
	if err != nil {
		return errors.New("--webhook-cert-secret works in a cluster only: outside, give --webhook-cert-dir a certificate, " +
			"and the ValidatingWebhookConfiguration its authority")
	}
	w.namespace = strings.TrimSpace(string(content))
	return nil
}

func (w *webhookOptions) hostPort() (host string, port int, err error) {
	host, text, err := net.SplitHostPort(w.addr)
	if err == nil {
		port, err = strconv.Atoi(text)
	}
	if err != nil || port < 1 || port > 65535 {
		return "", 0, fmt.Errorf("--webhook-bind-address %q is no address: write one such as :9443, or 0 for no webhook",
			w.addr)
	}
	return host, port, nil
}

// server is the webhook server, nil for none.
func (w *webhookOptions) server() webhook.Server {
	if !w.serves() {
		return nil
	}
	host, port, err := w.hostPort()
	if err != nil {
		return nil // complete has refused it
	}
	return webhook.NewServer(webhook.Options{
		Host: host, Port: port, CertDir: w.certDir,
		TLSOpts: []func(*tls.Config){func(c *tls.Config) {
			// HTTP/2 stays off, as for the metrics.
			c.NextProtos, c.MinVersion = []string{"http/1.1"}, tls.VersionTLS12
		}},
	})
}

// serveWebhook serves the webhook as soon as it has certificates. The replica is not ready before.
func serveWebhook(ctx context.Context, mgr ctrl.Manager, server webhook.Server, region string, w webhookOptions) error {
	if server == nil {
		return nil
	}
	for _, object := range []client.Object{&v1alpha1.AWSAccount{}, &v1alpha1.ECSRole{}, &v1alpha1.ECSPolicy{}} {
		// Answers have three seconds: the cache is filled before the first question, in every replica.
		if _, err := mgr.GetCache().GetInformer(ctx, object); err != nil {
			return fmt.Errorf("watching what the webhook reads: %w", err)
		}
	}
	certificates := make(chan struct{})
	if err := w.rotate(mgr, certificates); err != nil {
		return err
	}
	server.Register(admission.Path, &webhook.Admission{
		Handler: admission.New(mgr.GetClient(), mgr.GetScheme(), region),
	})
	return errors.Join(
		mgr.AddReadyzCheck("webhook", server.StartedChecker()),
		mgr.Add(everywhere{func(ctx context.Context) error {
			select {
			case <-certificates:
				return server.Start(ctx)
			case <-ctx.Done():
				return nil
			}
		}}),
	)
}

// everywhere runs in every replica.
type everywhere struct{ run func(context.Context) error }

// Start implements manager.Runnable.
func (e everywhere) Start(ctx context.Context) error { return e.run(ctx) }

// NeedLeaderElection implements manager.LeaderElectionRunnable.
func (everywhere) NeedLeaderElection() bool { return false }

// rotate keeps certificates in the Secret, and closes the channel when there are some.
func (w *webhookOptions) rotate(mgr ctrl.Manager, certificates chan struct{}) error {
	if w.certSecret == "" {
		close(certificates)
		return nil
	}
	err := rotator.AddRotator(mgr, &rotator.CertRotator{
		SecretKey: types.NamespacedName{Namespace: w.namespace, Name: w.certSecret},
		CertDir:   w.certDir, CAName: "ecs-iam-controller", CAOrganization: v1alpha1.GroupName,
		DNSName: w.service + "." + w.namespace + ".svc", IsReady: certificates,
		Webhooks:   []rotator.WebhookInfo{{Name: w.configuration, Type: rotator.Validating}},
		FieldOwner: v1alpha1.FieldOwner, RequireLeaderElection: false,
	})
	if err != nil {
		return fmt.Errorf("setting up the webhook's certificates: %w", err)
	}
	return nil
}
