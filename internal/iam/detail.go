// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package iam

import (
	"fmt"
	"strings"
)

// Detail is what was read from the text that AWS sent with an error. All of it is safe to show: kinds and numbers,
// names out of the API, and principals, which the spec has. What AWS does not say is zero.
type Detail struct {
	// Permission is the action that was denied, such as iam:PassRole; it may be another than the call.
	Permission string
	// Role is the ARN of the role that could not be assumed.
	Role string
	// DeniedBy is the kind of policy that denied it.
	DeniedBy PolicyKind
	// Explicit says that the policy has a Deny, and not merely no Allow.
	Explicit bool
	// Principal is the one that IAM does not find or does not know.
	Principal Principal
	// Quota is the name of the quota that is reached, as in IAM's messages, and Limit its value.
	Quota string
	Limit int
	// Fields are the parameters of the call that were refused, as the API spells them.
	Fields []string
}

// PolicyKind is a kind of policy that AWS evaluates for a call of the controller.
type PolicyKind string

// The kinds, by the names that AWS's messages have for them. Source: IAM user guide, "Troubleshoot access denied error
// messages".
const (
	IdentityPolicy        PolicyKind = "identity-based policy"
	ResourcePolicy        PolicyKind = "resource-based policy"
	RoleTrustPolicy       PolicyKind = "role trust policy"
	BoundaryPolicy        PolicyKind = "permissions boundary"
	SessionPolicy         PolicyKind = "session policy"
	ServiceControlPolicy  PolicyKind = "service control policy"
	ResourceControlPolicy PolicyKind = "resource control policy"
	EndpointPolicy        PolicyKind = "VPC endpoint policy"
)

// PolicyKinds returns all kinds.
func PolicyKinds() []PolicyKind {
	return []PolicyKind{
		IdentityPolicy, ResourcePolicy, RoleTrustPolicy, BoundaryPolicy, SessionPolicy, ServiceControlPolicy,
		ResourceControlPolicy, EndpointPolicy,
	}
}

// CuredByAllow reports whether an Allow in the controller's own policies cures the denial, as far as AWS says.
func (d Detail) CuredByAllow() bool {
	return !d.Explicit && (d.DeniedBy == "" || d.DeniedBy == IdentityPolicy)
}

// QuotaText names the quota of an error of ClassLimit, or returns "a quota of the account".
func (d Detail) QuotaText() string {
	switch {
	case d.Quota == "":
		return "a quota of the account"
	case d.Limit == 0:
		return "the quota " + d.Quota
	}
	return fmt.Sprintf("the quota %s (%d)", d.Quota, d.Limit)
}

// FieldsText names the refused parameters as "roleName, path", or returns the empty string.
func (d Detail) FieldsText() string { return strings.Join(d.Fields, ", ") }

// Principal is a principal of a trust policy as IAM's messages show it.
type Principal struct {
	Kind PrincipalKind
	// Name is an ARN, an account id, a unique id or the name of a service.
	Name string
}

// PrincipalKind is AWS, Service or Federated.
type PrincipalKind string

// The kinds of principals that can be missing.
const (
	AWSPrincipal       PrincipalKind = "AWS"
	ServicePrincipal   PrincipalKind = "Service"
	FederatedPrincipal PrincipalKind = "Federated"
)

// Unknown says that IAM does not accept the principal, and what to do; it returns the empty string for none.
func (p Principal) Unknown() string {
	switch {
	case p.Name == "":
		return ""
	case p.Kind == ServicePrincipal:
		return fmt.Sprintf("IAM does not know the service %s; check its spelling for this partition", p.Name)
	case p.Kind == FederatedPrincipal:
		return fmt.Sprintf("IAM does not accept the identity provider %s; create it, or correct its ARN", p.Name)
	}
	return fmt.Sprintf("IAM cannot find principal %s of the trust policy; create it, or correct its ARN", p.Name)
}
