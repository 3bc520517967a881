// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/internal/iam"
	"github.com/ecsiam/ecs-iam-controller/internal/ownership"
)

func newOwnerCommand(s streams) *cobra.Command {
	var access awsAccess
	output := "table"
	cmd := &cobra.Command{
		Use:   "owner ARN",
		Short: "Say which object of which cluster a role or policy in AWS belongs to",
		Long: "Say which object of which cluster a role, policy or instance profile belongs to, by its owner tag in AWS.\n" +
			"Without AWS credentials, and for instance profiles, the objects of the cluster are looked through for one whose\n" +
			"status has the ARN. The exit code is 1 when nothing of the kind is found.",
		Example: "  # Whose is the role that CloudTrail names?\n" +
			"  kubectl ecsiam owner arn:aws:iam::111122223333:role/payments_checkout\n\n" +
			"  # For a program\n" +
			"  kubectl ecsiam owner arn:aws:iam::111122223333:policy/read-orders -o json | jq -r .namespace",
		Args: cobra.ExactArgs(1),
	}
	at := newCluster(cmd)
	access.addFlags(cmd)
	cmd.Flags().StringVarP(&output, "output", "o", output, "format: "+formats)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if err := known(output); err != nil {
			return err
		}
		entity, err := entityIn(args[0])
		if err != nil {
			return err
		}
		report, err := ownerOf(cmd.Context(), s, at, &access, entity)
		if err != nil {
			return err
		}
		return finish(write(s.out, output, report, report.table))
	}
	return cmd
}

// ownerReport is the form for programs. It only grows.
type ownerReport struct {
	APIVersion string `json:"apiVersion"`
	Kind       string `json:"kind"`
	ARN        string `json:"arn"`
	// Source is AWS for the owner tag, Status for an object of the cluster whose status has the ARN.
	Source string `json:"source"`
	// Cluster is the controller's --cluster-id; empty where only the status says whose the entity is.
	Cluster    string `json:"cluster,omitempty"`
	ObjectKind string `json:"objectKind"`
	Namespace  string `json:"namespace,omitempty"`
	Name       string `json:"name"`
	// Released says that the object let go of the entity.
	Released bool `json:"released,omitempty"`
	// Held says that the tag ecsiam.dev/hold keeps the entity as it is.
	Held bool `json:"held,omitempty"`
}

// entity is what an ARN of IAM names.
type entity struct{ arn, account, kind, name string }

// entityIn reads the ARN of a role, policy or instance profile; that of a session is one of its role.
func entityIn(arn string) (entity, error) {
	parts := strings.SplitN(arn, ":", 6)
	if len(parts) != 6 || parts[0] != "arn" || parts[2] != "iam" && parts[2] != "sts" {
		return entity{}, fmt.Errorf("%s is no ARN of IAM: give one such as arn:aws:iam::111122223333:role/payments_checkout",
			arn)
	}
	kind, rest, _ := strings.Cut(parts[5], "/")
	e := entity{arn: arn, account: parts[4], kind: kind, name: rest[strings.LastIndexByte(rest, '/')+1:]}
	switch {
	case kind == "assumed-role":
		e.kind = "role"
		e.name, _, _ = strings.Cut(rest, "/")
		e.arn = fmt.Sprintf("arn:%s:iam::%s:role/%s", parts[1], parts[4], e.name)
	case kind != "role" && kind != "policy" && kind != "instance-profile":
		return e, fmt.Errorf("%s is a %s: roles, policies and instance profiles have owners here", arn, kind)
	}
	if e.name == "" {
		return e, fmt.Errorf("%s has no name", arn)
	}
	return e, nil
}

// ownerOf asks AWS, or the cluster where AWS cannot be asked.
func ownerOf(ctx context.Context, s streams, at *cluster, access *awsAccess, e entity) (ownerReport, error) {
	if e.kind == "instance-profile" {
		return ownerInCluster(ctx, s, at, e)
	}
	accounts, err := access.open(ctx)
	if errors.Is(err, errNoCredentials) {
		fmt.Fprintf(s.err, "Note: %v. The cluster is asked instead\n", err)
		return ownerInCluster(ctx, s, at, e)
	}
	if err != nil {
		return ownerReport{}, err
	}
	account := accounts.ForAccount(ctx, iam.AccountConfig{Name: "owner", AccountID: e.account})
	identity, err := account.Identity(ctx)
	switch {
	case err != nil:
		return ownerReport{}, fmt.Errorf("asking AWS whose the credentials are: %w", err)
	case identity.AccountID != e.account && e.account != "aws":
		return ownerReport{}, fmt.Errorf("the AWS credentials are of account %s, and the ARN is one of %s: choose others by "+
			"--profile", identity.AccountID, e.account)
	}
	tags, err := tagsOf(ctx, account, e)
	if err != nil {
		return ownerReport{}, err
	}
	return ownerByTags(e, tags)
}

