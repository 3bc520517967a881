// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
)

// fieldOwner is the field manager of what the plugin writes. The default would be the name of the program, and Flux
// takes for a change by kubectl, which it undoes, what any manager wrote whose name begins with kubectl.
const fieldOwner = client.FieldOwner("ecsiam")

// annotating is a command that sets an annotation which the controller obeys.
type annotating struct {
	name, short, long, example string
	// done says what was done, already what was so before.
	done, already string
	annotation    string
	// value is the one to set, nil to take the annotation away. It is called once a command.
	value func() *string
	// refuses says why an object is left as it is, or nothing.
	refuses func(client.Object) string
	// waits says that the command can wait for what the controller makes of it.
	waits bool
}

func newPauseCommand(s streams) *cobra.Command {
	paused := "true"
	return newAnnotatingCommand(s, annotating{
		name: "pause", short: "Have the controller leave objects alone",
		long: "Have the controller leave objects alone until they are resumed: nothing is repaired, changed or deleted in\n" +
			"AWS. The annotation ecsiam.dev/paused says so. An AWSAccount that is paused is not looked at itself; its\n" +
			"roles are.",
		example: "  # Leave one role alone while it is examined\n" +
			"  kubectl ecsiam pause -n payments ecsrole/checkout\n\n" +
			"  # Everything in a namespace\n" +
			"  kubectl ecsiam pause -n payments --all",
		done: "paused", already: "is paused already", annotation: v1alpha1.AnnotationPaused,
		value: func() *string { return &paused },
	})
}

func newResumeCommand(s streams) *cobra.Command {
	return newAnnotatingCommand(s, annotating{
		name: "resume", short: "Have the controller look at paused objects again",
		long: "Have the controller look at paused objects again. What differs in AWS by then is brought to what is\n" +
			"declared: kubectl ecsiam plan KIND/NAME shows what that would be.",
		example: "  kubectl ecsiam plan -n payments ecsrole/checkout\n" +
			"  kubectl ecsiam resume -n payments ecsrole/checkout",
		done: "resumed", already: "is not paused", annotation: v1alpha1.AnnotationPaused,
		value: func() *string { return nil },
	})
}

func newReconcileCommand(s streams) *cobra.Command {
	return newAnnotatingCommand(s, annotating{
		name: "reconcile", short: "Have the controller look at objects now",
		long: "Have the controller look at objects now, from a fresh look at AWS, instead of at the next resync. The\n" +
			"annotation ecsiam.dev/reconcile-at gets a new value; status.lastHandledReconcileAt has it once the\n" +
			"controller looked.\n\n" +
			"With --wait the command ends when every object is Ready, with exit code 0, or when one is not and a person\n" +
			"must act or the time is over, with exit code 1.",
		example: "  # After permissions of the controller were corrected\n" +
			"  kubectl ecsiam reconcile -n payments ecsrole/checkout\n\n" +
			"  # In a script, until the role is as declared\n" +
			"  kubectl ecsiam reconcile -n payments ecsrole/checkout --wait --timeout 2m\n\n" +
			"  # An account, and everything in a namespace\n" +
			"  kubectl ecsiam reconcile awsaccount/default\n" +
			"  kubectl ecsiam reconcile -n payments --all",
		done: "is looked at now", already: "", annotation: v1alpha1.AnnotationReconcileAt,
		value: func() *string {
			now := time.Now().UTC().Format(time.RFC3339Nano)
			return &now
		},
		waits: true,
		refuses: func(object client.Object) string {
			if pausedObject(object) {
				return "is paused: resume it, which has the controller look at it too"
			}
			return ""
		},
	})
}

func newAnnotatingCommand(s streams, a annotating) *cobra.Command {
	all, wait, timeout := false, false, 5*time.Minute
	cmd := &cobra.Command{
		Use: a.name + " {KIND/NAME... | --all}", Short: a.short, Long: a.long, Example: a.example,
	}
	at := newCluster(cmd)
	cmd.Flags().BoolVar(&all, "all", false, "all ECSRoles and ECSPolicies of the namespace")
	if a.waits {
		cmd.Flags().BoolVar(&wait, "wait", false, "wait until the controller has looked and every object is Ready")
		cmd.Flags().DurationVar(&timeout, "timeout", timeout, "how long to wait")
	}
	cmd.ValidArgsFunction = completeObjects(at)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if all == (len(args) > 0) {
			return errors.New("give KIND/NAME of objects, such as ecsrole/checkout, or --all")
		}
		if cmd.Flags().Changed("timeout") && !wait {
			return errors.New("--timeout is how long to --wait: give both")
		}
		namespace, err := at.namespace()
		if err != nil {
			return err
		}
		to, err := at.client()
		if err != nil {
			return err
		}
		objects, err := chosen(cmd.Context(), to, namespace, args)
		if err != nil {
			return err
		}
		if !wait {
			return a.apply(cmd.Context(), s, to, objects, a.value())
		}
		return a.applyAndWait(cmd.Context(), s, to, objects, timeout)
	}
	return cmd
}

