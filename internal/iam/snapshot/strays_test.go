// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package snapshot_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ecsiam/ecs-iam-controller/api/v1alpha1"
	"github.com/ecsiam/ecs-iam-controller/internal/belief"
	"github.com/ecsiam/ecs-iam-controller/internal/iam"
	"github.com/ecsiam/ecs-iam-controller/internal/iam/snapshot"
)

// owned is a policy with an owner tag.
func owned(name, owner string) iam.Policy {
	return iam.Policy{
		Name: name, ARN: policyARN(name), ID: "ANPA" + name, Path: "/", DefaultVersionID: "v1", Document: `{"Statement":[]}`,
		Tags: map[string]string{v1alpha1.TagOwner: owner},
	}
}

// strays are the names of the policies that are strays, sorted.
func strays(s *snapshot.Snapshots) []string {
	names := []string{}
	for _, stray := range s.Strays("default") {
		if stray.Entity == snapshot.Policy {
			names = append(names, stray.Name)
		}
	}
	slices.Sort(names)
	return names
}

// searching takes a snapshot that is to show policies that lost their object.
func searching(t *testing.T, s *snapshot.Snapshots, shown account, at time.Time, claimed ...string) {
	t.Helper()
	wanted := snapshot.Wanted{
		Policies: true, PolicyNames: claimed, Orphans: true,
		Likely: func(policy string) bool { return strings.HasPrefix(policy, "team_") },
	}
	if _, err := s.Take(t.Context(), "default", shown, wanted, func() time.Time { return at }); err != nil {
		t.Fatal(err)
	}
}

func policies(of ...iam.Policy) account { return account{policies: of, asked: &[]string{}} }

func tagReads(shown account) int {
	n := 0
	for _, what := range *shown.asked {
		if what == "tags" {
			n++
		}
	}
	return n
}

func TestAPolicyIsAStrayOnlyWhereItsOwnerTagIsOursAndNoObjectAsksForIt(t *testing.T) {
	for what, tc := range map[string]struct {
		owner   string
		claimed string
		stray   bool
	}{
		"ours":                          {"prod/team/lost", "other", true},
		"another cluster's":             {"staging/team/lost", "other", false},
		"one whose id begins like ours": {"prod2/team/lost", "other", false},
		"without a name":                {"prod/team", "other", false},
		"released":                      {"", "other", false},
		"ours, and asked for":           {"prod/team/lost", "TEAM_lost", false},
	} {
		s := snapshot.New("prod")
		searching(t, s, policies(owned("team_lost", tc.owner)), noon, tc.claimed)
		if got := strays(s); (len(got) > 0) != tc.stray {
			t.Errorf("%s: strays are %v, want the policy among them: %t", what, got, tc.stray)
		}
	}
}

func TestAPolicyOfAnotherAWSAccountOfTheAccountIsNotReadForItsTags(t *testing.T) {
	s, shown := snapshot.New("prod"), policies(owned("team_twin", "prod/team/twin"))
	wanted := snapshot.Wanted{Policies: true, Orphans: true, Elsewhere: []string{"TEAM_twin"}}
	if _, err := s.Take(t.Context(), "default", shown, wanted, func() time.Time { return noon }); err != nil {
		t.Fatal(err)
	}
	if got := strays(s); len(got) > 0 || tagReads(shown) > 0 {
		t.Errorf("strays are %v after %d readings of tags, want none after none", got, tagReads(shown))
	}
}

