// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

// Package chart holds the Helm chart to config/ and to its own promises, with Helm as a library.
package chart

import (
	"bytes"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"helm.sh/helm/v3/pkg/chart"
	"helm.sh/helm/v3/pkg/chart/loader"
	"helm.sh/helm/v3/pkg/chartutil"
	"helm.sh/helm/v3/pkg/engine"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/dynamic/fake"
	"sigs.k8s.io/yaml"
)

const (
	root    = "../.."
	release = "ecs-iam-controller"
	system  = "ecs-iam-system"
)

type fields = map[string]any

func load(t *testing.T) *chart.Chart {
	t.Helper()
	loaded, err := loader.Load(root + "/charts/ecs-iam-controller")
	if err != nil {
		t.Fatal(err)
	}
	return loaded
}

// cluster is what lookup sees.
type cluster struct{ objects []runtime.Object }

var definitions = schema.GroupVersionResource{
	Group: "apiextensions.k8s.io", Version: "v1", Resource: "customresourcedefinitions",
}

func (c cluster) GetClientFor(string, string) (dynamic.NamespaceableResourceInterface, bool, error) {
	kinds := map[schema.GroupVersionResource]string{definitions: "CustomResourceDefinitionList"}
	return fake.NewSimpleDynamicClientWithCustomListKinds(runtime.NewScheme(), kinds, c.objects...).
		Resource(definitions), false, nil
}

// render renders the chart as helm install does: the values are checked against their schema first.
func render(t *testing.T, name, values string, found ...runtime.Object) ([]fields, error) {
	t.Helper()
	loaded := load(t)
	given, err := chartutil.ReadValues([]byte(values))
	if err != nil {
		t.Fatal(err)
	}
	options := chartutil.ReleaseOptions{Name: name, Namespace: system, IsInstall: true}
	all, err := chartutil.ToRenderValues(loaded, given, options, chartutil.DefaultCapabilities)
	if err != nil {
		return nil, err
	}
	files, err := engine.RenderWithClientProvider(loaded, all, cluster{found})
	if err != nil {
		return nil, err
	}
	var objects []fields
	for _, file := range slices.Sorted(maps.Keys(files)) {
		if strings.HasSuffix(file, ".yaml") {
			objects = append(objects, parse(t, []byte(files[file]))...)
		}
	}
	return objects, nil
}

func mustRender(t *testing.T, values string, found ...runtime.Object) []fields {
	t.Helper()
	objects, err := render(t, release, values, found...)
	if err != nil {
		t.Fatal(err)
	}
	return objects
}

func parse(t *testing.T, content []byte) []fields {
	t.Helper()
	var objects []fields
	for document := range bytes.SplitSeq(content, []byte("\n---\n")) {
		var object fields
		if err := yaml.Unmarshal(document, &object); err != nil {
			t.Fatalf("%v in\n%s", err, document)
		}
		if len(object) > 0 {
			objects = append(objects, object)
		}
	}
	return objects
}

// named is kind/name of an object.
func named(object fields) string {
	u := unstructured.Unstructured{Object: object}
	return u.GetKind() + "/" + u.GetName()
}

func ofKind(objects []fields, kind string) []fields {
	var found []fields
	for _, object := range objects {
		if object["kind"] == kind {
			found = append(found, object)
		}
	}
	return found
}

func TestWithoutAClusterIDTheInstallationFailsAndSaysWhatToSet(t *testing.T) {
	for _, values := range []string{"{}", `clusterID: ""`} {
		_, err := render(t, release, values)
		if err == nil || !strings.Contains(err.Error(), "clusterID is required") ||
			!strings.Contains(err.Error(), "--set clusterID=") {
			t.Errorf("%s: got error %v", values, err)
		}
	}
}

func TestValuesOfAWrongTypeAndUnknownOnesAreRefused(t *testing.T) {
	for values, want := range map[string]string{
		"clusterId: a":                              "clusterId",
		"clusterID: 7":                              "clusterID",
		"clusterID: a/b":                            "clusterID",
		"replicas: two":                             "replicas",
		"replicas: -1":                              "replicas",
		"image: ghcr.io/x:v1":                       "image",
		"image: {tag: latest}":                      "tag",
		"image: {digest: v1}":                       "digest",
		"image: {pullPolicy: Sometimes}":            "pullPolicy",
		"image: {pullSecrets: [registry]}":          "pullSecrets",
		"crds: {keep: true}":                        "keep",
		`crds: {enabled: "true"}`:                   "enabled",
		"serviceAccount: {annotations: {a: 1}}":     "annotations",
		"aws: {region: Ireland}":                    "region",
		"controller: {concurrency: 0}":              "concurrency",
		"controllerName: team-a":                    "controllerName",
		"controller: {watchNamespaces: payments}":   "watchNamespaces",
		"controller: {watchNamespaces: [Payments]}": "watchNamespaces",
		"controller: {changeLog: stderr}":           "changeLog",
		"controller: {logLevel: loud}":              "logLevel",
		"controller: {extraArgs: --v}":              "extraArgs",
		"resources: {limit: {}}":                    "limit",
		"pod: {nodeSelector: [linux]}":              "nodeSelector",
		"pod: {priorityclassName: x}":               "priorityclassName",
		"podDisruptionBudget: true":                 "podDisruptionBudget",
		"metrics: {serviceMonitor: {interval: 30}}": "interval",
		"webhook: true":                             "webhook",
		"preflight: true":                           "preflight",
		"preflight: {extraArgs: [optional]}":        "extraArgs",
		`finalizerGuard: {enabled: "true"}`:         "enabled",
		"nodeSelector: {a: b}":                      "nodeSelector",
	} {
		if !strings.HasPrefix(values, "cluster") {
			values = "clusterID: a\n" + values
		}
		if _, err := render(t, release, values); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: got error %v, want one that names %s", values, err, want)
		}
	}
}

