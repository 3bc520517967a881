// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers_test

import (
	"context"
	"os"
	"regexp"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/go-logr/logr/funcr"
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"
	logf "sigs.k8s.io/controller-runtime/pkg/log"
	"sigs.k8s.io/yaml"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
)

var fenced = regexp.MustCompile("(?s)```(yaml|text)\n(.*?)\n```")

// applyPage creates the objects of a page and returns its last text block.
func applyPage(ctx context.Context, page string) string {
	GinkgoHelper()
	content, err := os.ReadFile("../docs/" + page)
	Expect(err).NotTo(HaveOccurred())
	text := ""
	for _, block := range fenced.FindAllStringSubmatch(string(content), -1) {
		if block[1] == "text" {
			text = block[2]
			continue
		}
		for document := range strings.SplitSeq(block[2], "\n---\n") {
			object := &unstructured.Unstructured{}
			Expect(yaml.UnmarshalStrict([]byte(document), &object.Object)).To(Succeed())
			if object.GetKind() == "Kustomization" { // for the installation of the controller
				continue
			}
			Expect(api.Create(ctx, object)).To(Succeed(), "%s %s", object.GetKind(), object.GetName())
			if object.GetKind() != "Namespace" {
				DeferCleanup(func(ctx context.Context) {
					object.SetFinalizers(nil)
					Expect(client.IgnoreNotFound(api.Delete(ctx, object))).To(Succeed())
				})
			}
		}
	}
	return text
}

var _ = Describe("the page on several teams", func() {
	It("describes what happens, from an empty cluster to a refused name", func(ctx context.Context) {
		w := newWorld(ctx)
		message := applyPage(ctx, "multi-tenancy.md")
		at := func(namespace, name string) *v1alpha1.ECSRole {
			role := &v1alpha1.ECSRole{}
			Expect(api.Get(ctx, types.NamespacedName{Namespace: namespace, Name: name}, role)).To(Succeed())
			return role
		}
		checkout := at("payments", "checkout")
		w.settle(ctx, checkout)
		expectReady(checkout)
		Expect(checkout.Status.RoleARN).To(HaveSuffix(":role/ecs/payments/payments_checkout"))

		w.sim.ResetCalls()
		borrowed := at("search", "borrowed")
		w.pass(ctx, borrowed)
		expectNotReady(borrowed, v1alpha1.ReasonGuardrailViolation, v1alpha1.ConditionStalled)
		Expect(condition(borrowed, v1alpha1.ConditionReady).Message).To(Equal(message))
		Expect(w.writes()).To(BeEmpty())

		relabel := func(label string) {
			patch := client.RawPatch(types.MergePatchType, []byte(`{"metadata":{"labels":{"aws.example.com/account":`+label+`}}}`))
			namespace := &corev1.Namespace{}
			namespace.Name = "payments"
			Expect(api.Patch(ctx, namespace, patch)).To(Succeed())
		}
		relabel("null")
		w.pass(ctx, checkout)
		expectNotReady(checkout, v1alpha1.ReasonNamespaceNotAllowed, v1alpha1.ConditionReconciling)
		w.iamRole("payments_checkout")
		relabel(`"production"`)
		w.settle(ctx, checkout)
		expectReady(checkout)
		Expect(w.writes()).To(BeEmpty())
		w.delete(ctx, borrowed)
	})
})

