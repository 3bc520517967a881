// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package main

import (
	_ "embed"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
)

// completionScript is what kubectl runs to complete the words of a plugin: a program of this name in the path.
//
//go:embed kubectl_complete-ecsiam
var completionScript string

func newCompletionCommand(s streams) *cobra.Command {
	return &cobra.Command{
		Use:   "completion",
		Short: "Print the program by which kubectl completes the words of this plugin",
		Long: "Print the program kubectl_complete-ecsiam, by which kubectl completes the words of this plugin in every\n" +
			"shell for which kubectl's own completion is set up. Put it into the path beside the plugin.",
		Example: "  kubectl ecsiam completion > /usr/local/bin/kubectl_complete-ecsiam\n" +
			"  chmod +x /usr/local/bin/kubectl_complete-ecsiam",
		Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			_, err := io.WriteString(s.out, completionScript)
			return finish(err)
		},
	}
}

// completeObjects completes KIND/NAME by the objects of the cluster.
func completeObjects(at *cluster) cobra.CompletionFunc {
	return func(cmd *cobra.Command, _ []string, typed string) ([]string, cobra.ShellCompDirective) {
		short := map[string]string{
			v1alpha1.KindECSRole: "ecsrole", v1alpha1.KindECSPolicy: "ecspolicy",
			v1alpha1.KindECSServiceLinkedRole: "ecsservicelinkedrole",
		}
		kind, _, named := strings.Cut(typed, "/")
		if !named {
			return []string{"ecsrole/", "ecspolicy/", "ecsservicelinkedrole/"},
				cobra.ShellCompDirectiveNoSpace | cobra.ShellCompDirectiveNoFileComp
		}
		namespace, err := at.namespace()
		if err != nil {
			return nil, cobra.ShellCompDirectiveError
		}
		reader, err := at.client()
		if err != nil {
			return nil, cobra.ShellCompDirectiveError
		}
		found, err := listed(cmd.Context(), reader, kindNamed(kind), client.InNamespace(namespace))
		if err != nil {
			return nil, cobra.ShellCompDirectiveError
		}
		names := make([]string, 0, len(found))
		for _, object := range found {
			names = append(names, fmt.Sprintf("%s/%s", short[kindOf(object)], object.GetName()))
		}
		return names, cobra.ShellCompDirectiveNoFileComp
	}
}
