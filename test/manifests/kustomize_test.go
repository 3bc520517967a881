// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package manifests

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	"k8s.io/apimachinery/pkg/runtime"
)

// build is kustomize build of a folder under config/. kubectl brings kustomize along; without kubectl the pinned
// kustomize is built.
func build(t *testing.T, folder string) []runtime.Object {
	t.Helper()
	return decode(t, built(t, filepath.Join(root, "config", folder)))
}

// built is what kustomize makes of a folder.
func built(t *testing.T, path string) []byte {
	t.Helper()
	command := exec.CommandContext(t.Context(), "kubectl", "kustomize", path)
	if _, err := exec.LookPath("kubectl"); err != nil {
		command = exec.CommandContext(t.Context(), kustomize(t), "build", path)
	}
	var problems bytes.Buffer
	command.Stderr = &problems
	output, err := command.Output()
	if err != nil {
		t.Fatalf("running %v: %v\n%s", command.Args, err, problems.String())
	}
	return output
}

func kustomize(t *testing.T) string {
	t.Helper()
	output, err := exec.CommandContext(t.Context(), filepath.Join(root, "hack", "tools.sh"), "kustomize").Output()
	if err != nil {
		t.Fatalf("there is no kubectl, and hack/tools.sh kustomize could not build kustomize: %v", err)
	}
	return strings.TrimSpace(string(output))
}

func TestEveryKustomizationBuilds(t *testing.T) {
	for _, file := range yamlFiles(t, filepath.Join(root, "config")) {
		if filepath.Base(file) != "kustomization.yaml" || strings.Contains(string(read(t, file)), "\nkind: Component\n") {
			continue // a component builds in the overlays that name it
		}
		folder, err := filepath.Rel(filepath.Join(root, "config"), filepath.Dir(file))
		if err != nil {
			t.Fatal(err)
		}
		t.Run(folder, func(t *testing.T) {
			if objects := build(t, folder); len(objects) == 0 && folder != "prometheus" {
				t.Error("the kustomization is empty")
			}
		})
	}
}

func TestOverlaysSetTheClusterIDThatTheDefaultLeavesOpen(t *testing.T) {
	for folder, want := range map[string]string{
		"default": "", "overlays/irsa": "production-eu-west-1", "overlays/eks-pod-identity": "production-eu-west-1",
		"overlays/webhook": "production-eu-west-1", "overlays/webhook-cert-manager": "production-eu-west-1",
		"overlays/roles-anywhere": "production-eu-west-1",
	} {
		t.Run(folder, func(t *testing.T) {
			objects := build(t, folder)
			settings, deployment := only[*corev1.ConfigMap](objects), only[*appsv1.Deployment](objects)
			if len(settings) != 1 || len(deployment) != 1 {
				t.Fatalf("got %d config maps and %d deployments, want one of each", len(settings), len(deployment))
			}
			if got := settings[0].Data["cluster-id"]; got != want {
				t.Errorf("cluster-id: got %q, want %q", got, want)
			}
			env := deployment[0].Spec.Template.Spec.Containers[0].Env
			at := slices.IndexFunc(env, func(v corev1.EnvVar) bool { return v.Name == "CLUSTER_ID" })
			if at < 0 {
				t.Fatalf("no variable CLUSTER_ID: %v", env)
			}
			reference := env[at].ValueFrom.ConfigMapKeyRef
			if reference.Name != settings[0].Name || reference.Key != "cluster-id" {
				t.Errorf("the Deployment reads %s/%s, want %s/cluster-id", reference.Name, reference.Key, settings[0].Name)
			}
		})
	}
}

func TestTheOverlayForIRSANamesTheRole(t *testing.T) {
	accounts := only[*corev1.ServiceAccount](build(t, "overlays/irsa"))
	if len(accounts) != 1 || !strings.Contains(accounts[0].Annotations["eks.amazonaws.com/role-arn"], ":role/") {
		t.Errorf("got service accounts %v, want one with a role ARN", accounts)
	}
}

