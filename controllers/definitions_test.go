// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers_test

import (
	"context"
	"path/filepath"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/envtest"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/test/controlplane"
)

// installed are the CustomResourceDefinitions as a user applies and deletes them.
var installed = envtest.CRDInstallOptions{Paths: []string{filepath.Join("..", "config", "crd", "bases")}}

// declareAgain creates an account, a role and a policy in a cluster of their own, and waits until they are Ready.
func (w *world) declareAgain(ctx context.Context, cluster client.Client) (*v1alpha1.ECSRole, *v1alpha1.ECSPolicy) {
	GinkgoHelper()
	account := &v1alpha1.AWSAccount{ObjectMeta: metav1.ObjectMeta{Name: w.account.Name}, Spec: w.account.Spec}
	role, policy := w.role("app", v1alpha1.RoleTypeTask, withStatement), w.policy("read")
	for _, object := range []client.Object{account, role, policy} {
		Eventually(func() error { return cluster.Create(ctx, object) }).WithTimeout(patient).Should(Succeed())
	}
	Eventually(func(g Gomega) {
		g.Expect(cluster.Get(ctx, keyOf(role), role)).To(Succeed())
		g.Expect(cluster.Get(ctx, client.ObjectKeyFromObject(policy), policy)).To(Succeed())
		for _, conditions := range [][]metav1.Condition{role.Status.Conditions, policy.Status.Conditions} {
			g.Expect(meta.IsStatusConditionTrue(conditions, v1alpha1.ConditionReady)).To(BeTrue(), "%v", conditions)
		}
	}).WithTimeout(patient).Should(Succeed())
	return role, policy
}

var _ = Describe("the CustomResourceDefinitions", func() {
	It("that are deleted leave everything in AWS, which the same manifests take up again", func(ctx context.Context) {
		config, stop, err := controlplane.Start(ctx, "..")
		Expect(err).NotTo(HaveOccurred())
		DeferCleanup(func() { Expect(stop()).To(Succeed()) })
		cluster, err := client.New(config, client.Options{Scheme: scheme})
		Expect(err).NotTo(HaveOccurred())

		w := newWorld(ctx, atOnce, closeNames)
		Expect(cluster.Create(ctx, &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: w.namespace}})).To(Succeed())
		leave := w.manage(ctx, config)
		role, _ := w.declareAgain(ctx, cluster)
		before := w.iamRole(nameOf(role))

		Expect(envtest.UninstallCRDs(config, installed)).To(Succeed())
		for _, list := range []client.ObjectList{
			&v1alpha1.ECSRoleList{}, &v1alpha1.ECSPolicyList{}, &v1alpha1.AWSAccountList{},
		} {
			Eventually(func() error { return cluster.List(ctx, list) }).WithTimeout(patient).Should(
				Or(MatchError(meta.IsNoMatchError, "no such kind"), MatchError(apierrors.IsNotFound, "not found")))
		}
		w.expectReleased(nameOf(role), clusterID+"/"+w.namespace+"/app")
		leave()

		_, err = envtest.InstallCRDs(config, installed)
		Expect(err).NotTo(HaveOccurred())
		w.manage(ctx, config)
		role, policy := w.declareAgain(ctx, cluster)
		Expect(w.iamRole(nameOf(role)).ID).To(Equal(before.ID), "the role is the same one")
		Expect(w.ownerOf(nameOf(role))).To(Equal(clusterID + "/" + w.namespace + "/app"))
		for _, write := range w.writes() {
			Expect(write).NotTo(HavePrefix("Delete"))
		}
		Expect(policy.Status.PolicyARN).NotTo(BeEmpty())
	})
})
