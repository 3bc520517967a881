// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package awsiam

import (
	"slices"
	"strconv"
	"strings"

	"github.com/ecsiam/ecs-iam-controller/internal/iam"
	"github.com/ecsiam/ecs-iam-controller/internal/lazyregexp"
)

// The sentences of AWS that say more than their code. They are no part of the API's contract: a sentence that is not
// recognized says nothing, and the code decides alone. Sources: IAM user guide, "Troubleshoot access denied error
// messages"; the IAM and STS API references; recorded replies.
var (
	deniedAction = lazyregexp.New(`is not authorized to perform: ([a-z0-9-]+:[A-Za-z0-9]+)\b`)
	explicitDeny = lazyregexp.New(`with an explicit deny in (?:an?|the) ([A-Za-z -]+?)(?:: arn:\S+)?\.?$`)
	noAllow      = lazyregexp.New(`because no ([A-Za-z -]+?) allows the `)

	// principalNotFound begins the message of a MalformedPolicyDocument whose principal IAM does not know, or not yet.
	principalNotFound = "Invalid principal in policy"
	namedPrincipal    = lazyregexp.New(`^Invalid principal in policy: "([A-Za-z]+)":"([^"\s]+)"`)

	quotaReached  = lazyregexp.New(`^Cannot exceed quota for ([A-Za-z]{1,64}): ([0-9]{1,9})`)
	policyTooLong = lazyregexp.New(`^Maximum policy size of ([0-9]{1,9}) bytes exceeded for ([a-z]+) `)
	versionsFull  = lazyregexp.New(`^A managed policy can have up to ([0-9]{1,9}) versions`)
	tagsFull      = "The number of tags has reached the maximum limit"

	// STS repeats the value, IAM does not.
	constraintFailed = lazyregexp.New(`Value (?:'[^']*' )?at '([A-Za-z0-9.]{1,128})' failed to satisfy constraint`)
	valueInvalid     = lazyregexp.New(`^The specified value for ([A-Za-z]{1,64}) is invalid`)
)

// detailOf reads what a message of AWS says, as far as its class lets it say something.
func detailOf(class iam.Class, message string) iam.Detail {
	switch class {
	case iam.ClassDenied:
		return denialIn(message)
	case iam.ClassPrincipalNotFound:
		return iam.Detail{Principal: principalIn(message)}
	case iam.ClassLimit:
		return quotaIn(message)
	case iam.ClassRejected:
		return iam.Detail{Principal: principalIn(message), Fields: fieldsIn(message)}
	default:
		return iam.Detail{}
	}
}

func denialIn(message string) iam.Detail {
	detail := iam.Detail{Permission: group(deniedAction, message)}
	kind := group(explicitDeny, message)
	detail.Explicit = kind != ""
	if kind == "" {
		kind = group(noAllow, message)
	}
	if known := iam.PolicyKind(kind); slices.Contains(iam.PolicyKinds(), known) {
		detail.DeniedBy = known
	}
	return detail
}

var principalKinds = map[string]iam.PrincipalKind{
	"AWS": iam.AWSPrincipal, "SERVICE": iam.ServicePrincipal, "FEDERATED": iam.FederatedPrincipal,
}

func principalIn(message string) iam.Principal {
	found := namedPrincipal.FindStringSubmatch(message)
	if found == nil {
		return iam.Principal{}
	}
	kind, ok := principalKinds[strings.ToUpper(found[1])]
	if !ok {
		return iam.Principal{}
	}
	return iam.Principal{Kind: kind, Name: found[2]}
}

// mayAppear reports whether the message is about a principal that IAM may find later. The services IAM knows by name,
// and where there are no principals, or all of them, there is none to wait for.
func mayAppear(message string) bool {
	if !strings.HasPrefix(message, principalNotFound) || strings.Contains(message, "no principals") {
		return false
	}
	found := namedPrincipal.FindStringSubmatch(message)
	if found == nil {
		return true
	}
	switch principalKinds[strings.ToUpper(found[1])] {
	case iam.AWSPrincipal, iam.FederatedPrincipal:
		return true
	default:
		return false
	}
}

func quotaIn(message string) iam.Detail {
	if found := quotaReached.FindStringSubmatch(message); found != nil {
		return iam.Detail{Quota: found[1], Limit: number(found[2])}
	}
	if found := policyTooLong.FindStringSubmatch(message); found != nil {
		return iam.Detail{Quota: "for the inline policies of a " + found[2], Limit: number(found[1])}
	}
	if limit := group(versionsFull, message); limit != "" {
		return iam.Detail{Quota: "for the versions of a policy", Limit: number(limit)}
	}
	if strings.HasPrefix(message, tagsFull) {
		return iam.Detail{Quota: "for tags"}
	}
	return iam.Detail{}
}

// fieldsIn names each refused parameter once, in AWS's order.
func fieldsIn(message string) []string {
	var fields []string
	for _, found := range constraintFailed.FindAllStringSubmatch(message, -1) {
		if !slices.Contains(fields, found[1]) {
			fields = append(fields, found[1])
		}
	}
	if field := group(valueInvalid, message); field != "" {
		fields = append(fields, field)
	}
	return fields
}

func group(pattern *lazyregexp.Regexp, message string) string {
	if found := pattern.FindStringSubmatch(message); found != nil {
		return found[1]
	}
	return ""
}

func number(digits string) int {
	n, err := strconv.Atoi(digits)
	if err != nil {
		return 0
	}
	return n
}
