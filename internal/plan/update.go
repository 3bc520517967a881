// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package plan

import (
	"slices"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/internal/desired"
	"github.com/ecsiam/ecs-iam-controller/internal/iam"
)

// updating collects the difference between a desired and an existing role.
type updating struct {
	want     desired.Role
	got      iam.Observation
	role     iam.Role // the observed role
	quotas   iam.Quotas
	adopting bool
	// cautious says that revokes go before grants, since an adoption or an exchange lies between them.
	cautious bool

	items        []item
	unreadable   map[string]bool // ARNs of attached policies that are to go and cannot be read
	restrictions []string
}

func newUpdate(want desired.Role, got iam.Observation, quotas iam.Quotas, adopting bool) *updating {
	u := &updating{
		want: want, got: got, role: *got.Role, quotas: quotas, adopting: adopting, unreadable: map[string]bool{},
	}
	u.role.Trust = namingItself(u.role)
	return u
}

func (u *updating) plan() Plan {
	trust, trustClass := u.trust()
	boundaryClass := u.boundary()
	u.cautious = u.adopting || trustClass == exchange || boundaryClass == exchange
	u.tags()
	u.settings()
	u.placeTrust(trust, trustClass, boundaryClass)
	u.permissions()
	p := Plan{Steps: order(u.items), Restrictions: u.restrictions}
	return p.Permit(u.readable)
}

// permissions compares the attached and the inline policies.
func (u *updating) permissions() {
	u.attachments()
	u.attachmentQuota()
	u.inline()
}

// notes say in the plan why an order is unusual.
const (
	noteCautious     = "first, so that nobody holds old and new permissions together"
	noteAttachments  = "first, since the role is at its quota of managed policies"
	noteInline       = "first, since old and new inline policies together exceed IAM's limit"
	noteOneStep      = "in one step, since old and new inline policies together exceed IAM's limit"
	noteBoundary     = "while the boundary changes"
	noteDenialsFirst = "the denials before the rest"
	noteDenials      = "with the denials of old and new until the rest is done"
	noteTags         = "first, since the tags are at IAM's limit"
)

func (u *updating) add(c class, op Operation) { u.items = append(u.items, item{op: op, class: c}) }

// settings compares description and session duration, which no permission depends on.
func (u *updating) settings() {
	w := u.want.Role
	if w.Description == u.role.Description && w.MaxSessionSeconds == u.role.MaxSessionSeconds {
		return
	}
	u.add(neutral, UpdateRole{
		Role:           u.role.Name,
		OldDescription: u.role.Description, Description: w.Description,
		OldSessionSeconds: u.role.MaxSessionSeconds, SessionSeconds: w.MaxSessionSeconds,
	})
}

// boundary places the change of the boundary: one that appears restricts at once, one that goes widens at the end, one
// that is replaced is an exchange, since what the old one allowed is unknown here. It returns the class.
func (u *updating) boundary() class {
	old, new := u.role.Boundary, u.want.Role.Boundary
	switch {
	case old == new:
		return unchanged
	case old == "":
		u.add(restrict, SetBoundary{Role: u.role.Name, New: new})
		return restrict
	case new == "":
		u.add(widen, DeleteBoundary{Role: u.role.Name, Old: old})
		return widen
	default:
		u.add(exchange, SetBoundary{Role: u.role.Name, Old: old, New: new})
		return exchange
	}
}

// attachments compares the attached managed policies.
func (u *updating) attachments() {
	for _, arn := range sortedSet(u.want.Role.Attached) {
		if !slices.Contains(u.role.Attached, arn) {
			u.add(grant, AttachRolePolicy{Role: u.role.Name, ARN: arn})
		}
	}
	for _, arn := range sortedSet(u.role.Attached) {
		if !slices.Contains(u.want.Role.Attached, arn) && !desired.MatchesAny(u.want.Ignore.ManagedPolicyARNs, arn) {
			u.undeclaredAttachment(arn)
		}
	}
}

func (u *updating) undeclaredAttachment(arn string) {
	document, known := u.got.PolicyDocuments[arn]
	if known && parse(document).OnlyDenies() {
		u.restrictions = append(u.restrictions, "policy "+policyName(arn)+", which only denies, is attached by others")
		return
	}
	u.unreadable[arn] = !known
	it := item{op: DetachRolePolicy{Role: u.role.Name, ARN: arn}, class: revoke}
	switch {
	case u.cautious:
		it.class, it.note = revokeFirst, noteCautious
	case mixed(document):
		it.class = revokeLast
	}
	u.items = append(u.items, it)
}

// readable holds back the detaching of policies that cannot be read, and with it whatever must wait for that.
func (u *updating) readable(op Operation) (bool, v1alpha1.Reason, string) {
	if detach, ok := op.(DetachRolePolicy); ok && u.unreadable[detach.ARN] {
		return false, v1alpha1.ReasonAccessDenied, "whether the policy only denies cannot be read: " +
			"give the controller iam:GetPolicy and iam:GetPolicyVersion"
	}
	return true, "", ""
}

// attachmentQuota moves as many detachments before attachments as the account's quota asks for, in pairs: an attachment
// that has no room needs one detachment, not all of them.
func (u *updating) attachmentQuota() {
	over := len(sortedSet(u.role.Attached)) - u.quotas.AttachedPoliciesPerRole
	if u.quotas.AttachedPoliciesPerRole <= 0 {
		return
	}
	var attach, detach []int
	for i, it := range u.items {
		switch op := it.op.(type) {
		case AttachRolePolicy:
			attach = append(attach, i)
		case DetachRolePolicy:
			if it.class == revoke && !u.unreadable[op.ARN] {
				detach = append(detach, i)
			}
		default: // the others do not count towards the quota
		}
	}
	slices.Reverse(attach)
	for n := range min(over+len(attach), len(attach), len(detach)) {
		u.items[attach[n]].room = n + 1
		it := &u.items[detach[n]]
		it.class, it.note, it.room = makeRoom, noteAttachments, n+1
	}
}
