// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package policy

import (
	"fmt"
	"slices"
	"strings"
)

const iamVendor = "Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc."

func (v *validator) identityStatement(st *Statement, i int) {
	const principal = "Policy document should not specify a principal."
	if st.Principal != nil {
		v.refuse(place{i, "Principal", -1}, principal, "an identity policy has no principal, remove it")
	}
	if st.NotPrincipal != nil {
		v.refuse(place{i, "NotPrincipal", -1}, principal, "an identity policy has no principal, remove it")
	}
	v.oneOf(i, "Action", st.Actions, "NotAction", st.NotActions, "Policy statement must contain actions.")
	v.identityActions(place{i, "Action", -1}, st.Actions)
	v.identityActions(place{i, "NotAction", -1}, st.NotActions)
	v.oneOf(i, "Resource", st.Resources, "NotResource", st.NotResources, "Policy statement must contain resources.")
	v.resources(place{i, "Resource", -1}, st.Resources)
	v.resources(place{i, "NotResource", -1}, st.NotResources)
}

// oneOf asks for exactly one of an element and its negation.
func (v *validator) oneOf(i int, name string, list []string, notName string, not []string, iam string) {
	switch {
	case len(list) == 0 && len(not) == 0:
		v.refuse(place{i, name, -1}, iam, "is required, give at least one value (or %s)", notName)
	case len(list) > 0 && len(not) > 0:
		v.refuse(place{i, notName, -1}, iamSyntax, "cannot stand beside %s, use one of the two", name)
	}
}

// identityActions asks for "*" or vendor:action. Whether the service has the action is not asked, as IAM does not.
func (v *validator) identityActions(at place, actions []string) {
	for i, action := range actions {
		at := at.at(i, actions)
		vendor, name, ok := strings.Cut(action, ":")
		switch {
		case action == "*":
		case !ok || vendor == "" || name == "":
			v.refuse(at, iamVendor, "%q is no action, the form is service:Action, e.g. s3:GetObject", action)
		case strings.Contains(name, ":"):
			v.refuse(at, "Actions/Condition can contain only one colon.",
				"%q has more than one colon, the form is service:Action", action)
		case vendor != "*" && strings.ContainsFunc(vendor, notVendor):
			v.refuse(at, fmt.Sprintf("Vendor %s is not valid", vendor),
				"%q is no service prefix, it may hold letters, digits, '-' and '.'", vendor)
		case strings.ContainsAny(name, " \t\r\n"):
			v.refuse(at, iamLegacy, "%q holds white space", action)
		}
	}
}

func notVendor(r rune) bool { return !isAlphanumeric(r) && r != '-' && r != '.' }

// resources asks for "*" or an ARN. Wildcards may stand for any part but the word arn and the service, policy variables
// for any but those and the partition.
func (v *validator) resources(at place, resources []string) {
	for i, resource := range resources {
		v.resource(at.at(i, resources), resource)
	}
}

func (v *validator) resource(at place, resource string) {
	parts := splitARN(resource)
	switch {
	case resource == "*":
	case parts[0] != "arn" || len(parts) < 2:
		v.refuse(at, fmt.Sprintf(`Resource %s must be in ARN format or "*".`, resource),
			`%q is neither an ARN nor "*"`, resource)
	case !isPartition(parts[1]):
		v.refuse(at, fmt.Sprintf("Partition %q is not valid for resource %q.", parts[1], resource),
			"%q is no AWS partition, those are aws and names that start with aws-", parts[1])
	case len(parts) < 3 || parts[2] == "" || strings.ContainsFunc(parts[2], notVendor):
		v.refuse(at, "Resource vendor must be fully qualified and cannot contain regexes.",
			"%q names no service: the third part of an ARN is one service, such as s3, without wildcards and variables",
			resource)
	case len(parts) < 6 && !strings.HasSuffix(resource, "*") || len(parts) == 6 && parts[5] == "":
		v.refuse(at, iamLegacy, "%q is no complete ARN, the form is arn:partition:service:region:account:resource", resource)
	case len(parts) == 6 && parts[2] == "iam":
		v.iamResource(at, resource, parts[3], parts[5])
	}
}

// splitARN takes an ARN apart at its first five colons that do not stand in a policy variable.
func splitARN(arn string) []string {
	const fields = 6
	var parts []string
	start, variable := 0, false
	for i := 0; i < len(arn) && len(parts) < fields-1; i++ {
		switch {
		case strings.HasPrefix(arn[i:], "${"):
			variable = true
		case arn[i] == '}':
			variable = false
		case arn[i] == ':' && !variable:
			parts = append(parts, arn[start:i])
			start = i + 1
		}
	}
	return append(parts, arn[start:])
}

// iamResourceTypes are what the resource in the ARN of an IAM resource begins with.
var iamResourceTypes = []string{
	"user/", "federated-user/", "role/", "group/", "instance-profile/", "mfa/", "server-certificate/", "policy/",
	"sms-mfa/", "saml-provider/", "oidc-provider/", "report/", "access-report/",
}

// iamResource checks what IAM knows of its own resources.
func (v *validator) iamResource(at place, resource, region, path string) {
	if region != "" && region != "*" {
		v.refuse(at, fmt.Sprintf("IAM resource %s cannot contain region information.", resource),
			"%q names region %q, IAM resources have none", resource, region)
	}
	known := func(kind string) bool { return strings.HasPrefix(path, kind) }
	if strings.Trim(path, "*") != "" && !slices.ContainsFunc(iamResourceTypes, known) {
		types := strings.Join(iamResourceTypes, ", ")
		v.refuse(at, `IAM resource path must either be "*" or start with `+types+".",
			`%q is no resource of IAM: what follows the account is "*" or starts with one of %s`, resource, types)
	}
}