var _ = Describe("a hostile user of one namespace", func() {
	// names are ways to spell a name of the victim's.
	names := func(victim string) []string {
		return []string{victim, strings.ToUpper(victim), strings.ToUpper(victim[:1]) + victim[1:]}
	}
	// attempts are the objects that ask for a name, of each kind.
	attempts := func(w *world, evil, name string) []func(ctx context.Context) {
		role := func(change func(*v1alpha1.ECSRole), kind v1alpha1.RoleType) func(context.Context) {
			return func(ctx context.Context) {
				squatter := w.create(ctx, w.role("", kind, func(r *v1alpha1.ECSRole) {
					r.Namespace, r.GenerateName = evil, "squat-"
				}, change))
				c := condition(squatter, v1alpha1.ConditionReady)
				Expect(c.Reason).To(Equal(string(v1alpha1.ReasonGuardrailViolation)), c.Message)
				w.restart()
				w.resync(ctx, squatter)
				Expect(condition(squatter, v1alpha1.ConditionReady).Reason).To(Equal(string(v1alpha1.ReasonGuardrailViolation)))
			}
		}
		return []func(context.Context){
			role(func(r *v1alpha1.ECSRole) { r.Spec.RoleName = name }, v1alpha1.RoleTypeTask),
			role(func(r *v1alpha1.ECSRole) { r.Spec.InstanceProfile = &v1alpha1.InstanceProfile{Name: name} },
				v1alpha1.RoleTypeContainerInstance),
			func(ctx context.Context) {
				squatter := w.createPolicy(ctx, w.policy("", func(p *v1alpha1.ECSPolicy) {
					p.Namespace, p.GenerateName, p.Spec.PolicyName = evil, "squat-", name
				}))
				c := condition(standing(squatter), v1alpha1.ConditionReady)
				Expect(c.Reason).To(Equal(string(v1alpha1.ReasonGuardrailViolation)), c.Message)
			},
		}
	}

	DescribeTable("gets no name of another, before, during and after its life", func(
		ctx context.Context, before string, guardrails *v1alpha1.Guardrails,
	) {
		w := newWorld(ctx, everywhere, func(a *v1alpha1.AWSAccount) { a.Spec.Guardrails = guardrails })
		evil := w.newNamespace(ctx, nil)
		victim := before + w.namespace + "_node"
		try := func() {
			GinkgoHelper()
			for _, name := range names(victim) {
				for _, attempt := range attempts(w, evil, name) {
					attempt(ctx)
				}
			}
		}
		try()
		Expect(w.sim.Roles()).To(BeEmpty())
		role := w.ready(ctx, w.role("node", v1alpha1.RoleTypeContainerInstance))
		policy := w.readyPolicy(ctx, w.policy("node"))
		Expect(nameIn(role.Status.RoleARN)).To(Equal(victim))
		try()
		w.resync(ctx, role)
		expectReady(role)
		w.delete(ctx, role)
		w.deletePolicy(ctx, policy)
		Expect(w.sim.Roles()).To(BeEmpty())
		try()
		Expect(w.sim.Roles()).To(BeEmpty())
		w.ready(ctx, w.role("node", v1alpha1.RoleTypeContainerInstance))
	},
		Entry("by the names that begin with the namespace", "", nil),
		Entry("by those that the account gives", "prod-", &v1alpha1.Guardrails{DefaultNamePattern: "prod-{namespace}_*"}),
	)

	DescribeTable("learns of a name that another has only that it is not available, and the operator's log has the owner", func(
		ctx context.Context, owner string,
	) {
		w := newWorld(ctx)
		for _, name := range []string{"ecsShared", "ecsProfile"} {
			w.others(ctx, name, creates(trustEC2, v1alpha1.TagOwner, owner), createsProfile(v1alpha1.TagOwner, owner))
		}
		policy, err := w.aws.CreatePolicy(ctx, &sdk.CreatePolicyInput{
			PolicyName: aws.String("ecsShared"), PolicyDocument: aws.String(allowAll),
			Tags: tagList([]string{v1alpha1.TagOwner, owner}),
		})
		Expect(err).NotTo(HaveOccurred())
		log := &strings.Builder{}
		ctx = logf.IntoContext(ctx, funcr.New(func(_, line string) { log.WriteString(line + "\n") }, funcr.Options{}))
		heard := func(status *v1alpha1.SharedStatus) string {
			GinkgoHelper()
			said, err := yaml.Marshal(status)
			Expect(err).NotTo(HaveOccurred())
			for _, event := range w.events.list {
				said = append(said, event.note...)
			}
			Expect(string(said)).To(ContainSubstring("is not available"))
			return string(said)
		}
		role := w.create(ctx, w.role("a", v1alpha1.RoleTypeTask, func(r *v1alpha1.ECSRole) { r.Spec.RoleName = "ecsShared" }))
		node := w.create(ctx, w.role("node", v1alpha1.RoleTypeContainerInstance, func(r *v1alpha1.ECSRole) {
			r.Spec.InstanceProfile = &v1alpha1.InstanceProfile{Name: "ecsProfile"}
		}))
		object := w.createPolicy(ctx, w.policy("p", func(p *v1alpha1.ECSPolicy) { p.Spec.PolicyName = *policy.Policy.PolicyName }))
		for _, status := range []*v1alpha1.SharedStatus{role.Shared(), node.Shared(), object.Shared()} {
			Expect(heard(status)).NotTo(Or(ContainSubstring("secret"), ContainSubstring("other-cluster"), ContainSubstring("namespace")))
		}
		Expect(strings.Count(log.String(), owner)).To(BeNumerically(">=", 3), log.String())
	},
		Entry("in another namespace", clusterID+"/secret-namespace/secret-name"),
		Entry("in another cluster", "other-cluster/secret-namespace/secret-name"),
	)

	It("of a second cluster takes over nothing that is there", func(ctx context.Context) {
		w := newWorld(ctx, closeNames)
		w.others(ctx, w.namespace+"_app", creates(trustEC2, v1alpha1.TagOwner, "other-cluster/"+w.namespace+"/app"))
		role := w.create(ctx, w.role("app", v1alpha1.RoleTypeTask))
		expectNotReady(role, v1alpha1.ReasonOwnershipConflict, v1alpha1.ConditionStalled)
		Expect(w.writes()).To(BeEmpty())
		w.delete(ctx, role)
		w.iamRole(w.namespace + "_app")
	})
})

// nameIn is the name in an ARN.
func nameIn(arn string) string { return arn[strings.LastIndexByte(arn, '/')+1:] }
