// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/internal/pass"
)

func newStatusCommand(s streams) *cobra.Command {
	output, detailed := "table", false
	cmd := &cobra.Command{
		Use:   "status [-n NAMESPACE]",
		Short: "Show everything that is not Ready, by reason, and what else needs a look",
		Long: "Show the objects of all namespaces, or of one, that are not Ready: by reason, with the message of the\n" +
			"condition, and since when. Then what needs a look although the object may be Ready: drift that the controller\n" +
			"leaves alone, guardrails that became tighter, an account that cannot be read together. Beside that, which are\n" +
			"paused, and the roles and policies of ours in AWS that no object stands for. AWS is not asked.\n" +
			"docs/conditions.md explains each reason and condition.\n\n" +
			"With --detailed-exitcode the exit code is 2 when something is not Ready.",
		Example: "  # What needs attention in the whole cluster\n" +
			"  kubectl ecsiam status\n\n" +
			"  # After a deployment, for a script\n" +
			"  kubectl ecsiam status -n payments --detailed-exitcode",
		Args: cobra.NoArgs,
	}
	at := newCluster(cmd)
	cmd.Flags().BoolVar(&detailed, "detailed-exitcode", false, "exit with 2 when something is not Ready")
	cmd.Flags().StringVarP(&output, "output", "o", output, "format: "+formats)
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		report, err := tell(cmd.Context(), s, at, output, newStatusReport)
		if err != nil {
			return err
		}
		if detailed && len(report.Items) > 0 {
			return errDifferent
		}
		return nil
	}
	return cmd
}

// statusReport is the form for programs. It only grows.
type statusReport struct {
	APIVersion string `json:"apiVersion"`
	Kind       string `json:"kind"`
	Objects    int    `json:"objects"`
	Ready      int    `json:"ready"`
	// Items are what is not Ready.
	Items []objectStatus `json:"items"`
	// Noted are the other conditions that ask for a look, of objects that may be Ready.
	Noted []notedCondition `json:"noted,omitempty"`
	// Paused are the objects that no pass is made over.
	Paused []string `json:"paused,omitempty"`
	// Orphans are the roles and policies of ours that no object stands for, by account.
	Orphans []orphans `json:"orphans,omitempty"`
}

// objectStatus is what the condition Ready says of an object.
type objectStatus struct {
	ObjectKind string          `json:"kind"`
	Namespace  string          `json:"namespace,omitempty"`
	Name       string          `json:"name"`
	Reason     v1alpha1.Reason `json:"reason"`
	Message    string          `json:"message,omitempty"`
	// Since is when the condition became what it is; nothing where the controller has not said anything yet.
	Since *metav1.Time `json:"since,omitempty"`
}

// notedCondition is a condition that an object has only while something needs a look.
type notedCondition struct {
	objectStatus `json:",inline"`

	Condition string `json:"condition"`
}

type orphans struct {
	Account  string `json:"account"`
	Roles    int32  `json:"roles"`
	Policies int32  `json:"policies"`
}

func newStatusReport(objects []client.Object) *statusReport {
	r := &statusReport{APIVersion: reportVersion, Kind: "StatusReport", Items: []objectStatus{}}
	for _, object := range objects {
		r.Objects++
		if s := statusOf(object); s.Reason == "" {
			r.Ready++
		} else {
			r.Items = append(r.Items, s)
		}
		r.Noted = append(r.Noted, notedOf(object)...)
		if pausedObject(object) {
			r.Paused = append(r.Paused, titleOf(object))
		}
		if account, ok := object.(*v1alpha1.AWSAccount); ok {
			found := orphans{account.Name, account.Status.OrphanedRoles, account.Status.OrphanedPolicies}
			if found.Roles > 0 || found.Policies > 0 {
				r.Orphans = append(r.Orphans, found)
			}
		}
	}
	slices.SortStableFunc(r.Items, inOrderOfReasons)
	slices.SortStableFunc(r.Noted, func(a, b notedCondition) int {
		return cmp.Or(strings.Compare(a.Condition, b.Condition), inOrderOfReasons(a.objectStatus, b.objectStatus))
	})
	return r
}

func inOrderOfReasons(a, b objectStatus) int {
	return cmp.Or(strings.Compare(string(a.Reason), string(b.Reason)), strings.Compare(a.Namespace, b.Namespace),
		strings.Compare(a.ObjectKind, b.ObjectKind), strings.Compare(a.Name, b.Name))
}

// notedOf are the conditions of an object that are there only while something needs a look. Reconciling and Stalled say
// nothing that Ready does not, and neither does a condition with the reason for which the object is not Ready.
func notedOf(object client.Object) []notedCondition {
	conditions, _ := conditionsOf(object)
	var noted []notedCondition
	for i := range conditions {
		c := &conditions[i]
		switch c.Type {
		case v1alpha1.ConditionReady, v1alpha1.ConditionReconciling, v1alpha1.ConditionStalled:
			continue
		}
		if c.Status != metav1.ConditionTrue || string(statusOf(object).Reason) == c.Reason {
			continue
		}
		noted = append(noted, notedCondition{Condition: c.Type, objectStatus: objectStatus{
			ObjectKind: kindOf(object), Namespace: object.GetNamespace(), Name: object.GetName(),
			Reason: v1alpha1.Reason(c.Reason), Message: c.Message, Since: &c.LastTransitionTime,
		}})
	}
	return noted
}

