// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package policy

import (
	"slices"
	"strings"
)

func (v *validator) trustStatement(st *Statement, i int) {
	if len(st.Resources) > 0 {
		v.refuse(place{i, "Resource", -1}, "Has prohibited field Resource", "a trust policy has no resource, remove it")
	}
	if len(st.NotResources) > 0 {
		v.refuse(place{i, "NotResource", -1}, "Has prohibited field NotResource",
			"a trust policy has no resource, remove it")
	}
	if st.NotPrincipal != nil {
		v.refuse(place{i, "NotPrincipal", -1}, "AssumeRole policy must not contain NotPrincipal field.",
			"a trust policy names whom it trusts, use Principal")
	}
	v.trustActions(st, i)
	v.trustPrincipal(st, i)
}

func (v *validator) trustActions(st *Statement, i int) {
	const only = "AssumeRole policy may only specify STS AssumeRole actions."
	if len(st.NotActions) > 0 {
		v.refuse(place{i, "NotAction", -1}, only, "a trust policy names its actions, use Action")
	} else if len(st.Actions) == 0 {
		v.refuse(place{i, "Action", -1}, "Missing required field Action", "is required, usually sts:AssumeRole")
	}
	at := place{i, "Action", -1}
	for j, action := range st.Actions {
		if name, ok := strings.CutPrefix(lower(action), "sts:"); !ok || name == "" || strings.Contains(name, ":") {
			v.refuse(at.at(j, st.Actions), only, "%q is no action of a trust policy, those start with sts:", action)
		}
	}
}

func (v *validator) trustPrincipal(st *Statement, i int) {
	at := place{i, "Principal", -1}
	switch {
	case st.Principal == nil && st.NotPrincipal == nil:
		v.refuse(at, "Missing required field Principal", "is required: who may assume the role")
	case st.Principal != nil && len(st.Principal.terms()) == 0:
		v.refuse(at, "Missing required field Principal cannot be empty!", "is empty: name who may assume the role")
	case st.Principal != nil:
		v.principals(i, "AWS", st.Principal.AWS, isAWSPrincipal,
			`must be "*", an account id, or the ARN of an account root, user, role or session without wildcards`)
		v.principals(i, "Service", st.Principal.Service, isServicePrincipal,
			"must be a service principal such as ecs-tasks.amazonaws.com")
		v.principals(i, "Federated", st.Principal.Federated, isFederatedPrincipal,
			"must be the ARN of an OIDC or SAML provider, or the domain of a provider that IAM knows")
		v.principals(i, "CanonicalUser", st.Principal.CanonicalUser, func(string) bool { return false },
			"canonical users are principals of bucket policies, not of trust policies")
		v.federatedActions(st, i)
	}
}

// barePrincipals refuses the short form of anyone, which only the text of a document shows.
func (v *validator) barePrincipals(f *flat) {
	if v.kind != TrustPolicy {
		return
	}
	for i := range f.statements {
		if f.statements[i].bare {
			v.refuse(place{i, "Principal", -1}, `Invalid principal in policy: "STAR":"*"`,
				`is "*", which IAM does not take in a trust policy: write {"AWS": "*"}`)
		}
	}
}

// federatedActions asks for the action by which the principals of identity providers assume roles.
func (v *validator) federatedActions(st *Statement, i int) {
	at := place{i, "Principal.Federated", -1}
	for j, principal := range st.Principal.Federated {
		action := "sts:AssumeRoleWithWebIdentity"
		if strings.Contains(principal, ":saml-provider/") {
			action = "sts:AssumeRoleWithSAML"
		}
		allowed := func(pattern string) bool { return patternCovers(lower(pattern), lower(action)) }
		if isFederatedPrincipal(principal) && slices.ContainsFunc(st.Actions, assumesRoles) &&
			!slices.ContainsFunc(st.Actions, allowed) {
			v.refuse(at.at(j, st.Principal.Federated), "AssumeRole policy contained an invalid principal: \"Federated\".",
				"%q assumes roles by %s: list that action, not sts:AssumeRole", principal, action)
		}
	}
}

// assumesRoles tells an action that gives a session from one that says more of it, such as sts:TagSession.
func assumesRoles(action string) bool { return strings.HasPrefix(lower(action), "sts:assumerole") }

// principals checks a list of one type. IAM writes the types in capitals in its message.
func (v *validator) principals(i int, kind string, list []string, valid func(string) bool, advice string) {
	at := place{i, "Principal." + kind, -1}
	for j, principal := range list {
		if !valid(principal) {
			iam := `Invalid principal in policy: "` + strings.ToUpper(kind) + `":"` + principal + `"`
			v.refuse(at.at(j, list), iam, "%q is no valid principal: %s", principal, advice)
		}
	}
}

// isAWSPrincipal accepts what a trust policy may name; whether it exists only IAM knows.
func isAWSPrincipal(s string) bool {
	if s == "*" || isAccountID(s) || IsUniqueID(s) {
		return true
	}
	parts := strings.SplitN(s, ":", 6)
	if len(parts) < 6 || parts[0] != "arn" || strings.ContainsAny(s, "*?$ ") || !isPartition(parts[1]) ||
		parts[3] != "" || !isAccountID(parts[4]) {
		return false
	}
	return isPrincipalOf(parts[2], parts[5])
}

// isPrincipalOf looks at the resource in the ARN of a principal.
func isPrincipalOf(service, resource string) bool {
	kind, name, _ := strings.Cut(resource, "/")
	switch service {
	case "iam":
		return resource == "root" || (kind == "user" || kind == "role") && name != ""
	case "sts":
		return (kind == "assumed-role" || kind == "federated-user") && name != ""
	}
	return false
}

// isServicePrincipal accepts domain names below amazonaws.com and its relatives in other partitions.
func isServicePrincipal(s string) bool {
	labels := strings.Split(s, ".")
	for _, label := range labels {
		if label == "" || strings.Trim(label, "abcdefghijklmnopqrstuvwxyz0123456789-_") != "" {
			return false
		}
	}
	return len(labels) >= 3
}

func isFederatedPrincipal(s string) bool {
	parts := strings.SplitN(s, ":", 6)
	if parts[0] != "arn" {
		return strings.Contains(s, ".") && !strings.ContainsAny(s, "*?$ ")
	}
	if len(parts) < 6 || strings.ContainsAny(s, "*?$ ") {
		return false
	}
	kind, name, _ := strings.Cut(parts[5], "/")
	return isPartition(parts[1]) && parts[2] == "iam" && isAccountID(parts[4]) &&
		(kind == "oidc-provider" || kind == "saml-provider") && name != ""
}
