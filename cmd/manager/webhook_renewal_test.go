// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"testing"
	"time"

	. "github.com/onsi/gomega"
	"github.com/open-policy-agent/cert-controller/pkg/rotator"
	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"
	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
)

// renewBefore is how long before their end certificates are renewed, as docs/admission.md promises.
const renewBefore = 90 * 24 * time.Hour

// secret is the one that the controller keeps its certificates in.
func (c *cluster) secret(ctx context.Context) *corev1.Secret {
	secret := &corev1.Secret{}
	c.Expect(c.api.Get(ctx, client.ObjectKey{Namespace: ownNamespace, Name: webhookName}, secret)).To(Succeed())
	return secret
}

// age puts certificates into the Secret that end within ten days: an authority as well where authorityToo is set.
func (c *cluster) age(ctx context.Context, authorityToo bool) (put map[string][]byte) {
	secret := c.secret(ctx)
	maker := &rotator.CertRotator{
		CAName: "ecs-iam-controller", CAOrganization: v1alpha1.GroupName,
		DNSName:      c.options.service + "." + ownNamespace + ".svc",
		ExtKeyUsages: &[]x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	begin, end := time.Now().Add(-time.Hour), time.Now().Add(10*24*time.Hour)
	authority := c.authority(secret)
	if authorityToo {
		made, err := maker.CreateCACert(begin, end)
		c.Expect(err).NotTo(HaveOccurred())
		authority = made
		secret.Data["ca.crt"], secret.Data["ca.key"] = made.CertPEM, made.KeyPEM
	}
	cert, key, err := maker.CreateCertPEM(authority, begin, end)
	c.Expect(err).NotTo(HaveOccurred())
	secret.Data["tls.crt"], secret.Data["tls.key"] = cert, key
	c.Expect(c.api.Update(ctx, secret.DeepCopy())).To(Succeed())
	return secret.Data
}

func (c *cluster) authority(secret *corev1.Secret) *rotator.KeyPairArtifacts {
	pair, err := tls.X509KeyPair(secret.Data["ca.crt"], secret.Data["ca.key"])
	c.Expect(err).NotTo(HaveOccurred())
	cert, err := x509.ParseCertificate(pair.Certificate[0])
	c.Expect(err).NotTo(HaveOccurred())
	key, err := x509.ParsePKCS1PrivateKey(decodePEM(secret.Data["ca.key"]))
	c.Expect(err).NotTo(HaveOccurred())
	return &rotator.KeyPairArtifacts{Cert: cert, Key: key, CertPEM: secret.Data["ca.crt"], KeyPEM: secret.Data["ca.key"]}
}

func decodePEM(text []byte) []byte {
	block, _ := pem.Decode(text)
	if block == nil {
		return nil
	}
	return block.Bytes
}

// trusted asks the webhook as the API server does, which trusts what the configuration says, and tells when the
// certificate that is served ends.
func (c *cluster) trusted(ctx context.Context) (ends time.Time, err error) {
	configuration := &admissionregistrationv1.ValidatingWebhookConfiguration{}
	if err := c.api.Get(ctx, client.ObjectKey{Name: c.options.configuration}, configuration); err != nil {
		return ends, err
	}
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(configuration.Webhooks[0].ClientConfig.CABundle)
	dialer := &tls.Dialer{Config: &tls.Config{
		RootCAs: roots, ServerName: c.options.service + "." + ownNamespace + ".svc", MinVersion: tls.VersionTLS13,
	}}
	conn, err := dialer.DialContext(ctx, "tcp", c.options.addr)
	if err != nil {
		return ends, err
	}
	defer func() { _ = conn.Close() }()
	served, ok := conn.(*tls.Conn)
	if !ok {
		return ends, fmt.Errorf("a %T", conn)
	}
	return served.ConnectionState().PeerCertificates[0].NotAfter, nil
}

// renewsItsCertificates is about a webhook that serves already.
func (c *cluster) renewsItsCertificates(t *testing.T) {
	ctx := t.Context()
	lasts := func(g Gomega) {
		ends, err := c.trusted(ctx)
		g.Expect(err).NotTo(HaveOccurred())
		g.Expect(time.Until(ends)).To(BeNumerically(">", renewBefore))
		stored, err := x509.ParseCertificate(decodePEM(c.secret(ctx).Data["tls.crt"]))
		g.Expect(err).NotTo(HaveOccurred())
		g.Expect(stored.NotAfter).To(BeTemporally("==", ends), "what is stored is what is served")
	}
	refuses := func() error {
		return c.api.Create(ctx, ecsRole("wrong", "ecs:DescribeCluster"), client.DryRunAll)
	}
	serves := func() {
		t.Helper()
		c.Eventually(ctx, lasts).WithTimeout(time.Minute).Should(Succeed())
		c.Eventually(ctx, refuses).WithTimeout(time.Minute).Should(MatchError(ContainSubstring("(UnknownAction)")))
	}
	serves()

	first := c.secret(ctx).Data
	aged := c.age(ctx, false)
	serves()
	c.Expect(c.secret(ctx).Data).NotTo(HaveKeyWithValue("tls.crt", aged["tls.crt"]))
	c.Expect(c.secret(ctx).Data).To(HaveKeyWithValue("ca.crt", first["ca.crt"]), "the authority lasts")

	aged = c.age(ctx, true)
	serves()
	c.Expect(c.secret(ctx).Data).NotTo(Or(HaveKeyWithValue("ca.crt", first["ca.crt"]), HaveKeyWithValue("ca.crt", aged["ca.crt"])))
}
