// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/internal/desired"
	"github.com/ecsiam/ecs-iam-controller/internal/policy"
	"github.com/ecsiam/ecs-iam-controller/internal/roletype"
)

func newPassRoleCommand(s streams) *cobra.Command {
	var t target
	output := "json"
	cmd := &cobra.Command{
		Use:   "passrole -f FILE... [--account-id ID]",
		Short: "Print the permission that whoever deploys to ECS needs to use the roles",
		Long: "Print an IAM policy with the iam:PassRole statements that a user or a CI role needs to hand the roles in\n" +
			"the files to the services that use them: a task definition names a task role, a launch template an instance\n" +
			"role. Each statement is bound to its service by iam:PassedToService. Nothing is asked of a cluster or of AWS.\n\n" +
			"iam:PassRole alone deploys nothing: calls such as ecs:RegisterTaskDefinition need their own permissions.",
		Example: "  # What a pipeline needs beside its ECS permissions\n" +
			"  kubectl ecsiam passrole -f account.yaml -f roles.yaml > pass-roles.json\n" +
			"  aws iam put-role-policy --role-name ci --policy-name pass-roles --policy-document file://pass-roles.json",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if output != "yaml" && output != "json" {
				return fmt.Errorf("-o %s is unknown: give yaml or json", output)
			}
			found := t.read(cmd.Context(), s.in)
			if len(found.problems) == 0 && len(found.roles) == 0 {
				found.problems = t.none(v1alpha1.KindECSRole)
			}
			if len(found.problems) > 0 {
				return report(s.err, found.problems)
			}
			if ids := accountIDs(found.roles); len(ids) > 1 {
				fmt.Fprintf(s.err, "Warning: the roles are in the accounts %s: in each of them only its own roles can be passed\n",
					strings.Join(ids, ", "))
			}
			return writePolicy(s.out, output, passPolicy(found.roles))
		},
	}
	t.addFlags(cmd)
	cmd.Flags().StringVarP(&output, "output", "o", output, "format: json or yaml")
	return cmd
}

func accountIDs(roles []declared) []string {
	ids := make([]string, 0, len(roles))
	for _, r := range roles {
		ids = append(ids, r.inputs.AccountID)
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}

// passPolicy has one statement for each service, in the order in which the files first need it.
func passPolicy(roles []declared) policy.Document {
	doc := policy.Document{Version: policy.Version2012}
	at := map[string]int{}
	for _, r := range roles {
		kind, _ := roletype.Lookup(r.inputs.Role.Spec.Type)
		services := kind.PassedToServices(r.inputs.Partition, r.principal())
		i, ok := at[services[0]]
		if !ok {
			i = len(doc.Statements)
			at[services[0]] = i
			doc.Statements = append(doc.Statements, policy.Statement{
				Sid: passSid(services[0]), Effect: policy.Allow, Actions: []string{roletype.PassRole},
				Condition: policy.Condition{"StringEquals": {roletype.PassedToService: nil}},
			})
		}
		st := &doc.Statements[i]
		st.Resources = append(st.Resources, desired.RoleARN(r.inputs))
		named := st.Condition["StringEquals"]
		named[roletype.PassedToService] = union(named[roletype.PassedToService], services)
	}
	return doc
}

func union(list, more []string) []string {
	for _, value := range more {
		if !slices.Contains(list, value) {
			list = append(list, value)
		}
	}
	return list
}

// principal is what the account of the role has in place of the service principal of its type.
func (r declared) principal() string {
	if r.inputs.Account == nil {
		return ""
	}
	return r.inputs.Account.Spec.ServicePrincipal(r.inputs.Role.Spec.Type)
}

// passSid names the statement of a service: PassToEcsTasks for ecs-tasks.amazonaws.com.
func passSid(service string) string {
	name, _, _ := strings.Cut(service, ".")
	var sid strings.Builder
	sid.WriteString("PassTo")
	for word := range strings.SplitSeq(name, "-") {
		sid.WriteString(strings.ToUpper(word[:1]) + word[1:])
	}
	return sid.String()
}

func writePolicy(w io.Writer, format string, doc policy.Document) error {
	var text bytes.Buffer
	if err := json.Indent(&text, doc.Render(), "", "  "); err != nil {
		return fmt.Errorf("writing JSON: %w", err)
	}
	text.WriteByte('\n')
	if format == "yaml" {
		return writeYAML(w, text.Bytes())
	}
	_, err := w.Write(text.Bytes())
	return err
}
