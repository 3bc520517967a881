// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

// Command stackset writes config/iam/member-stackset.yaml, the CloudFormation template of the controller's role in a
// member account, from the policies in config/iam.
package main

import (
	"fmt"
	"os"

	controllerpolicy "github.com/ecsiam/ecs-iam-controller/config/iam"
)

func main() {
	template, err := controllerpolicy.MemberTemplate()
	if err == nil {
		err = os.WriteFile("config/iam/member-stackset.yaml", template, 0o644)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "stackset:", err)
		os.Exit(1)
	}
}