func TestAStrayPolicyVanishesWithItsTagItsObjectsReturnOrItself(t *testing.T) {
	lost := owned("team_lost", "prod/team/lost")
	for what, next := range map[string]func(*snapshot.Snapshots) (account, []string){
		"the policy is gone": func(*snapshot.Snapshots) (account, []string) { return policies(), nil },
		"its owner tag is gone": func(*snapshot.Snapshots) (account, []string) {
			return policies(owned("team_lost", "")), nil
		},
		"it was made again by someone else": func(*snapshot.Snapshots) (account, []string) {
			again := owned("team_lost", "")
			again.ID = "ANPA2"
			return policies(again), nil
		},
		"an object asks for it": func(*snapshot.Snapshots) (account, []string) {
			return policies(lost), []string{"team_lost"}
		},
		"its object settled it": func(s *snapshot.Snapshots) (account, []string) {
			s.Settle("default", snapshot.Settled{
				Object: policyObject("lost"), Seen: iam.Observation{Policy: &lost}, Compare: all, WroteAt: noon,
			})
			return policies(lost), nil
		},
	} {
		s := snapshot.New("prod")
		searching(t, s, policies(lost), noon)
		if got := strays(s); !slices.Equal(got, []string{"team_lost"}) {
			t.Fatalf("strays are %v, want the policy without an object", got)
		}
		shown, claimed := next(s)
		searching(t, s, shown, noon.Add(later), claimed...)
		if got := strays(s); len(got) > 0 {
			t.Errorf("although %s, strays are %v", what, got)
		}
	}
}

func TestADeniedReadingOfTagsMakesNoStrayLosesNoneAndIsTriedOnceASnapshot(t *testing.T) {
	s, denied := snapshot.New("prod"), policies(owned("team_a", "prod/team/a"), owned("team_b", "prod/team/b"))
	denied.tagsErr = &iam.Error{Class: iam.ClassDenied}
	at := noon
	for range 3 {
		*denied.asked = nil
		searching(t, s, denied, at)
		if got := strays(s); len(got) > 0 || tagReads(denied) != 1 {
			t.Errorf("strays are %v after %d refused readings, want none after one", got, tagReads(denied))
		}
		at = at.Add(later)
	}
	allowed := denied
	allowed.tagsErr = nil
	searching(t, s, allowed, at)
	if got := strays(s); len(got) != 2 {
		t.Errorf("strays are %v once AWS allows the reading, want both", got)
	}
	searching(t, s, denied, at.Add(later))
	if got := strays(s); len(got) != 2 {
		t.Errorf("strays are %v once AWS denies the reading again, want both as they were known", got)
	}
}

func TestTagsThatCouldNotBeReadAreReadAgain(t *testing.T) {
	s, failing := snapshot.New("prod"), policies(owned("team_lost", "prod/team/lost"))
	failing.tagsErr = errors.New("an answer that no rule covers")
	searching(t, s, failing, noon)
	if got := strays(s); len(got) > 0 {
		t.Errorf("strays are %v although no tags were read", got)
	}
	failing.tagsErr = nil
	searching(t, s, failing, noon.Add(later))
	if got := strays(s); !slices.Equal(got, []string{"team_lost"}) {
		t.Errorf("strays are %v once the tags could be read, want the policy without an object", got)
	}
}

func TestTagsOfForeignPoliciesAreReadOnceTheLikelyOnesFirstAndWithinTheBudget(t *testing.T) {
	const foreign = 2*snapshot.TagReads + 7
	shown := policies()
	for i := range foreign {
		shown.policies = append(shown.policies, owned(fmt.Sprintf("Foreign%d", i), ""))
	}
	shown.policies = append(shown.policies, owned("Rule", "prod/team/rule"), owned("team_lost", "prod/team/lost"))
	s, at, reads := snapshot.New("prod"), noon, []int{}
	for n := range 4 {
		*shown.asked = nil
		searching(t, s, shown, at)
		reads = append(reads, tagReads(shown))
		if got := strays(s); n == 0 && !slices.Contains(got, "team_lost") {
			t.Errorf("the first snapshot has the strays %v, want the policy with a name of ours among them", got)
		}
		at = at.Add(later)
	}
	// 49 policies are read once each, and those that are ours again once no other is left
	if want := []int{snapshot.TagReads, snapshot.TagReads, 9 + 1, 2}; !slices.Equal(reads, want) {
		t.Errorf("the snapshots read the tags of %v policies, want %v", reads, want)
	}
	if got := strays(s); !slices.Equal(got, []string{"Rule", "team_lost"}) {
		t.Errorf("in the end strays are %v, want both that are ours", got)
	}
}

