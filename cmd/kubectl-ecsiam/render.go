// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"slices"

	"github.com/spf13/cobra"
	"go.yaml.in/yaml/v3"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/internal/iam"
	"github.com/ecsiam/ecs-iam-controller/internal/manifest"
	"github.com/ecsiam/ecs-iam-controller/internal/policy"
)

func newRenderCommand(s streams) *cobra.Command {
	var t target
	output := "yaml"
	cmd := &cobra.Command{
		Use:   "render -f FILE... [--account-id ID]",
		Short: "Print the IAM entities that manifests would become",
		Long: "Print the IAM role and instance profile that each ECSRole in the files would become: trust policy, inline\n" +
			"policy, attached policies, boundary and tags; the managed policy of each ECSPolicy; and the service-linked role\n" +
			"of each ECSServiceLinkedRole. Nothing is asked of a cluster or of AWS. AWSAccount objects in the files give\n" +
			"the account id and the defaults of the objects that refer to them.\n\n" +
			"Manifests are checked as the API server and the controller check them. Everything that is wrong goes to\n" +
			"standard error, one line each; then nothing is printed and the exit code is 1.",
		Example: "  # A role in the account of the command line\n" +
			"  kubectl ecsiam render -f role.yaml --account-id 111122223333 --region eu-west-1\n\n" +
			"  # Roles with their account, the trust policies only\n" +
			"  kubectl ecsiam render -f account.yaml -f roles.yaml -o json | jq '.[].role.trustPolicy'\n\n" +
			"  # What kustomize makes, as it would be in China\n" +
			"  kubectl kustomize . | kubectl ecsiam render -f - --account-id 111122223333 --partition aws-cn",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if output != "yaml" && output != "json" {
				return fmt.Errorf("-o %s is unknown: give yaml or json", output)
			}
			found := t.read(cmd.Context(), s.in)
			if len(found.problems) == 0 && len(found.roles)+len(found.policies)+len(found.linked) == 0 {
				found.problems = t.none(v1alpha1.KindECSRole, v1alpha1.KindECSPolicy, v1alpha1.KindECSServiceLinkedRole)
			}
			if len(found.problems) > 0 {
				return report(s.err, found.problems)
			}
			warn(s.err, found)
			return finish(writeEntities(s.out, output, t.partition, found))
		},
	}
	t.addFlags(cmd)
	cmd.Flags().StringVarP(&output, "output", "o", output, "format: yaml or json")
	return cmd
}

// report writes what is wrong, one line each.
func report(w io.Writer, problems []string) error {
	for _, problem := range problems {
		fmt.Fprintln(w, problem)
	}
	return errReported
}

// warn writes the remarks on roles and policies, one line each.
func warn(w io.Writer, found declarations) {
	for _, r := range found.roles {
		writeWarnings(w, r.document, append(r.warnings(), disallowed("role", r.inputs.Account, r.inputs.Role.Namespace)...))
	}
	for _, p := range found.policies {
		writeWarnings(w, p.document, disallowed("policy", p.inputs.Account, p.inputs.Policy.Namespace))
	}
	for _, l := range found.linked {
		for _, warning := range l.warnings {
			writeWarnings(w, l.document, []string{warning.Message})
		}
	}
}

func writeWarnings(w io.Writer, d manifest.Document, warnings []string) {
	for _, warning := range warnings {
		fmt.Fprintf(w, "Warning: %s: %s\n", d.Place(), warning)
	}
}

// warnings are remarks on the role, and on quotas that the account may not have raised.
func (r declared) warnings() []string {
	usual := iam.DefaultQuotas()
	var warnings []string
	for _, warning := range r.role.Warnings {
		warnings = append(warnings, warning.Message)
	}
	if n := policy.Size([]byte(r.role.Role.Trust)); n > usual.TrustPolicySize {
		warnings = append(warnings, fmt.Sprintf("the trust policy has %d counted characters: the account needs a raised "+
			"quota \"Role trust policy length\", which is %d by default", n, usual.TrustPolicySize))
	}
	if n := len(r.role.Role.Attached); n > usual.AttachedPoliciesPerRole {
		warnings = append(warnings, fmt.Sprintf("the role has %d managed policies: the account needs a raised quota "+
			"\"Managed policies per role\", which is %d by default", n, usual.AttachedPoliciesPerRole))
	}
	return warnings
}

// disallowed warns of a namespace that an account of the files does not allow.
func disallowed(what string, account *v1alpha1.AWSAccount, namespace string) []string {
	if account == nil || mayAllow(account.Spec.AllowedNamespaces, namespace) {
		return nil
	}
	return []string{fmt.Sprintf("AWSAccount %s does not allow the namespace: add it to spec.allowedNamespaces, or the "+
		"controller will not create the %s", account.Name, what)}
}

// mayAllow reports whether an account may allow a namespace. Labels, which a selector asks for, are not known offline.
func mayAllow(allowed v1alpha1.AllowedNamespaces, namespace string) bool {
	switch allowed.From {
	case v1alpha1.NamespacesFromAll, v1alpha1.NamespacesFromSelector:
		return true
	default:
		return slices.Contains(allowed.Names, v1alpha1.NamespaceName(namespace))
	}
}

// entities are what one object becomes, with the policy documents as values.
type entities struct {
	Object          string         `json:"object"`
	Role            *roleEntity    `json:"role,omitempty"`
	InstanceProfile *profileEntity `json:"instanceProfile,omitempty"`
	Policy          *policyEntity  `json:"policy,omitempty"`
	ServiceLinked   *linkedEntity  `json:"serviceLinkedRole,omitempty"`
}

