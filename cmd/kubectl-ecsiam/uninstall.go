// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/controller/controllerutil"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/internal/guardrail"
	"github.com/ecsiam/ecs-iam-controller/internal/pass"
)

var errOnlyCheck = errors.New("the plugin removes nothing: give --check to see what is left and what to delete next; " +
	"docs/uninstall.md has the commands")

func newUninstallCommand(s streams) *cobra.Command {
	output, check := "table", false
	cmd := &cobra.Command{
		Use:   "uninstall --check",
		Short: "Show what must be deleted before the controller, and what stays in AWS",
		Long: "Show which objects still have the finalizer that only the controller removes, what becomes of each in AWS\n" +
			"when it is deleted, and what its deletion would wait for. The controller goes last: without it these objects\n" +
			"stay in Terminating. Nothing is deleted, and AWS is not asked. docs/uninstall.md has the whole order.\n\n" +
			"The exit code is 2 while such objects are left.",
		Example: "  # What is left, and what to delete next\n" +
			"  kubectl ecsiam uninstall --check",
		Args: cobra.NoArgs,
	}
	at := newCluster(cmd)
	cmd.Flags().BoolVar(&check, "check", false, "look only, which is all that there is")
	cmd.Flags().StringVarP(&output, "output", "o", output, "format: "+formats)
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		if !check {
			return errOnlyCheck
		}
		report, err := tell(cmd.Context(), s, at, output, newUninstallReport)
		if err != nil {
			return err
		}
		if len(report.Items) > 0 {
			return errDifferent
		}
		return nil
	}
	return cmd
}

// uninstallReport is the form for programs. It only grows.
type uninstallReport struct {
	APIVersion string `json:"apiVersion"`
	Kind       string `json:"kind"`
	// Items are the objects that need the controller to go.
	Items []heldObject `json:"items"`
	// Next is the command that comes next, empty where only the controller is left.
	Next string `json:"next,omitempty"`
}

// fate is what becomes of an entity in AWS when its object is deleted.
type fate string

const (
	fateDeleted fate = "deleted"
	fateStays   fate = "stays"
	fateNothing fate = "-"
)

// heldObject is an object with the finalizer.
type heldObject struct {
	ObjectKind string `json:"kind"`
	Namespace  string `json:"namespace,omitempty"`
	Name       string `json:"name"`
	InAWS      fate   `json:"inAWS"`
	// WaitsFor is what the deletion waits for, or would.
	WaitsFor string `json:"waitsFor,omitempty"`
}

// uninstallOrder is the order of deletion: what others depend on goes after them.
var uninstallOrder = []string{
	v1alpha1.KindECSRole, v1alpha1.KindECSPolicy, v1alpha1.KindECSServiceLinkedRole, v1alpha1.KindAWSAccount,
}

// deletions are the commands of docs/uninstall.md, by kind.
var deletions = map[string]string{
	v1alpha1.KindECSRole:              "kubectl delete ecsroles --all-namespaces --all",
	v1alpha1.KindECSPolicy:            "kubectl delete ecspolicies --all-namespaces --all",
	v1alpha1.KindECSServiceLinkedRole: "kubectl delete ecsservicelinkedroles --all",
	v1alpha1.KindAWSAccount:           "kubectl delete awsaccounts --all",
}

func newUninstallReport(objects []client.Object) *uninstallReport {
	r := &uninstallReport{APIVersion: reportVersion, Kind: "UninstallReport", Items: []heldObject{}}
	accounts := map[string]*v1alpha1.AWSAccount{}
	for _, object := range objects {
		if account, ok := object.(*v1alpha1.AWSAccount); ok {
			accounts[account.Name] = account
		}
	}
	for _, object := range objects {
		if controllerutil.ContainsFinalizer(object, v1alpha1.Finalizer) {
			r.Items = append(r.Items, held(object, accounts))
		}
	}
	slices.SortStableFunc(r.Items, func(a, b heldObject) int {
		return cmp.Or(slices.Index(uninstallOrder, a.ObjectKind)-slices.Index(uninstallOrder, b.ObjectKind),
			strings.Compare(a.Namespace, b.Namespace), strings.Compare(a.Name, b.Name))
	})
	if len(r.Items) > 0 {
		r.Next = deletions[r.Items[0].ObjectKind]
	}
	return r
}

// held says what becomes of an object that has the finalizer.
func held(object client.Object, accounts map[string]*v1alpha1.AWSAccount) heldObject {
	h := heldObject{
		ObjectKind: kindOf(object), Namespace: object.GetNamespace(), Name: object.GetName(), InAWS: fateNothing,
	}
	if user, ok := object.(pass.Object); ok {
		h.InAWS, h.WaitsFor = fateOf(user, accounts)
	}
	leaving := !object.GetDeletionTimestamp().IsZero()
	switch status := statusOf(object); {
	case pausedObject(object):
		h.WaitsFor = "it is paused: kubectl ecsiam resume"
	case leaving && status.Reason != "":
		h.WaitsFor = string(status.Reason) + ": " + status.Message
	case leaving:
		h.WaitsFor = "the controller, which has not looked at the deletion yet"
	}
	return h
}

// fateOf is what becomes of an object's entity, and what of its spec and account would make the deletion wait.
func fateOf(user pass.Object, accounts map[string]*v1alpha1.AWSAccount) (become fate, waits string) {
	spec, account := user.SharedSpec(), accounts[user.SharedSpec().AccountName]
	become = fateDeleted
	if spec.DeletionPolicy == v1alpha1.DeletionRetain || spec.ReconcilePolicy == v1alpha1.ReconcileObserve {
		become = fateStays
	}
	switch {
	case account == nil && become == fateDeleted:
		waits = "AWSAccount " + spec.AccountName + " does not exist: create it, or set deletionPolicy: Retain"
	case account != nil && become == fateStays && user.GetNamespace() != "" && !guardrail.Retains(&account.Spec):
		waits = "spec.guardrails.deletionPolicies of AWSAccount " + account.Name + " does not allow Retain"
	case become == fateDeleted && protects(account, user):
		waits = fmt.Sprintf("%d days without use, if the role was used", account.Spec.DeletionProtection.LastUsedWithinDays)
	}
	return become, waits
}

// protects reports whether an account keeps the role of an object while it is in use.
func protects(account *v1alpha1.AWSAccount, user pass.Object) bool {
	return account != nil && account.Spec.DeletionProtection != nil && kindOf(user) != v1alpha1.KindECSPolicy
}

func (r *uninstallReport) table(w io.Writer) error {
	var text strings.Builder
	if len(r.Items) > 0 {
		table := tabwriter.NewWriter(&text, 0, 0, 3, ' ', 0)
		fmt.Fprintln(table, "OBJECT\tIN AWS\tWAITS FOR")
		for i := range r.Items {
			item := &r.Items[i]
			fmt.Fprintf(table, "%s %s\t%s\t%s\n", item.ObjectKind,
				strings.TrimPrefix(item.Namespace+"/"+item.Name, "/"), item.InAWS, cmp.Or(item.WaitsFor, "-"))
		}
		if err := table.Flush(); err != nil {
			return err //nolint:wrapcheck // of a buffer
		}
		fmt.Fprintf(&text, "\n%s left. The controller must run until they are gone. Next: %s\n",
			counted(len(r.Items), "object"), r.Next)
	} else {
		text.WriteString("No object is left that needs the controller. " +
			"Next: delete the CustomResourceDefinitions, then the controller\n")
	}
	_, err := io.WriteString(w, text.String())
	return err //nolint:wrapcheck // finish says what was written
}
