// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package preflight

import (
	"context"
	"fmt"
	"strings"

	"github.com/ecsiam/ecs-iam-controller/internal/iam"
)

// way is a way by which the AWS SDK finds credentials.
type way struct {
	// source is what the SDK calls it; variable is the environment variable that leads it there, if there is one.
	source, variable string
	text             string
	// worry is why it is not the way for a controller, and cure what to do; empty where it is fine.
	worry, cure string
}

const (
	staleWay = "create the association or annotate the service account, then restart the pods: a running pod does not " +
		"get them later"
	// metadataEndpoint leads the SDK to something that serves credentials as instance metadata does.
	metadataEndpoint = "AWS_EC2_METADATA_SERVICE_ENDPOINT"

	podRole = "give the pod a role by IRSA or Pod Identity"
)

// ways are in the order in which the SDK looks, which ends at the first that is set. Source: AWS SDK for Go v2
// developer guide, "Configuring authentication"; the names of the providers are the SDK's.
var ways = []way{
	{
		source: "EnvConfigCredentials", variable: "AWS_ACCESS_KEY_ID", text: "access keys in the environment",
		worry: "they go before every other way and do not expire",
		cure:  "remove AWS_ACCESS_KEY_ID, and " + podRole,
	},
	{
		source: "WebIdentityCredentials", variable: "AWS_WEB_IDENTITY_TOKEN_FILE",
		text: "IAM roles for service accounts (AWS_WEB_IDENTITY_TOKEN_FILE)",
	},
	{
		source: "CredentialsEndpointProvider", variable: "AWS_CONTAINER_CREDENTIALS_FULL_URI",
		text: "EKS Pod Identity (AWS_CONTAINER_CREDENTIALS_FULL_URI)",
	},
	{
		source: "ProcessProvider",
		text:   "a program that a profile names (credential_process), such as the helper of IAM Roles Anywhere",
	},
	{source: "SharedConfigCredentials", text: "access keys in a profile", worry: "they do not expire", cure: podRole},
	{source: "SSOProvider", text: "IAM Identity Center, by a profile", worry: "they are a person's", cure: podRole},
	{source: "AssumeRoleProvider", text: "a role that a profile assumes"},
	{
		source: "EC2RoleProvider", text: "the role of the node, from instance metadata",
		worry: "neither IRSA nor Pod Identity reached this pod, and every pod of the node can have the same role",
		cure:  staleWay,
	},
}

func wayOf(source string) way {
	for _, w := range ways {
		if strings.HasPrefix(source, w.source) {
			return w
		}
	}
	return way{source: source, text: source}
}

// credentials says which way led to credentials.
func (o Options) credentials(ctx context.Context, account iam.PermissionReader) (checks []Check, usable bool) {
	source, err := account.CredentialSource(ctx)
	if err != nil {
		return []Check{o.noCredentials(err)}, false
	}
	won := wayOf(source)
	if source == "EC2RoleProvider" && o.Getenv(metadataEndpoint) != "" {
		won = way{source: source, text: "what " + metadataEndpoint + " serves, such as the helper of IAM Roles Anywhere"}
	}
	check := Check{Name: "credentials", Status: OK, Message: won.text}
	if won.worry != "" {
		check.Status, check.Message, check.Next = Warning, won.text+": "+won.worry, won.cure
	}
	checks = []Check{check}
	for _, w := range ways {
		if w.source != won.source && w.variable != "" && o.Getenv(w.variable) != "" {
			checks = append(checks, Check{
				Name: "credentials", Status: Warning,
				Message: fmt.Sprintf("%s is set too and not used: %s goes before it", w.variable, won.text),
				Next:    "leave only one of the two",
			})
		}
	}
	return checks, true
}

// noCredentials says which way was taken in vain.
func (o Options) noCredentials(err error) Check {
	check := Check{Name: "credentials", Status: Failed}
	for _, w := range ways {
		if w.variable != "" && o.Getenv(w.variable) != "" {
			check.Message = fmt.Sprintf("%s gives none: %v", w.text, err)
			check.Next = map[string]string{
				"WebIdentityCredentials": "check that the role's trust policy names the cluster's OIDC provider and " +
					"system:serviceaccount:ecs-iam-system:ecs-iam-controller, and that STS can be reached",
				"CredentialsEndpointProvider": "check that the add-on eks-pod-identity-agent runs on the node, and that the " +
					"association names a role that trusts pods.eks.amazonaws.com",
				"EnvConfigCredentials": "set AWS_SECRET_ACCESS_KEY as well, or better " + podRole,
			}[w.source]
			return check
		}
	}
	check.Message = fmt.Sprintf("the SDK finds no credentials: neither IRSA nor Pod Identity reached this pod (%v)", err)
	check.Next = staleWay
	return check
}

// called says who the caller is.
func called(identity iam.Identity) Check {
	check := Check{Name: "caller", Status: OK}
	_, resource, _ := strings.Cut(identity.Caller(), identity.AccountID+":")
	kind, name, _ := strings.Cut(resource, "/")
	switch kind {
	case "assumed-role":
		check.Message = "role " + name
	case "root":
		check.Status, check.Message = Warning, "the root user, whom no policy binds"
		check.Next = podRole
	default:
		check.Message = kind + " " + name
	}
	check.Message += " of account " + identity.AccountID
	if identity.Partition != "aws" {
		check.Message += ", partition " + identity.Partition
	}
	return check
}