// linkedEntity is a role that AWS makes for one of its services, with its policies.
type linkedEntity struct {
	ARN         string            `json:"arn"`
	Name        string            `json:"name"`
	Path        string            `json:"path"`
	Service     string            `json:"service"`
	Description string            `json:"description,omitempty"`
	Tags        map[string]string `json:"tags,omitempty"`
}

func newLinkedEntities(partition string, l declaredLinked) entities {
	path := "/aws-service-role/" + l.role.Service + "/"
	return entities{Object: l.document.ServiceLinkedRole.Name, ServiceLinked: &linkedEntity{
		ARN:  "arn:" + partition + ":iam::" + l.accountID + ":role" + path + l.role.Role,
		Name: l.role.Role, Path: path, Service: l.role.Service, Description: l.role.Description, Tags: l.role.Tags,
	}}
}

type policyEntity struct {
	ARN         string            `json:"arn"`
	Name        string            `json:"name"`
	Path        string            `json:"path"`
	Description string            `json:"description,omitempty"`
	Document    json.RawMessage   `json:"document"`
	Users       []string          `json:"users,omitempty"`
	Groups      []string          `json:"groups,omitempty"`
	Tags        map[string]string `json:"tags"`
}

func newPolicyEntities(d declaredPolicy) entities {
	p, object := d.policy.Policy, d.inputs.Policy
	return entities{Object: object.Namespace + "/" + object.Name, Policy: &policyEntity{
		ARN: p.ARN, Name: p.Name, Path: p.Path, Description: p.Description, Document: json.RawMessage(p.Document),
		Users: p.Users, Groups: p.Groups, Tags: p.Tags,
	}}
}

type roleEntity struct {
	ARN                 string                     `json:"arn"`
	Name                string                     `json:"name"`
	Path                string                     `json:"path"`
	Description         string                     `json:"description,omitempty"`
	MaxSessionDuration  int32                      `json:"maxSessionDurationSeconds"`
	PermissionsBoundary string                     `json:"permissionsBoundary,omitempty"`
	TrustPolicy         json.RawMessage            `json:"trustPolicy"`
	InlinePolicies      map[string]json.RawMessage `json:"inlinePolicies,omitempty"`
	ManagedPolicyARNs   []string                   `json:"managedPolicyARNs,omitempty"`
	Tags                map[string]string          `json:"tags"`
}

type profileEntity struct {
	ARN  string            `json:"arn"`
	Name string            `json:"name"`
	Path string            `json:"path"`
	Role string            `json:"role"`
	Tags map[string]string `json:"tags"`
}

func newEntities(r declared) entities {
	role := r.role.Role
	arn := func(kind, path, name string) string {
		return "arn:" + r.inputs.Partition + ":iam::" + r.inputs.AccountID + ":" + kind + path + name
	}
	e := entities{
		Object: r.document.Role.Namespace + "/" + r.document.Role.Name,
		Role: &roleEntity{
			ARN: arn("role", role.Path, role.Name), Name: role.Name, Path: role.Path, Description: role.Description,
			MaxSessionDuration: role.MaxSessionSeconds, PermissionsBoundary: role.Boundary,
			TrustPolicy: json.RawMessage(role.Trust), InlinePolicies: map[string]json.RawMessage{},
			ManagedPolicyARNs: role.Attached, Tags: role.Tags,
		},
	}
	for name, document := range role.InlinePolicies {
		e.Role.InlinePolicies[name] = json.RawMessage(document)
	}
	if p := r.role.Profile; p != nil {
		e.InstanceProfile = &profileEntity{
			ARN: arn("instance-profile", p.Path, p.Name), Name: p.Name, Path: p.Path, Role: p.RoleName, Tags: p.Tags,
		}
	}
	return e
}

// writeEntities writes the entities as a list. Policy documents keep the order in which IAM writes them.
func writeEntities(w io.Writer, format, partition string, found declarations) error {
	list := make([]entities, 0, len(found.roles)+len(found.policies)+len(found.linked))
	for _, r := range found.roles {
		list = append(list, newEntities(r))
	}
	for _, p := range found.policies {
		list = append(list, newPolicyEntities(p))
	}
	for _, l := range found.linked {
		list = append(list, newLinkedEntities(partition, l))
	}
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(list); err != nil {
		return fmt.Errorf("writing JSON: %w", err)
	}
	if format == "yaml" {
		return writeYAML(w, text.Bytes())
	}
	_, err := w.Write(text.Bytes())
	return err
}

// writeYAML turns JSON into YAML in block style. The keys keep their order.
func writeYAML(w io.Writer, text []byte) error {
	var node yaml.Node
	if err := yaml.Unmarshal(text, &node); err != nil {
		return fmt.Errorf("writing YAML: %w", err)
	}
	blockStyle(&node)
	encoder := yaml.NewEncoder(w)
	encoder.SetIndent(2)
	if err := encoder.Encode(&node); err != nil {
		return fmt.Errorf("writing YAML: %w", err)
	}
	return encoder.Close()
}

// blockStyle drops the braces and quotes of JSON. The encoder quotes what would be read as another type.
func blockStyle(node *yaml.Node) {
	node.Style = 0
	for _, child := range node.Content {
		blockStyle(child)
	}
}
