// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/internal/policy"
	"github.com/ecsiam/ecs-iam-controller/internal/roletype"
	"github.com/ecsiam/ecs-iam-controller/internal/spelling"
)

func newExplainCommand(s streams) *cobra.Command {
	output := "table"
	cmd := &cobra.Command{
		Use:   "explain [TYPE]",
		Short: "Explain a role type: whom it trusts, what it gets, and what goes wrong with it",
		Long: "Explain one of the role types of Amazon ECS, or list them: the service that is trusted, the condition\n" +
			"against a confused deputy, AWS's managed policies, the grants that the type has, and what goes wrong with it.\n" +
			"Nothing is asked of a cluster or of AWS. docs/role-types.md says the same at length.",
		Example: "  # All types\n" +
			"  kubectl ecsiam explain\n\n" +
			"  # One of them\n" +
			"  kubectl ecsiam explain TaskExecution",
		Args: cobra.MaximumNArgs(1),
		ValidArgsFunction: func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
			return typeNames(), cobra.ShellCompDirectiveNoFileComp
		},
	}
	cmd.Flags().StringVarP(&output, "output", "o", output, "format: "+formats)
	cmd.RunE = func(_ *cobra.Command, args []string) error {
		if err := known(output); err != nil {
			return err
		}
		if len(args) == 0 {
			report := explainAll()
			return finish(write(s.out, output, report, report.table))
		}
		kind, err := typeNamed(args[0])
		if err != nil {
			return err
		}
		explained := explain(kind)
		return finish(write(s.out, output, explained, explained.table))
	}
	return cmd
}

func typeNames() []string {
	names := make([]string, 0, len(roletype.Names()))
	for _, name := range roletype.Names() {
		names = append(names, string(name))
	}
	return names
}

// typeNamed is a type by its name, in any case.
func typeNamed(name string) (roletype.Type, error) {
	for _, kind := range roletype.All() {
		if strings.EqualFold(string(kind.Name), name) {
			return kind, nil
		}
	}
	advice := ""
	if meant := spelling.Nearest(name, typeNames()); meant != "" {
		advice = fmt.Sprintf("did you mean %s? ", meant)
	}
	return roletype.Type{}, fmt.Errorf("there is no role type %s: %sthe types are %s", name, advice,
		strings.Join(typeNames(), ", "))
}

// typeExplanation is the form for programs. It only grows.
type typeExplanation struct {
	APIVersion string            `json:"apiVersion"`
	Kind       string            `json:"kind"`
	Type       v1alpha1.RoleType `json:"type"`
	// Topic is the title of AWS's page.
	Topic string `json:"topic"`
	// Principal is the service that is trusted, Principals what other partitions call it.
	Principal      string            `json:"principal"`
	Principals     map[string]string `json:"principals,omitempty"`
	ConfusedDeputy string            `json:"confusedDeputyProtection"`
	// ManagedPolicies are AWS's, and Withheld says that they are attached on request alone.
	ManagedPolicies  []string                                     `json:"managedPolicies,omitempty"`
	Withheld         bool                                         `json:"withheld,omitempty"`
	Capabilities     map[v1alpha1.InfrastructureCapability]string `json:"capabilities,omitempty"`
	Grants           []string                                     `json:"grants,omitempty"`
	RequiredGrant    string                                       `json:"requiredGrant,omitempty"`
	InstanceProfile  bool                                         `json:"instanceProfile,omitempty"`
	ConventionalName string                                       `json:"conventionalName,omitempty"`
	Successor        string                                       `json:"successor,omitempty"`
	Pitfalls         []string                                     `json:"pitfalls"`
	// TrustPolicy is that of a role in account 111122223333 of the partition aws.
	TrustPolicy string `json:"trustPolicy"`
}

