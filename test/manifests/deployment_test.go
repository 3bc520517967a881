// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package manifests

import (
	"slices"
	"testing"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
)

// deployment is the controller's Deployment.
func deployment(t *testing.T) *appsv1.Deployment {
	t.Helper()
	found := ofType[*appsv1.Deployment](t, "manager")
	if len(found) != 1 {
		t.Fatalf("got %d Deployments, want one", len(found))
	}
	return found[0]
}

func manager(t *testing.T) corev1.Container {
	t.Helper()
	return deployment(t).Spec.Template.Spec.Containers[0]
}

// The checks of the restricted standard: https://kubernetes.io/docs/concepts/security/pod-security-standards.
func TestTheDeploymentPassesTheRestrictedPodSecurityStandard(t *testing.T) {
	pod := deployment(t).Spec.Template.Spec
	if pod.HostNetwork || pod.HostPID || pod.HostIPC {
		t.Error("the pod shares a namespace with its host")
	}
	for _, volume := range pod.Volumes {
		if volume.ConfigMap == nil && volume.EmptyDir == nil && volume.Projected == nil && volume.Secret == nil {
			t.Errorf("volume %s is of a kind that is not allowed", volume.Name)
		}
	}
	s := pod.SecurityContext
	if s == nil || s.RunAsNonRoot == nil || !*s.RunAsNonRoot || s.RunAsUser == nil || *s.RunAsUser == 0 {
		t.Errorf("the pod must run as a user other than root: %+v", s)
	}
	if s == nil || s.SeccompProfile == nil || s.SeccompProfile.Type != corev1.SeccompProfileTypeRuntimeDefault {
		t.Errorf("the pod must run with the seccomp profile RuntimeDefault: %+v", s)
	}
	for _, container := range slices.Concat(pod.InitContainers, pod.Containers) {
		for _, problem := range restrictedProblems(container) {
			t.Errorf("container %s %s", container.Name, problem)
		}
	}
}

func TestGoKeepsToTheMemoryLimitOfTheContainer(t *testing.T) {
	for _, variable := range manager(t).Env {
		if variable.Name == "GOMEMLIMIT" {
			from := variable.ValueFrom
			if from == nil || from.ResourceFieldRef == nil || from.ResourceFieldRef.Resource != "limits.memory" {
				t.Errorf("GOMEMLIMIT is not the limit of the container: %+v", variable)
			}
			return
		}
	}
	t.Error("GOMEMLIMIT is not set: the container is killed before Go collects garbage")
}

func restrictedProblems(container corev1.Container) []string {
	var problems []string
	s := container.SecurityContext
	if s == nil {
		return []string{"has no security context"}
	}
	if s.AllowPrivilegeEscalation == nil || *s.AllowPrivilegeEscalation {
		problems = append(problems, "may escalate its privileges")
	}
	if s.Privileged != nil && *s.Privileged {
		problems = append(problems, "is privileged")
	}
	if s.Capabilities == nil || !slices.Contains(s.Capabilities.Drop, "ALL") || len(s.Capabilities.Add) > 0 {
		problems = append(problems, "keeps capabilities")
	}
	if s.RunAsNonRoot != nil && !*s.RunAsNonRoot || s.RunAsUser != nil && *s.RunAsUser == 0 {
		problems = append(problems, "may run as root")
	}
	for _, port := range container.Ports {
		if port.HostPort != 0 {
			problems = append(problems, "uses a port of the host")
		}
	}
	// Beyond the standard: nothing that the controller does writes a file.
	if s.ReadOnlyRootFilesystem == nil || !*s.ReadOnlyRootFilesystem {
		problems = append(problems, "has a writable root file system")
	}
	return problems
}

func TestTheNamespaceEnforcesTheRestrictedPodSecurityStandard(t *testing.T) {
	namespaces := ofType[*corev1.Namespace](t, "manager")
	if len(namespaces) != 1 || namespaces[0].Name != "ecs-iam-system" {
		t.Fatalf("got namespaces %v, want ecs-iam-system", namespaces)
	}
	if got := namespaces[0].Labels["pod-security.kubernetes.io/enforce"]; got != "restricted" {
		t.Errorf("enforce: got %q, want restricted", got)
	}
}

func TestTheControllerIsProbedOnItsHealthPort(t *testing.T) {
	container := manager(t)
	ports := map[string]int32{}
	for _, port := range container.Ports {
		ports[port.Name] = port.ContainerPort
	}
	probes := map[string]*corev1.Probe{"/healthz": container.LivenessProbe, "/readyz": container.ReadinessProbe}
	for path, probe := range probes {
		if probe == nil || probe.HTTPGet == nil || probe.HTTPGet.Path != path || ports[probe.HTTPGet.Port.StrVal] != 8081 {
			t.Errorf("%s: got probe %+v, want one on port 8081", path, probe)
		}
	}
}

func TestTheControllerRunsWithTheFlagsOfACluster(t *testing.T) {
	args := manager(t).Args
	for _, want := range []string{
		"--leader-elect", "--cluster-id=$(CLUSTER_ID)", "--metrics-bind-address=:8443", "--health-probe-bind-address=:8081",
	} {
		if !slices.Contains(args, want) {
			t.Errorf("got %v, want %s among them", args, want)
		}
	}
}

func TestTheControllerAsksForResources(t *testing.T) {
	resources := manager(t).Resources
	if resources.Requests.Cpu().IsZero() || resources.Requests.Memory().IsZero() || resources.Limits.Memory().IsZero() {
		t.Errorf("got %+v, want requests of processor and memory and a limit of memory", resources)
	}
}

func TestTheMetricsServiceReachesTheController(t *testing.T) {
	services := ofType[*corev1.Service](t, "manager")
	if len(services) != 1 {
		t.Fatalf("got %d services, want one", len(services))
	}
	labels := deployment(t).Spec.Template.Labels
	for key, value := range services[0].Spec.Selector {
		if labels[key] != value {
			t.Errorf("the service selects %s=%s, the pod has %q", key, value, labels[key])
		}
	}
	if port := services[0].Spec.Ports[0]; port.Port != 8443 || port.TargetPort.StrVal != "metrics" {
		t.Errorf("got port %+v, want 8443 to metrics", port)
	}
}
