// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package install

import (
	"strings"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

func TestValuesThatAreRefusedChangeNothing(t *testing.T) {
	c := start(t)
	packed := c.current()
	for values, want := range map[string]string{
		"{}":                        "clusterID is required",
		"clusterID: 7":              "clusterID",
		valid + "\nreplica: 2":      "replica",
		valid + "\nreplicas: two":   "replicas",
		valid + "\nimage: repo:tag": "image",
	} {
		if err := c.install(name, system, packed, values); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: got error %v, want one that names %s", values, err, want)
		}
	}
	if found := c.definitions(); len(found) != 0 {
		t.Errorf("%d definitions were installed", len(found))
	}
	deployments, err := c.clientset.AppsV1().Deployments("").List(t.Context(), metav1.ListOptions{})
	c.must(err)
	if len(deployments.Items) != 0 {
		t.Errorf("%d Deployments were installed", len(deployments.Items))
	}
}

func TestAnUpgradeThatIsRefusedLeavesTheReleaseAsItIs(t *testing.T) {
	c := start(t)
	c.must(c.install(name, system, c.earlier(), valid))
	// Without any value, Helm takes those of the installation again.
	for values, want := range map[string]string{
		`clusterID: ""`: "clusterID is required", valid + "\nreplicas: two": "replicas", valid + "\nreplica: 2": "replica",
	} {
		if err := c.upgrade(name, system, c.current(), values); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: got error %v, want one that names %s", values, err, want)
		}
	}
	c.wants("upgrades that were refused", earlierVersion, "0", false)
	c.must(c.upgrade(name, system, c.current(), valid))
	c.wants("an upgrade", c.current().Metadata.AppVersion, c.newest(), true)
}
