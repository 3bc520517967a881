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
	// assumed says that an account and a region that are not known are made up, for commands that only judge.
	assumed bool
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

// declaredPolicy is one ECSPolicy of the files and what it stands for.
type declaredPolicy struct {
	object *v1alpha1.ECSPolicy
	policy desired.Policy
}

// declarations are the roles and policies of the files, or everything that is wrong with the files.
type declarations struct {
	roles    []declared
	policies []declaredPolicy
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
			errs = append(errs, t.outOfBounds(d, objects)...)
			found.roles = append(found.roles, r)
		}
		if d.Policy != nil {
			built, err := t.policy(d.Policy, objects)
			errs = append(merge(errs, err), t.outOfBounds(d, objects)...)
			found.policies = append(found.policies, declaredPolicy{d.Policy, built})
		}
		for _, err := range errs {
			found.problems = append(found.problems, d.Place()+": "+err.Error())
		}
	}
	return found
}

// none says that the files hold nothing of what the command is about.
func (t *target) none(kinds ...string) []string {
	return []string{"no " + strings.Join(kinds, " or ") + " in " + strings.Join(t.files, ", ")}
}

// inputs are those of a role in the account that it names, or in the one of the flags.
func (t *target) inputs(role *v1alpha1.ECSRole, accounts map[string]*v1alpha1.AWSAccount) (desired.Inputs, error) {
	in := desired.Inputs{
		Role: role, Account: accounts[role.Spec.AccountRef.Name],
		Partition: t.partition, Region: t.regionOrAssumed(), ClusterID: t.clusterID, Quotas: maxQuotas,
	}
	var err error
	in.AccountID, err = t.idOf(in.Account, role.Spec.AccountRef.Name)
	return in, err
}

// policy is what an ECSPolicy stands for. What the guardrails of an account that is not in the files allow is not
// known.
func (t *target) policy(object *v1alpha1.ECSPolicy, all objects) (desired.Policy, error) {
	in, err := t.policyInputs(object, all)
	if err != nil {
		return desired.Policy{}, err
	}
	return desired.BuildPolicy(in)
}

func (t *target) policyInputs(object *v1alpha1.ECSPolicy, all objects) (desired.PolicyInputs, error) {
	in := desired.PolicyInputs{
		Policy: object, Account: all.accounts[object.Spec.AccountRef.Name],
		Partition: t.partition, Region: t.regionOrAssumed(), ClusterID: t.clusterID,
	}
	var err error
	if in.AccountID, err = t.idOf(in.Account, object.Spec.AccountRef.Name); err != nil {
		return in, err
	}
	if list := object.Spec.AttachTo; in.Account == nil && list != nil {
		in.Account = &v1alpha1.AWSAccount{Spec: v1alpha1.AWSAccountSpec{Guardrails: &v1alpha1.Guardrails{
			AttachTo: &v1alpha1.AttachToGuardrail{
				Users: []v1alpha1.EntityNamePattern{"*"}, Groups: []v1alpha1.EntityNamePattern{"*"},
			},
		}}}
	}
	return in, nil
}

// regionOrAssumed is the region of the flags, or some region of the partition.
func (t *target) regionOrAssumed() string {
	if t.region != "" || !t.assumed {
		return t.region
	}
	switch t.partition {
	case "aws-cn":
		return "cn-north-1"
	case "aws-us-gov":
		return "us-gov-west-1"
	}
	return "eu-west-1"
}

// idOf is the account id that holds for an object in the account of that name, which may be nil: not in the files.
func (t *target) idOf(account *v1alpha1.AWSAccount, name string) (string, error) {
	path := field.NewPath("spec", "accountRef", "name")
	switch {
	case account == nil && t.accountID == "" && t.assumed:
		return assumedAccount, nil
	case account == nil && t.accountID == "":
		return "", field.Invalid(path, name, "no AWSAccount of this name is in the files: add its manifest, or give "+
			"--account-id")
	case account == nil:
		return t.accountID, nil
	case t.accountID != "" && account.Spec.AccountID != t.accountID:
		return t.accountID, field.Invalid(path, name, fmt.Sprintf("the AWSAccount is account %s and --account-id is %s: "+
			"correct one of them, or leave out the flag", account.Spec.AccountID, t.accountID))
	case account.Spec.AccountID == "":
		return "", field.Invalid(path, name, "the AWSAccount has no accountID: add it")
	}
	return account.Spec.AccountID, nil
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
		{"role", desired.RoleName(object, r.inputs.Account), "spec.roleName"},
		{"instance profile", desired.ProfileName(object, r.inputs.Account), "spec.instanceProfile.name"},
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
