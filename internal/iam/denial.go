// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package iam

import (
	"fmt"
	"strings"
)

// curedBy says who can change a policy of the kind, and that the controller's own policy is not the cure.
var curedBy = map[PolicyKind]string{
	ResourcePolicy: "whoever owns the resource can change that",
	RoleTrustPolicy: "whoever owns the role that is assumed can change its trust policy: it must name the controller's " +
		"role and accept its external id and session tags",
	BoundaryPolicy: "whoever set the boundary of the controller's role can extend it; " +
		"another policy of the role does not help",
	SessionPolicy: "extend it where the controller's session is made; another policy of its role does not help",
	ServiceControlPolicy: "only the administrators of the AWS organization can change that; " +
		"no policy of the controller's role does",
	ResourceControlPolicy: "only the administrators of the AWS organization can change that; " +
		"no policy of the controller's role does",
	EndpointPolicy: "whoever owns the VPC endpoint that the controller calls AWS through can change that",
}

// Denial says of an error of ClassDenied what denies and who can change it.
func (e *Error) Denial() string {
	denied := e.Detail.Permission
	if denied == "" {
		denied = e.Action
	}
	if e.Detail.Role != "" && e.Detail.CuredByAllow() {
		return fmt.Sprintf("role %s cannot be assumed; check that it exists, that its trust policy names who assumes it, "+
			"asks for no other external id than spec.assumeRole has and allows sts:TagSession if the session has tags, and "+
			"that the policies of who assumes it allow %s", e.Detail.Role, denied)
	}
	if strings.HasPrefix(denied, "sts:AssumeRole") && e.Detail.DeniedBy == "" {
		return fmt.Sprintf("AWS does not let the controller make this call; check that the trust policy of the role names "+
			"the controller and accepts what it sends, and that the controller's own policies allow %s", denied)
	}
	kind := e.Detail.DeniedBy
	cure, ok := curedBy[kind]
	switch {
	case ok && e.Detail.Explicit:
		return fmt.Sprintf("a %s denies %s; %s", kind, denied, cure)
	case ok:
		return fmt.Sprintf("no %s allows %s; %s", kind, denied, cure)
	case e.Detail.Explicit:
		return fmt.Sprintf("a policy of the controller's role denies %s; remove that Deny", denied)
	}
	return fmt.Sprintf("AWS denies this call to the controller; allow %s, "+
		"config/iam/controller-policy.json has all that it needs", denied)
}
