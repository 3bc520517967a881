// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package manifests

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"

	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"sigs.k8s.io/yaml"
)

func TestTheDefaultHasNoWebhookAndReachesNoSecrets(t *testing.T) {
	objects := build(t, "default")
	if n := len(only[*admissionregistrationv1.ValidatingWebhookConfiguration](objects)); n > 0 {
		t.Errorf("%d webhooks are installed unasked", n)
	}
	if secrets := reachesSecrets(objects); len(secrets) > 0 {
		t.Errorf("%v reach secrets", secrets)
	}
}

// reachesSecrets are the roles with a rule about Secrets.
func reachesSecrets(objects []runtime.Object) []string {
	var names []string
	for _, role := range only[*rbacv1.Role](objects) {
		for _, rule := range role.Rules {
			if slices.Contains(rule.Resources, "secrets") {
				names = append(names, role.Name)
			}
		}
	}
	return slices.Compact(names)
}

func TestTheOverlaysOfTheWebhookMountItsCertificatesAndTheirServiceFindsThem(t *testing.T) {
	const certificates = "--webhook-cert-secret=ecs-iam-controller-webhook"
	for folder, own := range map[string]bool{"overlays/webhook": true, "overlays/webhook-cert-manager": false} {
		t.Run(folder, func(t *testing.T) {
			objects := build(t, folder)
			pod := only[*appsv1.Deployment](objects)[0].Spec.Template
			args := pod.Spec.Containers[0].Args
			if !slices.Contains(args, "--webhook-bind-address=:9443") || slices.Contains(args, certificates) != own {
				t.Errorf("the arguments are %v", args)
			}
			if !slices.Contains(args, "--cluster-id=$(CLUSTER_ID)") || !slices.Contains(args, "--leader-elect") {
				t.Errorf("arguments of the default are missing: %v", args)
			}
			mounted := pod.Spec.Volumes[0].Secret
			if mounted == nil || mounted.SecretName != "ecs-iam-controller-webhook" ||
				pod.Spec.Containers[0].VolumeMounts[0].MountPath != "/etc/webhook/certs" {
				t.Errorf("the certificates are not mounted: %+v", pod.Spec.Volumes)
			}
			hook := only[*admissionregistrationv1.ValidatingWebhookConfiguration](objects)[0].Webhooks[0]
			found := slices.ContainsFunc(only[*corev1.Service](objects), func(s *corev1.Service) bool {
				to := hook.ClientConfig.Service
				return s.Name == to.Name && s.Namespace == to.Namespace && s.Spec.Ports[0].Port == *to.Port &&
					s.Spec.Ports[0].TargetPort.StrVal == pod.Spec.Containers[0].Ports[2].Name &&
					pod.Labels["app.kubernetes.io/component"] == s.Spec.Selector["app.kubernetes.io/component"]
			})
			if !found {
				t.Errorf("no Service leads from %+v to the controller", hook.ClientConfig.Service)
			}
			if secrets := reachesSecrets(objects); own == (len(secrets) == 0) {
				t.Errorf("%v reach secrets", secrets)
			}
		})
	}
}

// Argo CD would undo the certificate authority that is filled in, at each synchronization.
func TestArgoCDTakesTheCertificatesOfTheWebhookForNoDifference(t *testing.T) {
	objects := decode(t, read(t, filepath.Join(root, "config", "argocd", "argocd-cm.yaml")))
	var ignored struct {
		JQPathExpressions []string `json:"jqPathExpressions"`
	}
	text := objects[0].(*corev1.ConfigMap).Data[ignoredByArgoCD]
	if err := yaml.UnmarshalStrict([]byte(text), &ignored); err != nil {
		t.Fatal(err)
	}
	hooks := ofType[*admissionregistrationv1.ValidatingWebhookConfiguration](t, "webhook")
	if len(hooks) != 1 || len(ignored.JQPathExpressions) != 1 ||
		!strings.Contains(ignored.JQPathExpressions[0], `"`+hooks[0].Webhooks[0].Name+`"`) ||
		!strings.HasSuffix(ignored.JQPathExpressions[0], ".clientConfig.caBundle") {
		t.Errorf("ignored is %q", text)
	}
}
