// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package snapshot_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"k8s.io/apimachinery/pkg/types"

	"github.com/ecsiam/ecs-iam-controller/internal/belief"
	"github.com/ecsiam/ecs-iam-controller/internal/iam"
	"github.com/ecsiam/ecs-iam-controller/internal/iam/snapshot"
)

const later = time.Hour

func policyARN(name string) string { return "arn:aws:iam::111122223333:policy/" + name }

func orders() iam.Policy {
	return iam.Policy{
		Name: "team_orders", Path: "/", ARN: policyARN("team_orders"), ID: "ANPA1", DefaultVersionID: "v1",
		Document: `{"Statement":[]}`, Tags: map[string]string{"team": "x"}, Roles: []string{"team_app"},
	}
}

// holding is an account with a policy and the role that has it.
func holding(p iam.Policy) account {
	app := role("app", nil)
	app.Attached = []string{p.ARN}
	shown := showing(app)
	shown.policies, shown.asked = []iam.Policy{p, {Name: "Foreign", ARN: policyARN("Foreign")}}, &[]string{}
	return shown
}

func policyObject(name string) snapshot.Object {
	return snapshot.Object{Entity: snapshot.Policy, NamespacedName: types.NamespacedName{Namespace: "team", Name: name}}
}

func settledPolicy(p iam.Policy, compare snapshot.Compare) *snapshot.Snapshots {
	s := snapshot.New("prod")
	s.Settle("default", snapshot.Settled{
		Object: policyObject("orders"), Seen: iam.Observation{Policy: &p}, Compare: compare, WroteAt: noon,
	})
	return s
}

func TestAPolicyIsLookedAtOnceItDiffersAndNotBefore(t *testing.T) {
	for what, change := range map[string]func(*iam.Policy){
		"":                        func(*iam.Policy) {},
		"another document":        func(p *iam.Policy) { p.Document = `{"Statement":[{"Effect":"Deny"}]}` },
		"another default version": func(p *iam.Policy) { p.DefaultVersionID = "v2" },
		"another unique id":       func(p *iam.Policy) { p.ID = "ANPA2" },
		"another name":            func(p *iam.Policy) { p.Name = "gone" },
		"other tags":              func(p *iam.Policy) { p.Tags = map[string]string{"team": "y"} },
	} {
		p := orders()
		change(&p)
		var want []snapshot.Object
		if what != "" {
			want = append(want, policyObject("orders"))
		}
		got := take(t, settledPolicy(orders(), all), holding(p), noon.Add(later))
		if got = slices.Compact(got); !slices.Equal(got, want) {
			t.Errorf("with %q are looked at %v, want %v", what, got, want)
		}
	}
}

func TestAPolicyIsLookedAtWhenOthersHaveItAttached(t *testing.T) {
	user := iam.Holder{Kind: iam.HeldByUser, Name: "ci", Attached: []string{policyARN("team_orders")}}
	held := orders()
	held.Users = []string{"ci"}
	for what, tc := range map[string]struct {
		was, is  iam.Policy
		roles    []iam.Role
		asked    []string
		lookedAt bool
	}{
		"roles only":            {orders(), orders(), holding(orders()).roles, []string{"roles under ", "policies", "tags"}, false},
		"a user who had it":     {held, held, holding(orders()).roles, []string{"roles under ", "policies", "holders", "tags"}, false},
		"a user who had it not": {orders(), held, holding(orders()).roles, []string{"roles under ", "policies", "holders"}, true},
		"a user in place of a role": {
			orders(), iam.Policy{Users: []string{"ci"}}, []iam.Role{role("app", nil)}, []string{"roles under ", "policies", "holders"}, true,
		},
		"nobody": {orders(), iam.Policy{}, []iam.Role{role("app", nil)}, []string{"roles under ", "policies"}, true},
	} {
		shown, is := holding(orders()), orders()
		is.Users, is.Roles = tc.is.Users, tc.is.Roles
		shown.policies = shown.policies[:1]
		shown.roles, shown.policies[0], shown.holders = tc.roles, is, []iam.Holder{{Name: "other"}}
		if len(is.Users) > 0 {
			shown.holders = append(shown.holders, user)
		}
		got := take(t, settledPolicy(tc.was, all), shown, noon.Add(later))
		if (len(got) > 0) != tc.lookedAt || !slices.Equal(*shown.asked, tc.asked) {
			t.Errorf("%s: looked at %v after reading %q, want %t after %q", what, got, *shown.asked, tc.lookedAt, tc.asked)
		}
	}
}

