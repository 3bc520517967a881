// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package plan_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/internal/desired"
	"github.com/ecsiam/ecs-iam-controller/internal/iam"
	"github.com/ecsiam/ecs-iam-controller/internal/plan"
)

// byHand are roles as AWS's console and guides make them: an old version, an empty Sid, ArnEquals, lists of one.
var byHand = map[string]iam.Role{
	"an execution role of the console": {
		Name: "ecsTaskExecutionRole",
		Trust: `{"Version":"2008-10-17","Statement":[{"Sid":"","Effect":"Allow",
			"Principal":{"Service":"ecs-tasks.amazonaws.com"},"Action":"sts:AssumeRole"}]}`,
		Attached: []string{"arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy"},
	},
	"a task role of the guide": {
		Name: "ecsTaskRole",
		Trust: `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":["ecs-tasks.amazonaws.com"]},
			"Action":"sts:AssumeRole","Condition":{"ArnEquals":{"AWS:SourceArn":"arn:aws:ecs:*:111122223333:*"},
			"StringEquals":{"aws:SourceAccount":["111122223333"]}}}]}`,
	},
	"a task role of an old guide": {
		Name: "ecsTaskRole",
		Trust: `{"Statement":{"Sid":"","Effect":"Allow","Principal":{"Service":["ecs-tasks.amazonaws.com"]},
			"Action":["sts:assumerole"],"Condition":{"StringEquals":{"aws:SourceAccount":"111122223333"},
			"ArnEquals":{"aws:SourceArn":["arn:aws:ecs:*:111122223333:**"]}}}}`,
	},
}

func TestARoleMadeByHandIsAdoptedWithTheOwnerTagAsTheWholePlan(t *testing.T) {
	types := map[string]v1alpha1.RoleType{
		"ecsTaskExecutionRole": v1alpha1.RoleTypeTaskExecution, "ecsTaskRole": v1alpha1.RoleTypeTask,
	}
	for name, role := range byHand {
		t.Run(name, func(t *testing.T) {
			want := forRole(t, types[role.Name], role.Name)
			role.Path, role.MaxSessionSeconds = "/", 3600
			role.ARN, role.ID = "arn:aws:iam::111122223333:role/"+role.Name, "AROAEXAMPLEEXAMPLE12"
			p := plan.Diff(want, iam.Observation{Role: &role}, iam.DefaultQuotas())
			if p.Refusal != nil {
				t.Fatalf("refused: %s", p.Refusal.Message)
			}
			if diff := cmp.Diff([]string{"set tags " + v1alpha1.TagOwner}, p.Lines()); diff != "" {
				t.Errorf("lines (-want +got):\n%s", diff)
			}
			role.Tags = map[string]string{v1alpha1.TagOwner: want.Owner}
			if p := plan.Diff(want, iam.Observation{Role: &role}, iam.DefaultQuotas()); !p.Empty() {
				t.Errorf("once it is owned there is still %q", p.Lines())
			}
		})
	}
}

// forRole is what an object with nothing but a type, a name and its consent stands for.
func forRole(t *testing.T, kind v1alpha1.RoleType, name string) desired.Role {
	t.Helper()
	role, err := desired.Build(desired.Inputs{
		Role: &v1alpha1.ECSRole{
			ObjectMeta: metav1.ObjectMeta{Namespace: "payments", Name: "checkout"},
			Spec: v1alpha1.ECSRoleSpec{
				Type: kind, RoleName: name, AdoptionPolicy: v1alpha1.AdoptionIfEqual,
			},
		},
		Account: &v1alpha1.AWSAccount{Spec: v1alpha1.AWSAccountSpec{Adoption: &v1alpha1.Adoption{
			Allow: []v1alpha1.AdoptionRule{{Namespaces: []v1alpha1.NamespaceName{"payments"}, NamePattern: "ecs*"}},
		}}},
		AccountID: "111122223333", Partition: "aws", ClusterID: "test", Quotas: iam.DefaultQuotas(),
	})
	if err != nil {
		t.Fatal(err)
	}
	return role
}
