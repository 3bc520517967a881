// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/internal/desired"
)

func newTreeCommand(s streams) *cobra.Command {
	output := "table"
	cmd := &cobra.Command{
		Use:   "tree [-n NAMESPACE]",
		Short: "Show roles, policies and instance profiles, and what refers to what",
		Long: "Show the roles and policies of all namespaces, or of one, with what each refers to and who has it:\n" +
			"policies, instance profiles, roles that are passed, roles that are trusted. Each object has the status of its\n" +
			"condition Ready. AWS is not asked.",
		Example: "  # A namespace at a glance\n" +
			"  kubectl ecsiam tree -n payments\n\n" +
			"  # Who refers to a policy, for a program\n" +
			"  kubectl ecsiam tree -o json | jq '.items[] | select(.name == \"read-orders\") | .children'",
		Args: cobra.NoArgs,
	}
	at := newCluster(cmd)
	cmd.Flags().StringVarP(&output, "output", "o", output, "format: "+formats)
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		_, err := tell(cmd.Context(), s, at, output, newTreeReport)
		return err
	}
	return cmd
}

// treeReport is the form for programs. It only grows.
type treeReport struct {
	APIVersion string     `json:"apiVersion"`
	Kind       string     `json:"kind"`
	Items      []treeNode `json:"items"`
}

// treeNode is an object, or something that one refers to.
type treeNode struct {
	// Relation says what it is to the node above, such as "attaches".
	Relation   string `json:"relation,omitempty"`
	ObjectKind string `json:"kind,omitempty"`
	Namespace  string `json:"namespace,omitempty"`
	Name       string `json:"name"`
	// Type is that of a role, Entity the name in IAM.
	Type   v1alpha1.RoleType `json:"type,omitempty"`
	Entity string            `json:"entity,omitempty"`
	// Ready is the reason of the condition, "Ready" for one that is; Missing says that there is no such object.
	Ready    string     `json:"ready,omitempty"`
	Missing  bool       `json:"missing,omitempty"`
	Paused   bool       `json:"paused,omitempty"`
	Children []treeNode `json:"children,omitempty"`
}

// forest finds objects by kind, namespace and name.
type forest map[string]client.Object

func keyOf(kind, namespace, name string) string { return kind + " " + namespace + "/" + name }

func newTreeReport(objects []client.Object) *treeReport {
	all := forest{}
	for _, object := range objects {
		all[keyOf(kindOf(object), object.GetNamespace(), object.GetName())] = object
	}
	report := &treeReport{APIVersion: reportVersion, Kind: "TreeReport", Items: []treeNode{}}
	for _, object := range objects {
		switch object := object.(type) {
		case *v1alpha1.ECSRole:
			report.Items = append(report.Items, all.role(object))
		case *v1alpha1.ECSPolicy:
			report.Items = append(report.Items, all.policy(object))
		case *v1alpha1.ECSServiceLinkedRole:
			report.Items = append(report.Items, nodeOf(object))
		}
	}
	slices.SortStableFunc(report.Items, func(a, b treeNode) int {
		return cmp.Or(strings.Compare(a.Namespace, b.Namespace), -strings.Compare(a.ObjectKind, b.ObjectKind),
			strings.Compare(a.Name, b.Name))
	})
	return report
}

// nodeOf is an object by itself.
func nodeOf(object client.Object) treeNode {
	n := treeNode{
		ObjectKind: kindOf(object), Namespace: object.GetNamespace(), Name: object.GetName(), Paused: pausedObject(object),
		Ready: cmp.Or(string(statusOf(object).Reason), v1alpha1.ConditionReady),
	}
	switch object := object.(type) {
	case *v1alpha1.ECSRole:
		n.Type, n.Entity = object.Spec.Type, object.Status.RoleName
	case *v1alpha1.ECSPolicy:
		n.Entity = object.Status.PolicyName
	case *v1alpha1.ECSServiceLinkedRole:
		n.Entity = object.Status.RoleName
	}
	return n
}

// refer is an object that another refers to, or the place where it should be.
func (f forest) refer(relation, kind, namespace, name string) treeNode {
	object, found := f[keyOf(kind, namespace, name)]
	if !found {
		return treeNode{Relation: relation, ObjectKind: kind, Namespace: namespace, Name: name, Missing: true}
	}
	n := nodeOf(object)
	n.Relation = relation
	return n
}