// chosen are the objects that the command line names, or all of the namespace.
func chosen(ctx context.Context, reader client.Reader, namespace string, args []string) ([]client.Object, error) {
	var objects []client.Object
	if len(args) == 0 {
		for _, kind := range []string{v1alpha1.KindECSPolicy, v1alpha1.KindECSRole} {
			found, err := listed(ctx, reader, kind, client.InNamespace(namespace))
			if err != nil {
				return nil, unreadableKind(kind, err)
			}
			objects = append(objects, found...)
		}
		if len(objects) == 0 {
			return nil, fmt.Errorf("namespace %s has no ECSRoles and no ECSPolicies", namespace)
		}
		return objects, nil
	}
	for _, arg := range args {
		typed, name, found := strings.Cut(arg, "/")
		object := newObject(typed)
		if !found || object == nil || name == "" {
			return nil, fmt.Errorf("%s is no object: give KIND/NAME, such as ecsrole/checkout", arg)
		}
		key := client.ObjectKey{Name: name}
		if _, ok := object.(*v1alpha1.AWSAccount); !ok && kindOf(object) != v1alpha1.KindECSServiceLinkedRole {
			key.Namespace = namespace
		}
		switch err := reader.Get(ctx, key, object); {
		case apierrors.IsNotFound(err):
			return nil, fmt.Errorf("%s %s does not exist: correct the name, or choose a namespace by -n", kindOf(object),
				strings.TrimPrefix(key.String(), "/"))
		case err != nil:
			return nil, fmt.Errorf("reading %s: %w", arg, err)
		}
		objects = append(objects, object)
	}
	return objects, nil
}

// newObject is an empty object of a kind as kubectl names it, nil for another kind.
func newObject(typed string) client.Object {
	switch kindNamed(typed) {
	case v1alpha1.KindECSRole:
		return &v1alpha1.ECSRole{}
	case v1alpha1.KindECSPolicy:
		return &v1alpha1.ECSPolicy{}
	case v1alpha1.KindECSServiceLinkedRole:
		return &v1alpha1.ECSServiceLinkedRole{}
	}
	switch name, _, _ := strings.Cut(strings.ToLower(typed), "."); name {
	case "awsaccount", "awsaccounts", "awsacct":
		return &v1alpha1.AWSAccount{}
	}
	return nil
}

func (a *annotating) applyAndWait(
	ctx context.Context, s streams, to client.Client, objects []client.Object, timeout time.Duration,
) error {
	value := a.value()
	w := waiting{reader: to, timeout: timeout, token: *value}
	var problems []string
	for _, object := range objects {
		if refused := w.refuses(object); refused != "" {
			problems = append(problems, titleOf(object)+" "+refused)
		}
	}
	if len(problems) > 0 {
		return report(s.err, problems)
	}
	if err := a.apply(ctx, s, to, objects, value); err != nil {
		return err
	}
	if !w.all(ctx, s, objects) {
		return errReported
	}
	return nil
}

func (a *annotating) apply(
	ctx context.Context, s streams, to client.Client, objects []client.Object, value *string,
) error {
	patch, err := json.Marshal(map[string]any{
		"metadata": map[string]any{"annotations": map[string]*string{a.annotation: value}},
	})
	if err != nil {
		return fmt.Errorf("writing the patch: %w", err)
	}
	failed := false
	for _, object := range objects {
		title := titleOf(object)
		if a.refuses != nil && a.refuses(object) != "" {
			failed = true
			fmt.Fprintf(s.err, "%s %s\n", title, a.refuses(object))
			continue
		}
		if old, had := object.GetAnnotations()[a.annotation]; had == (value != nil) && (value == nil || old == *value) {
			fmt.Fprintf(s.out, "%s %s\n", title, a.already)
			continue
		}
		if err := to.Patch(ctx, object, client.RawPatch(types.MergePatchType, patch), fieldOwner); err != nil {
			failed = true
			fmt.Fprintf(s.err, "%s: %v\n", title, err)
			continue
		}
		fmt.Fprintf(s.out, "%s %s\n", title, a.done)
	}
	if failed {
		return errReported
	}
	return nil
}
