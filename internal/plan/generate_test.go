// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package plan_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"pgregory.net/rapid"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/internal/desired"
	"github.com/ecsiam/ecs-iam-controller/internal/iam"
	"github.com/ecsiam/ecs-iam-controller/internal/ownership"
	"github.com/ecsiam/ecs-iam-controller/internal/policy"
)

const (
	owner       = "blue/payments/checkout"
	formerOwner = "old/payments/checkout"
	otherOwner  = "red/elsewhere/checkout"
)

// generator draws desired and observed roles that differ in some respects.
type generator struct {
	*rapid.T
	// long asks for inline policies that come near IAM's limit.
	long bool
	// limited asks for quotas that may have no room for what is desired.
	limited bool
}

func (g generator) one(name string, values ...string) string {
	return rapid.SampledFrom(values).Draw(g.T, name)
}

// in is true once in n times.
func (g generator) in(n int, name string) bool { return rapid.IntRange(1, n).Draw(g.T, name) == n }

func (g generator) some(name string, least, most int, values ...string) []string {
	return rapid.SliceOfNDistinct(rapid.SampledFrom(values), least, most, rapid.ID[string]).Draw(g.T, name)
}

func (g generator) condition() policy.Condition {
	if !g.in(4, "conditional") {
		return nil
	}
	sources := g.some("sources", 1, 2, someSources...)
	if g.in(6, "variable source") {
		sources[0] = "${aws:SourceAccount}"
	}
	return policy.Condition{g.one("operator", "StringEquals", "StringNotEquals"): {"aws:SourceAccount": sources}}
}

func (g generator) effect(denials int) policy.Effect {
	if g.in(denials, "denies") {
		return policy.Deny
	}
	return policy.Allow
}

func (g generator) identityStatement() policy.Statement {
	s := policy.Statement{Effect: g.effect(3), Condition: g.condition()}
	resources := g.some("resources", 1, 2, "arn:aws:s3:::one", "arn:aws:s3:::two", "arn:aws:s3:::*", "*",
		"arn:aws:s3:::${aws:SourceAccount}")
	if g.in(8, "notResource") && !g.long {
		s.NotResources = resources
	} else {
		s.Resources = resources
	}
	actions := g.some("actions", 1, 2, "s3:GetObject", "s3:PutObject", "sqs:SendMessage", "s3:*", "*")
	if g.in(6, "notAction") {
		s.NotActions = actions
	} else {
		s.Actions = actions
	}
	if g.long {
		length := rapid.IntRange(0, 3000).Draw(g.T, "length")
		s.Resources = append(s.Resources, "arn:aws:s3:::"+strings.Repeat("x", length))
	}
	return s
}

func (g generator) identityPolicy() string {
	doc := policy.Document{Version: g.one("version", policy.Version2012, policy.Version2012, policy.Version2012, policy.Version2008, "")}
	for i := range rapid.IntRange(1, 4).Draw(g.T, "statements") {
		s := g.identityStatement()
		if g.in(2, "sid") {
			s.Sid = g.sid(s.Effect, "S", i)
		}
		doc.Statements = append(doc.Statements, s)
	}
	return string(doc.Render())
}

// sid is the Sid of a statement: Deny statements that the controller writes carry the reserved prefix, others' do not.
func (g generator) sid(effect policy.Effect, prefix string, i int) string {
	if effect == policy.Deny {
		prefix = g.one("prefix", "EcsIamDeny", "Incident")
	}
	return fmt.Sprintf("%s%d", prefix, i)
}

func (g generator) trustStatement() policy.Statement {
	s := policy.Statement{
		Effect: g.effect(4), Actions: []string{"sts:AssumeRole"}, Principal: &policy.Principal{}, Condition: g.condition(),
	}
	if g.in(2, "service") {
		s.Principal.Service = g.some("services", 1, 2, someServices...)
	} else {
		s.Principal.AWS = g.some("principals", 1, 2, deployer, "*", later, itself)
	}
	return s
}

func (g generator) trust() string {
	doc := policy.Document{Version: policy.Version2012}
	for i := range rapid.IntRange(1, 3).Draw(g.T, "trusts") {
		s := g.trustStatement()
		if g.in(2, "sid") {
			s.Sid = g.sid(s.Effect, "EcsIamTrust", i)
		}
		doc.Statements = append(doc.Statements, s)
	}
	return string(doc.Render())
}

// declaredTrust is a trust policy as an object makes it, whose denials carry reserved Sids.
func (g generator) declaredTrust() string {
	doc, err := policy.Parse([]byte(g.trust()))
	if err != nil {
		g.Fatal(err)
	}
	for i := range doc.Statements {
		if doc.Statements[i].Effect == policy.Deny {
			doc.Statements[i].Sid = fmt.Sprintf("EcsIamDeny%d", i)
		}
	}
	return string(doc.Render())
}