func TestTagsOfDeclaredPoliciesKeepMostOfTheBudget(t *testing.T) {
	s, shown := snapshot.New("prod"), policies()
	for i := range 2 * snapshot.TagReads {
		p := owned(fmt.Sprintf("team_%d", i), fmt.Sprintf("prod/team/%d", i))
		s.Settle("default", snapshot.Settled{
			Object: policyObject(p.Name), Seen: iam.Observation{Policy: &p}, Compare: all, WroteAt: noon,
		})
		changed := p
		changed.Tags = nil
		shown.policies = append(shown.policies, changed)
	}
	for i := range 2 * snapshot.TagReads {
		shown.policies = append(shown.policies, owned(fmt.Sprintf("team_lost-%d", i), fmt.Sprintf("prod/team/lost-%d", i)))
	}
	changed := take(t, s, shown, noon.Add(later))
	if len(changed) != snapshot.TagReads-snapshot.OrphanReads || tagReads(shown) != snapshot.TagReads {
		t.Errorf("%d tag readings found %d changed policies, want %d", tagReads(shown), len(changed),
			snapshot.TagReads-snapshot.OrphanReads)
	}
	if got := strays(s); len(got) != snapshot.OrphanReads {
		t.Errorf("%d strays were found beside them, want %d", len(got), snapshot.OrphanReads)
	}
}

func TestAPolicyThatLosesItsObjectIsAStrayInTheNextSnapshotAndReadUntilItIsGone(t *testing.T) {
	p, s := owned("team_orders", "prod/team/orders"), snapshot.New("prod")
	s.Settle("default", snapshot.Settled{
		Object: policyObject("orders"), Seen: iam.Observation{Policy: &p}, Compare: all, WroteAt: noon,
	})
	shown := policies(p)
	take(t, s, shown, noon.Add(time.Minute))
	s.Gone(policyObject("orders"), noon.Add(2*time.Minute))
	for n := range 3 { // no object asks for a policy any more
		*shown.asked = nil
		take(t, s, shown, noon.Add(time.Duration(n+1)*later))
		if got := strays(s); !slices.Equal(got, []string{"team_orders"}) {
			t.Errorf("after snapshot %d strays are %v, want the policy whose object is gone", n, got)
		}
	}
	gone := policies()
	for n := range 2 {
		*gone.asked = nil
		take(t, s, gone, noon.Add(time.Duration(n+4)*later))
	}
	if got := strays(s); len(got) > 0 || slices.Contains(*gone.asked, "policies") {
		t.Errorf("once the policy is gone strays are %v and %q is read, want no policies", got, *gone.asked)
	}
}

func TestAnEntityIsNoStrayWhileItsObjectWentTooShortlyBeforeTheSnapshot(t *testing.T) {
	app, p := role("app", nil), owned("team_orders", "prod/team/orders")
	shown := showing(app)
	shown.policies = []iam.Policy{p}
	for _, early := range []time.Duration{-time.Minute, 0, belief.Suspicion - time.Second} {
		s := snapshot.New("prod")
		s.Gone(object("app"), noon)
		s.Gone(policyObject("orders"), noon)
		searching(t, s, shown, noon.Add(early))
		if got := s.Strays("default"); len(got) > 0 {
			t.Errorf("a snapshot that began %s after the objects went has the strays %v", early, got)
		}
		searching(t, s, shown, noon.Add(belief.Suspicion))
		if got := s.Strays("default"); len(got) != 2 {
			t.Errorf("a snapshot that began when IAM must show a deletion has the strays %v, want both", got)
		}
		s.Gone(object("app"), noon.Add(later))
		s.Gone(policyObject("orders"), noon.Add(later))
		if got := s.Strays("default"); len(got) > 0 {
			t.Errorf("%v are strays of objects that went after the snapshot", got)
		}
	}
}

func TestWherePoliciesAreLeftOutNothingIsKnownOfStrayOnes(t *testing.T) {
	s, shown := snapshot.New("prod"), policies(owned("team_lost", "prod/team/lost"))
	searching(t, s, shown, noon)
	_, err := s.Take(t.Context(), "default", shown, snapshot.Wanted{}, func() time.Time { return noon.Add(later) })
	if got := strays(s); err != nil || len(got) > 0 {
		t.Errorf("strays are %v (%v) although policies were not read", got, err)
	}
}
