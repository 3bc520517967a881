// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/internal/manifest"
	"github.com/ecsiam/ecs-iam-controller/internal/policy"
)

// converting are the flags of convert.
type converting struct {
	file, kind, name, namespace, output string
}

func newConvertCommand(s streams) *cobra.Command {
	c := converting{kind: v1alpha1.KindECSPolicy}
	cmd := &cobra.Command{
		Use:   "convert -f FILE|-",
		Short: "Turn an IAM policy document into statements of a manifest, and back",
		Long: "Turn a policy document of IAM, in JSON, into the statements of an ECSPolicy or ECSRole: a trust policy\n" +
			"into spec.trust.additionalStatements, any other into spec.statements. With --name a whole ECSPolicy is printed,\n" +
			"or with --kind ECSRole the part of the spec. A manifest is turned back into the document of its statements;\n" +
			"placeholders such as {accountID} stay as they are, which kubectl ecsiam render replaces.\n\n" +
			"Nothing is asked of a cluster or of AWS. What a manifest cannot say is named, and then nothing is printed.",
		Example: "  # A policy that exists, as a manifest\n" +
			"  aws iam get-policy-version --policy-arn ARN --version-id v1 --query PolicyVersion.Document |\n" +
			"    kubectl ecsiam convert -f - --name read-orders > read-orders.yaml\n\n" +
			"  # The statements alone, for an ECSRole\n" +
			"  kubectl ecsiam convert -f policy.json --kind ECSRole\n\n" +
			"  # Back to IAM's JSON\n" +
			"  kubectl ecsiam convert -f read-orders.yaml",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			content, err := manifest.ReadFile(c.file, s.in)
			if err != nil {
				return fmt.Errorf("%s: %w", shownFile(c.file), err)
			}
			if isPolicyDocument(content) {
				return c.toManifest(s, content)
			}
			documents := manifest.Reader{Namespace: "default"}.Documents(cmd.Context(), c.file, content)
			return c.toDocument(s, documents)
		},
	}
	flags := cmd.Flags()
	flags.StringVarP(&c.file, "filename", "f", "",
		`policy document in JSON or manifest in YAML or JSON, "-" for standard input`)
	flags.StringVar(&c.kind, "kind", c.kind, "kind of the statements: ECSPolicy or ECSRole")
	flags.StringVar(&c.name, "name", "", "name of an ECSPolicy to print as a whole")
	flags.StringVarP(&c.namespace, "namespace", "n", "", "its namespace; without it kubectl decides")
	flags.StringVarP(&c.output, "output", "o", "",
		"format: yaml or json; default is yaml for manifests and json for documents")
	// The flag was defined above: marking it cannot fail.
	_ = cmd.MarkFlagRequired("filename")
	return cmd
}

// toManifest turns a document into statements.
func (c *converting) toManifest(s streams, content []byte) error {
	if c.kind != v1alpha1.KindECSPolicy && c.kind != v1alpha1.KindECSRole {
		return fmt.Errorf("--kind %s is unknown: give ECSPolicy or ECSRole", c.kind)
	}
	doc, err := policy.Parse(content)
	if err != nil {
		return report(s.err, unparsable(c.file, err))
	}
	trusts := bytes.Contains(content, []byte(`Principal"`))
	if trusts && c.kind == v1alpha1.KindECSPolicy && c.name != "" {
		return errors.New("a trust policy is no ECSPolicy: leave out --name, or give --kind ECSRole")
	}
	var value any
	var problems []string
	if trusts {
		value, problems = trustOf(doc)
	} else {
		value, problems = statementsOf(doc)
	}
	if len(problems) > 0 {
		for i := range problems {
			problems[i] = shownFile(c.file) + ": " + problems[i]
		}
		return report(s.err, problems)
	}
	return c.print(s.out, "yaml", c.wrapped(value))
}

// unparsable are the errors of a document with their places.
func unparsable(file string, err error) []string {
	var list policy.ParseErrors
	if !errors.As(err, &list) {
		return []string{shownFile(file) + ": " + err.Error()}
	}
	lines := make([]string, len(list))
	for i, e := range list {
		f := finding{File: shownFile(file), Line: e.Line, Column: e.Column, Field: e.Path, Reason: e.Message}
		lines[i] = f.place() + ": " + f.message()
	}
	return lines
}

// wrapped is a whole ECSPolicy where that is asked for.
func (c *converting) wrapped(value any) any {
	if c.name == "" || c.kind != v1alpha1.KindECSPolicy {
		return value
	}
	metadata := map[string]any{"name": c.name}
	if c.namespace != "" {
		metadata["namespace"] = c.namespace
	}
	return map[string]any{
		"apiVersion": v1alpha1.GroupVersion.String(), "kind": c.kind, "metadata": metadata, "spec": value,
	}
}

// statementsOf are the statements of an identity policy, as a spec has them, or what it cannot say.
func statementsOf(doc *policy.Document) (spec map[string]any, problems []string) {
	list := make([]v1alpha1.Statement, 0, len(doc.Statements))
	for i := range doc.Statements {
		st := &doc.Statements[i]
		if doc.Version != policy.Version2012 && st.HasVariable() {
			problems = append(problems, fmt.Sprintf("Statement[%d]: text in ${…} is no variable in version %s, and would "+
				"become one here: write another value, or set Version to %s if a variable is meant", i, policy.Version2008,
				policy.Version2012))
		}
		list = append(list, v1alpha1.Statement{
			Sid: st.Sid, Effect: v1alpha1.Effect(st.Effect), Actions: texts[v1alpha1.Action](st.Actions),
			NotActions: texts[v1alpha1.Action](st.NotActions), Resources: escaped[v1alpha1.ResourcePattern](st.Resources),
			NotResources: escaped[v1alpha1.ResourcePattern](st.NotResources), Condition: conditionOf(st.Condition),
		})
	}
	return map[string]any{"statements": list}, problems
}