func TestPoliciesAreReadOnlyWhereAnObjectAsksForOne(t *testing.T) {
	shown := holding(orders())
	take(t, snapshot.New("prod"), shown, noon)
	if !slices.Equal(*shown.asked, []string{"roles under "}) {
		t.Errorf("%q were read although no object asks for a policy", *shown.asked)
	}
	s := snapshot.New("prod")
	wanted := snapshot.Wanted{Policies: true, PolicyNames: []string{"TEAM_orders"}}
	if _, err := s.Take(t.Context(), "default", shown, wanted, func() time.Time { return noon }); err != nil {
		t.Fatal(err)
	}
	got, found := s.Recognise("default", snapshot.Policy, "team_orders", "")
	if !found || got.Policy.Document != orders().Document || !slices.Equal(got.Policy.Roles, orders().Roles) {
		t.Errorf("got %+v (%t), want the policy with its document and the role that has it", got.Policy, found)
	}
	if s.Lacks("default", snapshot.Policy, "foreign") || !s.Lacks("default", snapshot.Policy, "team_new") {
		t.Error("it is not known which names of policies are free")
	}
}

func TestASnapshotSaysNothingAboutAPolicyThatWasWrittenShortlyBefore(t *testing.T) {
	gone := showing(role("app", nil))
	if got := take(t, settledPolicy(orders(), all), gone, noon.Add(belief.Suspicion-time.Second)); len(got) > 0 {
		t.Errorf("%v is looked at", got)
	}
	if got := take(t, settledPolicy(orders(), all), gone, noon.Add(belief.Suspicion)); len(got) != 1 {
		t.Errorf("%v is looked at, want the object whose policy is gone", got)
	}
}

func TestTagsOfPoliciesAreReadInTurnSoThatEachIsReadWithinFewSnapshots(t *testing.T) {
	const policies = 3*snapshot.TagReads - 5
	s, shown := snapshot.New("prod"), showing()
	for i := range policies {
		p := orders()
		p.Name, p.Roles = fmt.Sprintf("team_%d", i), nil
		p.ARN = policyARN(p.Name)
		seen := p
		s.Settle("default", snapshot.Settled{
			Object: policyObject(p.Name), Seen: iam.Observation{Policy: &seen}, Compare: all, WroteAt: noon,
		})
		p.Tags = map[string]string{"team": "changed"}
		shown.policies = append(shown.policies, p)
	}
	found, at := map[snapshot.Object]bool{}, noon
	for n := range 3 {
		at = at.Add(later)
		shown.asked = &[]string{}
		for _, object := range take(t, s, shown, at) {
			found[object] = true
		}
		if read := len(*shown.asked) - 2; read != snapshot.TagReads {
			t.Errorf("snapshot %d read the tags of %d policies, want %d", n, read, snapshot.TagReads)
		}
	}
	if len(found) != policies {
		t.Errorf("three snapshots found %d of %d policies whose tags were changed", len(found), policies)
	}
}

func TestPoliciesAreReadByThemselvesWhereThatTakesFewerCalls(t *testing.T) {
	for _, tc := range []struct {
		objects, account int
		together         bool
	}{{1, 100, true}, {1, 300, false}, {30, 300, true}, {30, 5000, false}} {
		s, shown := snapshot.New("prod"), showing()
		for i := range tc.account {
			p := orders()
			p.Name, p.Roles = fmt.Sprintf("team_%d", i), nil
			p.ARN = policyARN(p.Name)
			shown.policies = append(shown.policies, p)
		}
		for i := range tc.objects {
			s.Settle("default", snapshot.Settled{
				Object: policyObject(shown.policies[i].Name), Seen: iam.Observation{Policy: &shown.policies[i]}, Compare: all,
				WroteAt: noon,
			})
		}
		s.Settle("default", snapshot.Settled{
			Object: object("app"), Seen: iam.Observation{Role: &iam.Role{Name: "team_app"}}, Compare: all, WroteAt: noon,
		})
		shown.roles = []iam.Role{{Name: "team_app"}}
		at := noon.Add(later)
		take(t, s, shown, at)
		_, policies := s.Choose("default")
		if policies != tc.together || s.Covers("default", snapshot.Policy, at, later) != tc.together {
			t.Errorf("%d of %d policies are read together: %t, want %t", tc.objects, tc.account, policies, tc.together)
		}
		if got := len(s.Lapsed("default", at, later)); got != map[bool]int{false: tc.objects}[tc.together] {
			t.Errorf("%d objects of %d are told to look for themselves", got, tc.objects)
		}
		if got := s.Lapsed("default", at, later); len(got) > 0 {
			t.Errorf("%v are told so again", got)
		}
	}
}
