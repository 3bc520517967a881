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
	"time"

	"github.com/spf13/cobra"

	"github.com/ecsiam/ecs-iam-controller/internal/manifest"
)

// planOptions are the flags of plan.
type planOptions struct {
	cluster   *cluster
	aws       awsAccess
	files     []string
	clusterID string
	noCluster bool
	detailed  bool
	output    string
}

func newPlanCommand(s streams) *cobra.Command {
	o := planOptions{output: "table"}
	cmd := &cobra.Command{
		Use:   "plan {-f FILE|DIRECTORY|-... | KIND/NAME...}",
		Short: "Show what the controller would do in AWS, and what that gives and takes",
		Long: "Show the operations that the controller would make for manifests, or for objects of the cluster, in their\n" +
			"order: by the code that the controller runs, from a look at the AWS account and at the cluster. Each operation\n" +
			"is labelled widens, narrows or neutral, with what is gained and lost, the statements that change, and why it is\n" +
			"withheld if it is. Nothing is written, neither to AWS nor to the cluster.\n\n" +
			"AWS is read with your own credentials, for which AWS's policy IAMReadOnlyAccess is enough. Without credentials,\n" +
			"and where the AWSAccounts of the cluster may not be read, objects of the cluster are shown with the plan that\n" +
			"the controller left in their status.\n\n" +
			"The exit code is 0 when the plan is complete, 1 on an error and when an object cannot be brought to what it\n" +
			"declares. With --detailed-exitcode it is 2 when something differs.",
		Example: "  # What merging a change would do\n" +
			"  kubectl ecsiam plan -f manifests/\n\n" +
			"  # What keeps an object of the cluster from being as declared\n" +
			"  kubectl ecsiam plan -n payments ecsrole/checkout-execution\n\n" +
			"  # A gate in a pull request: nothing that widens\n" +
			"  kubectl ecsiam plan -f manifests/ -o json | jq -e '.summary.widens == 0'\n\n" +
			"  # Without a cluster, from the manifests of account and roles alone\n" +
			"  kubectl ecsiam plan -f account.yaml -f roles.yaml --no-cluster --cluster-id prod-eu-1",
	}
	o.cluster = newCluster(cmd)
	o.aws.addFlags(cmd)
	flags := cmd.Flags()
	flags.StringArrayVarP(&o.files, "filename", "f", nil,
		`file or directory with manifests in YAML or JSON, "-" for standard input; may be repeated`)
	flags.StringVar(&o.clusterID, "cluster-id", "",
		"the controller's --cluster-id; default is what the AWSAccounts of the cluster say")
	flags.BoolVar(&o.noCluster, "no-cluster", false, "ask no cluster: the files are all there is")
	flags.BoolVar(&o.detailed, "detailed-exitcode", false, "exit with 2 when something differs")
	flags.StringVarP(&o.output, "output", "o", o.output, "format: "+formats)
	cmd.ValidArgsFunction = completeObjects(o.cluster)
	cmd.RunE = func(cmd *cobra.Command, args []string) error { return o.run(cmd.Context(), s, args) }
	return cmd
}

func (o *planOptions) run(ctx context.Context, s streams, args []string) error {
	if err := o.check(args); err != nil {
		return err
	}
	v, namespace, err := o.viewOf()
	if err != nil {
		return err
	}
	objects, err := o.objects(ctx, s, v, namespace, args)
	if err != nil {
		return err
	}
	if err := o.fill(ctx, s, v, objects); err != nil {
		return err
	}
	for _, note := range v.notes {
		fmt.Fprintln(s.err, note)
	}
	report := newPlanReport(objects)
	err = write(s.out, o.output, report, func(w io.Writer) error { return writePlanTable(w, &report) })
	if err != nil && !isClosedPipe(err) {
		return fmt.Errorf("writing the plan: %w", err)
	}
	switch {
	case report.Summary.Failed > 0:
		return errReported
	case o.detailed && report.Summary.differs():
		return errDifferent
	}
	return nil
}

func (o *planOptions) check(args []string) error {
	switch {
	case len(o.files) == 0 && len(args) == 0:
		return errors.New("nothing to plan for: give -f FILE, or KIND/NAME of an object of the cluster")
	case len(o.files) > 0 && len(args) > 0:
		return errors.New("give either -f FILE or KIND/NAME: the plan of files has the objects of the files")
	case o.noCluster && len(args) > 0:
		return errors.New("KIND/NAME is an object of the cluster, which --no-cluster leaves out")
	case o.noCluster && o.clusterID == "":
		return errors.New("--no-cluster needs --cluster-id, as the controller has it")
	}
	return known(o.output)
}