func (g generator) inlinePolicies() map[string]string {
	inline := map[string]string{}
	for _, name := range g.some("inline", 0, 3, "ecsiam", "a", "b", "others") {
		inline[name] = g.identityPolicy()
	}
	return inline
}

func (g generator) tags() map[string]string {
	tags := map[string]string{}
	for _, key := range g.some("tags", 0, 3, "team", "Cost", "org:unit", "env") {
		tags[key] = g.one("value", "x", "y")
	}
	return tags
}

// want draws a desired role.
func (g generator) want() desired.Role {
	want := desired.Role{
		Role: iam.Role{
			Name: "payments_checkout", Path: "/ecs/", MaxSessionSeconds: 3600,
			Description: g.one("description", "", "pulls images"), Trust: g.declaredTrust(), InlinePolicies: g.inlinePolicies(),
			Attached: g.some("attached", 0, 3, arn("m1"), arn("m2"), arn("m3"), arn("m4"), arn("mixed"), arn("mixed2"), arn("home"), arn("quarantine")),
			Boundary: g.one("boundary", "", arn("boundary1"), arn("boundary2"), arn("boundary3")),
			Tags:     g.tags(),
		},
		PathFixed: g.in(2, "path fixed"),
		Claim: ownership.Claim{
			Owner: owner, FormerOwners: []string{"older/payments/checkout", formerOwner},
			Adoption:        rapid.SampledFrom([]ownership.Adoption{ownership.AdoptNever, ownership.AdoptIfEqual, ownership.AdoptAny, ownership.AdoptAny}).Draw(g.T, "adoption"),
			AdoptionAllowed: !g.in(4, "forbidden"),
		},
	}
	want.Role.Tags[v1alpha1.TagOwner] = owner
	if g.in(2, "ignores") {
		want.Ignore = desired.Ignore{
			Tags: g.some("ignored tags", 0, 2, "org:*", "cost"), InlinePolicies: g.some("ignored inline", 0, 1, "oth?rs"),
			ManagedPolicyARNs: g.some("ignored attachments", 0, 1, "*/m4", "*:policy/m?"),
		}
	}
	if g.in(2, "profile") {
		want.Profile = &iam.InstanceProfile{Name: "payments_checkout", Path: "/ecs/", Tags: maps.Clone(want.Role.Tags)}
	}
	return want
}

// owned draws the owner tag of an observed entity, mostly ours.
func (g generator) owned(tags map[string]string) map[string]string {
	delete(tags, v1alpha1.TagOwner)
	key := g.one("owner key", v1alpha1.TagOwner, v1alpha1.TagOwner, "EcsIam.dev/Owner")
	switch g.one("owner", "ours", "ours", "ours", "ours", "former", "none", "none", "foreign") {
	case "ours":
		tags[key] = owner
	case "former":
		tags[key] = formerOwner
	case "foreign":
		tags[key] = otherOwner
	}
	for _, mark := range g.some("marks", 0, 2, "aws:created", "EcsIam.dev/Released", "plain", "ecsiam.dev/future") {
		tags[mark] = g.one("mark", "z", owner, formerOwner, otherOwner)
	}
	if g.in(20, "held") {
		tags["ecsiam.DEV/hold"] = ""
	}
	if g.in(30, "stack") {
		tags["aws:cloudformation:stack-name"] = "s"
	}
	return tags
}

// got draws an observed role that has something in common with the desired one.
func (g generator) got(want desired.Role) iam.Observation {
	got := iam.Observation{PolicyDocuments: map[string]string{}}
	if !g.in(8, "absent") {
		got.Role = g.role(want.Role)
	}
	// Nothing is asked for a role that is created. That a denial is not known is outside of the laws.
	denies := slices.ContainsFunc(want.Role.Attached, func(a string) bool { return strings.Contains(managed[a], "Deny") })
	if got.Role == nil && denies || g.in(4, "all is known") {
		for _, a := range want.Role.Attached {
			got.PolicyDocuments[a] = managed[a]
		}
	}
	if got.Role != nil {
		for _, a := range got.Role.Attached {
			if !slices.Contains(want.Role.Attached, a) {
				got.PolicyDocuments[a] = managed[a]
			}
		}
	}
	g.strangers(&got, want)
	if want.Profile != nil && !g.in(3, "no profile") {
		got.Profile = &iam.InstanceProfile{
			Name: want.Profile.Name, Path: "/", Tags: g.owned(g.otherTags(want.Profile.Tags)),
			RoleName: g.one("in profile", "", want.Role.Name, want.Role.Name, "Payments_Checkout", "stranger"),
		}
	}
	return got
}

// strangers draws what is not there or not known, and who attached what.
func (g generator) strangers(got *iam.Observation, want desired.Role) {
	named := got.Role != nil && strings.Contains(got.Role.Trust, later)
	if !named && strings.Contains(want.Role.Trust, later) && g.in(2, "later is missing") {
		got.MissingPrincipals = []string{later}
	}
	if got.Role == nil {
		return
	}
	if g.in(4, "own") {
		got.OwnAttachments = slices.Clone(got.Role.Attached)
	}
	if g.in(4, "own id") {
		got.Role.Trust = strings.ReplaceAll(got.Role.Trust, itself, got.Role.ID)
	}
	for _, a := range got.Role.Attached {
		if !slices.Contains(want.Role.Attached, a) && g.in(20, "unreadable") {
			delete(got.PolicyDocuments, a)
		}
	}
}

