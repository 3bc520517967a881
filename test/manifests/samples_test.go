// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package manifests

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/internal/desired"
	"github.com/ecsiam/ecs-iam-controller/internal/iam"
	"github.com/ecsiam/ecs-iam-controller/internal/plan"
	"github.com/ecsiam/ecs-iam-controller/internal/roletype"
	"github.com/ecsiam/ecs-iam-controller/test/controlplane"
)

// sampleRoles are the roles of the samples but for those that refer to ECSPolicies, which policySamples looks at.
func sampleRoles(t *testing.T) map[string]*v1alpha1.ECSRole {
	t.Helper()
	roles := map[string]*v1alpha1.ECSRole{}
	for file, objects := range readFolder(t, "samples") {
		if file == "roles.yaml" {
			continue
		}
		for _, role := range only[*v1alpha1.ECSRole](objects) {
			roles[file] = role
		}
	}
	return roles
}

func sampleAccounts(t *testing.T) map[string]*v1alpha1.AWSAccount {
	t.Helper()
	accounts := map[string]*v1alpha1.AWSAccount{}
	for _, account := range ofType[*v1alpha1.AWSAccount](t, "samples") {
		accounts[account.Name] = account
	}
	return accounts
}

func TestEveryRoleTypeHasAMinimalAndAFullSample(t *testing.T) {
	found := map[string]v1alpha1.RoleType{}
	for file, role := range sampleRoles(t) {
		found[file] = role.Spec.Type
	}
	for _, name := range roletype.Names() {
		for _, size := range []string{"minimal", "full"} {
			file := fmt.Sprintf("ecsrole_%s_%s.yaml", strings.ToLower(string(name)), size)
			if found[file] != name {
				t.Errorf("%s: got type %q, want %s", file, found[file], name)
			}
		}
	}
}

func TestEveryServiceLinkedRoleHasASample(t *testing.T) {
	var found, want []v1alpha1.LinkedService
	for _, role := range ofType[*v1alpha1.ECSServiceLinkedRole](t, "samples") {
		found = append(found, role.Spec.Service)
	}
	for _, kind := range roletype.ServiceLinkedRoles() {
		want = append(want, kind.Service)
	}
	if diff := cmp.Diff(want, found, cmpopts.SortSlices(func(a, b v1alpha1.LinkedService) bool { return a < b })); diff != "" {
		t.Errorf("services with a sample (-want +got):\n%s", diff)
	}
}

func TestTheSamplesAreAcceptedByTheAPIServer(t *testing.T) {
	config, stop, err := controlplane.Start(t.Context(), root)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := stop(); err != nil {
			t.Error(err)
		}
	})
	cluster, err := client.New(config, client.Options{Scheme: newScheme(t)})
	if err != nil {
		t.Fatal(err)
	}
	namespace := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: "ecs-samples"}}
	if err := cluster.Create(t.Context(), namespace); err != nil {
		t.Fatal(err)
	}
	for _, account := range sampleAccounts(t) {
		if err := cluster.Create(t.Context(), account); err != nil {
			t.Errorf("AWSAccount %s: %v", account.Name, err)
		}
	}
	for _, policy := range ofType[*v1alpha1.ECSPolicy](t, "samples") {
		if err := cluster.Create(t.Context(), policy); err != nil {
			t.Errorf("ECSPolicy %s: %v", policy.Name, err)
		}
	}
	for _, role := range ofType[*v1alpha1.ECSServiceLinkedRole](t, "samples") {
		if err := cluster.Create(t.Context(), role); err != nil {
			t.Errorf("ECSServiceLinkedRole %s: %v", role.Name, err)
		}
	}
	for file, role := range sampleRoles(t) {
		if err := cluster.Create(t.Context(), role); err != nil {
			t.Errorf("%s: %v", file, err)
		}
	}
	if err := cluster.Create(t.Context(), &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: "shop"}}); err != nil {
		t.Fatal(err)
	}
	for _, object := range recipeObjects(t) {
		if role, ok := object.(*v1alpha1.ECSRole); ok {
			if err := cluster.Create(t.Context(), role); err != nil {
				t.Errorf("recipe %s: %v", role.Name, err)
			}
		}
	}
}

