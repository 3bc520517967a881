// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

// Package preflight looks before the controller starts whether it can do its work: whose credentials it has, what its
// policies allow, and whether the cluster has the CustomResourceDefinitions. It changes nothing.
package preflight

import (
	"context"
	"fmt"
	"slices"

	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/ecsiam/ecs-iam-controller/internal/iam"
)

// Run looks at everything, whatever fails. Without a cluster, noCluster says why.
func Run(
	ctx context.Context, account iam.PermissionReader, cluster client.Reader, noCluster error, o Options,
) Report {
	checks := slices.Concat([]Check{o.region()}, o.caller(ctx, account), definitions(ctx, cluster, noCluster))
	if !o.ShowAccount {
		for i := range checks {
			checks[i].Message, checks[i].Next = iam.WithoutAccounts(checks[i].Message), iam.WithoutAccounts(checks[i].Next)
		}
	}
	report := Report{Checks: checks}
	report.OK = report.Failures() == 0
	return report
}

func (o Options) region() Check {
	if o.Region == "" {
		return Check{
			Name: "region", Status: Failed, Message: "no region is set, and from it follow the endpoints of STS and IAM",
			Next: "set AWS_REGION, in the chart by the value aws.region; EKS sets it for pods with IRSA or Pod Identity",
		}
	}
	return Check{Name: "region", Status: OK, Message: o.Region}
}

// caller checks credentials and, where there are some, who they belong to and what those may do.
func (o Options) caller(ctx context.Context, account iam.PermissionReader) []Check {
	credentials, usable := o.credentials(ctx, account)
	if !usable {
		return credentials
	}
	identity, err := account.Identity(ctx)
	if err != nil {
		return append(credentials, Check{
			Name: "caller", Status: Failed, Message: fmt.Sprintf("AWS does not say whose credentials they are: %v", err),
			Next: "check that the endpoint of STS in " + o.Region + " can be reached (TCP 443) and that the credentials are " +
				"valid",
		})
	}
	return slices.Concat(credentials, []Check{called(identity)}, o.permissions(ctx, account, identity))
}