// statusOf is what an object is not Ready for; without a reason for one that is Ready. A status that speaks of an older
// spec says nothing of the present one.
func statusOf(object client.Object) objectStatus {
	s := objectStatus{ObjectKind: kindOf(object), Namespace: object.GetNamespace(), Name: object.GetName()}
	conditions, observed := conditionsOf(object)
	ready := meta.FindStatusCondition(conditions, v1alpha1.ConditionReady)
	switch {
	case ready == nil:
		s.Reason, s.Message = v1alpha1.ReasonPending, "the controller has not looked at the object yet"
	case ready.Status != metav1.ConditionTrue:
		s.Reason, s.Message, s.Since = v1alpha1.Reason(ready.Reason), ready.Message, &ready.LastTransitionTime
	case observed != object.GetGeneration() && !pausedObject(object):
		s.Reason, s.Message = v1alpha1.ReasonPending, "the controller has not looked at the present spec yet"
	}
	return s
}

// conditionsOf are the conditions of an object, and the generation that they speak of.
func conditionsOf(object client.Object) ([]metav1.Condition, int64) {
	if account, ok := object.(*v1alpha1.AWSAccount); ok {
		return account.Status.Conditions, account.Status.ObservedGeneration
	}
	if of, ok := object.(pass.Object); ok {
		return of.Shared().Conditions, of.Shared().ObservedGeneration
	}
	return nil, 0
}

func pausedObject(object client.Object) bool {
	return object.GetAnnotations()[v1alpha1.AnnotationPaused] == "true"
}

// titleOf is kind, namespace and name.
func titleOf(object client.Object) string {
	return kindOf(object) + " " + strings.TrimPrefix(object.GetNamespace()+"/"+object.GetName(), "/")
}

func (r *statusReport) table(w io.Writer) error {
	colours := paletteOf(w)
	var text strings.Builder
	items, noted := make([]string, 0, len(r.Items)), make([]string, 0, len(r.Noted))
	for i := range r.Items {
		items = append(items, fmt.Sprintf("%s\t%s", r.Items[i].Reason, r.Items[i].row()))
	}
	for i := range r.Noted {
		noted = append(noted, fmt.Sprintf("%s\t%s\t%s", r.Noted[i].Condition, r.Noted[i].Reason, r.Noted[i].row()))
	}
	err := errors.Join(rows(&text, "REASON\tOBJECT\tSINCE\tMESSAGE", items),
		rows(&text, "CONDITION\tREASON\tOBJECT\tSINCE\tMESSAGE", noted))
	if err != nil {
		return err
	}
	fmt.Fprintf(&text, "%d of %s Ready\n", r.Ready, counted(r.Objects, "object"))
	for _, object := range r.Paused {
		fmt.Fprintf(&text, "%s is paused: kubectl ecsiam resume makes the controller look at it again\n", object)
	}
	for _, o := range r.Orphans {
		o.write(&text, colours)
	}
	_, err = io.WriteString(w, text.String())
	return err //nolint:wrapcheck // finish says what was written
}

func (o orphans) write(text io.Writer, colours palette) {
	for _, found := range []struct {
		count int32
		noun  string
	}{{o.Roles, "role"}, {o.Policies, "policy"}} {
		if found.count > 0 {
			fmt.Fprintf(text, "%s in AWSAccount %s that no object stands for: docs/runbook.md says how to find them\n",
				colours.paint(colourOfChange, counted(int(found.count), found.noun)), o.Account)
		}
	}
}

// row is the columns that say of what and since when, and the first line of the message.
func (s *objectStatus) row() string {
	since := "-"
	if s.Since != nil {
		since = s.Since.UTC().Format("2006-01-02 15:04")
	}
	message, _, _ := strings.Cut(s.Message, "\n")
	return fmt.Sprintf("%s %s\t%s\t%s", s.ObjectKind, strings.TrimPrefix(s.Namespace+"/"+s.Name, "/"), since, message)
}

// rows writes a table and an empty line, or nothing where there is no row.
func rows(text *strings.Builder, header string, lines []string) error {
	if len(lines) == 0 {
		return nil
	}
	table := tabwriter.NewWriter(text, 0, 0, 3, ' ', 0)
	fmt.Fprintln(table, header)
	for _, line := range lines {
		fmt.Fprintln(table, line)
	}
	if err := table.Flush(); err != nil {
		return err //nolint:wrapcheck // of a buffer
	}
	text.WriteString("\n")
	return nil
}

// finish is the error of writing a result. That nobody reads any more is none.
func finish(err error) error {
	if err == nil || isClosedPipe(err) {
		return nil
	}
	return fmt.Errorf("writing the result: %w", err)
}

// kinds are those of the objects that stand for something in AWS, and of accounts.
var kinds = []string{
	v1alpha1.KindAWSAccount, v1alpha1.KindECSServiceLinkedRole, v1alpha1.KindECSPolicy, v1alpha1.KindECSRole,
}

// objects are those of the cluster, or of the namespace of the flag. What may not be read is said.
func (c *cluster) objects(ctx context.Context, s streams) ([]client.Object, error) {
	reader, err := c.client()
	if err != nil {
		return nil, err
	}
	only := c.kubeconfig.namespace
	var options []client.ListOption
	if only != "" {
		options = append(options, client.InNamespace(only))
	}
	var objects []client.Object
	for _, kind := range kinds {
		clusterWide := kind == v1alpha1.KindAWSAccount || kind == v1alpha1.KindECSServiceLinkedRole
		if only != "" && kind == v1alpha1.KindECSServiceLinkedRole {
			continue
		}
		found, err := listed(ctx, reader, kind, options...)
		switch {
		case err != nil && clusterWide && forbidden(err):
			fmt.Fprintf(s.err, "Note: the objects of kind %s may not be read and are left out\n", kind)
		case err != nil && forbidden(err):
			return nil, fmt.Errorf("%w: choose a namespace that you may read by -n", err)
		case err != nil:
			return nil, unreadableKind(kind, err)
		}
		objects = append(objects, found...)
	}
	return objects, nil
}
