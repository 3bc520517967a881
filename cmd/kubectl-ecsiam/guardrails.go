// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"slices"

	"github.com/spf13/cobra"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/internal/guardrail"
)

func newGuardrailsCommand(s streams) *cobra.Command {
	output := "table"
	cmd := &cobra.Command{
		Use:   "guardrails [-n NAMESPACE]",
		Short: "Print what the AWSAccounts of the cluster let a namespace do",
		Long: "Print the guardrails that are in force for a namespace, in each AWSAccount that it may use: placeholders\n" +
			"are replaced, and what no field sets is said as well. The cluster of the kubeconfig is asked for AWSAccounts\n" +
			"and, where one allows namespaces by label, for the namespace. AWS is not asked.",
		Example: "  # What the namespace of the current context may do\n" +
			"  kubectl ecsiam guardrails\n" +
			"  # The rules of another namespace, for a program\n" +
			"  kubectl ecsiam guardrails -n payments -o json",
		Args: cobra.NoArgs,
	}
	at := newCluster(cmd)
	cmd.Flags().StringVarP(&output, "output", "o", output, "format: table, json or yaml")
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		write := map[string]func(io.Writer, []namespaceBounds) error{
			"table": writeBoundsTable, "json": writeBoundsJSON, "yaml": writeBoundsYAML,
		}[output]
		if write == nil {
			return fmt.Errorf("-o %s is unknown: give table, json or yaml", output)
		}
		namespace, err := at.namespace()
		if err != nil {
			return err
		}
		reader, err := at.client()
		if err != nil {
			return err
		}
		bounds, err := boundsFor(cmd.Context(), reader, namespace)
		if err != nil {
			return err
		}
		return write(s.out, bounds)
	}
	return cmd
}

// namespaceBounds are what an account lets a namespace do. For programs, the form only grows.
type namespaceBounds struct {
	Account    string              `json:"account"`
	AccountID  string              `json:"accountID"`
	Namespace  string              `json:"namespace"`
	Guardrails v1alpha1.Guardrails `json:"guardrails"`
	// Malformed are the rules that cannot be read, which give nothing until they are corrected.
	Malformed []string `json:"malformed,omitempty"`
}

// boundsFor are the bounds of a namespace in each account that it may use.
func boundsFor(ctx context.Context, reader client.Reader, namespace string) ([]namespaceBounds, error) {
	var accounts v1alpha1.AWSAccountList
	switch err := reader.List(ctx, &accounts); {
	case apierrors.IsForbidden(err):
		return nil, fmt.Errorf("%w: ask an administrator to bind the ClusterRole ecs-iam-controller-awsaccount-viewer "+
			"to you with a ClusterRoleBinding", err)
	case err != nil:
		return nil, fmt.Errorf("listing the AWSAccounts: %w", err)
	}
	var found []namespaceBounds
	for i := range accounts.Items {
		account := &accounts.Items[i]
		allowed, err := allows(ctx, reader, account.Spec.AllowedNamespaces, namespace)
		if err != nil {
			return nil, fmt.Errorf("AWSAccount %s: %w", account.Name, err)
		}
		if allowed {
			found = append(found, boundsIn(account, namespace))
		}
	}
	if len(found) == 0 {
		return nil, fmt.Errorf("none of the %d AWSAccounts allows namespace %s: ask the owner of one to add the namespace "+
			"to spec.allowedNamespaces", len(accounts.Items), namespace)
	}
	return found, nil
}

func boundsIn(account *v1alpha1.AWSAccount, namespace string) namespaceBounds {
	b := namespaceBounds{
		Account: account.Name, AccountID: account.Spec.AccountID, Namespace: namespace,
		Guardrails: guardrail.Effective(&account.Spec, guardrail.Values{
			Account: account.Name, Namespace: namespace, AccountID: account.Spec.AccountID,
			Partition: account.Status.Partition, Region: string(account.Spec.Region),
		}),
	}
	for _, err := range guardrail.Check(&account.Spec) {
		b.Malformed = append(b.Malformed, err.Error())
	}
	return b
}

// allows reports whether an account allows a namespace. Its labels are read only where they decide.
func allows(
	ctx context.Context, reader client.Reader, allowed v1alpha1.AllowedNamespaces, namespace string,
) (bool, error) {
	switch allowed.From {
	case v1alpha1.NamespacesFromAll:
		return true, nil
	case v1alpha1.NamespacesFromNames:
		return slices.Contains(allowed.Names, v1alpha1.NamespaceName(namespace)), nil
	case v1alpha1.NamespacesFromSelector:
	default:
		return false, nil
	}
	selector, err := metav1.LabelSelectorAsSelector(allowed.Selector)
	if err != nil {
		return false, nil //nolint:nilerr // a selector that cannot be read selects nothing, as in the controller
	}
	object := &corev1.Namespace{}
	if err := reader.Get(ctx, types.NamespacedName{Name: namespace}, object); err != nil {
		return false, fmt.Errorf("reading the labels of the namespace: %w", err)
	}
	return selector.Matches(labels.Set(object.Labels)), nil
}

func writeBoundsJSON(w io.Writer, list []namespaceBounds) error {
	return writeIndented(w, reportOfBounds(list))
}

func writeBoundsYAML(w io.Writer, list []namespaceBounds) error {
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	if err := encoder.Encode(reportOfBounds(list)); err != nil {
		return fmt.Errorf("writing JSON: %w", err)
	}
	return writeYAML(w, text.Bytes())
}

// guardrailReport is the form of the bounds for programs. It only grows.
type guardrailReport struct {
	APIVersion string            `json:"apiVersion"`
	Kind       string            `json:"kind"`
	Items      []namespaceBounds `json:"items"`
}

func reportOfBounds(list []namespaceBounds) guardrailReport {
	return guardrailReport{APIVersion: "cli.ecsiam.dev/v1alpha1", Kind: "GuardrailReport", Items: list}
}
