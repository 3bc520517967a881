// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

// Command stackset writes what is made of the policies in config/iam: member-stackset.yaml, the CloudFormation template
// of the controller's role in a member account, and controller-confined-policy.json.
package main

import (
	"fmt"
	"os"

	controllerpolicy "github.com/ecsiam/ecs-iam-controller/config/iam"
)

func main() {
	for file, render := range map[string]func() ([]byte, error){
		"config/iam/member-stackset.yaml":            controllerpolicy.MemberTemplate,
		"config/iam/controller-confined-policy.json": controllerpolicy.RenderConfined,
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