// tagsOf are the tags of a role or policy.
func tagsOf(ctx context.Context, account iam.Account, e entity) (map[string]string, error) {
	missing := fmt.Errorf("AWS has no %s of the ARN %s", e.kind, e.arn)
	if e.kind == "policy" {
		policy, err := account.LookUpPolicy(ctx, e.arn, false)
		switch {
		case err != nil:
			return nil, fmt.Errorf("reading the policy: %w", err)
		case policy == nil:
			return nil, missing
		}
		return policy.Tags, nil
	}
	got, err := account.ObserveBareRole(ctx, e.name)
	switch {
	case err != nil:
		return nil, fmt.Errorf("reading the role: %w", err)
	case got.Role == nil:
		return nil, missing
	}
	return got.Role.Tags, nil
}

func ownerByTags(e entity, tags map[string]string) (ownerReport, error) {
	report := ownerReport{APIVersion: reportVersion, Kind: "OwnerReport", ARN: e.arn, Source: sourceAWS}
	value, owned := ownership.Tag(tags, v1alpha1.TagOwner)
	if !owned {
		value, report.Released = ownership.Tag(tags, v1alpha1.TagReleased)
	}
	report.Held = ownership.Held(tags)
	parts := strings.Split(value, "/")
	if len(parts) != 3 {
		return report, fmt.Errorf("%s %s has no tag %s: it belongs to no object", e.kind, e.name, v1alpha1.TagOwner)
	}
	report.ObjectKind = v1alpha1.KindECSRole
	if e.kind == "policy" {
		report.ObjectKind = v1alpha1.KindECSPolicy
	}
	report.Cluster, report.Namespace, report.Name = parts[0], parts[1], parts[2]
	return report, nil
}

// ownerInCluster looks for an object whose status has the ARN.
func ownerInCluster(ctx context.Context, s streams, at *cluster, e entity) (ownerReport, error) {
	objects, err := at.objects(ctx, s)
	if err != nil {
		return ownerReport{}, err
	}
	for _, object := range objects {
		if hasARN(object, e.arn) {
			return ownerReport{
				APIVersion: reportVersion, Kind: "OwnerReport", ARN: e.arn, Source: sourceStatus, ObjectKind: kindOf(object),
				Namespace: object.GetNamespace(), Name: object.GetName(),
			}, nil
		}
	}
	return ownerReport{}, fmt.Errorf("no object of the cluster has the ARN %s in its status", e.arn)
}

func hasARN(object client.Object, arn string) bool {
	switch object := object.(type) {
	case *v1alpha1.ECSRole:
		return strings.EqualFold(object.Status.RoleARN, arn) || strings.EqualFold(object.Status.InstanceProfileARN, arn)
	case *v1alpha1.ECSPolicy:
		return strings.EqualFold(object.Status.PolicyARN, arn)
	case *v1alpha1.ECSServiceLinkedRole:
		return strings.EqualFold(object.Status.RoleARN, arn)
	}
	return false
}

func (r *ownerReport) table(w io.Writer) error {
	var text strings.Builder
	line := func(name, value string) {
		if value != "" {
			fmt.Fprintf(&text, "%-10s %s\n", name, value)
		}
	}
	line("object", r.ObjectKind+" "+r.Name)
	line("namespace", r.Namespace)
	line("cluster", r.Cluster)
	line("known by", map[string]string{
		sourceAWS: "the owner tag in AWS", sourceStatus: "the status of the object",
	}[r.Source])
	if r.Released {
		line("released", "the object let go of it and left it in AWS")
	}
	if r.Held {
		line("held", "the tag "+v1alpha1.TagHold+" keeps it as it is")
	}
	_, err := io.WriteString(w, text.String())
	return err //nolint:wrapcheck // finish says what was written
}
