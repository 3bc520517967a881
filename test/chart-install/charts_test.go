// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package install

import (
	"slices"
	"strings"

	"helm.sh/helm/v4/pkg/chart/common"
	chart "helm.sh/helm/v4/pkg/chart/v2"
	"helm.sh/helm/v4/pkg/chart/v2/loader"
	chartutil "helm.sh/helm/v4/pkg/chart/v2/util"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/yaml"
)

const (
	schemaVersion  = "ecsiam.dev/schema-version"
	earlierVersion = "v0.0.9"
	// newField is a field of AWSAccount that the earlier definitions do not have.
	newField = "propagationDelaySeconds"
	// newTemplate makes what the earlier chart does not have.
	newTemplate = "templates/poddisruptionbudget.yaml"
)

// current is the chart as it is, packed and read again as a user gets it.
func (c *cluster) current() *chart.Chart {
	c.Helper()
	return c.packed(c.loaded())
}

func (c *cluster) loaded() *chart.Chart {
	c.Helper()
	loaded, err := loader.Load(root + "/charts/ecs-iam-controller")
	c.must(err)
	return loaded
}

func (c *cluster) packed(made *chart.Chart) *chart.Chart {
	c.Helper()
	archive, err := chartutil.Save(made, c.TempDir())
	c.must(err)
	packed, err := loader.Load(archive)
	c.must(err)
	return packed
}

// earlier stands for the chart of the release before this one: another version, definitions of an earlier schema version
// without a field of today, and one object less. There is no release yet that it could be.
func (c *cluster) earlier() *chart.Chart {
	c.Helper()
	made := c.loaded()
	made.Metadata.Version, made.Metadata.AppVersion = strings.TrimPrefix(earlierVersion, "v"), earlierVersion
	templates := len(made.Templates)
	made.Templates = slices.DeleteFunc(made.Templates, func(file *common.File) bool { return file.Name == newTemplate })
	definitions := 0
	for _, file := range made.Files {
		if strings.HasPrefix(file.Name, "files/crds/") {
			file.Data = c.earlierDefinition(file.Data)
			definitions++
		}
	}
	if definitions == 0 || len(made.Templates) != templates-1 {
		c.Fatalf("the earlier chart has %d definitions and %d of %d templates", definitions, len(made.Templates), templates)
	}
	return c.packed(made)
}

func (c *cluster) earlierDefinition(content []byte) []byte {
	c.Helper()
	definition := c.object(string(content))
	annotations := definition.GetAnnotations()
	annotations[schemaVersion] = "0"
	definition.SetAnnotations(annotations)
	if definition.GetName() == accountDefinition {
		versions, _, err := unstructured.NestedSlice(definition.Object, "spec", "versions")
		c.must(err)
		for _, version := range versions {
			version, _ := version.(map[string]any)
			unstructured.RemoveNestedField(version, "schema", "openAPIV3Schema", "properties", "spec", "properties", newField)
		}
		c.must(unstructured.SetNestedSlice(definition.Object, versions, "spec", "versions"))
	}
	content, err := yaml.Marshal(definition.Object)
	c.must(err)
	return content
}

// newest is the schema version of the chart's definitions.
func (c *cluster) newest() string {
	c.Helper()
	for _, file := range c.loaded().Files {
		if strings.HasPrefix(file.Name, "files/crds/") {
			return c.object(string(file.Data)).GetAnnotations()[schemaVersion]
		}
	}
	c.Fatal("the chart has no definitions")
	return ""
}
