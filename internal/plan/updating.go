// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package plan

import (
	"slices"

	"github.com/ecsiam/ecs-iam-controller/internal/desired"
	"github.com/ecsiam/ecs-iam-controller/internal/iam"
	"github.com/ecsiam/ecs-iam-controller/internal/policy"
)

// updating collects the difference between a desired and an existing role.
//
// Each item is in the list of what it does. connect says what waits for what.
type updating struct {
	want     desired.Role
	got      iam.Observation
	role     iam.Role // the observed role
	quotas   iam.Quotas
	adopting bool
	// inline are the observed inline policies, documents the managed policies whose content is known.
	inline, documents map[string]*policy.Content

	trust trustChange
	// boundaryAt is where the change of the boundary belongs.
	boundaryAt place
	variant    variant

	claims    []*item // create the role, or mark it as ours
	restricts []*item // take permission away at once
	neutrals  []*item
	rooms     []*item // take what a limit asks to go first
	guards    []*item // grants that bring denials for the other grants
	gives     []*item // grants
	swaps     []*item // grants that take away in the same call
	takes     []*item // take away what only allows
	lastTakes []*item // take away what allows and denies
	exchanged []*item
	completes []*item // grants that must wait for an exchange or an adoption
	lifts     []*item // lift what held permission down

	attach     attachments
	unreadable map[string]bool // ARNs of attached policies that are to go and cannot be read

	restrictions []string
	gaps         []Gap
}

// variant is a way through the change, of which the first is taken that IAM's limits have room for.
type variant struct {
	// cautious says that only what old and new share stands while the rest goes, before the new comes.
	cautious bool
	// swap says that an inline policy is replaced without one that holds old and new together.
	swap bool
	// tight says that what goes from inline policies goes first of all; direct, that each is replaced in one call.
	tight, direct bool
	// narrowing says that only what narrows is done, each by a call of its own, and that nothing stands in another place
	// until the rest is done.
	narrowing bool
}

// replacesAny tells whether a boundary or a trust policy is replaced, before which only shared permissions may stand.
func (u *updating) replacesAny() bool { return u.boundaryAt == exchange || u.replacesTrust() }

// replacesTrust tells whether the trust policy is replaced. What only narrows does not wait for the adoption of a role
// that rests before it is complete.
func (u *updating) replacesTrust() bool { return u.trust.replaces(u.adopting && !u.variant.narrowing) }

func (u *updating) all() []*item {
	var items []*item
	for _, list := range [][]*item{
		u.claims, u.restricts, u.neutrals, u.rooms, u.guards, u.gives, u.swaps, u.takes, u.lastTakes, u.exchanged,
		u.completes, u.lifts,
	} {
		items = append(items, list...)
	}
	return items
}

// attachments are the managed policies that come and those that go.
type attachments struct {
	come, leave []string
	// first are those of leave that a quota asks to go before the one of come that room gives a place to.
	room map[string]string
	// denials and allows stand in an inline policy until the rest is done: denials of policies that come or go while
	// others still allow, and what is kept of a policy that goes until one comes that permits it too.
	denials, allows []clause

	items map[string]*item
}

func (u *updating) gap(cause GapCause, what string) {
	if g := (Gap{cause, what}); !slices.Contains(u.gaps, g) {
		u.gaps = append(u.gaps, g)
	}
}

func (u *updating) contentOf(name string) *policy.Content {
	if c := u.inline[name]; c != nil {
		return c
	}
	return policy.NewContent("")
}

// text is the document of a managed policy, empty where it is not known.
func (u *updating) text(arn string) string {
	if c := u.documents[arn]; c != nil {
		return c.Text()
	}
	return ""
}
