// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package manifests

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	rbacv1 "k8s.io/api/rbac/v1"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
)

const aggregate = "rbac.authorization.k8s.io/aggregate-to-"

func clusterRoles(t *testing.T) map[string]*rbacv1.ClusterRole {
	t.Helper()
	roles := map[string]*rbacv1.ClusterRole{}
	for _, role := range ofType[*rbacv1.ClusterRole](t, "rbac") {
		roles[role.Name] = role
	}
	return roles
}

// allowed flattens rules to "group/resource verb", and "group/resource/name verb" where names restrict them.
func allowed(rules []rbacv1.PolicyRule) []string {
	var all []string
	for _, rule := range rules {
		for _, group := range rule.APIGroups {
			for _, resource := range rule.Resources {
				for _, verb := range rule.Verbs {
					all = append(all, group+"/"+strings.Join(append([]string{resource}, rule.ResourceNames...), "/")+" "+verb)
				}
			}
		}
	}
	slices.Sort(all)
	return all
}

func TestNoRoleUsesWildcardsOrReachesSecrets(t *testing.T) {
	var rules []rbacv1.PolicyRule
	for _, role := range clusterRoles(t) {
		rules = append(rules, role.Rules...)
	}
	for _, role := range ofType[*rbacv1.Role](t, "rbac") {
		rules = append(rules, role.Rules...)
	}
	for _, rule := range rules {
		for _, text := range slices.Concat(rule.APIGroups, rule.Resources, rule.Verbs, rule.NonResourceURLs) {
			if strings.Contains(text, "*") {
				t.Errorf("a rule has the wildcard %q: %+v", text, rule)
			}
		}
		for _, verb := range []string{"bind", "escalate", "impersonate"} {
			if slices.Contains(rule.Verbs, verb) {
				t.Errorf("a rule allows %s: %+v", verb, rule)
			}
		}
		if slices.Contains(rule.Resources, "secrets") {
			t.Errorf("a rule reaches secrets: %+v", rule)
		}
	}
}

func TestTheControllerMayDoInTheClusterWhatItNeedsAndNoMore(t *testing.T) {
	want := []string{
		"/namespaces get", "/namespaces list", "/namespaces watch",
		// Deleting a CRD must not delete roles: the controller sees that the CRD is terminating.
		"apiextensions.k8s.io/customresourcedefinitions get",
		// Another installation of the same name is known by its lease, and by what its service account may do.
		"authorization.k8s.io/subjectaccessreviews create",
		"coordination.k8s.io/leases/" + v1alpha1.DefaultControllerName.LeaseName() + " list",
		"events.k8s.io/events create", "events.k8s.io/events patch",
	}
	for _, resource := range []string{
		"awsaccounts", "ecschangeapprovals", "ecspolicies", "ecsroles", "ecsservicelinkedroles",
	} {
		for _, verb := range []string{"get", "list", "watch"} {
			want = append(want, "ecsiam.dev/"+resource+" "+verb)
		}
		// Finalizers are patched; a spec is never written and an object never created or deleted.
		want = append(want, "ecsiam.dev/"+resource+"/status patch", "ecsiam.dev/"+resource+" patch")
	}
	slices.Sort(want)
	if diff := cmp.Diff(want, allowed(clusterRoles(t)["ecs-iam-controller"].Rules)); diff != "" {
		t.Errorf("ClusterRole ecs-iam-controller (-want +got):\n%s", diff)
	}
}

func TestLeasesAreWrittenInTheControllersNamespaceOnlyAndNoOtherNameIsReadElsewhere(t *testing.T) {
	own := "coordination.k8s.io/leases/" + v1alpha1.DefaultControllerName.LeaseName() + " list"
	for name, role := range clusterRoles(t) {
		for _, permission := range allowed(role.Rules) {
			if strings.Contains(permission, "leases") && permission != own {
				t.Errorf("ClusterRole %s allows %s in all namespaces", name, permission)
			}
		}
	}
	roles := ofType[*rbacv1.Role](t, "rbac")
	if len(roles) != 1 || roles[0].Namespace != "ecs-iam-system" {
		t.Fatalf("got roles %v, want one in ecs-iam-system", roles)
	}
	for _, verb := range []string{"get", "create", "update"} {
		if !slices.Contains(allowed(roles[0].Rules), "coordination.k8s.io/leases "+verb) {
			t.Errorf("the leader election role lacks %s of leases", verb)
		}
	}
}

func TestOnlyReadingRolesAndPoliciesComesWithTheStandardRoles(t *testing.T) {
	aggregated := map[string][]string{}
	for name, role := range clusterRoles(t) {
		for label := range role.Labels {
			if standard, found := strings.CutPrefix(label, aggregate); found {
				aggregated[name] = append(aggregated[name], standard)
			}
		}
	}
	want := map[string][]string{
		"ecs-iam-controller-ecsrole-viewer": {"view"}, "ecs-iam-controller-ecspolicy-viewer": {"view"},
	}
	if diff := cmp.Diff(want, aggregated); diff != "" {
		t.Errorf("aggregated roles (-want +got):\n%s", diff)
	}
	for name := range want {
		for _, permission := range allowed(clusterRoles(t)[name].Rules) {
			if verb := permission[strings.LastIndex(permission, " ")+1:]; verb != "get" && verb != "list" && verb != "watch" {
				t.Errorf("%s may %s", name, permission)
			}
		}
	}
}

func TestEveryKindHasAViewerAndAnEditorWithoutWritingStatus(t *testing.T) {
	roles := clusterRoles(t)
	plurals := map[string]string{
		"ecsrole": "ecsroles", "ecspolicy": "ecspolicies", "ecsservicelinkedrole": "ecsservicelinkedroles",
		"awsaccount": "awsaccounts", "ecschangeapproval": "ecschangeapprovals",
	}
	for kind, plural := range plurals {
		for _, who := range []string{"viewer", "editor"} {
			role, found := roles["ecs-iam-controller-"+kind+"-"+who]
			if !found {
				t.Errorf("no %s of %s among %v", who, kind, slices.Collect(maps.Keys(roles)))
				continue
			}
			permissions := allowed(role.Rules)
			if got := slices.Contains(permissions, "ecsiam.dev/"+plural+" create"); got != (who == "editor") {
				t.Errorf("%s may create: %v", role.Name, got)
			}
			for _, permission := range permissions {
				if strings.Contains(permission, "/status ") && !strings.HasSuffix(permission, " get") {
					t.Errorf("%s may %s", role.Name, permission)
				}
			}
		}
	}
}

func TestOnlyClusterAdministratorsWriteAccountsAndApprovals(t *testing.T) {
	for name, role := range clusterRoles(t) {
		for _, permission := range allowed(role.Rules) {
			guarded := strings.HasPrefix(permission, "ecsiam.dev/awsaccounts ") ||
				strings.HasPrefix(permission, "ecsiam.dev/ecschangeapprovals ")
			reads := strings.HasSuffix(permission, " get") || strings.HasSuffix(permission, " list") ||
				strings.HasSuffix(permission, " watch")
			administrators := name == "ecs-iam-controller-awsaccount-editor" ||
				name == "ecs-iam-controller-ecschangeapproval-editor"
			ours := name == "ecs-iam-controller" && strings.HasSuffix(permission, " patch")
			if guarded && !reads && !administrators && !ours {
				t.Errorf("%s may %s", name, permission)
			}
		}
		if len(role.Labels) > 0 && strings.HasSuffix(name, "-editor") {
			t.Errorf("%s is aggregated into another role: %v", name, role.Labels)
		}
	}
}
