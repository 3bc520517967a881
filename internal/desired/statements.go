// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package desired

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/internal/lazyregexp"
	"github.com/ecsiam/ecs-iam-controller/internal/policy"
	"github.com/ecsiam/ecs-iam-controller/internal/roletype"
)

var sidText = lazyregexp.New(`^[0-9A-Za-z]*$`)

const (
	// sidLength bounds Sids in the API; IAM states no limit.
	sidLength = 128
	// policyNameLength bounds the names of inline policies.
	policyNameLength = 128
)

// statements turns the object's statements into those of a policy, placeholders replaced.
func (b *base) statements(path *field.Path, list []v1alpha1.Statement) []policy.Statement {
	statements, sids := make([]policy.Statement, len(list)), map[string]int{}
	for i := range list {
		st, at := &list[i], path.Index(i)
		b.checkSid(at.Child("sid"), st.Sid, i, sids)
		b.checkEffect(at.Child("effect"), st.Effect)
		b.checkEither(at, "actions", len(st.Actions), "notActions", len(st.NotActions), "")
		b.checkEither(at, "resources", len(st.Resources), "notResources", len(st.NotResources),
			`; use ["*"] for actions without resource-level permissions`)
		b.checkTombstone(at, st.Conditions)
		statements[i] = policy.Statement{
			Sid: st.Sid, Effect: policy.Effect(st.Effect),
			Actions: plain(st.Actions), NotActions: plain(st.NotActions),
			Resources:    expandAll(b, at.Child("resources"), st.Resources),
			NotResources: expandAll(b, at.Child("notResources"), st.NotResources),
			Condition:    b.condition(at.Child("condition"), st.Condition),
		}
	}
	return statements
}

// trustStatements does the same for statements of the trust policy.
func (b *base) trustStatements(path *field.Path, list []v1alpha1.TrustStatement) []policy.Statement {
	statements, sids := make([]policy.Statement, len(list)), map[string]int{}
	for i := range list {
		st, at := &list[i], path.Index(i)
		b.checkSid(at.Child("sid"), st.Sid, i, sids)
		b.checkEffect(at.Child("effect"), st.Effect)
		b.checkTombstone(at, st.Conditions)
		actions := plain(st.Actions)
		if len(actions) == 0 {
			actions = []string{roletype.AssumeRole}
		}
		principals := at.Child("principals")
		statements[i] = policy.Statement{
			Sid: st.Sid, Effect: policy.Effect(st.Effect), Actions: actions,
			Principal: &policy.Principal{
				AWS:       expandAll(b, principals.Child("aws"), st.Principals.AWS),
				Service:   expandAll(b, principals.Child("services"), st.Principals.Services),
				Federated: expandAll(b, principals.Child("federated"), st.Principals.Federated),
			},
			Condition: b.condition(at.Child("condition"), st.Condition),
		}
	}
	return statements
}

// markDenials puts the reserved prefix before the Sids of Deny statements. A plan leaves alone what only denies and has
// no such prefix, since others restrict roles so; without it a denial that left the spec would stay for ever.
func markDenials(statements []policy.Statement) {
	const prefix = v1alpha1.ReservedSidPrefix + "Deny"
	taken := map[string]bool{}
	for i := range statements {
		taken[statements[i].Sid] = true
	}
	number := 0
	for i := range statements {
		st := &statements[i]
		if st.Effect != policy.Deny {
			continue
		}
		for st.Sid == "" {
			number++
			if n := strconv.Itoa(number); !taken[n] {
				st.Sid = n
			}
		}
		st.Sid = prefix + st.Sid
	}
}

func (b *base) checkSid(path *field.Path, sid string, i int, seen map[string]int) {
	if sid == "" {
		return
	}
	first, twice := seen[sid]
	switch {
	case len(sid) > sidLength:
		b.refuse(field.Invalid(path, sid, fmt.Sprintf(
			"is %d characters long, the limit is %d: choose a shorter one", len(sid), sidLength)))
	case !sidText.MatchString(sid):
		b.refuse(field.Invalid(path, sid,
			"a Sid holds only letters and digits (0-9, A-Z, a-z): remove dashes, underscores and spaces"))
	case strings.HasPrefix(sid, v1alpha1.ReservedSidPrefix):
		b.refuse(field.Invalid(path, sid, "the Sid prefix "+v1alpha1.ReservedSidPrefix+
			" is reserved for statements that the controller makes: choose another"))
	case twice:
		b.refuse(field.Invalid(path, sid, fmt.Sprintf(
			"statement %d has the same sid: a Sid is unique within its policy; rename one", first)))
	default:
		seen[sid] = i
	}
}

func (b *base) checkEffect(path *field.Path, effect v1alpha1.Effect) {
	if effect == "" {
		b.refuse(field.Required(path, "give Allow or Deny"))
		return
	}
	oneOf(b, path, effect, v1alpha1.EffectAllow, v1alpha1.EffectDeny)
}

// checkEither asks for exactly one of a list and its negation.
func (b *base) checkEither(path *field.Path, name string, n int, notName string, not int, advice string) {
	message := "give exactly one of " + name + " and " + notName + advice
	switch {
	case n == 0 && not == 0:
		b.refuse(field.Required(path.Child(name), message))
	case n > 0 && not > 0:
		b.refuse(field.Forbidden(path.Child(notName), message))
	}
}

func (b *base) checkTombstone(path *field.Path, conditions *v1alpha1.Tombstone) {
	if conditions != nil {
		b.refuse(field.Forbidden(path.Child("conditions"), "unknown field conditions: IAM's element is condition "+
			"(singular); move the content there, or the statement would apply without it"))
	}
}

// condition replaces placeholders in keys and values; operators have none.
func (b *base) condition(path *field.Path, condition v1alpha1.Condition) policy.Condition {
	if len(condition) == 0 {
		return nil
	}
	out := make(policy.Condition, len(condition))
	for _, operator := range slices.Sorted(maps.Keys(condition)) {
		keys, at := condition[operator], path.Key(operator)
		if len(keys) == 0 {
			b.refuse(field.Required(at, "an operator without condition keys asks nothing: give keys, or remove it"))
		}
		out[operator] = make(map[string][]string, len(keys))
		for _, raw := range slices.Sorted(maps.Keys(keys)) {
			key := b.expanded(at.Key(raw), raw)
			if _, twice := out[operator][key]; twice {
				b.refuse(field.Duplicate(at.Key(raw), key))
			}
			out[operator][key] = expandAll(b, at.Key(raw), keys[raw])
		}
	}
	return out
}