// trustOf are the statements of a trust policy, as a spec has them, or what it cannot say.
func trustOf(doc *policy.Document) (spec map[string]any, problems []string) {
	list := make([]v1alpha1.TrustStatement, 0, len(doc.Statements))
	for i := range doc.Statements {
		st := &doc.Statements[i]
		if st.NotPrincipal != nil || st.Principal == nil || len(st.Principal.CanonicalUser) > 0 || len(st.NotActions) > 0 {
			problems = append(problems, fmt.Sprintf("Statement[%d]: NotPrincipal, NotAction and CanonicalUser have no place in "+
				"a manifest: write the principals and actions that are meant", i))
			continue
		}
		list = append(list, v1alpha1.TrustStatement{
			Sid: st.Sid, Effect: v1alpha1.Effect(st.Effect), Actions: texts[v1alpha1.Action](st.Actions),
			Principals: v1alpha1.Principals{
				AWS:       escaped[v1alpha1.ResourcePattern](st.Principal.AWS),
				Services:  texts[v1alpha1.ServicePrincipal](st.Principal.Service),
				Federated: escaped[v1alpha1.ResourcePattern](st.Principal.Federated),
			},
			Condition: conditionOf(st.Condition),
		})
	}
	return map[string]any{"trust": map[string]any{"additionalStatements": list}}, problems
}

func texts[T ~string](list []string) []T {
	if len(list) == 0 {
		return nil
	}
	values := make([]T, len(list))
	for i, text := range list {
		values[i] = T(text)
	}
	return values
}

// escaped are texts whose braces are no placeholders.
func escaped[T ~string](list []string) []T {
	values := texts[T](list)
	for i := range values {
		values[i] = T(literal(string(values[i])))
	}
	return values
}

// literal doubles braces, which begin placeholders, but for those of IAM's variables.
func literal(text string) string {
	var out strings.Builder
	for i := 0; i < len(text); i++ {
		end := strings.IndexByte(text[i:], '}')
		switch {
		case strings.HasPrefix(text[i:], "${") && end > 0:
			out.WriteString(text[i : i+end+1])
			i += end
		case text[i] == '{' || text[i] == '}':
			out.WriteString(text[i:i+1] + text[i:i+1])
		default:
			out.WriteByte(text[i])
		}
	}
	return out.String()
}

func conditionOf(c policy.Condition) v1alpha1.Condition {
	if len(c) == 0 {
		return nil
	}
	condition := v1alpha1.Condition{}
	for operator, keys := range c {
		condition[operator] = v1alpha1.ConditionKeys{}
		for key, values := range keys {
			condition[operator][key] = escaped[v1alpha1.ConditionValue](values)
		}
	}
	return condition
}

// toDocument turns the statements of a manifest into a document.
func (c *converting) toDocument(s streams, documents []manifest.Document) error {
	var problems []string
	var found []*policy.Document
	for i := range documents {
		d := &documents[i]
		if len(d.Errors) > 0 {
			problems = append(problems, positioned(d)...)
			continue
		}
		switch {
		case d.Role != nil && len(d.Role.Spec.Statements) > 0:
			found = append(found, documentOf(d.Role.Spec.Statements))
		case d.Policy != nil:
			found = append(found, documentOf(d.Policy.Spec.Statements))
		}
	}
	switch {
	case len(problems) > 0:
		return report(s.err, problems)
	case len(found) == 0:
		return report(s.err, []string{shownFile(c.file) + " has no policy document and no manifest with statements: give " +
			"IAM's JSON, an ECSPolicy, or an ECSRole with spec.statements"})
	case len(found) > 1:
		return report(s.err, []string{shownFile(c.file) + " has several objects with statements: give one, or use " +
			"kubectl ecsiam render"})
	}
	return c.print(s.out, "json", json.RawMessage(found[0].Render()))
}

// documentOf is the document of statements, placeholders as they are.
func documentOf(list []v1alpha1.Statement) *policy.Document {
	doc := &policy.Document{Version: policy.Version2012}
	for i := range list {
		st := &list[i]
		doc.Statements = append(doc.Statements, policy.Statement{
			Sid: st.Sid, Effect: policy.Effect(st.Effect),
			Actions: plainTexts(st.Actions), NotActions: plainTexts(st.NotActions),
			Resources: unescaped(st.Resources), NotResources: unescaped(st.NotResources),
			Condition: plainCondition(st.Condition),
		})
	}
	return doc
}

func plainTexts[T ~string](list []T) []string {
	if len(list) == 0 {
		return nil
	}
	values := make([]string, len(list))
	for i, text := range list {
		values[i] = string(text)
	}
	return values
}

// unescaped are texts whose doubled braces are single ones again.
func unescaped[T ~string](list []T) []string {
	values := plainTexts(list)
	for i := range values {
		values[i] = strings.NewReplacer("{{", "{", "}}", "}").Replace(values[i])
	}
	return values
}

func plainCondition(c v1alpha1.Condition) policy.Condition {
	if len(c) == 0 {
		return nil
	}
	condition := policy.Condition{}
	for operator, keys := range c {
		condition[operator] = map[string][]string{}
		for key, values := range keys {
			condition[operator][key] = unescaped(values)
		}
	}
	return condition
}

// print writes a value in the format of the flag, or in another where there is none.
func (c *converting) print(w io.Writer, format string, value any) error {
	if c.output != "" {
		format = c.output
	}
	if format != "yaml" && format != "json" {
		return fmt.Errorf("-o %s is unknown: give yaml or json", format)
	}
	return finish(write(w, format, value, nil))
}
