// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package manifests

import (
	"context"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	controllerpolicy "github.com/ecsiam/ecs-iam-controller/config/iam"
	"github.com/ecsiam/ecs-iam-controller/internal/iam"
	"github.com/ecsiam/ecs-iam-controller/internal/policy"
)

// managedPolicySize is what IAM takes of a managed policy, serviceControlSize what AWS Organizations takes of a service
// control policy, in characters. Sources: "IAM and AWS STS quotas"; "Quotas for AWS Organizations".
const (
	managedPolicySize  = 6144
	serviceControlSize = 5120
)

func TestThePoliciesAreWithinTheSizesOfAWS(t *testing.T) {
	for name, p := range map[string]struct {
		text  []byte
		limit int
	}{
		"controller-policy.json":          {controllerpolicy.Document(), managedPolicySize},
		"controller-confined-policy.json": {controllerpolicy.Confined(), managedPolicySize},
		"member-policy.json":              {controllerpolicy.Member(), managedPolicySize},
		"guard-policy.json":               {controllerpolicy.Guard(), managedPolicySize / 2}, // room for ARNs
		"organization-policy.json":        {controllerpolicy.Organization(), serviceControlSize},
	} {
		if size := policy.Size(p.text); size > p.limit {
			t.Errorf("%s has %d characters, at most %d are taken", name, size, p.limit)
		}
	}
}

func TestTheConfinedPolicyIsRenderedFromTheMemberPolicy(t *testing.T) {
	want, err := controllerpolicy.RenderConfined()
	succeed(t, err)
	if diff := cmp.Diff(string(want), string(controllerpolicy.Confined())); diff != "" {
		t.Errorf("config/iam/controller-confined-policy.json is not what the policy renders to; run make manifests:\n%s", diff)
	}
}

const boundaryName = "ecs-tasks"

// guarded is an account whose controller has the confined policy and the guard, and boundaryARN is the boundary.
type guarded struct {
	member

	boundaryARN string
	controller  iam.Account
}

func newGuarded(t *testing.T) guarded {
	t.Helper()
	g := guarded{member: memberOf(t)}
	g.boundaryARN = g.createPolicy(t, boundaryName, readAll)
	g.role.RoleARN = g.createRole(t, "ecs-iam-controller", trustOfTheHub,
		g.createPolicy(t, "ecs-iam-controller", strings.ReplaceAll(string(controllerpolicy.Confined()), "CLUSTER_ID", cluster)),
		g.createPolicy(t, "ecs-iam-controller-guard",
			strings.ReplaceAll(string(controllerpolicy.Guard()), "BOUNDARY_ARN", g.boundaryARN)))
	g.sim.SetPolicyEnforcement(true)
	g.controller = g.session(t, "")
	return g
}

var own = map[string]string{ownerTag: cluster + "/payments/app"}

// A controller that someone took over makes any call with the controller's role.
func TestACompromisedControllerAddsNoPermissionToAnUnboundedRoleAndChangesNothingOutside(t *testing.T) {
	g := newGuarded(t)
	unbounded := place{"/ecs/", "payments_unbounded"}
	g.operatorCreates(t, unbounded, own)
	outside := place{"/", "admin"}
	g.operatorCreates(t, outside, own)
	another := place{"/ecs/", "other_app"}
	g.operatorCreates(t, another, map[string]string{ownerTag: "another-cluster/payments/app"})
	create := func(boundary string) func(context.Context, iam.Account) error {
		return func(ctx context.Context, a iam.Account) error {
			_, _, err := a.CreateRole(ctx, iam.Role{
				Name: "payments_new", Path: "/ecs/", MaxSessionSeconds: 3600, Trust: trustOfEC2, Tags: own, Boundary: boundary,
			})
			return err
		}
	}
	_, onUnbounded := writes(unbounded, g.arn(unbounded.path, unbounded.name), own)
	denied := map[string]func(context.Context, iam.Account) error{
		"creating a role without the boundary":          create(""),
		"creating a role with another boundary":         create("arn:aws:iam::aws:policy/AdministratorAccess"),
		"an inline policy of an unbounded role":         onUnbounded["PutRolePolicy"],
		"attaching to an unbounded role":                onUnbounded["AttachRolePolicy"],
		"another boundary for a role":                   onUnbounded["PutRolePermissionsBoundary"],
		"taking a boundary away":                        onUnbounded["DeleteRolePermissionsBoundary"],
		"a new version of the boundary":                 g.version(g.boundaryARN),
		"a new version of its own policy":               g.version(g.arn("/", "ecs-iam-controller")),
		"tagging the boundary for its own":              g.tagging(g.boundaryARN),
		"an inline policy of its own role":              inline("ecs-iam-controller"),
		"trust in its own role for someone else":        trusting("ecs-iam-controller"),
		"taking the guard off its own role":             detaching("ecs-iam-controller", g.arn("/", "ecs-iam-controller-guard")),
		"deleting the guard":                            deleting(g.arn("/", "ecs-iam-controller-guard")),
		"a role outside its path that has its tag":      inline(outside.name),
		"trust in a role outside its path":              trusting(outside.name),
		"a role under its path that another owns":       trusting(another.name),
		"claiming a role under its path another's tags": tagging(another.name),
	}
	for _, what := range slices.Sorted(maps.Keys(denied)) {
		if err := denied[what](t.Context(), g.controller); iam.Classify(err) != iam.ClassDenied {
			t.Errorf("%s: %v, want denied", what, err)
		}
	}
	for _, what := range []string{"DeleteRolePolicy", "DetachRolePolicy", "UpdateAssumeRolePolicy", "TagRole"} {
		if err := onUnbounded[what](t.Context(), g.controller); err != nil {
			t.Errorf("%s on an unbounded role of its own, which takes away or repairs: %v", what, err)
		}
	}
}

