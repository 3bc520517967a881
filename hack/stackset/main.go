// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

// Command stackset writes what is made of the policies in config/iam: narrower ones, the CloudFormation template of the
// controller's role in a member account, and the files that create the controller's own role in each of the ways.
package main

import (
	"fmt"
	"os"

	controllerpolicy "github.com/ecsiam/ecs-iam-controller/config/iam"
)

func main() {
	for file, render := range map[string]func() ([]byte, error){
		"config/iam/member-stackset.yaml":                 controllerpolicy.MemberTemplate,
		"config/iam/controller-confined-policy.json":      controllerpolicy.RenderConfined,
		"config/iam/controller-team-policy.json":          controllerpolicy.RenderTeam,
		"config/iam/eks/eksctl-pod-identity.yaml":         controllerpolicy.PodIdentityForEksctl,
		"config/iam/eks/eksctl-irsa.yaml":                 controllerpolicy.IRSAForEksctl,
		"config/iam/eks/cloudformation-pod-identity.yaml": controllerpolicy.PodIdentityForCloudFormation,
		"config/iam/eks/cloudformation-irsa.yaml":         controllerpolicy.IRSAForCloudFormation,
		"config/iam/rolesanywhere/cloudformation.yaml":    controllerpolicy.RolesAnywhereForCloudFormation,
	} {
		text, err := render()
		if err == nil {
			err = os.WriteFile(file, text, 0o644)
		}
		if err != nil {
			fmt.Fprintln(os.Stderr, "stackset:", err)
			os.Exit(1)
		}
	}
}