func (g generator) role(want iam.Role) *iam.Role {
	role := iam.Role{
		Name: g.one("name", want.Name, "Payments_Checkout"), Path: g.one("path", want.Path, want.Path, want.Path, "/"),
		ARN: itself, ID: "AROAEXAMPLEEXAMPLE12", MaxSessionSeconds: 3600,
		Description: want.Description, Trust: want.Trust, InlinePolicies: maps.Clone(want.InlinePolicies),
		Attached: slices.Clone(want.Attached), Boundary: want.Boundary, Tags: g.owned(g.otherTags(want.Tags)),
	}
	switch g.one("trust", "same", "kin", "kin", "other") {
	case "kin":
		role.Trust = g.kin(want.Trust, g.trustStatement)
	case "other":
		role.Trust = g.trust()
	}
	if g.in(2, "other boundary") {
		role.Boundary = g.one("boundary", "", arn("boundary1"), arn("boundary2"), arn("boundary3"))
	}
	if g.in(2, "other attachments") {
		role.Attached = g.some("attached", 0, 4, arn("m1"), arn("m2"), arn("m3"), arn("m4"), arn("quarantine"), arn("mixed"),
			arn("mixed2"), arn("notget"), arn("home"))
	}
	if g.in(3, "other settings") {
		role.Description, role.MaxSessionSeconds = "another", 7200
	}
	inline := g.inlinePolicies()
	for _, name := range slices.Sorted(maps.Keys(inline)) {
		text := inline[name]
		switch declared, ok := want.InlinePolicies[name]; {
		case ok && g.in(2, "kin"):
			role.InlinePolicies[name] = g.kin(declared, g.identityStatement)
		case g.in(4, "quarantine"):
			role.InlinePolicies[name] = `{"Statement":{"Effect":"Deny","Action":"*","Resource":"*","Condition":{"StringEquals":{"aws:SourceAccount":"111122223333"}}}}`
		default:
			role.InlinePolicies[name] = text
		}
	}
	for _, name := range g.some("missing", 0, 1, "ecsiam", "a") {
		delete(role.InlinePolicies, name)
	}
	return &role
}

// kin is a policy with a statement less, or more, or both.
func (g generator) kin(text string, statement func() policy.Statement) string {
	doc, err := policy.Parse([]byte(text))
	if err != nil {
		g.Fatal(err)
	}
	if len(doc.Statements) > 1 && !g.in(3, "keep all") {
		i := rapid.IntRange(0, len(doc.Statements)-1).Draw(g.T, "dropped")
		doc.Statements = slices.Delete(doc.Statements, i, i+1)
	}
	if g.in(2, "add one") {
		doc.Statements = append(doc.Statements, statement())
	}
	return string(doc.Render())
}

// otherTags are the wanted tags, some with other values or in another case, and some that are not wanted.
func (g generator) otherTags(want map[string]string) map[string]string {
	if g.in(2, "same tags") {
		return maps.Clone(want)
	}
	tags := g.tags()
	if v, ok := tags["team"]; ok && g.in(2, "case") {
		delete(tags, "team")
		tags["TEAM"] = v
	}
	return tags
}

// quotas draws an account's quotas that have room for what is desired and what stays, unless limited ones are asked for.
func (g generator) quotas(want desired.Role, got iam.Observation) iam.Quotas {
	end := expected(want, got)
	least := 1
	if end != nil {
		least = max(1, len(end.Attached))
	}
	if got.Role != nil {
		least = max(least, len(got.Role.Attached))
	}
	trust := max(policy.Size([]byte(want.Role.Trust)), 300) + 60
	if end != nil {
		trust = max(trust, policy.Size([]byte(end.Trust)))
	}
	if got.Role != nil {
		trust = max(trust, policy.Size([]byte(got.Role.Trust)))
	}
	if g.limited { // no role has more than its account allows, which has room for a trust policy that names nobody
		held, written := 1, 200
		if got.Role != nil {
			held, written = max(1, len(got.Role.Attached)), max(200, policy.Size([]byte(got.Role.Trust)))
		}
		return iam.Quotas{
			AttachedPoliciesPerRole: rapid.IntRange(held, least).Draw(g.T, "quota"),
			TrustPolicySize:         rapid.IntRange(written, trust).Draw(g.T, "trust quota"),
		}
	}
	return iam.Quotas{
		AttachedPoliciesPerRole: rapid.IntRange(least, least+2).Draw(g.T, "quota"),
		TrustPolicySize:         trust + rapid.IntRange(0, 400).Draw(g.T, "trust quota"),
	}
}