// viewOf is what to look at, and the namespace of objects that name none.
func (o *planOptions) viewOf() (*view, string, error) {
	if o.noCluster {
		return newView(nil), cmp.Or(o.cluster.kubeconfig.namespace, "default"), nil
	}
	namespace, err := o.cluster.namespace()
	if err != nil {
		return nil, "", err
	}
	reader, err := o.cluster.client()
	if err != nil {
		return nil, "", err
	}
	return newView(reader, namespace), namespace, nil
}

// objects are those to plan for.
func (o *planOptions) objects(
	ctx context.Context, s streams, v *view, namespace string, args []string,
) ([]*planned, error) {
	var objects []*planned
	for _, arg := range args {
		object, err := objectNamed(ctx, v, arg, namespace)
		if err != nil {
			return nil, err
		}
		objects = append(objects, object)
	}
	if len(args) > 0 {
		return objects, nil
	}
	documents, problems, notes := declaredIn(ctx, o.files, s.in, namespace)
	for _, note := range notes {
		fmt.Fprintln(s.err, note)
	}
	if problems = append(problems, twice(documents)...); len(problems) > 0 {
		return nil, report(s.err, problems)
	}
	for i := range documents {
		if object := objectOf(&documents[i]); object != nil && !slices.Contains(v.namespaces, object.GetNamespace()) {
			v.namespaces = append(v.namespaces, object.GetNamespace())
		}
	}
	v.namespaces = slices.DeleteFunc(v.namespaces, func(name string) bool { return name == "" })
	objects, err := apply(ctx, v, documents, time.Now())
	if err == nil && len(objects) == 0 && v.quietAccount(ctx, s, documents) {
		return nil, nil
	}
	if err == nil && len(objects) == 0 {
		return nil, report(s.err, []string{"nothing to plan for in " + strings.Join(o.files, ", ") + ": give files with " +
			"ECSRoles, ECSPolicies or ECSServiceLinkedRoles"})
	}
	return objects, err
}

// quietAccount says of an AWSAccount in the files that no object changes by it, if the files have one and the cluster
// knows.
func (v *view) quietAccount(ctx context.Context, s streams, documents []manifest.Document) bool {
	if v.cluster == nil {
		return false
	}
	if _, err := v.accounts(ctx); err != nil {
		fmt.Fprintf(s.err, "Note: %v, so that the change of one has no plan\n", err)
		return false
	}
	quiet := false
	for i := range documents {
		if account := documents[i].Account; account != nil {
			quiet = true
			fmt.Fprintf(s.err, "Note: AWSAccount %s changes nothing: either it is in the cluster as declared, or no object "+
				"that may be read is in it\n", account.Name)
		}
	}
	return quiet
}

// fill makes the plans, or takes those of the statuses.
func (o *planOptions) fill(ctx context.Context, s streams, v *view, objects []*planned) error {
	objects = slices.DeleteFunc(slices.Clone(objects), func(one *planned) bool { return len(one.refused) > 0 })
	if len(objects) == 0 {
		return nil
	}
	accounts, err := o.open(ctx, v)
	if errors.Is(err, errNoAccounts) || errors.Is(err, errNoCredentials) && len(o.files) == 0 {
		fmt.Fprintf(s.err, "Note: %v. The plans are those that the controller left in the status\n", err)
		for _, object := range objects {
			object.stale = true
		}
		return nil
	}
	if err != nil {
		return err
	}
	all, err := v.accounts(ctx)
	if err != nil {
		return err
	}
	id, err := clusterIDOf(all, o.clusterID)
	if err != nil {
		return err
	}
	shown := newProgress(s.err, len(objects))
	defer shown.end()
	return newPlanner(v, accounts, id).plan(ctx, objects, func(*planned) { shown.step("planned") })
}

// open gives access to AWS, if the accounts are known.
func (o *planOptions) open(ctx context.Context, v *view) (*readAccounts, error) {
	known, err := v.accounts(ctx)
	if err != nil {
		return nil, err
	}
	accounts, err := o.aws.open(ctx)
	if err != nil {
		return nil, err
	}
	for _, account := range known {
		accounts.known[account.Name] = account
	}
	return accounts, nil
}