// references are what a role refers to, as the controller sees it. The account plays no part in the names.
func references(role *v1alpha1.ECSRole) desired.References {
	return desired.ReferencesOf(desired.Inputs{Role: role, AccountID: "*", Partition: "*", Region: "*"})
}

func (f forest) role(role *v1alpha1.ECSRole) treeNode {
	n, refs := nodeOf(role), references(role)
	for _, name := range refs.Policies {
		n.Children = append(n.Children, f.refer("attaches", v1alpha1.KindECSPolicy, role.Namespace, name))
	}
	for i := range role.Spec.ManagedPolicies {
		if arn := role.Spec.ManagedPolicies[i].ARN; arn != "" {
			n.Children = append(n.Children, treeNode{Relation: "attaches", Name: string(arn)})
		}
	}
	for _, name := range refs.Roles {
		n.Children = append(n.Children, f.refer("passes", v1alpha1.KindECSRole, role.Namespace, name))
	}
	for _, name := range refs.RoleNames {
		n.Children = append(n.Children, treeNode{Relation: "passes", Name: "role/" + name})
	}
	for _, name := range refs.Trusted {
		n.Children = append(n.Children, treeNode{Relation: "trusts", Name: "role/" + name})
	}
	if arn := role.Status.InstanceProfileARN; arn != "" {
		n.Children = append(n.Children, treeNode{Relation: "is in", Name: arn[strings.LastIndexByte(arn, ':')+1:]})
	}
	return n
}

// policy is an ECSPolicy with those that refer to it, and those that AWS shows to have it.
func (f forest) policy(object *v1alpha1.ECSPolicy) treeNode {
	n := nodeOf(object)
	var holders []string
	for _, key := range sortedKeys(f) {
		role, ok := f[key].(*v1alpha1.ECSRole)
		if !ok || role.Namespace != object.Namespace || !slices.Contains(references(role).Policies, object.Name) {
			continue
		}
		n.Children = append(n.Children, f.refer("attached by", v1alpha1.KindECSRole, role.Namespace, role.Name))
		holders = append(holders, "role/"+cmp.Or(role.Status.RoleName, desired.RoleName(role, nil)))
	}
	for _, attachment := range object.Status.Attachments {
		if !slices.Contains(holders, attachment) {
			n.Children = append(n.Children, treeNode{Relation: "attached to", Name: attachment})
		}
	}
	return n
}

func sortedKeys(f forest) []string {
	keys := make([]string, 0, len(f))
	for key := range f {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	return keys
}

func (r *treeReport) table(w io.Writer) error {
	colours := paletteOf(w)
	var text strings.Builder
	for i := range r.Items {
		n := &r.Items[i]
		fmt.Fprintln(&text, n.line(colours, n.Namespace))
		for j := range n.Children {
			branch := "├─ "
			if j == len(n.Children)-1 {
				branch = "└─ "
			}
			fmt.Fprintln(&text, branch+n.Children[j].line(colours, n.Namespace))
		}
	}
	if len(r.Items) == 0 {
		fmt.Fprintln(&text, "no roles and no policies")
	}
	_, err := io.WriteString(w, text.String())
	return err //nolint:wrapcheck // finish says what was written
}

// line is a node for people. The namespace is left out below an object that has it.
func (n *treeNode) line(colours palette, namespace string) string {
	var words []string
	if n.Relation != "" {
		words = append(words, n.Relation)
	}
	name := n.Name
	if n.Namespace != "" && (n.Relation == "" || n.Namespace != namespace) {
		name = n.Namespace + "/" + n.Name
	}
	words = append(words, strings.TrimSpace(n.ObjectKind+" "+name))
	if details := strings.TrimSpace(string(n.Type) + " " + n.Entity); details != "" {
		words = append(words, "("+details+")")
	}
	switch {
	case n.Missing:
		words = append(words, colours.paint(colourOfLoss, "missing"))
	case n.Ready == v1alpha1.ConditionReady:
		words = append(words, colours.paint(colourOfGain, n.Ready))
	case n.Ready != "":
		words = append(words, colours.paint(colourOfLoss, "not Ready: "+n.Ready))
	}
	if n.Paused {
		words = append(words, colours.paint(colourOfChange, "paused"))
	}
	return strings.Join(words, " ")
}