func TestEveryBindingOfTheDefaultFindsItsRoleAndSubject(t *testing.T) {
	objects := build(t, "default")
	var known []string
	for _, role := range only[*rbacv1.ClusterRole](objects) {
		known = append(known, "ClusterRole "+role.Name)
	}
	for _, role := range only[*rbacv1.Role](objects) {
		known = append(known, "Role "+role.Name)
	}
	for _, account := range only[*corev1.ServiceAccount](objects) {
		known = append(known, "ServiceAccount "+account.Namespace+"/"+account.Name)
	}
	check := func(binding string, role rbacv1.RoleRef, subjects []rbacv1.Subject) {
		if !slices.Contains(known, role.Kind+" "+role.Name) {
			t.Errorf("%s names %s %s, which is not there", binding, role.Kind, role.Name)
		}
		for _, subject := range subjects {
			if !slices.Contains(known, subject.Kind+" "+subject.Namespace+"/"+subject.Name) {
				t.Errorf("%s names %s %s/%s, which is not there", binding, subject.Kind, subject.Namespace, subject.Name)
			}
		}
	}
	for _, binding := range only[*rbacv1.ClusterRoleBinding](objects) {
		check(binding.Name, binding.RoleRef, binding.Subjects)
	}
	for _, binding := range only[*rbacv1.RoleBinding](objects) {
		check(binding.Name, binding.RoleRef, binding.Subjects)
	}
	if used := only[*appsv1.Deployment](objects)[0].Spec.Template.Spec.ServiceAccountName; used != "ecs-iam-controller" {
		t.Errorf("the Deployment runs as %s", used)
	}
}

// A person copies an overlay into a repository of their own and names the base by an address. Here the address is a
// folder, so that nothing is fetched; the base must not reach outside of itself either way.
func TestACopiedOverlayBuildsOnABaseElsewhere(t *testing.T) {
	overlays, err := filepath.Glob(filepath.Join(root, "config", "overlays", "*", "kustomization.yaml"))
	if err != nil || len(overlays) < 4 {
		t.Fatalf("found %v, error %v", overlays, err)
	}
	elsewhere := t.TempDir()
	if err := os.CopyFS(filepath.Join(elsewhere, "base", "config"), os.DirFS(filepath.Join(root, "config"))); err != nil {
		t.Fatal(err)
	}
	for _, overlay := range overlays {
		name := filepath.Base(filepath.Dir(overlay))
		copied := filepath.Join(elsewhere, "mine", "clusters", name)
		if err := os.CopyFS(copied, os.DirFS(filepath.Dir(overlay))); err != nil {
			t.Fatal(err)
		}
		file := filepath.Join(copied, "kustomization.yaml")
		moved := regexp.MustCompile(`(?m)(- )\.\./\.\./`).ReplaceAll(read(t, file), []byte("$1../../../base/config/"))
		if err := os.WriteFile(file, moved, 0o600); err != nil {
			t.Fatal(err)
		}
		objects := decode(t, built(t, copied))
		if len(only[*appsv1.Deployment](objects)) != 1 || len(only[*corev1.ConfigMap](objects)) != 1 {
			t.Errorf("%s builds %d objects elsewhere", name, len(objects))
		}
	}
}

// An address such as https://github.com/OWNER/NAME//config/default?ref=TAG is a clone of the repository and a folder in
// it: a base that names a file outside of the clone, or one that is generated, would not build.
func TestThePagesNameTheBaseByTheFolderThatExists(t *testing.T) {
	address := regexp.MustCompile(`https://github\.com/ecsiam/ecs-iam-controller//([a-z/-]+)\?ref=v\d+\.\d+\.\d+`)
	pages, err := filepath.Glob(filepath.Join(root, "docs", "*.md"))
	if err != nil {
		t.Fatal(err)
	}
	found := 0
	for _, page := range pages {
		for _, match := range address.FindAllStringSubmatch(string(read(t, page)), -1) {
			found++
			if objects := build(t, strings.TrimPrefix(match[1], "config/")); len(objects) == 0 {
				t.Errorf("%s: %s builds nothing", filepath.Base(page), match[0])
			}
		}
	}
	if found == 0 {
		t.Error("no page names a remote base")
	}
}

// The credential helper speaks for the controller alone: it is as confined, and the controller asks it and nothing else.
func TestTheOverlayForRolesAnywhereServesCredentialsToTheController(t *testing.T) {
	pod := only[*appsv1.Deployment](build(t, "overlays/roles-anywhere"))[0].Spec.Template.Spec
	if len(pod.InitContainers) != 1 || len(pod.Containers) != 1 {
		t.Fatalf("%d init containers and %d containers", len(pod.InitContainers), len(pod.Containers))
	}
	helper, manager := pod.InitContainers[0], pod.Containers[0]
	if helper.RestartPolicy == nil || *helper.RestartPolicy != corev1.ContainerRestartPolicyAlways {
		t.Error("the helper ends before the controller begins")
	}
	if diff := cmp.Diff(manager.SecurityContext, helper.SecurityContext); diff != "" {
		t.Errorf("security contexts (-manager +helper):\n%s", diff)
	}
	at := slices.IndexFunc(manager.Env, func(v corev1.EnvVar) bool { return v.Name == "AWS_EC2_METADATA_SERVICE_ENDPOINT" })
	if at < 0 || !slices.Contains(helper.Command, "--port="+manager.Env[at].Value[strings.LastIndex(manager.Env[at].Value, ":")+1:]) {
		t.Errorf("the controller does not ask the port of the helper: %v", helper.Command)
	}
}
