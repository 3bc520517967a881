// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package iam

import (
	"fmt"
	"maps"
	"slices"
	"unicode/utf8"

	"github.com/ecsiam/ecs-iam-controller/internal/lazyregexp"
)

// AssumeRole says which role the controller assumes to reach an account.
type AssumeRole struct {
	// Hop is the role in the account.
	Hop
	// SessionName names the session in CloudTrail, that of each hop too; empty is DefaultSessionName.
	SessionName string
	// SessionTags are the tags of the session of the last role.
	SessionTags map[string]string
	// Via are the roles that are assumed before it, in this order.
	Via []Hop
	// Owner is whose entities the session is for; nil for one that is for the whole account.
	Owner *SessionOwner
}

// SessionOwner is the namespace whose entities a session is for. The account's policies can confine the session by it.
type SessionOwner struct {
	Cluster, Namespace string
}

// Keys of the session tags that say whose entities a session is for.
const (
	SessionTagCluster   = "ecsiam-cluster"
	SessionTagNamespace = "ecsiam-namespace"
)

// Tags are all tags of the session of the last role.
func (a AssumeRole) Tags() map[string]string {
	tags := maps.Clone(a.SessionTags)
	if a.Owner == nil {
		return tags
	}
	if tags == nil {
		tags = map[string]string{}
	}
	tags[SessionTagCluster], tags[SessionTagNamespace] = a.Owner.Cluster, a.Owner.Namespace
	return tags
}

// Hop is one role to assume.
type Hop struct {
	RoleARN string
	// ExternalID is what the trust policy of the role may ask for; empty for none.
	ExternalID string
}

// DefaultSessionName is the session name where none is chosen. It is a constant, so that the caller's ARN is one too.
const DefaultSessionName = "ecs-iam-controller"

// MostHops is the number of roles that may be assumed before the one in the account.
const MostHops = 3

// longestExternalID is in characters.
const longestExternalID = 1224

// Source: AWS STS API reference, "AssumeRole".
var (
	sessionName = lazyregexp.New(`^[\w+=,.@-]+$`) // of 2 to 64 characters
	externalID  = lazyregexp.New(`^[\w+=,.@:/-]{2,}$`)
	roleARN     = lazyregexp.New(`^arn:[a-z0-9-]+:iam::[0-9]{12}:role/[\x21-\x7E]+$`)
	// tagText leaves the length to isTag: a counted class of Unicode compiles to megabytes, and they all are read at every
	// start.
	tagText = lazyregexp.New(`^[\p{L}\p{Z}\p{N}_.:/=+@-]*$`)
)

// isTag tells whether STS takes a text for the key or the value of a tag of at most so many characters.
func isTag(text string, longest int) bool {
	return utf8.RuneCountInString(text) <= longest && tagText.MatchString(text)
}

// reservedTag matches the keys of tags that a session gets from elsewhere: AWS's own, the controller's, and those that
// EKS Pod Identity sets as transitive, which no later session of a chain may set again. Case is folded as Unicode has
// it. Source: EKS user guide, "Grant Pods access to AWS resources based on tags".
var reservedTag = lazyregexp.New(`(?i)^(aws:|ecsiam-|eks-cluster-|kubernetes-)`)

// Check returns what STS would refuse, each with the name of its field, so that it need not be asked.
func (a AssumeRole) Check() []string {
	var problems []string
	refuse := func(wrong bool, format string, args ...any) {
		if wrong {
			problems = append(problems, fmt.Sprintf(format, args...))
		}
	}
	refuse(len(a.Via) > MostHops, "via: %d roles, at most %d may be assumed before the last", len(a.Via), MostHops)
	refuse(a.SessionName != "" && (len(a.SessionName) < 2 || len(a.SessionName) > 64 ||
		!sessionName.MatchString(a.SessionName)),
		"sessionName: 2 to 64 letters, digits and _+=,.@- only")
	for i, hop := range append([]Hop{a.Hop}, a.Via...) {
		at := ""
		if i > 0 {
			at = fmt.Sprintf("via[%d].", i-1)
		}
		refuse(!roleARN.MatchString(hop.RoleARN), "%sroleARN: not the ARN of a role", at)
		refuse(hop.ExternalID != "" && (len(hop.ExternalID) > longestExternalID || !externalID.MatchString(hop.ExternalID)),
			"%sexternalID: 2 to %d letters, digits and _+=,.@:/- only", at, longestExternalID)
	}
	for _, key := range slices.Sorted(maps.Keys(a.SessionTags)) {
		refuse(reservedTag.MatchString(key), "sessionTags: the key %s is reserved", key)
		refuse(key == "" || !isTag(key, 128) || !isTag(a.SessionTags[key], 256),
			"sessionTags: %s: letters, digits, spaces and _.:/=+-@ only, at most 128 in the key and 256 in the value", key)
	}
	return problems
}
