// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package store

import (
	"regexp"
	"strings"
)

// ARN is an ARN in its parts.
type ARN struct{ Text, Partition, Service, Region, Account, Resource string }

// ParseARN takes an ARN apart.
func ParseARN(text string) (ARN, bool) {
	parts := strings.SplitN(text, ":", 6)
	if len(parts) != 6 || parts[0] != "arn" || parts[5] == "" {
		return ARN{}, false
	}
	return ARN{
		Text: text, Partition: parts[1], Service: parts[2], Region: parts[3], Account: parts[4], Resource: parts[5],
	}, true
}

var (
	accountID = regexp.MustCompile(`^[0-9]{12}$`)
	uniqueID  = regexp.MustCompile(`^A(ROA|IDA)[A-Z0-9]{16,}$`)
)

// IsAccountID reports whether a text is an account id.
func IsAccountID(text string) bool { return accountID.MatchString(text) }

// IsUniqueID reports whether a text is the unique id of a role or user, which IAM shows in place of a deleted one.
func IsUniqueID(text string) bool { return uniqueID.MatchString(text) }

// NameIn is the last part of an ARN of IAM: the name.
func NameIn(arn string) string { return arn[strings.LastIndex(arn, "/")+1:] }

// PathIn is the part of a policy ARN between the word policy and the name, with both slashes.
func PathIn(policyARN string) string {
	_, rest, _ := strings.Cut(policyARN, ":policy")
	return rest[:strings.LastIndex(rest, "/")+1]
}