// What the page on security lists as possible is possible: a promise that is not kept would be worse than none.
func TestWhatStaysPossibleForACompromisedControllerIsListed(t *testing.T) {
	g := newGuarded(t)
	ctx := t.Context()
	_, _, err := g.controller.CreateRole(ctx, iam.Role{
		Name: "payments_new", Path: "/ecs/", MaxSessionSeconds: 3600, Trust: trustOfEC2, Tags: own, Boundary: g.boundaryARN,
	})
	succeed(t, err)
	unbounded := place{"/ecs/", "payments_unbounded"}
	g.operatorCreates(t, unbounded, own)
	untagged := place{"/ecs/", "untagged"}
	g.operatorCreates(t, untagged, nil)
	possible := map[string]func(context.Context, iam.Account) error{
		"anything within the boundary on a bounded role": inline("payments_new"),
		"trust in roles of its own, for anyone":          trusting("payments_new"),
		"trust in unbounded roles of its own":            trusting(unbounded.name),
		"versions of policies of its own":                g.version(g.arn(unbounded.path, unbounded.name)),
		"claiming what is untagged under its path":       tagging(untagged.name),
	}
	for _, what := range slices.Sorted(maps.Keys(possible)) {
		if err := possible[what](ctx, g.controller); err != nil {
			t.Errorf("%s: %v; if it is no longer possible, say so on the page", what, err)
		}
	}
}

func (guarded) version(arn string) func(context.Context, iam.Account) error {
	return func(ctx context.Context, a iam.Account) error {
		_, err := a.CreatePolicyVersion(ctx, arn, strings.Replace(readAll, "s3:Get*", "*", 1))
		return err
	}
}

func (guarded) tagging(arn string) func(context.Context, iam.Account) error {
	return func(ctx context.Context, a iam.Account) error { return a.TagPolicy(ctx, arn, own) }
}

func inline(role string) func(context.Context, iam.Account) error {
	return func(ctx context.Context, a iam.Account) error { return a.PutRolePolicy(ctx, role, "inline", readAll) }
}

func trusting(role string) func(context.Context, iam.Account) error {
	return func(ctx context.Context, a iam.Account) error { return a.UpdateAssumeRolePolicy(ctx, role, trustOfEC2) }
}

func tagging(role string) func(context.Context, iam.Account) error {
	return func(ctx context.Context, a iam.Account) error { return a.TagRole(ctx, role, own) }
}

func detaching(role, arn string) func(context.Context, iam.Account) error {
	return func(ctx context.Context, a iam.Account) error { return a.DetachRolePolicy(ctx, role, arn) }
}

func deleting(arn string) func(context.Context, iam.Account) error {
	return func(ctx context.Context, a iam.Account) error { return a.DeletePolicy(ctx, arn) }
}

// The simulator knows no service control policies. Their statements decide like those of a policy that a role has.
func TestNobodyButTheControllerSetsItsTagsUnderTheOrganizationsPolicy(t *testing.T) {
	g := newGuarded(t)
	untagged := place{"/ecs/", "payments_app"}
	g.operatorCreates(t, untagged, nil)
	all := g.createPolicy(t, "all", `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}`)
	scp := g.createPolicy(t, "scp", string(controllerpolicy.Organization()))
	as := func(role string) iam.Account {
		arn := g.createRole(t, role, trustOfTheHub, all, scp)
		return g.accounts.ForAccount(t.Context(), iam.AccountConfig{
			Name: role, AccountID: g.sim.AccountID(), AssumeRole: &iam.AssumeRole{Hop: iam.Hop{RoleARN: arn}},
		})
	}
	someone, controller := as("deployer"), as("ecs-iam-controller-member")
	for _, key := range []string{ownerTag, "ECSIAM.dev/Owner", "ecsiam.dev/hold", "ecsiam.dev/released"} {
		if err := someone.TagRole(t.Context(), untagged.name, map[string]string{key: "x"}); iam.Classify(err) != iam.ClassDenied {
			t.Errorf("someone sets %s: %v, want denied", key, err)
		}
	}
	succeed(t, someone.TagRole(t.Context(), untagged.name, map[string]string{"team": "payments"}))
	succeed(t, controller.TagRole(t.Context(), untagged.name, own))
	if err := someone.UntagRole(t.Context(), untagged.name, []string{ownerTag}); iam.Classify(err) != iam.ClassDenied {
		t.Errorf("someone removes the owner tag: %v, want denied", err)
	}
}
