// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package actions

import (
	"slices"
	"strings"

	"github.com/ecsiam/ecs-iam-controller/internal/iam/iamsim/access"
	"github.com/ecsiam/ecs-iam-controller/internal/iam/iamsim/store"
	"github.com/ecsiam/ecs-iam-controller/internal/iam/iamsim/wire"
	"github.com/ecsiam/ecs-iam-controller/internal/policy"
)

// sessionTags are the tags of a session that is about to be issued.
type sessionTags struct {
	all        []store.Tag // inherited ones included
	transitive []string    // keys
}

// sessionTags reads the tags of a call and adds the transitive ones of the calling session ("Pass session tags in AWS
// STS").
func (t *Transaction) sessionTags(p wire.Params) (sessionTags, error) {
	tags := sessionTags{all: tagsIn(p), transitive: p.List("TransitiveTagKeys")}
	if err := checkTags(tags.all, exactKey); err != nil {
		return tags, invalidParameter("%s", err.Message)
	}
	keys := keysOf(tags.all)
	for i, key := range keys {
		if slices.ContainsFunc(keys[:i], func(earlier string) bool { return strings.EqualFold(earlier, key) }) {
			return tags, invalidParameter("Tag keys must be unique without regard to case: %s", key)
		}
	}
	for _, key := range tags.transitive {
		if !slices.Contains(keys, key) {
			return tags, invalidParameter("The specified transitive tag key must be included in the requested tags.")
		}
	}
	return t.inherit(tags)
}

func (t *Transaction) inherit(tags sessionTags) (sessionTags, error) {
	if t.Caller.Session == nil {
		return tags, nil
	}
	for _, tag := range t.Caller.Session.Tags {
		if !slices.Contains(t.Caller.Session.Transitive, tag.Key) {
			continue
		}
		if slices.ContainsFunc(tags.all, func(own store.Tag) bool { return strings.EqualFold(own.Key, tag.Key) }) {
			return tags, invalidParameter(
				"One of the specified transitive tag keys can't be set because it conflicts with a transitive tag key "+
					"from the calling session: %s", tag.Key)
		}
		tags.all = append(tags.all, tag)
		tags.transitive = append(tags.transitive, tag.Key)
	}
	return tags, nil
}

func invalidParameter(format string, args ...any) *wire.Error {
	return wire.Failure("InvalidParameterValue", format, args...)
}

func keysOf(tags []store.Tag) []string {
	keys := make([]string, 0, len(tags))
	for _, tag := range tags {
		keys = append(keys, tag.Key)
	}
	return keys
}

// sessionPolicies are the document and the managed policies that a call gives the session; nil without any.
func (t *Transaction) sessionPolicies(p wire.Params, account string) (access.Set, error) {
	var set access.Set
	if doc := p.Get("Policy"); doc != "" {
		if err := checkDocument(doc, policy.IdentityPolicy); err != nil {
			return nil, err
		}
		set = append(set, named("session policy", doc))
	}
	for _, sent := range p.Structs("PolicyArns", "arn") {
		found, ok := t.policyOf(account, sent["arn"])
		if !ok {
			return nil, wire.ValidationError("Policy %s does not exist in account %s.", sent["arn"], account)
		}
		set = append(set, named(found.ARN, found.Document()))
	}
	return set, nil
}

// policyOf finds a managed policy of AWS or of another account than the caller's.
func (t *Transaction) policyOf(account, arn string) (*store.Policy, bool) {
	if managed, ok := t.World.Managed[arn]; ok {
		return managed, true
	}
	owner, ok := t.World.Known(account)
	if !ok {
		return nil, false
	}
	found, ok := owner.State.Policies.Get(store.NameIn(arn))
	return found, ok && found.ARN == arn
}

// named reads a document that was checked when it came in; one that cannot be read says nothing.
func named(name, doc string) access.Policy {
	parsed, _ := access.Parse(doc)
	return access.Policy{Name: name, Document: parsed, Text: doc}
}

// packedLimit is how much a session's policies and tags may hold. AWS packs them in a binary form that it does not
// describe, so that the percentage here is a guess.
const packedLimit = 2048

// packedSize is the percentage of the limit that is used; zero without policy and tags.
func packedSize(p wire.Params, session *store.Session) int {
	used := len(p.Get("Policy"))
	for _, sent := range p.Structs("PolicyArns", "arn") {
		used += len(sent["arn"])
	}
	for _, tag := range session.Tags {
		used += len(tag.Key) + len(tag.Value)
	}
	if used == 0 {
		return 0
	}
	return max(1, used*100/packedLimit)
}
