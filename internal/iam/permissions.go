// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package iam

import "context"

// PermissionReader asks AWS what the caller may do, without doing it.
type PermissionReader interface {
	// CredentialSource is what the SDK calls the provider of the credentials in use, such as EnvConfigCredentials.
	CredentialSource(ctx context.Context) (string, error)
	// Identity asks STS whose credentials they are.
	Identity(ctx context.Context) (Identity, error)
	// Principal is the ARN of the role or user whose policies bind the caller.
	Principal(ctx context.Context) (string, error)
	// Simulate asks IAM what the policies of a principal decide. It needs iam:SimulatePrincipalPolicy.
	Simulate(ctx context.Context, s Simulation) ([]Verdict, error)
	// Probe makes the call of an action if that only reads, so that a denial shows. It reports whether there is such a
	// call. Entities that do not exist are no error.
	Probe(ctx context.Context, action string) (made bool, err error)
}

// Simulation is a question about calls that are not made.
type Simulation struct {
	// Principal is the ARN of a role or user.
	Principal string
	// Actions are names such as iam:CreateRole, Resource is the ARN that they are about, or *.
	Actions  []string
	Resource string
	// Context are the condition keys of the calls.
	Context map[string]string
}

// Verdict is what policies decide on one action.
type Verdict struct {
	Action  string
	Allowed bool
	// Explicit says that a policy has a Deny, and not merely that none has an Allow.
	Explicit bool
	// DeniedBy is the kind of policy that denies the action, as far as the simulation tells kinds apart.
	DeniedBy PolicyKind
	// Missing are condition keys that policies ask for and the simulation did not give.
	Missing []string
}
