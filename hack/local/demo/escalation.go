// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package demo

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/hack/local/console"
	"github.com/ecsiam/ecs-iam-controller/hack/local/environment"
	"github.com/ecsiam/ecs-iam-controller/hack/local/view"
)

// climber is the namespace whose user wants more than he has.
const climber = "climber"

// refuseEscalation has a user of a namespace declare a role with which he could become administrator, in an account
// that nobody configured, and shows what he reads.
func (d *demonstration) refuseEscalation(ctx context.Context) error {
	if err := d.ApplyAndWait(ctx, unconfigured()); err != nil {
		return err
	}
	d.takeCalls()
	role := escalation()
	if err := client.IgnoreAlreadyExists(d.Kube.Create(ctx, role)); err != nil {
		return fmt.Errorf("creating %s: %w", view.Name(role), err)
	}
	message := ""
	err := d.Step("refuse", func(console.Say) (string, error) {
		limited, cancel := context.WithTimeoutCause(ctx, d.Timeout, errors.New("the role was not refused"))
		defer cancel()
		return view.Name(role) + " is refused", environment.Poll(limited, func() (bool, error) {
			if err := d.Kube.Get(limited, client.ObjectKeyFromObject(role), role); err != nil {
				return false, fmt.Errorf("reading %s: %w", view.Name(role), err)
			}
			var reason v1alpha1.Reason
			reason, message = view.Ready(role)
			return reason == v1alpha1.ReasonGuardrailViolation, nil
		})
	})
	if err != nil {
		return err
	}
	d.Printf("\n")
	for part := range strings.SplitSeq(message, "; spec.") {
		d.Printf("  spec.%s\n", strings.TrimPrefix(part, "spec."))
	}
	for _, call := range d.takeCalls() {
		if call.Write && call.Param("RoleName") == climber+"_admin" {
			return fmt.Errorf("the controller called %s for a role that is refused", call.Action)
		}
	}
	return nil
}

// unconfigured are a namespace and an AWSAccount without any guardrails of its own.
func unconfigured() []*unstructured.Unstructured {
	namespace := &unstructured.Unstructured{Object: map[string]any{
		"apiVersion": "v1", "kind": "Namespace", "metadata": map[string]any{"name": climber},
	}}
	account := view.New(v1alpha1.KindAWSAccount, "", "unconfigured")
	account.Object["spec"] = map[string]any{
		"accountID": environment.AccountID, "region": "eu-west-1",
		"allowedNamespaces": map[string]any{"from": "Names", "names": []any{climber}},
	}
	return []*unstructured.Unstructured{namespace, account}
}

// escalation is a role that could pass any role, and is administrator besides.
func escalation() *unstructured.Unstructured {
	role := view.New(v1alpha1.KindECSRole, climber, "admin")
	role.Object["spec"] = map[string]any{
		"type": "Task", "accountRef": map[string]any{"name": "unconfigured"},
		"statements": []any{map[string]any{
			"effect": "Allow", "actions": []any{"iam:PassRole", "ecs:RunTask"}, "resources": []any{"*"},
		}},
		"managedPolicies": []any{map[string]any{"arn": "arn:{partition}:iam::aws:policy/AdministratorAccess"}},
	}
	return role
}
