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

	"github.com/spf13/cobra"
	utilerrors "k8s.io/apimachinery/pkg/util/errors"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/internal/desired"
	"github.com/ecsiam/ecs-iam-controller/internal/iam"
	"github.com/ecsiam/ecs-iam-controller/internal/manifest"
)

// target is where and in which manifests the plugin looks. Every subcommand that reads manifests has its flags.
type target struct {
	files     []string
	namespace string
	accountID string
	partition string
	region    string
	clusterID string
}

func (t *target) addFlags(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.StringArrayVarP(&t.files, "filename", "f", nil,
		`file with manifests in YAML or JSON, "-" for standard input; may be repeated`)
	flags.StringVarP(&t.namespace, "namespace", "n", "default", "namespace of objects that name none")
	flags.StringVar(&t.accountID, "account-id", "",
		"AWS account, for roles whose AWSAccount is not in the files; others must agree with it")
	flags.StringVar(&t.partition, "partition", "aws", "AWS partition: aws, aws-cn, aws-us-gov")
	flags.StringVar(&t.region, "region", "", "value of {region} where the AWSAccount sets none")
	flags.StringVar(&t.clusterID, "cluster-id", "local", "the controller's --cluster-id, for the owner tag")
	// The flag was defined one line above: marking it cannot fail.
	_ = cmd.MarkFlagRequired("filename")
}

// maxQuotas are the most that AWS raises quotas to: offline nobody knows the account's. Source: IAM user guide, "IAM
// and AWS STS quotas".
var maxQuotas = iam.Quotas{AttachedPoliciesPerRole: 25, TrustPolicySize: 8192}

// declared is one ECSRole of the files and what it stands for.
type declared struct {
	document manifest.Document
	inputs   desired.Inputs
	role     desired.Role
}

// declarations are the roles of the files, or everything that is wrong with the files.
type declarations struct {
	roles    []declared
	problems []string
}

// read gives the roles that the manifests declare.
func (t *target) read(ctx context.Context, stdin io.Reader) declarations {
	documents := manifest.Reader{Stdin: stdin, Namespace: t.namespace}.Read(ctx, t.files...)
	objects := newObjects(documents)
	var found declarations
	names := map[string]string{}
	for _, d := range documents {
		errs := d.Errors
		if d.Role != nil {
			r := declared{document: d}
			var err error
			if r.inputs, err = t.inputs(d.Role, objects.accounts); err == nil {
				t.resolve(&r.inputs, objects)
				r.role, err = desired.Build(r.inputs)
			}
			errs = merge(errs, offline(err))
			errs = append(errs, taken(names, r)...)
			found.roles = append(found.roles, r)
		}
		for _, err := range errs {
			found.problems = append(found.problems, d.Place()+": "+err.Error())
		}
	}
	if len(found.roles) == 0 && len(found.problems) == 0 {
		found.problems = []string{"no " + v1alpha1.KindECSRole + " in " + strings.Join(t.files, ", ")}
	}
	return found
}

// inputs are those of a role in the account that it names, or in the one of the flags.
func (t *target) inputs(role *v1alpha1.ECSRole, accounts map[string]*v1alpha1.AWSAccount) (desired.Inputs, error) {
	in := desired.Inputs{
		Role: role, Account: accounts[role.Spec.AccountRef.Name], AccountID: t.accountID,
		Partition: t.partition, Region: t.region, ClusterID: t.clusterID, Quotas: maxQuotas,
	}
	path := field.NewPath("spec", "accountRef", "name")
	switch {
	case in.Account == nil && t.accountID == "":
		return in, field.Invalid(path, role.Spec.AccountRef.Name, "no AWSAccount of this name is in the files: add its "+
			"manifest, or give --account-id")
	case in.Account == nil:
		return in, nil
	case t.accountID != "" && in.Account.Spec.AccountID != t.accountID:
		return in, field.Invalid(path, role.Spec.AccountRef.Name, fmt.Sprintf("the AWSAccount is account %s and "+
			"--account-id is %s: correct one of them, or leave out the flag", in.Account.Spec.AccountID, t.accountID))
	}
	in.AccountID = in.Account.Spec.AccountID
	if in.AccountID == "" {
		return in, field.Invalid(path, role.Spec.AccountRef.Name, "the AWSAccount has no accountID: add it")
	}
	return in, nil
}

// merge adds the errors of the desired role to those of the schema. What both see is said once, in the words of the
// former, which know more of IAM.
func merge(schema []error, err error) []error {
	if err == nil {
		return schema
	}
	list := []error{err}
	if aggregate, ok := errors.AsType[utilerrors.Aggregate](err); ok {
		list = aggregate.Errors()
	}
	var merged []error
	for _, e := range schema {
		if !slices.ContainsFunc(list, func(other error) bool { return repeats(e, other) }) {
			merged = append(merged, e)
		}
	}
	return append(merged, list...)
}

// repeats reports whether an error of the schema is about the same field as another error, about the list or map that
// holds it, or in the same words.
func repeats(err, other error) bool {
	var e, o *field.Error
	if !errors.As(err, &e) || !errors.As(other, &o) {
		return false
	}
	rest, below := strings.CutPrefix(o.Field, e.Field)
	return e.Detail == o.Detail || below && (rest == "" || rest[0] == '[') ||
		dotted.Replace(e.Field) == dotted.Replace(o.Field)
}

// dotted writes the keys of maps as the schema does: condition.Bool for condition[Bool].
var dotted = strings.NewReplacer("[", ".", "]", "")

// taken refuses a second role or instance profile of one name in an account. IAM's names are the same without regard to
// case.
func taken(names map[string]string, r declared) []error {
	object := r.document.Role
	var errs []error
	for _, name := range []struct{ kind, name, field string }{
		{"role", desired.RoleName(object), "spec.roleName"},
		{"instance profile", desired.ProfileName(object), "spec.instanceProfile.name"},
	} {
		key := strings.Join([]string{
			cmp.Or(r.inputs.AccountID, object.Spec.AccountRef.Name), name.kind, strings.ToLower(name.name),
		}, "/")
		first, twice := names[key]
		switch {
		case name.name == "":
		case twice:
			errs = append(errs, field.Invalid(field.NewPath(name.field), name.name,
				fmt.Sprintf("the %s belongs to %s already: choose another name", name.kind, first)))
		default:
			names[key] = r.document.Place()
		}
	}
	return errs
}
