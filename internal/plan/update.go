// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package plan

import (
	"slices"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/internal/desired"
	"github.com/ecsiam/ecs-iam-controller/internal/iam"
	"github.com/ecsiam/ecs-iam-controller/internal/policy"
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
	withheld     []Withheld
	restrictions []string
}

func newUpdate(want desired.Role, got iam.Observation, quotas iam.Quotas, adopting bool) *updating {
	return &updating{want: want, got: got, role: *got.Role, quotas: quotas, adopting: adopting}
}

func (u *updating) plan() Plan {
	trust, trustClass := u.trust()
	boundaryClass := u.boundary()
	u.cautious = u.adopting || trustClass == exchange || boundaryClass == exchange
	u.tags()
	u.settings()
	u.placeTrust(trust, trustClass, boundaryClass)
	u.attachments()
	u.attachmentQuota()
	u.inline()
	u.inlineQuota()
	return Plan{Steps: order(u.items), Withheld: u.withheld, Restrictions: u.restrictions}
}

// notes say in the plan why an order is unusual.
const (
	noteCautious    = "first, so that nobody holds old and new permissions together"
	noteAttachments = "first, since the role is at its quota of managed policies"
	noteInline      = "first, since the inline policies are at their limit together"
	noteBoundary    = "while the boundary changes"
	noteDenials     = "with the denials of old and new until the rest is done"
)

// revoking is the class and the note of a revoke.
func (u *updating) revoking() (class, string) {
	if u.cautious {
		return revokeFirst, noteCautious
	}
	return revoke, ""
}

func (u *updating) revoke(op Operation) {
	c, note := u.revoking()
	u.items = append(u.items, item{op: op, class: c, note: note})
}

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

// boundary places the change of the boundary: one that appears restricts at once, one that goes widens at the end, one that
// is replaced is an exchange, since what the old one allowed is unknown here. It returns the class, or -1 for no change.
func (u *updating) boundary() class {
	old, new := u.role.Boundary, u.want.Role.Boundary
	switch {
	case old == new:
		return -1
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

// trust returns the trust policy that should be, with the denials of others, and the class of the change, or -1 for none.
func (u *updating) trust() (string, class) {
	kept := foreignDenies(u.role.Trust, u.want.Role.Trust)
	if len(kept) > 0 {
		u.restrictions = append(u.restrictions, "the trust policy holds Deny statements of others")
	}
	target := withStatements(u.want.Role.Trust, kept)
	if equal(u.role.Trust, target) {
		return target, -1
	}
	old, new := parse(u.role.Trust), parse(target)
	if old == nil || new == nil || u.adopting {
		return target, exchange
	}
	switch change := policy.Compare(old, new); {
	case change.Widens() && change.Narrows():
		return target, exchange
	case change.Widens():
		return target, widen
	default:
		return target, restrict
	}
}

// placeTrust adds the change of the trust policy. Two exchanges cannot follow each other directly: between them the new
// principals would act under the old boundary, or the reverse. The trust policy then goes through what old and new share.
func (u *updating) placeTrust(target string, c, boundaryClass class) {
	old, new := parse(u.role.Trust), parse(target)
	switch {
	case c < 0:
	case c == exchange && boundaryClass == exchange && new != nil:
		between := nobody(new)
		if common := overlap(old, new); common != nil {
			between = common
		}
		text := string(between.Render())
		u.items = append(u.items,
			item{UpdateTrustPolicy{Role: u.role.Name, Old: u.role.Trust, New: text}, restrict, noteBoundary},
			item{UpdateTrustPolicy{Role: u.role.Name, Old: text, New: target}, widen, ""})
	default:
		u.add(c, UpdateTrustPolicy{Role: u.role.Name, Old: u.role.Trust, New: target})
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
		if !slices.Contains(u.want.Role.Attached, arn) && !matchesAny(u.want.Ignore.ManagedPolicyARNs, arn) {
			u.foreignAttachment(arn)
		}
	}
}

func (u *updating) foreignAttachment(arn string) {
	op := DetachRolePolicy{Role: u.role.Name, ARN: arn}
	document, known := u.got.PolicyDocuments[arn]
	switch {
	case !known:
		u.withheld = append(u.withheld, Withheld{
			Op: op, Reason: v1alpha1.ReasonAccessDenied,
			Message: "whether the policy only denies cannot be read: give the controller iam:GetPolicy and iam:GetPolicyVersion",
		})
	case onlyDenies(document):
		u.restrictions = append(u.restrictions, "policy "+policyName(arn)+", which only denies, is attached by others")
	default:
		u.revoke(op)
	}
}

// attachmentQuota moves as many detachments before the attachments as the account's quota asks for.
func (u *updating) attachmentQuota() {
	over := len(u.role.Attached) - u.quotas.AttachedPoliciesPerRole
	for _, it := range u.items {
		if _, ok := it.op.(AttachRolePolicy); ok {
			over++
		}
	}
	for i := range u.items {
		it := &u.items[i]
		if _, detaches := it.op.(DetachRolePolicy); detaches && it.class == revoke && over > 0 {
			it.class, it.note = revokeFirst, noteAttachments
			over--
		}
	}
}

// permissionChanges counts the operations so far that change what anybody may do.
func (u *updating) permissionChanges() int {
	n := 0
	for _, it := range u.items {
		if it.class > neutral {
			n++
		}
	}
	return n
}