// everything turns on what is off, and sets what is empty.
const everything = `
clusterID: prod
controllerName: example.com/team-a
webhook: {enabled: true}
preflight: {enabled: true, extraArgs: [--optional=InstanceProfiles]}
finalizerGuard: {enabled: true}
replicas: 2
image: {tag: v9, pullSecrets: [{name: registry}]}
serviceAccount: {annotations: {eks.amazonaws.com/role-arn: arn}}
aws: {region: eu-west-1}
controller:
  logLevel: 2
  changeLog: /var/log/changes
  watchNamespaces: [payments, search]
  extraArgs: [--metrics-secure=true]
  extraEnv: [{name: HTTPS_PROXY, value: "http://proxy"}]
  extraVolumes: [{name: config, configMap: {name: aws}}]
  extraVolumeMounts: [{name: config, mountPath: /aws}]
pod:
  labels: {team: platform}
  annotations: {note: x}
  tolerations: [{operator: Exists}]
  affinity: {podAntiAffinity: {}}
  priorityClassName: system-cluster-critical
metrics:
  serviceMonitor: {enabled: true, labels: {release: prometheus}, interval: 30s}
  prometheusRule: {enabled: true, labels: {release: prometheus}}
  podMonitor: {enabled: true, labels: {release: prometheus}, interval: 30s, tokenSecret: {name: token}}
`

func TestNothingNamesTheTagLatest(t *testing.T) {
	for _, values := range []string{"clusterID: a", everything} {
		for _, object := range mustRender(t, values) {
			if object["kind"] == "CustomResourceDefinition" {
				continue // its descriptions may use the word
			}
			text, err := yaml.Marshal(object)
			if err != nil {
				t.Fatal(err)
			}
			if bytes.Contains(text, []byte(":latest")) {
				t.Errorf("%s names latest:\n%s", named(object), text)
			}
		}
	}
}

func TestEveryValueReachesTheObjects(t *testing.T) {
	objects := mustRender(t, everything)
	text, err := yaml.Marshal(objects)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"--cluster-id=prod", "replicas: 2", "ghcr.io/ecsiam/ecs-iam-controller:v9", "name: registry",
		"eks.amazonaws.com/role-arn: arn", "value: eu-west-1", "--zap-log-level=2", "--change-log=/var/log/changes",
		"--controller-name=example.com/team-a", "--watch-namespace=payments,search", "--metrics-secure=true", "HTTPS_PROXY",
		"mountPath: /aws", "team: platform", "note: x", "operator: Exists", "podAntiAffinity", "system-cluster-critical",
		"kind: ServiceMonitor", "kind: PodMonitor", "release: prometheus", "interval: 30s", "kind: PodDisruptionBudget",
		"topologyKey: kubernetes.io/hostname", "kubernetes.io/os: linux", "key: token", "--optional=InstanceProfiles",
	} {
		if !bytes.Contains(text, []byte(want)) {
			t.Errorf("%s is in no object", want)
		}
	}
	digest := "sha256:" + strings.Repeat("0", 64)
	pinned, err := yaml.Marshal(mustRender(t, "clusterID: a\nimage: {digest: '"+digest+"', tag: v9}"))
	if err != nil || !bytes.Contains(pinned, []byte("ghcr.io/ecsiam/ecs-iam-controller@"+digest)) {
		t.Errorf("the digest does not go before the tag: %v", err)
	}
}

