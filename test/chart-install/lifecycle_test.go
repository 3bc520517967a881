// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package install

import (
	"maps"
	"strings"
	"testing"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/types"
)

const (
	system            = "ecs-iam-system"
	name              = "ecs-iam-controller"
	accountDefinition = "awsaccounts.ecsiam.dev"
	valid             = "clusterID: production"
)

// declare creates an account, and a role with the controller's finalizer, as they are after a while.
func (c *cluster) declare() {
	c.Helper()
	c.apply(`{apiVersion: v1, kind: Namespace, metadata: {name: payments}}`)
	c.apply(`{apiVersion: ecsiam.dev/v1alpha1, kind: AWSAccount, metadata: {name: default},
		spec: {accountID: "111122223333", region: eu-west-1, allowedNamespaces: {from: Names, names: [payments]}}}`)
	c.apply(`{apiVersion: ecsiam.dev/v1alpha1, kind: ECSRole,
		metadata: {name: checkout, namespace: payments, finalizers: [ecsiam.dev/finalizer]}, spec: {type: Task}}`)
}

// identities are the objects of a user by kind, and the definitions by name, with the ids that they were made with.
func (c *cluster) identities() map[string]types.UID {
	c.Helper()
	ids := map[string]types.UID{}
	for _, object := range []*unstructured.Unstructured{
		c.mustGet("ecsiam.dev/v1alpha1", "AWSAccount", "", "default"),
		c.mustGet("ecsiam.dev/v1alpha1", "ECSRole", "payments", "checkout"),
	} {
		if object.GetDeletionTimestamp() != nil {
			c.Errorf("%s is being deleted", object.GetKind())
		}
		ids[object.GetKind()] = object.GetUID()
	}
	for _, definition := range c.definitions() {
		ids[definition.GetName()] = definition.GetUID()
	}
	return ids
}

// definitions are those of this project.
func (c *cluster) definitions() []unstructured.Unstructured {
	c.Helper()
	list := &unstructured.UnstructuredList{}
	list.SetAPIVersion("apiextensions.k8s.io/v1")
	list.SetKind("CustomResourceDefinitionList")
	c.must(c.client.List(c.Context(), list))
	var ours []unstructured.Unstructured
	for _, definition := range list.Items {
		if strings.HasSuffix(definition.GetName(), ".ecsiam.dev") {
			ours = append(ours, definition)
		}
	}
	return ours
}

// unchanged fails when an object or a definition is gone, or was made anew.
func (c *cluster) unchanged(after string, want map[string]types.UID) {
	c.Helper()
	if got := c.identities(); !maps.Equal(got, want) {
		c.Errorf("after %s there are %v, want %v", after, got, want)
	}
}

// schema is the schema version of the definition of AWSAccounts.
func (c *cluster) schema() string {
	c.Helper()
	definition := c.mustGet("apiextensions.k8s.io/v1", "CustomResourceDefinition", "", accountDefinition)
	return definition.GetAnnotations()[schemaVersion]
}

// tag is that of the image of a Deployment.
func (c *cluster) tag(namespace, deployment string) string {
	c.Helper()
	image, _ := c.container(namespace, deployment)["image"].(string)
	return image[strings.LastIndex(image, ":")+1:]
}

func (c *cluster) container(namespace, deployment string) map[string]any {
	c.Helper()
	found := c.mustGet("apps/v1", "Deployment", namespace, deployment)
	containers, _, err := unstructured.NestedSlice(found.Object, "spec", "template", "spec", "containers")
	c.must(err)
	container, _ := containers[0].(map[string]any)
	return container
}

func (c *cluster) hasBudget() bool {
	c.Helper()
	_, err := c.get("policy/v1", "PodDisruptionBudget", system, name)
	if err != nil && !apierrors.IsNotFound(err) {
		c.Fatal(err)
	}
	return err == nil
}

// wants holds what an earlier step must have led to.
func (c *cluster) wants(after, tag, schema string, budget bool) {
	c.Helper()
	if got := c.tag(system, name); got != tag {
		c.Errorf("after %s the controller is %s, want %s", after, got, tag)
	}
	if got := c.schema(); got != schema {
		c.Errorf("after %s the definitions have schema version %s, want %s", after, got, schema)
	}
	if got := c.hasBudget(); got != budget {
		c.Errorf("after %s a PodDisruptionBudget is there: %v, want %v", after, got, budget)
	}
}

func TestUpgradeRollbackAndUninstallKeepEveryObject(t *testing.T) {
	c := start(t)
	packed := c.current()
	c.must(c.install(name, system, c.earlier(), valid))
	c.declare()
	before := c.identities()
	c.wants("the installation", earlierVersion, "0", false)

	c.must(c.upgrade(name, system, packed, valid))
	c.wants("the upgrade", packed.Metadata.AppVersion, c.newest(), true)
	c.unchanged("the upgrade", before)

	// Helm applies what the revision held, definitions as well: docs/upgrade.md says why to go back by an upgrade.
	c.must(c.rollback(name, system, 1))
	c.wants("the rollback", earlierVersion, "0", false)
	c.unchanged("the rollback", before)

	c.must(c.upgrade(name, system, packed, valid))
	c.wants("the second upgrade", packed.Metadata.AppVersion, c.newest(), true)

	c.must(c.uninstall(name, system))
	if _, err := c.get("apps/v1", "Deployment", system, name); !apierrors.IsNotFound(err) {
		t.Errorf("after the release is uninstalled, reading its Deployment gives the error %v", err)
	}
	c.unchanged("the uninstallation", before)
}

