// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package actions

import (
	"slices"
	"time"

	"github.com/ecsiam/ecs-iam-controller/internal/iam/iamsim/access"
	"github.com/ecsiam/ecs-iam-controller/internal/iam/iamsim/store"
	"github.com/ecsiam/ecs-iam-controller/internal/iam/iamsim/wire"
)

// longestChain is the longest session, in seconds, of a role that another role's session assumes.
const longestChain = 3600

// assumeRole issues credentials when the role's trust policy allows the caller to assume it, and to tag the session
// where it has tags.
func assumeRole(tx *Transaction, p wire.Params) ([]wire.Node, error) {
	arn, err := tx.checkRoleARN(p.Get("RoleArn"))
	if err != nil {
		return nil, err
	}
	tags, err := tx.sessionTags(p)
	if err != nil {
		return nil, err
	}
	role, err := tx.assumable(arn, p, tags)
	if err != nil {
		return nil, err
	}
	seconds := p.Integer("DurationSeconds", defaultMaxSession)
	if err := tx.checkDuration(role, seconds); err != nil {
		return nil, err
	}
	policies, err := tx.sessionPolicies(p, arn.Account)
	if err != nil {
		return nil, err
	}
	session := &store.Session{
		RoleARN: role.ARN, RoleName: role.Name, Expires: tx.Now.Add(time.Duration(seconds) * time.Second),
		Tags: tags.all, Transitive: tags.transitive, SourceID: p.Get("SourceIdentity"), Policies: policies,
	}
	return tx.issue(role, arn.Account, p, session), nil
}

// checkRoleARN refuses what cannot be the ARN of a role.
func (t *Transaction) checkRoleARN(text string) (store.ARN, error) {
	arn, ok := store.ParseARN(text)
	if !ok || arn.Partition != t.World.Partition || arn.Service != "iam" || arn.Region != "" ||
		!store.IsAccountID(arn.Account) || !isRole(arn.Resource) {
		return arn, wire.ValidationError("%s is invalid", text)
	}
	return arn, nil
}

func isRole(resource string) bool {
	return len(resource) > len("role/") && resource[:len("role/")] == "role/"
}

// assumable finds the role and asks its trust policy for all that the call does.
func (t *Transaction) assumable(arn store.ARN, p wire.Params, tags sessionTags) (*store.Role, error) {
	permissions := []string{"sts:AssumeRole"}
	if len(tags.all) > 0 {
		permissions = append(permissions, "sts:TagSession")
	}
	if p.Has("SourceIdentity") {
		permissions = append(permissions, "sts:SetSourceIdentity")
	}
	target, known := t.World.Known(arn.Account)
	for _, permission := range permissions {
		refused := wire.Failure("AccessDenied", "User: %s is not authorized to perform: %s on resource: %s",
			t.Caller.ARN, permission, arn.Text)
		if !known {
			return nil, refused
		}
		role, ok := target.State.Roles.Get(store.NameIn(arn.Text))
		if !ok || role.ARN != arn.Text {
			return nil, refused
		}
		request := t.assumption(permission, role, p, tags)
		if !t.trusts(role, request) || !t.mayAssume(role, request) {
			return nil, refused
		}
	}
	role, _ := target.State.Roles.Get(store.NameIn(arn.Text))
	return role, nil
}

// assumption is the request that a trust policy judges ("IAM and AWS STS condition context keys").
func (t *Transaction) assumption(permission string, role *store.Role, p wire.Params, tags sessionTags) access.Request {
	facts := t.principalContext()
	facts.Set("sts:RoleSessionName", p.Get("RoleSessionName"))
	for key, parameter := range map[string]string{"sts:ExternalId": "ExternalId", "sts:SourceIdentity": "SourceIdentity"} {
		if p.Has(parameter) {
			facts.Set(key, p.Get(parameter))
		}
	}
	tagContext(facts, "aws:RequestTag/", tags.all)
	if keys := keysOf(tags.all); len(keys) > 0 {
		facts.Set("aws:TagKeys", keys...)
	}
	facts.Set("sts:TransitiveTagKeys", tags.transitive...)
	return access.Request{Action: permission, Resource: role.ARN, Context: facts}
}

func (t *Transaction) trusts(role *store.Role, request access.Request) bool {
	return role.Trust.Trusts(request, t.namedBy) == access.Allowed
}

// mayAssume asks the policies of a calling session. A role of the same account that names the caller itself needs no
// other permission ("Policy evaluation logic"), but for a Deny.
func (t *Transaction) mayAssume(role *store.Role, request access.Request) bool {
	if !t.Enforce || t.Caller.Session == nil {
		return true
	}
	decision := t.callerPolicies().Decide(request)
	if decision.Effect != access.ImplicitDeny {
		return decision.Effect == access.Allowed
	}
	arn, _ := store.ParseARN(role.ARN)
	return arn.Account == t.Caller.Account && role.Trust.Trusts(request, t.namedItself) == access.Allowed
}

// namedItself reports whether principals name the caller's role or session, not only its account.
func (t *Transaction) namedItself(principals access.Principals) bool {
	for _, principal := range principals["AWS"] {
		if arn, ok := t.World.PrincipalByID(principal); ok {
			principal = arn
		}
		if principal == t.Caller.ARN || principal == t.Caller.RoleARN() && principal != "" {
			return true
		}
	}
	return false
}

// namedBy reports whether principals name the caller: by its ARN, its account, its role, or as everyone.
func (t *Transaction) namedBy(principals access.Principals) bool {
	root := t.World.ARN(t.Caller.Account, "root")
	everyone := func(principal string) bool { return principal == "*" || principal == root }
	return slices.ContainsFunc(principals["AWS"], everyone) || t.namedItself(principals)
}

// checkDuration holds a session to the role's own limit and, where a role's session calls, to an hour ("Role
// chaining").
func (t *Transaction) checkDuration(role *store.Role, seconds int) error {
	switch {
	case t.Caller.Session != nil && seconds > longestChain:
		return wire.ValidationError(
			"The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.")
	case seconds > role.MaxSessionDuration:
		return wire.ValidationError("The requested DurationSeconds exceeds the MaxSessionDuration set for this role.")
	}
	return nil
}

func (t *Transaction) issue(role *store.Role, account string, p wire.Params, session *store.Session) []wire.Node {
	name := p.Get("RoleSessionName")
	issued := t.World.Issue(store.Caller{
		Account: account, UserID: role.ID + ":" + name, Session: session,
		ARN: "arn:" + t.World.Partition + ":sts::" + account + ":assumed-role/" + role.Name + "/" + name,
	})
	content := []wire.Node{
		wire.Element("Credentials",
			wire.Text("AccessKeyId", issued.AccessKeyID), wire.Text("SecretAccessKey", "simulated-secret"),
			wire.Text("SessionToken", "simulated-session-token"), wire.Timestamp("Expiration", session.Expires)),
		wire.Element("AssumedRoleUser", wire.Text("AssumedRoleId", issued.UserID), wire.Text("Arn", issued.ARN)),
	}
	content = append(content, wire.OptionalText("SourceIdentity", session.SourceID)...)
	if packed := packedSize(p, session); packed > 0 {
		content = append(content, wire.Number("PackedPolicySize", packed))
	}
	return content
}
