// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package main

import (
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
		`file or directory with manifests in YAML or JSON, "-" for standard input; may be repeated`)
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
	document manifest.Document
	inputs   desired.PolicyInputs
	policy   desired.Policy
}

// declaredLinked is one ECSServiceLinkedRole of the files and what it stands for.
type declaredLinked struct {
	document  manifest.Document
	accountID string
	role      desired.ServiceLinked
	warnings  []v1alpha1.Warning
}

// declarations are the roles and policies of the files, or everything that is wrong with the files.
type declarations struct {
	roles    []declared
	policies []declaredPolicy
	linked   []declaredLinked
	problems []string
}

// read gives the roles and policies that the manifests declare.
func (t *target) read(ctx context.Context, stdin io.Reader) declarations {
	files, unreadable := lintFiles(t.files)
	documents := manifest.Reader{Stdin: stdin, Namespace: t.namespace}.Read(ctx, files...)
	all, taken := newObjects(documents), names{}
	var found declarations
	for i := range unreadable {
		found.problems = append(found.problems, unreadable[i].place()+": "+unreadable[i].message())
	}
	for _, d := range documents {
		errs := slices.Concat(d.Errors, taken.object(d))
		switch {
		case d.Role != nil:
			r, err := t.role(d, all)
			errs = slices.Concat(merge(errs, offline(err)), taken.role(r), t.outOfBounds(d, all))
			found.roles = append(found.roles, r)
		case d.Policy != nil:
			p, err := t.policy(d, all)
			errs = slices.Concat(merge(errs, err), taken.policy(p), t.outOfBounds(d, all))
			found.policies = append(found.policies, p)
		case d.ServiceLinkedRole != nil:
			l, err := t.linked(d, all)
			errs = slices.Concat(merge(errs, err), taken.linked(l))
			found.linked = append(found.linked, l)
		}
		for _, err := range errs {
			found.problems = append(found.problems, placed(&d, err))
		}
	}
	return found
}

// placed is an error with file, line and column, and the object that it is about.
func placed(d *manifest.Document, err error) string {
	f := finding{File: shownFile(d.File)}
	if syntax, ok := errors.AsType[*manifest.SyntaxError](err); ok {
		f.Line = syntax.Line
	}
	if d.Object == "" {
		return f.place() + ": " + err.Error()
	}
	at := d.Locator().Find(fieldOf(err))
	f.Line, f.Column = at.Line, at.Column
	return f.place() + ": " + d.Object + ": " + err.Error()
}

// fieldOf is the field that an error is about, the object's name where it is about the whole.
func fieldOf(err error) string {
	if e, ok := errors.AsType[*field.Error](err); ok {
		return e.Field
	}
	if named, _, ok := strings.Cut(err.Error(), ": "); ok && strings.HasPrefix(named, "spec.") {
		return named
	}
	return "metadata.name"
}

// none says that the files hold nothing of what the command is about.
func (t *target) none(kinds ...string) []string {
	places := make([]string, len(t.files))
	for i, file := range t.files {
		places[i] = (&manifest.Document{File: file}).Place()
	}
	return []string{"no " + strings.Join(kinds, " or ") + " in " + strings.Join(places, ", ")}
}

// role is what an ECSRole stands for.
func (t *target) role(d manifest.Document, all objects) (declared, error) {
	r := declared{document: d}
	var err error
	if r.inputs, err = t.inputs(d.Role, all.accounts); err != nil {
		return r, err
	}
	t.resolve(&r.inputs, all)
	r.role, err = desired.Build(r.inputs)
	return r, err
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
func (t *target) policy(d manifest.Document, all objects) (declaredPolicy, error) {
	in, err := t.policyInputs(d.Policy, all)
	p := declaredPolicy{document: d, inputs: in}
	p.inputs.Account = all.accounts[d.Policy.Spec.AccountRef.Name]
	if err == nil {
		p.policy, err = desired.BuildPolicy(in)
	}
	if err == nil && len(p.policy.Forbidden) > 0 {
		err = p.policy.Forbidden.ToAggregate()
	}
	return p, err
}

// linked is what an ECSServiceLinkedRole stands for.
func (t *target) linked(d manifest.Document, all objects) (declaredLinked, error) {
	l := declaredLinked{document: d}
	account := d.ServiceLinkedRole.SharedSpec().AccountName
	var err error
	if l.accountID, err = t.idOf(all.accounts[account], account); err != nil {
		return l, err
	}
	l.role, l.warnings, err = desired.BuildServiceLinked(d.ServiceLinkedRole)
	return l, err
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
