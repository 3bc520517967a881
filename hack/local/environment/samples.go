// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package environment

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/yaml"

	"github.com/ecsiam/ecs-iam-controller/hack/local/console"
	"github.com/ecsiam/ecs-iam-controller/hack/local/view"
)

// kubectlFieldOwner is the field manager of `kubectl apply --server-side`: a user's own apply meets no conflict.
const kubectlFieldOwner = client.FieldOwner("kubectl")

// ReadSamples reads the files that the kustomization of a folder names, in its order.
func ReadSamples(dir string) ([]*unstructured.Unstructured, error) {
	var kustomization struct {
		Resources []string `json:"resources"`
	}
	content, err := os.ReadFile(filepath.Join(dir, "kustomization.yaml"))
	if err != nil {
		return nil, fmt.Errorf("reading the list of samples: %w", err)
	}
	if err := yaml.Unmarshal(content, &kustomization); err != nil {
		return nil, fmt.Errorf("reading the list of samples: %w", err)
	}
	var objects []*unstructured.Unstructured
	for _, name := range kustomization.Resources {
		content, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			return nil, fmt.Errorf("reading a sample: %w", err)
		}
		object := &unstructured.Unstructured{}
		if err := yaml.UnmarshalStrict(content, &object.Object); err != nil {
			return nil, fmt.Errorf("reading sample %s: %w", name, err)
		}
		objects = append(objects, object)
	}
	return inOrder(objects), nil
}

// inOrder puts namespaces first and the kinds without a namespace before those with one; objects refer to both.
func inOrder(objects []*unstructured.Unstructured) []*unstructured.Unstructured {
	rank := func(object *unstructured.Unstructured) int {
		switch {
		case object.GetKind() == "Namespace":
			return 0
		case object.GetNamespace() == "":
			return 1
		default:
			return 2
		}
	}
	slices.SortStableFunc(objects, func(a, b *unstructured.Unstructured) int { return rank(a) - rank(b) })
	return objects
}

// apply applies objects as `kubectl apply --server-side` does.
func (e *Environment) apply(ctx context.Context, objects []*unstructured.Unstructured) error {
	for _, object := range objects {
		err := e.Kube.Apply(ctx, client.ApplyConfigurationFromUnstructured(object.DeepCopy()), kubectlFieldOwner)
		if err != nil {
			return fmt.Errorf("applying %s: %w", view.Name(object), err)
		}
	}
	return nil
}

// ApplySamples applies config/samples and waits until all of it is Ready.
func (e *Environment) ApplySamples(ctx context.Context) error {
	objects, err := ReadSamples(filepath.Join(e.Root, "config", "samples"))
	if err != nil {
		return err
	}
	return e.ApplyAndWait(ctx, objects)
}

// ApplyAndWait applies objects, waits until those of this project are Ready, and says how they stand.
func (e *Environment) ApplyAndWait(ctx context.Context, objects []*unstructured.Unstructured) error {
	err := e.Step("apply", func(say console.Say) (string, error) {
		say("applying %d objects", len(objects))
		return fmt.Sprintf("%d objects", len(objects)), e.apply(ctx, objects)
	})
	if err != nil {
		return err
	}
	return e.Step("wait", func(say console.Say) (string, error) { return e.waitUntilReady(ctx, objects, say) })
}