// preflight speaks for the controller only when it has the controller's identity and surroundings.
func TestPreflightRunsBeforeTheControllerWithAllThatTheControllerHas(t *testing.T) {
	for _, object := range mustRender(t, everything) {
		if object["kind"] != "Deployment" {
			continue
		}
		pod := object["spec"].(fields)["template"].(fields)["spec"].(fields)
		first, manager := pod["initContainers"].([]any)[0].(fields), pod["containers"].([]any)[0].(fields)
		for _, same := range []string{"image", "securityContext", "resources"} {
			if diff := cmp.Diff(manager[same], first[same]); diff != "" {
				t.Errorf("%s of preflight (-manager +preflight):\n%s", same, diff)
			}
		}
		args := first["args"].([]any)
		if args[0] != "preflight" || !slices.Contains(args, any("--cluster-id=prod")) {
			t.Errorf("args %v", args)
		}
		for _, variable := range first["env"].([]any) {
			if !slices.ContainsFunc(manager["env"].([]any), func(v any) bool { return cmp.Equal(v, variable) }) {
				t.Errorf("the controller does not have %v", variable)
			}
		}
		if len(first["volumeMounts"].([]any)) != 1 {
			t.Errorf("mounts %v", first["volumeMounts"])
		}
		return
	}
	t.Error("no Deployment")
}

func TestAPodMonitorWithoutATokenIsRefused(t *testing.T) {
	_, err := render(t, release, "clusterID: a\nmetrics: {podMonitor: {enabled: true}}")
	if err == nil || !strings.Contains(err.Error(), "metrics.podMonitor.tokenSecret.name is required") {
		t.Errorf("got error %v", err)
	}
}

func TestWhatIsTurnedOffIsNotRendered(t *testing.T) {
	off := "clusterID: a\ncrds: {enabled: false}\nrbac: {create: false, userRoles: false}\n" +
		"serviceAccount: {create: false, name: mine}\npodDisruptionBudget: {enabled: false}\nnetworkPolicy: {enabled: false}"
	var got []string
	for _, object := range mustRender(t, off) {
		got = append(got, named(object))
	}
	if want := []string{"Deployment/" + release, "Service/" + release + "-metrics"}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestUnderAnotherReleaseNameEveryBindingFindsItsRoleAndAccount(t *testing.T) {
	objects, err := render(t, "second",
		"clusterID: a\nserviceAccount: {name: mine}\nwebhook: {enabled: true}\nfinalizerGuard: {enabled: true}")
	if err != nil {
		t.Fatal(err)
	}
	known := map[string]bool{}
	for _, object := range objects {
		known[named(object)] = true
		if object["kind"] != "CustomResourceDefinition" && !strings.Contains(named(object), "second-ecs-iam-controller") &&
			object["kind"] != "ServiceAccount" {
			t.Errorf("%s would collide with another release", named(object))
		}
	}
	for _, kind := range []string{"RoleBinding", "ClusterRoleBinding"} {
		for _, binding := range ofKind(objects, kind) {
			role := binding["roleRef"].(fields)
			subject := binding["subjects"].([]any)[0].(fields)
			if !known[role["kind"].(string)+"/"+role["name"].(string)] || subject["name"] != "mine" ||
				subject["namespace"] != system {
				t.Errorf("%s binds %v to %v", named(binding), role, subject)
			}
		}
	}
}

func TestUnderAnotherReleaseNameTheWebhookFindsItsObjects(t *testing.T) {
	objects, err := render(t, "second", "clusterID: a\nwebhook: {enabled: true}")
	if err != nil {
		t.Fatal(err)
	}
	text, err := yaml.Marshal(objects)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"--webhook-service=second-ecs-iam-controller-webhook\n", "--webhook-configuration=second-ecs-iam-controller\n",
		"--webhook-cert-secret=second-ecs-iam-controller-webhook\n", "secretName: second-ecs-iam-controller-webhook\n",
	} {
		if !bytes.Contains(text, []byte(want)) {
			t.Errorf("%s is in no object", want)
		}
	}
	configuration := ofKind(objects, "ValidatingWebhookConfiguration")[0]
	client := configuration["webhooks"].([]any)[0].(fields)["clientConfig"].(fields)["service"].(fields)
	if named(configuration) != "ValidatingWebhookConfiguration/second-ecs-iam-controller" ||
		client["name"] != "second-ecs-iam-controller-webhook" || client["namespace"] != system {
		t.Errorf("%s asks %v", named(configuration), client)
	}
}

func TestTheLeasesOfOtherInstallationsAreReadByTheNameOfThisOne(t *testing.T) {
	for values, want := range map[string]string{
		"clusterID: a": "controller.ecsiam.dev",
		"clusterID: a\ncontrollerName: example.com/team-a": "team-a.example.com",
	} {
		var got []any
		for _, role := range ofKind(mustRender(t, values), "ClusterRole") {
			for _, rule := range role["rules"].([]any) {
				if resources, _ := rule.(fields)["resources"].([]any); slices.Contains(resources, any("leases")) {
					got = append(got, rule.(fields)["resourceNames"].([]any)...)
				}
			}
		}
		if len(got) != 1 || got[0] != want {
			t.Errorf("%q: got %v, want %s", values, got, want)
		}
	}
}
