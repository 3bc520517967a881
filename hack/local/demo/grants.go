// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package demo

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/hack/local/environment"
	"github.com/ecsiam/ecs-iam-controller/hack/local/view"
	"github.com/ecsiam/ecs-iam-controller/internal/policy"
)

// The samples of a role that passes two others, and of a policy that people have.
const (
	passerName = "event-bridge-rule-full"
	policyName = "deploy-checkout"
	passRole   = "iam:PassRole"
)

// passedNames are the ECSRoles that the passer names.
var passedNames = []string{"task-full", "task-execution-full"}

// showPassing shows that the EventBridge role may pass the roles that are declared beside it, to tasks of ECS alone.
func (d *demonstration) showPassing(ctx context.Context) error {
	passer, err := d.sample(ctx, v1alpha1.KindECSRole, passerName)
	if err != nil {
		return err
	}
	name := view.Text(passer, "status", "roleName")
	role, ok := d.Sim.Role(name)
	if !ok {
		return fmt.Errorf("the role of %s is not in IAM", view.Name(passer))
	}
	state, err := stateOf(role)
	if err != nil {
		return err
	}
	passes := passStatements(state)
	var rows [][]string
	for _, s := range passes {
		for _, arn := range s.Resources {
			rows = append(rows, []string{arn, strings.Join(s.Condition["StringEquals"]["iam:PassedToService"], ", ")})
		}
	}
	d.Table([]string{name + " MAY PASS", "TO"}, rows)
	for _, passed := range passedNames {
		object, err := d.sample(ctx, v1alpha1.KindECSRole, passed)
		if err != nil {
			return err
		}
		if arn := view.Text(object, "status", "roleARN"); !passesOnlyToTasks(passes, arn) {
			return fmt.Errorf("role %s may not pass %s to tasks of ECS alone", name, arn)
		}
	}
	return nil
}

// passStatements are the statements of a role's inline policies that let it pass roles.
func passStatements(role roleState) []policy.Statement {
	var found []policy.Statement
	for _, name := range slices.Sorted(maps.Keys(role.inline)) {
		for _, s := range role.inline[name].Statements {
			if slices.Contains(s.Actions, passRole) {
				found = append(found, s)
			}
		}
	}
	return found
}

// passesOnlyToTasks tells whether one of the statements names the role, and all that do are bound to tasks of ECS.
func passesOnlyToTasks(statements []policy.Statement, arn string) bool {
	bound := false
	for _, s := range statements {
		if !slices.Contains(s.Resources, arn) {
			continue
		}
		if !slices.Equal(s.Condition["StringEquals"]["iam:PassedToService"], []string{"ecs-tasks.amazonaws.com"}) {
			return false
		}
		bound = true
	}
	return bound
}

// showPeople shows the user and the group that have a policy.
func (d *demonstration) showPeople(ctx context.Context) error {
	object, err := d.sample(ctx, v1alpha1.KindECSPolicy, policyName)
	if err != nil {
		return err
	}
	arn := view.Text(object, "status", "policyARN")
	out, err := d.intruder.ListEntitiesForPolicy(ctx, &iam.ListEntitiesForPolicyInput{PolicyArn: &arn})
	if err != nil {
		return fmt.Errorf("asking who has policy %s: %w", arn, err)
	}
	var have [][]string
	for _, user := range out.PolicyUsers {
		have = append(have, []string{"user", aws.ToString(user.UserName)})
	}
	for _, group := range out.PolicyGroups {
		have = append(have, []string{"group", aws.ToString(group.GroupName)})
	}
	d.Printf("\n")
	d.Table([]string{"HAVE", arn}, have)
	want := [][]string{{"user", environment.SampleUser}, {"group", environment.SampleGroup}}
	if !slices.EqualFunc(have, want, slices.Equal[[]string]) {
		return errors.New("the policy is not attached to the user and the group that it declares")
	}
	return nil
}

// showGrants is the chapter on who may do what with the roles.
func (d *demonstration) showGrants(ctx context.Context) error {
	if err := d.showPassing(ctx); err != nil {
		return err
	}
	return d.showPeople(ctx)
}

// sample reads one of the samples with a namespace.
func (d *demonstration) sample(ctx context.Context, kind, name string) (*unstructured.Unstructured, error) {
	object := view.New(kind, victimNamespace, name)
	if err := d.Kube.Get(ctx, client.ObjectKeyFromObject(object), object); err != nil {
		return nil, fmt.Errorf("reading %s: %w", view.Name(object), err)
	}
	return object, nil
}