func explain(t roletype.Type) typeExplanation {
	trust := t.TrustPolicy(roletype.TrustSettings{Partition: "aws", AccountID: "111122223333"})
	e := typeExplanation{
		APIVersion: reportVersion, Kind: "RoleTypeExplanation", Type: t.Name, Topic: t.Topic,
		Principal: t.Principal.Default, Principals: t.Principal.Partitions, ConfusedDeputy: protectionOf(t),
		Withheld: t.Withheld, Grants: t.Grants, InstanceProfile: t.InstanceProfile, ConventionalName: t.ConventionalName,
		Successor: t.Successor, Pitfalls: t.Pitfalls(), TrustPolicy: string(trust.Render()),
	}
	if t.Withheld {
		e.RequiredGrant = t.Replacement
	}
	for _, p := range t.ManagedPolicies {
		e.ManagedPolicies = append(e.ManagedPolicies, p.Name)
	}
	if len(t.Capabilities) > 0 {
		e.Capabilities = map[v1alpha1.InfrastructureCapability]string{}
		for capability, p := range t.Capabilities {
			e.Capabilities[capability] = p.Name
		}
	}
	return e
}

func protectionOf(t roletype.Type) string {
	switch t.ConfusedDeputy.When {
	case roletype.ByDefault:
		return "by default"
	case roletype.OptIn:
		return "on request, by spec.trust.confusedDeputyProtection: Enabled"
	case roletype.Never:
	}
	return "never: the service does not send the keys"
}

func (e *typeExplanation) table(w io.Writer) error {
	colours := paletteOf(w)
	var text strings.Builder
	line := func(name, value string) {
		if value != "" {
			fmt.Fprintf(&text, "  %-18s %s\n", name, value)
		}
	}
	fmt.Fprintf(&text, "%s: %s\n", colours.paint(colourOfHeading, string(e.Type)), e.Topic)
	line("trusts", e.Principal)
	for _, partition := range slices.Sorted(maps.Keys(e.Principals)) {
		line("trusts in "+partition, e.Principals[partition])
	}
	line("confused deputy", "condition "+e.ConfusedDeputy)
	line("AWS policies", e.policies())
	for _, capability := range roletype.Capabilities() {
		line(" "+string(capability), e.Capabilities[capability])
	}
	line("grants", strings.Join(e.Grants, ", "))
	line("required grant", e.RequiredGrant)
	if e.InstanceProfile {
		line("instance profile", "made with the role")
	}
	line("name in AWS guides", e.ConventionalName)
	line("replaced by", e.Successor)
	text.WriteString("  trust policy\n")
	for _, text2 := range trustLines(e.TrustPolicy) {
		fmt.Fprintf(&text, "    %s\n", text2)
	}
	text.WriteString("  what goes wrong\n")
	for _, pitfall := range e.Pitfalls {
		fmt.Fprintf(&text, "    - %s\n", pitfall)
	}
	_, err := io.WriteString(w, text.String())
	return err //nolint:wrapcheck // finish says what was written
}

func (e *typeExplanation) policies() string {
	switch {
	case len(e.Capabilities) > 0:
		return "by spec.capabilities:"
	case len(e.ManagedPolicies) == 0:
		return "AWS has none"
	case e.Withheld:
		return strings.Join(e.ManagedPolicies, ", ") + " with defaultManagedPolicies: Attach alone"
	}
	return strings.Join(e.ManagedPolicies, ", ")
}

// trustLines are the statement of a trust policy for people.
func trustLines(text string) []string {
	var lines []string
	for _, s := range policy.NewContent(text).Allows() {
		service, actions := strings.Join(s.Principal.Service, ", "), strings.Join(s.Actions, ", ")
		lines = append(lines, service+" may "+actions)
		for _, operator := range slices.Sorted(maps.Keys(s.Condition)) {
			for _, key := range slices.Sorted(maps.Keys(s.Condition[operator])) {
				lines = append(lines, fmt.Sprintf("where %s %s %s", key, operator, strings.Join(s.Condition[operator][key], ", ")))
			}
		}
	}
	return lines
}

// typeList is all types in short.
type typeList struct {
	APIVersion string            `json:"apiVersion"`
	Kind       string            `json:"kind"`
	Items      []typeExplanation `json:"items"`
}

func explainAll() typeList {
	list := typeList{APIVersion: reportVersion, Kind: "RoleTypeList"}
	for _, t := range roletype.All() {
		list.Items = append(list.Items, explain(t))
	}
	return list
}

func (l *typeList) table(w io.Writer) error {
	var text strings.Builder
	for i := range l.Items {
		fmt.Fprintf(&text, "%-21s trusts %-41s %s\n", l.Items[i].Type, l.Items[i].Principal, l.Items[i].Topic)
	}
	_, err := io.WriteString(w, text.String())
	return err //nolint:wrapcheck // finish says what was written
}