func TestAReinstallationUnderAnotherNameLeavesKeptDefinitionsAlone(t *testing.T) {
	c := start(t)
	packed := c.current()
	c.must(c.install(name, system, packed, valid))
	c.declare()
	c.must(c.uninstall(name, system))
	before := c.identities()
	generation := c.mustGet("apiextensions.k8s.io/v1", "CustomResourceDefinition", "", accountDefinition).GetGeneration()

	c.must(c.install("second", "another", packed, valid))
	if got, want := c.tag("another", "second-"+name), packed.Metadata.AppVersion; got != want {
		t.Errorf("installed is %s, want %s", got, want)
	}
	after := c.mustGet("apiextensions.k8s.io/v1", "CustomResourceDefinition", "", accountDefinition)
	if after.GetGeneration() != generation {
		t.Errorf("the definition went from generation %d to %d", generation, after.GetGeneration())
	}
	// Nor does the second release touch them when it is upgraded or removed.
	c.must(c.upgrade("second", "another", packed, valid+"\nreplicas: 2"))
	c.must(c.uninstall("second", "another"))
	c.unchanged("the second uninstallation", before)
}

func TestDefinitionsThatAnEarlierReleaseKeptAreTakenOverByTheCommandsThatHelmPrints(t *testing.T) {
	c := start(t)
	packed := c.current()
	c.must(c.install(name, system, c.earlier(), valid))
	c.declare()
	c.must(c.uninstall(name, system))
	before := c.identities()

	err := c.install("second", "another", packed, valid)
	if err == nil || !strings.Contains(err.Error(), "meta.helm.sh/release-name=second") {
		t.Fatalf("got error %v, want one with the commands", err)
	}
	for _, definition := range c.definitions() {
		c.takeOver(definition, "second", "another")
	}
	c.must(c.install("second", "another", packed, valid))
	if got := c.schema(); got != c.newest() {
		t.Errorf("the definitions have schema version %s, want %s", got, c.newest())
	}
	c.unchanged("the takeover", before)
}

// takeOver does what the two commands do.
func (c *cluster) takeOver(definition unstructured.Unstructured, release, namespace string) {
	c.Helper()
	labels, annotations := definition.GetLabels(), definition.GetAnnotations()
	labels["app.kubernetes.io/managed-by"] = "Helm"
	annotations["meta.helm.sh/release-name"], annotations["meta.helm.sh/release-namespace"] = release, namespace
	definition.SetLabels(labels)
	definition.SetAnnotations(annotations)
	c.must(c.client.Update(c.Context(), &definition))
}

func TestAnEarlierChartLeavesLaterDefinitionsAlone(t *testing.T) {
	c := start(t)
	c.must(c.install(name, system, c.current(), valid))
	c.declare()
	before := c.identities()
	c.set(42)
	// The second time, the definitions are no part of the release before it any more.
	for _, after := range []string{"going back", "going back once more"} {
		c.must(c.upgrade(name, system, c.earlier(), valid))
		c.wants(after, earlierVersion, c.newest(), false)
		c.unchanged(after, before)
	}
	c.set(43) // the earlier definition would drop the field from what is written
	c.must(c.upgrade(name, system, c.current(), valid))
	c.wants("going forward again", c.current().Metadata.AppVersion, c.newest(), true)
	c.must(c.uninstall(name, system))
	c.unchanged("the uninstallation", before)
	// A new installation of an earlier release does not bring its definitions either.
	c.must(c.install(name, system, c.earlier(), valid))
	c.wants("installing an earlier release", earlierVersion, c.newest(), false)
}

// set writes the field that the earlier definitions do not have, and reads it again.
func (c *cluster) set(value int64) {
	c.Helper()
	account := c.mustGet("ecsiam.dev/v1alpha1", "AWSAccount", "", "default")
	c.must(unstructured.SetNestedField(account.Object, value, "spec", newField))
	c.must(c.client.Update(c.Context(), account))
	written := c.mustGet("ecsiam.dev/v1alpha1", "AWSAccount", "", "default")
	if got, _, _ := unstructured.NestedInt64(written.Object, "spec", newField); got != value {
		c.Errorf("%s is %d, want %d", newField, got, value)
	}
}

func TestTwoReleasesInOneClusterComeAndGoWithoutEachOther(t *testing.T) {
	c := start(t)
	packed := c.current()
	c.must(c.install(name, system, packed, valid))
	c.declare()
	before := c.identities()
	c.must(c.install("team-a", "team-a-iam", packed,
		"clusterID: production-team-a\ncontrollerName: example.com/team-a\ncrds: {enabled: false}"))
	c.must(c.uninstall("team-a", "team-a-iam"))
	c.unchanged("the second one's uninstallation", before)
	for _, kind := range []string{"ClusterRole", "ClusterRoleBinding"} {
		if _, err := c.get("rbac.authorization.k8s.io/v1", kind, "", name); err != nil {
			t.Errorf("the first one's %s: %v", kind, err)
		}
	}
	c.must(c.install("team-a", system, packed, "clusterID: b\ncontrollerName: example.com/team-a"))
	c.must(c.uninstall("team-a", system))
	c.wants("the end", packed.Metadata.AppVersion, c.newest(), true)
	c.unchanged("the end", before)
}