func TestTheSamplesBecomeRolesThatIAMAccepts(t *testing.T) {
	_, account := newAccount(t)
	for file, role := range sampleRoles(t) {
		t.Run(file, func(t *testing.T) {
			want, err := desired.Build(inputs(t, role))
			if err != nil {
				t.Fatal(err)
			}
			create(t, account, want)
			query := iam.Query{RoleName: want.Role.Name, Expected: want.Role.Attached}
			if want.Profile != nil {
				query.ProfileName = want.Profile.Name
			}
			got, err := account.Observe(t.Context(), query)
			if err != nil {
				t.Fatal(err)
			}
			if rest := plan.Diff(want, got, iam.DefaultQuotas()); !rest.Empty() {
				t.Errorf("the role in IAM differs from the sample: %v", rest)
			}
		})
	}
}

// accountName is the account of a role, which the API server would default.
func accountName(role *v1alpha1.ECSRole) string {
	if role.Spec.AccountRef.Name == "" {
		return "default"
	}
	return role.Spec.AccountRef.Name
}

// inputs are those of a sample, which may refer to the other samples.
func inputs(t *testing.T, role *v1alpha1.ECSRole) desired.Inputs {
	t.Helper()
	in := accountInputs(t, role)
	in.RoleRefs = map[string]desired.RoleRef{}
	for _, other := range sampleRoles(t) {
		in.RoleRefs[other.Name] = desired.RoleRef{ARN: desired.RoleARN(accountInputs(t, other)), Type: other.Spec.Type}
	}
	return in
}

func accountInputs(t *testing.T, role *v1alpha1.ECSRole) desired.Inputs {
	t.Helper()
	account := sampleAccounts(t)[accountName(role)]
	return desired.Inputs{
		Role: role, Account: account, AccountID: account.Spec.AccountID, Partition: "aws", ClusterID: "test",
		Quotas: iam.DefaultQuotas(),
	}
}

// create makes the entities that IAM is asked for; their order plays no part here.
func create(t *testing.T, account iam.Account, want desired.Role) {
	t.Helper()
	ctx, role := t.Context(), want.Role
	if _, _, err := account.CreateRole(ctx, role); err != nil {
		t.Fatal(err)
	}
	for name, document := range role.InlinePolicies {
		if err := account.PutRolePolicy(ctx, role.Name, name, document); err != nil {
			t.Error(err)
		}
	}
	for _, arn := range role.Attached {
		if err := account.AttachRolePolicy(ctx, role.Name, arn); err != nil {
			t.Error(err)
		}
	}
	if want.Profile == nil {
		return
	}
	if _, _, err := account.CreateInstanceProfile(ctx, *want.Profile); err != nil {
		t.Fatal(err)
	}
	if err := account.AddRoleToInstanceProfile(ctx, want.Profile.Name, role.Name); err != nil {
		t.Error(err)
	}
}

func TestOnlyLegacySamplesWarn(t *testing.T) {
	for file, role := range sampleRoles(t) {
		built, err := desired.Build(inputs(t, role))
		if err != nil {
			t.Errorf("%s: %v", file, err)
			continue
		}
		kind, _ := roletype.Lookup(role.Spec.Type)
		if expected := kind.Successor != "" || kind.Withheld; len(built.Warnings) > 0 && !expected {
			t.Errorf("%s warns: %v", file, built.Warnings)
		}
	}
}

func TestTheSamplesKustomizationAppliesNamespaceAndAccountsFirst(t *testing.T) {
	content := string(read(t, filepath.Join(root, "config", "samples", "kustomization.yaml")))
	last := -1
	for _, file := range []string{"namespace.yaml", "awsaccount_minimal.yaml", "ecsrole_"} {
		at := strings.Index(content, "- "+file)
		if at <= last {
			t.Errorf("%s comes too late in config/samples/kustomization.yaml", file)
		}
		last = at
	}
}
